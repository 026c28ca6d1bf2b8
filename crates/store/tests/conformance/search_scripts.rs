//! Full-text search in scripts that do not put spaces between words, and in others that differ from Latin.

use crate::house::{House, mail};

async fn library(texts: &[(&str, &str)]) -> House {
    let house = House::new().await;
    house.holds(texts.iter().enumerate().map(|(n, (id, text))| mail(id, n as i64).text(text))).await;
    house
}

async fn finds(house: &House, query: &str) -> String {
    house.finds(query).await.concat()
}

#[tokio::test]
async fn chinese() {
    let house =
        library(&[("a", "会议改到星期五下午三点，请准时参加。"), ("b", "五月的账单已经寄出"), ("c", "iPhone手机发票")])
            .await;
    assert_eq!(finds(&house, "星期五").await, "a");
    assert_eq!(finds(&house, "会议 下午").await, "a");
    assert_eq!(finds(&house, "五").await, "ba");
    assert_eq!(finds(&house, "出").await, "b", "the last character of a run");
    assert_eq!(finds(&house, "期星").await, "", "order matters");
    assert_eq!(finds(&house, "三点请").await, "", "words do not reach over punctuation");
    assert_eq!(finds(&house, "手机").await, "c");
    assert_eq!(finds(&house, "iphone手机").await, "c");
    assert_eq!(finds(&house, "-五").await, "c");
}

#[tokio::test]
async fn japanese() {
    let house =
        library(&[("a", "東京タワーの写真を送ります"), ("b", "ガイドブックは京都駅で"), ("c", "ﾃﾞｰﾀの確認")]).await;
    assert_eq!(finds(&house, "東京").await, "a");
    assert_eq!(finds(&house, "タワー").await, "a");
    assert_eq!(finds(&house, "京都").await, "b");
    assert_eq!(finds(&house, "カイド").await, "", "voicing makes another letter");
    assert_eq!(finds(&house, "データ").await, "c", "half width is the same as full width");
    assert_eq!(finds(&house, "\"京都駅で\"").await, "b");
}

#[tokio::test]
async fn thai_lao_khmer_and_myanmar() {
    let house =
        library(&[("a", "การประชุมเลื่อนไปเป็นวันศุกร์"), ("b", "ສະບາຍດີ ຂອບໃຈ"), ("c", "សូមអរគុណ"), ("d", "ကျေးဇူးတင်ပါတယ်")])
            .await;
    assert_eq!(finds(&house, "ประชุม").await, "a");
    assert_eq!(finds(&house, "วันศุกร์").await, "a");
    assert_eq!(finds(&house, "วันจันทร์").await, "");
    assert_eq!(finds(&house, "ขอบใจ").await, "", "Thai is not Lao");
    assert_eq!(finds(&house, "ຂອບໃຈ").await, "b");
    assert_eq!(finds(&house, "អរគុណ").await, "c");
    assert_eq!(finds(&house, "ကျေးဇူး").await, "d");
}

#[tokio::test]
async fn korean_is_found_inside_its_particles() {
    let house = library(&[("a", "서울에서 회의가 있습니다"), ("b", "부산으로 갑니다")]).await;
    assert_eq!(finds(&house, "서울").await, "a");
    assert_eq!(finds(&house, "회의").await, "a");
    assert_eq!(finds(&house, "부산 서울").await, "");
}

#[tokio::test]
async fn greek_cyrillic_arabic_hebrew_and_hindi() {
    let house = library(&[
        ("a", "Καλημέρα, ο λογαριασμός σας"),
        ("b", "Ещё один счёт"),
        ("c", "مَرْحَبًا بكم"),
        ("d", "שָׁלוֹם עליכם"),
        ("e", "नमस्ते हिन्दी"),
    ])
    .await;
    assert_eq!(finds(&house, "ΛΟΓΑΡΙΑΣΜΟΣ").await, "a");
    assert_eq!(finds(&house, "счет").await, "b");
    assert_eq!(finds(&house, "مرحبا").await, "c");
    assert_eq!(finds(&house, "שלום").await, "d");
    assert_eq!(finds(&house, "हिन्दी").await, "e");
    assert_eq!(finds(&house, "हिन*").await, "e");
}

//! Japanese.

use super::{Language, Topic};

pub(super) static LANGUAGE: Language = Language {
    code: "ja",
    offset_hours: 9,
    charsets: &["iso-2022-jp", "shift_jis", "euc-jp"],
    given: &[("陽子", "yoko"), ("健太", "kenta"), ("さくら", "sakura"), ("大輔", "daisuke")],
    family: &[("佐藤", "sato"), ("小林", "kobayashi"), ("渡辺", "watanabe"), ("森", "mori")],
    family_first: true,
    name_gap: " ",
    greetings: &["{to}さん", "{to}様", "{to}さん、おはようございます。"],
    closings: &["よろしくお願いいたします。\n{me}", "それでは、また。\n{me}", "敬具\n{me}"],
    attribution: "{date} {who} のメール:",
    reply_prefix: "Re",
    days: ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"],
    places: &["駅で", "会社で", "うちで", "角の喫茶店で"],
    files: &["会議メモ", "見積書", "請求書", "旅行の写真"],
    topics: &[
        Topic {
            subjects: &["会議の日程変更について", "見積書の件", "請求書に関するお問い合わせ"],
            says: &[
                "会議を{day}の{time}に変更できますでしょうか。",
                "見積書を拝見し、{n}か所にコメントを付けました。",
                "お客様は今週中の回答をご希望です。",
                "{n}ページの数字が合わないようです。",
                "最新版は「{file}」にあります。",
                "心配なのは価格より納期です。",
            ],
            answers: &[
                "承知しました。",
                "申し訳ありませんが、{day}は出張です。",
                "ご指摘ありがとうございます。",
                "{time}にお電話します。",
                "返信が遅くなり失礼しました。",
            ],
        },
        Topic {
            subjects: &["週末の予定", "おばあちゃんの誕生日", "新幹線の切符"],
            says: &[
                "週末は空いていますか。",
                "電車は{time}発なので、{place}会いましょう。",
                "おばあちゃんが会いたがっています。",
                "古い写真が{n}枚見つかりました！",
                "夜は冷えるので上着を忘れずに。",
            ],
            answers: &[
                "ぜひ行きます！",
                "残念ですが、{day}は仕事です。",
                "何か持って行きましょうか。",
                "素敵な写真ですね。",
                "皆さんによろしく。",
            ],
        },
    ],
    rtl: false,
};

//! Korean.

use super::{Language, Topic};

pub(super) static LANGUAGE: Language = Language {
    code: "ko",
    offset_hours: 9,
    charsets: &["euc-kr", "ks_c_5601-1987"],
    given: &[("지민", "jimin"), ("서연", "seoyeon"), ("민준", "minjun"), ("하늘", "haneul")],
    family: &[("김", "kim"), ("박", "park"), ("최", "choi"), ("남궁", "namgung")],
    family_first: true,
    name_gap: "",
    greetings: &["{to} 님께", "안녕하세요, {to} 님.", "{to}야 안녕!"],
    closings: &["감사합니다.\n{me} 드림", "그럼 또 봐요.\n{me}", "{me} 올림"],
    attribution: "{date}, {who} 님이 작성:",
    reply_prefix: "Re",
    days: ["월요일에", "화요일에", "수요일에", "목요일에", "금요일에", "토요일에", "일요일에"],
    places: &["역에서", "사무실에서", "우리 집에서", "모퉁이 카페에서"],
    files: &["회의록", "견적서", "청구서", "여행 사진"],
    topics: &[
        Topic {
            subjects: &["회의 시간 변경", "견적서 수정본", "청구서 문의"],
            says: &[
                "회의를 {day} {time}로 옮길 수 있을까요?",
                "견적서를 읽고 의견을 {n}개 남겼습니다.",
                "고객이 이번 주 안에 답을 원합니다.",
                "{n}쪽의 숫자가 맞지 않습니다.",
                "최신본은 {file} 파일에 있습니다.",
            ],
            answers: &[
                "저는 괜찮습니다.",
                "죄송하지만 {day} 출장이 있습니다.",
                "알려 주셔서 감사합니다.",
                "{time}에 전화드리겠습니다.",
            ],
        },
        Topic {
            subjects: &["주말 계획", "할머니 생신", "기차표 예매"],
            says: &[
                "주말에 시간 있어요?",
                "기차가 {time}에 출발하니까 {place} 만나요.",
                "할머니께서 언제 오냐고 물으세요.",
                "옛날 사진 {n}장을 찾았어요!",
                "저녁에는 추우니 따뜻하게 입고 오세요.",
            ],
            answers: &[
                "꼭 갈게요!",
                "아쉽지만 {day} 일해야 해요.",
                "뭘 가져갈까요?",
                "사진이 정말 예뻐요.",
                "모두에게 안부 전해 주세요.",
            ],
        },
    ],
    rtl: false,
};

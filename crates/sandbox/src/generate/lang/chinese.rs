//! Chinese.

use super::{Language, Topic};

pub(super) static LANGUAGE: Language = Language {
    code: "zh",
    offset_hours: 8,
    charsets: &["gb2312", "gbk", "gb18030"],
    given: &[("晓梅", "xiaomei"), ("伟", "wei"), ("建国", "jianguo"), ("雨婷", "yuting")],
    family: &[("王", "wang"), ("陈", "chen"), ("欧阳", "ouyang"), ("赵", "zhao")],
    family_first: true,
    name_gap: "",
    greetings: &["{to}，你好：", "{to}：", "{to}，早上好！"],
    closings: &["祝好\n{me}", "谢谢！\n{me}", "此致\n敬礼\n{me}"],
    attribution: "{who} 于 {date} 写道：",
    reply_prefix: "回复",
    days: ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    places: &["在车站", "在办公室", "在我们家", "在街角的咖啡馆"],
    files: &["会议记录", "报价单", "发票", "旅行照片"],
    topics: &[
        Topic {
            subjects: &["会议改期", "报价单第二稿", "关于发票的问题"],
            says: &[
                "我们可以把会议改到{day} {time}吗？",
                "报价单我看过了，写了{n}条意见。",
                "客户希望本周内得到答复。",
                "第{n}页的数字好像对不上。",
                "最新版本在《{file}》里。",
                "我担心的不是价格，而是时间。",
            ],
            answers: &[
                "没问题。",
                "不好意思，{day}我出差。",
                "谢谢提醒，确实少了{n}元。",
                "我{time}给你打电话。",
                "抱歉回复晚了。",
            ],
        },
        Topic {
            subjects: &["周末去爬山吗？", "奶奶的生日", "火车票"],
            says: &[
                "周末有空吗？",
                "火车{time}开，我们{place}见。",
                "奶奶问你们什么时候来。",
                "我找到了{n}张老照片。",
                "山上冷，多带件衣服。",
            ],
            answers: &["太好了，一定去！", "可惜{day}要上班。", "需要我带什么吗？", "照片真好看。", "代我问大家好。"],
        },
    ],
    rtl: false,
};

//! Mail that machines write: receipts, deliveries, security notes; and what social sites send.

use super::super::letter::escape;
use super::super::mime::{Part, TextStyle, attachment, text_part};
use super::super::plan::{Kind, Slot};
use super::super::{Mailbox, Person, files, labels, people};
use super::{charset, message_id};
use crate::generate::draft::Draft;
use crate::generate::lang::{LANGUAGES, Language};
use crate::generate::rng::Rng;

/// A sender and what it writes; `{n}` is a number, `{to}` the owner.
struct Form {
    language: usize,
    sender: &'static str,
    domain: &'static str,
    subject: &'static str,
    lines: &'static [&'static str],
    receipt: bool,
}

const NOTICES: [Form; 9] = [
    Form {
        language: 0,
        sender: "Harbour Hardware",
        domain: "harbour-hardware.example",
        subject: "Your receipt #{n}",
        lines: &[
            "Hello {to},",
            "thank you for your order {n}. It is being packed.",
            "You can return anything within 30 days, no questions asked.",
            "Harbour Hardware, by the old crane",
        ],
        receipt: true,
    },
    Form {
        language: 0,
        sender: "Parcel Pigeon",
        domain: "parcelpigeon.example",
        subject: "Your parcel {n} is on its way",
        lines: &[
            "Good news: parcel {n} left our depot this morning.",
            "It should reach you within two working days.",
            "If nobody is in, we leave it with a neighbour and put a card in your letter box.",
        ],
        receipt: false,
    },
    Form {
        language: 0,
        sender: "Account security",
        domain: "id.example",
        subject: "Your code is {n}",
        lines: &[
            "Your code is {n}.",
            "It is good for ten minutes. We never ask for it by telephone.",
            "If you did not try to sign in, you need not do anything.",
        ],
        receipt: false,
    },
    Form {
        language: 0,
        sender: "Town Library",
        domain: "library.example",
        subject: "Two books are due soon",
        lines: &[
            "Dear {to},",
            "two of the books on card {n} are due this week.",
            "You can renew them online unless somebody else is waiting.",
        ],
        receipt: false,
    },
    Form {
        language: 1,
        sender: "Bücherstube Föhr",
        domain: "buecherstube.example",
        subject: "Ihre Bestellung Nr. {n}",
        lines: &[
            "Guten Tag {to},",
            "vielen Dank für Ihre Bestellung Nr. {n}.",
            "Die Bücher sind unterwegs und kommen voraussichtlich übermorgen an.",
            "Herzliche Grüße aus der Bücherstube",
        ],
        receipt: true,
    },
    Form {
        language: 2,
        sender: "Énergie Verte",
        domain: "energieverte.example",
        subject: "Votre facture n° {n} est disponible",
        lines: &[
            "Bonjour {to},",
            "votre facture n° {n} est disponible dans votre espace client.",
            "Le prélèvement aura lieu dans dix jours.",
            "À bientôt, l'équipe Énergie Verte",
        ],
        receipt: true,
    },
    Form {
        language: 4,
        sender: "Железная дорога",
        domain: "poezd.example",
        subject: "Ваш билет № {n}",
        lines: &[
            "Здравствуйте, {to}!",
            "Ваш билет № {n} оплачен.",
            "Посадка заканчивается за пять минут до отправления.",
        ],
        receipt: false,
    },
    Form {
        language: 11,
        sender: "みどり銀行",
        domain: "midori-bank.example",
        subject: "お取引のお知らせ（{n}）",
        lines: &[
            "{to} 様",
            "いつもご利用いただきありがとうございます。",
            "お取引番号 {n} の手続きが完了しました。",
            "本メールは送信専用です。",
        ],
        receipt: false,
    },
    Form {
        language: 10,
        sender: "快递小哥",
        domain: "kuaidi.example",
        subject: "您的包裹 {n} 已发出",
        lines: &["{to}，您好！", "您的包裹 {n} 已从仓库发出。", "预计两天内送达，请保持电话畅通。"],
        receipt: false,
    },
];

const SOCIAL: [Form; 4] = [
    Form {
        language: 0,
        sender: "Porchlight",
        domain: "porchlight.example",
        subject: "{n} people looked at your photo",
        lines: &[
            "Hi {to},",
            "{n} people looked at the photo you posted this week, and four left a note.",
            "See what they wrote.",
        ],
        receipt: false,
    },
    Form {
        language: 1,
        sender: "Plauderei",
        domain: "plauderei.example",
        subject: "Jürgen hat dich in einem Beitrag erwähnt",
        lines: &[
            "Hallo {to},",
            "Jürgen hat dich in Beitrag {n} erwähnt: „Das müsst ihr euch ansehen!“",
            "Jetzt antworten",
        ],
        receipt: false,
    },
    Form {
        language: 8,
        sender: "चौपाल",
        domain: "chaupal.example",
        subject: "आपके लिए {n} नए संदेश",
        lines: &["नमस्ते {to},", "चौपाल पर आपके लिए {n} नए संदेश हैं।"],
        receipt: false,
    },
    Form {
        language: 12,
        sender: "마을회관",
        domain: "maeul.example",
        subject: "새 댓글 {n}개가 있습니다",
        lines: &["{to} 님, 안녕하세요.", "회원님의 글에 새 댓글 {n}개가 달렸습니다."],
        receipt: false,
    },
];

pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    let mut rng = Rng::new(mailbox.seed, "notice", slot.story);
    let forms: &[Form] = if slot.kind == Kind::Social { &SOCIAL } else { &NOTICES };
    let form = &forms[rng.below(forms.len())];
    let language: &'static Language = LANGUAGES[form.language];
    let number = (100_000 + rng.below(899_999)).to_string();
    let filled = |line: &str| line.replace("{n}", &number).replace("{to}", people::short_name(&mailbox.owner));
    let lines: Vec<String> = form.lines.iter().map(|line| filled(line)).collect();
    let style = TextStyle { charset: charset(language, &mut rng), flowed: false };
    let from = Person { name: form.sender.into(), email: format!("no-reply@{}", form.domain) };
    let rows = if form.receipt { rows(&mut rng) } else { Vec::new() };
    let text = plain(&lines, &rows);
    let (body, files) =
        body(&text, &html(form, &lines, &rows), form.receipt.then_some(number.as_str()), style, &mut rng);
    Draft {
        language,
        charset: style.charset,
        to: vec![Person { name: String::new(), email: mailbox.owner.email.clone() }],
        cc: Vec::new(),
        subject: Some(filled(form.subject)),
        message_id: message_id(mailbox, slot.story, 0, &from),
        references: Vec::new(),
        extra: vec![("Auto-Submitted", "auto-generated".into()), ("Reply-To", format!("help@{}", form.domain))],
        body,
        text: Some(text),
        files,
        labels: labels::incoming(slot.kind, &mut rng),
        received: true,
        from,
    }
}

fn rows(rng: &mut Rng) -> Vec<(String, String)> {
    let things = ["Hinges, brass", "Wood oil 1 l", "Brush No. 4", "Lamp", "Hooks", "Paper, 500 sheets", "Shipping"];
    (0..2 + rng.below(5))
        .map(|_| (rng.pick(&things).to_owned(), format!("{}.{:02} EUR", 1 + rng.below(80), rng.below(100))))
        .collect()
}

fn plain(lines: &[String], rows: &[(String, String)]) -> String {
    let mut text = lines.join("\r\n\r\n") + "\r\n";
    for (thing, price) in rows {
        text.push_str(&format!("\r\n    {thing:<30}{price:>14}"));
    }
    text + "\r\n"
}

fn html(form: &Form, lines: &[String], rows: &[(String, String)]) -> String {
    let mut html = format!(
        "<html>\r\n<body style=\"font-family:sans-serif;color:#222\">\r\n<div style=\"max-width:560px;margin:0 auto;padding:24px;border:1px solid #ddd\">\r\n<h3>{}</h3>\r\n",
        escape(form.sender)
    );
    for line in lines {
        html.push_str(&format!("<p style=\"line-height:1.5\">{}</p>\r\n", escape(line)));
    }
    html.push_str("<table width=\"100%\" cellpadding=\"6\">\r\n");
    for (thing, price) in rows {
        html.push_str(&format!(
            "<tr><td style=\"border-bottom:1px solid #eee\">{}</td><td align=\"right\">{price}</td></tr>\r\n",
            escape(thing)
        ));
    }
    html + &format!(
        "</table>\r\n<p><a href=\"https://{}/account\">{}</a></p>\r\n</div>\r\n</body>\r\n</html>\r\n",
        form.domain, form.domain
    )
}

fn body(
    text: &str,
    html: &str,
    receipt: Option<&str>,
    style: TextStyle,
    rng: &mut Rng,
) -> (Part, Vec<(String, usize)>) {
    let parts = vec![text_part("plain", text, style, rng), text_part("html", html, style, rng)];
    let alternative = Part::multi("alternative", "", parts, rng);
    match receipt {
        Some(number) if rng.chance(35) => {
            let file = files::receipt(number, rng);
            let parts = vec![alternative, attachment(&file, None, rng)];
            (Part::multi("mixed", "", parts, rng), vec![(file.name, file.bytes.len())])
        }
        _ => (alternative, Vec::new()),
    }
}

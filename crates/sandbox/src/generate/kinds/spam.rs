//! Mail nobody asked for.

use super::super::letter::{escape, wrap};
use super::super::mime::{TextStyle, text_part};
use super::super::plan::{Kind, Slot};
use super::super::{Mailbox, Person, labels};
use super::message_id;
use crate::generate::draft::Draft;
use crate::generate::lang::LANGUAGES;
use crate::generate::rng::Rng;

/// Language, sender, subject, text.
const OFFERS: [(usize, &str, &str, &str); 6] = [
    (
        0,
        "Prince's Office",
        "URGENT REPLY NEEDED",
        "Dear beloved, I write to you in confidence about the sum of {n} million, which waits in a vault for an honest person like you. Send only the small fee.",
    ),
    (
        0,
        "R0lex Depot",
        "🔥🔥 LAST DAY!!! -{n}%",
        "Genuine watches, almost. Only today, only for you, only {n} left. Click before midnight and forget you ever paid full price.",
    ),
    (
        0,
        "Health Post",
        "Doctors hate this one pear",
        "Eat it backwards for {n} days and watch your knees become young again. Results may vary, refunds do not.",
    ),
    (
        1,
        "Gewinnzentrale",
        "Glückwunsch! Sie haben gewonnen",
        "Ihre Losnummer {n} wurde gezogen. Überweisen Sie zur Bestätigung die Bearbeitungsgebühr, größere Beträge beschleunigen die Auszahlung.",
    ),
    (
        4,
        "Служба доставки",
        "Ваш приз ждёт вас!!!",
        "Поздравляем, вы {n}-й посетитель. Чтобы получить приз, оплатите только доставку.",
    ),
    (10, "理财顾问", "月入{n}万不是梦", "内部消息，名额有限，只剩{n}个。现在加入，明天就能收款。"),
];

pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    let mut rng = Rng::new(mailbox.seed, "spam", slot.story);
    let (language, sender, subject, text) = OFFERS[rng.below(OFFERS.len())];
    let number = (2 + rng.below(90)).to_string();
    let from = Person { name: sender.into(), email: format!("{}@{}.example", rng.hex(9), rng.hex(7)) };
    let text = wrap(&text.replace("{n}", &number), 72, false) + "\r\n";
    let style = TextStyle { charset: "utf-8", flowed: false };
    let html = rng.chance(60);
    let body = match html {
        true => text_part(
            "html",
            &format!(
                "<html><body><center><font size=\"6\" color=\"red\">{}</font><br><a href=\"http://{}.example/\">&gt;&gt;&gt;</a></center></body></html>\r\n",
                escape(&text),
                rng.hex(8)
            ),
            style,
            &mut rng,
        ),
        false => text_part("plain", &text, style, &mut rng),
    };
    Draft {
        language: LANGUAGES[language],
        charset: "utf-8",
        // Bulk senders hide the recipients: an empty group (RFC 5322, section 3.4).
        to: if rng.chance(50) { Vec::new() } else { vec![mailbox.owner.clone()] },
        cc: Vec::new(),
        subject: Some(subject.replace("{n}", &number)),
        message_id: message_id(mailbox, slot.story, 0, &from),
        references: Vec::new(),
        extra: vec![("X-Priority", "1 (Highest)".into()), ("X-Mailer", "BulkBird 0.9".into())],
        body,
        text: (!html).then_some(text),
        files: Vec::new(),
        labels: labels::incoming(Kind::Spam, &mut rng),
        received: true,
        from,
    }
}

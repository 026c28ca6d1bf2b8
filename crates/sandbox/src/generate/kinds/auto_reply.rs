//! Answers of the absent (RFC 3834).

use super::super::letter::wrap;
use super::super::mime::{TextStyle, text_part};
use super::super::plan::{Kind, Slot};
use super::super::{Mailbox, labels, people};
use super::{acquaintance, charset, message_id};
use crate::generate::draft::Draft;
use crate::generate::lang::LANGUAGES;
use crate::generate::rng::Rng;

/// Language, subject prefix, text with `{me}`.
const NOTES: [(usize, &str, &str); 6] = [
    (
        0,
        "Out of office:",
        "Thank you for your message. I am away until the end of next week and read mail only now and then. In urgent cases please ring the office.\r\n\r\n{me}",
    ),
    (0, "Automatic reply:", "I am on leave and back on the 14th. Your message is not forwarded.\r\n\r\n{me}"),
    (
        1,
        "Abwesenheitsnotiz:",
        "Vielen Dank für Ihre Nachricht. Ich bin bis einschließlich Freitag nicht im Büro; Ihre E-Mail wird nicht weitergeleitet.\r\n\r\nMit freundlichen Grüßen\r\n{me}",
    ),
    (
        2,
        "Réponse automatique :",
        "Bonjour, je suis absente jusqu'à lundi. Pour toute urgence, adressez-vous à l'accueil.\r\n\r\n{me}",
    ),
    (3, "Autoodpowiedź:", "Dziękuję za wiadomość. Wracam w przyszłym tygodniu i wtedy odpiszę.\r\n\r\n{me}"),
    (11, "自動返信:", "ただいま休暇をいただいております。月曜日以降に返信いたします。\r\n\r\n{me}"),
];

pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    let mut rng = Rng::new(mailbox.seed, "auto-reply", slot.story);
    let (language, prefix, note) = NOTES[rng.below(NOTES.len())];
    let language = LANGUAGES[language];
    let from = acquaintance(mailbox, language, &mut rng);
    let style = TextStyle { charset: charset(language, &mut rng), flowed: false };
    let note = note.replace("{me}", people::short_name(&from));
    let text = note.split("\r\n").map(|line| wrap(line, 72, false)).collect::<Vec<_>>().join("\r\n") + "\r\n";
    let about = rng.pick(language.topics[0].subjects).replace("{n}", "12");
    let mut extra = vec![("Auto-Submitted", "auto-replied".to_owned()), ("X-Auto-Response-Suppress", "All".to_owned())];
    if rng.chance(50) {
        extra.push(("Precedence", "bulk".to_owned()));
        extra.push(("X-Autoreply", "yes".to_owned()));
    }
    Draft {
        language,
        charset: style.charset,
        to: vec![mailbox.owner.clone()],
        cc: Vec::new(),
        subject: Some(format!("{prefix} {about}")),
        message_id: message_id(mailbox, slot.story, 0, &from),
        references: vec![message_id(mailbox, slot.story, 900, &mailbox.owner)],
        extra,
        body: text_part("plain", &text, style, &mut rng),
        text: Some(text),
        files: Vec::new(),
        labels: labels::incoming(Kind::AutoReply, &mut rng),
        received: true,
        from,
    }
}

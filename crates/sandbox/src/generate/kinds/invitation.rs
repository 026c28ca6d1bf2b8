//! Invitations: `text/calendar; method=REQUEST` (RFC 5545, RFC 6047).

use super::super::mime::{Part, TextStyle, attachment, text_part};
use super::super::plan::{Kind, Slot};
use super::super::{Mailbox, Person, dates, labels};
use super::{acquaintance, charset, message_id};
use crate::generate::draft::Draft;
use crate::generate::files::File;
use crate::generate::lang::{self, Language, Slots, fill};
use crate::generate::rng::Rng;
use jiff::{SignedDuration, Timestamp};

pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    let mut rng = Rng::new(mailbox.seed, "invitation", slot.story);
    let language = lang::pick(&mut rng);
    let from = acquaintance(mailbox, language, &mut rng);
    let none = Slots { to: "", me: "" };
    let title = fill(rng.pick(language.topics[0].subjects), language, &none, &mut rng);
    let place = rng.pick(language.places);
    let style = TextStyle { charset: charset(language, &mut rng), flowed: false };
    let event = event(mailbox, slot, &from, &title, place, &mut rng);
    let text = format!("{title}\r\n\r\n{}\r\n{place}\r\n\r\n{} <{}>\r\n", event.when, from.name, from.email);
    let (body, files) = body(&text, &event.text, language, style, &mut rng);
    Draft {
        language,
        charset: style.charset,
        to: vec![mailbox.owner.clone()],
        cc: Vec::new(),
        subject: Some(format!("{}: {title}", ["Invitation", "Einladung", "Invite"][rng.below(3)])),
        message_id: message_id(mailbox, slot.story, 0, &from),
        references: Vec::new(),
        extra: Vec::new(),
        body,
        text: Some(text),
        files,
        labels: labels::incoming(Kind::Invitation, &mut rng),
        received: true,
        from,
    }
}

struct Event {
    when: String,
    text: String,
}

fn event(mailbox: &Mailbox, slot: &Slot, from: &Person, title: &str, place: &str, rng: &mut Rng) -> Event {
    let written = dates::arrival_ms(mailbox.seed, mailbox.now, slot.index);
    let ahead = SignedDuration::from_hours(24 + i64::try_from(rng.below(400)).unwrap_or(0));
    let written = Timestamp::from_millisecond(written - written.rem_euclid(3_600_000)).unwrap_or(mailbox.now);
    let start = written.checked_add(ahead).unwrap_or(written);
    let end = start.checked_add(SignedDuration::from_mins([30, 60, 90][rng.below(3)])).unwrap_or(start);
    let stamp = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "PRODID:-//sandbox.test//Generated//EN".to_owned(),
        "VERSION:2.0".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:REQUEST".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@calendar.sandbox.test", rng.hex(26)),
        format!("DTSTAMP:{}", stamp(written)),
        format!("DTSTART:{}", stamp(start)),
        format!("DTEND:{}", stamp(end)),
        format!("SUMMARY:{}", escaped(title)),
        format!("LOCATION:{}", escaped(place)),
        format!("ORGANIZER;CN=\"{}\":mailto:{}", from.name.replace('"', "'"), from.email),
        attendee(&mailbox.owner),
        attendee(from),
        "SEQUENCE:0".to_owned(),
        "STATUS:CONFIRMED".to_owned(),
        "TRANSP:OPAQUE".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        "DESCRIPTION:Reminder".to_owned(),
        "TRIGGER:-PT15M".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    let text = lines.iter().map(|line| folded(line)).collect();
    Event { when: start.strftime("%Y-%m-%d %H:%M UTC").to_string(), text }
}

fn attendee(person: &Person) -> String {
    let name = person.name.replace('"', "'");
    format!(
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"{name}\":mailto:{}",
        person.email
    )
}

/// RFC 5545, section 3.3.11.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}

/// Lines of at most 75 bytes (RFC 5545, section 3.1), cut between characters.
fn folded(line: &str) -> String {
    let (mut out, mut width) = (String::with_capacity(line.len() + 8), 0);
    for c in line.chars() {
        if width + c.len_utf8() > 74 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out + "\r\n"
}

fn body(
    text: &str,
    calendar: &str,
    language: &Language,
    style: TextStyle,
    rng: &mut Rng,
) -> (Part, Vec<(String, usize)>) {
    let html = format!(
        "<html><body dir=\"{}\"><p>{}</p></body></html>\r\n",
        if language.rtl { "rtl" } else { "ltr" },
        super::super::letter::escape(text).replace("\r\n", "<br>\r\n")
    );
    let utf8 = TextStyle { charset: "utf-8", flowed: false };
    let request = text_part("calendar; method=REQUEST", calendar, utf8, rng);
    let parts = vec![text_part("plain", text, style, rng), text_part("html", &html, style, rng), request];
    let alternative = Part::multi("alternative", "", parts, rng);
    if rng.chance(30) {
        return (alternative, Vec::new());
    }
    let file = File { name: "invite.ics".into(), media_type: "application/ics", bytes: calendar.as_bytes().to_vec() };
    let parts = vec![alternative, attachment(&file, None, rng)];
    (Part::multi("mixed", "", parts, rng), vec![(file.name, file.bytes.len())])
}

//! People writing to each other, and mailing lists, which are the same with a footer.

use super::super::files;
use super::super::lang::{self, Language, Slots, fill};
use super::super::letter::{self, Letter, Sentences, escape, quote};
use super::super::mime::{Part, TextStyle, attachment, text_part};
use super::super::plan::{Kind, Slot};
use super::super::{Mailbox, Person, dates, labels, people};
use super::{acquaintance, charset, message_id};
use crate::generate::draft::Draft;
use crate::generate::rng::Rng;

/// What all messages of one conversation share.
struct Thread {
    kind: Kind,
    story: u64,
    language: &'static Language,
    sentences: Sentences,
    subject: Option<String>,
    /// The owner first.
    people: Vec<Person>,
}

const LIST: &str = "allotment.lists.example";

fn thread(mailbox: &Mailbox, slot: &Slot) -> Thread {
    let mut rng = Rng::new(mailbox.seed, "thread", slot.story);
    let language = if slot.kind == Kind::Forum { lang::LANGUAGES[0] } else { lang::pick(&mut rng) };
    let topic = &language.topics[rng.below(language.topics.len())];
    let mut people = vec![mailbox.owner.clone()];
    for _ in 0..[1, 1, 1, 2, 3][rng.below(5)] {
        let person = acquaintance(mailbox, language, &mut rng);
        if people.iter().all(|there| there.email != person.email) && person.email != mailbox.owner.email {
            people.push(person);
        }
    }
    if people.len() == 1 {
        people.push(people::invent(language, &mut rng));
    }
    let slots = Slots { to: "", me: "" };
    let subject = fill(rng.pick(topic.subjects), language, &slots, &mut rng);
    let subject = (!rng.chance(2)).then_some(subject);
    let sentences = Sentences::new(topic, &mut rng);
    Thread { kind: slot.kind, story: slot.story, language, sentences, subject, people }
}

impl Thread {
    /// Who wrote the message at `position`, as a place in `people`: never the same person twice in a row.
    fn writer(&self, seed: u64, position: u64) -> usize {
        let mut rng = Rng::new(seed, "writers", self.story);
        let owner_begins = if self.kind == Kind::Forum { 3 } else { 30 };
        let mut writer = if rng.chance(owner_begins) { 0 } else { 1 + rng.below(self.people.len() - 1) };
        for _ in 0..position {
            let step = 1 + rng.below(self.people.len() - 1);
            writer = if writer != 0 && self.kind != Kind::Forum && rng.chance(50) {
                0
            } else {
                (writer + step) % self.people.len()
            };
        }
        writer
    }

    /// Whom the letter at `position` speaks to: the writer before, or the first of the others.
    fn addressee(&self, seed: u64, position: u64) -> usize {
        match position.checked_sub(1) {
            Some(before) => self.writer(seed, before),
            None => usize::from(self.writer(seed, 0) == 0),
        }
    }

    fn letter(&self, seed: u64, position: u64) -> Letter {
        let mut rng = Rng::new(seed, "letter", self.story * 1_000 + position);
        let (me, to) = (&self.people[self.writer(seed, position)], &self.people[self.addressee(seed, position)]);
        let slots = Slots { to: people::short_name(to), me: people::short_name(me) };
        let at = usize::try_from(position).unwrap_or(0);
        letter::write(self.language, &self.sentences, at, &slots, &mut rng)
    }

    fn attribution(&self, mailbox: &Mailbox, slot: &Slot, position: u64) -> String {
        let at = slot.earlier.get(usize::try_from(position).unwrap_or(usize::MAX)).copied().unwrap_or(0);
        let date = dates::spoken(dates::arrival_ms(mailbox.seed, mailbox.now, at), self.language);
        let writer = &self.people[self.writer(mailbox.seed, position)];
        self.language
            .attribution
            .replace("{date}", &date)
            .replace("{who}", &format!("{} <{}>", writer.name, writer.email))
    }
}

/// How the writer of this message likes to write.
struct Habit {
    width: usize,
    flowed: bool,
    quotes: bool,
    html: bool,
}

fn habit(rng: &mut Rng) -> Habit {
    let flowed = rng.chance(12);
    let width = if flowed || rng.chance(70) { 72 } else { 0 };
    Habit { width, flowed, quotes: rng.chance(85), html: !flowed && rng.chance(65) }
}

pub(super) fn draft(mailbox: &Mailbox, slot: &Slot) -> Draft {
    let thread = thread(mailbox, slot);
    let mut rng = Rng::new(mailbox.seed, "message", slot.story * 1_000 + slot.position());
    let writer = thread.writer(mailbox.seed, slot.position());
    let from = thread.people[writer].clone();
    let habit = habit(&mut rng);
    let letter = thread.letter(mailbox.seed, slot.position());
    let style = TextStyle { charset: charset(thread.language, &mut rng), flowed: habit.flowed };
    let text = plain_text(mailbox, slot, &thread, &letter, &habit);
    let picture = if habit.html { picture(&thread, &mut rng) } else { None };
    let html =
        habit.html.then(|| html_text(mailbox, slot, &thread, &letter, picture.as_ref().map(|(_, id)| id.as_str())));
    let (body, files) = body(&thread, &text, html.as_deref().map(|html| (html, picture)), style, &mut rng);
    let to = thread.addressee(mailbox.seed, slot.position());
    let (to, cc, extra) = recipients(&thread, writer, to);
    let references = (0..slot.position())
        .map(|at| message_id(mailbox, slot.story, at, &thread.people[thread.writer(mailbox.seed, at)]))
        .collect();
    Draft {
        language: thread.language,
        charset: style.charset,
        subject: subject(&thread, slot),
        message_id: message_id(mailbox, slot.story, slot.position(), &from),
        labels: if writer == 0 { labels::sent(&mut rng) } else { labels::incoming(slot.kind, &mut rng) },
        received: writer != 0,
        text: Some(text),
        from,
        to,
        cc,
        references,
        extra,
        body,
        files,
    }
}

fn subject(thread: &Thread, slot: &Slot) -> Option<String> {
    let mut subject = thread.subject.clone()?;
    if thread.kind == Kind::Forum {
        subject = format!("[allotment] {subject}");
    }
    // A local prefix is used once; later answers keep the subject.
    Some(if slot.position() == 0 { subject } else { format!("{}: {subject}", thread.language.reply_prefix) })
}

type Recipients = (Vec<Person>, Vec<Person>, Vec<(&'static str, String)>);

fn recipients(thread: &Thread, writer: usize, to: usize) -> Recipients {
    if thread.kind == Kind::Forum {
        let list = Person { name: "Allotment holders".into(), email: "allotment@lists.example".into() };
        let extra = vec![
            ("List-Id", format!("Allotment holders <{LIST}>")),
            ("List-Post", "<mailto:allotment@lists.example>".into()),
            (
                "List-Unsubscribe",
                "<mailto:allotment-leave@lists.example>,\r\n <https://lists.example/allotment/leave>".into(),
            ),
            ("List-Archive", "<https://lists.example/allotment/>".into()),
            ("Precedence", "list".into()),
        ];
        return (vec![list], Vec::new(), extra);
    }
    let cc =
        (0..thread.people.len()).filter(|at| *at != writer && *at != to).map(|at| thread.people[at].clone()).collect();
    (vec![thread.people[to].clone()], cc, Vec::new())
}

/// The letter, and below it the letter it answers, quoted; that one may have quoted another.
fn plain_text(mailbox: &Mailbox, slot: &Slot, thread: &Thread, letter: &Letter, habit: &Habit) -> String {
    let mut text = letter.text(habit.width, habit.flowed);
    if habit.quotes && slot.position() > 0 {
        let before = slot.position() - 1;
        let mut quoted = thread.letter(mailbox.seed, before).text(habit.width, false);
        if before > 0 {
            let older = thread.letter(mailbox.seed, before - 1).text(habit.width, false);
            quoted.push_str(&format!("\r\n{}\r\n{}", thread.attribution(mailbox, slot, before - 1), quote(&older)));
        }
        text.push_str(&format!("\r\n{}\r\n{}", thread.attribution(mailbox, slot, before), quote(&quoted)));
    }
    if thread.kind == Kind::Forum {
        text.push_str("\r\n-- \r\nAllotment holders, allotment@lists.example\r\nTo leave: https://lists.example/allotment/leave\r\n");
    }
    text
}

fn html_text(mailbox: &Mailbox, slot: &Slot, thread: &Thread, letter: &Letter, picture: Option<&str>) -> String {
    let rtl = thread.language.rtl;
    let mut html = format!(
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html\"></head><body>\r\n{}",
        letter.html(rtl)
    );
    if let Some(id) = picture {
        html.push_str(&format!("<p><img src=\"cid:{id}\" alt=\"\" width=\"120\"></p>\r\n"));
    }
    if let Some(before) = slot.position().checked_sub(1) {
        let attribution = escape(&thread.attribution(mailbox, slot, before));
        let quoted = thread.letter(mailbox.seed, before).html(rtl);
        html.push_str(&format!(
            "<div class=\"quote\"><div class=\"attribution\">{attribution}<br></div>\r\n<blockquote type=\"cite\" \
             style=\"margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex\">\r\n{quoted}</blockquote></div>\r\n"
        ));
    }
    html + "</body></html>\r\n"
}

type Files = Vec<(String, usize)>;

/// A small picture for the HTML version, with its content id.
type Picture = Option<(files::File, String)>;

fn picture(thread: &Thread, rng: &mut Rng) -> Picture {
    rng.chance(9).then(|| (files::picture(rng), format!("{}@{}", rng.hex(12), people::domain(&thread.people[0]))))
}

/// The plain text alone, or with its HTML version, and perhaps with files.
fn body(thread: &Thread, text: &str, rich: Option<(&str, Picture)>, style: TextStyle, rng: &mut Rng) -> (Part, Files) {
    let mut files = Vec::new();
    let mut part = text_part("plain", text, style, rng);
    if let Some((html, picture)) = rich {
        let mut rich = text_part("html", html, style, rng);
        if let Some((file, id)) = &picture {
            let inline = attachment(file, Some(id), rng);
            files.push((file.name.clone(), file.bytes.len()));
            rich = Part::multi("related", "; type=\"text/html\"", vec![rich, inline], rng);
        }
        part = Part::multi("alternative", "", vec![part, rich], rng);
    }
    if thread.kind == Kind::Conversation && rng.chance(12) {
        let mut parts = vec![part];
        for _ in 0..[1, 1, 1, 2][rng.below(4)] {
            let file = files::document(thread.language, rng);
            parts.push(attachment(&file, None, rng));
            files.push((file.name, file.bytes.len()));
        }
        part = Part::multi("mixed", "", parts, rng);
    }
    (part, files)
}

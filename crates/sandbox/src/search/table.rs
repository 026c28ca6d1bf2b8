//! The search language as a table: a search, and which of six messages it finds.

use super::{Field, Query, Searchable};

pub(super) const NOW: &str = "2026-03-20T12:00:00Z";

/// A message spelt out.
#[derive(Debug, Clone, Default)]
pub(super) struct Mail {
    pub(super) id: char,
    pub(super) me: Option<String>,
    pub(super) addresses: Vec<(Field, String)>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) labels: Vec<String>,
    pub(super) names: Vec<String>,
    pub(super) at_ms: i64,
    pub(super) size: u64,
    pub(super) files: Vec<String>,
    pub(super) message_id: Option<String>,
    pub(super) list_id: Option<String>,
}

impl Searchable for Mail {
    fn header(&self, _: &str) -> Option<String> {
        None
    }
    fn addresses(&self, field: Field) -> Vec<String> {
        self.addresses.iter().filter(|(f, _)| *f == field).map(|(_, address)| address.clone()).collect()
    }
    fn subject(&self) -> &str {
        &self.subject
    }
    fn text(&self) -> &str {
        &self.text
    }
    fn labels(&self) -> &[String] {
        &self.labels
    }
    fn label_names(&self) -> Vec<String> {
        self.names.clone()
    }
    fn internal_date_ms(&self) -> i64 {
        self.at_ms
    }
    fn size(&self) -> u64 {
        self.size
    }
    fn has_attachment(&self) -> bool {
        !self.files.is_empty()
    }
    fn filenames(&self) -> Vec<String> {
        self.files.clone()
    }
    fn rfc822_msgid(&self) -> Option<String> {
        self.message_id.clone()
    }
    fn list_id(&self) -> Option<String> {
        self.list_id.clone()
    }
    fn me(&self) -> Option<String> {
        self.me.clone()
    }
}

struct Given<'a> {
    id: char,
    from: &'a str,
    to: &'a str,
    subject: &'a str,
    text: &'a str,
    labels: &'a [&'a str],
    at: &'a str,
    size: u64,
}

fn mail(given: &Given<'_>) -> Mail {
    Mail {
        id: given.id,
        me: Some("alice@sandbox.test".into()),
        addresses: vec![(Field::From, given.from.into()), (Field::To, given.to.into())],
        subject: given.subject.into(),
        text: given.text.into(),
        labels: given.labels.iter().map(|label| (*label).to_owned()).collect(),
        at_ms: given.at.parse::<jiff::Timestamp>().unwrap().as_millisecond(),
        size: given.size,
        message_id: Some(format!("<{}+1@mail.example>", given.id)),
        ..Mail::default()
    }
}

/// Six messages: a newsletter, a letter with a file, an own one, one in Japanese, one in trash, one in spam.
pub(super) fn mailbox() -> Vec<Mail> {
    const ME: &str = "Alice Example <alice@sandbox.test>";
    let mut n = mail(&Given {
        id: 'n',
        from: "Morgenblatt <letter@morgenblatt.example>",
        to: ME,
        subject: "Die größte Übersicht: 50% Rabatt",
        text: "Straßenbahn und Fahrrad. https://youtu.be/xyz Abbestellen",
        labels: &["INBOX", "UNREAD", "CATEGORY_PROMOTIONS"],
        at: "2026-03-19T08:00:00Z",
        size: 30_000,
    });
    n.list_id = Some("<letter.morgenblatt.example>".into());
    let mut f = mail(&Given {
        id: 'f',
        from: "François Noël <francois.noel@example.org>",
        to: ME,
        subject: "Quarterly report",
        text: "Hi Alice, the quarterly numbers are in the report. See you at dinner or lunch on Friday.",
        labels: &["INBOX", "STARRED", "IMPORTANT", "Label_1", "CATEGORY_PERSONAL"],
        at: "2026-03-08T07:59:59Z",
        size: 2_500_000,
    });
    f.names = vec!["Work/Big Projects".into()];
    f.files = vec!["Report 2026.pdf".into(), "résumé.docx".into()];
    f.addresses.push((Field::Cc, "Bob <bob@sandbox.test>".into()));
    f.addresses.push((Field::DeliveredTo, "alice+work@sandbox.test".into()));
    let mut s = mail(&Given {
        id: 's',
        from: ME,
        to: "Bob <bob@sandbox.test>",
        subject: "Re: dinner",
        text: "Dinner on Friday works, lunch does not. I'll bring the holiday photos from our last vacation.",
        labels: &["SENT"],
        at: "2025-12-31T23:00:00Z",
        size: 900,
    });
    s.addresses.push((Field::Bcc, "carol@example.com".into()));
    let j = mail(&Given {
        id: 'j',
        from: "佐藤 陽子 <yoko@example.net>",
        to: ME,
        subject: "会議の日程変更について",
        text: "会議を月曜日に変更できますか。",
        labels: &["INBOX", "UNREAD", "CATEGORY_PERSONAL"],
        at: "2026-03-09T00:00:00Z",
        size: 1_024,
    });
    let t = mail(&Given {
        id: 't',
        from: "bob@sandbox.test",
        to: ME,
        subject: "old report",
        text: "reports, reporting; the Report",
        labels: &["TRASH"],
        at: "2024-01-01T00:00:00Z",
        size: 700,
    });
    let p = mail(&Given {
        id: 'p',
        from: "Prince <prince@bank.example>",
        to: "undisclosed",
        subject: "URGENT",
        text: "dinner with a prince docs.google.com/document/d/1",
        labels: &["SPAM", "UNREAD"],
        at: "2026-03-20T11:00:00Z",
        size: 10_240,
    });
    vec![n, f, s, j, t, p]
}

/// A search, and the messages it finds.
const TABLE: &[(&str, &str)] = &[
    // Words: whole ones, in subject, text, addresses and file names, whatever their case and accents.
    ("report", "ft"),
    ("REPORT", "ft"),
    ("repor", ""),
    ("reports", "t"),
    ("dinner", "fsp"),
    ("francois", "f"),
    ("FRANÇOIS", "f"),
    ("resume", "f"),
    ("strassenbahn", "n"),
    ("Ubersicht", "n"),
    ("größte", "n"),
    ("50%", "n"),
    ("bob@sandbox.test", "fst"),
    ("会議", "j"),
    ("月曜", "j"),
    ("曜月", ""),
    // Several words are all asked for.
    ("dinner friday", "fs"),
    ("dinner AND friday", "fs"),
    ("dinner -friday", "p"),
    ("-dinner", "njt"),
    // Phrases and exact words.
    ("\"quarterly report\"", "f"),
    ("\"report quarterly\"", ""),
    ("\"dinner or lunch\"", "f"),
    ("-\"dinner on friday\" friday", "f"),
    ("+resume", ""),
    ("+résumé", "f"),
    ("\u{201c}quarterly numbers\u{201d}", "f"),
    // OR binds tighter than AND.
    ("dinner OR 会議", "fsjp"),
    ("friday dinner OR report", "fs"),
    ("{prince 会議}", "jp"),
    ("prince | 会議", "jp"),
    ("-{dinner report}", "nj"),
    ("-(dinner friday)", "njtp"),
    ("(dinner friday) OR 会議", "fsj"),
    ("dinner or friday", "f"),
    // Words near each other.
    ("holiday AROUND 5 vacation", "s"),
    ("holiday AROUND 1 vacation", ""),
    ("vacation AROUND 5 holiday", "s"),
    ("\"quarterly numbers\" AROUND 4 report", "f"),
    // Addresses.
    ("from:bob", "t"),
    ("from:bob@sandbox.test", "t"),
    ("from:sandbox.test", "st"),
    ("from:noel", "f"),
    ("from:(francois noel)", "f"),
    ("from:(bob OR yoko)", "jt"),
    ("from:{bob yoko}", "jt"),
    ("-from:me in:inbox", "nfj"),
    ("from:me", "s"),
    ("to:me", "nfjt"),
    ("to:bob", "s"),
    ("cc:bob", "f"),
    ("bcc:carol", "s"),
    ("deliveredto:alice+work@sandbox.test", "f"),
    ("from: bob", "t"),
    ("FROM:Bob", "t"),
    // Subjects.
    ("subject:report", "ft"),
    ("subject:(quarterly report)", "f"),
    ("subject:\"old report\"", "t"),
    ("subject:{dinner urgent}", "sp"),
    ("-subject:report report", ""),
    ("subject:日程", "j"),
    // Labels and places.
    ("label:inbox", "nfj"),
    ("label:work-big-projects", "f"),
    ("label:\"Work/Big Projects\"", "f"),
    ("label:Label_1", "f"),
    ("label:{spam trash}", "tp"),
    ("in:inbox is:unread", "nj"),
    ("in:sent", "s"),
    ("in:trash", "t"),
    ("in:spam", "p"),
    ("in:anywhere report", "ft"),
    ("in:work-big-projects", "f"),
    ("in:archive", ""),
    ("is:read", "fst"),
    ("is:starred", "f"),
    ("is:important", "f"),
    ("is:muted", ""),
    ("is:nonsense", ""),
    ("category:promotions", "n"),
    ("category:primary", "fj"),
    ("category:(promotions OR primary)", "nfj"),
    ("has:userlabels", "f"),
    ("has:nouserlabels in:inbox", "nj"),
    // Files and links.
    ("has:attachment", "f"),
    ("-has:attachment from:noel", ""),
    ("filename:pdf", "f"),
    ("filename:\"report 2026.pdf\"", "f"),
    ("filename:rep", ""),
    ("filename:{docx xlsx}", "f"),
    ("has:youtube", "n"),
    ("has:document", "p"),
    ("has:yellow-star", ""),
    // Lists and ids.
    ("list:morgenblatt.example", "n"),
    ("list:letter", "n"),
    ("rfc822msgid:f+1@mail.example", "f"),
    ("rfc822msgid:<f+1@mail.example>", "f"),
    ("rfc822msgid:f", ""),
    // Sizes.
    ("larger:1M", "f"),
    ("larger:10K", "nf"),
    ("size:29999", "nf"),
    ("smaller:1K", "st"),
    ("smaller:1025", "sjt"),
    // Dates: midnight Pacific (07:59:59Z on 8 March is still the 7th), or epoch seconds.
    ("after:2026/03/08", "njp"),
    ("after:2026/03/07 before:2026/03/08", "f"),
    ("before:2025/01/01", "t"),
    ("after:1773014400", "njp"),
    ("older:2026/01/01", "st"),
    ("newer:2026-03-19", "np"),
    ("newer_than:2d", "np"),
    ("newer_than:1m", "nfjp"),
    ("older_than:1y", "t"),
    ("older_than:12h -in:trash", "nfsj"),
    ("after:yesterday", ""),
    // What is no operator is text.
    ("foo:dinner", ""),
    ("https://youtu.be/xyz", "n"),
    ("alice@sandbox.test -in:sent", "nfjt"),
];

#[test]
fn every_row_finds_what_gmail_would() {
    let mut wrong = Vec::new();
    for (q, expected) in TABLE {
        let query = Query::parse(q, NOW.parse().unwrap());
        let found: String = mailbox().iter().filter(|mail| query.matches(*mail)).map(|mail| mail.id).collect();
        if found != *expected {
            wrong.push(format!("{q}  found {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), TABLE.len(), wrong.join("\n"));
}

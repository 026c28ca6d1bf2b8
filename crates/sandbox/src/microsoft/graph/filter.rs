//! `$filter`: OData's expressions, as far as Exchange evaluates them on messages.

use super::errors::Error;
use super::filter_words::{Word, words};
use crate::microsoft::mail::ids::{Form, Naming};
use crate::microsoft::mail::item::Item;
use crate::microsoft::mail::letter;
use crate::world::address;

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Field, Relation, Value),
    Text(TextTest, Field, String),
    /// `categories/any(c:c eq 'x')`.
    HasCategory(String),
    /// `singleValueExtendedProperties/any(p:p/id eq 'x' and p/value eq 'y')`.
    HasExtended(String, String),
}

/// What can be compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Field {
    Received,
    Sent,
    Created,
    Modified,
    IsRead,
    IsDraft,
    HasAttachments,
    Importance,
    Subject,
    MessageId,
    Conversation,
    Folder,
    FromAddress,
    FromName,
    SenderAddress,
    SenderName,
    FlagStatus,
    Inference,
    BodyPreview,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Relation {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

/// A value, of the kind its field has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Value {
    Yes(bool),
    /// Milliseconds since the epoch.
    At(i64),
    /// Text is compared without regard to casing.
    Text(String),
}

const FIELDS: &[(&str, Field)] = &[
    ("receivedDateTime", Field::Received),
    ("sentDateTime", Field::Sent),
    ("createdDateTime", Field::Created),
    ("lastModifiedDateTime", Field::Modified),
    ("isRead", Field::IsRead),
    ("isDraft", Field::IsDraft),
    ("hasAttachments", Field::HasAttachments),
    ("importance", Field::Importance),
    ("subject", Field::Subject),
    ("internetMessageId", Field::MessageId),
    ("conversationId", Field::Conversation),
    ("parentFolderId", Field::Folder),
    ("from/emailAddress/address", Field::FromAddress),
    ("from/emailAddress/name", Field::FromName),
    ("sender/emailAddress/address", Field::SenderAddress),
    ("sender/emailAddress/name", Field::SenderName),
    ("flag/flagStatus", Field::FlagStatus),
    ("inferenceClassification", Field::Inference),
    ("bodyPreview", Field::BodyPreview),
];

impl Field {
    pub(crate) fn named(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, field)| *field)
    }

    /// What a message has there.
    pub(crate) fn value(self, item: &Item, naming: &Naming) -> Value {
        let text = |text: &str| Value::Text(text.to_lowercase());
        let person = |field: &str, name: bool| {
            let found = address::addresses(item.content.raw(), field).ok().and_then(|found| found.into_iter().next());
            let found = found.map(|person| if name { person.name.unwrap_or_default() } else { person.email });
            text(&found.unwrap_or_default())
        };
        // Graph prints whole seconds, and what it prints it also compares.
        let at = |at_ms: i64| Value::At(at_ms.div_euclid(1000) * 1000);
        match self {
            Self::Received => at(item.received_ms),
            Self::Sent => at(item.sent_ms),
            Self::Created => at(item.created_ms),
            Self::Modified => at(item.modified_ms),
            Self::IsRead => Value::Yes(item.marks.is_read),
            Self::IsDraft => Value::Yes(item.marks.is_draft),
            Self::HasAttachments => {
                Value::Yes(letter::content_of(item.content.raw()).1.iter().any(|file| !file.is_inline))
            }
            Self::Importance => text(item.marks.importance.name()),
            Self::Subject => text(item.subject()),
            Self::MessageId => text(&item.internet_message_id()),
            // Ids are told apart by casing too.
            Self::Conversation => Value::Text(naming.write(Form::Conversation, item.conversation.0)),
            Self::Folder => Value::Text(naming.write(Form::Folder, item.folder)),
            Self::FromAddress => person("from", false),
            Self::FromName => person("from", true),
            Self::SenderAddress => person("sender", false),
            Self::SenderName => person("sender", true),
            Self::FlagStatus => text(item.marks.flag_status()),
            Self::Inference => text(&item.marks.inference),
            Self::BodyPreview => text(&item.content.body().text),
        }
    }

    /// A literal as a value of this field's kind.
    fn literal(self, word: &Word) -> Result<Value, Error> {
        let wrong = || Error::bad_filter("A binary operator with incompatible types was detected.");
        match (self, word) {
            (Self::IsRead | Self::IsDraft | Self::HasAttachments, Word::Name(text)) => match text.as_str() {
                "true" => Ok(Value::Yes(true)),
                "false" => Ok(Value::Yes(false)),
                _ => Err(wrong()),
            },
            (Self::Received | Self::Sent | Self::Created | Self::Modified, Word::Name(text)) => {
                let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
                let at = text.parse::<jiff::Timestamp>().ok().or_else(|| Some(day()?.timestamp()));
                at.map(|at| Value::At(at.as_millisecond())).ok_or_else(wrong)
            }
            (Self::Conversation | Self::Folder, Word::Text(text)) => Ok(Value::Text(text.clone())),
            (Self::IsRead | Self::IsDraft | Self::HasAttachments, _) => Err(wrong()),
            (Self::Received | Self::Sent | Self::Created | Self::Modified, _) => Err(wrong()),
            (_, Word::Text(text)) => Ok(Value::Text(text.to_lowercase())),
            _ => Err(wrong()),
        }
    }
}

impl Condition {
    /// Reads an expression.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let words = words(text)?;
        let mut reader = Reader { words: &words, depth: 0 };
        let read = reader.any()?;
        if reader.words.is_empty() { Ok(read) } else { Err(syntax()) }
    }

    /// Whether it holds of a message.
    pub(crate) fn holds(&self, item: &Item, naming: &Naming) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(item, naming)),
            Self::Any(any) => any.iter().any(|one| one.holds(item, naming)),
            Self::Not(not) => !not.holds(item, naming),
            Self::Compare(field, relation, value) => {
                let have = field.value(item, naming).cmp(value);
                match relation {
                    Relation::Eq => have.is_eq(),
                    Relation::Ne => have.is_ne(),
                    Relation::Gt => have.is_gt(),
                    Relation::Ge => have.is_ge(),
                    Relation::Lt => have.is_lt(),
                    Relation::Le => have.is_le(),
                }
            }
            Self::Text(test, field, text) => match field.value(item, naming) {
                Value::Text(have) => match test {
                    TextTest::Contains => have.contains(text.as_str()),
                    TextTest::StartsWith => have.starts_with(text.as_str()),
                    TextTest::EndsWith => have.ends_with(text.as_str()),
                },
                _ => false,
            },
            Self::HasCategory(name) => item.marks.categories.iter().any(|have| have.eq_ignore_ascii_case(name)),
            Self::HasExtended(id, value) => {
                item.marks.extended.iter().any(|(have, text)| have.eq_ignore_ascii_case(id) && text == value)
            }
        }
    }

    /// The fields it names, in order.
    pub(crate) fn fields(&self, found: &mut Vec<Field>) {
        match self {
            Self::All(some) | Self::Any(some) => some.iter().for_each(|one| one.fields(found)),
            Self::Not(not) => not.fields(found),
            Self::Compare(field, ..) | Self::Text(_, field, _) => found.push(*field),
            Self::HasCategory(_) | Self::HasExtended(..) => {}
        }
    }
}

/// How deep an expression may nest.
const DEEPEST: usize = 32;

struct Reader<'w> {
    words: &'w [Word],
    depth: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Condition, Error> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error::inefficient());
        }
        let mut some = vec![self.all()?];
        while self.take_name("or") {
            some.push(self.all()?);
        }
        self.depth -= 1;
        Ok(if some.len() == 1 { some.remove(0) } else { Condition::Any(some) })
    }

    fn all(&mut self) -> Result<Condition, Error> {
        let mut some = vec![self.one()?];
        while self.take_name("and") {
            some.push(self.one()?);
        }
        Ok(if some.len() == 1 { some.remove(0) } else { Condition::All(some) })
    }

    fn one(&mut self) -> Result<Condition, Error> {
        if self.take_name("not") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.take(&Word::Open) {
            let inner = self.any()?;
            return self.expect(&Word::Close).map(|()| inner);
        }
        let name = self.name()?;
        let test = match name.to_ascii_lowercase().as_str() {
            "contains" => Some(TextTest::Contains),
            "startswith" => Some(TextTest::StartsWith),
            "endswith" => Some(TextTest::EndsWith),
            _ => None,
        };
        match (test, name.to_ascii_lowercase().strip_suffix("/any")) {
            (Some(test), _) => self.text_test(test),
            (None, Some("categories")) => self.category(),
            (None, Some("singlevalueextendedproperties")) => self.extended(),
            (None, Some(_)) => Err(Error::bad_filter("The query filter contains one or more invalid nodes.")),
            (None, None) => self.comparison(&name),
        }
    }

    fn text_test(&mut self, test: TextTest) -> Result<Condition, Error> {
        self.expect(&Word::Open)?;
        let name = self.name()?;
        let field = Field::named(&name).ok_or_else(|| Error::no_property(&name, "message"))?;
        self.expect(&Word::Comma)?;
        let text = self.text()?;
        self.expect(&Word::Close)?;
        Ok(Condition::Text(test, field, text.to_lowercase()))
    }

    /// `(c:c eq 'x')`.
    fn category(&mut self) -> Result<Condition, Error> {
        self.expect(&Word::Open)?;
        self.name()?;
        self.expect(&Word::Colon)?;
        self.name()?;
        let eq = self.take_name("eq");
        let name = self.text()?;
        self.expect(&Word::Close)?;
        if eq { Ok(Condition::HasCategory(name)) } else { Err(syntax()) }
    }

    /// `(p:p/id eq 'x' and p/value eq 'y')`.
    fn extended(&mut self) -> Result<Condition, Error> {
        self.expect(&Word::Open)?;
        self.name()?;
        self.expect(&Word::Colon)?;
        let (mut id, mut value) = (None, None);
        loop {
            let name = self.name()?;
            if !self.take_name("eq") {
                return Err(syntax());
            }
            let text = self.text()?;
            match name.rsplit_once('/').map(|(_, last)| last) {
                Some("id") => id = Some(text),
                Some("value") => value = Some(text),
                _ => return Err(syntax()),
            }
            if !self.take_name("and") {
                break;
            }
        }
        self.expect(&Word::Close)?;
        id.zip(value).map(|(id, value)| Condition::HasExtended(id, value)).ok_or_else(syntax)
    }

    fn comparison(&mut self, name: &str) -> Result<Condition, Error> {
        let field = Field::named(name).ok_or_else(|| Error::no_property(name, "message"))?;
        let relation = match self.name()?.as_str() {
            "eq" => Relation::Eq,
            "ne" => Relation::Ne,
            "gt" => Relation::Gt,
            "ge" => Relation::Ge,
            "lt" => Relation::Lt,
            "le" => Relation::Le,
            _ => return Err(syntax()),
        };
        let (word, rest) = self.words.split_first().ok_or_else(syntax)?;
        self.words = rest;
        Ok(Condition::Compare(field, relation, field.literal(word)?))
    }

    fn name(&mut self) -> Result<String, Error> {
        match self.words.split_first() {
            Some((Word::Name(name), rest)) => {
                self.words = rest;
                Ok(name.clone())
            }
            _ => Err(syntax()),
        }
    }

    fn text(&mut self) -> Result<String, Error> {
        match self.words.split_first() {
            Some((Word::Text(text), rest)) => {
                self.words = rest;
                Ok(text.clone())
            }
            _ => Err(syntax()),
        }
    }

    fn take_name(&mut self, name: &str) -> bool {
        let here = matches!(self.words.first(), Some(Word::Name(have)) if have == name);
        if here {
            self.words = &self.words[1..];
        }
        here
    }

    fn take(&mut self, word: &Word) -> bool {
        let here = self.words.first() == Some(word);
        if here {
            self.words = &self.words[1..];
        }
        here
    }

    fn expect(&mut self, word: &Word) -> Result<(), Error> {
        if self.take(word) { Ok(()) } else { Err(syntax()) }
    }
}

pub(super) fn syntax() -> Error {
    Error::bad_filter("Invalid filter clause: a syntax error was found.")
}

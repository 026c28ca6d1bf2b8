//! Ids as Exchange makes them: base64 that says which mailbox and what, long enough to be cut off somewhere.
//!
//! A message has two. The ordinary one changes when the message moves; the immutable one, asked for by
//! `Prefer: IdType="ImmutableId"`, does not (facts 1.2, 1.3). Both are taken in every path.

use base64::prelude::{BASE64_URL_SAFE, Engine};

use crate::world::chance::stable_hash;

/// The beginning of every immutable id: `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A`.
const IMMUTABLE: [u8; 27] = [
    0x00, 0x09, 0x00, 0x2e, 0x00, 0x00, 0x00, 0x00, 0x00, 0x1d, 0x84, 0x03, 0x11, 0xaa, 0x66, 0x11, 0xcd, 0x9b, 0xc8,
    0x00, 0xaa, 0x00, 0x2f, 0x84, 0x5a, 0x0d, 0x00,
];

/// What an id says it is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// A message where it lies now.
    Place,
    /// A message wherever it lies.
    Key,
    Folder,
    Conversation,
}

/// An id that was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Named {
    pub(crate) form: Form,
    pub(crate) number: u64,
    /// The attachment of that message.
    pub(crate) attachment: Option<u64>,
}

/// Cut short, damaged, of another mailbox, or no id at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Malformed;

/// Makes and reads the ids of one mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Naming {
    mailbox: u64,
    guid: String,
}

impl Naming {
    pub(crate) fn of(email: &str) -> Self {
        let mailbox = stable_hash(email.as_bytes());
        let guid = uuid::Uuid::from_u64_pair(mailbox, mailbox.rotate_left(29)).to_string();
        Self { mailbox, guid }
    }

    /// An id on the wire.
    pub(crate) fn write(&self, form: Form, number: u64) -> String {
        seal(self.body(form, number))
    }

    /// The id of a message's attachment: longer than the message's, and beginning like it.
    pub(crate) fn write_attachment(&self, form: Form, number: u64, attachment: u64) -> String {
        let mut body = self.body(form, number);
        body.extend(attachment.to_be_bytes());
        seal(body)
    }

    /// What an id is of; refused when it is not one of this mailbox's, to the letter.
    pub(crate) fn read(&self, text: &str) -> Result<Named, Malformed> {
        let bytes = BASE64_URL_SAFE.decode(text).map_err(|_| Malformed)?;
        let (body, check) = bytes.split_last_chunk::<4>().ok_or(Malformed)?;
        if checksum(body) != *check {
            return Err(Malformed);
        }
        let forms = [Form::Place, Form::Key, Form::Folder, Form::Conversation];
        let (form, rest) = forms
            .into_iter()
            .find_map(|form| Some((form, body.strip_prefix(self.lead(form).as_slice())?)))
            .ok_or(Malformed)?;
        let words: Vec<u64> =
            rest.chunks_exact(8).filter_map(|word| Some(u64::from_be_bytes(word.try_into().ok()?))).collect();
        match *words.as_slice() {
            [mailbox, number] if mailbox == self.mailbox => Ok(Named { form, number, attachment: None }),
            [mailbox, number, attachment] if mailbox == self.mailbox => {
                Ok(Named { form, number, attachment: Some(attachment) })
            }
            _ => Err(Malformed),
        }
    }

    fn body(&self, form: Form, number: u64) -> Vec<u8> {
        let mut body = self.lead(form);
        body.extend(self.mailbox.to_be_bytes());
        body.extend(number.to_be_bytes());
        body
    }

    fn lead(&self, form: Form) -> Vec<u8> {
        let (kind, mark) = match form {
            Form::Key => return IMMUTABLE.to_vec(),
            Form::Place => (3, b'F'),
            Form::Folder => (3, b'.'),
            Form::Conversation => (4, 0x10),
        };
        [&[0, kind, 0x24, 0], self.guid.as_bytes(), &[mark, 0, 0, 0, 0, 0]].concat()
    }
}

fn seal(mut body: Vec<u8>) -> String {
    body.extend(checksum(&body));
    BASE64_URL_SAFE.encode(body)
}

fn checksum(body: &[u8]) -> [u8; 4] {
    (stable_hash(body) as u32).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_exchanges_and_read_back() {
        let naming = Naming::of("adele@contoso.test");
        for (form, lead) in [
            (Form::Place, "AAMkA"),
            (Form::Key, "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"),
            (Form::Folder, "AAMkA"),
            (Form::Conversation, "AAQkA"),
        ] {
            let text = naming.write(form, 77);
            assert!(text.starts_with(lead), "{text}");
            assert_eq!(naming.read(&text), Ok(Named { form, number: 77, attachment: None }));
        }
        let attachment = naming.write_attachment(Form::Key, 77, 5);
        assert_eq!(naming.read(&attachment), Ok(Named { form: Form::Key, number: 77, attachment: Some(5) }));
    }

    #[test]
    fn damaged_ids_and_other_mailboxes_are_malformed() {
        let naming = Naming::of("adele@contoso.test");
        let good = naming.write(Form::Place, 1);
        for bad in [String::new(), "inbox".into(), good[..good.len() - 4].to_owned(), good.to_lowercase()] {
            assert_eq!(naming.read(&bad), Err(Malformed), "{bad}");
        }
        assert_eq!(Naming::of("alex@contoso.test").read(&good), Err(Malformed));
    }
}

//! Addresses as a caller wrote them: internationalised domains travel as A-labels, and the answer shows them as given.

use api::outgoing::Outgoing;
use model::message::Message;

/// The caller's addresses that travel in another form than they were written in.
#[derive(Debug, Default)]
pub struct Written {
    /// As it travels, as written.
    pairs: Vec<(String, String)>,
}

impl Written {
    /// Of what a caller sends or saves.
    pub fn of(wire: &Outgoing) -> Self {
        let lists = [&wire.to, &wire.from, &wire.cc, &wire.bcc, &wire.reply_to];
        let given = lists.into_iter().flatten().flatten().map(|address| address.email.trim());
        let pair = |email: &str| {
            mail::compose::wire_form(email).filter(|wire| wire != email).map(|wire| (wire, email.to_owned()))
        };
        Self { pairs: given.filter(|email| !email.is_ascii()).filter_map(pair).collect() }
    }

    /// The message with these addresses as they were written.
    pub fn shown(&self, mut message: Message) -> Message {
        if self.pairs.is_empty() {
            return message;
        }
        let Message { from, to, cc, bcc, reply_to, .. } = &mut message;
        for address in [from, to, cc, bcc, reply_to].into_iter().flatten() {
            if let Some((_, given)) = self.pairs.iter().find(|(wire, _)| wire.eq_ignore_ascii_case(&address.email)) {
                address.email.clone_from(given);
            }
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_shows_domains_as_they_were_given() {
        let wire = serde_json::json!({"to": [{"email": "info@Bücher.example"}, {"email": "A@x.test"}]});
        let written = Written::of(&serde_json::from_value(wire).unwrap());
        assert_eq!(
            written.pairs,
            [("info@xn--bcher-kva.example".to_owned(), "info@Bücher.example".to_owned())],
            "an ASCII address needs no memory"
        );
    }
}

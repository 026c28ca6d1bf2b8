//! Reading addresses out of header fields.

use mail_parser::parsers::MessageStream;

use super::headers;

/// One address, with the name that came with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mailbox {
    pub(crate) name: Option<String>,
    /// In lower case.
    pub(crate) email: String,
}

/// The field has text in which no address is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BadAddress;

/// The addresses of all fields with this name; an empty field has none.
pub(crate) fn addresses(raw: &[u8], name: &str) -> Result<Vec<Mailbox>, BadAddress> {
    let mut found = Vec::new();
    for field in headers::fields(raw).filter(|field| field.is(name) && !field.value.is_empty()) {
        found.extend(parse(field.value)?);
    }
    Ok(found)
}

/// The addresses of one field's value; groups are opened.
pub(crate) fn parse(value: &[u8]) -> Result<Vec<Mailbox>, BadAddress> {
    let mut line = value.to_vec();
    line.push(b'\n');
    let parsed = MessageStream::new(&line).parse_address();
    let Some(addresses) = parsed.into_address() else { return Err(BadAddress) };
    let is_group = addresses.as_group().is_some();
    let found: Vec<_> = addresses.iter().map(mailbox).collect::<Option<_>>().ok_or(BadAddress)?;
    if found.is_empty() && !is_group { Err(BadAddress) } else { Ok(found) }
}

fn mailbox(address: &mail_parser::Addr<'_>) -> Option<Mailbox> {
    let email = address.address()?.trim();
    let (local, domain) = email.rsplit_once('@')?;
    let plausible = !local.is_empty() && !domain.is_empty() && !email.contains(char::is_whitespace);
    plausible.then(|| Mailbox { name: address.name().map(str::to_owned), email: email.to_lowercase() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(value: &str) -> Result<Vec<String>, BadAddress> {
        Ok(parse(value.as_bytes())?.into_iter().map(|mailbox| mailbox.email).collect())
    }

    #[test]
    fn lists_and_groups_are_read() {
        assert_eq!(emails("Bob <Bob@X.test>, \"C, D\" <c@x.test>").unwrap(), ["bob@x.test", "c@x.test"]);
        assert_eq!(emails("team: a@x.test, b@x.test;").unwrap(), ["a@x.test", "b@x.test"]);
    }

    #[test]
    fn text_without_an_address_is_refused() {
        for value in ["nobody", "<>", "@x.test", "a@"] {
            assert_eq!(emails(value), Err(BadAddress), "{value}");
        }
    }
}

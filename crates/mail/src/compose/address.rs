//! Addresses as they travel: domains in ASCII (IDNA), local parts as they are (RFC 6532).

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use model::Address;

use super::check::{MAX_NAME, clean_text, refuse};
use super::{Outgoing, Refused};

/// Longest local part, in octets (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// A recipient whose local part is not ASCII: only a provider with SMTPUTF8 (RFC 6531) carries it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beyond {
    /// The request field (`cc[0].email`).
    pub field: String,
    /// The address as given.
    pub email: String,
}

/// Every address in `to`, `cc`, `bcc` and `reply_to` whose local part is not ASCII, in that order. Names and domains
/// outside ASCII need nothing of a provider and are not listed.
pub fn beyond_ascii(outgoing: &Outgoing) -> Vec<Beyond> {
    let lists = [("to", &outgoing.to), ("cc", &outgoing.cc), ("bcc", &outgoing.bcc), ("reply_to", &outgoing.reply_to)];
    let beyond = |email: &str| email.rsplit_once('@').is_some_and(|(local, _)| !local.is_ascii());
    let of = |(field, list): (&'static str, &'_ Vec<Address>)| {
        let found = list.iter().enumerate().filter(|(_, a)| beyond(&a.email));
        found.map(|(i, a)| Beyond { field: format!("{field}[{i}].email"), email: a.email.clone() }).collect::<Vec<_>>()
    };
    lists.into_iter().flat_map(of).collect()
}

pub(super) fn addresses(field: &str, list: &[Address]) -> Result<Vec<Address>, Refused> {
    list.iter().enumerate().map(|(index, a)| address(&format!("{field}[{index}]"), a)).collect()
}

fn address(field: &str, address: &Address) -> Result<Address, Refused> {
    let name = address.name.as_deref().map(str::trim).unwrap_or_default();
    clean_text(&format!("{field}.name"), name, MAX_NAME)?;
    let email = mailbox(address.email.trim()).map_err(|reason| refuse(format!("{field}.email"), reason))?;
    Ok(Address::named(name, email))
}

/// The address as it travels: its domain in A-labels (UTS 46, non-transitional, STD3). `None` when it is none. An ASCII
/// domain stays as written.
pub fn wire_form(email: &str) -> Option<String> {
    mailbox(email.trim()).ok()
}

fn mailbox(email: &str) -> Result<String, String> {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return Err("is not an address: it has no `@`".into());
    };
    let bad = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]@".contains(c);
    if local.is_empty() || local.contains(bad) {
        return Err(
            "is not an address: what stands before the `@` is empty or holds spaces or special characters".into()
        );
    }
    if local.len() > MAX_LOCAL {
        return Err(format!("is not an address: more than {MAX_LOCAL} bytes stand before the `@`"));
    }
    // Hyphens in third and fourth place are met in real names; DNS lengths are checked in the ASCII form.
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .map_err(|_| format!("is not an address: `{domain}` is not a valid domain (IDNA, UTS 46)"))?;
    let domain = if domain.is_ascii() { domain } else { ascii.as_ref() };
    // Old Japanese mobile addresses have dots where a dot-atom has none (RFC 5322 section 3.2.3); quoted they are valid.
    match local.split('.').any(str::is_empty) {
        true => Ok(format!("\"{local}\"@{domain}")),
        false => Ok(format!("{local}@{domain}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_travel_as_a_labels_and_are_not_mapped_in_the_old_way() {
        for (given, wire) in [
            ("info@Bücher.example", "info@xn--bcher-kva.example"),
            // Non-transitional: the sharp s stays itself.
            ("a@straße.example", "a@xn--strae-oqa.example"),
            ("a@例子。广告", "a@xn--fsqu00a.xn--4rr70v"),
            ("a@Example.ORG", "a@Example.ORG"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
            ("a@r3---x.example", "a@r3---x.example"),
            ("用户@bücher.example", "用户@xn--bcher-kva.example"),
            ("a..b.@docomo.example", "\"a..b.\"@docomo.example"),
        ] {
            assert_eq!(wire_form(given).as_deref(), Some(wire), "{given}");
        }
    }

    #[test]
    fn domains_that_are_none_are_refused() {
        let long = format!("a@{}.example", "ü".repeat(70));
        for email in
            ["a@xn--a.example", "a@ü_x.example", "a@-x.example", "a@x-.example", "a@x_y.example", "a@x..y", &long]
        {
            assert_eq!(wire_form(email), None, "{email}");
        }
        assert_eq!(wire_form(&format!("{}@x.example", "l".repeat(65))), None);
        assert_eq!(wire_form("a@[192.0.2.1]"), None);
    }

    #[test]
    fn only_local_parts_need_a_provider_with_smtputf8() {
        let outgoing = Outgoing {
            to: vec![Address::named("Jörg", "joerg@bücher.example"), Address::bare("jörg@x.test")],
            bcc: vec![Address::bare("用户@x.test")],
            ..Outgoing::default()
        };
        let fields: Vec<String> = beyond_ascii(&outgoing).into_iter().map(|b| b.field).collect();
        assert_eq!(fields, ["to[1].email", "bcc[0].email"]);
    }
}

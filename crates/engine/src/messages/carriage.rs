//! What the provider carries of a message, looked at before anything is sent.

use mail::compose::{Beyond, Outgoing, beyond_ascii};
use model::{Fault, FaultKind, Provider};
use providers::Carriage;

use crate::Result;

/// Refuses what the provider would not carry whole: nothing is sent to the others either.
///
/// # Errors
/// `non_ascii_recipient` naming every such recipient; `invalid_request` for too many of them.
pub(super) fn check(provider: Provider, outgoing: &Outgoing) -> Result<()> {
    let carriage = providers::carriage(provider);
    count(&carriage, [&outgoing.to, &outgoing.cc, &outgoing.bcc].iter().map(|list| list.len()).sum(), "to")?;
    match beyond_ascii(outgoing) {
        beyond if beyond.is_empty() || carriage.carries_eai => Ok(()),
        beyond => Err(uncarried(&beyond, "the provider does not speak SMTPUTF8 (RFC 6531)")),
    }
}

/// As [`check`], for a message that the caller composed.
pub(super) fn check_raw(provider: Provider, parsed: &mail::parse::Parsed) -> Result<()> {
    let carriage = providers::carriage(provider);
    count(&carriage, [&parsed.to, &parsed.cc, &parsed.bcc].iter().map(|list| list.len()).sum(), "mime")?;
    match beyond_ascii(&recipients(parsed)) {
        beyond if beyond.is_empty() || carriage.carries_eai => Ok(()),
        beyond => Err(uncarried(&beyond, "the provider does not speak SMTPUTF8 (RFC 6531)")),
    }
}

/// Bytes of a composed message against what the provider takes.
pub(super) fn check_bytes(provider: Provider, bytes: usize) -> Result<()> {
    let most = providers::carriage(provider).bytes;
    if bytes <= most {
        return Ok(());
    }
    let message = format!(
        "The message is {bytes} bytes as it travels, attachments in base64 included; the provider takes at most {most}. \
         Send less, or a link."
    );
    Err(Fault { field: Some("attachments".into()), ..Fault::new(FaultKind::MessageTooLarge, message) })
}

/// A provider's refusal of an address field, told for what it most likely is when the field names recipients beyond ASCII.
/// Any other fault comes back as it is.
pub(crate) fn explained(fault: Fault, raw: &[u8]) -> Fault {
    let refused = fault.kind == FaultKind::InvalidRequest && fault.provider.is_some();
    let Some(field) = fault.field.clone().filter(|field| refused && ["to", "cc", "bcc"].contains(&field.as_str()))
    else {
        return fault;
    };
    let mut beyond = beyond_ascii(&recipients(&mail::parse::parse(raw)));
    beyond.retain(|one| one.field.starts_with(&field));
    if beyond.is_empty() {
        return fault;
    }
    let told = uncarried(&beyond, "the provider refused the address");
    Fault { kind: told.kind, message: told.message, field: told.field, ..fault }
}

fn recipients(parsed: &mail::parse::Parsed) -> Outgoing {
    let (to, cc, bcc) = (parsed.to.clone(), parsed.cc.clone(), parsed.bcc.clone());
    Outgoing { to, cc, bcc, ..Outgoing::default() }
}

fn count(carriage: &Carriage, recipients: usize, field: &str) -> Result<()> {
    if recipients <= carriage.recipients {
        return Ok(());
    }
    let message = format!(
        "The message names {recipients} recipients in `to`, `cc` and `bcc`; the provider takes at most {} in one. Send \
         several messages.",
        carriage.recipients
    );
    Err(Fault::invalid(field, message))
}

fn uncarried(beyond: &[Beyond], why: &str) -> Fault {
    let named: Vec<String> = beyond.iter().map(|one| format!("{} ({})", one.email, one.field)).collect();
    let message = format!(
        "Nothing was sent to anyone. At least one address holds letters outside ASCII before the @, and {why}: {}. Use \
         an ASCII form of each, or remove it.",
        named.join(", ")
    );
    let field = beyond.first().map(|one| one.field.clone());
    Fault { field, ..Fault::new(FaultKind::NonAsciiRecipient, message) }
}

#[cfg(test)]
mod tests {
    use model::Address;

    use super::*;

    fn to(emails: &[&str]) -> Outgoing {
        Outgoing { to: emails.iter().map(|email| Address::bare(*email)).collect(), ..Outgoing::default() }
    }

    #[test]
    fn recipients_beyond_ascii_are_named_exactly_where_they_are_not_carried() {
        let mut outgoing = to(&["a@x.test", "jörg@x.test", "info@bücher.example"]);
        outgoing.bcc = vec![Address::bare("用户@例子.广告")];
        let fault = check(Provider::Imap, &outgoing).unwrap_err();
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::NonAsciiRecipient, Some("to[1].email")));
        assert!(fault.message.contains("jörg@x.test (to[1].email), 用户@例子.广告 (bcc[0].email)"));
        assert!(!fault.message.contains("a@x.test (") && !fault.message.contains("bücher"));
        assert_eq!(check(Provider::Google, &outgoing), Ok(()));
        assert_eq!(check(Provider::Imap, &to(&["a@x.test", "info@bücher.example"])), Ok(()));
        let raw = "To: jörg@x.test\r\nSubject: x\r\n\r\nx".as_bytes();
        let fault = check_raw(Provider::Imap, &mail::parse::parse(raw)).unwrap_err();
        assert!(fault.message.contains("jörg@x.test (to[0].email)"));
    }

    #[test]
    fn too_many_recipients_are_counted_over_all_fields() {
        let mut outgoing = to(&["a@x.test"; 400]);
        outgoing.cc = to(&["b@x.test"; 100]).to;
        assert_eq!(check(Provider::Google, &outgoing), Ok(()));
        outgoing.bcc = vec![Address::bare("c@x.test")];
        let fault = check(Provider::Google, &outgoing).unwrap_err();
        assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("to")));
        assert!(fault.message.contains("501") && fault.message.contains("500"));
    }

    #[test]
    fn a_refusal_of_the_field_is_told_for_what_it_is() {
        let refused = Fault { provider: Some(Provider::Google), ..Fault::invalid("to", "Gmail refuses an address.") };
        let raw = "To: a@x.test, jörg@x.test\r\nCc: ö@x.test\r\n\r\nx".as_bytes();
        let told = explained(refused.clone(), raw);
        assert_eq!((told.kind, told.field.as_deref()), (FaultKind::NonAsciiRecipient, Some("to[1].email")));
        assert!(told.message.contains("jörg@x.test") && !told.message.contains("ö@x.test (cc"));
        assert_eq!(explained(refused.clone(), b"To: a@x.test\r\n\r\nx"), refused);
        let ours = Fault::invalid("to", "x");
        assert_eq!(explained(ours.clone(), raw), ours);
    }
}

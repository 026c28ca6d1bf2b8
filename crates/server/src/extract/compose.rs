//! From the JSON or multipart of a send or a draft to what the engine composes.

use api::address::EmailName;
use api::outgoing::{Outgoing, OutgoingAttachment};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose};
use engine::wordings::TemplateUse;
use http::header;
use mail::compose::File;
use model::tracking::Tracking;
use model::{Address, MessageId};

use super::body::Bounds;
use super::{json, multipart};
use crate::app::App;
use crate::error::Refusal;

const LENIENT: GeneralPurposeConfig =
    general_purpose::PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// What a caller sends or saves: the wire form, checked, and its files, decoded.
#[derive(Debug)]
pub struct Draft {
    /// As sent; `attachments` is taken out.
    pub wire: Outgoing,
    /// The files, if any were named: an empty list removes a draft's files.
    pub files: Option<Vec<File>>,
    /// It came as multipart, which has its own rate.
    pub multipart: bool,
}

impl FromRequest<App> for Draft {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "multipart/form-data" => from_form(request, app).await,
            "application/json" | "" => from_json(&json::read(request, app).await?),
            _ => Err(Refusal::invalid(
                "Content-Type",
                "request must be of content-type multipart/form-data or application/json",
            )),
        }
    }
}

async fn from_form(request: Request<Body>, app: &App) -> Result<Draft, Refusal> {
    let form = form(request, app, multipart::MESSAGE).await?;
    let mut draft = from_json(&form.main)?;
    if !form.files.is_empty() {
        draft.files.get_or_insert_default().extend(form.files);
    }
    draft.multipart = true;
    Ok(draft)
}

/// A multipart body within the installation's limits.
pub async fn form(
    request: Request<Body>,
    app: &App,
    names: &'static [&'static str],
) -> Result<multipart::Form, Refusal> {
    let (parts, body) = request.into_parts();
    let settings = app.settings();
    let bounds = Bounds { limit: settings.max_multipart_body, deadline: settings.body_deadline, encoding: "multipart" };
    multipart::read(&parts.headers, body, bounds, names).await
}

fn from_json(bytes: &[u8]) -> Result<Draft, Refusal> {
    let mut wire: Outgoing = json::parse(bytes)?;
    refuse_unoffered(&wire)?;
    check(&wire)?;
    let files = match wire.attachments.take() {
        Some(given) => Some(given.into_iter().enumerate().map(|(i, a)| file(i, a)).collect::<Result<_, _>>()?),
        None => None,
    };
    Ok(Draft { wire, files, multipart: false })
}

fn refuse_unoffered(wire: &Outgoing) -> Result<(), Refusal> {
    let refuse = |field: &str, why: &str| Err(Refusal::invalid(field, format!("{field} is not supported {why}")));
    let host = wire.tracking_options.as_ref().and_then(|tracking| tracking.domain_name.as_deref());
    if host.is_some_and(|host| !host.is_empty()) {
        return refuse("tracking_options.domain_name", "here: marks are served from this installation's own address");
    }
    Ok(())
}

fn check(wire: &Outgoing) -> Result<(), Refusal> {
    let lists =
        [("to", &wire.to), ("from", &wire.from), ("cc", &wire.cc), ("bcc", &wire.bcc), ("reply_to", &wire.reply_to)];
    for (field, list) in lists {
        for (i, address) in list.iter().flatten().enumerate() {
            check_address(&format!("{field}[{i}]"), address)?;
        }
    }
    if wire.from.as_ref().is_some_and(|from| from.len() > 1) {
        return Err(Refusal::invalid("from", "from takes exactly one address; leave it out for the grant's own"));
    }
    Ok(())
}

fn check_address(place: &str, address: &EmailName) -> Result<(), Refusal> {
    let email = address.email.trim();
    let halves = email.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !halves || email.chars().any(|c| c.is_control() || c.is_whitespace()) {
        let field = format!("{place}.email");
        return Err(Refusal::invalid(field.clone(), format!("{field} must be an address like name@example.com")));
    }
    if address.name.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
        let field = format!("{place}.name");
        return Err(Refusal::invalid(
            field.clone(),
            format!("{field} must not hold line breaks or control characters"),
        ));
    }
    Ok(())
}

fn file(i: usize, given: OutgoingAttachment) -> Result<File, Refusal> {
    let Some(content) = given.content else {
        return Err(match given.id {
            Some(_) => Refusal::invalid(
                format!("attachments[{i}].id"),
                format!(
                    "attachments[{i}].id: uploaded attachments are not offered here; send the bytes in attachments[{i}].content"
                ),
            ),
            None => Refusal::invalid(
                format!("attachments[{i}].content"),
                format!("attachments[{i}].content is required: the file, base64"),
            ),
        });
    };
    let content_id = given.content_id.map(|id| id.trim_matches(['<', '>']).to_owned()).filter(|id| !id.is_empty());
    let inline = given.is_inline.unwrap_or_else(|| match &given.content_disposition {
        Some(disposition) => disposition.trim_start().to_ascii_lowercase().starts_with("inline"),
        None => content_id.is_some(),
    });
    Ok(File {
        filename: given.filename.unwrap_or_default(),
        content_type: given.content_type.filter(|t| !t.is_empty()).unwrap_or_else(|| "application/octet-stream".into()),
        content: decode(i, content)?,
        content_id,
        inline,
    })
}

fn decode(i: usize, content: String) -> Result<Vec<u8>, Refusal> {
    let text = if content.bytes().any(|b| b.is_ascii_whitespace()) {
        content.bytes().filter(|b| !b.is_ascii_whitespace()).collect()
    } else {
        content.into_bytes()
    };
    STANDARD.decode(&text).or_else(|_| URL_SAFE.decode(&text)).map_err(|_| {
        let field = format!("attachments[{i}].content");
        let message = format!("{field} must be the file's bytes in base64 (RFC 4648), and is not base64");
        Refusal::invalid(field, message)
    })
}

/// The wire form as the engine's composition.
pub fn composition(wire: Outgoing, files: Vec<File>) -> engine::messages::Composition {
    let addresses = |list: Option<Vec<EmailName>>| list.unwrap_or_default().into_iter().map(Address::from).collect();
    engine::messages::Composition {
        outgoing: mail::compose::Outgoing {
            from: addresses(wire.from),
            to: addresses(wire.to),
            cc: addresses(wire.cc),
            bcc: addresses(wire.bcc),
            reply_to: addresses(wire.reply_to),
            subject: wire.subject.unwrap_or_default(),
            body: wire.body.unwrap_or_default(),
            plaintext: wire.is_plaintext.unwrap_or(false),
            files,
            headers: wire.custom_headers.unwrap_or_default().into_iter().map(|h| (h.name, h.value)).collect(),
            ..Default::default()
        },
        reply_to_message_id: wire.reply_to_message_id.filter(|id| !id.is_empty()).map(MessageId),
        metadata: wire.metadata,
        template: wire.template.map(|template| TemplateUse {
            id: template.id,
            strict: template.strict.unwrap_or(true),
            variables: template.variables.unwrap_or_default(),
        }),
        signature_id: wire.signature_id.filter(|id| !id.is_empty()),
        tracking: wire.tracking_options.map(Tracking::from),
        starred: wire.starred,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> String {
        from_json(text.as_bytes()).unwrap_err().fault().field.clone().unwrap_or_default()
    }

    #[test]
    fn base64_comes_in_either_alphabet_padded_or_not() {
        for text in ["+/8=", "-_8=", "+/8", "-_8", "+/\\r\\n8="] {
            let json = format!(r#"{{"attachments":[{{"content":"{text}","filename":"a"}}]}}"#);
            let draft = from_json(json.as_bytes()).unwrap();
            assert_eq!(draft.files.unwrap()[0].content, [0xfb, 0xff], "{text}");
        }
    }

    #[test]
    fn bad_base64_names_the_attachment() {
        assert_eq!(field(r#"{"attachments":[{"content":"QUJD"},{"content":"!!!"}]}"#), "attachments[1].content");
        assert_eq!(field(r#"{"attachments":[{"filename":"a"}]}"#), "attachments[0].content");
        assert_eq!(field(r#"{"attachments":[{"id":"a"}]}"#), "attachments[0].id");
    }

    #[test]
    fn what_is_not_offered_yet_is_refused_by_name() {
        let elsewhere = r#"{"tracking_options":{"opens":true,"domain_name":"click.example"}}"#;
        assert_eq!(field(elsewhere), "tracking_options.domain_name");
        assert!(from_json(br#"{"tracking_options":{"opens":true,"label":"x","domain_name":""}}"#).is_ok());
    }

    #[test]
    fn addresses_are_checked_where_they_stand() {
        assert_eq!(field(r#"{"to":[{"email":"a@x.org"},{"email":"nobody"}]}"#), "to[1].email");
        assert_eq!(field(r#"{"cc":[{"email":"a@x.org\r\nBcc: b@x.org"}]}"#), "cc[0].email");
        assert_eq!(field(r#"{"to":[{"name":"A\nB","email":"a@x.org"}]}"#), "to[0].name");
        assert_eq!(field(r#"{"from":[{"email":"a@x.org"},{"email":"b@x.org"}]}"#), "from");
    }

    #[test]
    fn a_content_id_makes_an_attachment_inline_unless_it_says_otherwise() {
        let inline = |more: &str| {
            let json = format!(r#"{{"attachments":[{{"content":"QQ==","content_id":"<a>"{more}}}]}}"#);
            from_json(json.as_bytes()).unwrap().files.unwrap().remove(0)
        };
        assert!(inline("").inline);
        assert_eq!(inline("").content_id.as_deref(), Some("a"));
        assert!(!inline(r#","is_inline":false"#).inline);
        assert!(!inline(r#","content_disposition":"attachment; filename=a""#).inline);
    }
}

//! Who is signed in, and settings that mail programs look at.

use http::StatusCode;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::json;

use super::errors::Error;
use super::method::Call;
use crate::google::Answer;

/// What cannot stand between quotes in a link.
const QUOTED: &AsciiSet = &CONTROLS.add(b' ').add(b'\'').add(b'@').add(b'/').add(b'%').add(b'#').add(b'?');

/// A text as it stands inside `users('...')`.
pub(crate) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, QUOTED).to_string()
}

/// `GET /me`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let account = &call.account;
    let (given, surname) = account.name.split_once(' ').unwrap_or((&account.name, ""));
    call.answer(
        StatusCode::OK,
        &json!({
            "@odata.context": format!("{}/$metadata#users/$entity", call.root),
            "businessPhones": [], "displayName": account.name, "givenName": given, "jobTitle": null,
            "mail": account.mail, "mobilePhone": null, "officeLocation": null, "preferredLanguage": null,
            "surname": surname, "userPrincipalName": account.upn, "id": account.graph_id(),
        }),
    )
}

/// `GET /me/mailboxSettings`.
pub(crate) fn settings(call: &Call<'_>) -> Result<Answer, Error> {
    let off = json!({"status": "disabled", "externalAudience": "all", "internalReplyMessage": "", "externalReplyMessage": ""});
    call.answer(
        StatusCode::OK,
        &json!({
            "@odata.context": call.context("mailboxSettings"), "archiveFolder": null, "timeZone": "UTC",
            "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly", "dateFormat": "yyyy-MM-dd",
            "timeFormat": "HH:mm", "userPurpose": "user", "automaticRepliesSetting": off,
            "language": {"locale": "en-US", "displayName": "English (United States)"},
        }),
    )
}

/// `GET /me/outlook/masterCategories`: the ones every mailbox begins with.
pub(crate) fn categories(call: &Call<'_>) -> Result<Answer, Error> {
    let names = ["Red", "Orange", "Yellow", "Green", "Blue", "Purple"];
    let all: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let id = uuid::Uuid::from_u64_pair(0xca7e_6019, at as u64);
            json!({"id": id, "displayName": format!("{name} category"), "color": format!("preset{at}")})
        })
        .collect();
    call.answer(StatusCode::OK, &json!({"@odata.context": call.context("outlook/masterCategories"), "value": all}))
}

//! `users.settings.sendAs`.

use serde::Serialize;

use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;
use crate::world::send_as::SendAs;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendAsJson<'a> {
    display_name: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    is_default: bool,
    #[serde(skip_serializing_if = "is_false")]
    is_primary: bool,
    reply_to_address: &'a str,
    send_as_email: &'a str,
    signature: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    treat_as_alias: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_status: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    send_as: Vec<SendAsJson<'a>>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// `GET /settings/sendAs`.
pub(crate) fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    call.answer(&Listed { send_as: state.send_as.iter().map(SendAsJson::of).collect() })
}

/// `GET /settings/sendAs/{sendAsEmail}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    let email = call.path("sendAsEmail");
    let found =
        state.send_as.iter().find(|alias| alias.email.eq_ignore_ascii_case(email)).ok_or_else(Error::not_found)?;
    call.answer(&SendAsJson::of(found))
}

/// `PATCH /settings/sendAs/{sendAsEmail}`: what is not given stays.
pub(crate) fn patch(call: &Call<'_>) -> Result<Answer, Error> {
    change(call, |_| {})
}

/// `PUT /settings/sendAs/{sendAsEmail}`: what is not given is emptied.
pub(crate) fn update(call: &Call<'_>) -> Result<Answer, Error> {
    change(call, |alias| {
        alias.display_name.clear();
        alias.reply_to.clear();
        alias.signature.clear();
    })
}

fn change(call: &Call<'_>, reset: impl FnOnce(&mut SendAs)) -> Result<Answer, Error> {
    let (name, reply_to, signature) =
        (call.text("displayName")?, call.text("replyToAddress")?, call.text("signature")?);
    let make_default = call.body.get("isDefault").is_some_and(|flag| flag == true);
    let email = call.path("sendAsEmail").to_lowercase();
    call.mailbox.change(|state| {
        let at = state.send_as.iter().position(|alias| alias.email == email).ok_or_else(Error::not_found)?;
        if make_default {
            state.send_as.iter_mut().for_each(|alias| alias.is_default = alias.email == email);
        }
        let alias = &mut state.send_as[at];
        reset(alias);
        for (field, given) in
            [(&mut alias.display_name, name), (&mut alias.reply_to, reply_to), (&mut alias.signature, signature)]
        {
            if let Some(given) = given {
                given.clone_into(field);
            }
        }
        call.answer(&SendAsJson::of(alias))
    })
}

impl<'a> SendAsJson<'a> {
    /// The primary address has no verification status (facts 3.1).
    fn of(alias: &'a SendAs) -> Self {
        let status = if alias.verified { "accepted" } else { "pending" };
        Self {
            display_name: &alias.display_name,
            is_default: alias.is_default,
            is_primary: alias.is_primary,
            reply_to_address: &alias.reply_to,
            send_as_email: &alias.email,
            signature: &alias.signature,
            treat_as_alias: (!alias.is_primary).then_some(alias.treat_as_alias),
            verification_status: (!alias.is_primary).then_some(status),
        }
    }
}

//! `users.getProfile`.

use serde::Serialize;

use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    email_address: &'a str,
    history_id: String,
    messages_total: usize,
    threads_total: usize,
}

/// `GET /profile`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let state = call.mailbox.read();
    call.answer(&Profile {
        email_address: &call.mailbox.email,
        history_id: state.history.current().to_string(),
        messages_total: state.len(),
        threads_total: state.threads.count(),
    })
}

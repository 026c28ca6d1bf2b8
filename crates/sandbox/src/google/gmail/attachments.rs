//! `users.messages.attachments.get`, and the ids it takes: long, opaque, different on every look (facts 3.1).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::payload::{self, Body};
use crate::google::Google;
use crate::google::errors::Error;
use crate::google::method::Call;
use crate::google::wire::Answer;
use crate::world::Id;
use crate::world::chance::{secret, stable_hash};

/// Bytes behind an id: 240 make 320 characters.
const LENGTH: usize = 240;
const NONCE: usize = 16;
/// What an id must begin with once it is opened.
const MARK: &[u8; 4] = b"ATT1";

/// `GET /messages/{messageId}/attachments/{id}`.
pub(crate) fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let id = call.id("messageId")?;
    let state = call.mailbox.read();
    let message = state.get(id).ok_or_else(Error::not_found)?;
    let part_id = open(call.google, id, call.path("id")).ok_or_else(Error::invalid_attachment)?;
    let data = payload::part_bytes(message.content.raw(), &part_id).ok_or_else(Error::invalid_attachment)?;
    call.answer(&Body { attachment_id: None, size: data.len(), data: Some(data) })
}

/// A new id for a part of a message.
pub(super) fn mint(google: &Google, message: Id, part_id: &str) -> String {
    let mut bytes = vec![0; LENGTH];
    bytes[..NONCE].copy_from_slice(secret(NONCE).as_bytes());
    let inner =
        [&MARK[..], &message.0.to_be_bytes(), &[u8::try_from(part_id.len()).unwrap_or(u8::MAX)], part_id.as_bytes()]
            .concat();
    let room = inner.len().min(LENGTH - NONCE);
    bytes[NONCE..NONCE + room].copy_from_slice(&inner[..room]);
    veil(google, &mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The part an id stands for, if it was made for this message.
fn open(google: &Google, message: Id, id: &str) -> Option<String> {
    let mut bytes =
        BASE64_URL_SAFE_NO_PAD.decode(id.trim_end_matches('=')).ok().filter(|bytes| bytes.len() == LENGTH)?;
    veil(google, &mut bytes);
    let inner = bytes[NONCE..].strip_prefix(MARK)?.strip_prefix(&message.0.to_be_bytes())?;
    let (length, rest) = inner.split_first()?;
    String::from_utf8(rest.get(..usize::from(*length))?.to_vec()).ok()
}

/// Covers and uncovers what stands behind the nonce. Opaque to clients, no secret to anyone else.
fn veil(google: &Google, bytes: &mut [u8]) {
    let (nonce, rest) = bytes.split_at_mut(NONCE);
    let mut stream = vec![0; rest.len()];
    ChaCha8Rng::seed_from_u64(stable_hash(nonce) ^ google.attachment_key).fill_bytes(&mut stream);
    for (byte, veil) in rest.iter_mut().zip(stream) {
        *byte ^= veil;
    }
}

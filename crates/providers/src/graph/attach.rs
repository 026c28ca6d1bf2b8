//! Adding files to a draft: in one request while they are small, by an upload session above (facts 1.5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{Fault, MessageId};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::cost::Operation;
use super::http::{Http, segment};
use super::mime::File;
use super::wire::{Id, Page};

/// Largest request that takes a file whole: sessions are refused for files under 3 MB, in base64 these 4.
const MAX_BODY: usize = 4 << 20;
/// Bytes of one piece of an upload: under the recommended 4 MB, and a multiple of 320 KiB.
const PIECE: usize = 12 * 320 * 1024;

/// `uploadSession`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    upload_url: String,
}

/// `attachment`, as far as selected.
#[derive(Deserialize)]
struct Sized {
    #[serde(default)]
    size: u64,
}

/// Adds files, one after the other.
pub(super) async fn add(http: &Http, draft: &MessageId, files: &[File]) -> Result<(), Fault> {
    let path = format!("/me/messages/{}/attachments", segment(draft.as_str())?);
    for file in files {
        match at_once(file) {
            Some(body) => {
                let request = http.request(Method::POST, &path).header(CONTENT_TYPE, "application/json").body(body);
                http.done(request, Operation::AttachmentsCreate).await?;
            }
            None => upload(http, &path, file).await?,
        }
    }
    Ok(())
}

/// Takes every file off a draft.
pub(super) async fn clear(http: &Http, draft: &MessageId) -> Result<(), Fault> {
    let path = format!("/me/messages/{}/attachments", segment(draft.as_str())?);
    let listed = http.request(Method::GET, &format!("{path}?$select=id&$top=1000"));
    let held: Page<Id> = http.json(listed, Operation::AttachmentsList).await?;
    for file in held.value {
        let one = format!("{path}/{}", segment(&file.id)?);
        http.done(http.request(Method::DELETE, &one), Operation::AttachmentsDelete).await?;
    }
    Ok(())
}

/// The sizes of a draft's files.
pub(super) async fn sizes(http: &Http, draft: &MessageId) -> Result<Vec<u64>, Fault> {
    let path = format!("/me/messages/{}/attachments?$select=id,size&$top=1000", segment(draft.as_str())?);
    let held: Page<Sized> = http.json(http.request(Method::GET, &path), Operation::AttachmentsList).await?;
    Ok(held.value.into_iter().map(|file| file.size).collect())
}

/// The request that takes a file whole, if there is one.
fn at_once(file: &File) -> Option<String> {
    let may_fit = file.content.len() / 3 * 4 < MAX_BODY;
    may_fit.then(|| whole(file).to_string()).filter(|body| body.len() <= MAX_BODY)
}

fn whole(file: &File) -> Value {
    let mut said = json!({
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": file.name,
        "contentType": file.content_type,
        "isInline": file.inline,
        "contentBytes": STANDARD.encode(&file.content),
    });
    if let Some(id) = &file.content_id {
        said["contentId"] = id.as_str().into();
    }
    said
}

async fn upload(http: &Http, path: &str, file: &File) -> Result<(), Fault> {
    let mut item = json!({
        "attachmentType": "file",
        "name": file.name,
        "contentType": file.content_type,
        "size": file.content.len(),
        "isInline": file.inline,
    });
    if let Some(id) = &file.content_id {
        item["contentId"] = id.as_str().into();
    }
    let request =
        http.request(Method::POST, &format!("{path}/createUploadSession")).json(&json!({ "AttachmentItem": item }));
    let session: Session = http.json(request, Operation::UploadOpen).await?;
    for (piece, range) in pieces(&file.content) {
        http.done(http.upload(&session.upload_url, piece, range)?, Operation::UploadPut).await?;
    }
    Ok(())
}

/// The pieces of a file, each with its place (RFC 9110, 14.4).
fn pieces(content: &Bytes) -> impl Iterator<Item = (Bytes, String)> {
    let total = content.len();
    (0..total).step_by(PIECE).map(move |from| {
        let end = total.min(from + PIECE);
        (content.slice(from..end), format!("bytes {from}-{}/{total}", end - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_goes_whole_as_long_as_a_request_has_room_for_it() {
        let file = |bytes: usize| File {
            name: "a.bin".into(),
            content_type: "application/octet-stream".into(),
            content_id: None,
            inline: false,
            content: Bytes::from(vec![7; bytes]),
        };
        assert!(at_once(&file(3_100_000)).is_some());
        // From here on a session takes it: only a very long name leaves a file between the two.
        assert!(at_once(&file((3 << 20) - 1024)).is_some() && at_once(&file(3 << 20)).is_none());
    }

    #[test]
    fn pieces_come_in_order_and_cover_the_file() {
        let content = Bytes::from(vec![7; PIECE + 10]);
        let places: Vec<String> = pieces(&content).map(|(_, range)| range).collect();
        assert_eq!(places, ["bytes 0-3932159/3932170", "bytes 3932160-3932169/3932170"]);
        assert_eq!(pieces(&content).map(|(piece, _)| piece.len()).sum::<usize>(), content.len());
    }
}

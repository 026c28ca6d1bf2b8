//! Uploads as the official clients frame them.

use super::*;
use proptest::prelude::*;
use serde_json::json;

const MAIL: &[u8] = b"From: a@sandbox.test\r\nSubject: hi\r\n\r\nbody with --===============9== inside\r\n.\r\n";

fn python_related(mail: &[u8]) -> Vec<u8> {
    let mut body =
        b"--===============9==\nContent-Type: application/json\nMIME-Version: 1.0\n\n{\"threadId\": \"18c\"}\n\
                     --===============9==\nContent-Type: message/rfc822\nMIME-Version: 1.0\n\
                     Content-Transfer-Encoding: binary\n\n"
            .to_vec();
    body.extend_from_slice(mail);
    body.extend_from_slice(b"\n--===============9==--");
    body
}

#[test]
fn python_frames_with_bare_lf_and_the_mail_keeps_its_crlf() {
    let (metadata, mail) =
        split_related("multipart/related; boundary=\"===============9==\"", &python_related(MAIL)).unwrap();
    assert_eq!(metadata, json!({"threadId": "18c"}));
    assert_eq!(mail, MAIL);
}

#[test]
fn node_frames_with_crlf_and_a_bare_uuid() {
    let id = "5b0d0c1e-7a0c-4a1c-a2c5-d01d4f0f2f71";
    let mut body = format!(
        "--{id}\r\ncontent-type: application/json\r\n\r\n{{\"labelIds\":[\"INBOX\"]}}\r\n--{id}\r\ncontent-type: message/rfc822\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(MAIL);
    body.extend_from_slice(format!("\r\n--{id}--").as_bytes());
    let (metadata, mail) = split_related(&format!("multipart/related; boundary={id}"), &body).unwrap();
    assert_eq!((metadata, mail.as_slice()), (json!({"labelIds": ["INBOX"]}), MAIL));
}

#[test]
fn a_base64_media_part_is_decoded_and_an_empty_metadata_part_is_an_empty_object() {
    let body = b"--b\n\n\n--b\nContent-Transfer-Encoding: BASE64\n\nYWJj\nZGVm\n--b--";
    assert_eq!(split_related("multipart/related; boundary=b", body).unwrap(), (json!({}), b"abcdef".to_vec()));
}

#[test]
fn malformed_uploads_say_what_is_wrong() {
    let kind = "multipart/related; boundary=b";
    assert!(matches!(split_related("message/rfc822", b""), Err(BadUpload::NotMultipart(_))));
    assert!(matches!(split_related("multipart/related", b""), Err(BadUpload::Framing(_))));
    assert_eq!(split_related(kind, b"--b\n\n{}\n--b--"), Err(BadUpload::NotTwoParts(1)));
    assert_eq!(split_related(kind, b"--b\n\n{}\n--b\n\nx\n--b\n\ny\n--b--"), Err(BadUpload::NotTwoParts(3)));
    assert!(matches!(split_related(kind, b"--b\n\n{\n--b\n\nx\n--b--"), Err(BadUpload::BadJson(_))));
    let odd = b"--b\n\n{}\n--b\nContent-Transfer-Encoding: rot13\n\nx\n--b--";
    assert!(matches!(split_related(kind, odd), Err(BadUpload::BadEncoding(_))));
}

const LIMIT: u64 = 10 * CHUNK;

fn chunk(n: u64) -> Vec<u8> {
    vec![7; usize::try_from(n).unwrap()]
}

#[test]
fn a_session_takes_chunks_answers_a_probe_and_completes() {
    let sessions = Sessions::new();
    let id = sessions.start(json!({"threadId": "1"}), Some(2 * CHUNK + 5), LIMIT).unwrap();
    assert_eq!(sessions.put(&id, Some("bytes */524293"), b"").unwrap(), Progress::More { received: 0 });
    let two = chunk(2 * CHUNK);
    assert_eq!(sessions.put(&id, Some("bytes 0-524287/524293"), &two).unwrap(), Progress::More { received: 2 * CHUNK });
    assert_eq!(sessions.put(&id, Some("bytes */*"), b"").unwrap(), Progress::More { received: 2 * CHUNK });
    let Progress::Complete { metadata, bytes } =
        sessions.put(&id, Some("bytes 524288-524292/524293"), b"12345").unwrap()
    else {
        panic!("the last chunk completes")
    };
    assert_eq!((metadata, bytes.len() as u64), (json!({"threadId": "1"}), 2 * CHUNK + 5));
    assert!(matches!(sessions.put(&id, None, b""), Err(SessionError::Unknown(_))));
}

#[test]
fn a_chunk_may_be_sent_again_and_an_unknown_total_may_be_told_late() {
    let sessions = Sessions::new();
    let id = sessions.start(json!({}), None, LIMIT).unwrap();
    let one = chunk(CHUNK);
    for _ in 0..2 {
        assert_eq!(sessions.put(&id, Some("bytes 0-262143/*"), &one).unwrap(), Progress::More { received: CHUNK });
    }
    let last = sessions.put(&id, Some("bytes 262144-262144/262145"), b"x").unwrap();
    assert!(matches!(last, Progress::Complete { bytes, .. } if bytes.len() as u64 == CHUNK + 1));
}

#[test]
fn one_put_without_a_range_is_the_whole_upload() {
    let sessions = Sessions::new();
    let id = sessions.start(json!({}), None, LIMIT).unwrap();
    assert!(matches!(sessions.put(&id, None, MAIL).unwrap(), Progress::Complete { bytes, .. } if bytes == MAIL));
}

#[test]
fn wrong_puts_are_refused_and_leave_the_session_open() {
    let sessions = Sessions::new();
    let id = sessions.start(json!({}), Some(3 * CHUNK), LIMIT).unwrap();
    let refuse = |range: &str, bytes: &[u8]| sessions.put(&id, Some(range), bytes).unwrap_err();
    assert_eq!(refuse("bytes 0-9/786432", &chunk(10)), SessionError::Granularity(10));
    assert_eq!(refuse("bytes 0-9/786432", b"123"), SessionError::LengthMismatch { announced: 10, held: 3 });
    assert!(matches!(refuse("bytes 262144-524287/786432", &chunk(CHUNK)), SessionError::Gap { received: 0, .. }));
    assert!(matches!(refuse("bytes 0-262143/786433", &chunk(CHUNK)), SessionError::TotalChanged { .. }));
    assert!(matches!(refuse("octets 0-1/2", b"12"), SessionError::BadRange(_)));
    assert!(matches!(refuse("bytes 5-1/9", b""), SessionError::BadRange(_)));
    assert_eq!(sessions.put(&id, Some("bytes */*"), b"").unwrap(), Progress::More { received: 0 });
}

#[test]
fn too_large_is_413_at_the_start_and_on_the_way() {
    let sessions = Sessions::new();
    assert_eq!(sessions.start(json!({}), Some(LIMIT + 1), LIMIT).unwrap_err().status(), 413);
    let id = sessions.start(json!({}), None, CHUNK).unwrap();
    assert_eq!(sessions.put(&id, None, &chunk(CHUNK + 1)).unwrap_err().status(), 413);
    assert_eq!(sessions.put(&id, Some("bytes 0-524287/*"), &chunk(2 * CHUNK)).unwrap_err().status(), 413);
    assert_eq!(SessionError::Unknown(String::new()).status(), 404);
}

#[test]
fn sessions_are_bounded_and_can_be_cancelled() {
    let sessions = Sessions::new();
    let first = sessions.start(json!({}), None, LIMIT).unwrap();
    let last = (0..1_000).map(|_| sessions.start(json!({}), None, LIMIT).unwrap()).last().unwrap();
    assert!(matches!(sessions.put(&first, None, b""), Err(SessionError::Unknown(_))));
    assert!(sessions.cancel(&last));
    assert!(!sessions.cancel(&last));
}

proptest! {
    #[test]
    fn any_upload_body_is_answered(body in proptest::collection::vec(prop_oneof![Just(b'-'), Just(b'b'), Just(b'\n'), Just(b'{'), Just(b'}'), any::<u8>()], 0..200)) {
        let _ = split_related("multipart/related; boundary=b", &body);
    }

    #[test]
    fn any_mail_survives_either_framing(mail in proptest::collection::vec(any::<u8>(), 0..300), crlf: bool) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut body = format!("--==x=={end}{end}{{}}{end}--==x=={end}{end}").into_bytes();
        body.extend_from_slice(&mail);
        body.extend_from_slice(format!("{end}--==x==--{end}").as_bytes());
        let (_, out) = split_related("multipart/related; boundary=\"==x==\"", &body).unwrap();
        prop_assert_eq!(out, mail);
    }

    #[test]
    fn any_content_range_is_answered(text in "(bytes )?[0-9*/ -]{0,30}|\\PC{0,30}", body in proptest::collection::vec(any::<u8>(), 0..20)) {
        let sessions = Sessions::new();
        let id = sessions.start(json!({}), None, LIMIT).unwrap();
        let _ = sessions.put(&id, Some(&text), &body);
    }
}

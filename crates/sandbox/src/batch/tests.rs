//! Batches as the official clients frame them (facts measured against google-api-python-client).

use super::*;
use proptest::prelude::*;

const PYTHON_TYPE: &str = "multipart/mixed; boundary=\"===============7330845974216740156==\"";

fn python_part(n: usize, request: &str) -> String {
    format!(
        "--===============7330845974216740156==\nContent-Type: application/http\nMIME-Version: 1.0\n\
         Content-Transfer-Encoding: binary\nContent-ID: <b29c5de2-0db4-490b-b421-6a51b598bd22 + {n}>\n\n{request}"
    )
}

fn python_batch() -> String {
    let get = "GET /gmail/v1/users/me/messages/18c?format=full&alt=json HTTP/1.1\nContent-Type: application/json\n\
               MIME-Version: 1.0\naccept: application/json\nHost: gmail.googleapis.com\n\n\n";
    let post = "POST /gmail/v1/users/me/messages/18c/modify?alt=json HTTP/1.1\nContent-Type: application/json\n\
                content-length: 30\nHost: gmail.googleapis.com\n\n{\"removeLabelIds\": [\"UNREAD\"]}\n\n";
    format!("{}{}--===============7330845974216740156==--\n", python_part(1, get), python_part(2, post))
}

#[test]
fn the_python_client_is_understood() {
    let parts = parse(PYTHON_TYPE, python_batch().as_bytes()).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].content_id.as_deref(), Some("<b29c5de2-0db4-490b-b421-6a51b598bd22 + 1>"));
    assert_eq!((parts[0].method.as_str(), parts[0].body.len()), ("GET", 0));
    assert_eq!(parts[0].path_and_query, "/gmail/v1/users/me/messages/18c?format=full&alt=json");
    assert_eq!(parts[1].method, "POST");
    assert_eq!(parts[1].body, b"{\"removeLabelIds\": [\"UNREAD\"]}");
}

#[test]
fn crlf_missing_version_lower_case_and_absolute_urls_are_taken() {
    let body = "--b\r\ncontent-type: application/http\r\n\r\nget https://gmail.googleapis.com/gmail/v1/users/me/profile\r\n\r\n\
                --b\r\ncontent-type: application/http\r\n\r\n\r\nGET gmail/v1/users/me/messages?q=a b\r\nX: 1\r\n\r\n--b--";
    let parts = parse("multipart/mixed; boundary=b", body.as_bytes()).unwrap();
    assert_eq!((parts[0].method.as_str(), parts[0].path_and_query.as_str()), ("GET", "/gmail/v1/users/me/profile"));
    assert_eq!(parts[0].content_id, None);
    assert_eq!(parts[1].path_and_query, "/gmail/v1/users/me/messages?q=a b");
    assert_eq!(parts[1].headers, [("X".to_owned(), "1".to_owned())]);
}

#[test]
fn the_hundred_and_first_call_is_refused() {
    let part = "--b\n\nGET /x\n\n";
    let batch = |n| format!("{}--b--", part.repeat(n));
    assert_eq!(parse("multipart/mixed; boundary=b", batch(100).as_bytes()).unwrap().len(), 100);
    assert_eq!(parse("multipart/mixed; boundary=b", batch(101).as_bytes()), Err(BadBatch::TooManyCalls));
}

#[test]
fn a_body_that_is_no_batch_says_why() {
    assert!(matches!(parse("application/json", b"{}"), Err(BadBatch::NotMultipart(_))));
    assert!(matches!(parse("multipart/mixed", b"{}"), Err(BadBatch::Framing(_))));
    assert_eq!(parse("multipart/mixed; boundary=b", b"--b--"), Err(BadBatch::Empty));
    assert_eq!(
        parse("multipart/mixed; boundary=b", b"--b\n\nnonsense\n--b--"),
        Err(BadBatch::BadRequestLine { part: 1 })
    );
}

/// What google-api-python-client does with a reply: `_header_to_id`, then split the status line, then CRLF CRLF.
fn python_reads(content_type: &str, body: &[u8]) -> Vec<(String, u16, String)> {
    let boundary = content_type.split_once("boundary=").unwrap().1;
    let text = std::str::from_utf8(body).unwrap();
    text.split(&format!("--{boundary}"))
        .filter(|part| part.starts_with("\r\n") && part.len() > 2)
        .map(|part| {
            let (head, payload) = part.trim_start().split_once("\r\n\r\n").unwrap();
            let id = head.lines().find_map(|line| line.strip_prefix("Content-ID: ")).unwrap();
            assert!(id.starts_with('<') && id.ends_with('>'));
            let (base, n) = id[1..id.len() - 1].split_once(" + ").unwrap();
            assert!(base.starts_with("response-"));
            let (status_line, payload) = payload.split_once("\r\n").unwrap();
            let words: Vec<_> = status_line.splitn(3, ' ').collect();
            assert_eq!((words[0], words.len()), ("HTTP/1.1", 3));
            let content = payload.split_once("\r\n\r\n").unwrap().1.strip_suffix("\r\n").unwrap();
            (n.to_owned(), words[1].parse().unwrap(), content.to_owned())
        })
        .collect()
}

fn reply(id: &str, status: u16, body: &str) -> Reply {
    let headers = vec![("Content-Type".to_owned(), "application/json; charset=UTF-8".to_owned())];
    Reply { content_id: Some(id.to_owned()), status, headers, body: body.as_bytes().to_vec() }
}

#[test]
fn the_python_client_reads_the_reply() {
    let replies =
        vec![reply("<u-1 + 1>", 200, "{\"id\": \"1\"}"), reply("<u-1 + 2>", 429, "{}"), reply("<u-1 + 3>", 204, "")];
    let (content_type, body) = format(replies);
    let read = python_reads(&content_type, &body);
    let expected = [("1", 200, "{\"id\": \"1\"}"), ("2", 429, "{}"), ("3", 204, "")];
    assert_eq!(read.len(), 3);
    for ((id, status, content), (want_id, want_status, want)) in read.iter().zip(expected) {
        assert_eq!((id.as_str(), *status, content.as_str()), (want_id, want_status, want));
    }
}

#[test]
fn the_boundary_avoids_the_bodies() {
    let (first, _) = format(vec![]);
    let taken = first.split_once("boundary=").unwrap().1.to_owned();
    let (second, body) = format(vec![reply("<a + 1>", 200, &format!("--{taken}--"))]);
    assert_ne!(first, second);
    assert_eq!(python_reads(&second, &body)[0].2, format!("--{taken}--"));
}

#[test]
fn a_reply_header_cannot_break_out_of_its_line() {
    let mut evil = reply("<a\r\nX: 1 + 1>", 200, "");
    evil.headers.push(("A".into(), "1\r\n\r\nB".into()));
    let (_, body) = format(vec![evil]);
    let text = String::from_utf8(body).unwrap();
    assert!(!text.contains("\nX: 1") && !text.contains("\nB"));
}

#[test]
fn fifty_parts_of_100_kb_survive_the_trip() {
    let payload = "x".repeat(100_000);
    let (content_type, body) = format((0..50).map(|n| reply(&format!("<a + {n}>"), 200, &payload)).collect());
    assert!(body.len() > 5_000_000 && body.len() < 5_100_000);
    assert_eq!(python_reads(&content_type, &body).len(), 50);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(body in proptest::collection::vec(prop_oneof![Just(b'-'), Just(b'b'), Just(b'\n'), Just(b' '), any::<u8>()], 0..300)) {
        let _ = parse("multipart/mixed; boundary=b", &body);
    }

    #[test]
    fn any_request_line_is_answered(line in "\\PC{0,60}") {
        let _ = parse("multipart/mixed; boundary=b", format!("--b\n\n{line}\n\n--b--").as_bytes());
    }
}

//! `postroad serve`: a clean start, a clean drain.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use crate::process::{Place, bare, errors, terminate};

#[test]
fn without_a_sealing_key_it_does_not_start_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let output = bare().env("POSTROAD_STORAGE__DATA_DIR", folder.path()).arg("serve").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("postroad admin key generate"), "{}", errors(&output));
}

#[test]
fn a_taken_port_is_named_with_its_key() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new();
    let mut command = place.command(&["serve"]);
    let output = command.env("POSTROAD_SERVER__LISTEN", taken.local_addr().unwrap().to_string()).output().unwrap();
    assert!(errors(&output).contains("`server.listen`"), "{}", errors(&output));
}

#[test]
fn it_answers_and_drains_on_sigterm() {
    let place = Place::new();
    let mut command = place.command(&["serve"]);
    command.env("POSTROAD_SERVER__LISTEN", "127.0.0.1:0").env("POSTROAD_LOG__FORMAT", "json").stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("postroad is ready") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "the server ended before it was ready");
    }
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    let answer = get(told["address"].as_str().unwrap(), "/healthz");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // A client that keeps its connection open does not hold up the drain.
    let _idle = TcpStream::connect(told["address"].as_str().unwrap()).unwrap();
    assert_eq!(terminate(server), Some(0));
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("\"stopped\""), "{rest}");
    assert!(!place.folder.path().join("data/postroad.db-wal").exists(), "the database was closed");
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

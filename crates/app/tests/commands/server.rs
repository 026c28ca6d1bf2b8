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

#[test]
fn a_second_server_on_one_folder_is_refused_while_commands_work_and_a_killed_one_leaves_no_lock() {
    let place = Place::new();
    let serve = || {
        let mut command = place.command(&["serve"]);
        command.env("POSTROAD_SERVER__LISTEN", "127.0.0.1:0").stderr(Stdio::piped());
        command
    };
    let start = || {
        let mut server = serve().spawn().unwrap();
        let mut log = BufReader::new(server.stderr.take().unwrap());
        let ready = log.by_ref().lines().any(|line| line.unwrap().contains("postroad is ready"));
        assert!(ready, "the server ended before it was ready");
        (server, log)
    };
    let (mut first, _log) = start();
    let second = serve().output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let (told, folder) = (errors(&second), place.folder.path().join("data"));
    assert!(told.contains(&folder.display().to_string()) && told.contains("`storage.data_dir`"), "{told}");
    place.ok(&["admin", "application", "create", "--name", "Beside"]);
    first.kill().unwrap();
    first.wait().unwrap();
    let (mut again, _log) = start();
    again.kill().unwrap();
    again.wait().unwrap();
}

#[test]
fn a_database_that_cannot_be_opened_is_named_with_the_reason() {
    let place = Place::new();
    std::fs::create_dir_all(place.folder.path().join("data/postroad.db")).unwrap();
    for arguments in [&["serve"][..], &["migrate"]] {
        let told = place.refused(arguments);
        assert!(told.contains("postroad.db") && told.contains("Is a directory"), "{told}");
        assert!(told.contains("`storage.data_dir`"), "{told}");
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

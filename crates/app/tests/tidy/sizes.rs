//! Files stay small enough to be read whole.

use crate::source::{read, rust_files};

#[test]
fn no_file_is_over_500_lines_and_nine_in_ten_are_under_400() {
    let lengths: Vec<(String, usize)> =
        rust_files().into_iter().map(|path| (path.clone(), read(&path).lines().count())).collect();
    let too_long: Vec<_> = lengths.iter().filter(|(_, lines)| *lines > 500).collect();
    assert!(too_long.is_empty(), "over 500 lines, split by noun: {too_long:?}");
    let long: Vec<_> = lengths.iter().filter(|(_, lines)| *lines >= 400).collect();
    assert!(long.len() * 10 <= lengths.len(), "more than one file in ten has 400 lines or more: {long:?}");
}

#[test]
fn main_is_the_life_of_a_process_and_nothing_more() {
    let lines = read("crates/app/src/main.rs").lines().count();
    assert!(lines <= 40, "main.rs has {lines} lines; 40 are allowed");
}

#[test]
fn files_are_named_for_what_they_hold() {
    for path in rust_files() {
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".rs");
        assert!(!["utils", "util", "common", "helpers", "misc"].contains(&name), "{path} is named for nothing");
    }
}

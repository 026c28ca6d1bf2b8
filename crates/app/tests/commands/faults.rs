//! `postroad sandbox faults`.

use crate::process::{bare, errors};

fn said(arguments: &[&str]) -> String {
    let output = bare().args(["sandbox", "faults"]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_faults_are_listed_whole_by_prefix_and_as_json() {
    let all = said(&[]);
    for name in ["gmail.user_rate_limit ", "oauth.invalid_grant ", "graph.mailbox_concurrency ", "aadsts.50173 "] {
        assert!(all.contains(name), "{name}: {all}");
    }
    let some = said(&["network."]);
    assert_eq!(some.lines().count(), 4, "a heading and three names: {some}");
    let json: serde_json::Value = serde_json::from_str(&said(&["oauth.redirect.", "--json"])).unwrap();
    let names: Vec<&str> =
        json["faults"].as_array().unwrap().iter().map(|fault| fault["name"].as_str().unwrap()).collect();
    assert!(names.len() == 7 && names.contains(&"oauth.redirect.access_denied"), "{names:?}");
}

#[test]
fn one_fault_alone_is_told_with_its_settings() {
    let told = said(&["gmail.sending_limit_notice"]);
    assert!(told.contains("gmail.messages.send, gmail.drafts.send") && told.contains("seconds = 0"), "{told}");
}

#[test]
fn a_prefix_of_nothing_is_an_error_that_says_what_to_do() {
    let output = bare().args(["sandbox", "faults", "gmial."]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("postroad sandbox faults"), "{}", errors(&output));
}

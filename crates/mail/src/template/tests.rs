use serde_json::json;

use super::*;

fn filled(source: &str, variables: Value, strict: bool) -> Result<String, Flaw> {
    render(&Template::read(source)?, variables.as_object().unwrap(), strict, Escape::Html)
}

fn unreadable(source: &str) -> (usize, String) {
    match Template::read(source) {
        Err(Flaw::Unreadable { line, reason }) => (line, reason),
        other => panic!("{source} was read: {other:?}"),
    }
}

#[test]
fn variables_are_written_and_escaped() {
    let variables =
        json!({"name": "<b>\"A\" & 'B'</b>", "n": 1.5, "yes": true, "none": null, "a": {"b": {"c": "deep"}}});
    let html = |source: &str| filled(source, variables.clone(), true).unwrap();
    assert_eq!(html("Hi {{name}}!"), "Hi &lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;!");
    assert_eq!(html("{{{name}}} {{& name }}"), "<b>\"A\" & 'B'</b> <b>\"A\" & 'B'</b>");
    assert_eq!(html("{{n}} {{ yes }} [{{none}}] {{a.b.c}}{{! said nothing }}"), "1.5 true [] deep");
    let template = Template::read("{{name}}").unwrap();
    let plain = render(&template, variables.as_object().unwrap(), true, Escape::None).unwrap();
    assert_eq!(plain, "<b>\"A\" & 'B'</b>");
}

#[test]
fn sections_repeat_ask_and_look_outwards() {
    let variables =
        json!({"who": "Ada", "items": [{"n": "x", "tags": ["1", "2"]}, {"n": "y"}], "none": [], "on": true});
    let html = |source: &str| filled(source, variables.clone(), true).unwrap();
    assert_eq!(html("{{#items}}{{n}}{{#tags}}({{.}}){{/tags}} for {{who}};{{/items}}"), "x(1)(2) for Ada;y for Ada;");
    assert_eq!(
        html("{{#none}}a{{/none}}{{^none}}b{{/none}}{{#on}}c{{/on}}{{^on}}d{{/on}}{{#nobody}}e{{/nobody}}"),
        "bc"
    );
    assert_eq!(
        html("Items:\n  {{#items}}\r\n- {{n}}\n  {{/items}}\nEnd {{#on}}x{{/on}}\n"),
        "Items:\n- x\n- y\nEnd x\n"
    );
}

#[test]
fn strict_names_what_is_missing_and_lenient_leaves_it_out() {
    assert_eq!(filled("{{#a}}{{b.c}}{{/a}}", json!({"a": true}), true), Err(Flaw::Missing("b.c".into())));
    assert_eq!(filled("[{{b.c}}]", json!({"b": {"d": 1}}), true), Err(Flaw::Missing("b.c".into())));
    assert_eq!(filled("[{{b}}]", json!({"b": [1]}), true), Err(Flaw::NotText("b".into())));
    assert_eq!(filled("[{{b}}{{c.d}}]", json!({"b": [1]}), false).unwrap(), "[]");
}

#[test]
fn keys_in_snake_case_are_found_for_names_in_camel_case() {
    let variables = json!({"first_name": "Ada", "line_1": "here", "order": {"total_sum": 3}});
    assert_eq!(filled("{{firstName}} {{line1}} {{order.totalSum}}", variables, true).unwrap(), "Ada here 3");
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    assert_eq!(unreadable("a\n{{#x}}\nb"), (2, "the section `x` is not closed; write `{{/x}}`".into()));
    assert_eq!(unreadable("{{#x}}{{#y}}{{/x}}{{/y}}").1, "`x` is closed while `y` is open");
    assert_eq!(unreadable("{{/x}}").1, "`x` is closed and was not opened");
    for source in
        ["{{x", "{{{x}}", "{{> p}}", "{{=<% %>=}}", "{{}}", "{{a b}}", "{{a..b}}", "{{#if x}}{{/if}}", "{{ x | y }}"]
    {
        unreadable(source);
    }
    assert!(unreadable(&"{{#x}}".repeat(40)).1.contains("more than 32"));
}

#[test]
fn lists_inside_lists_end() {
    let many: Vec<u32> = (0..300).collect();
    let source = "{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}";
    assert!(matches!(filled(source, json!({"a": many}), true), Err(Flaw::TooLong(_))));
    let long = "x".repeat(100_000);
    assert!(matches!(filled("{{#a}}{{t}}{{/a}}", json!({"a": many, "t": long}), true), Err(Flaw::TooLong(_))));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(source in "[{}#^/&!a. \n\u{e9}]{0,40}") {
        if let Ok(template) = Template::read(&source) {
            let _ = render(&template, json!({"a": ["x"]}).as_object().unwrap(), false, Escape::Html);
        }
    }
}

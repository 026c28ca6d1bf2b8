//! Rules hit the calls they should, and only those.

use super::*;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

fn call<'a>(method: &'a str, mailbox: &'a str) -> Call<'a> {
    Call { method, mailbox, path: "/gmail/v1/users/me/messages" }
}

fn rule(json: Value) -> RuleSpec {
    serde_json::from_value(json).unwrap()
}

fn plan(rules: &[Value]) -> Plan {
    let plan = Plan::new();
    for json in rules {
        plan.add(rule(json.clone())).unwrap();
    }
    plan
}

/// Which of so many calls are hit, counted from one.
fn hits(plan: &Plan, calls: u64) -> Vec<u64> {
    (1..=calls).filter(|_| plan.decide(&call("gmail.messages.get", "a@sandbox.test")).is_some()).collect()
}

/// As above, by position.
fn positions(when: Value, calls: u64) -> Vec<u64> {
    let plan = plan(&[json!({"delay_ms": 1, "when": when})]);
    (1..=calls).filter(|_| true).filter(|n| *n > 0 && plan.decide(&call("m", "a")).is_some()).collect()
}

#[test]
fn an_empty_plan_lets_everything_pass() {
    assert_eq!(Plan::new().decide(&call("gmail.messages.get", "")), None);
}

#[test]
fn method_mailbox_and_path_must_all_match() {
    let plan = plan(&[
        json!({"method": "gmail.messages.*", "mailbox": "A@sandbox.test", "path": "*/messages", "cut": "before"}),
    ]);
    assert!(plan.decide(&call("gmail.messages.list", "a@sandbox.test")).is_some());
    assert!(plan.decide(&call("gmail.threads.list", "a@sandbox.test")).is_none());
    assert!(plan.decide(&call("gmail.messages.list", "b@sandbox.test")).is_none());
    let elsewhere = Call { method: "gmail.messages.list", mailbox: "a@sandbox.test", path: "/batch" };
    assert!(plan.decide(&elsewhere).is_none());
}

#[test]
fn calls_are_counted_from_one() {
    assert_eq!(positions(json!({"nth": 3}), 10), [3]);
    assert_eq!(positions(json!({"first": 2}), 10), [1, 2]);
    assert_eq!(positions(json!({"every": 4}), 10), [4, 8]);
    assert_eq!(positions(json!({"after": 8}), 10), [9, 10]);
    assert_eq!(positions(json!({"after": 2, "every": 2}), 8), [4, 6, 8]);
    assert_eq!(positions(json!({}), 2), [1, 2]);
}

#[test]
fn calls_can_be_counted_for_each_mailbox() {
    let plan = plan(&[json!({"delay_ms": 1, "when": {"first": 1, "per": "mailbox"}})]);
    let hit = |mailbox| plan.decide(&call("m", mailbox)).is_some();
    assert_eq!([hit("a"), hit("b"), hit("a"), hit("b")], [true, true, false, false]);
}

#[test]
fn a_probability_is_decided_by_the_seed() {
    let drawn = |seed: u64| positions(json!({"probability": 0.3, "seed": seed}), 1_000);
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
    assert!((230..370).contains(&drawn(1).len()), "{}", drawn(1).len());
    assert_eq!(positions(json!({"probability": 0.0}), 100), [0; 0]);
    assert_eq!(positions(json!({"probability": 1.0}), 100).len(), 100);
}

#[test]
fn the_seed_of_the_plan_is_the_default() {
    let with = |seed| {
        let plan = plan(&[json!({"id": "p", "delay_ms": 1, "when": {"probability": 0.5}})]);
        plan.set_seed(seed);
        (0..100).map(|_| plan.decide(&call("m", "a")).is_some()).collect::<Vec<_>>()
    };
    assert_eq!(with(5), with(5));
    assert_ne!(with(5), with(6));
}

#[test]
fn a_spent_rule_makes_way_for_the_next() {
    let plan = plan(&[json!({"id": "one", "cut": "before", "times": 2}), json!({"id": "two", "delay_ms": 5})]);
    let rules: Vec<String> = (0..4).filter_map(|_| plan.decide(&call("m", "a"))).map(|effect| effect.rule).collect();
    assert_eq!(rules, ["one", "one", "two", "two"]);
    let states = plan.rules();
    assert_eq!((states[0].remaining, states[0].fired, states[0].seen), (Some(0), 2, 2));
    assert_eq!((states[1].remaining, states[1].fired), (None, 2));
}

#[test]
fn effects_come_out_as_written() {
    let then = |json: Value| plan(&[json]).decide(&call("m", "a")).unwrap();
    assert_eq!(then(json!({"cut": "before"})).then, Then::Cut { after_effect: false });
    assert_eq!(then(json!({"cut": "after"})).then, Then::Cut { after_effect: true });
    let slow = then(json!({"delay_ms": 250}));
    assert_eq!((slow.delay, slow.then), (Duration::from_millis(250), Then::Proceed));
    let late = then(json!({"delay_ms": 10, "after_effect": true, "answer": {"status": 503}}));
    assert!(matches!(late.then, Then::Answer { after_effect: true, .. }) && late.delay == Duration::from_millis(10));
}

#[test]
fn a_literal_answer_is_rendered_with_a_fitting_content_type() {
    let rendered = |answer: Value| {
        Answer::Literal(serde_json::from_value(answer).unwrap()).render(&Moment::at(Timestamp::UNIX_EPOCH))
    };
    let kind =
        |r: &Rendered| r.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type")).map(|(_, v)| v.clone());
    let json = rendered(json!({"status": 418, "headers": {"X-A": "1"}, "body": {"a": 1}}));
    assert_eq!((json.status, json.body.as_slice()), (418, b"{\n  \"a\": 1\n}\n".as_slice()));
    assert_eq!(kind(&json).as_deref(), Some("application/json; charset=UTF-8"));
    assert_eq!(kind(&rendered(json!({"status": 200, "body": "<p>"}))).as_deref(), Some("text/html; charset=UTF-8"));
    let own = rendered(json!({"status": 200, "headers": {"content-type": "x/y"}, "body": "t"}));
    assert_eq!((own.headers.len(), kind(&own).as_deref()), (1, Some("x/y")));
    assert_eq!(kind(&rendered(json!({"status": 204}))), None);
}

#[test]
fn rules_can_be_listed_removed_and_cleared() {
    let plan = plan(&[json!({"cut": "after"}), json!({"id": "b", "cut": "after"}), json!({"cut": "after"})]);
    let ids = |plan: &Plan| plan.rules().into_iter().map(|rule| rule.id).collect::<Vec<_>>();
    assert_eq!(ids(&plan), ["rule-1", "b", "rule-2"]);
    assert!(plan.remove("b") && !plan.remove("b"));
    assert_eq!(hits(&plan, 2).len(), 2);
    assert_eq!((plan.clear(), plan.hits().len(), ids(&plan).len()), (2, 0, 0));
}

#[test]
fn hits_are_recorded() {
    let plan = plan(&[json!({"id": "x", "method": "a.*", "cut": "before"})]);
    plan.decide(&call("a.b", "m@sandbox.test"));
    plan.decide(&call("c.d", "m@sandbox.test"));
    let path = "/gmail/v1/users/me/messages".to_owned();
    let hit = Hit { rule: "x".into(), method: "a.b".into(), mailbox: "m@sandbox.test".into(), path, count: 1 };
    assert_eq!(plan.hits(), [hit]);
}

#[test]
fn wrong_rules_are_refused_and_say_which_field() {
    for (json, word) in [
        (json!({}), "exactly one"),
        (json!({"cut": "after", "name": "gmail.backend_error"}), "name and cut"),
        (json!({"name": "gmail.nonsense"}), "gmail.nonsense"),
        (json!({"name": "gmail.retry_after", "with": {"second": 1}}), "with.second"),
        (json!({"name": "gmail.retry_after", "with": {"seconds": -1}}), "with.seconds"),
        (json!({"name": "gmail.retry_after", "with": {"tag": "a\r\nb"}}), "with.tag"),
        (json!({"name": "gmail.user_rate_limit", "with": {"regime": "future"}}), "current, legacy, previous"),
        (json!({"cut": "after", "with": {"a": 1}}), "with"),
        (json!({"cut": "after", "after_effect": true}), "after_effect"),
        (json!({"cut": "after", "times": 0}), "times"),
        (json!({"delay_ms": 600_001}), "delay_ms"),
        (json!({"cut": "after", "method": ""}), "method"),
        (json!({"cut": "after", "when": {"nth": 0}}), "when.nth"),
        (json!({"cut": "after", "when": {"probability": 1.5}}), "when.probability"),
        (json!({"cut": "after", "when": {"seed": 1}}), "when.seed"),
        (json!({"answer": {"status": 99}}), "answer.status"),
        (json!({"answer": {"status": 200, "headers": {"a b": "c"}}}), "answer.headers"),
    ] {
        let refused = Plan::new().add(rule(json.clone())).unwrap_err().to_string();
        assert!(refused.contains(word), "{json}: {refused}");
    }
    assert!(serde_json::from_value::<RuleSpec>(json!({"delay": 1})).is_err(), "an unknown field is refused");
    let plan = plan(&[json!({"id": "a", "cut": "after"})]);
    assert_eq!(plan.add(rule(json!({"id": "a", "cut": "after"}))), Err(BadRule::DuplicateId("a".into())));
}

const TOML: &str = r#"
seed = 7

[[rule]]
id = "quota"
method = "gmail.messages.*"
name = "gmail.user_rate_limit"
with = { regime = "legacy" }
when = { every = 3 }

[[rule]]
method = "gmail.messages.send"
answer = { status = 503, headers = { "X-Test" = "1" }, body = { error = { code = 503 } } }
after_effect = true
times = 1
"#;

#[test]
fn a_plan_is_read_from_toml_and_from_json_alike() {
    let from_toml = PlanFile::parse(TOML).unwrap();
    assert_eq!((from_toml.seed, from_toml.rules.len()), (Some(7), 2));
    let text = serde_json::to_string(&from_toml).unwrap();
    assert_eq!(PlanFile::parse(&text).unwrap(), from_toml);
    assert_eq!(Plan::from_file(from_toml).unwrap().rules().len(), 2);
}

#[test]
fn the_documentation_shows_plans_that_can_be_used() {
    let text = include_str!("../../../../docs/FAULT_PLANS.md");
    let plans: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(plans.len() >= 3);
    for plan in plans {
        PlanFile::parse(plan).unwrap_or_else(|bad| panic!("{bad}\n{plan}"));
    }
}

#[test]
fn a_name_without_a_method_hits_the_methods_it_is_about() {
    let plan = plan(&[json!({"name": "gmail.history_expired"}), json!({"name": "oauth.invalid_grant"})]);
    let rule = |method| plan.decide(&call(method, "a")).map(|effect| effect.rule);
    assert_eq!(rule("gmail.messages.get"), None);
    assert_eq!(rule("gmail.history.list").as_deref(), Some("rule-1"));
    assert_eq!(rule("oauth.token.code"), None);
    assert_eq!(rule("oauth.token.refresh").as_deref(), Some("rule-2"));
}

#[test]
fn a_method_that_is_named_wins_over_those_of_the_fault() {
    let plan = plan(&[json!({"name": "gmail.history_expired", "method": "oauth.token"})]);
    assert!(plan.decide(&call("gmail.history.list", "a")).is_none());
    assert!(
        ["oauth.token", "oauth.token.refresh", "oauth.token.code"].iter().all(|m| plan.decide(&call(m, "a")).is_some())
    );
}

#[test]
fn faults_that_are_no_answers_have_their_effect_by_name() {
    let then = |json: Value| plan(&[json]).decide(&call("gmail.messages.send", "a")).unwrap();
    assert_eq!(then(json!({"name": "network.cut_before"})).then, Then::Cut { after_effect: false });
    assert_eq!(then(json!({"name": "network.cut_after"})).then, Then::Cut { after_effect: true });
    let slow = then(json!({"name": "network.slow", "with": {"seconds": 7}, "delay_ms": 500}));
    assert_eq!((slow.delay, slow.then), (Duration::from_millis(7_500), Then::Proceed));
    let capped = then(json!({"name": "gmail.sending_limit_notice", "with": {"seconds": 2}}));
    assert_eq!(capped.then, Then::Capped { notice_after: Duration::from_secs(2) });
    assert!(Plan::new().add(rule(json!({"name": "network.slow", "after_effect": true}))).is_err());
}

#[test]
fn a_file_with_one_bad_rule_adds_none() {
    let bad = PlanFile::parse("[[rule]]\ncut = \"after\"\n[[rule]]\nname = \"no.such\"\n").unwrap_err();
    assert!(matches!(bad, BadPlan::Rule { number: 2, .. }), "{bad}");
    assert!(matches!(PlanFile::parse("rule = 3"), Err(BadPlan::Toml(_))));
    assert!(matches!(PlanFile::parse("{\"rulez\": []}"), Err(BadPlan::Json(_))));
    let plan = plan(&[json!({"id": "a", "cut": "after"})]);
    let file =
        PlanFile { seed: None, rules: vec![rule(json!({"cut": "after"})), rule(json!({"id": "a", "cut": "after"}))] };
    assert!(plan.load(file).is_err());
    assert_eq!(plan.rules().len(), 1);
}

mod named;

//! Quotas in one line, and in JSON.

use super::*;

fn read(text: &str) -> Limits {
    match text.parse() {
        Ok(Quotas::Enforced(limits)) => limits,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn a_line_names_regime_model_and_settings() {
    assert_eq!("off".parse(), Ok(Quotas::Off));
    assert_eq!(read("current:sliding"), Limits::default());
    assert_eq!(read("legacy").per_user(), 15_000);
    assert_eq!(read("previous:hidden").model, Model::Hidden);
    let limits = read("current:fixed, user_units=3000,concurrency=20,refused_consume=false,lockout_early=keep");
    assert_eq!((limits.model, limits.per_user(), limits.concurrency), (Model::Fixed, 3_000, 20));
    assert_eq!((limits.refused_consume, limits.lockout_early), (false, Early::Keep));
    assert_eq!(read("user_units=100").per_user(), 100);
}

#[test]
fn what_is_not_understood_is_named_with_a_remedy() {
    for (text, named) in [
        ("current:strict", "model: unknown variant `strict`, expected one of `off`, `sliding`, `fixed`, `hidden`"),
        ("old", "regime: unknown variant `old`"),
        ("current:sliding,units=3", "units: unknown field `units`, expected one of"),
        ("current:sliding,concurrency=-1", "concurrency: "),
        ("current:sliding,concurrency", "\"concurrency\" is no NAME=VALUE"),
        ("latency_ms=600001", "latency_ms: at most 600000"),
        ("window_start_percent=101", "window_start_percent: at most 100"),
    ] {
        let told = text.parse::<Quotas>().unwrap_err().to_string();
        assert!(told.contains(named) && told.contains("current:sliding"), "{text}: {told}");
    }
}

use model::{Address, FaultKind};
use serde_json::json;

use super::*;
use crate::testing::Bench;

fn edit(name: &str, subject: Option<&str>, body: &str) -> WordingEdit {
    WordingEdit { name: Some(name.into()), subject: subject.map(Into::into), body: Some(body.into()) }
}

fn to_bob() -> Composition {
    let mut composition = Composition::default();
    composition.outgoing.to = vec![Address::bare("bob@example.com")];
    composition
}

fn with(id: &str, strict: bool, variables: Value) -> Composition {
    let variables = variables.as_object().cloned().unwrap();
    Composition { template: Some(TemplateUse { id: id.into(), strict, variables }), ..to_bob() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_is_made_of_template_and_signature() {
    let bench = Bench::with(0).await;
    let (engine, grant) = (&bench.engine, bench.grant().await);
    let text = edit("t", Some("Hello {{name}} & co"), "<p>Dear {{name}}</p>");
    let template = engine.add_wording(owner(&grant, false), WordingKind::Template, text).await.unwrap();
    let signature = edit("s", None, "<p>Ada Example</p>");
    let signature = engine.add_wording(owner(&grant, true), WordingKind::Signature, signature).await.unwrap();
    let mut composition = with(&template.id.to_string(), true, json!({"name": "<Bob>"}));
    composition.signature_id = Some(signature.id.to_string());
    let raw = engine.compose(&grant, &composition).await.unwrap().raw;
    let parsed = mail::parse::parse(&raw);
    assert_eq!(parsed.subject, "Hello <Bob> & co", "a subject is plain text");
    assert_eq!(parsed.body.text, "<p>Dear &lt;Bob&gt;</p><br><p>Ada Example</p>");
    composition.outgoing.subject = "Mine".into();
    composition.outgoing.plaintext = true;
    let raw = engine.compose(&grant, &composition).await.unwrap().raw;
    let parsed = mail::parse::parse(&raw);
    assert_eq!((parsed.subject.as_str(), parsed.body.html), ("Mine", false));
    assert!(parsed.body.text.contains("Dear <Bob>") && parsed.body.text.contains("Ada Example"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_named_and_nothing_is_sent() {
    let bench = Bench::with(0).await;
    let (engine, grant) = (&bench.engine, bench.grant().await);
    let text = edit("t", None, "{{first}} {{last}}");
    let template = engine.add_wording(owner(&grant, true), WordingKind::Template, text).await.unwrap();
    let id = template.id.to_string();
    let refused = |composition: Composition| {
        let grant = grant.clone();
        async move { engine.send_message(&grant, composition, crate::outbox::Wish::default()).await.unwrap_err() }
    };
    let fault = refused(with(&id, true, json!({"first": "Ada"}))).await;
    assert_eq!((fault.kind, fault.field.as_deref()), (FaultKind::InvalidRequest, Some("template.variables")));
    assert!(fault.message.contains("`last`"), "{}", fault.message);
    assert_eq!(refused(with("nosuch", true, json!({}))).await.field.as_deref(), Some("template.id"));
    let unsigned = Composition { signature_id: Some(id.clone()), ..to_bob() };
    assert_eq!(refused(unsigned).await.field.as_deref(), Some("signature_id"), "a template is no signature");
    assert!(bench.world.state().sent.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kept_texts_are_checked_counted_and_belong_to_one_owner() {
    let bench = Bench::with(0).await;
    let (engine, grant) = (&bench.engine, bench.grant().await);
    let (mine, shared) = (owner(&grant, true), owner(&grant, false));
    let add = |kind, edit| engine.add_wording(mine, kind, edit);
    let field = |fault: Fault| fault.field.unwrap_or_default();
    let unread = add(WordingKind::Template, edit("t", None, "{{#a}}")).await.unwrap_err();
    assert_eq!(field(unread), "body");
    let unread = add(WordingKind::Template, edit("t", Some("{{a"), "x")).await.unwrap_err();
    assert_eq!(field(unread), "subject");
    let long = "x".repeat(MOST_BODY + 1);
    assert_eq!(field(add(WordingKind::Signature, edit("s", None, &long)).await.unwrap_err()), "body");
    assert_eq!(field(add(WordingKind::Signature, edit(" ", None, "x")).await.unwrap_err()), "name");
    assert_eq!(field(add(WordingKind::Signature, edit("a\nb", None, "x")).await.unwrap_err()), "name");
    assert_eq!(field(add(WordingKind::Signature, WordingEdit::default()).await.unwrap_err()), "name");
    let mut last = String::new();
    for n in 0..MOST_SIGNATURES {
        let kept = add(WordingKind::Signature, edit(&format!("s{n}"), None, "{{x")).await.unwrap();
        last = kept.id.to_string();
    }
    let full = add(WordingKind::Signature, edit("s", None, "x")).await.unwrap_err();
    assert_eq!(full.kind, FaultKind::ConflictOrPrecondition);
    let elsewhere = engine.wording(shared, WordingKind::Signature, &last).await.unwrap_err();
    assert_eq!(elsewhere.kind, FaultKind::NotFound);
    let change = WordingEdit { body: Some("new".into()), ..WordingEdit::default() };
    let changed = engine.update_wording(mine, WordingKind::Signature, &last, change).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.body.as_str()), ("s9", "new"));
    engine.remove_wording(mine, WordingKind::Signature, &last).await.unwrap();
    assert_eq!(engine.wording(mine, WordingKind::Signature, &last).await.unwrap_err().kind, FaultKind::NotFound);
    add(WordingKind::Signature, edit("s", None, "x")).await.unwrap();
}

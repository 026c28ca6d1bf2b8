//! The nouns as an operator sees them. Nothing secret is in them.

use model::application::{ApiKey, Application, CallbackUri};
use model::connector::Connector;
use model::fault::ConnectorFault;
use model::grant::Grant;
use model::webhook::{Delivery, Webhook};
use serde_json::{Value, json};

use crate::commands::output::{self, Format};

pub(super) fn one(value: &Value, format: Format) {
    match value {
        Value::Object(fields) if !format.json => {
            let width = fields.keys().map(|name| name.len()).max().unwrap_or(0) + 1;
            for (name, value) in fields {
                output::line(&format!("{:<width$} {}", format!("{name}:"), cell(value)));
            }
        }
        _ => output::json(value),
    }
}

/// A list: JSON array, or a table of the named fields.
pub(super) fn many(values: Vec<Value>, columns: &[&str], none: &str, format: Format) {
    if format.json {
        return output::json(&Value::Array(values));
    }
    let rows: Vec<Vec<String>> =
        values.iter().map(|value| columns.iter().map(|name| cell(&value[*name])).collect()).collect();
    output::table(columns, &rows, none);
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(" "),
        Value::Object(fields) => {
            let told = fields.iter().filter(|(_, value)| !value.is_null());
            told.map(|(name, value)| format!("{name}: {}", cell(value))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

pub(super) fn application(a: &Application) -> Value {
    json!({ "id": a.id, "name": a.name, "created_at": a.created_at, "updated_at": a.updated_at })
}

pub(super) fn callback(c: &CallbackUri) -> Value {
    json!({ "id": c.id, "url": c.url, "platform": c.platform, "application_id": c.application_id })
}

pub(super) fn key(k: &ApiKey) -> Value {
    json!({
        "id": k.id, "name": k.name, "hint": k.hint, "application_id": k.application_id,
        "created_at": k.created_at, "expires_at": k.expires_at,
    })
}

/// With what ails it: its kind for lists, all of it for those who look closer.
pub(super) fn connector(c: &Connector, fault: Option<&ConnectorFault>) -> Value {
    json!({
        "provider": c.provider, "name": c.name, "settings": c.settings, "scope": c.scopes,
        "client_secret": if c.client_secret.is_some() { "set" } else { "not set" },
        "fault": fault.map(|f| f.kind.as_str()), "last_fault": fault.map(connector_fault),
        "application_id": c.application_id, "created_at": c.created_at, "updated_at": c.updated_at,
    })
}

fn connector_fault(f: &ConnectorFault) -> Value {
    json!({
        "kind": f.kind.as_str(), "scope": f.scope.as_str(), "message": f.message, "cause": f.kind.cause(),
        "remedy": f.kind.remedy(), "provider_code": f.provider_code, "grant_id": f.grant_id,
        "first_seen_at": f.first_seen_at, "last_seen_at": f.last_seen_at, "count": f.count,
    })
}

pub(super) fn grant(g: &Grant) -> Value {
    json!({
        "id": g.id, "email": g.email, "provider": g.provider, "status": g.status, "name": g.name,
        "scope": g.scopes, "application_id": g.application_id, "created_at": g.created_at, "updated_at": g.updated_at,
    })
}

pub(super) fn webhook(w: &Webhook) -> Value {
    let triggers: Vec<&str> = w.trigger_types.iter().map(|kind| kind.as_str()).collect();
    json!({
        "id": w.id, "status": w.status.as_str(), "webhook_url": w.url, "trigger_types": triggers,
        "description": w.description, "compressed_delivery": w.compressed,
        "notification_email_addresses": w.notification_emails, "application_id": w.application_id,
        "status_updated_at": w.status_updated_at, "created_at": w.created_at, "updated_at": w.updated_at,
    })
}

pub(super) fn delivery(d: &Delivery) -> Value {
    json!({
        "id": d.id, "state": d.state.as_str(), "type": d.event.kind, "attempts": d.attempts, "next_at": d.next_at,
        "last_status": d.last_status, "last_error": d.last_error, "grant_id": d.event.grant_id,
        "object_id": d.event.object_id, "occurred_at": d.event.occurred_at,
    })
}

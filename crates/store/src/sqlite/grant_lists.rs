//! Lists of grants.

use model::grant::Grant;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::columns::{all, counted, nanos};
use super::grants::{COLUMNS, read};
use crate::Result;
use crate::filter::GrantFilter;

pub(crate) fn list(connection: &Connection, filter: &GrantFilter) -> Result<Vec<Grant>> {
    let (conditions, values) = conditions(filter);
    let column = if filter.by_updated { "updated_at" } else { "created_at" };
    let direction = if filter.ascending { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT {COLUMNS} FROM grants g WHERE {conditions} ORDER BY g.{column} {direction}, g.id {direction} \
         LIMIT ? OFFSET ?"
    );
    all(connection, &sql, params_from_iter(values), read)
}

fn conditions(filter: &GrantFilter) -> (String, Vec<Value>) {
    let mut conditions = vec!["g.application_id = ?"];
    let mut values = vec![Value::from(filter.application_id.0.as_bytes().to_vec())];
    let mut narrow = |condition, value: Option<Value>| {
        if let Some(value) = value {
            conditions.push(condition);
            values.push(value);
        }
    };
    narrow("g.email_lookup = ?", filter.email.as_deref().map(model::address::lookup_form).map(Value::from));
    narrow("g.status = ?", filter.status.map(|status| Value::from(status.as_str().to_owned())));
    narrow("g.provider = ?", filter.provider.map(|provider| Value::from(provider.as_str().to_owned())));
    narrow("g.ip = ?", filter.ip.clone().map(Value::from));
    narrow("g.created_at >= ?", filter.since.map(nanos).map(Value::from));
    narrow("g.created_at <= ?", filter.before.map(nanos).map(Value::from));
    values.push(Value::from(counted(filter.limit as u64)));
    values.push(Value::from(counted(filter.offset as u64)));
    (conditions.join(" AND "), values)
}

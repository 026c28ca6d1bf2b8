//! Every place that holds a sealed value, for moving to another key.

use model::secret::Sealed;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::columns::{Columns, all, counted, run};
use crate::{Error, Result};

/// Where sealed values lie: a name for the place, how to find values under other keys, how to replace one.
struct Place {
    name: &'static str,
    find: &'static str,
    replace: &'static str,
}

const PLACES: &[Place] = &[
    Place {
        name: "connector",
        find: "SELECT id, secret_key_id, secret FROM connectors WHERE secret_key_id <> ?1 LIMIT ?2",
        replace: "UPDATE connectors SET secret_key_id = ?4, secret = ?5
                  WHERE id = ?1 AND secret_key_id = ?2 AND secret = ?3",
    },
    Place {
        name: "connector_credential",
        find: "SELECT id, data_key_id, data FROM connector_credentials WHERE data_key_id <> ?1 LIMIT ?2",
        replace: "UPDATE connector_credentials SET data_key_id = ?4, data = ?5
                  WHERE id = ?1 AND data_key_id = ?2 AND data = ?3",
    },
    Place {
        name: "refresh_token",
        find: "SELECT grant_id, refresh_key_id, refresh FROM credentials WHERE refresh_key_id <> ?1 LIMIT ?2",
        replace: "UPDATE credentials SET refresh_key_id = ?4, refresh = ?5
                  WHERE grant_id = ?1 AND refresh_key_id = ?2 AND refresh = ?3",
    },
    Place {
        name: "access_token",
        find: "SELECT grant_id, access_key_id, access FROM credentials WHERE access_key_id <> ?1 LIMIT ?2",
        replace: "UPDATE credentials SET access_key_id = ?4, access = ?5
                  WHERE grant_id = ?1 AND access_key_id = ?2 AND access = ?3",
    },
    Place {
        name: "webhook",
        find: "SELECT id, secret_key_id, secret FROM webhooks WHERE secret_key_id <> ?1 LIMIT ?2",
        replace: "UPDATE webhooks SET secret_key_id = ?4, secret = ?5
                  WHERE id = ?1 AND secret_key_id = ?2 AND secret = ?3",
    },
];

/// Values not sealed under `key_id`, each with its place as `name/uuid`.
pub(crate) fn under_other_keys(connection: &Connection, key_id: &str, limit: usize) -> Result<Vec<(String, Sealed)>> {
    let mut found = Vec::new();
    for place in PLACES {
        let room = counted((limit - found.len()) as u64);
        found.extend(all(connection, place.find, params![key_id, room], |row| {
            let id: Uuid = row.get(0)?;
            Ok((format!("{}/{id}", place.name), row.sealed(1)?))
        })?);
    }
    Ok(found)
}

/// Replaces old values by new ones where the old one still lies; how many did.
pub(crate) fn reseal(connection: &Connection, values: &[(String, Sealed, Sealed)]) -> Result<usize> {
    let mut done = 0;
    for (place, old, new) in values {
        let (place, id) = find_place(place)?;
        let row = params![id, old.key_id, old.bytes, new.key_id, new.bytes];
        done += run(connection, place.replace, row)?;
    }
    Ok(done)
}

fn find_place(text: &str) -> Result<(&'static Place, Uuid)> {
    let parsed = text.split_once('/').and_then(|(name, id)| {
        let place = PLACES.iter().find(|place| place.name == name)?;
        Some((place, id.parse().ok()?))
    });
    parsed.ok_or(Error::NotFound("place of a sealed value"))
}

//! Layers the configuration and checks it: unknown keys and wrong types are refused by name.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::{self, variable_of};
use super::origin::{Origin, Origins};
use super::{Config, ConfigError, DEFAULT_FILE, suggest};

/// Keys whose values are never repeated in errors or shown.
const SECRETS: [&str; 3] = ["sealing.keys", "google.push_token", "metrics.token"];

/// A configuration together with where its values came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What is in force.
    pub config: Config,
    /// Where each value came from.
    pub origins: Origins,
    /// The merged tables, for showing. Secrets are taken out.
    pub tables: Table,
}

/// Loads from what the process was given: the file of `--config` or `POSTROAD_CONFIG`, and the environment.
pub fn load_from_process(file: Option<&Path>) -> Result<Loaded, ConfigError> {
    let file = file.map(PathBuf::from).or_else(environment::config_file);
    load(file.as_deref(), &environment::overrides())
}

/// Layers defaults, file and variables, the last word winning.
pub fn load(file: Option<&Path>, variables: &[(String, String)]) -> Result<Loaded, ConfigError> {
    let mut tables = defaults();
    let mut origins = Origins::default();
    if let Some(path) = file {
        let given = read_file(path)?;
        overlay(&mut tables, &given, &mut origins, path)?;
    }
    for (name, text) in variables {
        override_key(&mut tables, &mut origins, name, text)?;
    }
    read_secret_files(&mut tables, &origins)?;
    let config = typed(&tables, &origins)?;
    check(&config, &origins)?;
    redact(&mut tables, &config);
    Ok(Loaded { config, origins, tables })
}

fn defaults() -> Table {
    DEFAULT_FILE.parse().expect("config.default.toml is compiled in and a test parses it")
}

fn read_file(path: &Path) -> Result<Table, ConfigError> {
    let name = || path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: name(), cause })?;
    text.parse().map_err(|cause: toml::de::Error| ConfigError::Syntax { path: name(), cause: cause.to_string() })
}

fn overlay(onto: &mut Table, given: &Table, origins: &mut Origins, path: &Path) -> Result<(), ConfigError> {
    let origin = Origin::File(path.to_path_buf());
    for (section, body) in given {
        let Some(Value::Table(known)) = onto.get_mut(section) else { return Err(unknown(section, origin)) };
        let Value::Table(body) = body else {
            let problem = format!("is a section; write [{section}] on a line of its own and its keys below");
            return Err(ConfigError::BadValue { key: section.clone(), origin, problem });
        };
        for (key, value) in body {
            let full = format!("{section}.{key}");
            let slot = known.get_mut(key).ok_or_else(|| unknown(&full, origin.clone()))?;
            *slot = value.clone();
            origins.note(full, origin.clone());
        }
    }
    Ok(())
}

fn override_key(tables: &mut Table, origins: &mut Origins, name: &str, text: &str) -> Result<(), ConfigError> {
    let origin = Origin::Environment(name.to_owned());
    let Some(key) = all_keys(tables).into_iter().find(|key| variable_of(key) == name) else {
        let written = name.trim_start_matches(environment::PREFIX).to_lowercase().replacen("__", ".", 1);
        return Err(unknown(&written, origin));
    };
    let slot = slot_mut(tables, &key);
    *slot = read_text(text, slot).map_err(|problem| ConfigError::BadValue {
        key: key.clone(),
        origin: origin.clone(),
        problem,
    })?;
    origins.note(key, origin);
    Ok(())
}

/// Reads a variable's text as the type its key has by default.
fn read_text(text: &str, like: &Value) -> Result<Value, String> {
    match like {
        Value::Boolean(_) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Value::Boolean(true)),
            "false" | "0" | "no" | "off" => Ok(Value::Boolean(false)),
            _ => Err(format!("is `{text}`; write true or false")),
        },
        Value::Integer(_) => {
            text.trim().parse().map(Value::Integer).map_err(|_| format!("is `{text}`; write a whole number"))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}

/// For every `x_file` that is set, `x` takes the file's content.
fn read_secret_files(tables: &mut Table, origins: &Origins) -> Result<(), ConfigError> {
    let keys = all_keys(tables);
    for key in &keys {
        // A file that stands for itself, as that of certificates does, has no key it is read into.
        let secret = key.strip_suffix("_file").filter(|secret| keys.iter().any(|known| known == secret));
        let Some(secret) = secret else { continue };
        let Some(path) = slot_mut(tables, key).as_str().filter(|path| !path.is_empty()).map(str::to_owned) else {
            continue;
        };
        let content = std::fs::read_to_string(&path).map_err(|cause| ConfigError::SecretFile {
            origin: origins.of(key),
            key: key.clone(),
            path,
            cause,
        })?;
        *slot_mut(tables, secret) = Value::String(content);
    }
    Ok(())
}

fn typed(tables: &Table, origins: &Origins) -> Result<Config, ConfigError> {
    let read: Result<Config, _> = serde_path_to_error::deserialize(Value::Table(tables.clone()));
    read.map_err(|error| {
        let key = error.path().iter().take(2).map(ToString::to_string).collect::<Vec<_>>().join(".");
        let problem = bad_value(&key, &error.into_inner().to_string());
        ConfigError::BadValue { origin: origins.of(&key), key, problem }
    })
}

fn bad_value(key: &str, cause: &str) -> String {
    let cause = cause.trim().trim_end_matches('.');
    let default = key.split_once('.').and_then(|(section, name)| defaults().get(section)?.get(name).cloned());
    match default {
        Some(default) if !SECRETS.contains(&key) => format!("cannot be used: {cause}. The default is {default}."),
        _ => format!("{cause}."),
    }
}

/// What types alone do not say.
fn check(config: &Config, origins: &Origins) -> Result<(), ConfigError> {
    let refuse = |key: &str, problem: &str| ConfigError::BadValue {
        key: key.into(),
        origin: origins.of(key),
        problem: problem.into(),
    };
    let counts = [
        ("storage.readers", config.storage.readers),
        ("sync.workers", config.sync.workers),
        ("sync.fetches_ahead", config.sync.fetches_ahead),
        ("sync.fetch_batch", config.sync.fetch_batch),
        ("webhooks.workers", config.webhooks.workers),
        ("limits.admin_per_second", config.limits.admin_per_second as usize),
        ("limits.grant_per_second", config.limits.grant_per_second as usize),
        ("limits.multipart_per_second", config.limits.multipart_per_second as usize),
        ("limits.visits_per_second", config.limits.visits_per_second as usize),
    ];
    if let Some((key, _)) = counts.into_iter().find(|(_, value)| *value == 0) {
        return Err(refuse(key, "is 0; it must be at least 1."));
    }
    if !(1..=19).contains(&config.storage.compression_level) {
        return Err(refuse("storage.compression_level", "must be between 1 and 19."));
    }
    let google = &config.google;
    let urls = [
        ("server.public_url", &config.server.public_url),
        ("google.gmail_url", &google.gmail_url),
        ("google.authorize_url", &google.authorize_url),
        ("google.token_url", &google.token_url),
        ("google.revoke_url", &google.revoke_url),
        ("google.userinfo_url", &google.userinfo_url),
        ("microsoft.graph_url", &config.microsoft.graph_url),
        ("microsoft.authority_url", &config.microsoft.authority_url),
    ];
    for (key, text) in urls {
        if !url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err(refuse(key, "is not a web address; write one such as \"https://mail.example.com\"."));
        }
        if text.ends_with('/') {
            return Err(refuse(key, "ends with a slash; leave it out, paths are appended to it."));
        }
    }
    Ok(())
}

/// Takes secrets out of the tables, so that they can be shown.
fn redact(tables: &mut Table, config: &Config) {
    let ids = config.sealing.keys.iter().map(|key| Value::String(format!("{}:(secret)", key.id)));
    *slot_mut(tables, "sealing.keys") = Value::Array(ids.collect());
    if config.google.push_token.is_some() {
        *slot_mut(tables, "google.push_token") = Value::String("(secret)".into());
    }
    if config.metrics.token.is_some() {
        *slot_mut(tables, "metrics.token") = Value::String("(secret)".into());
    }
}

fn unknown(key: &str, origin: Origin) -> ConfigError {
    let known = all_keys(&defaults());
    let hint = suggest::nearest(key, known.iter().map(String::as_str));
    let hint = hint.map(|near| format!(" Did you mean `{near}`?")).unwrap_or_default();
    ConfigError::UnknownKey { key: key.to_owned(), origin, hint }
}

fn all_keys(tables: &Table) -> Vec<String> {
    let sections = tables.iter().filter_map(|(name, body)| Some((name, body.as_table()?)));
    sections.flat_map(|(section, body)| body.keys().map(move |key| format!("{section}.{key}"))).collect()
}

fn slot_mut<'t>(tables: &'t mut Table, key: &str) -> &'t mut Value {
    let (section, name) = key.split_once('.').expect("keys come from all_keys, which writes section.key");
    &mut tables[section][name]
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;

//! The discovery document, made from the method table, with every URL pointing at the sandbox.
//!
//! Google's Python client builds its methods from it (`build(..., discoveryServiceUrl=...)`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::dispatch::STANDARD;
use super::method::{Kind, Method, Param};
use super::schemas::SCHEMAS;
use super::table::METHODS;

/// The document for a sandbox reached under `base`.
pub(crate) fn document(base: &str) -> Value {
    let schemas: Map<_, _> = SCHEMAS.iter().map(|schema| (schema.name.to_owned(), schema.document())).collect();
    let parameters: Map<_, _> =
        STANDARD.iter().map(|name| ((*name).to_owned(), json!({"type": "string", "location": "query"}))).collect();
    json!({
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "gmail:v1",
        "name": "gmail",
        "version": "v1",
        "title": "Gmail API (sandbox)",
        "description": "The Gmail methods that this sandbox stands in for.",
        "protocol": "rest",
        "rootUrl": format!("{base}/"),
        "baseUrl": format!("{base}/"),
        "basePath": "",
        "servicePath": "",
        "batchPath": "batch",
        "parameters": parameters,
        "auth": {"oauth2": {"scopes": scopes()}},
        "schemas": schemas,
        "resources": {"users": users()},
    })
}

fn scopes() -> Value {
    let all: BTreeMap<_, _> =
        METHODS.iter().flat_map(|method| method.scopes).map(|scope| (*scope, json!({"description": scope}))).collect();
    json!(all)
}

/// The tree of resources below `users`, from names such as `gmail.messages.attachments.get`.
fn users() -> Value {
    let mut users = json!({"methods": {}});
    for method in METHODS {
        let words: Vec<_> = method.name.split('.').skip(1).collect();
        let Some((name, resources)) = words.split_last() else { continue };
        let mut at = &mut users;
        for resource in resources {
            at = &mut at["resources"][*resource];
        }
        at["methods"][*name] = describe(method, &words);
    }
    users
}

fn describe(method: &Method, words: &[&str]) -> Value {
    let path = format!("gmail/v1/users/{{userId}}{}", method.path);
    let names: Vec<_> = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect();
    let mut parameters = Map::new();
    for name in &names {
        parameters.insert((*name).to_owned(), json!({"type": "string", "location": "path", "required": true}));
    }
    parameters.extend(method.query.iter().map(|param| (param.name.to_owned(), param.document())));
    let mut described = json!({
        "id": format!("gmail.users.{}", words.join(".")),
        "httpMethod": method.verb.name(),
        "path": path,
        "flatPath": path,
        "parameters": parameters,
        "parameterOrder": names,
        "scopes": method.scopes,
    });
    if let Some(request) = method.request {
        described["request"] = json!({"$ref": request});
    }
    if let Some(response) = method.response {
        described["response"] = json!({"$ref": response});
    }
    if let Some(limit) = method.upload {
        described["supportsMediaUpload"] = json!(true);
        described["mediaUpload"] = json!({
            "accept": ["message/*"],
            "maxSize": limit.to_string(),
            "protocols": {
                "simple": {"multipart": true, "path": format!("/upload/{path}")},
                "resumable": {"multipart": true, "path": format!("/resumable/upload/{path}")},
            },
        });
    }
    described
}

impl Param {
    fn document(&self) -> Value {
        let mut described = match self.kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Bool => json!({"type": "boolean"}),
            Kind::U32 => json!({"type": "integer", "format": "uint32"}),
            Kind::U64 => json!({"type": "string", "format": "uint64"}),
            Kind::OneOf(values) => json!({"type": "string", "enum": values}),
        };
        described["location"] = json!("query");
        if self.repeated {
            described["repeated"] = json!(true);
        }
        described
    }
}

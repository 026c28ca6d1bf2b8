//! The OpenAPI 3.1 document, made from the wire types and from one description per operation.
//!
//! A test holds the operations to [`crate::routes`], another holds `docs/reference/openapi.json` to this.

mod administration;
mod connect;
mod mail;
mod op;
mod pages;
pub mod params;
mod wordings;

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder};

use op::Op;

const ABOUT: &str = "A self-hosted email API in the shape of the Nylas v3 contract. Reads are answered from a local mirror of each mailbox; every mail answer says how fresh it is in Postroad-Mirror-Fresh-At and Postroad-Mirror-Phase. Every failure explains itself in error.fault.";

/// Groups of operations, in the order of the reference.
const TAGS: [(&str, &str); 17] = [
    ("Messages", "Listed and read from the mirror; changed and sent at the provider."),
    ("Threads", "Conversations; changes apply to every message."),
    ("Folders", "Gmail labels, Graph folders and IMAP mailboxes alike."),
    ("Drafts", "Saved at the provider, sent from there."),
    ("Attachments", "Described and downloaded by message."),
    ("Signatures", "What a grant's mail ends with."),
    ("Templates", "Subjects and bodies with variables, in Mustache."),
    ("Scheduled sends", "Messages that wait for their time, and those held back."),
    ("Outbox", "Everything on its way out, and what an operator decides about it. Not of the contract."),
    ("Hosted authentication", "People connect their mailboxes in the browser."),
    ("Grants", "One person's permission to one mailbox."),
    ("Connectors", "An application's registrations with providers."),
    ("Applications", "The application an API key opens, and where its sign-ins may return to."),
    ("Webhooks", "Who hears of changes."),
    ("Tracking", "What recipients' mail programs ask for."),
    ("Pushes", "Where providers tell us to look."),
    ("Installation", "Health and documentation."),
];

/// The document.
pub fn document() -> OpenApi {
    let operations = operations();
    let mut components = ComponentsBuilder::new()
        .security_scheme("key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
        .security_scheme("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    let mut schemas = Vec::new();
    operations.iter().for_each(|op| op.collect(&mut schemas));
    schemas.sort_by(|(a, _), (b, _)| a.cmp(b));
    schemas.dedup_by(|(a, _), (b, _)| a == b);
    for (name, schema) in schemas {
        components = components.schema(name, schema);
    }
    let paths = operations.into_iter().fold(PathsBuilder::new(), |paths, op| op.add_to(paths));
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Postroad").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT)).build())
        .tags(Some(TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build())))
        .components(Some(components.build()))
        .paths(paths.build())
        .build()
}

/// The document as JSON, for people and for diffs.
pub fn pretty() -> String {
    let text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text + "\n"
}

fn operations() -> Vec<Op> {
    [
        mail::operations(),
        wordings::operations(),
        connect::operations(),
        administration::operations(),
        pages::operations(),
    ]
    .concat()
}

/// Every method and path described.
pub fn described() -> Vec<(http::Method, &'static str)> {
    operations().iter().map(|op| (op.method.clone(), op.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn set(routes: Vec<(http::Method, &'static str)>) -> BTreeSet<String> {
        routes.into_iter().map(|(method, path)| format!("{method} {path}")).collect()
    }

    #[test]
    fn every_route_is_described_and_nothing_else_is() {
        let (routes, described) = (set(crate::routes::all()), set(described()));
        assert_eq!(
            routes.difference(&described).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "routes without description"
        );
        assert_eq!(
            described.difference(&routes).collect::<Vec<_>>(),
            Vec::<&String>::new(),
            "descriptions without route"
        );
    }

    #[test]
    fn operation_ids_are_unique_and_every_reference_resolves() {
        let value = serde_json::to_value(document()).unwrap();
        let ids: Vec<_> = operations().iter().map(|op| op.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        let text = value.to_string();
        for reference in text.split("\"$ref\":\"").skip(1) {
            let pointer = reference.split('"').next().unwrap().trim_start_matches('#');
            assert!(value.pointer(pointer).is_some(), "{pointer} leads nowhere");
        }
    }

    #[test]
    fn every_path_parameter_is_described() {
        for op in operations() {
            let named: BTreeSet<_> = op.path.split(['{', '}']).skip(1).step_by(2).collect();
            let described: BTreeSet<_> = op.path_params().collect();
            assert_eq!(named, described, "{}", op.path);
        }
    }

    #[test]
    fn the_kept_document_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi.json");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == pretty(),
            "docs/reference/openapi.json is not up to date: cargo run -p postroad-server --example openapi > docs/reference/openapi.json"
        );
    }
}

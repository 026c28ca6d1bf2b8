//! Signatures and templates.

use api::wording::{RenderedTemplate, Signature, SignatureWrite, Template, TemplateRender, TemplateWrite};
use http::Method;

use super::op::Op;
use super::params::*;

const SIGNATURE: Param = path("signature_id", "The signature.");
const TEMPLATE: Param = path("template_id", "The template.");

/// All of them.
pub fn operations() -> Vec<Op> {
    let shared = templates(
        ["/v3/templates", "/v3/templates/{template_id}", "/v3/templates/render", "/v3/templates/{template_id}/render"],
        [
            "listTemplates",
            "createTemplate",
            "getTemplate",
            "updateTemplate",
            "deleteTemplate",
            "renderTemplateText",
            "renderTemplate",
        ],
    );
    let own = templates(
        [
            "/v3/grants/{grant_id}/templates",
            "/v3/grants/{grant_id}/templates/{template_id}",
            "/v3/grants/{grant_id}/templates/render",
            "/v3/grants/{grant_id}/templates/{template_id}/render",
        ],
        [
            "listGrantTemplates",
            "createGrantTemplate",
            "getGrantTemplate",
            "updateGrantTemplate",
            "deleteGrantTemplate",
            "renderGrantTemplateText",
            "renderGrantTemplate",
        ],
    );
    let own = own.into_iter().map(|op| op.takes(&[GRANT])).collect();
    [signatures(), shared, own].concat()
}

fn signatures() -> Vec<Op> {
    const LIST: &str = "/v3/grants/{grant_id}/signatures";
    const ONE: &str = "/v3/grants/{grant_id}/signatures/{signature_id}";
    let op = |method, path, id, summary| Op::new("Signatures", method, path, id, summary).takes(&[GRANT]);
    vec![
        op(Method::GET, LIST, "listSignatures", "List signatures").all::<Signature>(),
        op(Method::POST, LIST, "createSignature", "Make a signature")
            .says("At most 10 per grant.")
            .body::<SignatureWrite>()
            .one::<Signature>()
            .created()
            .fails(&[409]),
        op(Method::GET, ONE, "getSignature", "Read a signature").takes(&[SIGNATURE]).one::<Signature>(),
        op(Method::PUT, ONE, "updateSignature", "Change a signature")
            .says("What is left out stays.")
            .takes(&[SIGNATURE])
            .body::<SignatureWrite>()
            .one::<Signature>(),
        op(Method::DELETE, ONE, "deleteSignature", "Remove a signature").takes(&[SIGNATURE]),
    ]
}

/// Of an application or of a grant: paths (list, one, render text, render), operation ids in the order below.
fn templates([list, one, render_text, render]: [&'static str; 4], ids: [&'static str; 7]) -> Vec<Op> {
    let op = |method, path, at: usize, summary| Op::new("Templates", method, path, ids[at], summary);
    vec![
        op(Method::GET, list, 0, "List templates").all::<Template>(),
        op(Method::POST, list, 1, "Make a template")
            .says("At most 100. Subject and body are read at once; what cannot be read is refused with its line.")
            .body::<TemplateWrite>()
            .one::<Template>()
            .created()
            .fails(&[409]),
        op(Method::GET, one, 2, "Read a template").takes(&[TEMPLATE]).one::<Template>(),
        op(Method::PUT, one, 3, "Change a template")
            .says("What is left out stays.")
            .takes(&[TEMPLATE])
            .body::<TemplateWrite>()
            .one::<Template>(),
        op(Method::DELETE, one, 4, "Remove a template").takes(&[TEMPLATE]),
        op(Method::POST, render_text, 5, "Fill in a template that comes along")
            .body::<TemplateRender>()
            .one::<RenderedTemplate>(),
        op(Method::POST, render, 6, "Fill in a template")
            .says("What a send would make of it; nothing is sent.")
            .takes(&[TEMPLATE])
            .body::<TemplateRender>()
            .one::<RenderedTemplate>(),
    ]
}

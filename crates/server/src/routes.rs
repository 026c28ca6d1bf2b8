//! Every URL of Postroad, on one page. What each takes and answers: [`crate::openapi`], held to this page by a test.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};
use http::Method;

use crate::app::App;
use crate::handlers::*;
use crate::mailbox::admit;

/// No credential needed: hosted authentication, tokens, pushes, marks of tracked messages, pages, health.
pub fn open() -> Table {
    Table::default()
        .get("/v3/connect/auth", connect::auth)
        .get("/v3/connect/callback", connect::callback)
        .post("/v3/connect/token", connect::exchange)
        .post("/v3/connect/revoke", connect::revoke)
        .get("/v3/connect/tokeninfo", connect::tokeninfo)
        .post("/v3/push/{provider}", push::take)
        .get("/t/{token}", tracking::picture)
        .get("/t/{token}/{link}", tracking::link)
        .get("/", front_page::show)
        .get("/healthz", health::live)
        .get("/readyz", health::ready)
        .get("/metrics", metrics::show)
        .get("/openapi.json", reference::document)
        .get("/docs", reference::page)
        .get("/docs/faults", catalogue::index)
        .get("/docs/faults/{kind}", catalogue::kind)
        .get("/assets/{name}", reference::asset)
}

/// An application's API key needed.
pub fn administration() -> Table {
    Table::default()
        .post("/v3/connect/custom", connect::custom)
        .post("/v3/providers/detect", connect::detect)
        .get("/v3/grants", grants::list)
        .get("/v3/grants/{grant_id}", grants::get)
        .patch("/v3/grants/{grant_id}", grants::update)
        .put("/v3/grants/{grant_id}", grants::update)
        .delete("/v3/grants/{grant_id}", grants::delete)
        .get("/v3/grants/{grant_id}/quota", quotas::of_grant)
        .get("/v3/connectors", connectors::list)
        .post("/v3/connectors", connectors::create)
        .get("/v3/connectors/{provider}", connectors::get)
        .patch("/v3/connectors/{provider}", connectors::update)
        .put("/v3/connectors/{provider}", connectors::update)
        .delete("/v3/connectors/{provider}", connectors::delete)
        .get("/v3/connectors/{provider}/quota", quotas::of_connector)
        .get("/v3/connectors/{provider}/creds", credentials::list)
        .post("/v3/connectors/{provider}/creds", credentials::create)
        .get("/v3/connectors/{provider}/creds/{credential_id}", credentials::get)
        .patch("/v3/connectors/{provider}/creds/{credential_id}", credentials::update)
        .put("/v3/connectors/{provider}/creds/{credential_id}", credentials::update)
        .delete("/v3/connectors/{provider}/creds/{credential_id}", credentials::delete)
        .get("/v3/applications", applications::get)
        .patch("/v3/applications", applications::update)
        .put("/v3/applications", applications::update)
        .get("/v3/applications/unknown-faults", unknown_faults::list)
        .get("/v3/applications/redirect-uris", redirect_uris::list)
        .post("/v3/applications/redirect-uris", redirect_uris::create)
        .get("/v3/applications/redirect-uris/{redirect_uri_id}", redirect_uris::get)
        .patch("/v3/applications/redirect-uris/{redirect_uri_id}", redirect_uris::update)
        .put("/v3/applications/redirect-uris/{redirect_uri_id}", redirect_uris::update)
        .delete("/v3/applications/redirect-uris/{redirect_uri_id}", redirect_uris::delete)
        .get("/v3/templates", templates::list)
        .post("/v3/templates", templates::create)
        .post("/v3/templates/render", templates::render_text)
        .get("/v3/templates/{template_id}", templates::get)
        .put("/v3/templates/{template_id}", templates::update)
        .delete("/v3/templates/{template_id}", templates::delete)
        .post("/v3/templates/{template_id}/render", templates::render)
        .get("/v3/webhooks", webhooks::list)
        .post("/v3/webhooks", webhooks::create)
        .post("/v3/webhooks/mock-payload", samples::mock_payload)
        .post("/v3/webhooks/send-test-event", samples::send_test_event)
        .get("/v3/webhooks/ip-addresses", samples::ip_addresses)
        .post("/v3/webhooks/rotate-secret/{webhook_id}", webhooks::rotate_secret)
        .put("/v3/webhooks/{webhook_id}/rotate-secret", webhooks::rotate_secret)
        .get("/v3/webhooks/{webhook_id}", webhooks::get)
        .put("/v3/webhooks/{webhook_id}", webhooks::update)
        .delete("/v3/webhooks/{webhook_id}", webhooks::delete)
        .get("/v3/webhooks/{webhook_id}/deliveries", deliveries::list)
        .post("/v3/webhooks/{webhook_id}/replay", deliveries::replay)
}

/// Everything below a grant: an API key, or an access token of the grant, needed.
pub fn mail() -> Table {
    Table::default()
        .get("/v3/grants/{grant_id}/messages", messages::list)
        .put("/v3/grants/{grant_id}/messages/clean", messages::clean)
        .post("/v3/grants/{grant_id}/messages/send", messages::send)
        .get("/v3/grants/{grant_id}/messages/schedules", schedules::list)
        .get("/v3/grants/{grant_id}/messages/schedules/{schedule_id}", schedules::get)
        .delete("/v3/grants/{grant_id}/messages/schedules/{schedule_id}", schedules::stop)
        .get("/v3/grants/{grant_id}/messages/{message_id}", messages::get)
        .put("/v3/grants/{grant_id}/messages/{message_id}", messages::update)
        .delete("/v3/grants/{grant_id}/messages/{message_id}", messages::delete)
        .post("/v3/grants/{grant_id}/messages/{message_id}/copy", messages::copy)
        .get("/v3/grants/{grant_id}/threads", threads::list)
        .get("/v3/grants/{grant_id}/threads/{thread_id}", threads::get)
        .put("/v3/grants/{grant_id}/threads/{thread_id}", threads::update)
        .delete("/v3/grants/{grant_id}/threads/{thread_id}", threads::delete)
        .get("/v3/grants/{grant_id}/folders", folders::list)
        .post("/v3/grants/{grant_id}/folders", folders::create)
        .get("/v3/grants/{grant_id}/folders/{folder_id}", folders::get)
        .put("/v3/grants/{grant_id}/folders/{folder_id}", folders::update)
        .delete("/v3/grants/{grant_id}/folders/{folder_id}", folders::delete)
        .get("/v3/grants/{grant_id}/drafts", drafts::list)
        .post("/v3/grants/{grant_id}/drafts", drafts::create)
        .get("/v3/grants/{grant_id}/drafts/{draft_id}", drafts::get)
        .put("/v3/grants/{grant_id}/drafts/{draft_id}", drafts::update)
        .post("/v3/grants/{grant_id}/drafts/{draft_id}", drafts::send)
        .delete("/v3/grants/{grant_id}/drafts/{draft_id}", drafts::delete)
        .get("/v3/grants/{grant_id}/outbox", outbox::list)
        .get("/v3/grants/{grant_id}/outbox/{submission_id}", outbox::get)
        .post("/v3/grants/{grant_id}/outbox/{submission_id}/resend", outbox::resend)
        .post("/v3/grants/{grant_id}/outbox/{submission_id}/discard", outbox::discard)
        .get("/v3/grants/{grant_id}/signatures", signatures::list)
        .post("/v3/grants/{grant_id}/signatures", signatures::create)
        .get("/v3/grants/{grant_id}/signatures/{signature_id}", signatures::get)
        .put("/v3/grants/{grant_id}/signatures/{signature_id}", signatures::update)
        .delete("/v3/grants/{grant_id}/signatures/{signature_id}", signatures::delete)
        .get("/v3/grants/{grant_id}/templates", templates::list)
        .post("/v3/grants/{grant_id}/templates", templates::create)
        .post("/v3/grants/{grant_id}/templates/render", templates::render_text)
        .get("/v3/grants/{grant_id}/templates/{template_id}", templates::get)
        .put("/v3/grants/{grant_id}/templates/{template_id}", templates::update)
        .delete("/v3/grants/{grant_id}/templates/{template_id}", templates::delete)
        .post("/v3/grants/{grant_id}/templates/{template_id}/render", templates::render)
        .get("/v3/grants/{grant_id}/attachments/{attachment_id}", attachments::get)
        .get("/v3/grants/{grant_id}/attachments/{attachment_id}/download", attachments::download)
        .post("/v3/grants/{grant_id}/attachment-uploads", fallback::no_uploads)
        .post("/v3/grants/{grant_id}/attachment-uploads/{upload_id}/complete", fallback::no_uploads)
}

/// The whole surface.
pub fn router(app: &App) -> Router {
    let mail = mail().router.route_layer(from_fn_with_state(app.clone(), admit));
    open()
        .router
        .merge(administration().router)
        .merge(mail)
        .fallback(fallback::not_found)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .with_state(app.clone())
}

/// Every method and path, for the test that holds the reference to this page.
pub fn all() -> Vec<(Method, &'static str)> {
    [open(), administration(), mail()].into_iter().flat_map(|table| table.routes).collect()
}

/// A router that remembers what was put into it.
#[derive(Default)]
pub struct Table {
    router: Router<App>,
    routes: Vec<(Method, &'static str)>,
}

macro_rules! verbs {
    ($($name:ident = $method:ident;)+) => {$(
        fn $name<T: 'static>(self, path: &'static str, handler: impl Handler<T, App>) -> Self {
            self.at(Method::$method, MethodFilter::$method, path, handler)
        }
    )+};
}

impl Table {
    verbs! {
        get = GET;
        post = POST;
        put = PUT;
        patch = PATCH;
        delete = DELETE;
    }

    fn at<T: 'static>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        handler: impl Handler<T, App>,
    ) -> Self {
        self.router = self.router.route(path, on(filter, handler));
        self.routes.push((method, path));
        self
    }
}

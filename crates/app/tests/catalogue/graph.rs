//! What each named fault of Microsoft Graph is: written from the project's notes on Microsoft (2.1, 2.3, and the action
//! column of 3), not from the classifier. The action words read as verdicts: REFRESH is `after_refresh`; RETRY is `backoff`,
//! or the instant of `Retry-After`; RESYNC is `resync`; FIX, GONE, ADMIN and STOP are `never`. Where the notes leave a choice,
//! the classifier's is taken, and the line says so.

use crate::table::Expected::{self, *};

#[rustfmt::skip] // one line is one fault
pub const ROWS: &[(&str, Expected)] = &[
    // Throttles. A window that no answer names is a brake; only the calls at once have a name of their own.
    ("graph.mailbox_concurrency", Is("concurrency_limited", "backoff")),
    ("graph.too_many_requests", Until("account_throttled", 2)), // 2.128 seconds
    ("graph.activity_limit", Is("account_throttled", "backoff")),
    ("graph.throttled_unknown", Is("account_throttled", "backoff")),
    ("graph.throttled_503", Until("account_throttled", 10)),
    // Tokens: refreshed once, whatever the cause; what comes of that is for the token endpoint to say.
    ("graph.token_empty", Is("unauthenticated", "after_refresh")),
    ("graph.token_expired", Is("unauthenticated", "after_refresh")),
    ("graph.token_audience", Is("unauthenticated", "after_refresh")),
    ("graph.token_garbage", Is("unauthenticated", "after_refresh")),
    ("graph.token_garbage_old", Is("unauthenticated", "after_refresh")),
    ("graph.claims_challenge", Is("unauthenticated", "after_refresh")), // with the claims
    ("graph.unlicensed", Is("unauthenticated", "after_refresh")),
    ("graph.authentication_error", Is("unauthenticated", "after_refresh")),
    ("graph.unauthorized_empty", Is("unauthenticated", "after_refresh")),
    // Access.
    ("graph.payment_required", Is("permission_denied", "never")),
    ("graph.access_denied", Is("permission_denied", "never")), // REAUTH or ADMIN: one answer does not tell which
    ("graph.authorization_denied", Is("insufficient_scope", "never")),
    ("graph.conditional_access", Is("domain_policy", "never")), // REAUTH or ADMIN: the same
    ("graph.resource_locked", Is("permission_denied", "never")), // ADMIN; `mailbox_unavailable` would do as well
    ("graph.not_allowed", Is("permission_denied", "never")), // the same
    // Requests.
    ("graph.no_segment", Is("invalid_request", "never")),
    ("graph.parse_uri", Is("invalid_request", "never")),
    ("graph.parse_uri_inner", Is("invalid_request", "never")),
    ("graph.invalid_id", Is("invalid_request", "never")), // FIX or GONE: nothing says that there ever was such an id
    ("graph.invalid_query", Is("invalid_request", "never")),
    ("graph.invalid_filter", Is("invalid_request", "never")),
    ("graph.inefficient_filter", Is("invalid_request", "never")),
    ("graph.invalid_property", Is("invalid_request", "never")),
    ("graph.property_validation", Is("invalid_request", "never")),
    ("graph.mime_not_base64", Is("invalid_request", "never")),
    ("graph.mime_invalid", Is("invalid_request", "never")),
    ("graph.attachment_size_limit", Is("message_too_large", "never")),
    ("graph.missing_email_address", Is("mailbox_unavailable", "never")),
    ("graph.subscription_validation", Is("invalid_request", "never")),
    ("graph.subscription_invalid", Is("invalid_request", "never")),
    ("graph.method_not_allowed", Is("invalid_request", "never")),
    ("graph.not_implemented", Is("invalid_request", "never")),
    ("graph.folder_exists", Is("conflict_or_precondition", "never")),
    // "Get it again, apply the change anew, retry": the same request does not help.
    ("graph.conflict", Is("conflict_or_precondition", "never")),
    ("graph.conflict_412", Is("conflict_or_precondition", "never")),
    ("graph.request_too_large", Is("message_too_large", "never")),
    ("graph.request_size_exceeded", Is("message_too_large", "never")),
    // Sends.
    ("graph.invalid_recipients", Is("recipient_rejected", "never")), // FIX; no recipient at all is said with it too
    ("graph.message_size_exceeded", Is("message_too_large", "never")),
    ("graph.send_as_denied", Is("sender_not_allowed", "never")),
    ("graph.create_item_denied", Is("permission_denied", "never")),
    ("graph.submission_blocked", Is("mailbox_unavailable", "never")),
    ("graph.message_blocked", Is("message_rejected", "never")),
    // STOP for 24 hours: until it passes (section 3) or until its owner acts (2.3); the answer names no instant.
    ("graph.message_limit", Until("sending_quota_exceeded", 3600)), // no instant is named: an hour, for the reason beside the classifier
    ("graph.message_limit_429", Until("sending_quota_exceeded", 3600)),
    ("graph.recipient_limit", Until("sending_quota_exceeded", 3600)),
    ("graph.submission_quota", Until("sending_quota_exceeded", 3600)),
    ("graph.account_suspend", Is("mailbox_unavailable", "never")),
    ("graph.quota_exceeded", Is("mailbox_full", "never")),
    // Accepted; a report comes later.
    ("graph.ndr_recipient", Success),
    ("graph.ndr_quota", Success),
    ("graph.ndr_tenant_limit", Success),
    ("graph.ndr_tenant_blocked", Success),
    ("graph.ndr_bad_sender", Success),
    // What is not there.
    ("graph.item_not_found", Is("not_found", "never")),
    // RESYNC of the folders: to who asks for one folder it is gone, to who follows one its place is.
    ("graph.folder_not_found", Is("not_found", "never")),
    ("graph.sync_folder_not_found", Is("sync_state_expired", "resync")),
    ("graph.mailbox_not_enabled", Is("mailbox_unavailable", "never")),
    ("graph.mailbox_not_enabled_old", Is("mailbox_unavailable", "never")),
    ("graph.mailbox_not_hosted", Is("mailbox_unavailable", "never")),
    ("graph.resource_not_found", Is("mailbox_unavailable", "never")),
    // "No such user", twice: the directory says so of anything it keeps, Exchange only of mailboxes.
    ("graph.no_such_user", Is("not_found", "never")),
    ("graph.invalid_user", Is("mailbox_unavailable", "never")),
    ("graph.not_found_empty", Is("not_found", "never")),
    ("graph.sync_state_not_found", Is("sync_state_expired", "resync")),
    ("graph.sync_state_invalid", Is("sync_state_expired", "resync")),
    ("graph.resync_required", Is("sync_state_expired", "resync")),
    // Microsoft fails; twice it is one message that cannot be read, and for ever.
    ("graph.internal_error", Is("transient_backend", "backoff")),
    ("graph.transient_error", Is("transient_backend", "backoff")),
    ("graph.corrupt_data", Is("message_rejected", "never")),
    ("graph.cannot_open_attachment", Is("attachment_invalid", "never")),
    ("graph.bad_gateway", Is("transient_backend", "backoff")),
    ("graph.store_unavailable", Is("transient_backend", "backoff")),
    ("graph.mailbox_move", Is("transient_backend", "backoff")),
    ("graph.mailbox_info_stale", Is("transient_backend", "backoff")),
    ("graph.service_unavailable", Is("transient_backend", "backoff")),
    ("graph.server_busy", Is("account_throttled", "backoff")),
    ("graph.unavailable_empty", Is("transient_backend", "backoff")),
    ("graph.gateway_timeout", Is("gateway_timeout", "backoff")),
    ("graph.gateway_timeout_unknown", Is("gateway_timeout", "backoff")),
    ("graph.bandwidth_limit", Is("bandwidth_limited", "backoff")),
];

//! The one table of Gmail's methods. Routing, scope checks, parameter checks, fault plan names and the discovery
//! document are all read from here.

use super::gmail::{attachments, drafts, history, labels, messages, modify, profile, send, send_as, threads, watch};
use super::method::{Handler, Kind, Method, Param, Verb};

const FULL: &str = "https://mail.google.com/";
const MODIFY: &str = "https://www.googleapis.com/auth/gmail.modify";
const READONLY: &str = "https://www.googleapis.com/auth/gmail.readonly";
/// The scope under which searches and bodies are refused.
pub(crate) const METADATA: &str = "https://www.googleapis.com/auth/gmail.metadata";
const COMPOSE: &str = "https://www.googleapis.com/auth/gmail.compose";
const SEND: &str = "https://www.googleapis.com/auth/gmail.send";
const INSERT: &str = "https://www.googleapis.com/auth/gmail.insert";
const LABELS: &str = "https://www.googleapis.com/auth/gmail.labels";
const BASIC: &str = "https://www.googleapis.com/auth/gmail.settings.basic";
const SHARING: &str = "https://www.googleapis.com/auth/gmail.settings.sharing";

const READS: &[&str] = &[FULL, MODIFY, READONLY];
const LOOKS: &[&str] = &[FULL, METADATA, MODIFY, READONLY];
const CHANGES: &[&str] = &[FULL, MODIFY];
const DELETES: &[&str] = &[FULL];
const INSERTS: &[&str] = &[FULL, INSERT, MODIFY];
const WRITES: &[&str] = &[FULL, COMPOSE, MODIFY];
const READS_DRAFTS: &[&str] = &[FULL, COMPOSE, MODIFY, READONLY];
const READS_LABELS: &[&str] = &[FULL, LABELS, METADATA, MODIFY, READONLY];
const CHANGES_LABELS: &[&str] = &[FULL, LABELS, MODIFY];
const READS_SETTINGS: &[&str] = &[FULL, MODIFY, READONLY, BASIC];
const CHANGES_SETTINGS: &[&str] = &[BASIC, SHARING];

const fn text(name: &'static str) -> Param {
    Param { name, kind: Kind::Text, repeated: false }
}
const fn flag(name: &'static str) -> Param {
    Param { name, kind: Kind::Bool, repeated: false }
}
const fn one_of(name: &'static str, values: &'static [&'static str]) -> Param {
    Param { name, kind: Kind::OneOf(values), repeated: false }
}
const fn many(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, repeated: true }
}

const MAX_RESULTS: Param = Param { name: "maxResults", kind: Kind::U32, repeated: false };
const HISTORY_TYPES: &[&str] = &["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"];
const DATE_SOURCES: Param = one_of("internalDateSource", &["receivedTime", "dateHeader"]);

const LISTING: &[Param] =
    &[flag("includeSpamTrash"), many("labelIds", Kind::Text), MAX_RESULTS, text("pageToken"), text("q")];
const DRAFT_LISTING: &[Param] = &[flag("includeSpamTrash"), MAX_RESULTS, text("pageToken"), text("q")];
const FORMAT: &[Param] =
    &[one_of("format", &["minimal", "full", "raw", "metadata"]), many("metadataHeaders", Kind::Text)];
const DRAFT_FORMAT: &[Param] = &[one_of("format", &["minimal", "full", "raw", "metadata"])];
const THREAD_FORMAT: &[Param] =
    &[one_of("format", &["full", "metadata", "minimal"]), many("metadataHeaders", Kind::Text)];
const INSERTING: &[Param] = &[flag("deleted"), DATE_SOURCES];
const IMPORTING: &[Param] = &[flag("deleted"), DATE_SOURCES, flag("neverMarkSpam"), flag("processForCalendar")];
const HISTORY: &[Param] = &[
    many("historyTypes", Kind::OneOf(HISTORY_TYPES)),
    text("labelId"),
    MAX_RESULTS,
    text("pageToken"),
    Param { name: "startHistoryId", kind: Kind::U64, repeated: false },
];

/// 35 MiB.
const SEND_LIMIT: u64 = 36_700_160;
/// 150 MiB.
const INSERT_LIMIT: u64 = 157_286_400;

const BASE: Method = Method {
    name: "",
    verb: Verb::Get,
    path: "",
    operation: "",
    scopes: &[],
    query: &[],
    request: None,
    response: None,
    upload: None,
    handler: profile::get,
};

const fn get(
    name: &'static str,
    path: &'static str,
    operation: &'static str,
    scopes: &'static [&'static str],
    query: &'static [Param],
    response: &'static str,
    handler: Handler,
) -> Method {
    Method { name, verb: Verb::Get, path, operation, scopes, query, response: Some(response), handler, ..BASE }
}

const fn post(
    name: &'static str,
    path: &'static str,
    operation: &'static str,
    scopes: &'static [&'static str],
    request: Option<&'static str>,
    response: Option<&'static str>,
    handler: Handler,
) -> Method {
    Method { name, verb: Verb::Post, path, operation, scopes, request, response, handler, ..BASE }
}

const fn delete(
    name: &'static str,
    path: &'static str,
    operation: &'static str,
    scopes: &'static [&'static str],
    handler: Handler,
) -> Method {
    Method { name, verb: Verb::Delete, path, operation, scopes, handler, ..BASE }
}

const M: Option<&str> = Some("Message");
const D: Option<&str> = Some("Draft");
const L: Option<&str> = Some("Label");
const T: Option<&str> = Some("Thread");
const CHANGE: Option<&str> = Some("ModifyMessageRequest");

/// Every method, in the order of the discovery document.
#[rustfmt::skip] // one line is one method
pub(crate) const METHODS: &[Method] = &[
    get("gmail.getProfile", "/profile", "GetProfile", &[FULL, COMPOSE, METADATA, MODIFY, READONLY], &[], "Profile", profile::get),
    post("gmail.stop", "/stop", "Stop", LOOKS, None, None, watch::stop),
    post("gmail.watch", "/watch", "Watch", LOOKS, Some("WatchRequest"), Some("WatchResponse"), watch::watch),

    Method { upload: Some(SEND_LIMIT), ..post("gmail.drafts.create", "/drafts", "CreateDraft", WRITES, D, D, drafts::create) },
    delete("gmail.drafts.delete", "/drafts/{id}", "DeleteDraft", WRITES, drafts::delete),
    get("gmail.drafts.get", "/drafts/{id}", "GetDraft", READS_DRAFTS, DRAFT_FORMAT, "Draft", drafts::get),
    get("gmail.drafts.list", "/drafts", "ListDrafts", READS_DRAFTS, DRAFT_LISTING, "ListDraftsResponse", drafts::list),
    Method { upload: Some(SEND_LIMIT), ..post("gmail.drafts.send", "/drafts/send", "SendDraft", WRITES, D, M, drafts::send) },
    Method { verb: Verb::Put, upload: Some(SEND_LIMIT), ..post("gmail.drafts.update", "/drafts/{id}", "UpdateDraft", WRITES, D, D, drafts::update) },

    get("gmail.history.list", "/history", "ListHistory", LOOKS, HISTORY, "ListHistoryResponse", history::list),

    post("gmail.labels.create", "/labels", "CreateLabel", CHANGES_LABELS, L, L, labels::create),
    delete("gmail.labels.delete", "/labels/{id}", "DeleteLabel", CHANGES_LABELS, labels::delete),
    get("gmail.labels.get", "/labels/{id}", "GetLabel", READS_LABELS, &[], "Label", labels::get),
    get("gmail.labels.list", "/labels", "ListLabels", READS_LABELS, &[], "ListLabelsResponse", labels::list),
    Method { verb: Verb::Patch, ..post("gmail.labels.patch", "/labels/{id}", "PatchLabel", CHANGES_LABELS, L, L, labels::patch) },
    Method { verb: Verb::Put, ..post("gmail.labels.update", "/labels/{id}", "UpdateLabel", CHANGES_LABELS, L, L, labels::update) },

    post("gmail.messages.batchDelete", "/messages/batchDelete", "BatchDeleteMessages", DELETES, Some("BatchDeleteMessagesRequest"), None, modify::batch_delete),
    post("gmail.messages.batchModify", "/messages/batchModify", "BatchModifyMessages", CHANGES, Some("BatchModifyMessagesRequest"), None, modify::batch_modify),
    delete("gmail.messages.delete", "/messages/{id}", "DeleteMessage", DELETES, modify::delete),
    get("gmail.messages.get", "/messages/{id}", "GetMessage", LOOKS, FORMAT, "Message", messages::get),
    Method { upload: Some(INSERT_LIMIT), query: IMPORTING, ..post("gmail.messages.import", "/messages/import", "ImportMessage", INSERTS, M, M, send::import) },
    Method { upload: Some(INSERT_LIMIT), query: INSERTING, ..post("gmail.messages.insert", "/messages", "InsertMessage", INSERTS, M, M, send::insert) },
    get("gmail.messages.list", "/messages", "ListMessages", LOOKS, LISTING, "ListMessagesResponse", messages::list),
    post("gmail.messages.modify", "/messages/{id}/modify", "ModifyMessage", CHANGES, CHANGE, M, modify::modify),
    Method { upload: Some(SEND_LIMIT), ..post("gmail.messages.send", "/messages/send", "SendMessage", &[FULL, COMPOSE, MODIFY, SEND], M, M, send::send) },
    post("gmail.messages.trash", "/messages/{id}/trash", "TrashMessage", CHANGES, None, M, modify::trash),
    post("gmail.messages.untrash", "/messages/{id}/untrash", "UntrashMessage", CHANGES, None, M, modify::untrash),
    get("gmail.messages.attachments.get", "/messages/{messageId}/attachments/{id}", "GetAttachment", READS, &[], "MessagePartBody", attachments::get),

    get("gmail.settings.sendAs.get", "/settings/sendAs/{sendAsEmail}", "GetSendAs", READS_SETTINGS, &[], "SendAs", send_as::get),
    get("gmail.settings.sendAs.list", "/settings/sendAs", "ListSendAs", READS_SETTINGS, &[], "ListSendAsResponse", send_as::list),
    Method { verb: Verb::Patch, ..post("gmail.settings.sendAs.patch", "/settings/sendAs/{sendAsEmail}", "PatchSendAs", CHANGES_SETTINGS, Some("SendAs"), Some("SendAs"), send_as::patch) },
    Method { verb: Verb::Put, ..post("gmail.settings.sendAs.update", "/settings/sendAs/{sendAsEmail}", "UpdateSendAs", CHANGES_SETTINGS, Some("SendAs"), Some("SendAs"), send_as::update) },

    delete("gmail.threads.delete", "/threads/{id}", "DeleteThread", DELETES, threads::delete),
    get("gmail.threads.get", "/threads/{id}", "GetThread", LOOKS, THREAD_FORMAT, "Thread", threads::get),
    get("gmail.threads.list", "/threads", "ListThreads", LOOKS, LISTING, "ListThreadsResponse", threads::list),
    post("gmail.threads.modify", "/threads/{id}/modify", "ModifyThread", CHANGES, Some("ModifyThreadRequest"), T, threads::modify),
    post("gmail.threads.trash", "/threads/{id}/trash", "TrashThread", CHANGES, None, T, threads::trash),
    post("gmail.threads.untrash", "/threads/{id}/untrash", "UntrashThread", CHANGES, None, T, threads::untrash),
];

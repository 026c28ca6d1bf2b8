//! The one table of Gmail's methods. Routing, scope checks, parameter checks, fault plan names, quota units and the
//! discovery document are all read from here.

use super::gmail::{attachments, drafts, history, labels, messages, modify, profile, send, send_as, threads, watch};
use super::method::{Handler, Kind, Method, Param, Units, Verb};

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
    units: Units { legacy: 0, current: 0 },
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

/// Every method, in the order of the discovery document, with its price before and since May 2026 (facts 1.1). The two
/// prices that are not published are those of the like method: `labels.patch` and `settings.sendAs.patch`.
#[rustfmt::skip] // one line is one method
pub(crate) const METHODS: &[Method] = &[
    get("gmail.getProfile", "/profile", "GetProfile", &[FULL, COMPOSE, METADATA, MODIFY, READONLY], &[], "Profile", profile::get).costs(1, 1),
    post("gmail.stop", "/stop", "Stop", LOOKS, None, None, watch::stop).costs(50, 50),
    post("gmail.watch", "/watch", "Watch", LOOKS, Some("WatchRequest"), Some("WatchResponse"), watch::watch).costs(100, 100),

    Method { upload: Some(SEND_LIMIT), ..post("gmail.drafts.create", "/drafts", "CreateDraft", WRITES, D, D, drafts::create) }.costs(10, 10),
    delete("gmail.drafts.delete", "/drafts/{id}", "DeleteDraft", WRITES, drafts::delete).costs(10, 10),
    get("gmail.drafts.get", "/drafts/{id}", "GetDraft", READS_DRAFTS, DRAFT_FORMAT, "Draft", drafts::get).costs(5, 20),
    get("gmail.drafts.list", "/drafts", "ListDrafts", READS_DRAFTS, DRAFT_LISTING, "ListDraftsResponse", drafts::list).costs(5, 5),
    Method { upload: Some(SEND_LIMIT), ..post("gmail.drafts.send", "/drafts/send", "SendDraft", WRITES, D, M, drafts::send) }.costs(100, 100),
    Method { verb: Verb::Put, upload: Some(SEND_LIMIT), ..post("gmail.drafts.update", "/drafts/{id}", "UpdateDraft", WRITES, D, D, drafts::update) }.costs(15, 15),

    get("gmail.history.list", "/history", "ListHistory", LOOKS, HISTORY, "ListHistoryResponse", history::list).costs(2, 2),

    post("gmail.labels.create", "/labels", "CreateLabel", CHANGES_LABELS, L, L, labels::create).costs(5, 5),
    delete("gmail.labels.delete", "/labels/{id}", "DeleteLabel", CHANGES_LABELS, labels::delete).costs(5, 5),
    get("gmail.labels.get", "/labels/{id}", "GetLabel", READS_LABELS, &[], "Label", labels::get).costs(1, 1),
    get("gmail.labels.list", "/labels", "ListLabels", READS_LABELS, &[], "ListLabelsResponse", labels::list).costs(1, 1),
    Method { verb: Verb::Patch, ..post("gmail.labels.patch", "/labels/{id}", "PatchLabel", CHANGES_LABELS, L, L, labels::patch) }.costs(5, 5),
    Method { verb: Verb::Put, ..post("gmail.labels.update", "/labels/{id}", "UpdateLabel", CHANGES_LABELS, L, L, labels::update) }.costs(5, 5),

    post("gmail.messages.batchDelete", "/messages/batchDelete", "BatchDeleteMessages", DELETES, Some("BatchDeleteMessagesRequest"), None, modify::batch_delete).costs(50, 50),
    post("gmail.messages.batchModify", "/messages/batchModify", "BatchModifyMessages", CHANGES, Some("BatchModifyMessagesRequest"), None, modify::batch_modify).costs(50, 50),
    delete("gmail.messages.delete", "/messages/{id}", "DeleteMessage", DELETES, modify::delete).costs(10, 10),
    get("gmail.messages.get", "/messages/{id}", "GetMessage", LOOKS, FORMAT, "Message", messages::get).costs(5, 20),
    Method { upload: Some(INSERT_LIMIT), query: IMPORTING, ..post("gmail.messages.import", "/messages/import", "ImportMessage", INSERTS, M, M, send::import) }.costs(25, 25),
    Method { upload: Some(INSERT_LIMIT), query: INSERTING, ..post("gmail.messages.insert", "/messages", "InsertMessage", INSERTS, M, M, send::insert) }.costs(25, 25),
    get("gmail.messages.list", "/messages", "ListMessages", LOOKS, LISTING, "ListMessagesResponse", messages::list).costs(5, 5),
    post("gmail.messages.modify", "/messages/{id}/modify", "ModifyMessage", CHANGES, CHANGE, M, modify::modify).costs(5, 5),
    Method { upload: Some(SEND_LIMIT), ..post("gmail.messages.send", "/messages/send", "SendMessage", &[FULL, COMPOSE, MODIFY, SEND], M, M, send::send) }.costs(100, 100),
    post("gmail.messages.trash", "/messages/{id}/trash", "TrashMessage", CHANGES, None, M, modify::trash).costs(5, 20),
    post("gmail.messages.untrash", "/messages/{id}/untrash", "UntrashMessage", CHANGES, None, M, modify::untrash).costs(5, 5),
    get("gmail.messages.attachments.get", "/messages/{messageId}/attachments/{id}", "GetAttachment", READS, &[], "MessagePartBody", attachments::get).costs(5, 20),

    get("gmail.settings.sendAs.get", "/settings/sendAs/{sendAsEmail}", "GetSendAs", READS_SETTINGS, &[], "SendAs", send_as::get).costs(1, 1),
    get("gmail.settings.sendAs.list", "/settings/sendAs", "ListSendAs", READS_SETTINGS, &[], "ListSendAsResponse", send_as::list).costs(1, 1),
    Method { verb: Verb::Patch, ..post("gmail.settings.sendAs.patch", "/settings/sendAs/{sendAsEmail}", "PatchSendAs", CHANGES_SETTINGS, Some("SendAs"), Some("SendAs"), send_as::patch) }.costs(100, 100),
    Method { verb: Verb::Put, ..post("gmail.settings.sendAs.update", "/settings/sendAs/{sendAsEmail}", "UpdateSendAs", CHANGES_SETTINGS, Some("SendAs"), Some("SendAs"), send_as::update) }.costs(100, 100),

    delete("gmail.threads.delete", "/threads/{id}", "DeleteThread", DELETES, threads::delete).costs(20, 20),
    get("gmail.threads.get", "/threads/{id}", "GetThread", LOOKS, THREAD_FORMAT, "Thread", threads::get).costs(10, 40),
    get("gmail.threads.list", "/threads", "ListThreads", LOOKS, LISTING, "ListThreadsResponse", threads::list).costs(10, 10),
    post("gmail.threads.modify", "/threads/{id}/modify", "ModifyThread", CHANGES, Some("ModifyThreadRequest"), T, threads::modify).costs(10, 10),
    post("gmail.threads.trash", "/threads/{id}/trash", "TrashThread", CHANGES, None, T, threads::trash).costs(10, 20),
    post("gmail.threads.untrash", "/threads/{id}/untrash", "UntrashThread", CHANGES, None, T, threads::untrash).costs(10, 10),
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_method_costs_what_is_published() {
        let published: Value = serde_json::from_str(include_str!("../../tests/data/gmail.quota_units.json")).unwrap();
        for method in METHODS {
            let name = method.name.strip_prefix("gmail.").unwrap();
            let units = &published["units"][name];
            let unpublished = published["unpublished"].as_array().unwrap().iter().any(|it| it == name);
            assert!(unpublished != units.is_object(), "{name}");
            if !unpublished {
                assert_eq!(
                    (&units["legacy"], &units["current"]),
                    (&method.units.legacy.into(), &method.units.current.into()),
                    "{name}"
                );
            }
            assert!(method.units.legacy > 0 && method.units.current > 0, "{name}");
        }
    }
}

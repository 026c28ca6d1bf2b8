//! Which methods a fault hits when its rule names none.

/// Every method of the Gmail API; not the batch around them, whose own answer is 200 whatever happens inside.
pub(super) const API: &[&str] = &[
    "gmail.getProfile",
    "gmail.watch",
    "gmail.stop",
    "gmail.drafts.*",
    "gmail.history.*",
    "gmail.labels.*",
    "gmail.messages.*",
    "gmail.settings.*",
    "gmail.threads.*",
];
/// The Gmail API and the batch: what the front end answers.
pub(super) const FRONT_END: &[&str] = &["gmail.*"];
pub(super) const SENDS: &[&str] = &["gmail.messages.send", "gmail.drafts.send"];
/// What takes a message in.
pub(super) const TAKES_MESSAGE: &[&str] = &[
    "gmail.messages.send",
    "gmail.messages.insert",
    "gmail.messages.import",
    "gmail.drafts.create",
    "gmail.drafts.update",
];
/// What names one thing by its id.
pub(super) const BY_ID: &[&str] = &[
    "gmail.messages.get",
    "gmail.messages.modify",
    "gmail.messages.trash",
    "gmail.messages.untrash",
    "gmail.messages.delete",
    "gmail.threads.get",
    "gmail.threads.modify",
    "gmail.threads.trash",
    "gmail.threads.untrash",
    "gmail.threads.delete",
    "gmail.drafts.get",
    "gmail.drafts.update",
    "gmail.drafts.delete",
    "gmail.drafts.send",
    "gmail.labels.get",
    "gmail.labels.update",
    "gmail.labels.patch",
    "gmail.labels.delete",
];
pub(super) const LISTS: &[&str] =
    &["gmail.messages.list", "gmail.threads.list", "gmail.drafts.list", "gmail.history.list"];
pub(super) const SEARCHES: &[&str] = &["gmail.messages.list", "gmail.threads.list"];
pub(super) const READS: &[&str] = &["gmail.messages.get", "gmail.threads.get"];
/// What puts labels on messages.
pub(super) const RELABELS: &[&str] =
    &["gmail.messages.modify", "gmail.messages.batchModify", "gmail.threads.modify", "gmail.messages.insert"];
pub(super) const NAMES_LABEL: &[&str] = &["gmail.labels.create", "gmail.labels.update", "gmail.labels.patch"];
pub(super) const ATTACHMENTS: &[&str] = &["gmail.messages.attachments.get"];
pub(super) const HISTORY: &[&str] = &["gmail.history.list"];
pub(super) const WATCH: &[&str] = &["gmail.watch"];
pub(super) const BATCH: &[&str] = &["gmail.batch"];
pub(super) const INSERTS: &[&str] = &["gmail.messages.insert", "gmail.messages.import"];

/// The token endpoint, whatever is exchanged there.
pub(super) const TOKEN: &[&str] = &["oauth.token"];
pub(super) const REFRESH: &[&str] = &["oauth.token.refresh"];
pub(super) const CODE: &[&str] = &["oauth.token.code"];
pub(super) const AUTHORIZE: &[&str] = &["oauth.authorize"];
pub(super) const REVOKE: &[&str] = &["oauth.revoke"];
pub(super) const TOKENINFO: &[&str] = &["oauth.tokeninfo"];
pub(super) const USERINFO: &[&str] = &["oauth.userinfo"];

/// Microsoft's token endpoint, whatever is exchanged there.
pub(super) const ID_TOKEN: &[&str] = &["identity.token"];
pub(super) const ID_REFRESH: &[&str] = &["identity.token.refresh"];
pub(super) const ID_CODE: &[&str] = &["identity.token.code"];
/// Microsoft's sign-in page.
pub(super) const ID_AUTHORIZE: &[&str] = &["identity.authorize"];

pub(super) const EVERYTHING: &[&str] = &["*"];

/// Every method of Graph; not the batch around them, whose own answer is 200 whatever happens inside.
pub(super) const GRAPH: &[&str] = &[
    "graph.me.*",
    "graph.mailboxSettings.*",
    "graph.categories.*",
    "graph.folders.*",
    "graph.messages.*",
    "graph.attachments.*",
    "graph.subscriptions.*",
    "graph.sendMail",
];
pub(super) const GRAPH_DIRECTORY: &[&str] = &["graph.me.*"];
pub(super) const GRAPH_SENDS: &[&str] = &[
    "graph.messages.send",
    "graph.sendMail",
    "graph.messages.reply",
    "graph.messages.replyAll",
    "graph.messages.forward",
];
/// What takes a message in.
pub(super) const GRAPH_TAKES_MESSAGE: &[&str] =
    &["graph.messages.create", "graph.messages.update", "graph.sendMail", "graph.messages.createReply"];
pub(super) const GRAPH_READS: &[&str] = &["graph.messages.get", "graph.messages.mime", "graph.attachments.*"];
/// What names one message by its id.
pub(super) const GRAPH_BY_ID: &[&str] = &[
    "graph.messages.get",
    "graph.messages.mime",
    "graph.messages.update",
    "graph.messages.delete",
    "graph.messages.move",
    "graph.messages.copy",
    "graph.messages.send",
    "graph.messages.permanentDelete",
    "graph.attachments.*",
];
pub(super) const GRAPH_LISTS: &[&str] = &["graph.messages.list", "graph.messages.count", "graph.messages.delta"];
pub(super) const GRAPH_DELTA: &[&str] = &["graph.messages.delta", "graph.folders.delta"];
pub(super) const GRAPH_FOLDERS: &[&str] =
    &["graph.folders.get", "graph.folders.update", "graph.folders.delete", "graph.folders.children"];
pub(super) const GRAPH_WRITES_FOLDER: &[&str] =
    &["graph.folders.create", "graph.folders.createChild", "graph.folders.update"];
pub(super) const GRAPH_ATTACHES: &[&str] = &["graph.attachments.create", "graph.attachments.createUploadSession"];
pub(super) const GRAPH_SUBSCRIBES: &[&str] = &["graph.subscriptions.create", "graph.subscriptions.update"];

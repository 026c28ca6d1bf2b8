//! Operations below a grant.

use api::attachment::Attachment;
use api::clean::CleanRequest;
use api::folder::{Folder, FolderWrite};
use api::message::Message;
use api::outbox::{Cancelled, OutboxEntry, Schedule};
use api::outgoing::{MessageCopy, MessageUpdate, Outgoing};
use api::thread::Thread;
use http::Method;

use super::op::Op;
use super::params::*;

const MESSAGE: Param = path("message_id", "The message.");
const DRAFT: Param = path("draft_id", "The draft.");
const FOLDER: Param = path("folder_id", "The folder.");
const THREAD_ID: Param = path("thread_id", "The thread.");
const ATTACHMENT: Param = path("attachment_id", "The attachment.");
const OF_MESSAGE: Param = needed("message_id", Kind::Text, "The message it belongs to.");
const COMPOSED: &[&str] = &["application/json", "multipart/form-data"];
const SEND_FIELDS: Param = query(
    "fields",
    Kind::Words(&["standard", "include_headers", "include_basic_headers"]),
    "What else the sent message holds.",
);
const SEND_TYPE: Param = query(
    "type",
    Kind::Words(&["json", "mime"]),
    "`mime` sends the part `mime` of a multipart body as it is: a whole RFC 5322 message.",
);
const MULTIPART: &str = "JSON up to 3 MB with base64 attachments, or multipart/form-data up to 25 MB: the part `message` (or `draft`) holds the JSON, every other part is a file; a part name other than `file<n>` or `attachment` is its content id.";

/// All of them.
pub fn operations() -> Vec<Op> {
    [messages(), threads(), folders(), drafts(), attachments(), schedules(), outbox()].concat()
}

fn op(tag: &'static str, method: Method, path: &'static str, id: &'static str, summary: &'static str) -> Op {
    Op::new(tag, method, path, id, summary).takes(&[GRANT])
}

fn messages() -> Vec<Op> {
    let filters = [
        SUBJECT,
        ANY_EMAIL,
        FROM,
        TO,
        CC,
        BCC,
        IN,
        UNREAD,
        STARRED,
        HAS_ATTACHMENT,
        THREAD,
        query("received_before", Kind::Number, "Received before, Unix seconds."),
        query("received_after", Kind::Number, "Received after, Unix seconds."),
        METADATA_PAIR,
        SEARCH,
        NATIVE,
    ];
    vec![
        op("Messages", Method::GET, "/v3/grants/{grant_id}/messages", "listMessages", "List messages, newest first")
            .takes(&[LIMIT, PAGE_TOKEN, SELECT, FIELDS])
            .takes(&filters)
            .page::<Message>()
            .fails(&[504]),
        op("Messages", Method::GET, "/v3/grants/{grant_id}/messages/{message_id}", "getMessage", "Read a message")
            .says("A message that is not mirrored yet is fetched from the provider and kept.")
            .takes(&[MESSAGE, SELECT, FIELDS])
            .one::<Message>()
            .fails(&[504]),
        op(
            "Messages",
            Method::PUT,
            "/v3/grants/{grant_id}/messages/{message_id}",
            "updateMessage",
            "Mark, move or label a message",
        )
        .says("What is left out stays; `folders`, `categories` and `metadata` are replaced whole.")
        .takes(&[MESSAGE, SELECT])
        .body::<MessageUpdate>()
        .one::<Message>()
        .fails(&[403, 504]),
        op(
            "Messages",
            Method::DELETE,
            "/v3/grants/{grant_id}/messages/{message_id}",
            "deleteMessage",
            "Move a message to the trash",
        )
        .takes(&[MESSAGE, query("hard_delete", Kind::Flag, "Remove it for good; the installation has to allow that.")])
        .fails(&[403, 504]),
        op(
            "Messages",
            Method::POST,
            "/v3/grants/{grant_id}/messages/{message_id}/copy",
            "copyMessage",
            "Copy a message into another folder",
        )
        .says("An addition to the contract, for providers where a message lies in one folder (Microsoft). Answers with the copy, which has an id of its own.")
        .takes(&[MESSAGE, SELECT])
        .body::<MessageCopy>()
        .one::<Message>()
        .fails(&[403, 409, 504]),
        op(
            "Messages",
            Method::PUT,
            "/v3/grants/{grant_id}/messages/clean",
            "cleanMessages",
            "What the authors wrote, without quotes and signatures",
        )
        .says("Each answer holds `conversation`. Messages that cannot be had are told in `errors` beside `data`.")
        .body::<CleanRequest>()
        .all::<Message>(),
        op("Messages", Method::POST, "/v3/grants/{grant_id}/messages/send", "sendMessage", "Send a message")
            .says(MULTIPART)
            .takes(&[SEND_FIELDS, SEND_TYPE])
            .body_in::<Outgoing>(COMPOSED)
            .sent::<Message>()
            .fails(&[402, 403, 409, 422, 503, 504]),
    ]
}

fn threads() -> Vec<Op> {
    let filters = [
        SUBJECT,
        ANY_EMAIL,
        FROM,
        TO,
        CC,
        BCC,
        IN,
        UNREAD,
        STARRED,
        HAS_ATTACHMENT,
        query("latest_message_before", Kind::Number, "Latest message before, Unix seconds."),
        query("latest_message_after", Kind::Number, "Latest message after, Unix seconds."),
        query("earliest_message_date", Kind::Number, "Earliest message after, Unix seconds."),
        SEARCH,
        NATIVE,
    ];
    let limit = query("limit", Kind::Number, "At most this many: 20 by default, 50 at most.");
    vec![
        op(
            "Threads",
            Method::GET,
            "/v3/grants/{grant_id}/threads",
            "listThreads",
            "List threads by their latest message",
        )
        .takes(&[limit, PAGE_TOKEN, SELECT])
        .takes(&filters)
        .page::<Thread>()
        .fails(&[504]),
        op("Threads", Method::GET, "/v3/grants/{grant_id}/threads/{thread_id}", "getThread", "Read a thread")
            .takes(&[THREAD_ID, SELECT])
            .one::<Thread>(),
        op(
            "Threads",
            Method::PUT,
            "/v3/grants/{grant_id}/threads/{thread_id}",
            "updateThread",
            "Mark, move or label every message of a thread",
        )
        .takes(&[THREAD_ID, SELECT])
        .body::<MessageUpdate>()
        .one::<Thread>()
        .fails(&[403, 504]),
        op(
            "Threads",
            Method::DELETE,
            "/v3/grants/{grant_id}/threads/{thread_id}",
            "deleteThread",
            "Move a thread to the trash",
        )
        .takes(&[THREAD_ID])
        .fails(&[403, 504]),
    ]
}

fn folders() -> Vec<Op> {
    let parent = query("parent_id", Kind::Text, "Only folders directly below this one.");
    let level = query("single_level", Kind::Flag, "Only folders at the top.");
    vec![
        op("Folders", Method::GET, "/v3/grants/{grant_id}/folders", "listFolders", "List folders")
            .takes(&[LIMIT, PAGE_TOKEN, SELECT, parent, level])
            .page::<Folder>(),
        op("Folders", Method::POST, "/v3/grants/{grant_id}/folders", "createFolder", "Make a folder")
            .takes(&[SELECT])
            .body::<FolderWrite>()
            .one::<Folder>()
            .fails(&[403, 409, 504]),
        op("Folders", Method::GET, "/v3/grants/{grant_id}/folders/{folder_id}", "getFolder", "Read a folder")
            .takes(&[FOLDER, SELECT])
            .one::<Folder>(),
        op(
            "Folders",
            Method::PUT,
            "/v3/grants/{grant_id}/folders/{folder_id}",
            "updateFolder",
            "Rename or recolour a folder",
        )
        .takes(&[FOLDER, SELECT])
        .body::<FolderWrite>()
        .one::<Folder>()
        .fails(&[403, 409, 504]),
        op("Folders", Method::DELETE, "/v3/grants/{grant_id}/folders/{folder_id}", "deleteFolder", "Remove a folder")
            .takes(&[FOLDER])
            .fails(&[403, 504]),
    ]
}

fn drafts() -> Vec<Op> {
    let filters = [SUBJECT, ANY_EMAIL, TO, CC, BCC, UNREAD, STARRED, HAS_ATTACHMENT, THREAD, METADATA_PAIR, SEARCH];
    vec![
        op("Drafts", Method::GET, "/v3/grants/{grant_id}/drafts", "listDrafts", "List drafts, newest first")
            .takes(&[LIMIT, PAGE_TOKEN, SELECT])
            .takes(&filters)
            .page::<Message>(),
        op("Drafts", Method::POST, "/v3/grants/{grant_id}/drafts", "createDraft", "Save a draft")
            .says(MULTIPART)
            .body_in::<Outgoing>(COMPOSED)
            .one::<Message>()
            .fails(&[403, 504]),
        op("Drafts", Method::GET, "/v3/grants/{grant_id}/drafts/{draft_id}", "getDraft", "Read a draft")
            .takes(&[DRAFT, SELECT])
            .one::<Message>(),
        op("Drafts", Method::PUT, "/v3/grants/{grant_id}/drafts/{draft_id}", "updateDraft", "Change a draft")
            .says("What is left out stays, attachments included; attachments that are given replace the old ones.")
            .takes(&[DRAFT, SELECT])
            .body_in::<Outgoing>(COMPOSED)
            .one::<Message>()
            .fails(&[403, 504]),
        op("Drafts", Method::POST, "/v3/grants/{grant_id}/drafts/{draft_id}", "sendDraft", "Send a draft")
            .takes(&[DRAFT])
            .sent::<Message>()
            .fails(&[402, 403, 409, 422, 503, 504]),
        op("Drafts", Method::DELETE, "/v3/grants/{grant_id}/drafts/{draft_id}", "deleteDraft", "Remove a draft")
            .takes(&[DRAFT])
            .fails(&[403, 504]),
    ]
}

fn attachments() -> Vec<Op> {
    vec![
        op(
            "Attachments",
            Method::GET,
            "/v3/grants/{grant_id}/attachments/{attachment_id}",
            "getAttachment",
            "Describe an attachment",
        )
        .takes(&[ATTACHMENT, OF_MESSAGE, SELECT])
        .one::<Attachment>(),
        op(
            "Attachments",
            Method::GET,
            "/v3/grants/{grant_id}/attachments/{attachment_id}/download",
            "downloadAttachment",
            "Download an attachment",
        )
        .takes(&[ATTACHMENT, OF_MESSAGE])
        .other("application/octet-stream", "The bytes, under the attachment's content type."),
        op(
            "Attachments",
            Method::POST,
            "/v3/grants/{grant_id}/attachment-uploads",
            "createUpload",
            "Not offered: upload sessions are for Microsoft grants",
        ),
        op(
            "Attachments",
            Method::POST,
            "/v3/grants/{grant_id}/attachment-uploads/{upload_id}/complete",
            "completeUpload",
            "Not offered: upload sessions are for Microsoft grants",
        )
        .takes(&[path("upload_id", "The upload.")]),
    ]
}

fn schedules() -> Vec<Op> {
    let schedule = path("schedule_id", "The schedule.");
    let (all, one) =
        ("/v3/grants/{grant_id}/messages/schedules", "/v3/grants/{grant_id}/messages/schedules/{schedule_id}");
    vec![
        op("Scheduled sends", Method::GET, all, "listSchedules", "List scheduled sends, newest first")
            .says("Those that wait for room under the mailbox's own limits and those whose outcome is unknown as well. Ended ones stay 72 hours.")
            .all::<Schedule>(),
        op("Scheduled sends", Method::GET, one, "getSchedule", "Read a scheduled send")
            .takes(&[schedule])
            .one::<Schedule>(),
        op("Scheduled sends", Method::DELETE, one, "stopSchedule", "Take a scheduled send back")
            .says("Answered with 202, or 409 when it is being sent or ended already.")
            .takes(&[schedule])
            .one::<Cancelled>()
            .fails(&[409]),
    ]
}

fn outbox() -> Vec<Op> {
    let submission = path("submission_id", "The submission; a schedule's id is one.");
    let state = query(
        "state",
        Kind::Words(&["scheduled", "held", "sending", "uncertain", "done", "failed", "cancelled", "discarded"]),
        "Only those in this state.",
    );
    vec![
        op(
            "Outbox",
            Method::GET,
            "/v3/grants/{grant_id}/outbox",
            "listOutbox",
            "List what is to be sent, newest first",
        )
        .says("Ended ones stay 72 hours. Not of the contract.")
        .takes(&[LIMIT, PAGE_TOKEN, state])
        .page::<OutboxEntry>(),
        op("Outbox", Method::GET, "/v3/grants/{grant_id}/outbox/{submission_id}", "getOutbox", "Read one submission")
            .takes(&[submission])
            .one::<OutboxEntry>(),
        op(
            "Outbox",
            Method::POST,
            "/v3/grants/{grant_id}/outbox/{submission_id}/resend",
            "resendOutbox",
            "Send one again whose outcome is unknown",
        )
        .says("It may go out a second time: look first. Only in the state `uncertain`.")
        .takes(&[submission])
        .one::<OutboxEntry>()
        .fails(&[409]),
        op(
            "Outbox",
            Method::POST,
            "/v3/grants/{grant_id}/outbox/{submission_id}/discard",
            "discardOutbox",
            "Do nothing more about one whose outcome is unknown",
        )
        .takes(&[submission])
        .one::<OutboxEntry>()
        .fails(&[409]),
    ]
}

//! What keeps a message from being accepted (Microsoft facts 2.3, 3).

use super::says;
use crate::fault_plan::catalogue::act::{Evidence::*, row};
use crate::fault_plan::catalogue::methods::{GRAPH_SENDS, GRAPH_TAKES_MESSAGE};
use crate::fault_plan::catalogue::{Evidence, NamedFault};

const R: (Evidence, &str) = (Reported, "Microsoft facts 2.3, 3");
const A: (Evidence, &str) = (Assumed, "Microsoft facts 2.3, 3");
const LIMIT: &str = "Cannot send mail. Daily Message/Recipient limit exceeded. Follow the instructions in your Inbox to verify your account.";

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("graph.invalid_recipients", GRAPH_SENDS, R, says(400, "ErrorInvalidRecipients", "At least one recipient is not valid."),
        "400: no recipient, or one that is no address"),
    row("graph.message_size_exceeded", GRAPH_SENDS, R, says(400, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size."),
        "400: over the size the tenant allows"),
    row("graph.send_as_denied", GRAPH_SENDS, R,
        says(403, "ErrorSendAsDenied", "The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message."),
        "403: From is not the mailbox's to use"),
    row("graph.create_item_denied", GRAPH_TAKES_MESSAGE, A, says(403, "ErrorCreateItemAccessDenied", "The caller does not have permission to create items in this folder."),
        "403: nothing may be made in this folder"),
    row("graph.submission_blocked", GRAPH_SENDS, R,
        says(403, "ErrorMessageSubmissionBlocked", "Cannot send mail. Follow the instructions in your Inbox to verify your account."),
        "403: a personal account is blocked from sending until its owner signs in"),
    row("graph.message_blocked", GRAPH_SENDS, A, says(403, "ErrorMessageBlocked", "The message was blocked."),
        "403: the message looks like spam"),
    row("graph.message_limit", GRAPH_SENDS, R, says(403, "ErrorExceededMessageLimit", LIMIT),
        "403: the day's mail is sent; wait a day"),
    row("graph.message_limit_429", GRAPH_SENDS, R, says(429, "ErrorExceededMessageLimit", LIMIT),
        "429: the same as it is also reported"),
    row("graph.recipient_limit", GRAPH_SENDS, R, says(403, "ErrorExceededMaxRecipientLimit", LIMIT),
        "403: the day's recipients are used up"),
    row("graph.submission_quota", GRAPH_SENDS, A, says(403, "ErrorSubmissionQuotaExceeded", "The mailbox exceeded its submission quota."),
        "4xx: the rate of recipients is reached; its status is not known"),
    row("graph.account_suspend", GRAPH_SENDS, A, says(403, "ErrorAccountSuspend", "Account suspended. Follow the instructions in your Inbox to verify your account."),
        "403: a personal account is suspended"),
    row("graph.quota_exceeded", GRAPH_SENDS, A, says(507, "ErrorQuotaExceeded", "The mailbox is full."),
        "507: the sender's own mailbox is full"),
];

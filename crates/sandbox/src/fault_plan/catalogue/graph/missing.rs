//! What is not there, or not any more (Microsoft facts 3): 404 and 410.

use super::says;
use crate::fault_plan::catalogue::act::{Act, Evidence::*, row};
use crate::fault_plan::catalogue::methods::{GRAPH, GRAPH_BY_ID, GRAPH_DELTA, GRAPH_FOLDERS};
use crate::fault_plan::catalogue::{Evidence, NamedFault};

const R: (Evidence, &str) = (Reported, "Microsoft facts 3");
const D: (Evidence, &str) = (Documented, "Microsoft facts 3");

const fn lost(code: &'static str, message: &'static str) -> Act {
    says(410, code, message)
}

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("graph.item_not_found", GRAPH_BY_ID, D, says(404, "ErrorItemNotFound", "The specified object was not found in the store."),
        "404: deleted, moved and asked for by its ordinary id, or not to be seen"),
    row("graph.folder_not_found", GRAPH_FOLDERS, D, says(404, "ErrorFolderNotFound", "The specified folder could not be found in the store."), "404: the folder is gone"),
    row("graph.sync_folder_not_found", GRAPH_DELTA, R, says(404, "ErrorSyncFolderNotFound", "The folder to synchronize was not found."),
        "404: the folder that is followed is gone"),
    row("graph.mailbox_not_enabled", GRAPH, R,
        says(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise."),
        "404: the account has no mailbox at Exchange Online"),
    row("graph.mailbox_not_enabled_old", GRAPH, R, says(404, "MailboxNotEnabledForRESTAPI", "REST API is not yet supported for this mailbox."),
        "404: the same in older words"),
    row("graph.mailbox_not_hosted", GRAPH, (Assumed, "Microsoft facts 3"), says(404, "MailboxNotHostedInExchangeOnline", "The mailbox is not hosted in Exchange Online."),
        "404: the mailbox is on the organisation's own server"),
    row("graph.resource_not_found", GRAPH, R, says(404, "ResourceNotFound", "Resource could not be discovered."),
        "404: no mailbox can be found; also for a while after a licence was given"),
    row("graph.no_such_user", GRAPH, D, says(404, "Request_ResourceNotFound", "Resource '{mailbox}' does not exist or one of its queried reference-property objects are not present."),
        "404: the directory does not know the user"),
    row("graph.invalid_user", GRAPH, R, says(404, "ErrorInvalidUser", "The requested user '{mailbox}' is invalid."), "404: Exchange does not know the user"),
    row("graph.not_found_empty", GRAPH, R, says(404, "", ""), "404 without a body"),
    row("graph.sync_state_not_found", GRAPH_DELTA, R,
        lost("SyncStateNotFound", "The sync state generation is not found; generation=605;[highest=841][841][839][840]"),
        "410: the delta link is older than the last three; begin again"),
    row("graph.sync_state_invalid", GRAPH_DELTA, R, lost("SyncStateInvalid", "The sync state is invalid."), "410: the delta link cannot be read; begin again"),
    row("graph.resync_required", GRAPH_DELTA, D, lost("resyncRequired", "Resync required. Replace any local items with the server's version."),
        "410: begin again"),
];

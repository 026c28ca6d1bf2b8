//! The mailbox in a few numbers, and the cursor.
//!
//! Graph has no "changes from now on" for mail: the place after the last change is reached by enumerating every folder once
//! (facts 1.3). What the enumeration brings is not kept; the listing that follows brings it newest first.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{Fault, FaultKind, FolderId};
use reqwest::Method;
use serde::de::IgnoredAny;

use super::bins::bins;
use super::cost::Operation;
use super::cursor::{self, Cursor, Followed};
use super::folders;
use super::http::{Http, unreadable};
use super::wire::{Page, User};
use crate::{Profile, SendAs};

/// Folders enumerated at once: the mailbox bears no more (facts 2.1).
const AT_ONCE: usize = 4;

/// How often a page that a throttle refused is asked for, the first time included. What was enumerated so far is kept only
/// here, so a throttle that the meter lets us wait out must not begin it all anew.
const TRIES: usize = 3;

/// Pages of a folder enumerated at most: a thousand messages each, and no folder holds ten million.
const MAX_PAGES: usize = 10_000;

/// Address, cursor and size.
pub(super) async fn profile(http: &Http) -> Result<Profile, Fault> {
    let email = address(http).await?;
    let bins = bins(http).await?;
    let (tree, place) = folders::tree(http, "displayName,parentFolderId,totalItemCount").await?;
    let total = tree.iter().filter_map(|folder| folder.total_item_count).sum();
    let begun: Vec<_> =
        tree.into_iter().map(|folder| begin(http, cursor::looks(&folder), FolderId(folder.id))).collect();
    let folders: BTreeMap<FolderId, Followed> = stream::iter(begun).buffer_unordered(AT_ONCE).try_collect().await?;
    Ok(Profile { email, cursor: Cursor::new(place, folders, bins).written()?, messages_total: Some(total) })
}

/// Goes to the end of a folder's changes.
async fn begin(http: &Http, looks: u64, folder: FolderId) -> Result<(FolderId, Followed), Fault> {
    let mut link = cursor::beginning(&folder)?;
    for _ in 0..MAX_PAGES {
        let page = page(http, &link).await?;
        match (page.next, page.delta) {
            (Some(next), _) => link = http.below(&next, Operation::MessagesDelta)?,
            (None, Some(end)) => {
                let link = http.below(&end, Operation::MessagesDelta)?;
                return Ok((folder, Followed::at(link, looks)));
            }
            (None, None) => return Err(unreadable("the changes of a folder have no end", Operation::MessagesDelta)),
        }
    }
    Err(unreadable("the changes of a folder do not end", Operation::MessagesDelta))
}

/// One page. Asked for again, it waits at the meter until the throttle ends; what the meter itself refuses is not.
async fn page(http: &Http, link: &str) -> Result<Page<IgnoredAny>, Fault> {
    let mut tries = 1..TRIES;
    loop {
        let request = http.request(Method::GET, link).header("Prefer", cursor::PAGE);
        match http.json(request, Operation::MessagesDelta).await {
            Err(fault) if fault.quota.is_some() && !fault.held_back && tries.next().is_some() => {}
            answer => return answer,
        }
    }
}

/// The mailbox's address; empty where the permission covers the mail alone, which is all that sync needs.
async fn address(http: &Http) -> Result<String, Fault> {
    match user(http, "mail,userPrincipalName").await {
        Ok(user) => Ok(user.address().unwrap_or_default().to_owned()),
        Err(fault) if matches!(fault.kind, FaultKind::PermissionDenied | FaultKind::InsufficientScope) => {
            Ok(String::new())
        }
        Err(fault) => Err(fault),
    }
}

async fn user(http: &Http, select: &str) -> Result<User, Fault> {
    http.json(http.request(Method::GET, &format!("/me?$select={select}")), Operation::Me).await
}

/// Addresses the account may send from: its own, and its aliases, from which an organisation may or may not let it send.
pub(super) async fn send_as(http: &Http) -> Result<Vec<SendAs>, Fault> {
    let user = user(http, "mail,userPrincipalName,displayName,proxyAddresses").await?;
    let Some(own) = user.address() else { return Ok(Vec::new()) };
    // `SMTP:` is the primary address, `smtp:` an alias; other kinds are no mail addresses.
    let all = user.proxy_addresses.iter().flatten();
    let aliases =
        all.filter_map(|address| address.strip_prefix("smtp:")).filter(|alias| !alias.eq_ignore_ascii_case(own));
    let sender = |address: &str, primary| SendAs {
        address: model::Address::named(user.display_name.clone().unwrap_or_default(), address.to_owned()),
        primary,
        default: primary,
    };
    let aliases = aliases.map(|alias| sender(alias, false));
    Ok(std::iter::once(sender(own, true)).chain(aliases).collect())
}

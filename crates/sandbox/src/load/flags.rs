//! Labels out of what mail stores note about a message.

use crate::multipart::{header, split_head};

/// How much of a message is searched for status headers.
const HEAD: usize = 64 * 1024;

/// Labels from `X-Gmail-Labels` (Google Takeout), else from `Status` and `X-Status` (mbox tradition); a message with
/// none of them is in the inbox, and read.
pub(super) fn from_headers(raw: &[u8]) -> Vec<String> {
    let (headers, _) = split_head(&raw[..raw.len().min(HEAD)]);
    if let Some(listed) = header(&headers, "x-gmail-labels") {
        return takeout(listed);
    }
    let status = header(&headers, "status");
    let flags = header(&headers, "x-status").unwrap_or_default();
    let mut labels = vec!["INBOX"];
    if status.is_some_and(|status| !status.contains('R')) {
        labels.push("UNREAD");
    }
    if flags.contains('F') {
        labels.push("STARRED");
    }
    if flags.contains('T') {
        labels = vec!["DRAFT"];
    }
    if flags.contains('D') {
        labels = vec!["TRASH"];
    }
    labels.into_iter().map(str::to_owned).collect()
}

/// Takeout's label names; `Opened` and `Archived` say what the other labels already say.
fn takeout(listed: &str) -> Vec<String> {
    let names = mail_parser::MessageParser::default()
        .parse(format!("Subject: {listed}\r\n\r\n").as_bytes())
        .and_then(|message| message.subject().map(str::to_owned))
        .unwrap_or_else(|| listed.to_owned());
    let mut labels: Vec<String> = Vec::new();
    for name in names.split(',').map(|name| name.trim().trim_matches('"')) {
        let label = match name.to_ascii_lowercase().as_str() {
            "" | "opened" | "archived" => continue,
            "inbox" => "INBOX",
            "sent" => "SENT",
            "unread" => "UNREAD",
            "starred" => "STARRED",
            "important" => "IMPORTANT",
            "spam" => "SPAM",
            "trash" => "TRASH",
            "draft" | "drafts" => "DRAFT",
            "category personal" => "CATEGORY_PERSONAL",
            "category social" => "CATEGORY_SOCIAL",
            "category promotions" => "CATEGORY_PROMOTIONS",
            "category updates" => "CATEGORY_UPDATES",
            "category forums" => "CATEGORY_FORUMS",
            _ => name,
        };
        if !labels.iter().any(|there| there == label) {
            labels.push(label.to_owned());
        }
    }
    labels
}

/// Labels from a Maildir file's flags (`D`raft, `F`lagged, `S`een, `T`rashed) and its folder.
pub(super) fn from_maildir(flags: &str, folder: Option<&str>) -> Vec<String> {
    let mut labels = vec![folder_label(folder)];
    if flags.contains('D') && labels[0] != "DRAFT" {
        labels = vec!["DRAFT".to_owned()];
    }
    if flags.contains('T') && labels[0] != "TRASH" {
        labels = vec!["TRASH".to_owned()];
    }
    if !flags.contains('S') && labels[0] != "DRAFT" {
        labels.push("UNREAD".to_owned());
    }
    if flags.contains('F') {
        labels.push("STARRED".to_owned());
    }
    labels
}

/// The usual names of special folders become system labels, any other folder a user label.
fn folder_label(folder: Option<&str>) -> String {
    let Some(folder) = folder else { return "INBOX".to_owned() };
    let label = match folder.to_lowercase().as_str() {
        "inbox" => "INBOX",
        "sent" | "sent items" | "sent messages" | "sent mail" => "SENT",
        "drafts" | "draft" => "DRAFT",
        "trash" | "deleted items" | "deleted messages" | "bin" => "TRASH",
        "junk" | "spam" | "junk e-mail" | "junk mail" => "SPAM",
        _ => folder,
    };
    label.to_owned()
}

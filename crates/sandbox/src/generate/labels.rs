//! Labels of generated mail.

use super::plan::Kind;
use super::rng::Rng;

/// Names of the user labels that generated mail carries.
pub const USER_LABELS: [&str; 8] =
    ["Receipts", "Travel", "Family", "Work/Projects", "Work/Clients", "Reading list", "Küche & Garten", "家族"];

/// Labels of a message that came in.
pub(super) fn incoming(kind: Kind, rng: &mut Rng) -> Vec<String> {
    let mut labels: Vec<&str> = Vec::new();
    let place = match (kind, rng.below(100)) {
        (Kind::Spam, _) => "SPAM",
        (_, 0..=1) => "TRASH",
        (_, 2..=24) => "", // archived
        _ => "INBOX",
    };
    labels.extend((!place.is_empty()).then_some(place));
    if rng.chance(if place == "SPAM" { 90 } else { 18 }) {
        labels.push("UNREAD");
    }
    if !matches!(place, "SPAM" | "TRASH") {
        labels.push(category(kind));
        labels.extend(rng.chance(6).then_some("STARRED"));
        labels.extend((kind == Kind::Conversation && rng.chance(40)).then_some("IMPORTANT"));
        labels.extend(user_label(kind, rng));
    }
    labels.into_iter().map(str::to_owned).collect()
}

/// Labels of a message that the owner sent.
pub(super) fn sent(rng: &mut Rng) -> Vec<String> {
    let mut labels = vec!["SENT".to_owned()];
    labels.extend(rng.chance(4).then(|| "STARRED".to_owned()));
    labels
}

fn category(kind: Kind) -> &'static str {
    match kind {
        Kind::Newsletter => "CATEGORY_PROMOTIONS",
        Kind::Social => "CATEGORY_SOCIAL",
        Kind::Forum => "CATEGORY_FORUMS",
        Kind::Notice | Kind::Bounce | Kind::AutoReply => "CATEGORY_UPDATES",
        _ => "CATEGORY_PERSONAL",
    }
}

fn user_label(kind: Kind, rng: &mut Rng) -> Option<&'static str> {
    let at = match kind {
        Kind::Notice if rng.chance(45) => 0,
        Kind::Newsletter if rng.chance(20) => 5,
        Kind::Conversation if rng.chance(20) => 1 + rng.below(7),
        Kind::Invitation if rng.chance(50) => 3,
        _ => return None,
    };
    Some(USER_LABELS[at])
}

//! Faults of limits and throttles.

use super::super::entry::{Actor, Entry, Group};

pub(in crate::fault) const RATE_LIMITED_USER: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Nobody,
    meaning: "One mailbox used more of the provider's allowance than it has in this window. The allowance is per \
        person and shared by every program that uses the mailbox. At Gmail this is a 403 or a 429 depending on \
        the day; both are this.",
    cause: "The mailbox used up its allowance of provider requests for now.",
    remedy: "Wait until the instant given; Postroad paces its own background work around it.",
    by_itself: "Postroad leaves the mailbox alone until the instant the provider names, or with growing pauses where it \
        names none; requests in that time are answered from the mirror, or with this fault without a call. \
        Background work waits and is not counted as failed.",
    steps: &[
        "Lower `limit` (20 is a good value when many messages are fetched for the first time) and add \
          filters, so that less is asked for.",
        "When changing many messages, leave at least a second between requests.",
        "When you retry, let pauses grow and make them random, so that your callers do not come back all at once.",
    ],
};

pub(in crate::fault) const RATE_LIMITED_PROJECT: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Nobody,
    meaning: "All mailboxes of one registration together asked more than the provider allows the project. It is \
        nobody's mailbox in particular.",
    cause: "The operator's project used up its allowance of provider requests for now.",
    remedy: "Wait; if it happens often, ask the provider for more quota.",
    by_itself: "All calls of the connector pause until the provider's instant; then work comes back gradually.",
    steps: &["Google Cloud console, Quotas, Gmail API: look at usage per minute, and ask for more."],
};

pub(in crate::fault) const DAILY_QUOTA_EXHAUSTED: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Operator,
    meaning: "The project's cap for the day is used up. Waiting an hour does not help; the count starts anew at the \
        provider's midnight (Pacific time at Google).",
    cause: "The project's daily allowance at the provider is used up.",
    remedy: "Wait for the provider's new day, or raise the cap in its console.",
    by_itself: "Calls of the connector pause until the provider's midnight. Mirrored mail stays readable.",
    steps: &["Google Cloud console, Quotas: see whether somebody set a cap per day, and request more."],
};

pub(in crate::fault) const CONCURRENCY_LIMITED: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Nobody,
    meaning: "More requests for this mailbox were under way at the same moment than the provider allows (four per \
        application and mailbox at Microsoft Graph). It says nothing about how many there are in total.",
    cause: "Too many requests for this mailbox were under way at once.",
    remedy: "Send fewer at a time; other programs using the mailbox count too.",
    by_itself: "Postroad learns how many calls a mailbox bears at once and stays below (`quota.mailbox_concurrency` bounds it \
        further), lets interactive calls go first, and repeats reads after a short pause.",
    steps: &["Spread requests out, and retry with growing, random pauses."],
};

pub(in crate::fault) const BANDWIDTH_LIMITED: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Nobody,
    meaning: "The mailbox moved more bytes than the provider allows in a day. It often takes hours to pass, sometimes \
        a day.",
    cause: "The mailbox moved more bytes than the provider allows for now.",
    remedy: "Wait; the limit is per day.",
    by_itself: "The mailbox is left alone until the provider's instant; what is mirrored can be read meanwhile.",
    steps: &["Other programs that download the whole mailbox (a backup, a new phone) use the same allowance."],
};

pub(in crate::fault) const SENDING_QUOTA_EXCEEDED: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Nobody,
    meaning: "The mailbox, or its organisation, sent as much as its provider allows: messages a day, recipients a day, \
        or both. Providers do not say how much is left and change the number with the account's age and \
        behaviour.",
    cause: "The mailbox sent as much as its provider allows for now.",
    remedy: "Wait, often for hours; the limit is the provider's and is shared by all programs that send for the \
        mailbox.",
    by_itself: "Sends of this mailbox are answered with this fault, without a call, until the provider's instant; \
        reading and sync go on. A send is never repeated behind your back.",
    steps: &[
        "At Gmail a refusal may come minutes after the limit was passed: an accepted send is not yet a delivered one.",
        "For mail in bulk use a service that is made for it.",
    ],
};

pub(in crate::fault) const ACCOUNT_THROTTLED: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Nobody,
    meaning: "The mail server brakes this account for a while without naming a quota. Exchange does it whenever it is \
        busy, often for twenty minutes, and also counts what other programs do. Underneath it may be a 503 or a \
        greylisting; it is not an outage.",
    cause: "The mail server asked for a pause on this account.",
    remedy: "Wait until the instant given, then try again.",
    by_itself: "Postroad honours the pause the server asks for (Retry-After, BackOffMilliseconds or its sentence) for \
        everything in its scope. Meanwhile sends are answered 429 without a call, and reads come from the \
        mirror.",
    steps: &[
        "Retry sends with growing, random pauses.",
        "If it happens daily on a server of your own, its administrator can raise the throttling policy.",
    ],
};

pub(in crate::fault) const CONNECTION_LIMIT: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Nobody,
    meaning: "IMAP and SMTP servers allow a number of connections per account (15 at Gmail, 3 for submission at \
        Exchange Online). Phones and mail programs hold some of them.",
    cause: "The mail server allows no further connection for this account now.",
    remedy: "Close other mail programs or wait.",
    by_itself: "The mailbox is tried again after a pause; mirrored mail stays readable.",
    steps: &[],
};

pub(in crate::fault) const API_RATE_LIMITED: Entry = Entry {
    group: Group::Limits,
    actor: Actor::Caller,
    meaning: "This installation limits requests per second, per application and per grant, so that one of them cannot \
        starve the others. The provider has not been asked.",
    cause: "More requests than this installation allows per second.",
    remedy: "Wait the seconds in Retry-After and spread requests out.",
    by_itself: "Nothing was done: the request can be sent again as it is. The answer carries Retry-After.",
    steps: &[
        "The operator sets the rates in the section `[limits]` of the configuration.",
        "Listen to webhooks instead of asking again and again.",
    ],
};

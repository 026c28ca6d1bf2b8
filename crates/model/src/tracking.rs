//! What is watched about a message that is sent: whether it is opened, which links are followed, whether it is answered.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{GrantId, MessageId, ThreadId, Timestamp};

/// Openings this long after one that counted count with it (contract facts, section 1.5).
pub const OPENED_ONCE: Duration = Duration::from_secs(60);
/// The newest visits of a kind that are remembered and told. So many links of a message followed within a minute count;
/// what comes on top is a machine.
pub const RECENT: usize = 50;

/// Names a tracked message in the URLs of its marks: 128 random bits, so that none is ever guessed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TrackingToken(pub [u8; 16]);

impl fmt::Display for TrackingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// Whoever knows it can open the message's links; logs should not tell it.
impl fmt::Debug for TrackingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrackingToken(…)")
    }
}

/// The text is not a token: 32 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a tracking token")]
pub struct NoToken;

impl FromStr for TrackingToken {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let digits = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let number = digits.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        number.map(|number| Self(number.to_be_bytes())).ok_or(NoToken)
    }
}

/// What is watched about a message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tracking {
    /// Whether it is opened.
    pub opens: bool,
    /// Which links are followed.
    pub links: bool,
    /// Whether somebody answers.
    pub replies: bool,
    /// The caller's word for it, repeated by the events.
    pub label: Option<String>,
}

impl Tracking {
    /// Whether anything is watched.
    pub fn any(&self) -> bool {
        self.opens || self.links || self.replies
    }
}

/// A message with marks, about to be saved or sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewTracked {
    /// Its name in URLs.
    pub token: TrackingToken,
    /// Whose it is.
    pub grant_id: GrantId,
    /// What is watched.
    pub tracking: Tracking,
    /// Where its links lead, by their number.
    pub links: Vec<String>,
    /// When it was composed.
    pub created_at: Timestamp,
}

/// A message with marks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tracked {
    /// Its name in URLs.
    pub token: TrackingToken,
    /// What is watched.
    pub tracking: Tracking,
    /// Where its links lead, by their number.
    pub links: Vec<String>,
}

/// Somebody, or somebody's mail program, at a mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visit {
    /// When.
    pub at: Timestamp,
    /// The network address, if it is known.
    pub ip: Option<String>,
    /// What the program calls itself.
    pub user_agent: Option<String>,
}

/// A visit as events tell it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recent {
    /// Counts the visits of its kind to the message, from 0.
    pub id: u64,
    /// The number of the link, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<u64>,
    /// When, Unix seconds.
    pub at: i64,
    /// The network address, if it is known.
    pub ip: Option<String>,
    /// What the program calls itself.
    pub user_agent: Option<String>,
}

/// A message was opened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// The message.
    pub message_id: MessageId,
    /// The caller's word for it.
    pub label: Option<String>,
    /// How often by now.
    pub count: u64,
    /// The last times, newest first.
    pub recents: Vec<Recent>,
}

/// A link was followed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Followed {
    /// The message.
    pub message_id: MessageId,
    /// The caller's word for it.
    pub label: Option<String>,
    /// How often each link of the message was followed by now, by number. (Where they lead is kept with the message: it
    /// would make events large.)
    pub counts: Vec<u64>,
    /// The last times, newest first.
    pub recents: Vec<Recent>,
}

/// A message was answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// The answer.
    pub message_id: MessageId,
    /// The tracked message.
    pub root_message_id: MessageId,
    /// The message it answers by its header, if the mailbox has it; else the tracked one.
    pub reply_to_message_id: MessageId,
    /// Their thread.
    pub thread_id: ThreadId,
    /// The caller's word for the tracked message.
    pub label: Option<String>,
    /// How often the tracked message was answered by now.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_nothing_else_is_one() {
        let token = TrackingToken([0x0a; 16]);
        assert_eq!(token.to_string(), "0a".repeat(16));
        assert_eq!(token.to_string().parse(), Ok(token));
        assert_eq!(format!("{token:?}"), "TrackingToken(…)");
        for text in ["", "0a", &"0A".repeat(16), &"0a".repeat(17), &format!("+{}", "0".repeat(31)), &"ä".repeat(16)] {
            assert_eq!(text.parse::<TrackingToken>(), Err(NoToken), "{text}");
        }
    }
}

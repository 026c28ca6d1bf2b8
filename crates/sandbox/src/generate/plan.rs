//! Which message is at which index.
//!
//! Indexes are planned in blocks of 64, each from its own stream of numbers, so that any message can be made without
//! making the ones around it. Conversations lie inside a block, mixed with each other as in a real mailbox; within a
//! block the highest index is the oldest.

use super::rng::Rng;

/// How many indexes one block has.
const BLOCK: u64 = 64;

/// What kind of mail a story is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Conversation,
    Forum,
    Newsletter,
    Notice,
    Social,
    Invitation,
    AutoReply,
    Bounce,
    Spam,
}

/// The place of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub kind: Kind,
    pub index: u64,
    /// Number of the story, unique in the mailbox.
    pub story: u64,
    /// Indexes of the earlier messages of the same story, oldest first.
    pub earlier: Vec<u64>,
}

impl Slot {
    /// How many messages of the story came before.
    pub(super) fn position(&self) -> u64 {
        self.earlier.len() as u64
    }
}

struct Story {
    kind: Kind,
    number: u64,
    left: usize,
    members: Vec<u64>,
}

/// The place of the message at `index`.
pub(super) fn slot(seed: u64, index: u64) -> Slot {
    let block = index / BLOCK;
    let mut rng = Rng::new(seed, "block", block);
    let mut stories: Vec<Story> = Vec::new();
    // From the oldest to the wanted one; what is newer does not matter.
    for at in (index..block * BLOCK + BLOCK).rev() {
        let chosen = choose(&mut stories, block, &mut rng);
        let Some(story) = stories.get_mut(chosen) else { continue };
        if at == index {
            return Slot { kind: story.kind, index, story: story.number, earlier: story.members.clone() };
        }
        story.left = story.left.saturating_sub(1);
        story.members.push(at);
    }
    Slot { kind: Kind::Notice, index, story: block * BLOCK, earlier: Vec::new() }
}

/// Goes on with an open story, or begins one.
fn choose(stories: &mut Vec<Story>, block: u64, rng: &mut Rng) -> usize {
    let open: Vec<usize> = (0..stories.len()).filter(|at| stories[*at].left > 0).collect();
    if !open.is_empty() && rng.chance(36) {
        return open[rng.below(open.len())];
    }
    let number = block * BLOCK + stories.len() as u64;
    let kind = kind(rng);
    let left = match kind {
        Kind::Conversation => [1, 1, 2, 3, 4, 6, 9][rng.below(7)],
        Kind::Forum => [1, 2, 3, 5][rng.below(4)],
        _ => 1,
    };
    stories.push(Story { kind, number, left, members: Vec::new() });
    stories.len() - 1
}

fn kind(rng: &mut Rng) -> Kind {
    match rng.below(100) {
        0..=26 => Kind::Conversation,
        27..=32 => Kind::Forum,
        33..=58 => Kind::Newsletter,
        59..=77 => Kind::Notice,
        78..=82 => Kind::Social,
        83..=88 => Kind::Invitation,
        89..=91 => Kind::AutoReply,
        92..=94 => Kind::Bounce,
        _ => Kind::Spam,
    }
}

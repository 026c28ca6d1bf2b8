//! What happens without an answer, to any call.

use super::act::{Act, Evidence::Assumed, row};
use super::methods::EVERYTHING;
use super::{NamedFault, Setting};

#[rustfmt::skip] // one entry is one fault
const FAULTS: &[NamedFault] = &[
    row("network.cut_before", EVERYTHING, (Assumed, "facts 1.4"), Act::Cut { after_effect: false },
        "the connection ends before the call takes effect"),
    row("network.cut_after", EVERYTHING, (Assumed, "facts 1.4"), Act::Cut { after_effect: true },
        "the connection ends after the call took effect: the caller cannot know"),
    row("network.slow", EVERYTHING, (Assumed, "facts 1.4"), Act::Slow,
        "the call waits so many `seconds` by the sandbox's clock, then goes on as usual")
        .with(&[("seconds", Setting::Number(3))]),
];

pub(super) const FAMILIES: &[&[NamedFault]] = &[FAULTS];

//! Sync against a scripted provider.

use std::time::Duration;

use model::event::EventType;
use model::grant::GrantStatus;
use model::message::Placement;
use model::sync::SyncPhase;
use model::{Fault, FaultKind, MessageId, Provider, Verdict};

use crate::testing::{Bench, backend_error, raw};
use crate::timer::later;

mod first;
mod live;
mod reset;
mod watch;

//! Gmail's faults, by family.

mod access;
mod missing;
mod requests;
mod servers;
mod throttles;
mod uploads;

use super::NamedFault;

pub(super) const FAMILIES: &[&[NamedFault]] =
    &[throttles::FAULTS, access::FAULTS, requests::FAULTS, uploads::FAULTS, missing::FAULTS, servers::FAULTS];

//! The identity platform's faults, by family.

mod consent;
mod inspection;
mod token;

use super::NamedFault;

pub(super) const FAMILIES: &[&[NamedFault]] =
    &[token::GRANTS, token::CLIENTS, token::SERVERS, inspection::FAULTS, consent::REDIRECTS, consent::PAGES];

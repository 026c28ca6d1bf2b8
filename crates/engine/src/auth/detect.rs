//! Guessing the provider of an address by its domain. No network: a domain that is hosted elsewhere under its own name
//! is not recognised.

use model::{Fault, Provider};

use super::Detected;
use crate::{Engine, Result};

impl Engine {
    /// Whether mailboxes of a provider can be connected by this release.
    pub fn connects(&self, provider: Provider) -> bool {
        providers::has_client(provider)
    }

    /// Guesses the provider of an address.
    ///
    /// # Errors
    /// `invalid_request` with field `email` for what is no address.
    pub fn detect_provider(&self, email: &str) -> Result<Detected> {
        let domain =
            domain(email).ok_or_else(|| Fault::invalid("email", "`email` must be an address: name@domain."))?;
        Ok(Detected { provider: providers::domains::provider_of(&domain) })
    }
}

fn domain(email: &str) -> Option<String> {
    let (local, domain) = email.trim().rsplit_once('@')?;
    let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
    let fits =
        plain(local) && plain(domain) && email.len() <= 320 && !domain.starts_with('.') && !domain.contains("..");
    fits.then(|| domain.trim_end_matches('.').to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        assert_eq!(domain("U.S.er@Gmail.COM ").as_deref(), Some("gmail.com"));
        assert_eq!(domain("\"a@b\"@x.org").as_deref(), Some("x.org"));
        for bad in ["", "x", "@x.org", "u@", "u@x..org", "u@ x", "u@.x"] {
            assert_eq!(domain(bad), None, "{bad:?}");
        }
    }
}

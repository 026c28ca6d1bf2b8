//! Rotating sealing keys.

use model::Fault;
use model::secret::{ExposeSecret, Sealed};

use crate::at_rest::AtRest;
use crate::{Engine, Result};

/// Values re-sealed in one transaction.
const CHUNK: usize = 200;
/// Chunks in a row of which nothing could be written, because everything changed meanwhile.
const MOST_STALLED: u32 = 10;

impl Engine {
    /// Re-seals everything under the current key; returns how many values changed. Safe to repeat, and to break off.
    ///
    /// # Errors
    /// Names the key when a value is sealed under one the configuration does not hold.
    pub async fn rotate_keys(&self) -> Result<usize> {
        let sealer = &self.inner.parts.sealer;
        let (mut changed, mut stalled) = (0, 0);
        while stalled < MOST_STALLED {
            let old = self.inner.store().sealed_under_other_keys(sealer.current_key(), CHUNK).await.at_rest()?;
            if old.is_empty() {
                return Ok(changed);
            }
            let values =
                old.into_iter().map(|(place, sealed)| self.resealed(place, sealed)).collect::<Result<Vec<_>>>()?;
            // A value that changed meanwhile was sealed anew by whoever changed it: then none may be written here.
            let written = self.inner.store().reseal(values).await.at_rest()?;
            changed += written;
            stalled = if written == 0 { stalled + 1 } else { 0 };
        }
        Err(Fault::internal("values sealed under older keys are there, but none can be replaced"))
    }

    fn resealed(&self, place: String, old: Sealed) -> Result<(String, Sealed, Sealed)> {
        let sealer = &self.inner.parts.sealer;
        let open = sealer.open(&place, &old)?;
        let new = sealer.seal(&place, open.expose_secret());
        Ok((place, old, new))
    }
}

//! Gmail's two price lists, as far as the workloads need them.

/// Prices and the limit of one user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Regime {
    /// Its name in tables.
    pub name: &'static str,
    /// Units per minute and user, as published.
    pub user_limit: u32,
    /// Units of reading one message.
    pub get: u32,
    /// As the sandbox calls it.
    pub sandbox: sandbox::quotas::Regime,
    /// As Postroad's operator configures it.
    pub engine: model::quota::Regime,
}

/// Projects from before May 2026.
pub const LEGACY: Regime = Regime {
    name: "legacy",
    user_limit: 15_000,
    get: 5,
    sandbox: sandbox::quotas::Regime::Legacy,
    engine: model::quota::Regime::Previous,
};

/// Projects since.
pub const CURRENT: Regime = Regime {
    name: "current",
    user_limit: 6_000,
    get: 20,
    sandbox: sandbox::quotas::Regime::Current,
    engine: model::quota::Regime::Current,
};

//! Time comes in through this door only.

pub use jiff::Timestamp;

/// Tells the current instant. The system's clock is implemented once, in `app`; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// The current instant.
    fn now(&self) -> Timestamp;
}

//! The clients that are compared, and those that tell what would have been possible.

pub mod postroad;
pub mod retrying;
pub mod steady;

//! Classifies what Exchange answers over EWS and ActiveSync. Pure: an answer in, a fault out.

mod eas;
mod eas_status;
mod ews;
mod families;
mod response_code;
pub(crate) mod signals;
mod soap;

pub use eas::classify as classify_eas;
pub use ews::{EwsAnswer, classify as classify_ews};

pub(crate) use families::by_name;
pub(crate) use response_code::ruling as response_code;

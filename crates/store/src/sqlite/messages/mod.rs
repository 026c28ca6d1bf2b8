//! Messages of the mirror: reading and listing them. Changing them is [`super::apply`]'s part.

pub(crate) mod find;
pub(crate) mod list;
pub(super) mod plan;
pub(super) mod row;

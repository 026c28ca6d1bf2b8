//! What every backend of the store must do, said through [`store::Store`] alone.
//!
//! [`house::open_fresh`] is the one place that names a backend.

mod applications;
mod apply;
mod auth;
mod connectors;
mod deliveries;
mod durability;
mod events;
mod folders;
mod grants;
mod house;
mod lists;
mod messages;
mod model_based;
mod noted_faults;
mod outbox;
mod paging;
mod sealed;
mod search;
mod search_scripts;
mod sync;
mod thread_lists;
mod threads;
mod tracking;
mod watches;
mod webhooks;
mod whole;
mod wordings;

//! One file per noun. Handlers read a request, ask the store or the engine, and render; they decide nothing.

pub mod applications;
pub mod attachments;
pub mod catalogue;
pub mod connect;
pub mod connectors;
pub mod credentials;
pub mod deliveries;
pub mod drafts;
pub mod fallback;
pub mod folders;
pub mod front_page;
pub mod grants;
pub mod health;
pub mod messages;
pub mod outbox;
pub mod push;
pub mod redirect_uris;
pub mod reference;
pub mod samples;
pub mod schedules;
pub mod sending;
pub mod signatures;
pub mod templates;
pub mod threads;
pub mod unknown_faults;
pub mod webhooks;

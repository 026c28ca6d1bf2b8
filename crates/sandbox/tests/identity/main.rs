//! The sandbox's Microsoft identity platform, tested over HTTP as a browser and an application see it.

mod catalogue;
mod consent;
mod harness;
mod table;
mod tls;
mod tokens;

//! The catalogue of faults, end to end: what a provider puts on the wire, what our API makes of it, what is written about it.

mod every;
mod google;
mod google_oauth;
mod mail_servers;
mod microsoft;
mod provoked;
mod told;

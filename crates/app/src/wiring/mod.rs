//! Configuration in, running house out.

mod house;
mod logging;
mod serving;
mod settings;
mod signals;
pub mod stand_in;

pub use house::House;
pub(crate) use house::{make_private_folder, open_store};
pub use logging::start_logging;
pub use serving::Serving;
pub(crate) use settings::random_token;
pub use settings::{engine_settings, sealer, server_settings, store_options};
pub use signals::stop_asked;

/// Makes aws-lc-rs the one source of TLS and cryptography of this process. Done first, before any client is built.
pub fn install_cryptography() {
    // An error means that it is installed already, which is what is wanted.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// The runtime everything runs on.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("postroad").build()
}

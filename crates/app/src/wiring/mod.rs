//! Configuration in, running house out.

mod hold;
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

/// Threads for work that blocks (long reads, parsing, name look-ups). Each keeps a heap and compression state of its own,
/// so that hundreds of them, tokio's default, cost memory and win nothing.
const BLOCKING_THREADS: usize = 16;

/// The runtime everything runs on.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().thread_name("postroad").max_blocking_threads(BLOCKING_THREADS).build()
}

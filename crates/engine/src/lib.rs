//! Decides and does; the only caller of providers.

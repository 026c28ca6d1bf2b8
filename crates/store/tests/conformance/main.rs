//! What every backend of the store must do, said through [`store::Store`] alone.
//!
//! [`house::open_fresh`] is the one place that names a backend.

mod apply;
mod house;

//! Where the table is played: one server and one sandbox, and for every row an application, a key, a connector, a mailbox
//! and a webhook of its own, so that no row meets what another one did.

mod ask;
mod doors;
mod house;
mod receiver;
mod scene;
mod scripted;

pub use ask::Asked;
pub use house::Stage;
pub use scene::Scene;

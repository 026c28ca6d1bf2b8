//! Threads: changes apply to every message.

use model::ThreadId;
use model::grant::Grant;
use model::message::{MessageEdit, Thread};

use crate::{Engine, Result};

#[allow(unused_variables)]
impl Engine {
    /// Changes every message of a thread.
    pub async fn update_thread(&self, grant: &Grant, id: &ThreadId, edit: MessageEdit) -> Result<Thread> {
        todo!()
    }
    /// Moves a thread to the trash.
    pub async fn delete_thread(&self, grant: &Grant, id: &ThreadId) -> Result<()> {
        todo!()
    }
}

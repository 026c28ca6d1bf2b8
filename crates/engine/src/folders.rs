//! Folders: made, changed and removed at the provider, then in the mirror.

use model::FolderId;
use model::folder::FolderEdit;
use model::grant::Grant;
use store::CountedFolder;

use crate::{Engine, Result};

#[allow(unused_variables)]
impl Engine {
    /// Makes a folder.
    pub async fn create_folder(&self, grant: &Grant, edit: FolderEdit) -> Result<CountedFolder> {
        todo!()
    }
    /// Changes a folder.
    pub async fn update_folder(&self, grant: &Grant, id: &FolderId, edit: FolderEdit) -> Result<CountedFolder> {
        todo!()
    }
    /// Removes a folder.
    pub async fn delete_folder(&self, grant: &Grant, id: &FolderId) -> Result<()> {
        todo!()
    }
}

//! Writes the generated reference pages. Run it after changing a command or a configuration key.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("../FAULTS.md"), postroad::commands::fault_reference())?;
    std::fs::write(folder.join("config.md"), postroad::commands::config_reference())?;
    std::fs::write(folder.join("cli.md"), postroad::commands::command_reference())
}

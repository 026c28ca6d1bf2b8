//! Writes the generated pages: the reference, `docs/FAULTS.md`, and the list of faults in `docs/SANDBOX.md`. Run it after
//! changing a command, a configuration key, a kind of fault or the sandbox's catalogue.

use std::io::{Error, ErrorKind};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let folder = docs.join("reference");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(docs.join("FAULTS.md"), postroad::commands::fault_reference())?;
    std::fs::write(folder.join("config.md"), postroad::commands::config_reference())?;
    std::fs::write(folder.join("cli.md"), postroad::commands::command_reference())?;
    let page = std::fs::read_to_string(docs.join("SANDBOX.md"))?;
    let page = postroad::commands::sandbox_page(&page)
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "docs/SANDBOX.md has lost the marks around its list"))?;
    std::fs::write(docs.join("SANDBOX.md"), page)
}

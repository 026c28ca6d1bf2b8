//! Can the data folder be written, and can only its owner read it?

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::finding::Finding;

const CHECK: &str = "data folder";

pub(super) fn check(folder: &Path) -> Vec<Finding> {
    let shown = folder.display();
    let Ok(metadata) = std::fs::metadata(folder) else {
        let remedy = "`postroad serve` makes it; its parent folder must be writable.";
        return vec![Finding::warn(CHECK, &format!("{shown} does not exist yet"), remedy)];
    };
    let mut findings = vec![writable(folder)];
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let found = format!("{shown} can be entered by others (mode {mode:03o}); it holds people's mail");
        findings.push(Finding::warn(CHECK, &found, &format!("chmod 700 {shown}")));
    }
    findings
}

fn writable(folder: &Path) -> Finding {
    let probe = folder.join(".doctor-probe");
    let wrote = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe));
    match wrote {
        Ok(()) => Finding::ok(CHECK, &format!("{} is writable", folder.display())),
        Err(error) => Finding::fail(
            CHECK,
            &format!("{} cannot be written: {error}", folder.display()),
            "Free space, or give the folder to the user Postroad runs as.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn a_private_writable_folder_is_ok_and_an_open_one_is_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(check(folder.path()).iter().map(|f| f.level).collect::<Vec<_>>(), [Level::Ok]);
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(check(folder.path())[1].level, Level::Warn);
        assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "the probe is cleaned up");
        assert_eq!(check(&folder.path().join("absent"))[0].level, Level::Warn);
    }
}

//! Running the binary with a folder of its own and nothing from outside.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A place to run commands in: a data folder and a sealing key.
pub struct Place {
    pub folder: TempDir,
    pub key: String,
}

impl Place {
    pub fn new() -> Self {
        let generated: Value = serde_json::from_slice(
            &bare().args(["admin", "key", "generate", "--id", "k1", "--json"]).output().unwrap().stdout,
        )
        .unwrap();
        let key = format!("{}:{}", generated["id"].as_str().unwrap(), generated["key"].as_str().unwrap());
        Self { folder: tempfile::tempdir().unwrap(), key }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare();
        command.env("POSTROAD_STORAGE__DATA_DIR", self.folder.path().join("data"));
        command.env("POSTROAD_SEALING__KEYS", &self.key);
        command.args(arguments);
        command
    }

    /// Runs and expects success; returns standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", errors(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs with `--json` and expects success.
    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[arguments, &["--json"]].concat())).unwrap()
    }

    /// Runs and expects failure; returns standard error.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?} was expected to fail");
        errors(&output)
    }
}

/// The binary without any configuration in its environment.
pub fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postroad"));
    command.env_clear().stdin(Stdio::null());
    command
}

pub fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Waits for something another process does; fails loudly when it does not happen.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < patience, "waited in vain: {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Reads JSON once the file is there.
pub fn ready(path: &Path) -> Value {
    serde_json::from_slice(&wait_for("the ready file", || std::fs::read(path).ok())).unwrap()
}

/// Asks a process to stop, as a service manager does, and returns its exit code.
pub fn terminate(mut child: Child) -> Option<i32> {
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    wait_for("the process to end", || child.try_wait().unwrap()).code()
}

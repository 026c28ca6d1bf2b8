//! Memory of a process, as Linux counts it (proc_pid_status(5)).

use anyhow::Context as _;

/// Resident and peak resident memory in bytes.
pub fn resident(pid: u32) -> anyhow::Result<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the process has ended")?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        let kib: u64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").trim().parse()?;
        anyhow::Ok(kib * 1024)
    };
    Ok((field("VmRSS")?, field("VmHWM")?))
}

/// Bytes as people read them.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

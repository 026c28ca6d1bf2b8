//! Memory of a process, as Linux counts it (proc_pid_status(5)).

use std::time::Duration;

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

/// Processor time used so far, in and for the process (proc_pid_stat(5), fields 14 and 15, in hundredths of a second).
pub fn busy(pid: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("the process has ended")?;
    // The second field is a name in parentheses and may hold anything.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| anyhow::Ok(fields.get(field - 3).context("a short stat line")?.parse::<u64>()?);
    Ok(Duration::from_millis(10 * (ticks(14)? + ticks(15)?)))
}

/// Bytes as people read them.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

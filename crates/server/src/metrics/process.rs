//! The process itself, under the names that Prometheus' own clients use. Told where the system tells it (Linux).

use model::Timestamp;

use super::expose::Page;

/// Memory, open files, start.
pub fn tell(page: &mut Page, started: Timestamp) {
    let help = "Start of the process since unix epoch in seconds.";
    page.gauge("process_start_time_seconds", help, started.as_millisecond() as f64 / 1000.0);
    if let Some(kib) = resident_kib() {
        page.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", kib * 1024.0);
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        page.gauge("process_open_fds", "Number of open file descriptors.", open.count() as f64);
    }
}

/// `VmRSS` of proc_pid_status(5).
fn resident_kib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

//! Is the clock sane? Tokens, signatures and leases depend on it.

use std::path::Path;

use model::{Clock as _, Timestamp};

use super::finding::Finding;
use crate::clock::SystemClock;
use crate::config::Config;

const CHECK: &str = "clock";
const REMEDY: &str = "Set the clock, and keep it right with NTP (`timedatectl set-ntp true`).";

pub(super) fn check(config: &Config) -> Option<Finding> {
    Some(judge(SystemClock.now(), newest_write(&config.storage.database())))
}

/// When the database was last written, as far as the file system knows.
fn newest_write(database: &Path) -> Option<Timestamp> {
    let written = |path: &Path| std::fs::metadata(path).ok()?.modified().ok()?.try_into().ok();
    let wal = database.with_extension("db-wal");
    written(database).max(written(&wal))
}

fn judge(now: Timestamp, last_write: Option<Timestamp>) -> Finding {
    let earliest: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a constant instant");
    if now < earliest {
        return Finding::fail(CHECK, &format!("says {now}, before this version of Postroad was made"), REMEDY);
    }
    match last_write {
        Some(written) if (written.as_second() - now.as_second()) > 60 => {
            Finding::fail(CHECK, &format!("says {now}, but the database was written at {written}"), REMEDY)
        }
        _ => Finding::ok(CHECK, &now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn a_clock_behind_its_own_database_is_a_failure() {
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let later: Timestamp = "2026-11-22T00:10:00Z".parse().unwrap();
        assert_eq!(judge(now, None).level, Level::Ok);
        assert_eq!(judge(later, Some(now)).level, Level::Ok);
        assert_eq!(judge(now, Some(later)).level, Level::Fail);
        assert_eq!(judge("1970-01-01T00:00:00Z".parse().unwrap(), None).level, Level::Fail);
    }
}

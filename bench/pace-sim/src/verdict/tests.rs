//! Each promise is held against a row that just keeps it and one that just does not.

use super::*;

fn row(client: &'static str, workload: &'static str, model: &'static str) -> Row {
    Row {
        client,
        workload,
        model,
        regime: "current",
        efficiency: 1.0,
        refusals: 0,
        calls: 1_000,
        interactive_p99_ms: Some(0),
        refusals_after_first_minute_per_1000: 0.0,
        throughput: 300.0,
        seconds: 60.0,
        best: 60.0,
        of_best_fixed_rate: Some(1.0),
        probes: 1,
        lockout_violations: 0,
        lockouts: 2,
        failed_reads: 0,
        turned_away: 0,
        spread: (0, 0),
        binds: true,
        workers: None,
        seed: 1,
    }
}

/// Makes a good row a bad one.
type Spoil = fn(&mut Row);

fn kept(rows: &[Row]) -> Vec<Option<bool>> {
    all(rows).iter().map(|verdict| verdict.kept).collect()
}

#[test]
fn what_was_not_measured_is_not_called_kept() {
    assert!(kept(&[]).iter().all(Option::is_none));
}

#[test]
fn each_promise_is_broken_by_one_bad_row() {
    let good = [
        row("postroad", "backfill", "sliding"),
        row("postroad", "backfill", "hidden"),
        row("postroad", "backfill-interactive", "fixed"),
        row("postroad", "lockouts", "hidden"),
    ];
    assert_eq!(kept(&good)[..8], [Some(true); 8]);
    let bad: [(usize, usize, Spoil); 8] = [
        (0, 0, |row| row.efficiency = 0.969),
        (1, 0, |row| row.refusals = 1),
        (2, 1, |row| row.of_best_fixed_rate = Some(0.899)),
        (3, 1, |row| row.refusals_after_first_minute_per_1000 = 5.1),
        (4, 2, |row| row.interactive_p99_ms = Some(250)),
        (5, 3, |row| row.lockout_violations = 1),
        (6, 3, |row| row.probes = 2),
        (7, 3, |row| row.lockouts = 3),
    ];
    for (promise, place, spoil) in bad {
        let mut rows = good.clone();
        spoil(&mut rows[place]);
        let broken: Vec<usize> = (0..8).filter(|one| kept(&rows)[*one] == Some(false)).collect();
        assert_eq!(broken, [promise]);
    }
}

#[test]
fn other_clients_are_compared_where_limits_bind() {
    let ours = Row { refusals: 10, ..row("postroad", "thief", "fixed") };
    let theirs = Row { refusals: 30, efficiency: 1.0 / 1.2, ..row("fixed-backoff", "thief", "fixed") };
    assert_eq!(kept(&[ours.clone(), theirs.clone()])[8..10], [Some(true); 2]);
    let fewer = Row { refusals: 29, ..theirs.clone() };
    assert_eq!(kept(&[ours.clone(), fewer])[8..10], [Some(false), Some(true)]);
    let faster = Row { efficiency: 0.9, ..theirs.clone() };
    let verdicts = all(&[ours.clone(), faster]);
    assert_eq!(verdicts[9].kept, Some(false));
    assert!(verdicts[9].figure.contains("in 1 the best possible is not 1.2 times theirs"), "{}", verdicts[9].figure);
    let unbound = Row { binds: false, refusals: 0, ..theirs };
    assert_eq!(kept(&[ours, unbound])[8..10], [None; 2]);
}

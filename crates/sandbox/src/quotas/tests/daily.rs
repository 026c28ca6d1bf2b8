//! Mail and bytes per day.

use super::*;

const DAY_MS: u64 = 86_400_000;

fn caps() -> Limits {
    Limits { sending_messages: 3, sending_delay_seconds: 600, lockout_seconds: 900, ..limits(Model::Off) }
}

impl Bench {
    /// Sends to so many people, if it may; otherwise the instant, in milliseconds from the start.
    fn send(&self, recipients: usize) -> Result<(), i64> {
        self.meter.may_send(ADA).map_err(|until_ms| until_ms - START_MS)?;
        self.meter.sent(ADA, recipients);
        Ok(())
    }
}

#[test]
fn a_cap_is_felt_late_and_for_as_long_as_the_day_is_full() {
    let bench = bench(caps());
    (0..3).for_each(|_| bench.send(1).unwrap());
    bench.pass(60_000);
    bench.send(1).unwrap();
    bench.pass(599_999);
    bench.send(1).unwrap();
    bench.pass(1);
    assert_eq!(bench.send(1), Err(660_000 + 900_000));
    assert_eq!(bench.ada().sending, SendingReport { messages: 5, recipients: 5 });
    bench.pass(900_000);
    assert_eq!(bench.send(1), Err(660_000 + 2 * 900_000), "the instant told was too early");
    bench.pass(DAY_MS - 900_000);
    bench.send(1).unwrap();
    assert_eq!(bench.ada().refused, RefusalCounts { sending: 2, ..Default::default() });
}

#[test]
fn a_send_before_the_instant_is_a_violation_and_other_calls_are_not() {
    let bench = bench(caps());
    (0..4).for_each(|_| bench.send(1).unwrap());
    bench.pass(600_000);
    bench.send(1).unwrap_err();
    bench.call(1).unwrap();
    assert_eq!(bench.ada().lockout_violations, 0);
    bench.pass(100_000);
    assert_eq!(bench.send(1), Err(700_000 + 900_000));
    assert_eq!(bench.ada().lockout_violations, 1);
    assert_eq!(bench.meter.lockouts()[0].tag, "Mail sending");
}

#[test]
fn recipients_have_a_cap_of_their_own() {
    let bench = bench(Limits { sending_recipients: 100, sending_delay_seconds: 0, ..caps() });
    bench.send(100).unwrap();
    bench.send(1).unwrap();
    bench.send(1).unwrap_err();
}

#[test]
fn too_many_bytes_in_a_day_begin_a_lockout() {
    let bench = bench(Limits { download_bytes: 1_000, lockout_seconds: 900, ..limits(Model::Off) });
    bench.call(1).unwrap().answered_bytes = 999;
    bench.call(1).unwrap().answered_bytes = 1;
    let Refused::Locked { until_ms, tag } = bench.call(1).unwrap_err() else { panic!() };
    assert_eq!((until_ms - START_MS, tag.as_str()), (900_000, ""));
    bench.pass(900_000);
    bench.call(1).unwrap_err();
    let ada = bench.ada();
    assert_eq!((ada.refused.bandwidth, ada.lockout_violations, ada.downloaded_bytes), (2, 0, 1_000));
    bench.pass(DAY_MS);
    bench.call(1).unwrap();
    assert_eq!(bench.ada().downloaded_bytes, 0);
}

#[test]
fn bytes_sent_count_even_with_a_refused_call() {
    let bench = bench(Limits { upload_bytes: 1_000, ..limits(Model::Off) });
    let units = Units { legacy: 0, current: 0 };
    let ask = Ask { project: "1", mailbox: ADA, method: "gmail.messages.send", units, bytes: 1_000 };
    bench.meter.admit(&ask).0.unwrap_err();
    assert_eq!(bench.ada().uploaded_bytes, 1_000);
}

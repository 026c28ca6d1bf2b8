//! Every limit of a mailbox at Microsoft is charged and kept by the pacer, by the sandbox's own counts: nothing is refused,
//! queued or returned while we keep to them. And where another client has places, we settle below.

use std::time::Duration;

use engine::messages::Composition;
use engine::outbox::Wish;
use model::Address;
use sandbox::GraphQuotas;
use serde_json::{Value, json};

use super::house::{House, PATIENCE};
use super::tests::asked;
use super::{Asked, first_sync};

impl House {
    fn report(&self) -> Value {
        self.sandbox.world().graph_meter().report()
    }

    /// Takes so many messages into the outbox, to two people each, due in five minutes.
    async fn schedule(&self, count: usize, bytes: usize) {
        let now = model::Timestamp::from_millisecond(self.clock.now_ms()).unwrap();
        let send_at = Some(now + Duration::from_secs(300));
        for number in 0..count {
            let mut composition = Composition::default();
            composition.outgoing.to = vec![Address::bare("a@x.test"), Address::bare("b@x.test")];
            composition.outgoing.subject = format!("Number {number}");
            composition.outgoing.body = "0123456789 ".repeat(bytes / 11);
            let wish = Wish { send_at, ..Wish::default() };
            self.engine.send_message(&self.grant, composition, wish).await.unwrap();
        }
    }

    /// Returns when the sandbox has taken so many messages.
    async fn until_sent(&self, count: u64) {
        let mut looks = tokio::time::interval(Duration::from_millis(10));
        let sent = async {
            while self.report()["mail"][0]["accepted"].as_u64().unwrap_or_default() < count {
                looks.tick().await;
            }
        };
        let ended = tokio::time::timeout(PATIENCE, sent).await;
        assert!(ended.is_ok(), "{}", self.report());
    }

    fn nothing_was_refused(&self) {
        let report = self.report();
        assert_eq!((&report["mail"][0]["queued"], &report["mail"][0]["returned"]), (&json!(0), &json!(0)), "{report}");
        let refused = &report["mailboxes"][0]["refused"];
        assert_eq!(*refused, json!({"concurrency": 0, "requests": 0, "upload": 0}), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_goes_at_the_rate_it_is_taken_at() {
    let house = House::under(&asked(5), GraphQuotas { sends_per_minute: 10, ..GraphQuotas::default() }).await.unwrap();
    house.sync().await.unwrap();
    house.schedule(25, 100).await;
    house.until_sent(25).await;
    house.nothing_was_refused();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_go_up_as_fast_as_they_may() {
    let limits = GraphQuotas { upload_bytes: 1_000_000, ..GraphQuotas::default() };
    let house = House::under(&asked(5), limits).await.unwrap();
    house.sync().await.unwrap();
    let begun = house.clock.now_ms();
    house.schedule(8, 100_000).await;
    house.until_sent(8).await;
    house.nothing_was_refused();
    // They are due in five minutes, and seven of them are what five minutes take.
    assert!(house.clock.now_ms() - begun >= 600_000, "{} ms", house.clock.now_ms() - begun);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recipients_of_a_day_are_kept_to() {
    let limits = GraphQuotas { recipients_per_day: 20, ..GraphQuotas::default() };
    let house = House::under(&asked(5), limits).await.unwrap();
    house.sync().await.unwrap();
    house.schedule(14, 100).await;
    house.until_sent(10).await;
    house.nothing_was_refused();
    house.clock.advance(Duration::from_secs(25 * 3600));
    house.until_sent(14).await;
    house.nothing_was_refused();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_another_client_has_two_of_the_places_we_settle_below() {
    let figures = first_sync(&Asked { concurrency: 2, ..asked(1_200) }).await.unwrap();
    assert!(figures.crowded <= 30, "{figures:?}");
    assert_eq!((figures.over_requests, figures.peak_concurrency), (0, 2), "{figures:?}");
    assert!(figures.ratio <= 1.3, "{figures:?}");
}

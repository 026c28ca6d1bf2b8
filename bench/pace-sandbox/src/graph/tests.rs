//! The promise of part 5: at most 1.3 times the fewest requests possible, and nothing refused.

use super::{Asked, Figures, first_sync};

pub fn asked(messages: u32) -> Asked {
    Asked {
        messages,
        folders: 6,
        latency_ms: 0,
        requests: 10_000,
        concurrency: 4,
        speed: 1,
        by_hand: true,
        seed: 1,
        json: false,
        log: String::new(),
    }
}

fn keeps_the_promise(figures: &Figures) {
    assert!(figures.ratio <= 1.3, "{figures:?}");
    assert!(figures.ratio >= 1.0, "fewer than possible: {figures:?}");
    assert_eq!((figures.crowded, figures.over_requests), (0, 0), "{figures:?}");
    assert!(figures.peak_concurrency <= 4, "{figures:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_sync_makes_hardly_more_requests_than_it_must() {
    let figures = first_sync(&asked(1_200)).await.unwrap();
    keeps_the_promise(&figures);
    assert!(figures.ratio <= 1.2, "where no window is in the way: {figures:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_exceeds_the_window_is_spread_over_it_without_a_refusal() {
    let figures = first_sync(&Asked { requests: 3_000, ..asked(3_300) }).await.unwrap();
    keeps_the_promise(&figures);
    assert!((600.0..900.0).contains(&figures.seconds), "{figures:?}");
}

//! What the meter is told of sends and bytes.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use super::counting::Counting;
use super::fake::{Fake, message, metered, nothing, ok};

const RAW: Bytes = Bytes::from_static(b"To: a@x.test, b@x.test\r\nCc: c@x.test\r\n\r\nx");

#[tokio::test]
async fn sends_count_messages_and_recipients_and_drafts_do_not() {
    let fake = Fake::start(|asked| match asked.path.ends_with("/send") {
        true => nothing(202),
        false => {
            let mut draft = message("d", "DRAFTS");
            draft["isDraft"] = true.into();
            ok(draft)
        }
    })
    .await;
    let meter = Arc::new(Counting::default());
    let client = metered(&fake.root, meter.clone());
    client.create_draft(RAW, None).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (0, 0));
    assert_eq!(meter.total().bytes_up, fake.asked()[0].body.len() as u64);
    client.send_draft(&"d".into(), 3).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (1, 3));
    client.send(RAW, None).await.unwrap();
    assert_eq!((meter.total().messages, meter.total().recipients), (2, 6));
    assert_eq!(meter.total().requests as usize, fake.asked().len());
    assert!(meter.ends().iter().all(|end| end.answered == 1));
}

#[tokio::test]
async fn nothing_goes_out_while_the_meter_is_closed() {
    let fake = Fake::start(|_| ok(json!({}))).await;
    let fault = metered(&fake.root, Arc::new(Counting::closing(0, 1))).send(RAW, None).await.unwrap_err();
    assert_eq!((fault.message.as_str(), fake.asked().len()), ("closed", 0));
}

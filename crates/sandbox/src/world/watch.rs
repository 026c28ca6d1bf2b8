//! Who asked to be told of changes to a mailbox (facts 3.8).

use super::history::History;

/// How long a watch lives: seven days.
const LIFETIME_MS: i64 = 7 * 24 * 3600 * 1000;

/// One watch.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// The OAuth client, standing for its Cloud project: one watch per mailbox and project.
    pub(crate) client_id: String,
    /// `projects/P/topics/T`.
    pub(crate) topic: String,
    pub(crate) labels: Vec<String>,
    /// Whether `labels` are the ones left out.
    pub(crate) exclude: bool,
    pub(crate) expires_ms: i64,
    /// The history id up to which changes have been looked at.
    pub(crate) told: u64,
}

impl Watch {
    /// Whether a change to a message with these labels is worth telling.
    pub(crate) fn cares_for(&self, labels: &[String]) -> bool {
        self.labels.is_empty() || self.labels.iter().any(|label| labels.contains(label)) != self.exclude
    }
}

/// All watches on one mailbox.
#[derive(Debug, Default)]
pub(crate) struct Watches(Vec<Watch>);

/// The project already watches this mailbox on another topic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct OtherTopic;

impl Watches {
    /// Begins a watch, or renews it when it is on the same topic; returns when it ends (ms since the epoch).
    pub(crate) fn begin(&mut self, mut watch: Watch, now_ms: i64) -> Result<i64, OtherTopic> {
        self.0.retain(|have| have.expires_ms > now_ms);
        if self.0.iter().any(|have| have.client_id == watch.client_id && have.topic != watch.topic) {
            return Err(OtherTopic);
        }
        self.end(&watch.client_id);
        watch.expires_ms = now_ms.saturating_add(LIFETIME_MS);
        let expires_ms = watch.expires_ms;
        self.0.push(watch);
        Ok(expires_ms)
    }

    /// Ends the project's watch, if there is one.
    pub(crate) fn end(&mut self, client_id: &str) {
        self.0.retain(|have| have.client_id != client_id);
    }

    /// Topics to be told of changes since they were last told; they count as told with this call.
    pub(crate) fn due(&mut self, history: &History, now_ms: i64) -> Vec<String> {
        let mut topics = Vec::new();
        for watch in self.0.iter_mut().filter(|watch| watch.expires_ms > now_ms) {
            let news = history
                .since(watch.told)
                .is_none_or(|mut records| records.any(|record| watch.cares_for(&record.labels)));
            watch.told = history.current();
            if news {
                topics.push(watch.topic.clone());
            }
        }
        topics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(topic: &str) -> Watch {
        Watch {
            client_id: "c".into(),
            topic: topic.into(),
            labels: vec!["INBOX".into()],
            exclude: false,
            expires_ms: 0,
            told: 0,
        }
    }

    #[test]
    fn one_project_watches_one_topic_until_it_ends() {
        let mut watches = Watches::default();
        assert_eq!(watches.begin(watch("a"), 0), Ok(LIFETIME_MS));
        assert_eq!(watches.begin(watch("a"), 5), Ok(LIFETIME_MS + 5));
        assert_eq!(watches.begin(watch("b"), 5), Err(OtherTopic));
        assert!(watches.begin(watch("b"), LIFETIME_MS + 5).is_ok());
    }

    #[test]
    fn labels_include_or_exclude() {
        let inbox = vec!["INBOX".to_owned()];
        let mut watch = watch("a");
        assert!(watch.cares_for(&inbox) && !watch.cares_for(&[]));
        watch.exclude = true;
        assert!(!watch.cares_for(&inbox) && watch.cares_for(&[]));
    }
}

//! Operations as the classifiers tell them apart.

/// Whether an operation makes mail leave the house, so that repeating it blindly could send twice.
pub(crate) fn sends(operation: Option<&str>) -> bool {
    const SENDING: &[&str] = &["send", "reply", "forward"];
    operation.is_some_and(|operation| {
        let low = operation.to_ascii_lowercase();
        SENDING.iter().any(|word| low.contains(word)) && !low.contains("sendas")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sending_is_recognised_in_every_protocols_words() {
        for operation in ["messages.send", "sendMail", "SendItem", "drafts.send", "SmartReply"] {
            assert!(sends(Some(operation)), "{operation}");
        }
        assert!(!sends(Some("messages.list")) && !sends(None));
    }
}

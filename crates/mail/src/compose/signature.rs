//! A signature below a body.

use crate::parse::text;

/// The body with a signature (HTML) after a line break at its end: before `</body>` where there is one, as text under a
/// plain body. A body that ends with the signature already comes back as it is, so that signing twice signs once.
pub fn signed(body: &str, plaintext: bool, signature: &str) -> String {
    if plaintext {
        let signature = text::from_html(signature, true);
        let body = body.trim_end_matches(['\r', '\n']);
        return if ends_with(body, &signature) { body.to_owned() } else { format!("{body}\n{signature}\n") };
    }
    let lower = body.to_ascii_lowercase();
    let end = ["</body>", "</html>"].iter().find_map(|tag| lower.rfind(tag)).unwrap_or(body.len());
    let (before, after) = body.split_at(end);
    if ends_with(before, signature) { body.to_owned() } else { format!("{before}<br>{signature}{after}") }
}

/// Whether a body ends with the signature; line ends change on the way to a provider and back.
fn ends_with(body: &str, signature: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let signature = plain(signature);
    !signature.is_empty() && plain(body).ends_with(&signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_stands_at_the_end_once() {
        let signature = "<p>Ada\nExample <a href=\"https://example.org/\">site</a></p>";
        let html = signed("<html><body><p>Hi</p></BODY></html>", false, signature);
        assert_eq!(html, format!("<html><body><p>Hi</p><br>{signature}</BODY></html>"));
        assert_eq!(signed(&html.replace('\n', "\r\n"), false, signature), html.replace('\n', "\r\n"));
        assert_eq!(signed("Hi", false, "Ada"), "Hi<br>Ada");
        let plain = signed("Hi\r\n", true, signature);
        assert_eq!(plain, "Hi\nAda Example site <https://example.org/>\n");
        assert_eq!(signed(&plain, true, signature), plain.trim_end());
    }
}

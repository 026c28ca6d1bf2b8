//! What was pasted, taken apart: a whole HTTP answer has a status line and header fields in front of its body.

/// An error as somebody handed it over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paste {
    /// HTTP status, as given or as the paste begins with it.
    pub status: Option<u16>,
    /// Header fields, given ones first.
    pub headers: Vec<(String, String)>,
    /// What is left.
    pub body: String,
}

impl Paste {
    /// Takes a paste apart; what was given by option wins over what the text holds.
    pub fn of(text: &str, status: Option<u16>, headers: Vec<(String, String)>) -> Self {
        let mut paste = Self { status, headers, body: String::new() };
        let mut rest = text.trim_start_matches('\u{feff}').trim();
        // `curl -i` prints one head for each redirect and `100 Continue` before the one that counts.
        while let Some((code, fields, body)) = head(rest) {
            paste.status = status.or(Some(code));
            paste.headers.extend(fields);
            rest = body;
        }
        paste.body = rest.trim().to_owned();
        if let (None, Ok(code), 3) = (paste.status, paste.body.parse(), paste.body.len())
            && is_http_only(code)
        {
            (paste.status, paste.body) = (Some(code), String::new());
        }
        paste
    }

    /// Whether there is nothing to go by.
    pub fn is_empty(&self) -> bool {
        self.status.is_none() && self.headers.is_empty() && self.body.is_empty()
    }
}

/// Numbers that stand for an HTTP status where they stand alone; others are replies of SMTP.
fn is_http_only(code: u16) -> bool {
    matches!(code, 400..=420 | 422..=449 | 456 | 457 | 500..=520)
}

type Head<'t> = (u16, Vec<(String, String)>, &'t str);

/// `HTTP/1.1 429 Too Many Requests`, then fields, then an empty line.
fn head(text: &str) -> Option<Head<'_>> {
    let text = text.trim_start();
    let (first, mut rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut words = first.split_whitespace();
    words.next().filter(|word| word.starts_with("HTTP/"))?;
    let code = words.next()?.parse().ok().filter(|code| (100..600).contains(code))?;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        if line.trim().is_empty() {
            break;
        }
        fields.extend(field(line).ok());
    }
    Some((code, fields, rest))
}

/// Reads `Name: value`.
pub(super) fn field(line: &str) -> Result<(String, String), String> {
    let (name, value) = line.split_once(':').ok_or("a header field is written `Name: value`")?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    is_name.then(|| (name.to_owned(), value.to_owned())).ok_or_else(|| format!("`{name}` is no name of a header field"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paste(text: &str) -> Paste {
        Paste::of(text, None, Vec::new())
    }

    #[test]
    fn a_whole_answer_brings_its_status_and_fields() {
        let whole = paste("HTTP/2 429 \r\nretry-after: 3\r\ncontent-type: text/html\r\n\r\n<html>\n\n</html>\r\n");
        assert_eq!(whole.status, Some(429));
        assert_eq!(whole.headers[0], ("retry-after".to_owned(), "3".to_owned()));
        assert_eq!(whole.body, "<html>\n\n</html>");
    }

    #[test]
    fn only_the_last_of_several_heads_counts() {
        let redirected = paste("HTTP/1.1 100 Continue\n\nHTTP/1.1 403 Forbidden\nX: y\n\n{}");
        assert_eq!((redirected.status, redirected.body.as_str()), (Some(403), "{}"));
    }

    #[test]
    fn a_number_alone_is_a_status_unless_smtp_speaks_it() {
        assert_eq!((paste("429").status, paste("550").status), (Some(429), None));
        assert_eq!(paste("550").body, "550");
        assert_eq!(Paste::of("{}", Some(500), Vec::new()).status, Some(500));
    }

    #[test]
    fn what_is_not_a_head_is_body() {
        assert_eq!(paste("  HTTP errors: none\n").body, "HTTP errors: none");
        assert!(paste(" \n").is_empty());
        assert!(field("no colon").is_err() && field("a b: c").is_err());
    }
}

//! Address lists (RFC 5322 section 3.4 with the obsolete forms of section 4.4), read as generously as they are written.
//! Groups are flattened. Names are decoded after the structure is read, so an encoded comma is no separator.

use model::Address;

use super::words;

/// The addresses of an unfolded field value, in order.
pub(crate) fn list(text: &str) -> Vec<Address> {
    let mut reader = Reader::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => reader.quoted(&mut chars),
            '(' => reader.comment(&mut chars),
            '<' => reader.angle(&mut chars),
            ',' | ';' => reader.finish(),
            // A group's name ends here (`undisclosed-recipients:;`); its members follow.
            ':' if !reader.has_at => reader.reset(),
            c => {
                reader.has_at |= c == '@';
                reader.plain.push(c);
            }
        }
    }
    reader.finish();
    reader.found
}

type Chars<'x> = std::iter::Peekable<std::str::Chars<'x>>;

#[derive(Default)]
struct Reader {
    found: Vec<Address>,
    /// Words outside quotes, comments and angle brackets.
    plain: String,
    /// There is an `@` among them.
    has_at: bool,
    /// A quoted string occurred among the words.
    had_quotes: bool,
    comment: String,
    email: Option<String>,
}

impl Reader {
    fn quoted(&mut self, chars: &mut Chars<'_>) {
        let mut text = String::new();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' => text.extend(chars.next()),
                c => text.push(c),
            }
        }
        // `"a b"@example.org`: quotes that belong to the local part stay.
        if chars.peek() == Some(&'@') {
            self.plain.push('"');
            self.plain.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
            self.plain.push('"');
        } else {
            self.had_quotes = true;
            self.plain.push_str(&text);
        }
    }

    fn comment(&mut self, chars: &mut Chars<'_>) {
        let mut depth = 1u32;
        if !self.comment.is_empty() {
            self.comment.push(' ');
        }
        while let Some(c) = chars.next() {
            match c {
                '\\' => self.comment.extend(chars.next()),
                '(' => depth += 1,
                ')' if depth == 1 => return,
                ')' => depth -= 1,
                c => self.comment.push(c),
            }
        }
    }

    fn angle(&mut self, chars: &mut Chars<'_>) {
        let mut text = String::new();
        let (mut in_quotes, mut has_at) = (false, false);
        while let Some(&c) = chars.peek() {
            match c {
                // A bracket that never closes ends with its address.
                ',' if !in_quotes && has_at && !text.starts_with('@') => break,
                '"' => in_quotes = !in_quotes,
                '@' => has_at = true,
                '<' if !in_quotes => (text, has_at) = (String::new(), false),
                _ => {}
            }
            chars.next();
            match c {
                '>' if !in_quotes => break,
                '<' if !in_quotes => {}
                c => text.push(c),
            }
        }
        // An obsolete route (`<@a,@b:user@c>`) is dropped.
        let text = match text.split_once(':') {
            Some((route, rest)) if route.starts_with('@') => rest.to_owned(),
            _ => text,
        };
        let email = tidy(&text);
        if self.email.as_deref().is_none_or(str::is_empty) {
            self.email = Some(email);
        }
    }

    fn finish(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        self.has_at = false;
        let comment = words::decode(std::mem::take(&mut self.comment).trim());
        let quoted = std::mem::take(&mut self.had_quotes);
        let name = words::decode(plain.trim());
        let address = match self.email.take() {
            Some(email) => named(if name.trim().is_empty() { &comment } else { &name }, email),
            None if name.trim().is_empty() => return,
            // A bare address, or a quoted one; a comment beside it names it (the obsolete form).
            None if name.contains('@') && (!quoted || !name.contains(' ')) => bare(&name, &comment),
            // A lone word is a local user (`root`); several are a name without an address.
            None if !quoted && !name.trim().contains(' ') => bare(&name, &comment),
            None => named(&name, String::new()),
        };
        self.found.push(address);
    }

    fn reset(&mut self) {
        self.plain.clear();
        self.comment.clear();
        self.had_quotes = false;
    }
}

/// `user@host` without brackets; words before it (`Jane jane@example.org`) are a name.
fn bare(text: &str, comment: &str) -> Address {
    let text = text.trim();
    if text.starts_with('"') {
        return named(comment, text.to_owned());
    }
    match text.rsplit_once(char::is_whitespace) {
        Some((before, last)) if last.contains('@') && !last.starts_with('@') && !before.ends_with('@') => {
            named(before, tidy(last))
        }
        _ => named(comment, tidy(text)),
    }
}

fn named(name: &str, email: String) -> Address {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Address::named(name, email)
}

/// An address without the white space that obsolete syntax allows inside; encoded words, though forbidden here, decoded.
fn tidy(text: &str) -> String {
    let text = words::decode(text.trim());
    if text.contains('"') {
        return text;
    }
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        list(text).into_iter().map(|a| (a.name.unwrap_or_default(), a.email)).collect()
    }

    fn one(text: &str) -> (String, String) {
        let mut all = read(text);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    fn pair(name: &str, email: &str) -> (String, String) {
        (name.into(), email.into())
    }

    #[test]
    fn the_usual_forms_are_read() {
        assert_eq!(one("jane@example.org"), pair("", "jane@example.org"));
        assert_eq!(one("Jane Doe <jane@example.org>"), pair("Jane Doe", "jane@example.org"));
        assert_eq!(one("\"Doe, Jane\" <jane@example.org>"), pair("Doe, Jane", "jane@example.org"));
        assert_eq!(one("jane@example.org (Jane Doe)"), pair("Jane Doe", "jane@example.org"));
        assert_eq!(one("=?utf-8?Q?D=C3=B6=2C_J?= <j@example.org>"), pair("Dö, J", "j@example.org"));
        assert_eq!(one("\"=?utf-8?B?w6Q=?= b\" <j@example.org>"), pair("ä b", "j@example.org"));
    }

    #[test]
    fn lists_and_groups_are_flattened() {
        assert_eq!(read("a@x, B <b@x>;c@x").len(), 3);
        assert_eq!(read("Team: a@x, \"B\" <b@x>; c@x"), [pair("", "a@x"), pair("B", "b@x"), pair("", "c@x")]);
        assert!(read("undisclosed-recipients:;").is_empty());
        assert!(read(" , ,").is_empty());
    }

    #[test]
    fn international_addresses_stay_intact() {
        assert_eq!(one("用户 <用户@例子.广告>"), pair("用户", "用户@例子.广告"));
        assert_eq!(one("jörg@exämple.org"), pair("", "jörg@exämple.org"));
    }

    #[test]
    fn odd_forms_are_survived() {
        assert_eq!(one("\"a b\"@example.org"), pair("", "\"a b\"@example.org"));
        assert_eq!(one("<@a,@b:user@c>"), pair("", "user@c"));
        assert_eq!(read("A <a@x, B <b@x>").len(), 2);
        assert_eq!(one("Jane jane@example.org"), pair("Jane", "jane@example.org"));
        assert_eq!(one("root (Cron Daemon)"), pair("Cron Daemon", "root"));
        assert_eq!(one("Mail Delivery System"), pair("Mail Delivery System", ""));
        assert_eq!(one("\"jane@example.org\" <jane@example.org>"), pair("jane@example.org", "jane@example.org"));
        assert_eq!(one("MAILER-DAEMON <>"), pair("MAILER-DAEMON", ""));
        for text in ["<", "\"", "(", "((((", "a <b", "\\", "<<<@>>>", ":;:;:", "=?utf-8?Q?"] {
            let _ = list(text);
        }
    }
}

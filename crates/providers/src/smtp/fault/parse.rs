//! Finds the codes in a reply: clients print them in tuples, bounces repeat them on every line, relays quote another
//! server's reply inside their own.

use super::Enhanced;

/// Codes that are looked at in one reply.
const CODE_LIMIT: usize = 16;

/// The codes of a reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Parsed {
    pub code: Option<u16>,
    pub enhanced: Option<Enhanced>,
}

impl Parsed {
    pub fn of(code: Option<u16>, text: &str) -> Self {
        let pairs: Vec<_> = numbers(text).take(CODE_LIMIT).collect();
        let codes = || pairs.iter().filter_map(|number| number.reply());
        let enhanced = pairs.iter().filter_map(|number| number.enhanced());
        let code = code.filter(|code| (200..600).contains(code)).or_else(|| codes().next());
        // A reply quoted inside (`… Error: 535 5.7.139 …`) is the cause of the one around it.
        let quoted = pairs.windows(2).filter_map(|pair| pair[0].reply().and(pair[1].enhanced())).next_back();
        Self { code, enhanced: quoted.or_else(|| enhanced.into_iter().next()) }
    }

    /// The text of all lines as one: each line of a reply repeats the codes (RFC 5321, 4.2.1), in the middle of sentences
    /// once the lines are joined.
    pub fn without_codes(&self, low: &str) -> String {
        let code = self.code.map(|code| code.to_string()).unwrap_or_default();
        let enhanced = self.enhanced.map(|code| code.to_string()).unwrap_or_default();
        let continued = format!("{code}-");
        let mut joined = String::with_capacity(low.len());
        for word in low.split_ascii_whitespace() {
            let word = if code.is_empty() { word } else { word.strip_prefix(&continued).unwrap_or(word) };
            if !word.is_empty() && word != code && word != enhanced {
                joined.push_str(word);
                joined.push(' ');
            }
        }
        joined
    }

    /// Whether the server invites another try: the reply code's first digit, else the enhanced code's class.
    pub fn is_temporary(&self) -> bool {
        self.code.map_or_else(|| self.enhanced.is_some_and(|code| code.class == 4), |code| code / 100 == 4)
    }

    /// Whether the enhanced code is this, of either class.
    pub fn is(&self, subject: u16, detail: u16) -> bool {
        self.enhanced.is_some_and(|code| (code.subject, code.detail) == (subject, detail))
    }

    /// Whether the text may decide: without an enhanced code, or with one that says "other" or "security" and no more.
    pub fn is_vague(&self) -> bool {
        const VAGUE: &[(u16, u16)] = &[(0, 0), (1, 0), (2, 0), (3, 0), (3, 2), (4, 0), (5, 0), (6, 0), (7, 0), (7, 1)];
        self.enhanced.is_none_or(|code| VAGUE.contains(&(code.subject, code.detail)))
    }
}

/// A word made of digits and points.
struct Number<'t>(&'t str);

impl Number<'_> {
    /// A reply code: three digits, the first 4 or 5.
    fn reply(&self) -> Option<u16> {
        let code = self.0.parse().ok().filter(|_| self.0.len() == 3)?;
        (400..600).contains(&code).then_some(code)
    }

    /// An enhanced code of a failure. Four parts are an IP address, large parts a version.
    fn enhanced(&self) -> Option<Enhanced> {
        let mut parts = self.0.split('.').map(|part| part.parse::<u16>().ok().filter(|_| part.len() <= 3));
        let (class, subject, detail) = (parts.next()??, parts.next()??, parts.next()??);
        let shaped = parts.next().is_none() && (class == 4 || class == 5) && subject <= 7;
        shaped.then_some(Enhanced { class, subject, detail })
    }
}

fn numbers(text: &str) -> impl Iterator<Item = Number<'_>> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .map(|word| word.trim_matches('.'))
        .map(|word| word.strip_prefix('b').unwrap_or(word))
        .filter(|word| word.bytes().next().is_some_and(|b| b == b'4' || b == b'5'))
        .map(Number)
        .filter(|number| number.reply().is_some() || number.enhanced().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<u16>, String) {
        let parsed = Parsed::of(None, text);
        (parsed.code, parsed.enhanced.map_or(String::new(), |code| code.to_string()))
    }

    #[test]
    fn sentences_run_over_the_lines_of_a_reply() {
        let low = "552-5.7.0 its content presents a potential 552-5.7.0 security issue. 552 5.7.0 see x";
        assert_eq!(Parsed::of(None, low).without_codes(low), "its content presents a potential security issue. see x ");
        assert_eq!(Parsed::of(None, "no codes").without_codes("no  codes"), "no codes ");
    }

    #[test]
    fn codes_are_found_where_clients_print_them() {
        assert_eq!(parsed("550-5.1.1 The email 550 5.1.1 account"), (Some(550), "5.1.1".into()));
        assert_eq!(parsed("SMTPDataError: (554, b'5.2.0 STOREDRV')"), (Some(554), "5.2.0".into()));
        assert_eq!(parsed("421 4.7.0 [TSS04] from 4.16.55.1; 4.16.55"), (Some(421), "4.7.0".into()));
        assert_eq!(parsed("5.7.57 not done. Error: 535 5.7.139 off"), (Some(535), "5.7.139".into()));
        assert_eq!(parsed("from 5.1.1.1 and 192.0.2.5"), (None, String::new()));
        assert_eq!(parsed("550 5.7.0, Mail Sending denied."), (Some(550), "5.7.0".into()));
    }
}

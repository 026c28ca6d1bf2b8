//! By what quotes, signatures and closings are recognised. One table each; sources are the mail programs' own output.

/// What begins at an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    /// The element is a quote.
    Quote,
    /// The element and everything after it is a quote.
    QuoteToEnd,
    /// The element is a signature.
    Signature,
}

/// Class names, each compared with one whole class of an element.
const CLASSES: &[(&str, Mark)] = &[
    ("gmail_quote", Mark::Quote),                // Gmail
    ("gmail_quote_container", Mark::Quote),      // Gmail since 2024
    ("gmail_attr", Mark::Quote),                 // Gmail's "On ... wrote:"
    ("gmail_signature", Mark::Signature),        // Gmail
    ("gmail_signature_prefix", Mark::Signature), // Gmail's "-- "
    ("moz-cite-prefix", Mark::Quote),            // Thunderbird's "On ... wrote:"
    ("moz-signature", Mark::Signature),          // Thunderbird
    ("yahoo_quoted", Mark::Quote),               // Yahoo
    ("protonmail_quote", Mark::Quote),           // Proton
    ("protonmail_signature_block", Mark::Signature),
    ("zmail_extra", Mark::Quote),               // Zoho
    ("OutlookMessageHeader", Mark::QuoteToEnd), // Outlook 2003
    ("front-blockquote", Mark::Quote),          // Front
    ("WordSection1-quote", Mark::QuoteToEnd),
    ("AppleMailSignature", Mark::Signature), // iOS Mail
];

/// Element ids, compared whole; Outlook on the web prefixes them with `x_` at each hop.
const IDS: &[(&str, Mark)] = &[
    ("divRplyFwdMsg", Mark::QuoteToEnd),                           // Outlook on the web
    ("appendonsend", Mark::QuoteToEnd),                            // Outlook on the web
    ("mail-editor-reference-message-container", Mark::QuoteToEnd), // Outlook for Mac and mobile
    ("stopSpelling", Mark::QuoteToEnd),                            // Hotmail
    ("replySplit", Mark::QuoteToEnd),                              // Yahoo mobile
    ("Signature", Mark::Signature),                                // Outlook on the web
    ("AppleMailSignature", Mark::Signature),                       // Apple Mail
    ("ms-outlook-mobile-signature", Mark::Signature),              // Outlook mobile
    ("lineBreakAtBeginningOfSignature", Mark::Signature),          // Apple Mail
];

/// What an element with these attributes begins.
pub(super) fn of_element(name: &str, class: &str, id: &str, kind: &str, style: &str) -> Option<Mark> {
    if name == "blockquote" && kind.eq_ignore_ascii_case("cite") {
        return Some(Mark::Quote);
    }
    if let Some((_, mark)) = CLASSES.iter().find(|(c, _)| class.split_whitespace().any(|k| k.eq_ignore_ascii_case(c))) {
        return Some(*mark);
    }
    let id = id.trim_start_matches("x_");
    if let Some((_, mark)) = IDS.iter().find(|(i, _)| i.eq_ignore_ascii_case(id)) {
        return Some(*mark);
    }
    is_outlook_rule(style).then_some(Mark::QuoteToEnd)
}

/// The line above the header block of a quoted message in Outlook 2007 and later: a `div` with only a thin top border,
/// `#E1E1E1` or `#B5C4DF`.
fn is_outlook_rule(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("border-top:solid#e1e1e11.0pt") || style.contains("border-top:solid#b5c4df1.0pt")
}

/// Longer paragraphs introduce, separate and close nothing.
pub(super) const MAX_LINE: usize = 400;

/// Ends of the line above a quote, by language: "On ..., X wrote:".
const ATTRIBUTIONS: &[(&str, &str)] = &[
    ("on ", "wrote:"),
    ("am ", ":"),       // German: "Am ... schrieb X <...>:"
    ("le ", "écrit :"), // French
    ("le ", "écrit:"),
    ("el ", "escribió:"),
    ("il ", "ha scritto:"),
    ("em ", "escreveu:"),
    ("op ", ":"),  // Dutch: "Op ... schreef X:"
    ("den ", ":"), // Danish, Norwegian, Swedish: "Den ... skrev X:"
    ("w dniu ", "napisał(a):"),
    ("", "пишет:"),
    ("", "написал(а):"),
    ("", "写道:"),
    ("", "写道："),
    ("", "のメール:"),
];

/// Whether one paragraph only introduces a quote.
pub(super) fn is_attribution(text: &str) -> bool {
    let text = text.trim();
    if text.len() > MAX_LINE {
        return false;
    }
    let text = text.to_lowercase();
    // A sentence that happens to end in a colon names no date.
    ATTRIBUTIONS.iter().any(|(start, end)| text.starts_with(start) && text.ends_with(end))
        && text.contains(|c: char| c.is_ascii_digit())
}

/// Lines that put everything after them into a quote.
const SEPARATORS: &[&str] = &[
    "-----original message-----",
    "---------- forwarded message ---------",
    "---------- forwarded message ----------",
    "-----ursprüngliche nachricht-----",
    "-----message d'origine-----",
    "-----mensaje original-----",
    "-----messaggio originale-----",
    "begin forwarded message:",
    "________________________________",
];

/// Whether a line separates a quoted message from what was written.
pub(super) fn is_separator(text: &str) -> bool {
    let text = text.trim();
    if text.len() > MAX_LINE {
        return false;
    }
    let text = text.to_lowercase();
    SEPARATORS.iter().any(|s| text == *s) || text.starts_with("-----original message-----")
}

/// First header of a quoted message and one that must follow soon, by language (Outlook).
const HEADER_BLOCKS: &[(&str, &[&str])] = &[
    ("from:", &["sent:", "date:", "to:"]),
    ("von:", &["gesendet:", "datum:", "an:"]),
    ("de :", &["envoyé :", "date :", "à :"]),
    ("de:", &["enviado:", "enviado el:", "fecha:", "envoyé:", "para:"]),
    ("da:", &["inviato:", "data:", "a:"]),
    ("van:", &["verzonden:", "datum:", "aan:"]),
];

/// Whether the lines from the first begin a block of headers.
pub(super) fn begins_header_block<'x>(mut lines: impl Iterator<Item = &'x str>) -> bool {
    let tidy = |line: &str| line.trim().trim_matches('*').to_lowercase();
    let Some(first) = lines.next().map(tidy) else { return false };
    let Some((_, followers)) = HEADER_BLOCKS.iter().find(|(start, _)| first.starts_with(start)) else { return false };
    let matching = lines.take(4).map(tidy).filter(|l| followers.iter().any(|f| l.starts_with(f))).count();
    matching >= 1
}

/// Phrases with which messages close. A closing is a whole short line.
const CLOSINGS: &[&str] = &[
    "best",
    "best regards",
    "best wishes",
    "kind regards",
    "kindest regards",
    "warm regards",
    "warmest regards",
    "regards",
    "many thanks",
    "thanks",
    "thanks again",
    "thanks so much",
    "thank you",
    "thank you so much",
    "thx",
    "cheers",
    "sincerely",
    "sincerely yours",
    "yours sincerely",
    "yours truly",
    "yours faithfully",
    "yours",
    "respectfully",
    "all the best",
    "take care",
    "talk soon",
    "with best regards",
    "with kind regards",
    "cordially",
    "br",
    "kr",
    "rgds",
    "mit freundlichen grüßen",
    "mit freundlichem gruß",
    "freundliche grüße",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "herzliche grüße",
    "schöne grüße",
    "mfg",
    "lg",
    "vg",
    "cordialement",
    "bien cordialement",
    "bien à vous",
    "sincères salutations",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "atentamente",
    "cordiali saluti",
    "distinti saluti",
    "un saluto",
    "atenciosamente",
    "abraços",
    "met vriendelijke groet",
    "groeten",
    "med vänliga hälsningar",
    "med venlig hilsen",
    "с уважением",
    "pozdrawiam",
];

/// Whether a line is nothing but a closing phrase.
pub(super) fn is_closing(line: &str) -> bool {
    let line = line.trim().trim_end_matches([',', '.', '!', ';']).trim().to_lowercase();
    line.len() < 60 && CLOSINGS.contains(&line.as_str())
}

/// Whether a line advertises the program it was written with.
pub(super) fn is_advert(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    line.len() < 80
        && [
            "sent from my ",
            "get outlook for ",
            "sent from outlook",
            "sent from mail for windows",
            "von meinem iphone gesendet",
            "envoyé de mon iphone",
            "enviado desde mi ",
        ]
        .iter()
        .any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributions_name_a_date_and_end_in_the_verb() {
        assert!(is_attribution("On Mon, Nov 2, 2026 at 10:00 AM Jane <j@x.test> wrote:"));
        assert!(is_attribution("Am 02.11.2026 um 10:00 schrieb Jane:"));
        assert!(is_attribution("Le lun. 2 nov. 2026 à 10:00, Jane a écrit :"));
        assert!(!is_attribution("On the whole I agree with what he wrote:"));
        assert!(!is_attribution("Am Ende steht fest:"));
    }

    #[test]
    fn closings_are_whole_lines() {
        assert!(is_closing("Best regards,") && is_closing("Thanks!") && is_closing("Viele Grüße"));
        assert!(!is_closing("Thanks for the report") && !is_closing(""));
    }

    #[test]
    fn header_blocks_need_more_than_one_line() {
        assert!(begins_header_block(["From: A", "Sent: Monday", "To: B"].into_iter()));
        assert!(begins_header_block(["*Von:* A", "*Gesendet:* Montag"].into_iter()));
        assert!(!begins_header_block(["From: the beginning", "it was good"].into_iter()));
    }
}

//! Cleaning plain text, line by line.

use super::{Options, marks};

/// A closing is looked for among this many last lines that are not empty.
const CLOSING_LINES: usize = 8;

/// What the author wrote of a plain-text body.
pub(super) fn clean(text: &str, options: Options) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut index = 0;
    while index < lines.len() {
        let line = lines[index];
        let blank = line.trim().is_empty();
        if marks::is_separator(line)
            || !blank && marks::begins_header_block(lines[index..].iter().copied().filter(|l| !l.trim().is_empty()))
        {
            break;
        }
        if let Some(length) = attribution_length(&lines[index..]) {
            index += length;
            continue;
        }
        if line.trim_start().starts_with('>') {
            index += 1;
            continue;
        }
        // RFC 3676 section 4.3: the signature separator; the space is often lost.
        if options.remove_conclusion_phrases && matches!(line.trim_end_matches('\r'), "-- " | "--") {
            index += signature_length(&lines[index..]);
            continue;
        }
        kept.push(line);
        index += 1;
    }
    if options.remove_conclusion_phrases {
        drop_closing(&mut kept);
    }
    tidy(&kept)
}

/// How many lines introduce a quote that follows: an attribution is often broken over two or three.
fn attribution_length(lines: &[&str]) -> Option<usize> {
    if lines[0].trim().is_empty() {
        return None;
    }
    (1..=lines.len().min(4)).find(|&n| {
        let joined = lines[..n].join(" ");
        let next = lines[n..].iter().find(|l| !l.trim().is_empty());
        marks::is_attribution(&joined) && next.is_none_or(|l| l.trim_start().starts_with('>'))
    })
}

/// A signature ends where a quote begins, or with the text.
fn signature_length(lines: &[&str]) -> usize {
    let quote = |n: usize| lines[n].trim_start().starts_with('>') || attribution_length(&lines[n..]).is_some();
    (1..lines.len()).find(|&n| quote(n)).unwrap_or(lines.len())
}

/// Drops a closing phrase and the name below it.
fn drop_closing(kept: &mut Vec<&str>) {
    let filled: Vec<usize> = (0..kept.len()).filter(|&i| !kept[i].trim().is_empty()).collect();
    let tail = filled.len().saturating_sub(CLOSING_LINES);
    let found = filled[tail..].iter().find(|&&i| marks::is_closing(kept[i]) || marks::is_advert(kept[i]));
    // A message that is nothing but thanks keeps them.
    if let Some(&at) = found
        && filled.first().is_some_and(|&first| first < at)
    {
        kept.truncate(at);
    }
}

/// Joins lines, at most one empty line between any two.
fn tidy(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in lines.iter().map(|l| l.trim_end()) {
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if gap { "\n\n" } else { "\n" });
        }
        gap = false;
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        clean(text, Options::default())
    }

    #[test]
    fn quotes_and_their_attribution_go() {
        let text = "Yes, fine.\r\n\r\nOn Mon, Nov 2, 2026 at 10:00 AM Jane Doe\r\n<jane@x.test> wrote:\r\n\r\n> Shall we?\r\n> J\r\n";
        assert_eq!(cleaned(text), "Yes, fine.");
    }

    #[test]
    fn interleaved_answers_stay() {
        let text = "On 2 Nov 2026, Jane wrote:\n> one?\nyes\n> two?\nno\n";
        assert_eq!(cleaned(text), "yes\nno");
    }

    #[test]
    fn outlook_blocks_cut_the_rest() {
        let text = "See below.\n\nFrom: Jane\nSent: Monday\nTo: Joe\nSubject: x\n\nold text";
        assert_eq!(cleaned(text), "See below.");
        assert_eq!(cleaned("New.\n\n-----Original Message-----\nFrom: x\nold"), "New.");
    }

    #[test]
    fn signatures_and_closings_go_unless_kept() {
        let text = "Hello,\n\nall good.\n\nBest regards,\nJane\n-- \nJane Doe\nACME\n";
        assert_eq!(cleaned(text), "Hello,\n\nall good.");
        let keep = Options { remove_conclusion_phrases: false, ..Options::default() };
        assert!(clean(text, keep).contains("Best regards,"));
        assert_eq!(cleaned("ok\n\nSent from my iPhone"), "ok");
        assert_eq!(cleaned("Thanks!"), "Thanks!");
    }

    #[test]
    fn ordinary_colons_and_dashes_stay() {
        let text = "From: is a word\nOn the list:\n- a\n-- b";
        assert_eq!(cleaned(text), text);
    }
}

//! Which names a category may have, so that every client of the mailbox shows it as it was given.
//!
//! Graph documents no rule. Exchange keeps at most 255 UTF-16 units of each (MS-OXPROPS `PidNameKeywords`: less than 256), and
//! its own import drops separators, spaces that show nothing and names that differ by case alone (MS-OXCICAL
//! 2.1.3.1.1.20.3). What it would change is refused instead.

use std::collections::HashSet;

use model::Fault;

/// Names of one message; a limit of ours.
const MOST: usize = 100;
/// UTF-16 units of a name.
const LONGEST: usize = 255;
/// Commas and semicolons part one name from the next, in whatever script.
const SEPARATORS: [char; 5] = [',', ';', '\u{061b}', '\u{fe54}', '\u{ff1b}'];

/// Refuses names that would not come back as they are, by field.
pub(super) fn check(names: &[String]) -> Result<(), Fault> {
    if names.len() > MOST {
        return Err(Fault::invalid("categories", format!("A message takes at most {MOST} categories; name fewer.")));
    }
    let mut seen = HashSet::new();
    for (at, name) in names.iter().enumerate() {
        let again = || {
            (!seen.insert(name.to_lowercase())).then_some("is named twice (capitals make no difference); name it once")
        };
        if let Some(reason) = unfit(name).or_else(again) {
            let field = format!("categories[{at}]");
            return Err(Fault::invalid(field.clone(), format!("{field} {reason}.")));
        }
    }
    Ok(())
}

/// Why a name cannot be one.
fn unfit(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("is empty; give it a name or leave it out");
    }
    if name.encode_utf16().count() > LONGEST {
        return Some("is longer than 255 characters; shorten it");
    }
    if name.contains(SEPARATORS) {
        return Some("has a comma or semicolon, which part one category from the next at Microsoft; leave it out");
    }
    if name.contains(char::is_control) {
        return Some("has a line break or control character; leave it out");
    }
    if name.trim() != name || name.contains("  ") {
        return Some("begins or ends with a space, or has two together; leave them out");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(names: &[&str]) -> Option<(String, String)> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        check(&names).err().map(|fault| (fault.field.unwrap(), fault.message))
    }

    #[test]
    fn names_that_would_come_back_otherwise_are_refused_by_field() {
        for (names, field, reason) in [
            (vec!["Red", ""], "categories[1]", "is empty"),
            (vec!["a,b"], "categories[0]", "comma"),
            (vec!["x", "a；b"], "categories[1]", "semicolon"),
            (vec!["a\nb"], "categories[0]", "line break"),
            (vec![" a"], "categories[0]", "space"),
            (vec!["a  b"], "categories[0]", "space"),
            (vec!["Straße", "red", "RED"], "categories[2]", "twice"),
            (vec!["ÄRGER", "ärger"], "categories[1]", "twice"),
        ] {
            let (told, message) = refused(&names).unwrap_or_else(|| panic!("{names:?} were taken"));
            assert!(told == field && message.starts_with(field) && message.contains(reason), "{message}");
        }
        assert_eq!(refused(&["Red category", "Zu erledigen!", "赤", "a:b"]), None);
        assert_eq!(refused(&[]), None);
    }

    #[test]
    fn limits_count_as_exchange_counts() {
        assert_eq!(refused(&["x".repeat(255).as_str()]), None);
        assert!(refused(&["x".repeat(256).as_str()]).unwrap().1.contains("255"));
        // Two units each.
        assert!(refused(&["😀".repeat(128).as_str()]).is_some());
        let many: Vec<String> = (0..=MOST).map(|at| at.to_string()).collect();
        assert_eq!(check(&many[..MOST]), Ok(()));
        assert_eq!(check(&many).unwrap_err().field.as_deref(), Some("categories"));
    }
}

//! Reads the annotated default file as documentation: sections, keys, defaults, notes.

use super::DEFAULT_FILE;

/// One documented key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyDoc {
    /// Its name within the section.
    pub name: String,
    /// The default as written in TOML.
    pub default: String,
    /// The comment above it.
    pub note: String,
}

/// One documented section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SectionDoc {
    /// Its name.
    pub name: String,
    /// Its keys in order.
    pub keys: Vec<KeyDoc>,
}

/// Every section and key of `config.default.toml`, in its order.
pub fn documented_keys() -> Vec<SectionDoc> {
    let mut sections: Vec<SectionDoc> = Vec::new();
    let mut note: Vec<&str> = Vec::new();
    for line in DEFAULT_FILE.lines() {
        if let Some(comment) = line.strip_prefix('#') {
            note.push(comment.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(SectionDoc { name: name.into(), keys: Vec::new() });
            note.clear();
        } else if let (Some((name, default)), Some(section)) = (line.split_once(" = "), sections.last_mut()) {
            section.keys.push(KeyDoc { name: name.into(), default: default.into(), note: note.join(" ") });
            note.clear();
        } else {
            note.clear();
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_note() {
        let parsed: toml::Table = DEFAULT_FILE.parse().unwrap();
        let documented = documented_keys();
        assert_eq!(documented.len(), parsed.len());
        for section in documented {
            assert_eq!(section.keys.len(), parsed[&section.name].as_table().unwrap().len(), "{}", section.name);
            for key in section.keys {
                assert!(key.note.ends_with('.'), "{}.{}: {:?}", section.name, key.name, key.note);
            }
        }
    }
}

//! The labels of a mailbox: Gmail's own and the user's.

/// Whose label it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    System,
    User,
}

/// One label.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// `labelShow`, `labelShowIfUnread` or `labelHide`; `None` where Gmail shows no key.
    pub(crate) in_label_list: Option<String>,
    /// `show` or `hide`; `None` where Gmail shows no key.
    pub(crate) in_message_list: Option<String>,
    /// Text and background colour.
    pub(crate) color: Option<(String, String)>,
}

/// Why a label cannot be made or renamed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LabelRefusal {
    /// Empty, too long, or the name of a system label.
    BadName,
    /// Another label has that name, in whatever casing.
    Taken,
}

/// The longest label name Gmail's settings accept.
const LONGEST_NAME: usize = 225;

/// Gmail's own labels in the order in which it lists them, and whether they are hidden from lists.
const SYSTEM: [(&str, bool); 14] = [
    ("CHAT", true),
    ("SENT", false),
    ("INBOX", false),
    ("IMPORTANT", true),
    ("TRASH", true),
    ("DRAFT", false),
    ("SPAM", true),
    ("CATEGORY_FORUMS", true),
    ("CATEGORY_UPDATES", true),
    ("CATEGORY_PERSONAL", true),
    ("CATEGORY_PROMOTIONS", true),
    ("CATEGORY_SOCIAL", true),
    ("STARRED", false),
    ("UNREAD", false),
];

/// System labels that `modify` neither adds nor removes.
const FIXED: [&str; 3] = ["SENT", "DRAFT", "CHAT"];

/// All labels of one mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    all: Vec<Label>,
    next: u32,
}

impl Default for Labels {
    fn default() -> Self {
        Self { all: SYSTEM.iter().map(|(name, hidden)| Label::system(name, *hidden)).collect(), next: 1 }
    }
}

impl Label {
    fn system(name: &str, hidden: bool) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            kind: Kind::System,
            in_label_list: hidden.then(|| "labelHide".to_owned()),
            in_message_list: hidden.then(|| "hide".to_owned()),
            color: None,
        }
    }

    /// A user label that only needs its id.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            id: String::new(),
            name: name.to_owned(),
            kind: Kind::User,
            in_label_list: None,
            in_message_list: None,
            color: None,
        }
    }
}

impl Labels {
    /// All labels, system labels first.
    pub(crate) fn all(&self) -> &[Label] {
        &self.all
    }

    /// The label with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Label> {
        self.all.iter().find(|label| label.id == id)
    }

    /// The label with this id, to change what is not its name.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Label> {
        self.all.iter_mut().find(|label| label.id == id)
    }

    /// Whether `modify`, `insert` and `import` may put or take this label.
    pub(crate) fn is_settable(&self, id: &str) -> bool {
        !FIXED.contains(&id) && self.get(id).is_some()
    }

    /// Adds a user label under a new id.
    pub(crate) fn create(&mut self, mut label: Label) -> Result<&Label, LabelRefusal> {
        self.admit(&label.name, None)?;
        label.id = format!("Label_{}", self.next);
        self.next += 1;
        self.all.push(label);
        Ok(&self.all[self.all.len() - 1])
    }

    /// Gives a user label another name.
    pub(crate) fn rename(&mut self, id: &str, name: &str) -> Result<(), LabelRefusal> {
        self.admit(name, Some(id))?;
        if let Some(label) = self.get_mut(id) {
            label.name = name.to_owned();
        }
        Ok(())
    }

    /// Takes a label away; the messages that carry it are the mailbox's business.
    pub(crate) fn remove(&mut self, id: &str) {
        self.all.retain(|label| label.id != id);
    }

    /// The id for a label given by id or by name; a user label is made where there is none.
    pub(crate) fn id_for(&mut self, id_or_name: &str) -> String {
        let known = self.all.iter().find(|label| label.id == id_or_name || label.name.eq_ignore_ascii_case(id_or_name));
        if let Some(label) = known {
            return label.id.clone();
        }
        self.create(Label::named(id_or_name)).map_or_else(|_| "INBOX".to_owned(), |label| label.id.clone())
    }

    fn admit(&self, name: &str, own_id: Option<&str>) -> Result<(), LabelRefusal> {
        let reserved = SYSTEM.iter().any(|(system, _)| system.eq_ignore_ascii_case(name));
        if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || reserved {
            return Err(LabelRefusal::BadName);
        }
        let folded = name.to_lowercase();
        let taken =
            self.all.iter().any(|label| Some(label.id.as_str()) != own_id && label.name.to_lowercase() == folded);
        if taken { Err(LabelRefusal::Taken) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_in_any_casing_but_not_by_itself() {
        let mut labels = Labels::default();
        let id = labels.create(Label::named("Work")).unwrap().id.clone();
        assert_eq!(labels.create(Label::named("wORK")).unwrap_err(), LabelRefusal::Taken);
        assert_eq!(labels.rename(&id, "work"), Ok(()));
    }

    #[test]
    fn system_names_and_empty_names_are_refused() {
        for name in ["", "  ", "inbox", "Trash", &"x".repeat(226)] {
            assert_eq!(Labels::default().create(Label::named(name)).unwrap_err(), LabelRefusal::BadName);
        }
    }

    #[test]
    fn sent_draft_and_unknown_labels_cannot_be_set() {
        let labels = Labels::default();
        assert!(labels.is_settable("INBOX") && labels.is_settable("UNREAD"));
        assert!(!labels.is_settable("SENT") && !labels.is_settable("DRAFT") && !labels.is_settable("ALL_MAIL"));
    }
}

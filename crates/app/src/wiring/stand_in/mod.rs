//! The sandbox in the providers' place: filled with mail, and wired to.

mod fill;
mod places;

use std::collections::HashMap;
use std::path::PathBuf;

use model::Provider;

pub use fill::fill;
pub use places::{App, google_at, microsoft_at};

/// Who lives in the sandbox unless told otherwise, and at which provider.
pub const RESIDENTS: [(Provider, &str, &str); 5] = [
    (Provider::Google, "ada@postroad.test", "Ada Lovelace"),
    (Provider::Google, "grace@postroad.test", "Grace Hopper"),
    (Provider::Google, "jun@postroad.test", "小林 純"),
    (Provider::Microsoft, "alan@contoso.test", "Alan Turing"),
    (Provider::Microsoft, "hedy@contoso.test", "Hedy Lamarr"),
];

/// What a mailbox is filled with.
#[derive(Clone, Debug)]
pub struct Filling {
    /// Whose mailbox it is.
    pub provider: Provider,
    /// The mailbox's address.
    pub email: String,
    /// Its owner's name.
    pub name: String,
    /// So many generated messages.
    pub generated: u64,
    /// And the mail of this file or folder (eml, mbox, Maildir).
    pub from_disk: Option<PathBuf>,
}

/// How mailboxes are to be filled.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Generated messages of the first mailbox; the others get fewer. `None` is the default number.
    pub messages: Option<u64>,
    /// Mail from disk for the first mailbox; alone when `messages` is `None`.
    pub seed_mail: Option<PathBuf>,
    /// Addresses, each at its provider, instead of the usual residents.
    pub mailboxes: Vec<(Provider, String)>,
}

/// Generated messages of the first mailbox, unless told otherwise.
pub const DEFAULT_MESSAGES: u64 = 300;

/// Seed of mail and ids, unless told otherwise.
pub const DEFAULT_SEED: u64 = 1;

/// Says what every mailbox gets.
pub fn fillings(wish: &Wish) -> Vec<Filling> {
    let first = wish.messages.unwrap_or(if wish.seed_mail.is_some() { 0 } else { DEFAULT_MESSAGES });
    let others = wish.messages.unwrap_or(DEFAULT_MESSAGES);
    let people: Vec<(Provider, String, String)> = if wish.mailboxes.is_empty() {
        RESIDENTS.iter().map(|(provider, email, name)| (*provider, (*email).to_owned(), (*name).to_owned())).collect()
    } else {
        wish.mailboxes.iter().map(|(provider, email)| (*provider, email.clone(), name_of(email))).collect()
    };
    let place = |(place, (provider, email, name)): (usize, (Provider, String, String))| Filling {
        provider,
        email,
        name,
        generated: if place == 0 { first } else { (others / 3).min(100) },
        from_disk: wish.seed_mail.clone().filter(|_| place == 0),
    };
    people.into_iter().enumerate().map(place).collect()
}

/// `ada.lovelace@example.com` is probably called Ada Lovelace.
fn name_of(email: &str) -> String {
    let local = email.split('@').next().unwrap_or(email);
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    };
    local.split(['.', '_', '-', '+']).map(capital).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Counts what will be put in place, for progress.
pub fn total(fillings: &[Filling]) -> u64 {
    fillings.iter().map(|filling| filling.generated).sum()
}

/// Refuses two mailboxes of one address.
pub fn distinct(fillings: &[Filling]) -> anyhow::Result<()> {
    let mut seen = HashMap::new();
    for filling in fillings {
        let option = match filling.provider {
            Provider::Microsoft => "--microsoft-mailbox",
            _ => "--mailbox",
        };
        anyhow::ensure!(filling.email.contains('@'), "`{}` is no address ({option})", filling.email);
        let twice = seen.insert(filling.email.to_lowercase(), ()).is_some();
        anyhow::ensure!(!twice, "the mailbox {} is named twice ({option})", filling.email);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mailbox_gets_the_messages_and_the_others_fewer() {
        let counts = |wish: &Wish| fillings(wish).iter().map(|f| f.generated).collect::<Vec<_>>();
        assert_eq!(counts(&Wish::default()), [300, 100, 100, 100, 100]);
        assert_eq!(counts(&Wish { messages: Some(10_000), ..Wish::default() }), [10_000, 100, 100, 100, 100]);
        assert_eq!(counts(&Wish { messages: Some(0), ..Wish::default() }), [0, 0, 0, 0, 0]);
    }

    #[test]
    fn mail_from_disk_stands_alone_unless_messages_are_asked_for_too() {
        let wish = Wish { seed_mail: Some("mail".into()), ..Wish::default() };
        let first = &fillings(&wish)[0];
        assert_eq!((first.generated, first.from_disk.is_some()), (0, true));
        assert!(fillings(&wish)[1].from_disk.is_none());
        assert_eq!(fillings(&Wish { messages: Some(5), ..wish })[0].generated, 5);
    }

    #[test]
    fn names_come_from_addresses() {
        assert_eq!(name_of("ada.lovelace+x@example.com"), "Ada Lovelace X");
        assert_eq!(name_of("@"), "");
        let refusal = |mailboxes: &[(Provider, &str)]| {
            let mailboxes = mailboxes.iter().map(|(provider, email)| (*provider, (*email).to_owned())).collect();
            distinct(&fillings(&Wish { mailboxes, ..Wish::default() })).unwrap_err().to_string()
        };
        use Provider::{Google, Microsoft};
        let twice = refusal(&[(Google, "a@x.test"), (Microsoft, "A@x.test")]);
        assert!(twice.contains("named twice (--microsoft-mailbox)"), "{twice}");
        assert!(refusal(&[(Google, "nobody")]).contains("no address (--mailbox)"));
    }
}

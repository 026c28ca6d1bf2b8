//! The sandbox in Google's place: started, filled with mail, and wired to.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use model::Timestamp;
use sandbox::World;
use sandbox::generate::{Mailbox, Person};
use sandbox::world::SeedMessage;

use crate::config::Google;

/// Who lives in the sandbox unless told otherwise.
pub const RESIDENTS: [(&str, &str); 3] =
    [("ada@postroad.test", "Ada Lovelace"), ("grace@postroad.test", "Grace Hopper"), ("jun@postroad.test", "小林 純")];

/// What a mailbox is filled with.
#[derive(Clone, Debug)]
pub struct Filling {
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
    /// Addresses instead of the usual residents.
    pub mailboxes: Vec<String>,
}

/// Generated messages of the first mailbox, unless told otherwise.
pub const DEFAULT_MESSAGES: u64 = 300;

/// Seed of mail and ids, unless told otherwise.
pub const DEFAULT_SEED: u64 = 1;

/// Says what every mailbox gets.
pub fn fillings(wish: &Wish) -> Vec<Filling> {
    let first = wish.messages.unwrap_or(if wish.seed_mail.is_some() { 0 } else { DEFAULT_MESSAGES });
    let others = wish.messages.unwrap_or(DEFAULT_MESSAGES);
    let people: Vec<(String, String)> = if wish.mailboxes.is_empty() {
        RESIDENTS.iter().map(|(email, name)| ((*email).to_owned(), (*name).to_owned())).collect()
    } else {
        wish.mailboxes.iter().map(|email| (email.clone(), name_of(email))).collect()
    };
    let place = |(place, (email, name)): (usize, (String, String))| Filling {
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

/// Makes the mailboxes and fills them; the same seed and instant make the same mail. `told` hears how many messages are
/// in place. Takes as long as it takes: call it where blocking is allowed.
pub fn fill(
    world: &World,
    fillings: &[Filling],
    seed: u64,
    newest: Timestamp,
    told: &dyn Fn(u64),
) -> anyhow::Result<()> {
    let people: Vec<Person> =
        fillings.iter().map(|f| Person { name: f.name.clone(), email: f.email.clone() }).collect();
    let mut done = 0;
    for (place, filling) in fillings.iter().enumerate() {
        world.add_mailbox(&filling.email, &filling.name);
        let others: Vec<Person> = people.iter().filter(|person| person.email != filling.email).cloned().collect();
        let mailbox = Mailbox::new(seed.wrapping_add(place as u64), people[place].clone(), &others).ending_at(newest);
        let mut mail =
            filling.from_disk.as_deref().map(|path| from_disk(path, newest)).transpose()?.unwrap_or_default();
        for index in 0..filling.generated {
            let message = mailbox.message(index);
            let internal_date_ms = message.internal_date_ms;
            mail.push(SeedMessage { raw: message.raw.into(), labels: message.labels, internal_date_ms });
            done += 1;
            told(done);
        }
        // Mail arrives in the order of time: the sandbox gives ids as it comes.
        mail.sort_by_key(|message| message.internal_date_ms);
        world.seed(&filling.email, mail)?;
    }
    Ok(())
}

/// Mail from disk. A message that cannot be read is told in the log and left out; the rest still comes.
fn from_disk(path: &Path, newest: Timestamp) -> anyhow::Result<Vec<SeedMessage>> {
    let messages =
        sandbox::load::path(path).with_context(|| format!("reading mail from {} (--seed-mail)", path.display()))?;
    let mut mail = Vec::new();
    for message in messages {
        match message {
            Ok(loaded) => mail.push(SeedMessage {
                internal_date_ms: loaded
                    .internal_date_ms
                    .or_else(|| date_of(&loaded.raw))
                    .unwrap_or_else(|| newest.as_millisecond()),
                labels: if loaded.labels.is_empty() { vec!["INBOX".into(), "UNREAD".into()] } else { loaded.labels },
                raw: loaded.raw.into(),
            }),
            Err(error) => tracing::warn!(%error, "a message was left out"),
        }
    }
    anyhow::ensure!(!mail.is_empty(), "{} holds no readable message (--seed-mail)", path.display());
    Ok(mail)
}

/// The `Date` header, in milliseconds since 1970.
fn date_of(raw: &[u8]) -> Option<i64> {
    Some(mail::parse::parse(raw).date? * 1000)
}

/// Google's services as the sandbox at `url` offers them.
pub fn google_at(url: &str, push_token: model::secret::SecretString) -> Google {
    Google {
        push_token: Some(push_token),
        gmail_url: url.to_owned(),
        authorize_url: format!("{url}/o/oauth2/v2/auth"),
        token_url: format!("{url}/token"),
        revoke_url: format!("{url}/revoke"),
        userinfo_url: format!("{url}/v1/userinfo"),
    }
}

/// Scopes a grant of the sandbox is given: everything Postroad uses.
pub const SCOPES: [&str; 4] = [
    "openid",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
    "https://mail.google.com/",
];

/// Counts what will be put in place, for progress.
pub fn total(fillings: &[Filling]) -> u64 {
    fillings.iter().map(|filling| filling.generated).sum()
}

/// Refuses two mailboxes of one address.
pub fn distinct(fillings: &[Filling]) -> anyhow::Result<()> {
    let mut seen = HashMap::new();
    for filling in fillings {
        anyhow::ensure!(filling.email.contains('@'), "`{}` is no address (--mailbox)", filling.email);
        let twice = seen.insert(filling.email.to_lowercase(), ()).is_some();
        anyhow::ensure!(!twice, "the mailbox {} is named twice (--mailbox)", filling.email);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mailbox_gets_the_messages_and_the_others_fewer() {
        let counts = |wish: &Wish| fillings(wish).iter().map(|f| f.generated).collect::<Vec<_>>();
        assert_eq!(counts(&Wish::default()), [300, 100, 100]);
        assert_eq!(counts(&Wish { messages: Some(10_000), ..Wish::default() }), [10_000, 100, 100]);
        assert_eq!(counts(&Wish { messages: Some(0), ..Wish::default() }), [0, 0, 0]);
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
        assert!(
            distinct(&fillings(&Wish { mailboxes: vec!["a@x.test".into(), "A@x.test".into()], ..Wish::default() }))
                .is_err()
        );
        assert!(distinct(&fillings(&Wish { mailboxes: vec!["nobody".into()], ..Wish::default() })).is_err());
    }
}

//! Mail for the stand-in's mailboxes: generated, and from disk.

use std::path::Path;

use anyhow::Context as _;
use model::{Provider, Timestamp};
use sandbox::World;
use sandbox::generate::{Mailbox, Person};
use sandbox::world::SeedMessage;

use super::Filling;

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
        match filling.provider {
            Provider::Microsoft => world.add_microsoft_mailbox(&filling.email, &filling.name),
            _ => world.add_mailbox(&filling.email, &filling.name),
        }
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

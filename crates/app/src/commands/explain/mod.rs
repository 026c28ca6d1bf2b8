//! `postroad explain`: what an error is, why it came, what to do, when to try again.

mod corpus;
mod paste;
mod question;
mod reading;
mod reference;
mod report;
mod show;

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use providers::classify::Protocol;

use super::output::{self, Format};
use paste::Paste;
use reading::Subject;

pub use reference::fault_reference;

/// Explain an error: a response body, an SMTP or IMAP line, an AADSTS number, a kind of fault, one of our own answers.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without TEXT the error is read from standard input; a whole HTTP answer, as `curl -i` prints it, brings its status and
header fields along. The protocol is guessed when --provider does not name it, and the answer says when it is unsure.

Examples:
  postroad explain rate_limited_user
  postroad explain AADSTS50173
  postroad explain '550 5.4.5 Daily user sending limit exceeded'
  curl -si https://gmail.googleapis.com/... | postroad explain
  postroad explain --status 429 --header 'Retry-After: 2.128' --provider graph < body.json
  postroad explain --corpus errors.jsonl --confusion")]
pub(super) struct Explain {
    /// The error; standard input when left out.
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// HTTP status of the answer.
    #[arg(long, value_name = "CODE", value_parser = clap::value_parser!(u16).range(100..600))]
    status: Option<u16>,
    /// Where it comes from: gmail, google_oauth, graph, microsoft_oauth, ews, eas, imap or smtp.
    #[arg(long, value_name = "NAME", value_parser = protocol)]
    provider: Option<Protocol>,
    /// A header field of the answer, `Name: value`; may be given several times.
    #[arg(long = "header", value_name = "FIELD", value_parser = paste::field)]
    headers: Vec<(String, String)>,
    /// What was asked for, where it matters (`messages.send`, `history.list`, `LOGIN`).
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Classify a file of errors, one JSON object a line with `id`, `provider`, `body` and what else is known. Prints a
    /// JSON line for each on standard output, and totals on standard error.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text", "status", "provider", "headers", "operation"])]
    corpus: Option<PathBuf>,
    /// With --corpus: also print which kinds were taken for which, and every disagreement with a label.
    #[arg(long, requires = "corpus")]
    confusion: bool,
    #[command(flatten)]
    format: Format,
}

/// Most that is read of a paste.
const PASTE_LIMIT: u64 = 1024 * 1024;

pub(super) fn run(asked: Explain) -> anyhow::Result<ExitCode> {
    if let Some(path) = &asked.corpus {
        return corpus::run(path, asked.confusion);
    }
    let text = match asked.text.is_empty() {
        true => pasted(&asked)?,
        false => asked.text.join(" "),
    };
    let paste = Paste::of(&text, asked.status, asked.headers);
    if paste.is_empty() {
        bail!("there is nothing to explain: give the error as an argument, on standard input, or a --status");
    }
    let subject = Subject::of(&paste, asked.provider, asked.operation.as_deref());
    match asked.format.json {
        true => output::json(&show::as_json(&subject)),
        false => show::as_lines(&subject).iter().for_each(|line| output::line(line)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Standard input, unless a status alone is to be explained at a terminal.
fn pasted(asked: &Explain) -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        if asked.status.is_some() {
            return Ok(String::new());
        }
        output::note("Paste the error, then end with Ctrl-D on a line of its own.");
    }
    let mut bytes = Vec::new();
    input.lock().take(PASTE_LIMIT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn protocol(name: &str) -> Result<Protocol, String> {
    let names = || Protocol::ALL.map(Protocol::as_str).join(", ");
    Protocol::parse(name).ok_or_else(|| format!("one of {}", names()))
}

//! Printing: tables and lines for people, JSON for scripts.
#![allow(clippy::disallowed_macros)] // the one home of printing

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde_json::Value;

use crate::config::environment;

/// Whether a script reads the answer.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Format {
    /// Print JSON, for scripts.
    #[arg(long)]
    pub json: bool,
}

/// One line on standard output.
pub(super) fn line(text: &str) {
    // A reader that has gone away (`| head`) is no failure of ours.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// One line on standard error, beside the answer.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// JSON on standard output, indented.
pub(super) fn json(value: &Value) {
    line(&format!("{value:#}"));
}

/// Columns aligned under their headings; `none` is said when there are no rows.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>], none: &str) {
    if rows.is_empty() {
        return line(none);
    }
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([headings[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let print = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        line(padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    print(headings.to_vec());
    for row in rows {
        print(row.iter().map(String::as_str).collect());
    }
}

/// Columns of the terminal that standard output is; 80 where it is none.
pub(super) fn width() -> usize {
    let terminal = console::Term::stdout();
    terminal.size_checked().map_or(80, |(_, columns)| usize::from(columns))
}

/// Whether standard error is a terminal that takes colours and moving bars.
pub(super) fn lively() -> bool {
    std::io::stderr().is_terminal() && !environment::plain_output()
}

/// Says why a command failed, cause by cause, and gives the exit code for it.
pub fn failed(error: &anyhow::Error) -> ExitCode {
    note(&format!("postroad: {error}"));
    for cause in error.chain().skip(1) {
        note(&format!("  because: {cause}"));
    }
    let fault = error.chain().find_map(|cause| cause.downcast_ref::<model::Fault>());
    if let Some(raw) = fault.and_then(|fault| fault.raw.as_ref()) {
        note(&format!("  detail: {raw}"));
    }
    if let Some(fault) = fault.filter(|fault| fault.provider.is_some()) {
        note(&format!("  remedy: {}", fault.kind.remedy()));
    }
    ExitCode::FAILURE
}

//! mbox (RFC 4155 and the older "mboxrd" and "mboxo" habits), read as a stream.

use super::{Error, LARGEST, Loaded, extension, flags, io};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Whether a file is an mbox: by its name, or because it begins with `From `.
pub(super) fn looks_like(path: &Path) -> Result<bool, Error> {
    match extension(path).as_str() {
        "mbox" | "mbx" => return Ok(true),
        "eml" => return Ok(false),
        _ => {}
    }
    let mut head = [0; 5];
    let mut file = File::open(path).map_err(|source| io(path, source))?;
    Ok(file.read_exact(&mut head).is_ok() && &head == b"From ")
}

pub(super) fn open(path: &Path) -> Result<Messages, Error> {
    let file = File::open(path).map_err(|source| io(path, source))?;
    Ok(Messages {
        path: path.to_owned(),
        lines: BufReader::with_capacity(256 * 1024, file),
        next_from: None,
        started: false,
        ended: false,
    })
}

/// The messages of an mbox.
pub(super) struct Messages {
    path: PathBuf,
    lines: BufReader<File>,
    /// The separator line that begins the next message.
    next_from: Option<Vec<u8>>,
    started: bool,
    ended: bool,
}

impl Iterator for Messages {
    type Item = Result<Loaded, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read_one();
        self.ended |= matches!(read, Err(Error::Io { .. }));
        read.transpose()
    }
}

impl Messages {
    fn read_one(&mut self) -> Result<Option<Loaded>, Error> {
        if !self.started {
            self.started = true;
            self.skip_to_first()?;
        }
        let Some(from) = self.next_from.take() else { return Ok(None) };
        let (raw, too_large) = self.read_body()?;
        if too_large {
            return Err(Error::TooLarge(self.path.clone()));
        }
        let labels = flags::from_headers(&raw);
        Ok(Some(Loaded { raw, labels, internal_date_ms: date_of(&from), source: self.path.clone() }))
    }

    fn skip_to_first(&mut self) -> Result<(), Error> {
        while let Some(line) = self.line()? {
            if line.starts_with(b"From ") {
                self.next_from = Some(line);
                break;
            }
        }
        Ok(())
    }

    /// Reads up to the next separator. The empty line before a separator belongs to it, not to the message.
    fn read_body(&mut self) -> Result<(Vec<u8>, bool), Error> {
        let (mut raw, mut too_large, mut blank) = (Vec::new(), false, 0);
        while let Some(line) = self.line()? {
            // A separator follows an empty line; right after the headers' own `From ` line there is none.
            if (blank > 0 || raw.is_empty()) && is_separator(&line) {
                self.next_from = Some(line);
                break;
            }
            blank = if line == b"\n" || line == b"\r\n" { line.len() } else { 0 };
            too_large |= (raw.len() + line.len()) as u64 > LARGEST;
            if too_large {
                raw.clear();
            }
            raw.extend_from_slice(unquoted(&line));
        }
        raw.truncate(raw.len() - blank.min(raw.len()));
        self.ended |= self.next_from.is_none();
        Ok((raw, too_large))
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let mut line = Vec::new();
        // One line is read whole; a file without line ends is cut at the limit of a message.
        let read = (&mut self.lines).take(LARGEST + 1).read_until(b'\n', &mut line);
        match read.map_err(|source| io(&self.path, source))? {
            0 => Ok(None),
            _ => Ok(Some(line)),
        }
    }
}

/// `>From `, `>>From ` and so on lose one `>` (mboxrd; for `>From ` mboxo agrees).
fn unquoted(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|b| **b == b'>').count();
    if quotes > 0 && line[quotes..].starts_with(b"From ") { &line[1..] } else { line }
}

/// `From sender date`: careless writers leave "From " unquoted in bodies, so a time of day is asked for.
fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.windows(5).any(|w| {
            w[0].is_ascii_digit()
                && w[1].is_ascii_digit()
                && w[2] == b':'
                && w[3].is_ascii_digit()
                && w[4].is_ascii_digit()
        })
}

/// The date of a separator: `From a@b Thu Jan  1 00:00:00 2026`, with or without an offset before or after the year.
fn date_of(line: &[u8]) -> Option<i64> {
    let line = std::str::from_utf8(line).ok()?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let time = words
        .iter()
        .position(|word| word.matches(':').count() >= 1 && word.starts_with(|c: char| c.is_ascii_digit()))?;
    let (month, day, clock) = (words.get(time.checked_sub(2)?)?, words.get(time - 1)?, words.get(time)?);
    let rest = &words[time + 1..];
    let year: i16 =
        rest.iter().find(|word| word.len() == 4 && !word.starts_with(['+', '-'])).and_then(|word| word.parse().ok())?;
    let offset = rest.iter().find(|word| word.starts_with(['+', '-'])).map_or(0, |word| offset_seconds(word));
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    let mut parts = clock.split(':').map(str::parse::<i8>);
    let mut part = || parts.next().unwrap_or(Ok(0)).ok();
    let (hour, minute, second) = (part()?, part()?, part()?);
    let at =
        jiff::civil::DateTime::new(year, i8::try_from(month + 1).ok()?, day.parse().ok()?, hour, minute, second, 0)
            .ok()?;
    let utc = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(utc.timestamp().as_millisecond() - offset * 1000)
}

fn offset_seconds(text: &str) -> i64 {
    let (sign, digits) = text.split_at(1);
    let Ok(number) = digits.parse::<i64>() else { return 0 };
    let seconds = (number / 100) * 3600 + (number % 100) * 60;
    if sign == "-" { -seconds } else { seconds }
}

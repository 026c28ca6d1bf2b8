//! Durations and sizes as people write them.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// Reads `250ms`, `30s`, `10m`, `2h`, `7d`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text).ok_or_else(|| duration_help(text))?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(duration_help(text)),
    };
    number.checked_mul(milliseconds).map(Duration::from_millis).ok_or_else(|| format!("`{text}` is too long"))
}

/// Reads `4096`, `512KiB`, `25MiB`, `1GiB` (and `KB`, `MB`, `GB`, which count in thousands).
pub fn parse_size(text: &str) -> Result<usize, String> {
    let help = || format!("`{text}` is not a size; write a number and a unit, such as \"512KiB\" or \"25MiB\"");
    let (number, unit) = split(text).ok_or_else(help)?;
    let bytes: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(help()),
    };
    number.checked_mul(bytes).and_then(|n| usize::try_from(n).ok()).ok_or_else(|| format!("`{text}` is too large"))
}

fn duration_help(text: &str) -> String {
    format!(
        "`{text}` is not a duration; write a whole number and a unit, such as \"250ms\", \"30s\", \"10m\", \"2h\" or \"7d\""
    )
}

fn split(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, text[end..].trim()))
}

/// For serde: a duration.
pub(super) fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    parse_duration(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

/// For serde: a size in bytes.
pub(super) fn size<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    parse_size(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse_duration("10 m"), Ok(Duration::from_secs(600)));
        assert_eq!(parse_duration("7d"), Ok(Duration::from_secs(7 * 86_400)));
    }

    #[test]
    fn a_duration_without_a_unit_is_refused_with_an_example() {
        for text in ["30", "", "s", "-1s", "1.5s", "10 parsecs"] {
            assert!(parse_duration(text).unwrap_err().contains("\"30s\""), "{text}");
        }
        assert!(parse_duration("99999999999999999d").is_err());
    }

    #[test]
    fn sizes_count_in_1024_or_1000_as_written() {
        assert_eq!(parse_size("4096"), Ok(4096));
        assert_eq!(parse_size("25MiB"), Ok(25 * 1024 * 1024));
        assert_eq!(parse_size("25 MB"), Ok(25_000_000));
        assert!(parse_size("lots").unwrap_err().contains("25MiB"));
    }
}

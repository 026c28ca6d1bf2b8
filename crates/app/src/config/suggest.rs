//! The key a mistyped one was probably meant to be.

/// The candidate nearest to `wanted`, if it is near enough to be a slip.
pub(super) fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 1 + wanted.chars().count() / 4;
    candidates.map(|c| (distance(wanted, c), c)).filter(|(d, _)| *d <= allowed).min().map(|(_, c)| c)
}

/// Levenshtein distance, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let keys = ["server.listen", "server.public_url", "log.filter"];
        assert_eq!(nearest("server.lisen", keys.into_iter()), Some("server.listen"));
        assert_eq!(nearest("colour", keys.into_iter()), None);
    }
}

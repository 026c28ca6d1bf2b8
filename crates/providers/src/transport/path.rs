//! Ids of callers in paths of ours.

use model::Fault;

/// Longest id put into a path: Gmail's are under 32 characters, immutable ids of Graph under 200.
const MAX_ID: usize = 512;

/// An id as a path segment. Ids reach us from callers; one that no provider can have issued names nothing.
pub(crate) fn segment(id: &str) -> Result<String, Fault> {
    let dots = id.chars().all(|c| c == '.');
    if dots || id.len() > MAX_ID {
        return Err(Fault::not_found("Nothing with this id exists in the mailbox."));
    }
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_their_segment() {
        assert_eq!(segment("Label_1-x").unwrap(), "Label_1-x");
        assert_eq!(segment("a/b?c#d e").unwrap(), "a%2Fb%3Fc%23d%20e");
        assert!(segment("").is_err() && segment("..").is_err() && segment(&"x".repeat(600)).is_err());
    }
}

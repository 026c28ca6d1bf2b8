//! What a JSON value should have been, in words for people who write JSON. The only place that knows how serde talks.

/// serde's sentence about a wrong value, as what the value must be and what it is: `must be a list, not the number 5`.
pub(super) fn plain(reason: &str) -> String {
    let wrong = reason.strip_prefix("invalid type: ").or_else(|| reason.strip_prefix("invalid value: "));
    if let Some((found, expected)) = wrong.and_then(|told| told.rsplit_once(", expected ")) {
        return format!("must be {}, not {}", wanted(expected), given(found));
    }
    if let Some((variant, known)) = quoted(reason, "unknown variant `") {
        return format!("must be one of {known}, not '{variant}'");
    }
    if let Some((length, expected)) =
        reason.strip_prefix("invalid length ").and_then(|told| told.split_once(", expected "))
    {
        return format!("has {length} parts and must be {}", wanted(expected));
    }
    if let Some(field) = reason.strip_prefix("duplicate field `").and_then(|told| told.strip_suffix('`')) {
        return format!("names {field} twice");
    }
    // A sentence of our own, from a type that checks itself.
    reason.to_owned()
}

/// serde's ``unknown field `x`, expected one of `a`, `b` `` (or ``unknown variant``): the name, and the known ones.
pub(super) fn quoted<'a>(reason: &'a str, opening: &str) -> Option<(&'a str, String)> {
    let (name, known) = reason.strip_prefix(opening)?.split_once('`')?;
    let known = known.trim_start_matches(", expected ").trim_start_matches("one of ");
    Some((name, known.replace('`', "").replace(" or ", ", ")))
}

fn wanted(expected: &str) -> &str {
    let expected = expected.strip_prefix("internally tagged ").unwrap_or(expected);
    match expected {
        "a sequence" | "an array" => "a list",
        "a map" | "any valid JSON object" => "an object",
        "a string" | "a borrowed string" | "str" | "string" => "a text",
        "a boolean" => "true or false",
        "unit" => "null",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 up",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        named if named.starts_with("struct ") || named.starts_with("adjacently tagged ") => "an object",
        named if named.starts_with("enum ") => "one of the known words",
        named if named.starts_with("tuple ") || named.starts_with("a tuple") => "a list",
        // A type that says what it expects in words of its own.
        other => other,
    }
}

fn given(found: &str) -> String {
    let bare = |text: &str| text.trim_matches('`').to_owned();
    match found {
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        "null" | "unit value" | "Option value" => "null".to_owned(),
        _ => match found.split_once(' ') {
            Some(("string", text)) => format!("the text {text}"),
            Some(("integer", number)) => format!("the number {}", bare(number)),
            Some(("boolean", word)) => bare(word),
            Some(("floating", rest)) => format!("the number {}", bare(rest.trim_start_matches("point "))),
            _ => found.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_the_language_it_is_written_in_is_left() {
        for (serde, ours) in [
            ("invalid type: integer `5`, expected a string", "must be a text, not the number 5"),
            ("invalid type: string \"a, b\", expected a sequence", "must be a list, not the text \"a, b\""),
            ("invalid type: map, expected a sequence", "must be a list, not an object"),
            ("invalid type: sequence, expected struct Outgoing", "must be an object, not a list"),
            ("invalid type: null, expected a boolean", "must be true or false, not null"),
            ("invalid type: boolean `true`, expected a map", "must be an object, not true"),
            ("invalid value: integer `-1`, expected u32", "must be a whole number from 0 up, not the number -1"),
            ("invalid type: floating point `1.5`, expected i64", "must be a whole number, not the number 1.5"),
            ("unknown variant `x`, expected `a` or `b`", "must be one of a, b, not 'x'"),
            ("unknown variant `x`, expected one of `a`, `b`", "must be one of a, b, not 'x'"),
            ("duplicate field `to`", "names to twice"),
            ("must not be empty", "must not be empty"),
        ] {
            assert_eq!(plain(serde), ours);
        }
    }
}

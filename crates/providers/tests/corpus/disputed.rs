//! Labels that we hold to be wrong, with the reason. They are listed here and nowhere in the classifiers.

/// Id and reason.
pub const LABELS: &[(&str, &str)] = &[];

/// Whether the label of a case is disputed.
pub fn is(id: &str) -> bool {
    LABELS.iter().any(|(disputed, _)| *disputed == id)
}

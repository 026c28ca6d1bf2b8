//! House rules as tests: the map and the code may not part.

mod arrows;
mod dependencies;
mod documents;
mod sizes;
mod source;
mod words;

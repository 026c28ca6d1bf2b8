//! The table is whole: every promised error has a row, and every row is of a promised error.

use std::collections::HashSet;

use crate::mission;
use crate::table::{Answer, rows};

#[test]
fn every_promised_error_has_a_row_and_every_row_is_of_one() {
    let rows = rows();
    for name in mission::names() {
        assert!(rows.iter().any(|row| row.of == name), "no row provokes {name:?}");
    }
    for row in &rows {
        assert!(mission::names().any(|name| name == row.of), "{} is of no promised error: {:?}", row.name, row.of);
    }
}

#[test]
fn names_are_their_own() {
    let rows = rows();
    let names: HashSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len());
    let promised: HashSet<_> = mission::names().collect();
    assert_eq!(promised.len(), mission::names().count());
}

#[test]
fn every_promised_error_is_refused_somewhere_but_for_the_alias() {
    for name in mission::names().filter(|name| *name != "Microsoft returned an alias at re-auth") {
        let refused = rows().into_iter().any(|row| row.of == name && matches!(row.answer, Answer::Refused(_)));
        assert!(refused, "no row of {name:?} is refused");
    }
}

//! One line of the doctor's report.

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// Works, but not as it should for real use.
    Warn,
    /// Does not work.
    Fail,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "fail",
        }
    }
}

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Finding {
    pub check: String,
    pub level: Level,
    pub found: String,
    /// Empty when nothing needs mending.
    pub remedy: String,
}

impl Finding {
    pub(super) fn ok(check: &str, found: &str) -> Self {
        Self { check: check.into(), level: Level::Ok, found: found.into(), remedy: String::new() }
    }

    pub(super) fn warn(check: &str, found: &str, remedy: &str) -> Self {
        Self { level: Level::Warn, remedy: remedy.into(), ..Self::ok(check, found) }
    }

    pub(super) fn fail(check: &str, found: &str, remedy: &str) -> Self {
        Self { level: Level::Fail, remedy: remedy.into(), ..Self::ok(check, found) }
    }
}

//! Magic addresses: mail to one of them, or a mailbox of that name, meets a fault without the control API.
//!
//! | local part | what happens |
//! |---|---|
//! | `fault+NAME` | the named fault, always |
//! | `fault+NAME+timesN` | the named fault, the first N times |
//! | `slow+3s`, `slow+250ms`, `slow` | a wait (three seconds when left out) |
//! | `bounce` | accepted, and then a failure notice comes back |
//! | `delayed` | accepted, and then a notice comes back that delivery is late and goes on |

use std::time::Duration;

/// The longest wait an address can ask for.
const LONGEST: Duration = Duration::from_secs(600);

/// What a magic address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// A fault of the catalogue, perhaps only the first few times. The name is as written: it may not exist.
    Fault { name: String, times: Option<u64> },
    /// A wait.
    Slow(Duration),
    /// A failure notice.
    Bounce,
    /// A notice of a delay.
    Delay,
}

impl Wish {
    /// What an address asks for; `None` for any other address. The domain is not looked at.
    pub(crate) fn of(address: &str) -> Option<Wish> {
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local).to_ascii_lowercase();
        match local.split_once('+') {
            None if local == "bounce" => Some(Wish::Bounce),
            None if local == "delayed" => Some(Wish::Delay),
            None if local == "slow" => Some(Wish::Slow(Duration::from_secs(3))),
            Some(("slow", wait)) => duration(wait).map(Wish::Slow),
            Some(("fault", rest)) => Some(fault(rest)),
            _ => None,
        }
    }
}

fn fault(rest: &str) -> Wish {
    let counted = rest.rsplit_once("+times").and_then(|(name, count)| Some((name, count.parse().ok()?)));
    match counted {
        Some((name, times)) => Wish::Fault { name: name.to_owned(), times: Some(times) },
        None => Wish::Fault { name: rest.to_owned(), times: None },
    }
}

fn duration(text: &str) -> Option<Duration> {
    let number = |text: &str| text.parse::<u64>().ok();
    let wait = match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(number(millis)?),
        None => Duration::from_secs(number(text.strip_suffix('s')?)?),
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_parts_say_what_happens() {
        let fault = |name: &str, times| Some(Wish::Fault { name: name.into(), times });
        for (address, wish) in [
            ("fault+gmail.user_rate_limit@sandbox.test", fault("gmail.user_rate_limit", None)),
            ("Fault+Gmail.Unavailable+times2@sandbox.test", fault("gmail.unavailable", Some(2))),
            ("fault+gmail.unavailable+timesx@sandbox.test", fault("gmail.unavailable+timesx", None)),
            ("slow+3s@sandbox.test", Some(Wish::Slow(Duration::from_secs(3)))),
            ("slow+250ms@sandbox.test", Some(Wish::Slow(Duration::from_millis(250)))),
            ("slow+9999999s@sandbox.test", Some(Wish::Slow(LONGEST))),
            ("slow@sandbox.test", Some(Wish::Slow(Duration::from_secs(3)))),
            ("bounce@sandbox.test", Some(Wish::Bounce)),
            ("delayed@sandbox.test", Some(Wish::Delay)),
            ("delayed+3s@sandbox.test", None),
            ("slow+soon@sandbox.test", None),
            ("faulty@sandbox.test", None),
            ("alice+fault@sandbox.test", None),
            ("alice@fault.test", None),
        ] {
            assert_eq!(Wish::of(address), wish, "{address}");
        }
    }
}

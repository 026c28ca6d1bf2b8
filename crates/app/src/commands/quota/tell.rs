//! The words around the chart.

use std::time::Duration;

use jiff::tz::TimeZone;
use model::Timestamp;
use model::grant::Grant;
use model::quota::{Class, Dimension, Level, ProviderMinute};
use model::standing::{KeyStanding, Standing, ThrottleStanding, WindowStanding};

use super::chart::{Chart, grouped};

/// Everything, line by line.
pub(super) fn all(standing: &Standing, grant: &Grant, now: Timestamp, width: usize) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{}  {}, price list \"{}\", as written down {}",
            grant.email,
            standing.provider,
            standing.regime.as_str(),
            ago(standing.as_of, now)
        ),
        String::new(),
    ];
    lines.extend(drawn(standing, width));
    lines.push(String::new());
    lines.push(format!("{:<13} {:<26} {:>22}  {:>9}  {:>9}", "counted for", "what", "used", "ceiling", "reserve"));
    for key in &standing.keys {
        lines.extend(key.windows.iter().map(|one| window(key, one)));
    }
    lines.push(String::new());
    lines.extend(standing.keys.iter().flat_map(|key| key.throttles.iter().map(|one| throttle(key, one, now))));
    lines.push(next(standing, now));
    lines.extend(standing.keys.iter().filter_map(places));
    lines
}

fn drawn(standing: &Standing, width: usize) -> Vec<String> {
    let in_units = standing.keys.iter().flat_map(|key| &key.windows).any(|one| one.dimension == Dimension::Units);
    let (what, of): (_, fn(&ProviderMinute) -> u64) =
        if in_units { ("Units", |minute| minute.units) } else { ("Calls", |minute| minute.calls) };
    let chart = Chart { minutes: &standing.minutes, span: standing.span, of, width };
    let hours = (standing.span.1 - standing.span.0) / 60;
    let column = match chart.step() {
        1 => "a column is a minute".to_owned(),
        step => format!("a column is the busiest of {step} minutes"),
    };
    let plural = if hours == 1 { "hour" } else { "hours" };
    let mut lines = vec![format!("{what} a minute, last {hours} {plural} ({column})")];
    lines.extend(chart.lines());
    let (from, to) = (clock(standing.span.0 * 60), clock(standing.span.1 * 60));
    let gap = chart.drawn().saturating_sub(from.len());
    lines.push(format!("{:>11} {from}{to:>gap$}", "").trim_end().to_owned());
    lines.push(sums(standing));
    lines
}

fn sums(standing: &Standing) -> String {
    let mut sum = ProviderMinute::default();
    standing.minutes.iter().for_each(|minute| sum.add(minute));
    let mut text =
        format!("{} calls, {} units, {} refused", grouped(sum.calls), grouped(sum.units), grouped(sum.refusals));
    if sum.waits > 0 {
        let mean = Duration::from_millis(sum.waited_ms / sum.waits);
        text += &format!("; {} requests waited for leave, {:.1} s on average", grouped(sum.waits), mean.as_secs_f64());
    }
    text + "."
}

fn window(key: &KeyStanding, one: &WindowStanding) -> String {
    let per = match one.per.as_secs() {
        1 => "second".to_owned(),
        60 => "minute".to_owned(),
        3600 => "hour".to_owned(),
        86_400 => "24 hours".to_owned(),
        seconds => format!("{seconds} s"),
    };
    let what = format!("{} in {}{per}", name(one.dimension), if per.starts_with('2') { "" } else { "a " });
    let number = |number| amount(one.dimension, number);
    let used = format!("{} of {}", number(one.used), number(one.amount));
    let ceiling = if one.ceiling < one.amount { number(one.ceiling) } else { "-".into() };
    let reserve = if one.reserve > 0 { number(one.reserve) } else { "-".into() };
    let tight = if one.tight { "  paced after a refusal" } else { "" };
    format!("{:<13} {what:<26} {used:>22}  {ceiling:>9}  {reserve:>9}{tight}", level(key.level))
}

fn throttle(key: &KeyStanding, one: &ThrottleStanding, now: Timestamp) -> String {
    let what = if one.sending_only { "Sending is closed" } else { "Closed" };
    let until = match one.until > now {
        true => format!("until {} ({})", clock(one.until.as_second()), span(one.until, now)),
        false => "until one call has been tried".to_owned(),
    };
    let times = if one.times > 1 { format!(", refused {} times in a row", one.times) } else { String::new() };
    format!("{what} {until} for the {}{times}. {}: {}", level(key.level), one.kind.as_str(), one.message)
}

fn next(standing: &Standing, now: Timestamp) -> String {
    match standing.keys.iter().filter_map(|key| key.next_at).max().filter(|at| *at > now) {
        None => "A call that somebody waits for may go at once.".to_owned(),
        Some(at) => format!("The next call may go at {} ({}).", clock(at.as_second()), span(at, now)),
    }
}

/// Calls under way and in line, where there are any.
fn places(key: &KeyStanding) -> Option<String> {
    let waiting: Vec<String> = Class::ALL
        .into_iter()
        .filter(|class| key.waiting[*class as usize] > 0)
        .map(|class| format!("{} {}", key.waiting[class as usize], class.as_str()))
        .collect();
    if key.in_flight == 0 && waiting.is_empty() {
        return None;
    }
    let of = key.concurrency.map_or_else(String::new, |most| format!(" of {most}"));
    let line = if waiting.is_empty() { "nobody waits".to_owned() } else { format!("waiting: {}", waiting.join(", ")) };
    Some(format!("Under way for the {}: {}{of} calls; {line}.", level(key.level), key.in_flight))
}

fn amount(dimension: Dimension, number: u64) -> String {
    match dimension {
        Dimension::BytesUp | Dimension::BytesDown => format!("{:.1} MB", number as f64 / 1e6),
        _ => grouped(number),
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Project => "project",
        Level::ProjectMailbox => "grant",
        Level::Mailbox => "mailbox",
        Level::Tenant => "organisation",
    }
}

fn name(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Units => "units",
        Dimension::Requests => "requests",
        Dimension::BytesUp => "bytes up",
        Dimension::BytesDown => "bytes down",
        Dimension::Messages => "messages sent",
        Dimension::Recipients => "recipients",
    }
}

/// The time of day where the command runs.
fn clock(second: i64) -> String {
    let instant = Timestamp::from_second(second).unwrap_or_default();
    instant.to_zoned(TimeZone::system()).strftime("%H:%M").to_string()
}

fn ago(then: Timestamp, now: Timestamp) -> String {
    match now.as_second() - then.as_second() {
        ..=1 => "just now".to_owned(),
        seconds => format!("{} ago", length(seconds)),
    }
}

fn span(at: Timestamp, now: Timestamp) -> String {
    format!("in {}", length((at.as_second() - now.as_second()).max(1)))
}

fn length(seconds: i64) -> String {
    match seconds {
        ..=119 => format!("{seconds} s"),
        ..=7_199 => format!("{} min", seconds / 60),
        ..=172_799 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

//! The chart: one column per minute or per some minutes, as high as its busiest minute.

use model::quota::ProviderMinute;

/// Minutes that one column may stand for.
const STEPS: [i64; 6] = [1, 5, 10, 15, 30, 60];
/// Eighths of a line.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Lines of the bars.
const HEIGHT: u64 = 5;
/// Columns before the bars: figures and the axis.
const MARGIN: usize = 12;

/// What a chart is drawn of.
pub(super) struct Chart<'a> {
    /// Oldest first; gaps are zeros.
    pub(super) minutes: &'a [ProviderMinute],
    /// The first minute, and the one after the last.
    pub(super) span: (i64, i64),
    /// What is drawn of each minute.
    pub(super) of: fn(&ProviderMinute) -> u64,
    /// Columns there are.
    pub(super) width: usize,
}

/// What one column stands for.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Column {
    busiest: u64,
    refusals: u64,
    waits: u64,
}

impl Chart<'_> {
    /// Minutes per column.
    pub(super) fn step(&self) -> i64 {
        let room = i64::try_from(self.width.saturating_sub(MARGIN).max(10)).unwrap_or(i64::MAX);
        let fits = |step: &i64| (self.span.1 - self.span.0 + step - 1) / step <= room;
        STEPS.into_iter().find(fits).unwrap_or(60)
    }

    fn columns(&self) -> Vec<Column> {
        let (from, to) = self.span;
        let step = self.step();
        let count = usize::try_from((to - from + step - 1) / step).unwrap_or_default();
        let mut columns = vec![Column::default(); count];
        // Counted back from the end, so that the last column is whole.
        for minute in self.minutes.iter().filter(|one| (from..to).contains(&one.minute)) {
            let back = usize::try_from((to - 1 - minute.minute) / step).unwrap_or_default();
            let Some(column) = count.checked_sub(back + 1).and_then(|at| columns.get_mut(at)) else { continue };
            column.busiest = column.busiest.max((self.of)(minute));
            column.refusals += minute.refusals;
            column.waits += minute.waits;
        }
        columns
    }

    /// The lines, without the times below.
    pub(super) fn lines(&self) -> Vec<String> {
        let columns = self.columns();
        let top = columns.iter().map(|column| column.busiest).max().unwrap_or(0);
        let mut lines: Vec<String> = (0..HEIGHT).rev().map(|line| bars(&columns, top, line)).collect();
        lines.push(format!("{:>10} └{}", "", "─".repeat(columns.len())));
        for (name, of) in [("refused", (|c| c.refusals) as fn(&Column) -> u64), ("waited", |c| c.waits)] {
            if columns.iter().any(|column| of(column) > 0) {
                let marks: String = columns.iter().map(|column| if of(column) > 0 { '×' } else { ' ' }).collect();
                lines.push(format!("{name:>10}  {marks}").trim_end().to_owned());
            }
        }
        lines
    }

    /// Columns of the bars.
    pub(super) fn drawn(&self) -> usize {
        self.columns().len()
    }
}

fn bars(columns: &[Column], top: u64, line: u64) -> String {
    let label = match line {
        _ if top == 0 => {
            if line == 0 {
                "0".to_owned()
            } else {
                String::new()
            }
        }
        line if line == HEIGHT - 1 => grouped(top),
        _ => String::new(),
    };
    let bar = |column: &Column| {
        // Anything at all shows.
        let eighths = if column.busiest == 0 { 0 } else { (column.busiest * HEIGHT * 8).div_ceil(top.max(1)) };
        BLOCKS[usize::try_from(eighths.saturating_sub(line * 8).min(8)).unwrap_or(8)]
    };
    let bars: String = columns.iter().map(bar).collect();
    format!("{label:>10} │{bars}").trim_end().to_owned()
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: i64, units: u64, refusals: u64) -> ProviderMinute {
        ProviderMinute { minute, units, refusals, ..ProviderMinute::default() }
    }

    fn chart(minutes: &[ProviderMinute], span: (i64, i64), width: usize) -> Chart<'_> {
        Chart { minutes, span, of: |minute| minute.units, width }
    }

    #[test]
    fn a_bar_is_as_high_as_its_busiest_minute_and_the_smallest_one_shows() {
        let minutes = [minute(100, 1, 0), minute(102, 4000, 2), minute(159, 2000, 0)];
        let lines = chart(&minutes, (100, 160), 80).lines();
        assert_eq!(lines[0], "     4,000 │  █");
        assert_eq!(lines[4], format!("           │▁ █{}█", " ".repeat(56)));
        assert!(lines[2].ends_with('▄'), "half of five lines: {lines:#?}");
        assert_eq!(lines[6], "   refused    ×");
        assert_eq!(lines.len(), 7, "nobody waited");
    }

    #[test]
    fn columns_stand_for_more_minutes_where_the_terminal_is_narrow() {
        let minutes = [minute(0, 5, 0), minute(179, 7, 1)];
        for (width, step, drawn) in [(200, 1, 180), (80, 5, 36), (40, 10, 18), (5, 30, 6)] {
            let chart = chart(&minutes, (0, 180), width);
            assert_eq!((chart.step(), chart.drawn()), (step, drawn), "{width}");
            let columns = chart.columns();
            assert_eq!((columns[0].busiest, columns[drawn - 1].busiest), (5, 7), "{width}");
        }
    }

    #[test]
    fn nothing_at_all_is_a_flat_line() {
        let lines = chart(&[], (0, 60), 80).lines();
        assert_eq!((lines[4].as_str(), lines.len()), ("         0 │", 6));
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1000, 1_200_000].map(grouped), ["0", "999", "1,000", "1,200,000"]);
    }
}

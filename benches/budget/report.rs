//! Rows of the budget: what was measured, what was to be reached, by how much it was.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// What a number counts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    Micros,
    Millis,
    Times,
    PerSecond,
    Percent,
    MiB,
    Megabytes,
    PerRead,
}

#[derive(Debug, Clone, Copy)]
enum Limit {
    AtMost(f64),
    AtLeast(f64),
    /// Only told.
    None,
}

/// One line of the table.
#[derive(Debug)]
struct Row {
    what: String,
    value: f64,
    unit: Unit,
    limit: Limit,
    note: String,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    /// Why the run counts as failed.
    pub(crate) failures: Vec<String>,
}

impl Report {
    pub(crate) fn at_most(&mut self, what: &str, value: f64, unit: Unit, limit: f64, note: &str) {
        self.push(what, value, unit, Limit::AtMost(limit), note);
    }

    pub(crate) fn at_least(&mut self, what: &str, value: f64, unit: Unit, limit: f64, note: &str) {
        self.push(what, value, unit, Limit::AtLeast(limit), note);
    }

    pub(crate) fn told(&mut self, what: &str, value: f64, unit: Unit, note: &str) {
        self.push(what, value, unit, Limit::None, note);
    }

    fn push(&mut self, what: &str, value: f64, unit: Unit, limit: Limit, note: &str) {
        let row = Row { what: what.to_owned(), value, unit, limit, note: note.to_owned() };
        // Long runs show where they are.
        say(&format!("  {} = {}", row.what, shown(row.value, row.unit)));
        self.rows.push(row);
    }

    /// The table in Markdown.
    pub(crate) fn table(&self) -> String {
        let mut out = String::from(
            "| what | measured | budget | measured / budget | reached? | how |\n|---|---|---|---|---|---|\n",
        );
        for row in &self.rows {
            let (budget, ratio, reached) = match row.limit {
                Limit::None => ("".to_owned(), "".to_owned(), "".to_owned()),
                Limit::AtMost(limit) => (
                    format!("<= {}", shown(limit, row.unit)),
                    format!("{:.2}", row.value / limit),
                    verdict(row.value <= limit, row.value / limit),
                ),
                Limit::AtLeast(limit) => (
                    format!(">= {}", shown(limit, row.unit)),
                    format!("{:.2}", row.value / limit),
                    verdict(row.value >= limit, limit / row.value),
                ),
            };
            let _ = writeln!(
                out,
                "| {} | {} | {budget} | {ratio} | {reached} | {} |",
                row.what,
                shown(row.value, row.unit),
                row.note
            );
        }
        out
    }
}

/// `over` is how many times the budget it takes.
fn verdict(reached: bool, over: f64) -> String {
    if reached {
        format!("yes, {:.0} % to spare", (1.0 - over).max(0.0) * 100.0)
    } else {
        format!("**missed by {:.0} %**", (over - 1.0) * 100.0)
    }
}

fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Micros if value.abs() >= 1_000.0 => format!("{:.2} ms", value / 1_000.0),
        Unit::Micros => format!("{value:.1} us"),
        Unit::Millis => format!("{value:.2} ms"),
        Unit::Times => format!("{value:.2}x"),
        Unit::PerSecond => format!("{value:.0} calls/s"),
        Unit::Percent => format!("{value:.3} %"),
        Unit::MiB => format!("{value:.1} MiB"),
        Unit::Megabytes => format!("{value:.1} MB"),
        Unit::PerRead => format!("{value:.2} a call"),
    }
}

/// The sample below which this part of all lies, in microseconds.
pub(crate) fn quantile(samples: &mut [Duration], part: f64) -> f64 {
    samples.sort_unstable();
    let at = ((samples.len() as f64 * part) as usize).min(samples.len().saturating_sub(1));
    samples.get(at).map_or(f64::NAN, |took| took.as_secs_f64() * 1e6)
}

/// The median of numbers, of rounds for the most part.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Between what the middle four fifths of the rounds lie, so that noise shows.
pub(crate) fn range(values: &[f64]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part: usize| sorted.get(sorted.len().saturating_sub(1) * part / 10);
    match (at(1), at(9)) {
        (Some(low), Some(high)) => {
            format!("p10 {low:.2}, p90 {high:.2} of {} rounds", sorted.len())
        }
        _ => "no rounds".to_owned(),
    }
}

/// Says something to whoever runs this.
pub(crate) fn say(text: &str) {
    use std::io::Write as _;
    // Whoever closed our output does not want to know.
    let _ = writeln!(std::io::stdout(), "{text}");
}

const BEGIN: &str = "<!-- judgement:begin -->";
const END: &str = "<!-- judgement:end -->";
const UNFILLED: &str = "Filled in by hand: `python3 <corpora>/score.py` prints the three lines.";

/// Writes the results beside the benchmark; what stands between the markers is kept.
pub(crate) fn save(path: &Path, machine: &str, report: &Report) -> std::io::Result<()> {
    let before = std::fs::read_to_string(path).unwrap_or_default();
    let judgement = before
        .split_once(BEGIN)
        .and_then(|(_, rest)| rest.split_once(END))
        .map_or_else(|| format!("\n{UNFILLED}\n"), |(kept, _)| kept.to_owned());
    let text = format!(
        "# What was measured\n\n\
         Written by `cargo bench --bench budget -- --save`. Every comparison is of one run, its rounds interleaved; \
         a number is the median over rounds. Budgets are those of the design.\n\n\
         {machine}\n\
         ## Speed and size\n\n{}\n\
         ## Judgement\n\n{BEGIN}{judgement}{END}\n",
        report.table()
    );
    std::fs::write(path, text)
}

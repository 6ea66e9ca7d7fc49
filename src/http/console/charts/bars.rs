//! Stacked bars over time.

use crate::http::console::charts::escape;
use std::fmt::Write as _;

const WIDTH: u32 = 960;
const HEIGHT: u32 = 260;
const LEFT: u32 = 52;
const TOP: u32 = 12;
const BOTTOM: u32 = 30;
/// Labels below the bars, at most.
const LABELS: usize = 12;

/// A chart of stacked bars.
#[derive(Debug, Clone)]
pub(in crate::http::console) struct Bars {
    /// Begins the ids in it: two charts of a page have different ones.
    pub(in crate::http::console) id: &'static str,
    /// What it shows.
    pub(in crate::http::console) title: String,
    /// The same in a sentence, with the numbers that matter.
    pub(in crate::http::console) told: String,
    /// Classes of the parts of a bar, the lowest first, each with its word.
    pub(in crate::http::console) parts: &'static [(&'static str, &'static str)],
    /// The bars.
    pub(in crate::http::console) columns: Vec<Column>,
}

/// One bar.
#[derive(Debug, Clone)]
pub(in crate::http::console) struct Column {
    /// Below it.
    pub(in crate::http::console) label: String,
    /// Its parts, in the order of the chart's.
    pub(in crate::http::console) values: Vec<u64>,
}

impl Bars {
    /// The drawing.
    pub(in crate::http::console) fn svg(&self) -> String {
        let mut out = String::new();
        // Writing into a text does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let (id, base) = (self.id, HEIGHT - BOTTOM);
        let plot = base - TOP;
        let most = self.columns.iter().map(|column| column.values.iter().sum()).max();
        let scale = scale(most.unwrap_or_default());
        write!(
            out,
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escape(&self.title),
            escape(&self.told)
        )?;
        for (at, value) in [(base, 0), (TOP + plot / 2, scale / 2), (TOP, scale)] {
            write!(
                out,
                "<line class=\"chart-line\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at}\" y2=\"{at}\"/>\
                 <text class=\"chart-text\" text-anchor=\"end\" x=\"{}\" y=\"{}\">{value}</text>",
                LEFT - 6,
                at + 4
            )?;
        }
        let count = u32::try_from(self.columns.len()).unwrap_or(u32::MAX).max(1);
        let step = f64::from(WIDTH - LEFT) / f64::from(count);
        let every = self.columns.len().div_ceil(LABELS).max(1);
        for (at, column) in (0_u32..).zip(&self.columns) {
            let x = f64::from(LEFT) + step * f64::from(at);
            self.bar(out, column, (x + step * 0.12, step * 0.76), (base, plot), scale)?;
            if (at as usize).is_multiple_of(every) {
                write!(
                    out,
                    "<text class=\"chart-text\" text-anchor=\"middle\" x=\"{:.1}\" y=\"{}\">{}</text>",
                    x + step / 2.0,
                    HEIGHT - 10,
                    escape(&column.label)
                )?;
            }
        }
        out.write_str("</svg>")
    }

    fn bar(
        &self,
        out: &mut String,
        column: &Column,
        (x, width): (f64, f64),
        (base, plot): (u32, u32),
        scale: u64,
    ) -> std::fmt::Result {
        let mut top = f64::from(base);
        let parts = self.parts.iter().zip(&column.values);
        for ((class, word), value) in parts.filter(|(_, value)| **value > 0) {
            #[allow(clippy::cast_precision_loss, reason = "pixels, not counts")]
            let height = *value as f64 / scale as f64 * f64::from(plot);
            top -= height;
            write!(
                out,
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\">\
                 <title>{}: {value} {word}</title></rect>",
                escape(&column.label)
            )?;
        }
        Ok(())
    }
}

/// The next round number that is even, so that its half is whole.
fn scale(most: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for step in [2, 4, 6, 10] {
            let value = ten.saturating_mul(step);
            if value >= most {
                return value;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_holds_every_number_and_no_style() {
        assert_eq!([0, 1, 3, 7, 10, 11, 61, 999].map(scale), [2, 2, 4, 10, 10, 20, 100, 1_000]);
        let column = |label: &str, values: [u64; 2]| Column {
            label: label.to_owned(),
            values: values.to_vec(),
        };
        let bars = Bars {
            id: "x",
            title: "a & b".to_owned(),
            told: "<script>".to_owned(),
            parts: &[("chart-a", "went"), ("chart-b", "refused")],
            columns: vec![column("1 h", [3, 0]), column("2 h", [0, 4]), column("3 h", [0, 0])],
        };
        let svg = bars.svg();
        assert!(svg.contains("<title>1 h: 3 went</title>") && svg.contains("2 h: 4 refused"));
        assert_eq!(svg.matches("<rect").count(), 2, "{svg}");
        assert!(!svg.contains("style") && !svg.contains("<script") && svg.contains("a &amp; b"));
        // The higher bar fills the plot, the other three quarters of it.
        assert!(svg.contains("height=\"218.0\"") && svg.contains("height=\"163.5\""), "{svg}");
    }
}

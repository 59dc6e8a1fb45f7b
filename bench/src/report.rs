//! The table.

use std::fmt::Write;

/// A line of the table.
#[derive(Debug)]
struct Line {
    what: String,
    value: String,
    target: String,
}

/// What was measured, in the order measured.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Line>);

impl Report {
    /// A figure without a target.
    pub(crate) fn figure(&mut self, what: &str, value: &str) {
        self.line(what, value, "");
    }

    /// A figure that should be at least so much.
    pub(crate) fn at_least(&mut self, what: &str, text: &str, value: f64, target: f64, unit: &str) {
        self.judged(what, text, value >= target, &format!(">= {target}{unit}"));
    }

    /// A figure that should be at most so much.
    pub(crate) fn at_most(&mut self, what: &str, text: &str, value: f64, target: f64, unit: &str) {
        self.judged(what, text, value <= target, &format!("<= {target}{unit}"));
    }

    fn judged(&mut self, what: &str, text: &str, met: bool, target: &str) {
        let word = if met { "met" } else { "**missed**" };
        self.line(what, text, &format!("{target}: {word}"));
    }

    fn line(&mut self, what: &str, value: &str, target: &str) {
        eprintln!("  {what}: {value} {target}");
        self.0.push(Line {
            what: what.to_owned(),
            value: value.to_owned(),
            target: target.to_owned(),
        });
    }

    /// The table in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut table = "| what | measured | target |\n| --- | --- | --- |\n".to_owned();
        for line in &self.0 {
            // Writing to a String does not fail.
            writeln!(
                table,
                "| {} | {} | {} |",
                line.what, line.value, line.target
            )
            .ok();
        }
        table
    }
}

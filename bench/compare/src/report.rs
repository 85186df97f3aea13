//! Figures, their medians, and the verdicts over them.

use std::fmt;
use std::time::Duration;

/// Runs of each contender; the median counts.
pub const ROUNDS: usize = 7;

/// A ratio within this of 1 is *level*.
const LEVEL: f64 = 0.03;

/// What one contender did in all its runs.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Units of work a second, a run each.
    rates: Vec<f64>,
    /// What else there is to say of it: messages an entry, for one.
    pub note: String,
}

impl Row {
    /// No runs so far.
    pub fn new(name: &'static str) -> Row {
        Row { name, rates: Vec::new(), note: String::new() }
    }

    /// Adds a run that did `work` units.
    pub fn add(&mut self, work: u64, time: Duration) {
        self.rates.push(work as f64 / time.as_secs_f64());
    }

    /// The median of its runs, in units a second.
    pub fn median(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }

    /// How far the slowest and the fastest run are apart, in parts of the median.
    fn spread(&self) -> f64 {
        let least = self.rates.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.rates.iter().copied().fold(0.0, f64::max);
        (most - least) / self.median()
    }
}

/// Prints rows as a table, each with its ratio to the first one.
pub fn print(title: &str, unit: &str, rows: &[Row]) {
    println!("\n{title}");
    println!("  {:<34}{:>14}{:>9}{:>9}  ", "", unit, "ratio", "spread");
    let first = rows[0].median();
    for row in rows {
        println!(
            "  {:<34}{:>14}{:>9.2}{:>8.0}%  {}",
            row.name,
            Grouped(row.median()).to_string(),
            row.median() / first,
            row.spread() * 100.0,
            row.note
        );
    }
}

/// A number in groups of three digits.
pub struct Grouped(pub f64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:.0}", self.0);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// Sentences about what was asked of the figures, and whether it was so.
#[derive(Default)]
pub struct Verdicts {
    lines: Vec<(bool, String)>,
}

impl Verdicts {
    /// Ours against theirs: ahead, level or behind. `ahead_only` when level is
    /// not enough.
    pub fn compare(&mut self, what: &str, ours: &Row, theirs: &Row, ahead_only: bool) {
        let ratio = ours.median() / theirs.median();
        let (word, well) = if ratio > 1.0 + LEVEL {
            ("ahead", true)
        } else if ratio >= 1.0 - LEVEL {
            ("level", !ahead_only)
        } else {
            ("behind", false)
        };
        let numbers = format!("{} against {}", Grouped(ours.median()), Grouped(theirs.median()));
        self.add(well, format!("{what} {word:<6} {ratio:>5.2} times {}: {numbers}", theirs.name));
    }

    /// A figure that has to reach `least`.
    pub fn at_least(&mut self, what: &str, figure: f64, least: f64) {
        let word = if figure >= least { "ahead" } else { "behind" };
        let (figure_text, least_text) = (Grouped(figure), Grouped(least));
        self.add(figure >= least, format!("{what} {word:<6} {figure_text} of {least_text} asked"));
    }

    /// A ratio that may be `most`.
    pub fn at_most(&mut self, what: &str, ratio: f64, most: f64) {
        let word = if ratio <= most { "ahead" } else { "behind" };
        self.add(ratio <= most, format!("{what} {word:<6} {ratio:.2} of {most:.2} allowed"));
    }

    /// A figure that could not be taken.
    pub fn missing(&mut self, what: &str, why: &str) {
        self.add(false, format!("{what} missing: {}", why.trim()));
    }

    fn add(&mut self, well: bool, line: String) {
        self.lines.push((well, line));
    }

    /// Prints them all, the number that holds last.
    pub fn print(&self) {
        println!("\nVerdicts (level is within {:.0} %)", LEVEL * 100.0);
        for (well, line) in &self.lines {
            println!("  {} {line}", if *well { "yes" } else { "NO " });
        }
        let held = self.lines.iter().filter(|(well, _)| *well).count();
        println!("\n{held} of {} hold", self.lines.len());
    }
}

//! Logs that a person sets up: a row of terms a node, as figures draw them.

use netsplit_core::id::NodeId;

use super::raft_disk::{DiskText, ImpossibleStart, impossible_starts};
use crate::script::limits;

/// A start made of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The disk of each node.
    pub disks: Vec<DiskText>,
    /// What no run could lead to.
    pub impossible: Vec<ImpossibleStart>,
}

/// Why rows are no start: the row, from 1, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The row.
    pub row: u32,
    /// What is wrong with it.
    pub message: String,
}

/// Figure 7: the leader of term 8 above six logs that disagree with it.
pub const FIGURE_7: &str = "1 1 1 4 4 5 5 6 6 6
1 1 1 4 4 5 5 6 6
1 1 1 4
1 1 1 4 4 5 5 6 6 6 6
1 1 1 4 4 5 5 6 6 6 7 7
1 1 1 4 4 4 4
1 1 1 2 2 2 3 3 3 3 3
";

/// Figure 8 (a): an entry of term 2 on two of five.
pub const FIGURE_8_A: &str = "1 2
1 2
1
1
1
";

/// Five nodes whose logs are empty: a hyphen is an empty log.
pub const EMPTY: &str = "-
-
-
-
-
";

/// Reads rows: terms with blanks or commas between, one row a node; `-` is an
/// empty log; what stands before a colon is only a name. Every node is in the
/// highest term that stands in a row, and has not voted in it.
///
/// # Errors
/// The first row that is not as it should be.
pub fn rows_from_text(text: &str) -> Result<Rows, RowError> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let wrong = |row: usize, message: String| RowError { row: row as u32, message };
    if lines.is_empty() || lines.len() > limits::NODES as usize {
        let message = format!("expected 1 to {} rows, found {}", limits::NODES, lines.len());
        return Err(wrong(1, message));
    }
    let mut logs: Vec<Vec<u64>> = Vec::new();
    for (row, line) in (1..).zip(&lines) {
        let line = line.split_once(':').map_or(*line, |(_, rest)| rest);
        let words = line.split(|letter: char| letter.is_whitespace() || letter == ',');
        let mut terms = Vec::new();
        for word in words.filter(|word| !word.is_empty() && *word != "-") {
            let term = word.parse().ok().filter(|term| (1..=1_000_000).contains(term));
            let message = || format!("expected a term such as 4, found `{word}`");
            terms.push(term.ok_or_else(|| wrong(row, message()))?);
        }
        if terms.len() > 200 {
            return Err(wrong(row, "a log of more than 200 entries is too long here".to_owned()));
        }
        logs.push(terms);
    }
    let term = logs.iter().flatten().copied().max().unwrap_or(0);
    let disks: Vec<DiskText> = logs.into_iter().map(|log| disk(term, log)).collect();
    let named = (0..).map(NodeId::from_index).zip(disks.iter().cloned());
    let impossible = impossible_starts(&named.collect::<Vec<_>>());
    Ok(Rows { disks, impossible })
}

/// A disk of a log, its entries in runs of one term.
fn disk(term: u64, log: Vec<u64>) -> DiskText {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for term in log {
        match runs.last_mut() {
            Some((last, count)) if *last == term => *count += 1,
            _ => runs.push((term, 1)),
        }
    }
    DiskText { term, vote: None, snapshot: None, log: runs }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;

    #[test]
    fn figure_7_is_the_scenarios_start() {
        let rows = rows_from_text(FIGURE_7).expect("it is one");
        assert_eq!(rows.impossible, []);
        let scenario = scenarios::by_id("figure-7").expect("it is there").parse();
        let disks: Vec<String> = rows.disks.iter().map(DiskText::to_string).collect();
        let there: Vec<String> = scenario.setup.disks.into_iter().map(|(_, disk)| disk).collect();
        assert_eq!(disks, there);
    }

    #[test]
    fn rows_are_read_as_people_write_them() {
        let rows = rows_from_text("(a): 1, 1,2\n\nn2: -\n 3 ").expect("they are rows");
        let disks: Vec<String> = rows.disks.iter().map(DiskText::to_string).collect();
        assert_eq!(
            disks,
            ["term 3 vote none log 1*2 2", "term 3 vote none", "term 3 vote none log 3"]
        );
        assert!(rows_from_text(EMPTY).is_ok_and(|rows| rows.disks.len() == 5));
        assert!(rows_from_text(FIGURE_8_A).is_ok_and(|rows| rows.impossible.is_empty()));
        let wrong = rows_from_text("1 1\n1 x").expect_err("x is no term");
        assert_eq!((wrong.row, &*wrong.message), (2, "expected a term such as 4, found `x`"));
        assert!(rows_from_text("").is_err());
    }

    #[test]
    fn an_impossible_start_is_said() {
        let rows = rows_from_text("1 3 2\n1 1").expect("it can be run");
        assert!(!rows.impossible.is_empty());
    }
}

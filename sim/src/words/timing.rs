//! Whether a cluster's timings can elect a leader at all, in a sentence.

use netsplit_core::raft::options::Options;
use netsplit_core::time::Span;

use crate::network::{Delay, LinkOptions};

/// Why timings cannot elect a leader, or not keep one; `None` when they can.
pub fn timing_trouble(options: &Options, links: &LinkOptions, save: Span) -> Option<String> {
    let slowest = match &links.delay {
        Delay::Fixed(span) | Delay::Uniform(_, span) => *span,
        Delay::Quantiles(table) => table.last().copied().unwrap_or(Span::ZERO),
    };
    // A request, the voter's save, and the answer.
    let round = slowest + slowest + save;
    let (low, high) = (options.election_min, options.election_max);
    if high <= round {
        return Some(format!(
            "Nobody can win: an election time-out of {low} to {high} is over before a vote is back, which takes up to {round}."
        ));
    }
    if low == high {
        return Some(format!(
            "All time out together: every election time-out is {low}, so votes split again and again."
        ));
    }
    if options.heartbeat + slowest >= low {
        let beat = options.heartbeat;
        return Some(format!(
            "No leader stays: a heartbeat every {beat} and up to {slowest} on its way comes after the shortest election time-out, {low}."
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(low: u64, high: u64, beat: u64, begins: Option<&str>) {
        let options = Options {
            election_min: Span::from_millis(low),
            election_max: Span::from_millis(high),
            heartbeat: Span::from_millis(beat),
            ..Options::paper()
        };
        let said = timing_trouble(&options, &LinkOptions::calm(), Span::from_millis(1));
        assert_eq!(said.is_some(), begins.is_some(), "{said:?}");
        assert!(begins.is_none_or(|begins| said.is_some_and(|said| said.starts_with(begins))));
    }

    #[test]
    fn timings_that_cannot_elect_are_said() {
        check(150, 300, 50, None);
        check(10, 20, 5, Some("Nobody can win"));
        check(200, 200, 50, Some("All time out together"));
        check(60, 300, 50, Some("No leader stays"));
    }
}

//! The scenarios, lab by lab: each a value that is at once the page, the test,
//! the documentation's picture and the link.

mod raft;

use crate::scenario::{Scenario, Script};

/// All scenarios, in the order in which they tell their story.
pub const SCENARIOS: &[&[Scenario]] = &[raft::SCENARIOS];

/// All scenarios.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    SCENARIOS.iter().copied().flatten()
}

/// A scenario by its word: `first-election`.
pub fn by_id(id: &str) -> Option<&'static Scenario> {
    all().find(|scenario| scenario.id == id)
}

/// A scenario by its frozen number in links.
pub fn by_number(number: u32) -> Option<&'static Scenario> {
    all().find(|scenario| scenario.number == number)
}

impl Scenario {
    /// The script.
    ///
    /// # Panics
    /// When it cannot be read, which a test of the whole list rules out.
    pub fn parse(&self) -> Script {
        match Script::parse(self.script) {
            Ok(script) => script,
            Err(error) => panic!("scenario {}: {error}", self.id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_can_be_read_and_is_named_once() {
        let mut numbers: Vec<u32> = all().map(|scenario| scenario.number).collect();
        let mut ids: Vec<&str> = all().map(|scenario| scenario.id).collect();
        for scenario in all() {
            scenario.parse();
        }
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((numbers.len(), ids.len()), (count, count));
    }
}

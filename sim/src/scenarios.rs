//! The scenarios, lab by lab: each a value that is at once the page, the test,
//! the documentation's picture and the link.

mod raft;
#[cfg(test)]
mod tests;

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

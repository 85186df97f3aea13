//! The few operations that show a violation.
//!
//! To leave operations out of a history is no way to make it small: without its
//! write, every read is wrong. So an operation is not left out but *set free*: it
//! may have happened at any time or not at all, and what it showed is forgotten.
//! (A search even lets it happen as often as need be, which is easier to decide.) Whatever is linearizable stays so when one of its
//! operations is set free; so if a history is still not linearizable when most of
//! it is free, the rest of it shows the violation, whatever the others did. Left
//! alone, the rest is a history that is not linearizable either.

use netsplit_core::history::{History, OpId};
use netsplit_core::spec::Spec;

use super::direct::{self, Direct};
use super::part::{self, Part};
use super::search::Found;
use super::violation::{Violation, rank_of};

/// The operations that show a violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// They, in the order of their invocations.
    pub ops: Vec<OpId>,
    /// True when none of them can be set free; false when that could not be found
    /// out within the budget.
    pub is_minimal: bool,
}

/// Configurations that one try may make.
const TRY_MOST: u64 = 4_000;

/// Finds a witness of a violation, always the same one, by making at most `budget`
/// configurations.
pub fn witness<S: Spec>(
    spec: &S,
    history: &History<S::Call, S::Reply>,
    violation: &Violation<S::Key, S::State>,
    budget: u64,
) -> Witness {
    let nothing = Witness { ops: vec![violation.blocked], is_minimal: false };
    let parts = part::parts(spec, history);
    let Some(part) = parts.into_iter().find(|part| part.key == violation.key) else {
        return nothing;
    };
    let Some(rank) = rank_of(&part, violation.blocked) else { return nothing };
    // What happened later cannot matter.
    let part = part.until(spec, rank);
    let blocked = part.items.iter().position(|item| item.id == violation.blocked);
    let Some(blocked) = blocked else { return nothing };
    let mut tries = Tries { spec, part: &part, left: budget, is_sure: true };
    let mut kept: Vec<usize> = (0..part.items.len()).collect();
    if let Direct::Nothing(suspects) = direct::look(spec, &part)
        && suspects.contains(&blocked)
        && tries.is_broken(&suspects)
    {
        kept = suspects;
    }
    // Reads before writes: what was written by whom says more than what was seen
    // in between. The blocked one cannot be set free, since without it the history
    // was well.
    let reads = |place: usize| !spec.changes(part.items[place].call, None);
    tries.make_small(&mut kept, |place| place != blocked && reads(place));
    tries.make_small(&mut kept, |place| place != blocked);
    let ops = kept.into_iter().map(|place| part.items[place].id).collect();
    Witness { ops, is_minimal: tries.is_sure }
}

struct Tries<'a, 'h, S: Spec> {
    spec: &'a S,
    part: &'a Part<'h, S>,
    left: u64,
    /// No try ended before its answer was known.
    is_sure: bool,
}

impl<S: Spec> Tries<'_, '_, S> {
    /// Whether there is no order when only these are known.
    fn is_broken(&mut self, kept: &[usize]) -> bool {
        let part = self.part.knowing(self.spec, kept);
        match direct::look(self.spec, &part) {
            Direct::Order(_) => return false,
            Direct::Nothing(_) => return true,
            Direct::CannotTell => {}
        }
        let most = self.left.min(TRY_MOST);
        let (mut search, _) = part.search(self.spec);
        let found = search.run(self.spec, most);
        self.left -= search.tried.min(self.left);
        self.is_sure &= found != Found::Tired;
        found == Found::Nothing
    }

    /// Sets free what can be of those that `may` be, the oldest first: halves, then
    /// quarters, down to single operations, until none can be.
    fn make_small(&mut self, kept: &mut Vec<usize>, may: impl Fn(usize) -> bool) {
        let mut size = kept.len() / 2;
        while size > 0 {
            // What one pass could not tell, the next may.
            self.is_sure = true;
            let before = kept.len();
            let mut from = 0;
            while from < kept.len() {
                let to = (from + size).min(kept.len());
                let is_spared = |at: usize, place: usize| !(from..to).contains(&at) || !may(place);
                let rest = kept.iter().copied().enumerate();
                let rest: Vec<usize> =
                    rest.filter(|(at, place)| is_spared(*at, *place)).map(|pair| pair.1).collect();
                if rest.len() < kept.len() && self.is_broken(&rest) {
                    from = to - (kept.len() - rest.len());
                    *kept = rest;
                } else {
                    from = to;
                }
                if self.left == 0 {
                    self.is_sure = false;
                    return;
                }
            }
            if kept.len() == before || size > 1 {
                size /= 2;
            }
        }
    }
}

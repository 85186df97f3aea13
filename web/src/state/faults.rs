//! Faults that stand for a while: links that are cut, rules that catch messages.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::choice::RuleId;

/// Bands kept at most; past that the oldest quarter goes.
const BANDS_MOST: usize = 2_000;

/// A fault that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One direction of a link is cut.
    Cut(NodeId, NodeId),
    /// A rule stands, as the script says it.
    Rule(RuleId, Rc<str>),
}

/// A fault with its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The fault.
    pub fault: Fault,
    /// Since when.
    pub from: Time,
    /// Until when; `None` while it stands.
    pub to: Option<Time>,
    /// Steps made at its beginning.
    step: u64,
    /// Steps made at its end.
    end_step: u64,
}

/// All faults of a branch, in order of their beginning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bands {
    list: Vec<Band>,
    rules: usize,
}

impl Bands {
    /// All of them.
    pub fn list(&self) -> &[Band] {
        &self.list
    }

    /// How many rules stand.
    pub fn rules(&self) -> usize {
        self.rules
    }

    /// These are all that stand now.
    pub fn stand(&mut self, at: Time, step: u64, now: Vec<Fault>) {
        self.rules = now.iter().filter(|fault| matches!(fault, Fault::Rule(..))).count();
        for band in self.list.iter_mut().filter(|band| band.to.is_none()) {
            if !now.contains(&band.fault) {
                (band.to, band.end_step) = (Some(at), step);
            }
        }
        let stands =
            |fault: &Fault| self.list.iter().any(|band| band.to.is_none() && band.fault == *fault);
        let fresh: Vec<Fault> = now.into_iter().filter(|fault| !stands(fault)).collect();
        if self.list.len() + fresh.len() > BANDS_MOST {
            self.list.drain(..self.list.len() / 4);
        }
        let band = |fault| Band { fault, from: at, to: None, step, end_step: u64::MAX };
        self.list.extend(fresh.into_iter().map(band));
    }

    /// What of it had happened within so many steps.
    pub fn up_to(&self, step: u64) -> Bands {
        let began = self.list.iter().take_while(|band| band.step <= step).cloned();
        let list: Vec<Band> = began
            .map(|band| match band.end_step > step {
                true => Band { to: None, end_step: u64::MAX, ..band },
                false => band,
            })
            .collect();
        let rule = |band: &&Band| band.to.is_none() && matches!(band.fault, Fault::Rule(..));
        Bands { rules: list.iter().filter(rule).count(), list }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_and_end_with_what_stands() {
        let node = NodeId::from_index;
        let (one, two) = (Fault::Cut(node(0), node(1)), Fault::Cut(node(1), node(0)));
        let (at, mut bands) = (Time::from_micros, Bands::default());
        bands.stand(at(10), 1, vec![one.clone(), two.clone()]);
        bands.stand(at(20), 2, vec![two.clone()]);
        let ends: Vec<_> = bands.list().iter().map(|band| (band.from, band.to)).collect();
        assert_eq!(ends, [(at(10), Some(at(20))), (at(10), None)]);
        assert_eq!(bands.up_to(1).list()[0].to, None, "before its end it stands");
        bands.stand(at(30), 3, vec![one, two]);
        assert_eq!(bands.list().len(), 3, "the same again is another band");
    }
}

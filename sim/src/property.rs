//! Properties: what must hold of a run, checked after every step.

use std::fmt::Debug;
use std::sync::Arc;

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;

use crate::lab::Lab;
use crate::moment::Moment;
use crate::world::World;

/// A property that did not hold, with its witness.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The property, by its short name: `election-safety`.
    pub property: &'static str,
    /// The nodes that show it.
    pub nodes: Vec<NodeId>,
    /// The place in the log, where there is one.
    pub index: Option<u64>,
    /// The term, where there is one.
    pub term: Option<u64>,
    /// The moment after the step that broke it.
    pub moment: Moment,
    /// The operations of clients that show it, where it is about such.
    pub ops: Vec<OpId>,
    /// What happened, as a sentence, where its lab has one.
    pub because: Option<Arc<str>>,
}

/// What a lab checks after every step. It reads the step's effects, the disks
/// and the states, and costs what changed.
pub trait Checks<L: Lab<Checks = Self>>: Clone + Debug + Default + PartialEq {
    /// Names of the properties, each with a sentence and its source.
    const PROPERTIES: &'static [Property];

    /// Looks at the step that `world` has just made; pushes what it broke.
    fn observe(&mut self, world: &World<L>, broken: &mut Vec<Violation>);

    /// Properties that could not be decided within what a check may do, each with how many
    /// states it went through.
    fn undecided(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }

    /// Whether anything has happened that could have broken a property: until then,
    /// that it holds says nothing.
    fn was_tried(&self, _property: &str) -> bool {
        true
    }
}

/// A property as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Short name, used in scripts and verdicts.
    pub id: &'static str,
    /// Name as the paper writes it.
    pub title: &'static str,
    /// Where it is stated.
    pub source: &'static str,
}

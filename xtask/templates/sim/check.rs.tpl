//! What is checked of %lab%, at the cost of the step just made.

use netsplit_core::%lab%::invariants::disk_is_not_ahead;
use netsplit_core::%lab%::{COUNTER, Notice};

use crate::labs::%lab%::%Lab%Lab;
use crate::property::{Checks, Property, Violation};
use crate::world::World;

/// Names of the properties.
pub mod property {
    /// Nobody hears of a count that is not on the counter's disk.
    pub const TOLD_IS_KEPT: &str = "told-is-kept";
}

use property::TOLD_IS_KEPT;

/// The checks of one run; whatever must be remembered between steps is a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct %Lab%Checks;

impl Checks<%Lab%Lab> for %Lab%Checks {
    const PROPERTIES: &'static [Property] =
        &[Property { id: TOLD_IS_KEPT, title: "Told is kept", source: "the paper's section" }];

    fn observe(&mut self, world: &World<%Lab%Lab>, broken: &mut Vec<Violation>) {
        let Some(node) = world.last().node else { return };
        let counter = world.node(COUNTER);
        if let Some(machine) = counter.machine() {
            debug_assert!(disk_is_not_ahead(machine, counter.disk()), "the machine is wrong");
        }
        let kept = counter.disk().count;
        if world.notices().any(|Notice::Counted(count)| *count > kept) {
            broken.push(Violation {
                property: TOLD_IS_KEPT,
                nodes: vec![COUNTER, node],
                index: None,
                term: None,
                moment: world.moment(),
                ops: Vec::new(),
                because: None,
            });
        }
    }
}

//! What is said of %lab%: what its nodes tell, and of its moments what is said of any lab's.

use netsplit_core::%lab%::Notice;
use netsplit_core::id::NodeId;

use super::any;
use super::caption::Stories;
use crate::run::Told;

/// The stories of %lab%.
pub static STORIES: Stories = Stories { ..any::STORIES };

/// What a node told.
pub fn notice(node: NodeId, notice: &Notice) -> Option<Told> {
    let text = match notice {
        Notice::Counted(count) => format!("{node} hears that {count} are counted."),
    };
    Some(Told::new(node, true, text))
}

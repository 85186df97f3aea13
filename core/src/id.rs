//! Names of the parts of a cluster, as people say them.

use std::fmt;

/// One machine in the cluster, of any kind. The first node is `n1`: the
/// papers' S1 and a course test's server 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The node with this place in the cluster, counted from 0.
    pub const fn from_index(index: u32) -> NodeId {
        NodeId(index)
    }

    /// The node that people call `n{number}`; `None` for 0, which nobody is called.
    pub const fn from_number(number: u32) -> Option<NodeId> {
        match number.checked_sub(1) {
            Some(index) => Some(NodeId(index)),
            None => None,
        }
    }

    /// Place in the cluster, counted from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The number in the name, counted from 1.
    pub const fn number(self) -> u32 {
        self.0 + 1
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.number())
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.number())
    }
}

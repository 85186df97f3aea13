//! How a node of %lab% shows itself: in the order of the paper.

use crate::view::{Field, NodeView};

use super::{Disk, Node};

impl Node {
    /// The state as a tree.
    pub fn view(&self) -> NodeView {
        let fields = vec![Field::new("count", self.count), Field::new("waits", self.waits)];
        NodeView { role: "node", fields }
    }
}

impl Disk {
    /// What is on it, under the names of the same things in memory.
    pub fn view(&self) -> Vec<Field> {
        vec![Field::new("count", self.count)]
    }
}

//! How a node of LAB shows itself: in the order of the paper.

use crate::view::{Field, NodeView};

use super::Node;

impl Node {
    /// The state as a tree.
    pub fn view(&self) -> NodeView {
        let fields = vec![Field::new("count", self.count), Field::new("counter", self.counter)];
        NodeView { role: "node", fields }
    }
}

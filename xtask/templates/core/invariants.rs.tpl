//! What always holds inside a node of %lab%, one function each.

use super::{Disk, Node};

/// What a node has counted is on its disk or on the way there: `disk ≤ node`.
pub fn disk_is_not_ahead(node: &Node, disk: &Disk) -> bool {
    disk.count <= node.count
}

//! Names of the parts of a cluster, as people say them.

use std::fmt;

/// One machine in the cluster, of any kind. The first server is `n1`: the papers' S1 and a course
/// test's server 0. Clients are `c1`, `c2`, …; they stand behind the servers.
///
/// A name holds its node's place in the cluster as well, so that whoever keeps something by node
/// needs no table of names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// Bits of the place.
const PLACE: u32 = 16;
/// Marks a client; the bits between have its number.
const CLIENT: u32 = 1 << 31;

impl NodeId {
    /// Nodes that a cluster can have at most.
    pub const MOST: u32 = 1 << 15;

    /// The server with this place in the cluster, counted from 0.
    pub const fn from_index(index: u32) -> NodeId {
        NodeId(index)
    }

    /// The server that people call `n{number}`; `None` for 0, which nobody is called.
    pub const fn from_number(number: u32) -> Option<NodeId> {
        match number.checked_sub(1) {
            Some(index) => Some(NodeId(index)),
            None => None,
        }
    }

    /// The client that people call `c{number}`, in a cluster of so many servers; `None` for 0, and
    /// past [`MOST`](NodeId::MOST).
    pub const fn client(number: u32, servers: u32) -> Option<NodeId> {
        if number == 0 || number >= NodeId::MOST || servers >= NodeId::MOST {
            return None;
        }
        Some(NodeId(CLIENT | number << PLACE | (servers + number - 1)))
    }

    /// Place in the cluster, counted from 0.
    pub const fn index(self) -> usize {
        match self.is_client() {
            true => (self.0 & ((1 << PLACE) - 1)) as usize,
            false => self.0 as usize,
        }
    }

    /// The number in the name, counted from 1.
    pub const fn number(self) -> u32 {
        match self.is_client() {
            true => (self.0 & !CLIENT) >> PLACE,
            false => self.0 + 1,
        }
    }

    /// Whether it is a client.
    pub const fn is_client(self) -> bool {
        self.0 & CLIENT != 0
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_client() { 'c' } else { 'n' };
        write!(f, "{kind}{}", self.number())
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_apart_by_kind_and_knows_its_place() {
        let server = NodeId::from_number(3).expect("people count from 1");
        assert_eq!((server.to_string(), server.index(), server.number()), ("n3".into(), 2, 3));
        let client = NodeId::client(2, 5).expect("there is room");
        assert_eq!((client.to_string(), client.index(), client.number()), ("c2".into(), 6, 2));
        assert!(client.is_client() && !server.is_client() && server < client);
        assert_ne!(client, NodeId::from_index(6));
        assert_eq!((NodeId::client(0, 5), NodeId::from_number(0)), (None, None));
        assert_eq!(NodeId::client(NodeId::MOST, 5), None);
    }
}

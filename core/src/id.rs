//! Names of the parts of a cluster, as people say them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// One machine in the cluster, of any kind. The first server is `n1`: the papers' S1 and a course
/// test's server 0. Clients are `c1`, `c2`, …; they stand behind the servers.
///
/// A name holds its node's place in the cluster as well, so that whoever keeps something by node
/// needs no table of names; two names are the same when they read the same.
#[derive(Clone, Copy)]
pub struct NodeId(u32);

/// Bits of the place.
const PLACE: u32 = 16;
/// Marks a client; the bits between have its number.
const CLIENT: u32 = 1 << 31;
/// The place of a client whose cluster is not known yet.
const NO_PLACE: u32 = (1 << PLACE) - 1;

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

    /// The node of a name like `n3` or `c1`. A client has no place yet: its cluster
    /// [places](Cast::place) it.
    pub fn from_name(name: &str) -> Option<NodeId> {
        let (client, digits) = match name.strip_prefix('n') {
            Some(digits) => (false, digits),
            None => (true, name.strip_prefix('c')?),
        };
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let number: u32 = digits.parse().ok().filter(|_| plain)?;
        match client {
            false => NodeId::from_number(number),
            true => NodeId::client(number, 0).map(|it| NodeId(it.0 | NO_PLACE)),
        }
    }

    /// Place in the cluster, counted from 0; past every cluster's end for a client that was not
    /// placed.
    pub const fn index(self) -> usize {
        match self.is_client() {
            true => (self.0 & NO_PLACE) as usize,
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

    /// The name as a number: that of a client without its place. Servers come first.
    #[inline]
    pub const fn word(self) -> u32 {
        let place_of_client = (self.0 as i32 >> 31) as u32 & NO_PLACE;
        self.0 & !place_of_client
    }
}

impl PartialEq for NodeId {
    #[inline]
    fn eq(&self, other: &NodeId) -> bool {
        self.word() == other.word()
    }
}

impl Eq for NodeId {}

impl PartialOrd for NodeId {
    fn partial_cmp(&self, other: &NodeId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NodeId {
    #[inline]
    fn cmp(&self, other: &NodeId) -> Ordering {
        self.word().cmp(&other.word())
    }
}

impl Hash for NodeId {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.word().hash(state);
    }
}

/// Who is in a cluster: so many servers, and behind them so many clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cast {
    /// How many servers.
    pub servers: u32,
    /// How many clients.
    pub clients: u32,
}

impl Cast {
    /// How many nodes there are.
    pub const fn count(self) -> u32 {
        self.servers + self.clients
    }

    /// All of them, each in its place.
    pub fn ids(self) -> impl DoubleEndedIterator<Item = NodeId> + Clone {
        (0..self.count()).map(move |place| self.at(place))
    }

    /// The servers.
    pub fn servers(self) -> impl DoubleEndedIterator<Item = NodeId> + Clone {
        (0..self.servers).map(NodeId)
    }

    /// The clients.
    pub fn clients(self) -> impl DoubleEndedIterator<Item = NodeId> + Clone {
        (self.servers..self.count()).map(move |place| self.at(place))
    }

    /// The node in a place, counted from 0.
    ///
    /// # Panics
    /// For a place so far behind the last that no client can have it.
    #[inline]
    pub fn at(self, place: u32) -> NodeId {
        match place.checked_sub(self.servers) {
            None => NodeId(place),
            Some(before) => NodeId::client(before + 1, self.servers).expect("it is a place"),
        }
    }

    /// A node by its name, in its place; `None` when it is not one of these.
    pub fn place(self, node: NodeId) -> Option<NodeId> {
        let (number, most) = match node.is_client() {
            false => return (node.number() <= self.servers).then_some(node),
            true => (node.number(), self.clients),
        };
        NodeId::client(number, self.servers).filter(|_| number <= most)
    }

    /// Whether a node is one of these, and in its place.
    #[inline]
    pub fn has(self, node: NodeId) -> bool {
        self.place(node).is_some_and(|placed| placed.0 == node.0)
    }
}

/// A cluster of servers alone.
impl From<u32> for Cast {
    fn from(servers: u32) -> Cast {
        Cast { servers, clients: 0 }
    }
}

/// As people say it: `n1 to n5`, `n1 to n5 and c1 to c3`.
impl fmt::Display for Cast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |f: &mut fmt::Formatter<'_>, kind: char, count: u32| match count {
            1 => write!(f, "{kind}1"),
            _ => write!(f, "{kind}1 to {kind}{count}"),
        };
        some(f, 'n', self.servers)?;
        if self.clients > 0 {
            f.write_str(" and ")?;
            some(f, 'c', self.clients)?;
        }
        Ok(())
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

    #[test]
    fn a_cluster_places_the_nodes_that_it_has() {
        let cast = Cast { servers: 3, clients: 2 };
        let names: Vec<String> = cast.ids().map(|id| id.to_string()).collect();
        assert_eq!(names, ["n1", "n2", "n3", "c1", "c2"]);
        for (place, id) in cast.ids().enumerate() {
            let read = NodeId::from_name(&id.to_string()).expect("it is a name");
            assert_eq!((read, cast.place(read).map(NodeId::index)), (id, Some(place)));
            assert!(cast.has(id) && (!read.is_client() || !cast.has(read)));
        }
        for name in ["n0", "n01", "c0", "c", "n", "x1", "n1 ", "c99999", "n+1"] {
            assert_eq!(NodeId::from_name(name), None, "{name}");
        }
        for name in ["n4", "c3"] {
            let read = NodeId::from_name(name).expect("it is a name");
            assert_eq!((cast.place(read), cast.has(read)), (None, false), "{name}");
        }
        assert_eq!(cast.to_string(), "n1 to n3 and c1 to c2");
        assert_eq!(Cast::from(1).to_string(), "n1");
    }
}

//! Names of the parts of a cluster, as people say them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// One machine in the cluster, of any kind. The first server is `n1`: the papers' S1 and a course
/// test's server 0. Where servers stand in groups, `g2.n3` is the third of the second group; groups
/// stand behind the servers of none. Clients are `c1`, `c2`, …; they stand behind all servers.
///
/// A name holds its node's place in the cluster as well, so that whoever keeps something by node
/// needs no table of names; two names are the same when they read the same.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NodeId(u32);

/// Bits of the place.
const PLACE: u32 = 16;
/// Marks a client; the bits between have its number.
const CLIENT: u32 = 1 << 31;
/// Above the place of a server in a group: its number there, and above that the group's.
const MEMBER: u32 = 6;
/// The place of a client or a member whose cluster is not known yet.
const NO_PLACE: u32 = (1 << PLACE) - 1;

impl NodeId {
    /// Nodes that a cluster can have at most.
    pub const MOST: u32 = 1 << 15;
    /// Groups that a cluster can have at most, and servers that each of them can have.
    pub const GROUPS_MOST: (u32, u32) = (511, 63);

    /// The server with this place in the cluster, counted from 0.
    pub const fn from_index(index: u32) -> NodeId {
        NodeId(index)
    }

    /// The server that people call `n{number}`; `None` for 0, which nobody is called, and past every
    /// cluster's end.
    pub const fn from_number(number: u32) -> Option<NodeId> {
        match number.checked_sub(1) {
            Some(index) if index < 1 << PLACE => Some(NodeId(index)),
            _ => None,
        }
    }

    /// The server that people call `g{group}.n{number}`, in this place of a cluster; `None` for 0,
    /// and past [`GROUPS_MOST`](NodeId::GROUPS_MOST).
    pub const fn member(group: u32, number: u32, place: u32) -> Option<NodeId> {
        let (groups, members) = NodeId::GROUPS_MOST;
        if group == 0 || group > groups || number == 0 || number > members || place > NO_PLACE {
            return None;
        }
        Some(NodeId(group << (PLACE + MEMBER) | number << PLACE | place))
    }

    /// The client that people call `c{number}`, in a cluster of so many servers; `None` for 0, and
    /// past [`MOST`](NodeId::MOST).
    pub const fn client(number: u32, servers: u32) -> Option<NodeId> {
        if number == 0 || number >= NodeId::MOST || servers >= NodeId::MOST {
            return None;
        }
        Some(NodeId(CLIENT | number << PLACE | (servers + number - 1)))
    }

    /// The node of a name like `n3`, `g2.n3` or `c1`. A member of a group or a client has no place
    /// yet: its cluster [places](Cast::place) it.
    pub fn from_name(name: &str) -> Option<NodeId> {
        let number = |digits: &str| {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u32>().ok().filter(|_| plain && !digits.starts_with('0'))
        };
        if let Some(digits) = name.strip_prefix('n') {
            return NodeId::from_number(number(digits)?);
        }
        if let Some(digits) = name.strip_prefix('c') {
            return NodeId::client(number(digits)?, 0).map(|it| NodeId(it.0 | NO_PLACE));
        }
        let (group, member) = name.strip_prefix('g')?.split_once(".n")?;
        NodeId::member(number(group)?, number(member)?, NO_PLACE)
    }

    /// Place in the cluster, counted from 0; past every cluster's end for a node that was not
    /// placed.
    pub const fn index(self) -> usize {
        (self.0 & NO_PLACE) as usize
    }

    /// The number in the name, counted from 1: of a member, that in its group.
    pub const fn number(self) -> u32 {
        let above = self.0 >> PLACE;
        if self.is_client() {
            above & !(CLIENT >> PLACE)
        } else if above > 0 {
            above & ((1 << MEMBER) - 1)
        } else {
            self.0 + 1
        }
    }

    /// The group of a server, counted from 1.
    pub const fn group(self) -> Option<u32> {
        match self.0 >> (PLACE + MEMBER) {
            group if group > 0 && !self.is_client() => Some(group),
            _ => None,
        }
    }

    /// Whether it is a client.
    pub const fn is_client(self) -> bool {
        self.0 & CLIENT != 0
    }

    /// The name as a number: that of a client or a member without its place. Servers come first,
    /// those of no group before the others.
    #[inline]
    pub const fn word(self) -> u32 {
        match self.0 >> PLACE {
            0 => self.0,
            _ => self.0 & !NO_PLACE,
        }
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

/// Servers in groups: so many groups of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Groups {
    /// How many groups.
    pub count: u32,
    /// How many servers each of them has.
    pub size: u32,
}

impl Groups {
    /// None: every server is of no group.
    pub const NONE: Groups = Groups { count: 0, size: 0 };

    /// How many servers they have together.
    pub const fn servers(self) -> u32 {
        self.count * self.size
    }
}

/// Who is in a cluster: so many servers, the last of them in groups, and behind them so many clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cast {
    /// How many servers, those in groups among them.
    pub servers: u32,
    /// Which groups they form.
    pub groups: Groups,
    /// How many clients.
    pub clients: u32,
}

impl Cast {
    /// So many servers of no group, and so many clients.
    pub const fn new(servers: u32, clients: u32) -> Cast {
        Cast { servers, groups: Groups::NONE, clients }
    }

    /// How many servers are of no group.
    pub const fn alone(self) -> u32 {
        self.servers.saturating_sub(self.groups.servers())
    }

    /// How many servers replicate together with one: those of its group, or all that are of none.
    pub const fn together_with(self, server: NodeId) -> u32 {
        match server.group() {
            Some(_) => self.groups.size,
            None => self.alone(),
        }
    }

    /// The servers of a group, counted from 1; those of no group for 0.
    pub fn members(self, group: u32) -> impl DoubleEndedIterator<Item = NodeId> + Clone {
        let size = self.groups.size;
        let places = match group.checked_sub(1) {
            None => 0..self.alone(),
            Some(before) if before < self.groups.count => {
                self.alone() + before * size..self.alone() + (before + 1) * size
            }
            Some(_) => 0..0,
        };
        places.map(move |place| self.at(place))
    }

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
        (0..self.servers).map(move |place| self.at(place))
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
        let in_groups = match place.checked_sub(self.alone()) {
            None => return NodeId(place),
            Some(before) => before,
        };
        let node = match place.checked_sub(self.servers) {
            Some(before) => NodeId::client(before + 1, self.servers),
            None => {
                let (group, member) = (in_groups / self.groups.size, in_groups % self.groups.size);
                NodeId::member(group + 1, member + 1, place)
            }
        };
        node.expect("it is a place")
    }

    /// A node by its name, in its place; `None` when it is not one of these.
    pub fn place(self, node: NodeId) -> Option<NodeId> {
        let number = node.number();
        if node.is_client() {
            return NodeId::client(number, self.servers).filter(|_| number <= self.clients);
        }
        let Some(group) = node.group() else { return (number <= self.alone()).then_some(node) };
        let Groups { count, size } = self.groups;
        let place = self.alone() + (group - 1) * size + number - 1;
        NodeId::member(group, number, place).filter(|_| group <= count && number <= size)
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
        Cast::new(servers, 0)
    }
}

/// As people say it: `n1 to n5`, `n1 to n5 and c1 to c3`, `n1 to n3, g1.n1 to g2.n3 and c1`.
impl fmt::Display for Cast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = |f: &mut fmt::Formatter<'_>, kind: char, count: u32| match count {
            1 => write!(f, "{kind}1"),
            _ => write!(f, "{kind}1 to {kind}{count}"),
        };
        if self.alone() > 0 || self.groups.servers() == 0 {
            some(f, 'n', self.alone())?;
        }
        if let Groups { count, size } = self.groups
            && count * size > 0
        {
            let comma = if self.alone() > 0 { ", " } else { "" };
            write!(f, "{comma}g1.n1 to g{count}.n{size}")?;
        }
        if self.clients > 0 {
            f.write_str(" and ")?;
            some(f, 'c', self.clients)?;
        }
        Ok(())
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(group) = self.group() {
            write!(f, "g{group}.")?;
        }
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
        let cast = Cast::new(3, 2);
        let names: Vec<String> = cast.ids().map(|id| id.to_string()).collect();
        assert_eq!(names, ["n1", "n2", "n3", "c1", "c2"]);
        for (place, id) in cast.ids().enumerate() {
            let read = NodeId::from_name(&id.to_string()).expect("it is a name");
            assert_eq!((read, cast.place(read).map(NodeId::index)), (id, Some(place)));
            assert!(cast.has(id) && (!read.is_client() || !cast.has(read)));
        }
        for name in
            ["n0", "n01", "c0", "c", "n", "x1", "n1 ", "c99999", "n+1", "g1", "g1.c1", "g0.n1"]
        {
            assert_eq!(NodeId::from_name(name), None, "{name}");
        }
        for name in ["n4", "c3"] {
            let read = NodeId::from_name(name).expect("it is a name");
            assert_eq!((cast.place(read), cast.has(read)), (None, false), "{name}");
        }
        assert_eq!(cast.to_string(), "n1 to n3 and c1 to c2");
        let grouped = Cast { servers: 5, groups: Groups { count: 2, size: 2 }, clients: 1 };
        let names: Vec<String> = grouped.ids().map(|id| id.to_string()).collect();
        assert_eq!(names, ["n1", "g1.n1", "g1.n2", "g2.n1", "g2.n2", "c1"]);
        assert!(grouped.ids().is_sorted());
        for (place, id) in grouped.ids().enumerate() {
            let read = NodeId::from_name(&id.to_string()).expect("it is a name");
            assert_eq!((read, grouped.place(read).map(NodeId::index)), (id, Some(place)));
        }
        for name in ["n2", "g3.n1", "g1.n3", "c2"] {
            let read = NodeId::from_name(name).expect("it is a name");
            assert_eq!(grouped.place(read), None, "{name}");
        }
        let members: Vec<NodeId> = grouped.members(2).collect();
        assert_eq!(members, [grouped.at(3), grouped.at(4)]);
        assert_eq!(grouped.members(0).chain(grouped.members(3)).count(), 1);
        assert_eq!(grouped.to_string(), "n1, g1.n1 to g2.n2 and c1");
        assert_eq!(Cast::from(1).to_string(), "n1");
    }
}

//! The tester that sits on the servers: its record of what each applied, and
//! the service that takes a snapshot at every tenth entry.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::raft::message::{Index, Notice};

use crate::choice::Choice;
use crate::director::{Asserted, Failure, Watch};
use crate::labs::raft::RaftLab;
use crate::scene::Scene;

/// A snapshot is taken at 9, 19, 29 and so on.
pub const SNAPSHOT_INTERVAL: u64 = 10;

/// What the service on one server has applied.
#[derive(Clone, Debug, Default)]
struct Applied {
    /// Commands by index; place 0 is not used. Survives crashes.
    commands: Vec<Option<Bytes>>,
    /// The last index applied in this incarnation.
    last: Index,
    /// True until the snapshot that the service read itself was handed to it by
    /// the server as well.
    expects_own: bool,
}

impl Applied {
    fn get(&self, index: Index) -> Option<&Bytes> {
        self.commands.get(index as usize)?.as_ref()
    }

    fn put(&mut self, index: Index, command: &Bytes) {
        let place = index as usize;
        if self.commands.len() <= place {
            self.commands.resize(place + 1, None);
        }
        self.commands[place] = Some(command.clone());
    }
}

/// The tester's record.
#[derive(Clone, Debug)]
pub struct Tester {
    servers: Vec<Applied>,
    snapshots: bool,
    max_index: Index,
}

impl Tester {
    /// An empty record. With `snapshots`, the service takes one at every tenth
    /// entry.
    pub fn new(servers: u32, snapshots: bool) -> Tester {
        Tester { servers: vec![Applied::default(); servers as usize], snapshots, max_index: 0 }
    }

    /// The highest index that some server applied.
    pub fn max_index(&self) -> Index {
        self.max_index
    }

    /// How many servers applied an index, and what.
    ///
    /// # Errors
    /// When they applied different commands.
    pub fn committed(&self, index: Index) -> Asserted<(u32, Option<Bytes>)> {
        let mut count = 0;
        let mut command: Option<Bytes> = None;
        for other in self.servers.iter().filter_map(|server| server.get(index)) {
            match &command {
                Some(first) if first != other => {
                    let (first, other) = (shown(first), shown(other));
                    let values = format!("index {index}, {first}, {other}");
                    return Err(Failure(format!("committed values do not match: {values}")));
                }
                _ => command = Some(other.clone()),
            }
            count += 1;
        }
        Ok((count, command))
    }

    /// A server applies an entry: next in order, each once in an incarnation,
    /// and no server has another command there.
    fn apply(&mut self, server: usize, index: Index, command: &Bytes) -> Asserted<()> {
        let expected = self.servers[server].last + 1;
        for (other, applied) in self.servers.iter().enumerate() {
            if let Some(old) = applied.get(index)
                && old != command
            {
                let (new, old) = (shown(command), shown(old));
                return Err(Failure(format!(
                    "apply error: commit index={index} server={server} {new} != server={other} {old}"
                )));
            }
        }
        if index != expected {
            return Err(Failure(format!(
                "apply error: server {server} apply out of order, expected index {expected}, got {index}"
            )));
        }
        self.servers[server].put(index, command);
        self.servers[server].last = index;
        self.max_index = self.max_index.max(index);
        Ok(())
    }

    /// A server hands the service a snapshot: it replaces the record.
    fn restore(&mut self, server: usize, index: Index, data: &Bytes) -> Asserted<()> {
        let wrong = |what: &str| Failure(format!("apply error: server {server} {what}"));
        if !self.snapshots {
            return Err(wrong("applies a snapshot that nobody took"));
        }
        let (last, commands) = decode(data).ok_or_else(|| wrong("snapshot cannot be decoded"))?;
        if last != index {
            return Err(wrong("snapshot doesn't match its index"));
        }
        let applied = &mut self.servers[server];
        let own = std::mem::replace(&mut applied.expects_own, false);
        if own && applied.last == index {
            return Ok(());
        }
        if index < applied.last {
            return Err(wrong("snapshot takes the service back"));
        }
        applied.commands = commands;
        applied.last = index;
        self.max_index = self.max_index.max(index);
        Ok(())
    }

    /// A server starts: its service begins from the snapshot on the disk, which
    /// it reads itself, or from nothing.
    fn start(&mut self, server: usize, disk: (Index, &Bytes)) -> Asserted<()> {
        self.servers[server].last = 0;
        self.servers[server].expects_own = false;
        if disk.0 > 0 {
            self.restore(server, disk.0, disk.1)?;
            self.servers[server].expects_own = true;
        }
        Ok(())
    }

    /// The service of a server takes a snapshot.
    fn snapshot(&self, server: usize, index: Index) -> Choice {
        let commands = &self.servers[server].commands;
        let words = format!("snapshot {index} {}", encode(index, commands));
        Choice::Request(NodeId::from_index(server as u32), words.into())
    }
}

impl Watch<RaftLab> for Rc<RefCell<Tester>> {
    fn look(&mut self, scene: &Scene<RaftLab>, wanted: &mut VecDeque<Choice>) -> Asserted<()> {
        let step = scene.world.last();
        let Some(node) = step.node else { return Ok(()) };
        let server = node.index();
        let mut tester = self.borrow_mut();
        if matches!(step.choice, Choice::Restart(_)) {
            let snapshot = &scene.world.node(node).disk().snapshot;
            tester.start(server, (snapshot.last_included_index, &snapshot.data))?;
        }
        for notice in scene.world.notices() {
            match notice {
                Notice::Committed { index, entry } => {
                    tester.apply(server, *index, &entry.command)?;
                    if tester.snapshots && (index + 1) % SNAPSHOT_INTERVAL == 0 {
                        wanted.push_back(tester.snapshot(server, *index));
                    }
                }
                Notice::Restored { index, data, .. } => tester.restore(server, *index, data)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// The service's state after an index, as text without loss: the index, then
/// each command behind its length.
fn encode(index: Index, commands: &[Option<Bytes>]) -> String {
    let mut text = format!("{index} ");
    for command in commands.iter().skip(1).take(index as usize) {
        let command = command.as_ref().map_or(Default::default(), Bytes::text);
        text.push_str(&command.len().to_string());
        text.push(':');
        text.push_str(&command);
    }
    text
}

/// What [`encode`] wrote.
fn decode(data: &Bytes) -> Option<(Index, Vec<Option<Bytes>>)> {
    let text = std::str::from_utf8(data).ok()?;
    let (index, mut rest) = text.split_once(' ')?;
    let index: Index = index.parse().ok()?;
    let mut commands = vec![None];
    while !rest.is_empty() {
        let (length, behind) = rest.split_once(':')?;
        let (command, behind) = behind.split_at_checked(length.parse().ok()?)?;
        commands.push(Some(Bytes::from(command)));
        rest = behind;
    }
    (commands.len() as u64 == index + 1).then_some((index, commands))
}

/// A command as a failure shows it: its beginning.
pub fn shown(command: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(command).chars().take(20).collect();
    if command.len() > 20 { text + "…" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_loses_nothing() {
        let commands: Vec<Option<Bytes>> =
            ["", "1", "2:3 4", "", "x"].iter().map(|text| Some(Bytes::from(*text))).collect();
        let data = Bytes::from(encode(4, &commands).as_str());
        let (index, read) = decode(&data).expect("it was just written");
        assert_eq!((index, &read[1..]), (4, &commands[1..]));
        assert!(decode(&Bytes::from("4 1:a")).is_none());
        assert!(decode(&Bytes::EMPTY).is_none());
    }
}

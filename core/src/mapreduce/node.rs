//! The three kinds of nodes: n1 is the coordinator, the other servers are workers, and the client is
//! the disk that all share.

use std::sync::Arc;

use crate::id::{Cast, NodeId};
use crate::machine::{Context, Input, Machine};

use super::coordinator::Coordinator;
use super::file::Files;
use super::job::Code;
use super::message::MapReduce;
use super::options::Options;
use super::storage::Storage;
use super::worker::Worker;

/// Copies that the file system writes elsewhere: the paper's sort writes each file twice (section
/// 5.3), of which one is on the worker's own disk. The course's disk has the only one.
const COPIES: u64 = 1;

/// A node of a MapReduce.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// It gives tasks out.
    Coordinator(Box<Coordinator>),
    /// It does them.
    Worker(Box<Worker>),
    /// It keeps the files that all share.
    Storage(Box<Storage>),
}

impl Node {
    /// A node at its start, and after a crash: of the kind that its name says.
    pub fn boot(me: NodeId, cast: Cast, options: &Arc<Options>, code: Code, disk: &Files) -> Node {
        let store = cast.at(cast.servers);
        let coordinator = cast.at(0);
        if me.is_client() {
            Node::Storage(Box::new(Storage::boot(disk, COPIES)))
        } else if me == coordinator {
            Node::Coordinator(Box::new(Coordinator::boot(cast, store, options, disk)))
        } else {
            Node::Worker(Box::new(Worker::boot(me, (coordinator, store), options, code, disk)))
        }
    }

    /// The coordinator that it is.
    pub fn coordinator(&self) -> Option<&Coordinator> {
        match self {
            Node::Coordinator(it) => Some(it),
            _ => None,
        }
    }

    /// The worker that it is.
    pub fn worker(&self) -> Option<&Worker> {
        match self {
            Node::Worker(it) => Some(it),
            _ => None,
        }
    }

    /// The shared disk that it is.
    pub fn storage(&self) -> Option<&Storage> {
        match self {
            Node::Storage(it) => Some(it),
            _ => None,
        }
    }
}

impl Machine<MapReduce> for Node {
    fn handle(&mut self, input: Input<MapReduce>, cx: &mut Context<'_, MapReduce>) {
        match self {
            Node::Coordinator(it) => it.handle(input, cx),
            Node::Worker(it) => it.handle(input, cx),
            Node::Storage(it) => it.handle(input, cx),
        }
    }
}

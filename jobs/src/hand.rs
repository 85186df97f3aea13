//! A worker of a job for real. The input lies in files, not on the shared disk: a worker that wants a
//! split reads it where it lies, so no more of it is in memory than what is being worked on.

use std::sync::Arc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::mapreduce::file::{Content, FileName, Files};
use netsplit_core::mapreduce::job::Code;
use netsplit_core::mapreduce::message::{Call, Message, Notice};
use netsplit_core::mapreduce::node::Node;
use netsplit_core::mapreduce::options::Options;
use netsplit_core::time::Time;

use crate::driven::{Clock, Driven, Letter};

/// A worker, and how it reads.
#[derive(Debug)]
pub struct Hand {
    driven: Driven,
    store: NodeId,
    exited: bool,
}

impl Hand {
    /// The worker of this number, from 1, among so many.
    pub fn new(number: u32, workers: u32, options: &Arc<Options>, code: Code, seed: u64) -> Hand {
        let cast = cast(workers);
        let (me, store) = (cast.at(number), cast.at(cast.servers));
        let node = Node::boot(me, cast, options, code, &Files::default());
        Hand { driven: Driven::new(me, node, seed), store, exited: false }
    }

    /// A letter has come.
    pub fn hear(&mut self, letter: Letter) {
        self.driven.hear(letter.from, letter.message);
    }

    /// Does what is due, and reads the splits that it wants.
    ///
    /// # Errors
    /// A split that cannot be read.
    pub fn settle(
        &mut self,
        clock: Clock<'_>,
        mut send: impl FnMut(Letter),
        mut read: impl FnMut(u32) -> Result<Option<Bytes>, String>,
    ) -> Result<(), String> {
        loop {
            let (mut wants, mut exits) = (Vec::new(), false);
            let store = self.store;
            self.driven.settle(
                clock,
                |letter| match split_of(&letter.message) {
                    Some(split) if letter.to == store => wants.push(split),
                    _ => send(letter),
                },
                |notice| exits |= matches!(notice, Notice::Exits { .. }),
            );
            self.exited |= exits;
            if wants.is_empty() || self.exited {
                return Ok(());
            }
            for (call, number) in wants {
                let text = read(number).map_err(|error| format!("split {number}: {error}"))?;
                let content = text.map(|text| {
                    let weight = text.len() as u64;
                    Content::new(text, weight)
                });
                let files = vec![(FileName::Split(number), content)];
                self.driven.hear(store, Message::Content { call, files });
            }
        }
    }

    /// Whether it has left, as workers do when the job is over.
    pub fn has_exited(&self) -> bool {
        self.exited
    }

    /// Until when nothing happens by itself.
    pub fn quiet_until(&self) -> Option<Time> {
        self.driven.quiet_until()
    }
}

/// Who takes part in a job with so many workers: one coordinates, and one is the shared disk.
pub fn cast(workers: u32) -> Cast {
    Cast::new(1 + workers, 1)
}

/// The split that somebody wants to read.
fn split_of(message: &Message) -> Option<(Call, u32)> {
    match message {
        Message::Read { call, files } => match files[..] {
            [FileName::Split(number)] => Some((*call, number)),
            _ => None,
        },
        _ => None,
    }
}

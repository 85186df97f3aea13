//! How a peer shows itself: in the order of Figure 2.

use crate::view::{Field, NodeView, Value};

use super::disk::Disk;
use super::log::Log;
use super::message::Entry;
use super::peer::Peer;
use super::progress::{Feed, Progress};
use super::role::Role;

/// Entries shown at most, newest last; the rest is counted.
const ENTRIES_SHOWN: u64 = 40;

impl Peer {
    /// The state as a tree.
    pub fn view(&self) -> NodeView {
        let mut fields = vec![
            Field::new("current term", self.current_term),
            Field::new("voted for", self.voted_for),
            Field { name: "log", value: log_view(&self.log) },
            Field::new("last index", self.log.last_index()),
            Field::new("commit index", self.commit_index),
            Field::new("last applied", self.last_applied),
        ];
        if let Role::Leader(leader) = &self.role {
            let others = |value: fn(&Progress) -> Value| {
                let peers = self.peers.iter().zip(&leader.progress);
                let others = peers.filter(|(peer, _)| **peer != self.me);
                let row = |(peer, progress): (&_, &Progress)| {
                    let name = Field::new("node", *peer);
                    Value::Record(vec![name, Field { name: "value", value: value(progress) }])
                };
                Value::List(others.map(row).collect())
            };
            let next = others(|progress| progress.next_index.into());
            let matched = others(|progress| progress.match_index.into());
            let feed = others(|progress| feed_view(&progress.feed));
            fields.push(Field { name: "next index", value: next });
            fields.push(Field { name: "match index", value: matched });
            fields.push(Field { name: "feed", value: feed });
        }
        if let Some(votes) = self.votes() {
            let answers = self.peers.iter().enumerate().map(|(place, peer)| {
                let answer = votes.of(place).map_or(Value::Absent, Value::Flag);
                Value::Record(vec![
                    Field::new("node", *peer),
                    Field { name: "granted", value: answer },
                ])
            });
            fields.push(Field { name: "votes", value: Value::List(answers.collect()) });
        }
        fields.push(Field::new("leader", self.leader));
        fields.push(Field::new("own copy durable to", self.durability.index()));
        fields.push(Field::new("snapshot index", self.snapshot.last_included_index));
        fields.push(Field::new("snapshot term", self.snapshot.last_included_term));
        NodeView { role: self.role.name().word(), fields }
    }
}

impl Disk {
    /// What is on it, under the same names as in memory.
    pub fn view(&self) -> Vec<Field> {
        vec![
            Field::new("current term", self.current_term),
            Field::new("voted for", self.voted_for),
            Field { name: "log", value: log_view(&self.log) },
            Field::new("last index", self.log.last_index()),
            Field::new("snapshot index", self.snapshot.last_included_index),
            Field::new("snapshot term", self.snapshot.last_included_term),
        ]
    }
}

fn log_view(log: &Log) -> Value {
    let last = log.last_index();
    let first = (last + 1).saturating_sub(ENTRIES_SHOWN).max(log.start() + 1);
    let entry = |(index, entry): (u64, &Entry)| {
        Value::Record(vec![
            Field::new("index", index),
            Field::new("term", entry.term),
            Field { name: "command", value: Value::Content(entry.command.clone()) },
        ])
    };
    Value::List((first..).zip(log.iter_from(first)).map(entry).collect())
}

fn feed_view(feed: &Feed) -> Value {
    match feed {
        Feed::Probe { asked: true } => "probe, asked".into(),
        Feed::Probe { asked: false } => "probe".into(),
        Feed::Replicate(window) => Value::Record(vec![
            Field::new("replicate", true),
            Field::new("in flight", u64::from(window.len())),
        ]),
        Feed::Snapshot { image, offset, .. } => Value::Record(vec![
            Field::new("snapshot", image.last_included_index),
            Field::new("bytes there", *offset),
            Field::new("of", image.data.len() as u64),
        ]),
    }
}

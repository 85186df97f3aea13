//! A group whose messages are carried in order, with chance deciding what is
//! lost, sent twice, or kept back: what the rules are for, in one loop.

use std::collections::VecDeque;

use super::solo::n;
use crate::id::NodeId;
use crate::machine::{Context, Disk as _, Effect, Input, Machine};
use crate::raft::disk::Disk;
use crate::raft::invariants::{applied_differently, mismatch, terms_do_not_fall, two_leaders};
use crate::raft::message::{Entry, Index, Message, Notice, Raft, Request, Timer};
use crate::raft::options::Options;
use crate::raft::peer::Peer;
use crate::rng::Rng;
use crate::time::{Span, Time};

struct Group {
    options: Options,
    ids: Vec<NodeId>,
    peers: Vec<Peer>,
    disks: Vec<Disk>,
    saves: Vec<u64>,
    applied: Vec<Vec<(Index, Entry)>>,
    mail: VecDeque<(NodeId, NodeId, Message)>,
    now: Time,
    rng: Rng,
}

impl Group {
    fn new(nodes: u32, options: Options, seed: u64) -> Group {
        let ids: Vec<NodeId> = (1..=nodes).map(n).collect();
        let disks = vec![Disk::default(); nodes as usize];
        let boot = |(id, disk): (&NodeId, &Disk)| Peer::boot(*id, &ids, &options, disk);
        Group {
            peers: ids.iter().zip(&disks).map(boot).collect(),
            saves: vec![0; nodes as usize],
            applied: vec![Vec::new(); nodes as usize],
            mail: VecDeque::new(),
            now: Time::from_micros(1),
            rng: Rng::new(seed),
            options,
            ids,
            disks,
        }
    }

    fn give(&mut self, place: usize, input: Input<Raft>) {
        let mut input = Some(input);
        while let Some(next) = input.take() {
            let mut effects = Vec::new();
            let me = self.ids[place];
            let saves = &mut self.saves[place];
            let mut cx = Context::new(self.now, me, &mut self.rng, saves, &mut effects);
            self.peers[place].handle(next, &mut cx);
            for effect in effects {
                match effect {
                    Effect::Save { number, change } => {
                        self.disks[place].write(&change);
                        input = Some(Input::Durable(number));
                    }
                    Effect::Send { to, message, .. } => self.mail.push_back((me, to, message)),
                    Effect::Notify(Notice::Committed { index, entry }) => {
                        self.applied[place].push((index, entry));
                    }
                    _ => {}
                }
            }
        }
    }

    /// One thing happens, as chance has it.
    fn step(&mut self, loss: u64) {
        self.now += Span::from_millis(1);
        let place = self.rng.below(self.peers.len() as u64) as usize;
        match self.rng.below(200) {
            0 => self.give(place, Input::Fired(Timer::Election)),
            1 => {
                self.peers[place] =
                    Peer::boot(self.ids[place], &self.ids, &self.options, &self.disks[place]);
                self.saves[place] = 0;
                self.applied[place].clear();
                self.give(place, Input::Started);
            }
            2..10 => self.give(place, Input::Fired(Timer::Heartbeat)),
            10..16 => {
                let command = format!("{}", self.now.micros()).as_str().into();
                self.give(place, Input::Requested(Request::Propose(command)));
            }
            16..18 => {
                let index = self.peers[place].last_applied();
                let data = format!("everything up to {index}").as_str().into();
                self.give(place, Input::Requested(Request::Snapshot { index, data }));
            }
            _ => self.carry(loss),
        }
    }

    fn carry(&mut self, loss: u64) {
        let Some((from, to, message)) = self.mail.pop_front() else { return };
        match self.rng.below(1_000) {
            chance if chance < loss => {}
            chance if chance < 2 * loss => self.mail.push_back((from, to, message)),
            chance => {
                if chance < 3 * loss {
                    self.mail.push_back((from, to, message.clone()));
                }
                self.give(to.index(), Input::Received { from, message });
            }
        }
    }
}

#[test]
fn whatever_happens_to_messages_the_promises_hold() {
    let mut committed = 0;
    for seed in 0..40 {
        let on = seed % 2 == 0;
        let options = Options {
            pre_vote: on,
            check_quorum: on,
            chunk_bytes: 5,
            append_entries_max: 1 + (seed % 5) as u32,
            ..Options::paper()
        };
        let mut group = Group::new(3 + 2 * (seed % 2) as u32, options, seed);
        for _ in 0..4_000 {
            group.step(10 * (seed % 8));
            let peers: Vec<&Peer> = group.peers.iter().collect();
            assert_eq!(two_leaders(&peers), None, "seed {seed}");
        }
        for one in 0..group.peers.len() {
            assert!(terms_do_not_fall(group.peers[one].log()));
            assert_eq!(group.disks[one].log, *group.peers[one].log());
            for two in 0..one {
                let logs = (group.peers[one].log(), group.peers[two].log());
                assert_eq!(mismatch(logs.0, logs.1), None, "seed {seed}");
                let applied = (&group.applied[one], &group.applied[two]);
                assert_eq!(applied_differently(applied.0, applied.1), None, "seed {seed}");
            }
            committed += group.peers[one].commit_index();
        }
    }
    assert!(committed > 1_000, "{committed} entries say something");
}

#[test]
fn every_state_on_the_way_equals_its_copy() {
    let mut group = Group::new(3, Options::paper(), 1);
    for _ in 0..500 {
        let copies = group.peers.clone();
        assert_eq!(copies, group.peers);
        group.step(50);
    }
}

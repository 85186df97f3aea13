//! The checks that look only at what changed, against slow and obvious ones that
//! look at everything after every step: a thousand short random runs, most of
//! them with a mistake, and both see the same.

use std::collections::BTreeMap;
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::{Groups, NodeId};
use netsplit_core::machine::Effect;
use netsplit_core::quorum::majority;
use netsplit_core::raft::invariants::missing;
use netsplit_core::raft::log::Log;
use netsplit_core::raft::message::{Appended, Durable, Entry, Index, Message, Notice, Term};
use netsplit_core::raft::mutants::{Mutant, Mutants};
use netsplit_core::raft::options::{CommitTold, Options};
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};
use netsplit_sim::check::raft::property::{
    DURABLE, ELECTION_SAFETY, LEADER_APPEND_ONLY, LEADER_COMPLETENESS, LOG_MATCHING, MONOTONIC,
    STATE_MACHINE_SAFETY,
};
use netsplit_sim::choice::Choice;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::network::{Delay, LinkOptions, NetworkOptions};
use netsplit_sim::scene::{Advanced, Deed, Limits, Scene};
use netsplit_sim::verb::leader;
use netsplit_sim::world::{World, WorldOptions};

/// What is remembered of a node after each step.
#[derive(Clone, Debug, Default)]
struct Before {
    incarnation: u32,
    term: Term,
    commit_index: Index,
    /// The term it leads and its log, if it leads.
    led: Option<(Term, Log)>,
    disk: (Term, Index),
    /// Entries that it took while their term was its own, and that are on its
    /// disk or on their way there.
    took: Vec<(Index, Term)>,
    /// What its state machine was given, and up to where.
    applied: Index,
    /// Entries that it acknowledged, each with its term, and the term in which it did.
    told: (Term, Vec<(Index, Term)>),
}

/// Everything that happened, and what it broke, each with the step.
#[derive(Default)]
struct Slow {
    broken: BTreeMap<&'static str, u64>,
    nodes: Vec<Before>,
    elections: Vec<(Term, NodeId)>,
    /// Every entry ever in a log, with the term of the one before it.
    entries: BTreeMap<(Index, Term), (Entry, Term)>,
    /// From index 1, with the term in which each was committed.
    committed: Vec<(Entry, Term)>,
    snapshots: Vec<(Index, Bytes)>,
}

impl Slow {
    fn red(&mut self, property: &'static str, holds: bool, world: &World<RaftLab>) {
        if !holds {
            self.broken.entry(property).or_insert(world.steps());
        }
    }

    fn observe(&mut self, world: &World<RaftLab>) {
        self.nodes.resize_with(world.node_count() as usize, Before::default);
        // Only who acted can have changed: the world never edits a node's state.
        let acted = match world.last().choice {
            Choice::Crash { node, .. } | Choice::Persist(node) => Some(node),
            _ => world.last().node,
        };
        let Some(id) = acted else { return };
        let before = self.nodes[id.index()].clone();
        self.look_at_log(world, id, &before);
        self.take(world, id);
        for effect in &world.last().effects {
            if let Effect::Save { change: Durable::Snapshot { .. }, .. } = effect {
                self.note_snapshot(world);
                break;
            }
        }
        self.elect(world);
        self.commit(world, id);
        self.apply(world);
        self.keep_word(world, id);
        self.acknowledge(world);
        self.look_at_indexes(world, id, &before);
    }

    /// Log matching over all entries ever seen, and a leader's log against the
    /// one it had.
    fn look_at_log(&mut self, world: &World<RaftLab>, id: NodeId, before: &Before) {
        let Some(peer) = world.node(id).machine() else { return };
        let log = peer.log();
        let mut prev_term = log.start_term();
        for (index, entry) in log.iter() {
            let seen = (entry.clone(), prev_term);
            let known = self.entries.entry((index, entry.term)).or_insert_with(|| seen.clone());
            let same = *known == seen;
            self.red(LOG_MATCHING, same, world);
            prev_term = entry.term;
        }
        let leads = peer.role().name() == RoleName::Leader;
        if let Some((_, old)) = before.led.as_ref().filter(|(term, _)| *term == peer.current_term())
            && leads
        {
            let kept = |(index, entry): (Index, &Entry)| {
                index <= log.start() || log.get(index) == Some(entry)
            };
            self.red(LEADER_APPEND_ONLY, old.iter().all(kept), world);
        }
        let led = leads.then(|| (peer.current_term(), log.clone()));
        self.nodes[id.index()].led = led;
    }

    /// Notes what was taken into a log in its own term, and forgets what is
    /// neither on the disk nor on its way.
    fn take(&mut self, world: &World<RaftLab>, id: NodeId) {
        let node = world.node(id);
        let took = &mut self.nodes[id.index()].took;
        if let Some(peer) = node.machine() {
            for (after, entries) in world.last().effects.iter().filter_map(appended) {
                let taken = (after + 1..).zip(entries).map(|(index, entry)| (index, entry.term));
                took.extend(taken.filter(|(_, term)| *term == peer.current_term()));
            }
        }
        let disk = &node.disk().log;
        let comes = |index: Index, term: Term| {
            node.pending().any(|(change, _)| match change {
                Durable::Append { after, entries } => (after + 1..)
                    .zip(entries.iter())
                    .any(|(at, entry)| (at, entry.term) == (index, term)),
                _ => false,
            })
        };
        took.retain(|&(index, term)| {
            index <= disk.start() || disk.term_at(index) == Some(term) || comes(index, term)
        });
    }

    fn note_snapshot(&mut self, world: &World<RaftLab>) {
        let last = world.last().effects.iter().rev().find_map(|effect| match effect {
            Effect::Save {
                change: Durable::Snapshot { last_included_index, data, .. }, ..
            } => Some((*last_included_index, data.clone())),
            _ => None,
        });
        self.snapshots.extend(last);
    }

    /// One leader a term, with everything that was committed in earlier terms.
    fn elect(&mut self, world: &World<RaftLab>) {
        for notice in world.notices() {
            let Notice::Became { role: RoleName::Leader, term } = notice else { continue };
            let Some(id) = world.last().node else { continue };
            let alone = self.elections.iter().all(|&(other, who)| other != *term || who == id);
            self.red(ELECTION_SAFETY, alone, world);
            self.elections.push((*term, id));
            let earlier = self.committed.iter().filter(|(_, in_term)| in_term < term);
            let earlier: Vec<(Index, Entry)> =
                (1..).zip(earlier).map(|(index, (entry, _))| (index, entry.clone())).collect();
            let log = world.node(id).machine().map(Peer::log);
            let complete = log.is_none_or(|log| missing(log, &earlier).is_none());
            self.red(LEADER_COMPLETENESS, complete, world);
        }
    }

    /// What is on a majority of disks, each of which took it in its own term.
    fn commit(&mut self, world: &World<RaftLab>, acting: NodeId) {
        let log = &world.node(acting).disk().log;
        let mut took = self.nodes[acting.index()].took.clone();
        took.sort_unstable();
        for (index, term) in took {
            let holds = |id: &NodeId| {
                world.node(*id).disk().log.term_at(index) == Some(term)
                    && self.nodes[id.index()].took.contains(&(index, term))
            };
            if index <= log.start() || !holds(&acting) {
                continue;
            }
            if (world.ids().filter(holds).count() as u32) < majority(world.node_count()) {
                continue;
            }
            while (self.committed.len() as u64) < index {
                let Some(entry) = log.get(self.committed.len() as u64 + 1) else {
                    self.red(STATE_MACHINE_SAFETY, false, world);
                    break;
                };
                self.committed.push((entry.clone(), term));
            }
            let same = self.committed.get(index as usize - 1).is_none_or(|(it, _)| it.term == term);
            self.red(LEADER_COMPLETENESS, same, world);
        }
    }

    /// What state machines are given: in order, committed, and the same.
    fn apply(&mut self, world: &World<RaftLab>) {
        let Some(id) = world.last().node else { return };
        if world.last().choice == Choice::Restart(id) {
            self.nodes[id.index()].applied = 0;
        }
        for notice in world.notices() {
            match notice {
                Notice::Committed { index, entry } => {
                    let next = self.nodes[id.index()].applied + 1 == *index;
                    let same = self.committed.get(*index as usize - 1);
                    let same = same.is_some_and(|(committed, _)| committed == entry);
                    self.red(STATE_MACHINE_SAFETY, next && same, world);
                    self.nodes[id.index()].applied = *index;
                }
                Notice::Restored { index, data, .. } => {
                    let given = self.snapshots.contains(&(*index, data.clone()));
                    let committed = *index <= self.committed.len() as u64;
                    self.red(STATE_MACHINE_SAFETY, given && committed, world);
                    let back = *index < self.nodes[id.index()].applied;
                    self.red(MONOTONIC, !back, world);
                    self.nodes[id.index()].applied = *index;
                }
                _ => {}
            }
        }
        let peer = world.node(id).machine();
        let known = peer.is_none_or(|it| it.last_applied() == self.nodes[id.index()].applied);
        self.red(STATE_MACHINE_SAFETY, known, world);
    }

    /// What was acknowledged is still there, entry by entry, while the term lasts.
    fn keep_word(&mut self, world: &World<RaftLab>, id: NodeId) {
        let disk = world.node(id).disk();
        let (in_term, told) = &self.nodes[id.index()].told;
        let there = |&(index, term): &(Index, Term)| {
            index <= disk.log.start() || disk.log.term_at(index) == Some(term)
        };
        let kept = *in_term != disk.current_term || told.iter().all(there);
        self.red(DURABLE, kept, world);
    }

    /// What leaves a node is on its disk, from the first entry to the last.
    fn acknowledge(&mut self, world: &World<RaftLab>) {
        for envelope in world.left() {
            let node = world.node(envelope.id.from);
            let disk = node.disk();
            let holds = match &envelope.message {
                Message::RequestVoteReply(vote) if vote.granted && !vote.pre_vote => {
                    disk.current_term > vote.term
                        || (disk.current_term, disk.voted_for) == (vote.term, Some(envelope.id.to))
                }
                Message::AppendEntriesReply(ack) => match ack.outcome {
                    Appended::Matched { match_index } => {
                        let own = node.machine().map(Peer::log);
                        let there = |index: Index| {
                            let own = own.and_then(|own| own.term_at(index));
                            let term = disk.log.term_at(index);
                            term.is_some() && own.is_none_or(|own| term == Some(own))
                        };
                        let all = (disk.log.start() + 1..=match_index).all(there);
                        if all && disk.current_term == ack.term {
                            let told = &mut self.nodes[envelope.id.from.index()].told;
                            if told.0 != ack.term {
                                *told = (ack.term, Vec::new());
                            }
                            let terms = disk.log.iter().map(|(index, entry)| (index, entry.term));
                            told.1.extend(terms.take_while(|(index, _)| *index <= match_index));
                        }
                        disk.current_term > ack.term || all
                    }
                    _ => true,
                },
                Message::InstallSnapshotReply(at) => {
                    !at.done || disk.log.last_index() >= at.last_included_index
                }
                _ => true,
            };
            self.red(DURABLE, holds, world);
        }
    }

    fn look_at_indexes(&mut self, world: &World<RaftLab>, id: NodeId, before: &Before) {
        let node = world.node(id);
        let disk = (node.disk().current_term, node.disk().snapshot.last_included_index);
        let mut fell = disk.0 < before.disk.0 || disk.1 < before.disk.1;
        let now = &mut self.nodes[id.index()];
        now.disk = disk;
        if let Some(peer) = node.machine() {
            (now.incarnation, now.term) = (node.incarnation(), peer.current_term());
            now.commit_index = peer.commit_index();
            if before.incarnation == now.incarnation {
                fell |= now.term < before.term || now.commit_index < before.commit_index;
            }
            let log = peer.log();
            let chain = [log.start(), peer.last_applied(), peer.commit_index(), log.last_index()];
            fell |= !chain.is_sorted();
        }
        self.red(MONOTONIC, !fell, world);
    }
}

fn appended(effect: &Effect<netsplit_core::raft::message::Raft>) -> Option<(Index, &[Entry])> {
    match effect {
        Effect::Save { change: Durable::Append { after, entries }, .. } => {
            Some((*after, &entries[..]))
        }
        _ => None,
    }
}

// ── Random runs ────────────────────────────────────────────────────────────

fn start(rng: &mut Rng, mutants: Mutants, seed: u64) -> Scene<RaftLab> {
    let mut pick = |of: u64| rng.below(of) as u32;
    let lab = Options {
        pre_vote: pick(2) == 0,
        check_quorum: pick(2) == 0,
        commit_told: [CommitTold::AtOnce, CommitTold::NextAppend][pick(2) as usize],
        append_entries_max: [1, 2, 64][pick(3) as usize],
        chunk_bytes: [1, 64][pick(2) as usize],
        mutants,
        ..Options::paper()
    };
    let links = LinkOptions {
        delay: Delay::Uniform(
            Span::from_millis(1),
            Span::from_millis([2, 20, 80][pick(3) as usize]),
        ),
        loss: [0, 500, 2_000][pick(3) as usize],
        duplicate: [0, 2_000][pick(2) as usize],
        reorder: [0, 1_000][pick(2) as usize],
        reorder_by: Span::from_millis(100),
        ..LinkOptions::calm()
    };
    let options = WorldOptions {
        nodes: [3, 3, 5][pick(3) as usize],
        groups: Groups::NONE,
        clients: 0,
        seed,
        network: NetworkOptions { links, course: None },
        save_takes: Span::from_millis([0, 1, 15][pick(3) as usize]),
        lab,
        disks: Vec::new(),
    };
    Scene::new(options, Rc::from([]), Limits::default())
}

/// Something that Raft promises to survive.
fn fault(rng: &mut Rng, world: &World<RaftLab>, number: u64) -> Choice {
    let nodes = u64::from(world.node_count());
    let node = NodeId::from_index(rng.below(nodes) as u32);
    let other = NodeId::from_index(rng.below(nodes) as u32);
    let it = world.node(node);
    let chance = rng.below(20);
    match chance {
        _ if !it.is_up() => Choice::Restart(node),
        0..2 => {
            let pending = it.pending().len() as u64;
            Choice::Crash { node, kept: rng.between(0, pending) as u32, torn: 0 }
        }
        2 => Choice::Crash { node, kept: 0, torn: 1 },
        3 if it.is_paused() => Choice::Resume(node),
        3 => Choice::Pause(node),
        4..6 if world.network().is_cut(node, other) => Choice::Mend(node, other),
        4 if node != other => Choice::Cut(node, other),
        6 => Choice::Fire(node, 0),
        7 => {
            let index = it.machine().map_or(0, Peer::last_applied);
            Choice::Request(node, format!("snapshot {index} s{index}").as_str().into())
        }
        8 if rng.chance(1, 2) => match world.mail().next() {
            Some(envelope) => Choice::Duplicate(envelope.id),
            None => Choice::Persist(node),
        },
        _ => {
            let node = leader(world).unwrap_or(node);
            Choice::Request(node, format!("propose x{number}").as_str().into())
        }
    }
}

/// What the fast and the slow checks saw: property and step.
type Seen = BTreeMap<&'static str, u64>;

fn both(seed: u64) -> (Mutants, Seen, Seen) {
    let mut rng = Rng::new(seed);
    let mutants = match rng.below(4) {
        0 => Mutants::NONE,
        _ => Mutants::only(Mutant::ALL[rng.below(Mutant::ALL.len() as u64) as usize]),
    };
    let mut scene = start(&mut rng, mutants, seed);
    let mut slow = Slow::default();
    let mut fast = Seen::new();
    let mut note = |scene: &Scene<RaftLab>| {
        slow.observe(&scene.world);
        for violation in scene.broken() {
            fast.entry(violation.property).or_insert(scene.world.steps());
        }
    };
    let mut at = 0;
    for number in 0..120 {
        at += rng.between(1, 50) * 1_000;
        let until = Moment::after(Time::from_micros(at));
        while scene.world.steps() < 2_000 && scene.advance(&[], until) == Advanced::Step {
            note(&scene);
        }
        let choice = fault(&mut rng, &scene.world, number);
        if scene.act(&Deed::Choice(choice)).is_ok() {
            note(&scene);
        }
    }
    (mutants, fast, slow.broken)
}

/// Whether both saw the same, as far as they mean the same. Two things the fast
/// checks leave out, and here is by how much:
///
/// - *Log matching* is checked when entries are saved. Mistakes that change a log
///   without a save, or number it anew at a restart, are seen by the slow check at
///   once, and by the fast one when the entries are saved somewhere, if ever.
/// - *Leader completeness* looks at the last entry that was committed, *acknowledged
///   is durable* at the last that was acknowledged; by log matching it stands for
///   all before it. Where log matching is broken it does not: the slow check may
///   see more, after that.
fn agree(mutants: Mutants, fast: &Seen, slow: &Seen) -> bool {
    let step = |seen: &Seen, property| seen.get(property).copied().unwrap_or(u64::MAX);
    let unsaved = [
        Mutant::SnapshotIndexNotSaved,
        Mutant::LogNotSaved,
        Mutant::ProposalNotSaved,
        Mutant::AppendNotSaved,
        Mutant::LeaderNeverSaves,
    ];
    let unsaved = unsaved.into_iter().any(|mutant| mutants.has(mutant));
    let mismatch = step(slow, LOG_MATCHING);
    let same = |property: &'static str| {
        let (fast, slow) = (step(fast, property), step(slow, property));
        let sees_less = match property {
            LOG_MATCHING => unsaved,
            LEADER_COMPLETENESS | DURABLE => slow >= mismatch,
            _ => false,
        };
        fast == slow || (sees_less && fast > slow)
    };
    fast.keys().chain(slow.keys()).all(|property| same(property))
}

fn compare(seeds: std::ops::Range<u64>) {
    let mut wrong = Vec::new();
    let mut red: BTreeMap<&'static str, u32> = BTreeMap::new();
    for seed in seeds {
        let (mutants, fast, slow) = both(seed);
        fast.keys().for_each(|property| *red.entry(property).or_default() += 1);
        if !agree(mutants, &fast, &slow) {
            let names: Vec<&str> = mutants.iter().map(Mutant::id).collect();
            wrong.push(format!("seed {seed} {names:?}: fast {fast:?}, slow {slow:?}"));
        }
        if mutants.is_empty() && !slow.is_empty() {
            wrong.push(format!("seed {seed}: {slow:?} without a mistake"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    // Checks that never went red would agree as well.
    assert!(red.len() >= 5, "only {red:?} went red");
}

#[test]
fn fast_and_slow_checks_see_the_same_in_five_hundred_runs() {
    compare(0..500);
}

#[test]
fn and_in_five_hundred_more() {
    compare(500..1_000);
}

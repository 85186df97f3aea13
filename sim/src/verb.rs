//! What a person can do and wait for, as the script language says it.
//!
//! A [`Verb`] is one act: a line of a script, a menu item, a line of a link. It
//! may speak of nodes by what they are ("the leader"); when it is carried out,
//! [`Verb::choices`] turns it into the world's [`Choice`]s, all applied at that
//! moment.

use crate::order::by_rank;
use std::fmt;
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use crate::choice::{
    Choice, Dial, EnvelopeId, NotEnabled, Rate, Rule, RuleAction, RuleId, TimerCode,
};
use crate::lab::Lab;
use crate::world::World;

/// Nodes by name or by what they are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// `n3`, `n1 n2`.
    Nodes(Vec<NodeId>),
    /// `leader`: who leads the highest term among those that run.
    Leader,
    /// `followers`: all that run, but the leader.
    Followers,
    /// `all`.
    All,
    /// `down`: all that are crashed.
    Down,
    /// `servers`: all of them.
    Servers,
    /// `clients`: all of them.
    Clients,
    /// `g2`: all servers of the group; `g0`: those of none, which are the controller's.
    Group(u32),
    /// `leader of g2`: who leads the highest term among those of it that run.
    LeaderOf(u32),
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `crash leader`, `crash n1 keeping 2 saves`, `crash n1 keeping 2 saves and 3 parts`.
    Crash {
        /// Which nodes.
        who: Selector,
        /// Pending saves that are on the disk.
        kept: u32,
        /// Parts of the next one.
        torn: u32,
    },
    /// `restart n1`.
    Restart(Selector),
    /// `pause n1`.
    Pause(Selector),
    /// `resume n1`.
    Resume(Selector),
    /// `wipe n1`.
    Wipe(Selector),
    /// `stall n1`: its disk finishes no save.
    Stall(Selector),
    /// `unstall n1`.
    Unstall(Selector),
    /// `lie n1`: its disk says "durable" too early.
    Lie(Selector),
    /// `honest n1`.
    Honest(Selector),
    /// `clock n1 11/10`.
    Clock(Selector, Rate),
    /// `offset n1 +5ms`.
    Offset(Selector, i64),
    /// `isolate n1`: cut from all others, both ways.
    Isolate(Selector),
    /// `cut n1 -> n2` one way, `cut n1 | n2 n3` both ways.
    Cut {
        /// On this side …
        from: Selector,
        /// … and on that.
        to: Selector,
        /// Both ways.
        both: bool,
    },
    /// `mend n1 -> n2`, `mend n1 | n2 n3`.
    Mend {
        /// On this side …
        from: Selector,
        /// … and on that.
        to: Selector,
        /// Both ways.
        both: bool,
    },
    /// `mend n1`: all its links; `mend all`.
    MendAll(Selector),
    /// `deliver n1>n3#57`.
    Deliver(EnvelopeId),
    /// `drop n1>n3#57`.
    Drop(EnvelopeId),
    /// `duplicate n1>n3#57`.
    Duplicate(EnvelopeId),
    /// `hold n1>n3#57`.
    Hold(EnvelopeId),
    /// `release n1>n3#57`.
    Release(EnvelopeId),
    /// `release all`: every held message.
    ReleaseAll,
    /// `delay n1>n3#57 by 40ms`.
    Delay(EnvelopeId, Span),
    /// `fire n2 election`; the name is looked up among the lab's timers.
    Fire(Selector, TimerCode),
    /// `put off n2 election by 40ms`.
    PutOff(Selector, TimerCode, Span),
    /// `persist n1`: its oldest pending saves, now.
    Persist(Selector),
    /// `hold n1 -> n3`, `drop next AppendEntriesReply from n2`,
    /// `delay RequestVote by 40ms`, `hold all`.
    Rule(Rule),
    /// `lift 2`.
    Lift(RuleId),
    /// `lift all`.
    LiftAll,
    /// `set loss 10%`, `set delay 8ms..16ms on n1 -> n2`, `set save 5ms on n2`.
    Set(Dial),
    /// `ask n2 propose x=3`; `propose x=3` asks the leader, `propose n2 x=3` n2.
    Ask(Selector, Rc<str>),
}

/// What a script waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `leader`, `leader n2`: somebody (this one) leads the highest term among
    /// those that run.
    Leader(Option<NodeId>),
    /// `leader of g2`: somebody leads the group; `g0` is those that are in none.
    LeaderOf(u32),
    /// `settled 3`, `settled 3 on g2`: configuration 3 is taken and nothing of it is under way, on
    /// one node at least, or on all of these.
    Settled(u64, Option<Selector>),
    /// `no leader`: nobody that runs takes itself for one.
    NoLeader,
    /// `committed 5`, `committed 5 on n2`: at least so far, on one node at least,
    /// or on all of these.
    Committed(u64, Option<Selector>),
    /// `term 3`, `term 3 on n2`: some node (all of these) has reached it.
    Term(u64, Option<Selector>),
    /// `log 4 on n2`: the last index is at least so high.
    Log(u64, Option<Selector>),
    /// `broken`, `broken election-safety`: a property is.
    Broken(Option<Rc<str>>),
    /// `quiet`: no message under way and no save pending.
    Quiet,
    /// `answered 3`, `answered 3 on c1`: so many calls of a client, or of all of these,
    /// are over.
    Answered(u64, Option<Selector>),
}

/// What a lab's machine shows at a glance, for selectors and conditions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// It takes itself for the leader.
    pub leads: bool,
    /// Its term, or what stands for it.
    pub term: u64,
    /// Up to where its log is committed.
    pub committed: u64,
    /// Index of its last entry.
    pub last_index: u64,
    /// Of a client: how many of its calls are over.
    pub answered: u64,
    /// The last configuration of which nothing is under way; of a client, the last that it knows.
    pub settled: u64,
}

/// Why an act could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPossible {
    /// The selector names nobody now.
    Nobody(Selector),
    /// The world refuses.
    Refused(Choice, NotEnabled),
    /// The branch holds as many acts of a person as it may.
    TooManyActs,
    /// It needs a result that is computed elsewhere and is not there yet.
    Wants,
}

impl Selector {
    /// A single node by name.
    pub fn node(node: NodeId) -> Selector {
        Selector::Nodes(vec![node])
    }

    /// The nodes it names now, in order of their names; names of nodes that do
    /// not exist are kept, so that the world can refuse them.
    pub fn resolve<L: Lab>(&self, world: &World<L>) -> Vec<NodeId> {
        let leader = || leader(world);
        match self {
            Selector::Nodes(nodes) => nodes.clone(),
            Selector::Leader => leader().into_iter().collect(),
            Selector::Followers => {
                let leader = leader();
                let runs = |id: &NodeId| world.node(*id).is_up() && Some(*id) != leader;
                world.servers().filter(runs).collect()
            }
            Selector::All => world.ids().collect(),
            Selector::Servers => world.servers().collect(),
            Selector::Clients => world.cast().clients().collect(),
            Selector::Group(group) => world.cast().members(*group).collect(),
            Selector::LeaderOf(group) => leader_of(world, *group).into_iter().collect(),
            Selector::Down => world.ids().filter(|&id| !world.node(id).is_up()).collect(),
        }
    }
}

/// Who leads the highest term among the nodes that run and are not paused.
pub fn leader<L: Lab>(world: &World<L>) -> Option<NodeId> {
    leader_among(world, world.ids())
}

/// Who leads a group; 0 is those that are in none.
pub fn leader_of<L: Lab>(world: &World<L>, group: u32) -> Option<NodeId> {
    leader_among(world, world.cast().members(group))
}

fn leader_among<L: Lab>(world: &World<L>, nodes: impl Iterator<Item = NodeId>) -> Option<NodeId> {
    let mut found: Option<(u64, NodeId)> = None;
    for id in nodes {
        let Some(machine) = world.node(id).machine() else { continue };
        let glance = L::glance(machine);
        if glance.leads && found.is_none_or(|(term, _)| glance.term > term) {
            found = Some((glance.term, id));
        }
    }
    found.map(|(_, id)| id)
}

impl Condition {
    /// Whether it holds now. `broken` are the properties broken so far.
    pub fn holds<L: Lab>(&self, world: &World<L>, broken: &[&str]) -> bool {
        let at_least = |who: &Option<Selector>, reached: fn(Glance) -> u64, least: u64| {
            let has = |id: NodeId| {
                let node = world.ids().find(|other| *other == id).map(|id| world.node(id));
                let machine = node.and_then(|node| node.machine());
                machine.is_some_and(|machine| reached(L::glance(machine)) >= least)
            };
            match who {
                None => world.ids().any(has),
                Some(who) => {
                    let nodes = who.resolve(world);
                    !nodes.is_empty() && nodes.into_iter().all(has)
                }
            }
        };
        match self {
            Condition::Leader(None) => leader(world).is_some(),
            Condition::Leader(Some(node)) => leader(world) == Some(*node),
            Condition::LeaderOf(group) => leader_of(world, *group).is_some(),
            Condition::Settled(at, who) => at_least(who, |glance| glance.settled, *at),
            Condition::NoLeader => leader(world).is_none(),
            Condition::Committed(index, who) => at_least(who, |glance| glance.committed, *index),
            Condition::Term(term, who) => at_least(who, |glance| glance.term, *term),
            Condition::Log(index, who) => at_least(who, |glance| glance.last_index, *index),
            Condition::Answered(calls, who) => at_least(who, |glance| glance.answered, *calls),
            Condition::Broken(None) => !broken.is_empty(),
            Condition::Broken(Some(property)) => broken.contains(&&**property),
            Condition::Quiet => {
                world.mail().next().is_none()
                    && world.ids().all(|id| world.node(id).pending().len() == 0)
            }
        }
    }
}

impl Verb {
    /// The choices that carry this act out now.
    ///
    /// # Errors
    /// When a selector names nobody. That a choice is possible is found out by
    /// applying it.
    pub fn choices<L: Lab>(&self, world: &World<L>) -> Result<Vec<Choice>, NotPossible> {
        let some = |who: &Selector| {
            let nodes = who.resolve(world);
            if nodes.is_empty() { Err(NotPossible::Nobody(who.clone())) } else { Ok(nodes) }
        };
        let each = |who: &Selector, choice: &dyn Fn(NodeId) -> Choice| {
            Ok(some(who)?.into_iter().map(choice).collect())
        };
        match self {
            Verb::Crash { who, kept, torn } => {
                each(who, &|node| Choice::Crash { node, kept: *kept, torn: *torn })
            }
            Verb::Restart(who) => each(who, &Choice::Restart),
            Verb::Pause(who) => each(who, &Choice::Pause),
            Verb::Resume(who) => each(who, &Choice::Resume),
            Verb::Wipe(who) => each(who, &Choice::Wipe),
            Verb::Stall(who) => each(who, &Choice::Stall),
            Verb::Unstall(who) => each(who, &Choice::Unstall),
            Verb::Lie(who) => each(who, &|node| Choice::Lie(node, true)),
            Verb::Honest(who) => each(who, &|node| Choice::Lie(node, false)),
            Verb::Clock(who, rate) => each(who, &|node| Choice::Clock(node, *rate)),
            Verb::Offset(who, by) => each(who, &|node| Choice::Offset(node, *by)),
            Verb::Isolate(who) => {
                let nodes = some(who)?;
                let others: Vec<NodeId> = world.ids().filter(|id| !nodes.contains(id)).collect();
                Ok(links(world, &nodes, &others, true, true))
            }
            Verb::Cut { from, to, both } => Ok(links(world, &some(from)?, &some(to)?, *both, true)),
            Verb::Mend { from, to, both } => {
                Ok(links(world, &some(from)?, &some(to)?, *both, false))
            }
            Verb::MendAll(who) => {
                let all: Vec<NodeId> = world.ids().collect();
                Ok(links(world, &some(who)?, &all, true, false))
            }
            Verb::Deliver(id) => Ok(vec![Choice::Deliver(*id)]),
            Verb::Drop(id) => Ok(vec![Choice::Drop(*id)]),
            Verb::Duplicate(id) => Ok(vec![Choice::Duplicate(*id)]),
            Verb::Hold(id) => Ok(vec![Choice::Hold(*id)]),
            Verb::Release(id) => Ok(vec![Choice::Release(*id)]),
            Verb::ReleaseAll => {
                let held = world.mail().filter(|envelope| envelope.held);
                let mut held: Vec<EnvelopeId> = held.map(|envelope| envelope.id).collect();
                by_rank(&mut held, |id| id.rank());
                Ok(held.into_iter().map(Choice::Release).collect())
            }
            Verb::Delay(id, by) => Ok(vec![Choice::Delay(*id, *by)]),
            Verb::Fire(who, timer) => each(who, &|node| Choice::Fire(node, *timer)),
            Verb::PutOff(who, timer, by) => each(who, &|node| Choice::PutOff(node, *timer, *by)),
            Verb::Persist(who) => each(who, &Choice::Persist),
            Verb::Rule(rule) => {
                let lays_all = rule.action == RuleAction::Hold
                    && (rule.from, rule.to, rule.kind, rule.left) == (None, None, None, None);
                let mut choices = vec![Choice::Rule(rule.clone())];
                if lays_all {
                    // "You are the network": what is under way is held as well.
                    let moving = world.mail().filter(|envelope| !envelope.held);
                    let mut moving: Vec<EnvelopeId> = moving.map(|envelope| envelope.id).collect();
                    by_rank(&mut moving, |id| id.rank());
                    choices.extend(moving.into_iter().map(Choice::Hold));
                }
                Ok(choices)
            }
            Verb::Lift(id) => Ok(vec![Choice::Unrule(*id)]),
            Verb::LiftAll => Ok(world.rules().iter().map(|(id, _)| Choice::Unrule(*id)).collect()),
            Verb::Set(dial) => Ok(vec![Choice::Tune(dial.clone())]),
            Verb::Ask(who, words) => each(who, &|node| Choice::Request(node, words.clone())),
        }
    }

    /// The same act, with the leader by its name, as far as it speaks of the leader of all or of the
    /// leader's group.
    #[must_use]
    pub fn naming(&self, leader: NodeId) -> Verb {
        let mut named = self.clone();
        for who in named.selectors() {
            let is_it = match who {
                Selector::Leader => true,
                Selector::LeaderOf(group) => leader.group().unwrap_or(0) == *group,
                _ => false,
            };
            if is_it {
                *who = Selector::node(leader);
            }
        }
        named
    }

    /// The group of whose leader it speaks, 0 for the servers of none; `None` where it speaks of that
    /// of no group.
    pub fn speaks_of_leader_of(&self) -> Option<u32> {
        self.clone().selectors().find_map(|who| match who {
            Selector::LeaderOf(group) => Some(*group),
            _ => None,
        })
    }

    fn selectors(&mut self) -> impl Iterator<Item = &mut Selector> {
        let selectors: [Option<&mut Selector>; 2] = match self {
            Verb::Crash { who, .. }
            | Verb::Restart(who)
            | Verb::Pause(who)
            | Verb::Resume(who)
            | Verb::Wipe(who)
            | Verb::Stall(who)
            | Verb::Unstall(who)
            | Verb::Lie(who)
            | Verb::Honest(who)
            | Verb::Clock(who, _)
            | Verb::Offset(who, _)
            | Verb::Isolate(who)
            | Verb::MendAll(who)
            | Verb::Fire(who, _)
            | Verb::PutOff(who, ..)
            | Verb::Persist(who)
            | Verb::Ask(who, _) => [Some(who), None],
            Verb::Cut { from, to, .. } | Verb::Mend { from, to, .. } => [Some(from), Some(to)],
            _ => [None, None],
        };
        selectors.into_iter().flatten()
    }

    /// Carries the act out at the present moment.
    ///
    /// # Errors
    /// When it is not possible. What came before the impossible choice of an act
    /// over several nodes stays.
    pub fn act<L: Lab>(
        &self,
        world: &mut World<L>,
        mut after_each: impl FnMut(&World<L>),
    ) -> Result<(), NotPossible> {
        for choice in self.choices(world)? {
            world.apply(choice.clone()).map_err(|why| NotPossible::Refused(choice, why))?;
            after_each(world);
        }
        Ok(())
    }
}

/// The links from one side to the other that are not yet as wanted.
fn links<L: Lab>(
    world: &World<L>,
    from: &[NodeId],
    to: &[NodeId],
    both: bool,
    cut: bool,
) -> Vec<Choice> {
    let exists = |node: &NodeId| world.cast().has(*node);
    let mut pairs = Vec::new();
    for &one in from {
        for &two in to {
            if one == two {
                continue;
            }
            pairs.push((one, two));
            if both {
                pairs.push((two, one));
            }
        }
    }
    // A pair named twice, or as wanted already, needs nothing; one that does not
    // exist stays, so that the world refuses it by name.
    let mut done: Vec<(NodeId, NodeId)> = Vec::new();
    pairs.retain(|pair| {
        let fresh = !done.contains(pair);
        done.push(*pair);
        let known = exists(&pair.0) && exists(&pair.1);
        fresh && !(known && world.network().is_cut(pair.0, pair.1) == cut)
    });
    let choice = if cut { Choice::Cut } else { Choice::Mend };
    pairs.into_iter().map(|(one, two)| choice(one, two)).collect()
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Nodes(nodes) => {
                for (place, node) in nodes.iter().enumerate() {
                    write!(f, "{}{node}", if place == 0 { "" } else { " " })?;
                }
                Ok(())
            }
            Selector::Leader => f.write_str("leader"),
            Selector::Followers => f.write_str("followers"),
            Selector::All => f.write_str("all"),
            Selector::Down => f.write_str("down"),
            Selector::Servers => f.write_str("servers"),
            Selector::Clients => f.write_str("clients"),
            Selector::Group(group) => write!(f, "g{group}"),
            Selector::LeaderOf(group) => write!(f, "leader of g{group}"),
        }
    }
}

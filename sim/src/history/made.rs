//! Histories made up from a seed, for tests and for measuring.
//!
//! Clients ask a store that is what its specification says, and each operation
//! takes effect at a moment between its invocation and its return, so that the
//! history is linearizable. [`spoil`] makes it wrong at one place.

use std::collections::BTreeMap;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{Event, History, OpId, Outcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::kv::{self, store::Store};
use netsplit_core::replicated::service::Service as _;
use netsplit_core::rng::Rng;
use netsplit_core::time::Time;
use netsplit_core::transaction::{Access, Results, Transaction, Transactions};

use crate::check::register::{self, Ask};

/// What is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Clients, each of which asks one thing after another.
    pub clients: u32,
    /// Operations of all of them.
    pub ops: u64,
    /// Keys that they ask about.
    pub keys: u64,
    /// Different values; 0 when each is written once.
    pub values: u64,
    /// Of a thousand operations, how many end without an answer: half of them
    /// take effect, at any time.
    pub unknown: u64,
    /// Of a thousand operations, how many fail.
    pub failed: u64,
    /// Of a hundred operations, how many only look.
    pub reads: u64,
    /// Of a hundred others, how many depend on what was there: an append, a
    /// compare-and-swap.
    pub dependent: u64,
}

/// One client's or one lost operation's way.
#[derive(Clone, Debug)]
enum Stage<C, R> {
    Idle,
    Asked(OpId, C),
    Answered(OpId, R),
}

/// Makes a history of a service: what is asked is drawn by `ask`, and `answer`
/// keeps the state.
fn made<C: Clone, R: Clone>(
    plan: &Plan,
    seed: u64,
    mut ask: impl FnMut(&mut Rng, u64) -> C,
    mut answer: impl FnMut(&C) -> R,
) -> History<C, R> {
    let mut rng = Rng::new(seed);
    let mut history = History::new();
    let mut stages: Vec<Stage<C, R>> = vec![Stage::Idle; plan.clients.max(1) as usize];
    // Without an answer, and not come to the store yet.
    let mut lost: Vec<C> = Vec::new();
    let (mut asked, mut open, mut tick) = (0, 0_u64, 0);
    while asked < plan.ops || open > 0 {
        tick += 1;
        let at = Time::from_micros(tick);
        if !lost.is_empty() && rng.chance(1, 20) {
            let late = lost.swap_remove(rng.below(lost.len() as u64) as usize);
            answer(&late);
        }
        let client = rng.below(stages.len() as u64) as usize;
        let stage = std::mem::replace(&mut stages[client], Stage::Idle);
        stages[client] = match stage {
            Stage::Idle if asked < plan.ops => {
                let call = ask(&mut rng, asked);
                let node = NodeId::from_index(client as u32);
                let id = history.invoke(Session(client as u32), node, at, call.clone());
                (asked, open) = (asked + 1, open + 1);
                Stage::Asked(id, call)
            }
            Stage::Idle => Stage::Idle,
            Stage::Asked(id, call) if rng.chance(plan.unknown, 1_000) => {
                if rng.chance(1, 2) {
                    lost.push(call);
                }
                history.returned(id, at, Outcome::Unknown);
                open -= 1;
                Stage::Idle
            }
            Stage::Asked(id, _) if rng.chance(plan.failed, 1_000) => {
                history.returned(id, at, Outcome::Failed);
                open -= 1;
                Stage::Idle
            }
            Stage::Asked(id, call) => Stage::Answered(id, answer(&call)),
            Stage::Answered(id, reply) => {
                history.returned(id, at, Outcome::Ok(reply));
                open -= 1;
                Stage::Idle
            }
        };
    }
    history
}

/// A short value, the first one empty: some begin with others, and some are others
/// put together.
pub fn few(number: u64) -> Bytes {
    let bits = number + 1;
    let letters = (0..bits.ilog2()).rev().map(|at| if bits >> at & 1 == 0 { b'a' } else { b'b' });
    letters.collect::<Vec<u8>>().into()
}

/// A linearizable history of a key/value store.
pub fn kv(plan: &Plan, seed: u64) -> History<kv::Call, kv::Reply> {
    let mut store = Store::default();
    let ask = |rng: &mut Rng, number: u64| {
        let key = Bytes::from(&*format!("k{}", rng.below(plan.keys)));
        if rng.chance(plan.reads, 100) {
            return kv::Call::Get { key };
        }
        let value = match plan.values {
            0 => Bytes::from(&*format!("({number})")),
            values => few(rng.below(values)),
        };
        match rng.chance(plan.dependent, 100) {
            true => kv::Call::Append { key, value },
            false => kv::Call::Put { key, value },
        }
    };
    let answer = |call: &kv::Call| store.apply(call.clone());
    made(plan, seed, ask, answer)
}

/// A linearizable history of registers.
pub fn register(plan: &Plan, seed: u64) -> History<register::Call, register::Reply> {
    let mut held: BTreeMap<Bytes, i64> = BTreeMap::new();
    let ask = |rng: &mut Rng, number: u64| {
        let key = Bytes::from(&*format!("r{}", rng.below(plan.keys)));
        let value = |rng: &mut Rng| match plan.values {
            0 => number as i64,
            values => rng.below(values) as i64,
        };
        let ask = if rng.chance(plan.reads, 100) {
            Ask::Read
        } else if rng.chance(plan.dependent, 100) {
            Ask::Cas(rng.below(plan.values.max(1)) as i64, value(rng))
        } else {
            Ask::Write(value(rng))
        };
        register::Call { key, ask }
    };
    let answer = |call: &register::Call| {
        let now = held.get(&call.key).copied();
        match call.ask {
            Ask::Read => register::Reply::Value(now),
            Ask::Write(value) => {
                held.insert(call.key.clone(), value);
                register::Reply::Done
            }
            Ask::Cas(old, new) => {
                let is_it = now == Some(old);
                if is_it {
                    held.insert(call.key.clone(), new);
                }
                register::Reply::Swapped(is_it)
            }
        }
    };
    made(plan, seed, ask, answer)
}

/// A strict serializable history of transactions on lists, up to four accesses in
/// each. A key is left for a new one after some appends, so that its list stays
/// short.
pub fn append(plan: &Plan, seed: u64) -> Transactions {
    let mut lists: BTreeMap<Bytes, Vec<u64>> = BTreeMap::new();
    let ask = |rng: &mut Rng, number: u64| {
        let first = number / 10;
        let access = |at| {
            let key = Bytes::from(&*format!("l{}", first + rng.below(plan.keys)));
            match rng.chance(plan.reads, 100) {
                true => Access::Read { key },
                false => Access::Append { key, value: 4 * number + at },
            }
        };
        let count = 1 + number % 4;
        Transaction((0..count).map(access).collect())
    };
    let answer = |call: &Transaction| {
        let mut told = Vec::new();
        for access in &call.0 {
            match access {
                Access::Append { key, value } => {
                    lists.entry(key.clone()).or_default().push(*value);
                }
                Access::Read { key } => told.push(lists.get(key).cloned().unwrap_or_default()),
            }
        }
        Results(told)
    };
    made(plan, seed, ask, answer)
}

/// The same events with other outcomes: what `change` gives for an operation, or
/// what it was.
pub fn changed<C: Clone, R: Clone>(
    history: &History<C, R>,
    mut change: impl FnMut(OpId, &Outcome<R>) -> Option<Outcome<R>>,
) -> History<C, R> {
    let mut other = History::new();
    for event in history.events_from(0) {
        let (Event::Invoked(id) | Event::Returned(id)) = event;
        let op = history.get(id).expect("an event is of an operation of its history");
        match (event, op.returned) {
            (Event::Returned(_), Some(when)) => {
                let outcome = change(id, &op.outcome).unwrap_or_else(|| op.outcome.clone());
                other.returned(id, when.at, outcome);
            }
            _ => {
                other.invoke(op.session, op.node, op.invoked.at, op.call.clone());
            }
        }
    }
    other
}

/// The history with the answers of two operations exchanged that were answered
/// differently, both of which only looked, according to `looks`: nearly always
/// wrong then. The history itself when there are no such two.
pub fn spoil<C: Clone + PartialEq, R: Clone + PartialEq>(
    history: &History<C, R>,
    seed: u64,
    looks: impl Fn(&C) -> bool,
) -> History<C, R> {
    let answered = history.iter().filter(|(_, op)| op.reply().is_some() && looks(&op.call));
    let ids: Vec<OpId> = answered.map(|(id, _)| id).collect();
    let reply = |id: OpId| history.get(id).and_then(|op| op.reply());
    let mut rng = Rng::new(seed);
    for _ in 0..100 {
        let mut draw = || ids.get(rng.below(ids.len() as u64) as usize).copied();
        let (Some(one), Some(two)) = (draw(), draw()) else { break };
        let call = |id: OpId| history.get(id).map(|op| &op.call);
        if call(one) == call(two) && reply(one) != reply(two) {
            return changed(history, |id, _| {
                let other = if id == one { two } else { one };
                if id != one && id != two {
                    return None;
                }
                reply(other).cloned().map(Outcome::Ok)
            });
        }
    }
    history.clone()
}

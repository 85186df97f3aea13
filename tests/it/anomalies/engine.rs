//! A tiny store of lists with transactions, whose isolation can be chosen, and
//! which writes down what it knows.

use std::collections::BTreeMap;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{OpId, Outcome, Session};
use netsplit_core::id::NodeId;
use netsplit_core::rng::Rng;
use netsplit_core::time::Time;
use netsplit_core::transaction::{Access, Results, Transaction, Transactions, Truth, Version};

/// How the store keeps transactions apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Each takes effect at one moment between its invocation and its return.
    Serial,
    /// The same, but what only reads may be shown an older state.
    Stale,
    /// Reads of one moment; of two that append to one key, one is refused.
    Snapshot,
    /// Appends are held back and their keys locked; reads see what is committed.
    ReadCommitted,
    /// Appends are seen at once, and their keys locked.
    ReadUncommitted,
    /// Appends are seen at once, and nothing is locked.
    Nothing,
}

impl Isolation {
    pub const ALL: [Isolation; 6] = [
        Isolation::Serial,
        Isolation::Stale,
        Isolation::Snapshot,
        Isolation::ReadCommitted,
        Isolation::ReadUncommitted,
        Isolation::Nothing,
    ];

    fn is_in_place(self) -> bool {
        matches!(self, Isolation::ReadUncommitted | Isolation::Nothing)
    }

    fn has_locks(self) -> bool {
        matches!(self, Isolation::ReadCommitted | Isolation::ReadUncommitted)
    }
}

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub isolation: Isolation,
    pub clients: u32,
    pub transactions: u64,
    pub keys: u64,
    pub accesses: u64,
    /// Of a hundred, how many are given up before they commit.
    pub aborted: u64,
    /// Of a hundred, how many end without an answer.
    pub unknown: u64,
    /// All keys are read at the end.
    pub is_read_at_end: bool,
}

/// How far a client is.
enum Stage {
    Idle,
    Running(Running),
    Ended(OpId, Outcome<Results>),
}

/// A transaction that has begun.
struct Running {
    id: OpId,
    accesses: Vec<Access>,
    done: usize,
    /// Of each key, how many versions its snapshot has.
    snapshot: BTreeMap<Bytes, usize>,
    /// What it appended and holds back.
    own: Vec<(Bytes, u64)>,
    lists: Vec<Vec<u64>>,
    saw: Vec<(u32, Option<Version>)>,
    waited: u32,
}

struct Engine {
    isolation: Isolation,
    orders: BTreeMap<Bytes, Vec<Version>>,
    /// The lengths of all keys after each commit.
    states: Vec<BTreeMap<Bytes, usize>>,
    locks: BTreeMap<Bytes, OpId>,
    ended: BTreeMap<OpId, bool>,
    truth: Truth,
    rng: Rng,
}

/// Makes a history, with what the store knows of it.
pub fn run(plan: &Plan, seed: u64) -> (Transactions, Truth) {
    let mut engine = Engine {
        isolation: plan.isolation,
        orders: BTreeMap::new(),
        states: vec![BTreeMap::new()],
        locks: BTreeMap::new(),
        ended: BTreeMap::new(),
        truth: Truth::default(),
        rng: Rng::new(seed),
    };
    let mut history = Transactions::new();
    let mut stages: Vec<Stage> = (0..plan.clients).map(|_| Stage::Idle).collect();
    let (mut asked, mut open, mut tick) = (0, 0, 0);
    while asked < plan.transactions || open > 0 {
        tick += 1;
        let at = Time::from_micros(tick);
        let client = engine.rng.below(u64::from(plan.clients)) as usize;
        stages[client] = match std::mem::replace(&mut stages[client], Stage::Idle) {
            Stage::Idle if asked < plan.transactions => {
                let accesses = engine.accesses(plan, asked);
                let call = Transaction(accesses.clone());
                let session = Session(client as u32);
                let node = NodeId::from_index(client as u32);
                let id = history.invoke(session, node, at, call);
                (asked, open) = (asked + 1, open + 1);
                Stage::Running(engine.begun(id, accesses))
            }
            Stage::Idle => Stage::Idle,
            Stage::Running(running) => engine.goes_on(running, plan),
            Stage::Ended(id, outcome) => {
                open -= 1;
                let is_lost = engine.rng.chance(plan.unknown, 100);
                history.returned(id, at, if is_lost { Outcome::Unknown } else { outcome });
                Stage::Idle
            }
        };
    }
    if plan.is_read_at_end {
        let accesses: Vec<Access> =
            (0..plan.keys).map(|key| Access::Read { key: key_of(key) }).collect();
        let call = Transaction(accesses.clone());
        let last = Session(plan.clients);
        let at = Time::from_micros(tick + 1);
        let id = history.invoke(last, NodeId::from_index(plan.clients), at, call);
        let mut running = engine.begun(id, accesses);
        while running.done < running.accesses.len() {
            engine.access(&mut running);
        }
        let outcome = engine.commit(running);
        history.returned(id, at, outcome);
    }
    engine.truth.orders = engine.orders;
    (history, engine.truth)
}

fn key_of(number: u64) -> Bytes {
    Bytes::from(&*format!("k{number}"))
}

impl Engine {
    fn accesses(&mut self, plan: &Plan, number: u64) -> Vec<Access> {
        let count = self.rng.between(1, plan.accesses);
        // Some only read, so that a stale state can be seen.
        let reads = if self.rng.chance(1, 4) { 100 } else { 50 };
        let access = |at| {
            let key = key_of(self.rng.below(plan.keys));
            match self.rng.chance(reads, 100) {
                true => Access::Read { key },
                false => Access::Append { key, value: 10 * number + at },
            }
        };
        (0..count).map(access).collect()
    }

    fn begun(&mut self, id: OpId, accesses: Vec<Access>) -> Running {
        Running {
            id,
            accesses,
            done: 0,
            snapshot: self.states.last().expect("there is one at the start").clone(),
            own: Vec::new(),
            lists: Vec::new(),
            saw: Vec::new(),
            waited: 0,
        }
    }

    /// One access more, or the end.
    fn goes_on(&mut self, mut running: Running, plan: &Plan) -> Stage {
        let is_at_once = matches!(self.isolation, Isolation::Serial | Isolation::Stale);
        if is_at_once && running.done == 0 {
            if self.rng.chance(1, 2) {
                return Stage::Running(running);
            }
            running.snapshot = self.states.last().expect("there is one at the start").clone();
            let reads = |access: &Access| matches!(access, Access::Read { .. });
            if self.isolation == Isolation::Stale && running.accesses.iter().all(reads) {
                let some = self.rng.below(self.states.len() as u64) as usize;
                running.snapshot = self.states[some].clone();
            }
        }
        while running.done < running.accesses.len() {
            self.access(&mut running);
            if running.waited > 10 {
                return self.abort(running);
            }
            if !is_at_once {
                return Stage::Running(running);
            }
        }
        if self.rng.chance(plan.aborted, 100) || !self.may_commit(&running) {
            return self.abort(running);
        }
        let id = running.id;
        Stage::Ended(id, self.commit(running))
    }

    fn access(&mut self, running: &mut Running) {
        let access = running.accesses[running.done].clone();
        let at = running.done as u32;
        match access {
            Access::Append { key, value } => {
                if self.isolation.has_locks() {
                    let holder = *self.locks.entry(key.clone()).or_insert(running.id);
                    if holder != running.id {
                        running.waited += 1;
                        return;
                    }
                }
                if self.isolation.is_in_place() {
                    let version = Version { writer: running.id, value };
                    self.orders.entry(key).or_default().push(version);
                } else {
                    running.own.push((key, value));
                }
            }
            Access::Read { key } => {
                let order = self.orders.get(&key).map_or(&[][..], Vec::as_slice);
                let length = match self.isolation {
                    Isolation::Serial | Isolation::Stale | Isolation::Snapshot => {
                        running.snapshot.get(&key).copied().unwrap_or(0)
                    }
                    _ => order.len(),
                };
                let mut versions = order[..length].to_vec();
                for (_, value) in running.own.iter().filter(|(own, _)| *own == key) {
                    versions.push(Version { writer: running.id, value: *value });
                }
                running.saw.push((at, versions.last().copied()));
                running.lists.push(versions.iter().map(|version| version.value).collect());
            }
        }
        running.done += 1;
    }

    /// Nobody else appended since the snapshot, where that matters.
    fn may_commit(&self, running: &Running) -> bool {
        let length = |key: &Bytes| self.orders.get(key).map_or(0, Vec::len);
        let is_old = |(key, _): &(Bytes, u64)| {
            running.snapshot.get(key).copied().unwrap_or(0) == length(key)
        };
        self.isolation != Isolation::Snapshot || running.own.iter().all(is_old)
    }

    fn commit(&mut self, running: Running) -> Outcome<Results> {
        let id = running.id;
        for (key, value) in running.own {
            self.orders.entry(key).or_default().push(Version { writer: id, value });
        }
        self.states.push(self.orders.iter().map(|(key, of)| (key.clone(), of.len())).collect());
        self.truth.committed.insert(id);
        for (at, version) in running.saw {
            self.truth.reads.insert((id, at), version);
        }
        self.end(id, true);
        Outcome::Ok(Results(running.lists))
    }

    fn abort(&mut self, running: Running) -> Stage {
        self.end(running.id, false);
        // What nobody built on is taken out again.
        let ended = &self.ended;
        for order in self.orders.values_mut() {
            while order.last().is_some_and(|last| ended.get(&last.writer) == Some(&false)) {
                order.pop();
            }
        }
        Stage::Ended(running.id, Outcome::Failed)
    }

    fn end(&mut self, id: OpId, is_committed: bool) {
        self.ended.insert(id, is_committed);
        self.locks.retain(|_, holder| *holder != id);
    }
}

//! What a transaction costs that goes over several shards: counts of one simulated run, so they
//! are the same on every machine.
//!
//! Ten groups of three servers keep a shard each. Every client asks for its next transaction when
//! the last one is over, and has keys of its own, so that nobody waits for a lock: what is
//! counted is the protocol.

use std::collections::BTreeMap;
use std::fmt;

use netsplit_core::id::NodeId;
use netsplit_core::time::{Span, Time};
use netsplit_core::txn::message::{Ended, Notice};
use netsplit_sim::choice::{Choice, EnvelopeId};
use netsplit_sim::labs::txn::TxnLab;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::world::World;

/// Groups, and shards.
const GROUPS: u32 = 10;
const CLIENTS: u32 = 10;
/// Runs whose counts are added.
const SEEDS: u64 = 3;
/// By then every shard is with its group.
const SETTLED: Time = Time::from_micros(5_000_000);
/// How long each run is counted.
const COUNTED: Span = Span::from_millis(20_000);

/// What is done to each key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is written, whatever it holds.
    Put,
    /// It is read, and written by what it held: one key after the other.
    Add,
    /// It is read.
    Read,
}

/// Transactions that are alike.
#[derive(Clone, Copy)]
pub struct Kind {
    /// What they do.
    pub deed: Deed,
    /// To how many keys.
    pub keys: u32,
    /// Whether each key is in a shard of its own, or all are in one.
    pub is_apart: bool,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shards = if self.is_apart { self.keys } else { 1 };
        let many = |count: u32| if count == 1 { "" } else { "s" };
        let (keys, of_keys, of_shards) = (self.keys, many(self.keys), many(shards));
        write!(f, "{keys} key{of_keys} in {shards} shard{of_shards}")
    }
}

impl Kind {
    /// What a client asks. Keys that begin alike are in one shard.
    fn words(self, client: NodeId) -> String {
        let op = |place: u32| {
            let shard = if self.is_apart { place } else { client.number() % GROUPS };
            let key = format!("{shard}-{client}-{place}");
            match self.deed {
                Deed::Put => format!("put {key} 0123456789"),
                Deed::Add => format!("add {key} 1"),
                Deed::Read => format!("read {key}"),
            }
        };
        let ops: Vec<String> = (0..self.keys).map(op).collect();
        format!("txn {}", ops.join("; "))
    }
}

/// What transactions of a kind came to.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    /// How many were committed.
    committed: u64,
    /// Messages between clients and groups.
    asked: u64,
    /// Messages beyond these and beyond those of a store that nobody asks anything.
    replicated: u64,
    /// Entries of all logs.
    entries: u64,
}

impl Cost {
    fn each(&self, count: u64) -> f64 {
        count as f64 / self.committed as f64
    }

    /// Committed in a simulated second.
    pub fn a_second(&self) -> f64 {
        self.committed as f64 / (SEEDS * COUNTED.micros()) as f64 * 1e6
    }

    /// From its begin to its end.
    pub fn millis(&self) -> f64 {
        1_000.0 * f64::from(CLIENTS) / self.a_second()
    }

    /// Messages of one transaction.
    pub fn messages(&self) -> f64 {
        self.each(self.asked + self.replicated)
    }

    /// Entries of one transaction.
    pub fn entries(&self) -> f64 {
        self.each(self.entries)
    }
}

/// A store in which every group has its shard.
fn settled(seed: u64, level: &str) -> World<TxnLab> {
    let nodes = 3 * (GROUPS + 1);
    let text = format!(
        "scenario txn nodes={nodes} groups={GROUPS}x3 clients={CLIENTS} seed={seed} \
         delay=1ms..10ms save=1ms log-bytes=16000 shards={GROUPS} by=first-byte isolation={level}"
    );
    let script = Script::parse(&text).expect("it is a script");
    let options = open::world::<TxnLab>(&script.setup).expect("it can be opened");
    let mut world = World::new(options);
    let gids: Vec<String> = (1..=GROUPS).map(|gid| gid.to_string()).collect();
    let join = format!("join {}", gids.join(" "));
    let client = clients(&world).next().expect("there are clients");
    world.apply(Choice::Request(client, join.as_str().into())).expect("it is up");
    while world.step_by(SETTLED) {}
    world.advance_to(SETTLED);
    world
}

fn clients(world: &World<TxnLab>) -> impl Iterator<Item = NodeId> + use<> {
    world.ids().filter(|node| node.is_client())
}

/// The highest index that is committed, group by group, added up.
fn committed(world: &World<TxnLab>) -> u64 {
    let mut highest = BTreeMap::new();
    for server in world.servers() {
        let peer = world.node(server).machine().and_then(|node| node.peer());
        let index = peer.map_or(0, |peer| peer.commit_index());
        let group = highest.entry(server.group()).or_insert(0);
        *group = index.max(*group);
    }
    highest.into_values().sum()
}

/// Messages of the step just made that go between a client and a server.
fn of_clients(world: &World<TxnLab>) -> u64 {
    let is_of_client = |id: EnvelopeId| id.from.is_client() || id.to.is_client();
    world.left().filter(|envelope| is_of_client(envelope.id)).count() as u64
}

/// Asks a client, and gives the messages that this makes.
fn ask(world: &mut World<TxnLab>, client: NodeId, kind: Kind) -> u64 {
    let words = kind.words(client);
    world.apply(Choice::Request(client, words.as_str().into())).expect("clients are up");
    of_clients(world)
}

/// Runs a settled store and counts. Without a kind, nobody asks anything.
fn counted(mut world: World<TxnLab>, kind: Option<Kind>) -> Cost {
    let end = SETTLED + COUNTED;
    let (sent, entries) = (world.traffic().sent, committed(&world));
    let mut cost = Cost::default();
    if let Some(kind) = kind {
        cost.asked += clients(&world).map(|client| ask(&mut world, client, kind)).sum::<u64>();
    }
    while world.step_by(end) {
        cost.asked += of_clients(&world);
        let ended = world.notices().find_map(|notice| match notice {
            Notice::Ended { how, .. } => Some(how.clone()),
            _ => None,
        });
        let (Some(how), Some(kind)) = (ended, kind) else { continue };
        assert!(matches!(how, Ended::Committed(_)), "nobody is in anybody's way");
        cost.committed += 1;
        let client = world.last().node.expect("a client has said so");
        cost.asked += ask(&mut world, client, kind);
    }
    cost.replicated = world.traffic().sent - sent - cost.asked;
    cost.entries = committed(&world) - entries;
    cost
}

/// What transactions of a kind cost at a level of isolation, beyond what a store costs that nobody
/// asks anything.
pub fn cost(level: &str, kinds: &[Kind]) -> Vec<Cost> {
    let mut costs = vec![Cost::default(); kinds.len()];
    for seed in 1..=SEEDS {
        let world = settled(seed, level);
        let idle = counted(world.clone(), None);
        for (kind, sum) in kinds.iter().zip(&mut costs) {
            let cost = counted(world.clone(), Some(*kind));
            sum.committed += cost.committed;
            sum.asked += cost.asked;
            sum.replicated += cost.replicated.saturating_sub(idle.replicated);
            sum.entries += cost.entries.saturating_sub(idle.entries);
        }
    }
    costs
}

/// Prints what kinds of transactions cost, each with its ratios to the first.
pub fn print(title: &str, kinds: &[Kind], costs: &[Cost]) {
    let head = ["a second", "ratio", "ms", "messages", "asking", "ratio", "entries"];
    println!("\n{title}");
    println!("  {:<24}{}", "", head.map(|name| format!("{name:>10}")).concat());
    let first = costs[0];
    for (kind, cost) in kinds.iter().zip(costs) {
        let figures = [
            cost.a_second(),
            cost.a_second() / first.a_second(),
            cost.millis(),
            cost.messages(),
            cost.each(cost.asked),
            cost.messages() / first.messages(),
            cost.entries(),
        ];
        let row: String = figures.iter().map(|figure| format!("{figure:>10.2}")).collect();
        println!("  {:<24}{row}", kind.to_string());
    }
}

//! What the checks cost as histories grow: the sharded store and its transactions in the world,
//! bare and with every check after every step, and the whole history looked at once more at the
//! end.

use std::time::Duration;

use cpu_time::ThreadTime;
use netsplit_core::kv::Kv;
use netsplit_core::time::{Span, Time};
use netsplit_sim::check::anomalies;
use netsplit_sim::check::linearizability::{Options, Verdict, check};
use netsplit_sim::choice::Choice;
use netsplit_sim::lab::Lab;
use netsplit_sim::labs::shardkv::ShardLab;
use netsplit_sim::labs::txn::TxnLab;
use netsplit_sim::open;
use netsplit_sim::property::Checks as _;
use netsplit_sim::scenario::Script;
use netsplit_sim::world::{World, WorldOptions};

/// Between two changes of configuration.
const STAYS: Span = Span::from_millis(2_000);

/// A store and what is done to it: three groups, ten clients that ask all the time, and a group
/// that leaves and joins again and again.
pub struct Store<L: Lab> {
    options: WorldOptions<L>,
}

impl<L: Lab> Store<L> {
    fn of(words: &str) -> Store<L> {
        let text = format!(
            "scenario {} nodes=12 groups=3x3 clients=10 seed=1 delay=1ms..10ms save=1ms \
             log-bytes=16000 {words} think=1ms..10ms",
            L::NAME
        );
        let script = Script::parse(&text).expect("it is a script");
        Store { options: open::world::<L>(&script.setup).expect("it can be opened") }
    }

    /// Runs it so many virtual seconds, bare or with all checks after every step: its steps, how
    /// long they took, and what the checks know.
    fn run(&self, seconds: u64, is_checked: bool) -> Ran<L> {
        let mut world: World<L> = World::new(self.options.clone());
        let mut checks = L::Checks::default();
        let mut broken = Vec::new();
        let admin = world.ids().find(|node| node.is_client()).expect("there are clients");
        let end = Time::ZERO + Span::from_millis(1_000 * seconds);
        let mut changes =
            ["join 1 2 3"].into_iter().chain(["leave 3", "join 3"].into_iter().cycle());
        let start = ThreadTime::now();
        let mut until = Time::ZERO;
        while until < end {
            let words = changes.next().expect("they go on for ever");
            world.apply(Choice::Request(admin, words.into())).expect("clients are up");
            until = end.min(until + STAYS);
            loop {
                if is_checked {
                    checks.observe(&world, &mut broken);
                }
                if !world.step_by(until) {
                    break;
                }
            }
            world.advance_to(until);
        }
        let took = start.elapsed();
        assert!(broken.is_empty(), "nothing is wrong with this store");
        Ran { steps: world.steps(), took, checks, fingerprint: world.fingerprint().value() }
    }
}

/// A run.
struct Ran<L: Lab> {
    steps: u64,
    took: Duration,
    checks: L::Checks,
    fingerprint: u64,
}

/// What a run and its checks came to.
#[derive(Clone, Copy, Default)]
pub struct Grown {
    /// Steps of the run.
    pub steps: u64,
    /// How long they take by themselves.
    pub bare: Duration,
    /// How long they take with every check after every step.
    pub checked: Duration,
    /// Operations, or transactions, that were asked for.
    pub ops: u64,
    /// How long it takes to look at all of them at once.
    pub whole: Duration,
}

impl Grown {
    /// How many times as long the run takes with all checks.
    pub fn times(&self) -> f64 {
        self.checked.as_secs_f64() / self.bare.as_secs_f64()
    }

    /// What an operation costs in the history, in nanoseconds.
    pub fn each(&self) -> f64 {
        self.whole.as_secs_f64() * 1e9 / self.ops as f64
    }
}

fn grown<L: Lab>(
    store: &Store<L>,
    seconds: u64,
    whole: fn(&L::Checks) -> (u64, Duration),
) -> Grown {
    let (bare, checked) = (store.run(seconds, false), store.run(seconds, true));
    assert_eq!(bare.fingerprint, checked.fingerprint, "whoever looks changes nothing");
    let (ops, whole) = whole(&checked.checks);
    Grown { steps: bare.steps, bare: bare.took, checked: checked.took, ops, whole }
}

/// The sharded store for so many virtual seconds, and whether what its clients saw is
/// linearizable.
pub fn sharded(seconds: u64) -> Grown {
    let store = Store::<ShardLab>::of("work=on clerks=2 keys=50");
    grown(&store, seconds, |checks| {
        let history = checks.history();
        let start = ThreadTime::now();
        let report = check(&Kv, history, &Options::default());
        let took = start.elapsed();
        assert!(matches!(report.verdict, Verdict::Linearizable(_)), "the store is correct");
        (history.len() as u64, took)
    })
}

/// Transactions for so many virtual seconds, and which anomalies are in what clients saw.
pub fn transactions(seconds: u64) -> Grown {
    let store = Store::<TxnLab>::of("work=lists keys=1000");
    grown(&store, seconds, |checks| {
        let history = checks.history();
        let start = ThreadTime::now();
        let report = anomalies::check(history).expect("no value is appended twice");
        let took = start.elapsed();
        assert!(report.anomalies.is_empty(), "the store is correct");
        (history.len() as u64, took)
    })
}

//! The store in the world: clients that are answered, crashes that lose nothing, four ways to read.

use std::collections::BTreeSet;
use std::rc::Rc;

use netsplit_core::id::{Groups, NodeId};
use netsplit_core::kv::message::Call;
use netsplit_core::replicated::clerk::Clients;
use netsplit_core::replicated::message::Notice;
use netsplit_core::replicated::options::{Options, Reading, Work};
use netsplit_core::time::{Span, Time};
use netsplit_sim::choice::Choice;
use netsplit_sim::labs::kv::{KvLab, Node};
use netsplit_sim::moment::Moment;
use netsplit_sim::network::{LinkOptions, NetworkOptions};
use netsplit_sim::property::Checks;
use netsplit_sim::scene::{Deed, Limits};
use netsplit_sim::timeline::Timeline;
use netsplit_sim::world::WorldOptions;

/// Clients of each run.
const CLIENTS: u32 = 3;

/// What each client does by itself: so many calls, half of them queries, on three keys.
fn work(calls: u64) -> Option<Work> {
    Some(Work {
        clerks: 1,
        most: calls,
        think_min: Span::from_millis(5),
        think_max: Span::from_millis(40),
        keys: 3,
        hot_percent: 0,
        query_percent: 50,
        own_key: false,
    })
}

/// The paper's numbers, with queries answered in this way.
fn reading(reading: Reading) -> Options {
    match reading {
        Reading::Lease => Options::paper().with_lease(),
        _ => Options { reading, ..Options::paper() },
    }
}

fn run(nodes: u32, seed: u64, links: LinkOptions, lab: Options) -> Timeline<KvLab> {
    let options = WorldOptions {
        nodes,
        groups: Groups::NONE,
        clients: CLIENTS,
        seed,
        network: NetworkOptions { links, course: None },
        save_takes: Span::from_millis(1),
        lab,
        disks: Vec::new(),
    };
    Timeline::new(options, Rc::from([]), Limits::default())
}

fn at(millis: u64) -> Moment {
    Moment::after(Time::from_micros(millis * 1_000))
}

fn act(run: &mut Timeline<KvLab>, choice: Choice) {
    assert_eq!(run.act(Deed::Choice(choice)), Ok(()));
}

/// A client is asked for this, by a clerk that does nothing else.
fn ask(run: &mut Timeline<KvLab>, number: u64, words: &str) {
    let count = u64::from(CLIENTS);
    let client = run.scene().world.cast().clients().nth((number % count) as usize);
    let request = format!("clerk 2 {words}").as_str().into();
    act(run, Choice::Request(client.expect("there are so many"), request));
}

fn append(run: &mut Timeline<KvLab>, number: u64) {
    ask(run, number, &format!("append x <{number}>"));
}

/// How many calls of the clients are over.
fn answered(run: &Timeline<KvLab>) -> u64 {
    let world = &run.scene().world;
    let clients = world.cast().clients().filter_map(|node| world.node(node).machine()?.clients());
    clients.map(Clients::answered).sum()
}

/// Runs until so many calls are over, for at most so long.
fn run_until_answered(run: &mut Timeline<KvLab>, calls: u64, millis: u64) {
    let end = Time::from_micros(millis * 1_000);
    while answered(run) < calls {
        let now = run.scene().world.now();
        assert!(now < end, "{} of {calls} calls are answered at {now}", answered(run));
        run.run_to(Moment::after(now + Span::from_millis(50)), u64::MAX);
    }
}

/// No promise is broken, and none is left open.
fn check(run: &Timeline<KvLab>, what: &str) {
    assert_eq!(run.scene().broken(), [], "{what}");
    assert_eq!(run.scene().checks().undecided(), [], "{what}");
}

/// What clients have appended to `x` and were told is done stands there once, on every server.
fn check_appended(run: &Timeline<KvLab>, what: &str) -> u64 {
    let history = run.scene().checks().history();
    let done = history.iter().filter(|(_, op)| op.reply().is_some());
    let appended: Vec<String> = done
        .filter_map(|(_, op)| match &op.call {
            Call::Append { key, value } if *key == "x".into() => Some(value.text().into_owned()),
            _ => None,
        })
        .collect();
    let world = &run.scene().world;
    for node in world.servers() {
        let server = world.node(node).machine().and_then(Node::server);
        let held = server.expect("all servers are up").service().get(&"x".into());
        let text = held.map_or_else(String::new, |held| held.value.text().into_owned());
        for piece in &appended {
            let times = text.matches(piece.as_str()).count();
            assert_eq!(times, 1, "{what}: {piece} is at {node} so often: {text}");
        }
    }
    appended.len() as u64
}

/// Clients go on being answered: so many calls more, for at most five seconds.
fn check_goes_on(run: &mut Timeline<KvLab>, calls: u64) {
    let millis = run.scene().world.now().micros() / 1_000 + 5_000;
    let calls = answered(run) + calls;
    run_until_answered(run, calls, millis);
}

/// By themselves they ask who leads; what they are asked for goes to one server after the other.
#[test]
fn clients_at_work_are_answered_in_every_way_to_read() {
    const CALLS: u64 = 20;
    const READS: u64 = 30;
    for seed in 0..40 {
        for links in [LinkOptions::calm(), LinkOptions::lan(), LinkOptions::lossy()] {
            for way in Reading::ALL {
                let what = format!("seed {seed}, {}, {links:?}", way.word());
                let options = Options { work: work(CALLS), ..reading(way) };
                let mut run = run(5, seed, links.clone(), options);
                for number in 0..READS {
                    run.run_to(at(1_000 + 40 * number), u64::MAX);
                    ask(&mut run, number, &format!("get k{} at n{}", number % 3, number % 5 + 1));
                }
                let calls = CALLS * u64::from(CLIENTS) + READS;
                run_until_answered(&mut run, calls, 60_000);
                check(&run, &what);
            }
        }
    }
}

/// One server after the other goes and comes back, leaders too; a save takes a millisecond, and what
/// was not saved is gone.
#[test]
fn crashes_lose_no_acknowledged_write() {
    for seed in 0..50 {
        let what = format!("seed {seed}");
        let options = Options { work: work(1_000), ..Options::paper() };
        let mut run = run(3, seed, LinkOptions::calm(), options);
        for round in 0..16_u64 {
            run.run_to(at(1_000 + round * 337), u64::MAX);
            append(&mut run, round);
            let node = NodeId::from_index((round / 2 % 3) as u32);
            let is_up = round % 2 == 0;
            act(&mut run, if is_up { Choice::crash(node) } else { Choice::Restart(node) });
        }
        check_goes_on(&mut run, 60);
        check(&run, &what);
        assert_eq!(check_appended(&run, &what), 16, "{what}");
    }
}

/// All servers go at once, three times, wherever they are. What they have is on their disks: a log
/// that is cut short by snapshots.
#[test]
fn what_was_answered_outlives_the_power() {
    for seed in 0..50 {
        let what = format!("seed {seed}");
        let options =
            Options { work: work(1_000), log_bytes_max: Some(1_000), ..Options::course() };
        let mut run = run(5, seed, LinkOptions::lan(), options);
        let servers: Vec<NodeId> = run.scene().world.servers().collect();
        for round in 1..=3_u64 {
            for number in 0..5 {
                run.run_to(at(round * 3_000 + number * 3), u64::MAX);
                append(&mut run, round * 10 + number);
            }
            run.run_to(at(round * 3_000 + 12 + seed), u64::MAX);
            servers.iter().for_each(|&node| act(&mut run, Choice::crash(node)));
            run.run_to(at(round * 3_000 + 200), u64::MAX);
            servers.iter().for_each(|&node| act(&mut run, Choice::Restart(node)));
        }
        check_goes_on(&mut run, 60);
        check(&run, &what);
        assert_eq!(check_appended(&run, &what), 15, "{what}");
        let server = |node: &NodeId| run.scene().world.node(*node).machine()?.server();
        let snapshots = servers.iter().filter_map(server).map(|it| it.raft().snapshot());
        assert!(snapshots.into_iter().all(|it| it.last_included_index > 0), "{what}");
    }
}

/// Servers are told one after the other, so that for a while each has its own way.
#[test]
fn the_way_to_read_may_change_while_it_runs() {
    for seed in 0..40 {
        let options = Options { work: work(1_000), ..reading(Reading::Log) };
        let raft = reading(Reading::Lease).raft;
        let mut run = run(3, seed, LinkOptions::lan(), Options { raft, ..options });
        let servers: Vec<NodeId> = run.scene().world.servers().collect();
        let mut seen = BTreeSet::new();
        run.run_to(at(1_000), u64::MAX);
        for round in 0..24_usize {
            let (node, way) = (servers[round % 3], Reading::ALL[round / 3 % 4]);
            let words = format!("read by {}", way.word());
            act(&mut run, Choice::Request(node, words.as_str().into()));
            ask(&mut run, round as u64, &format!("get k0 at {node}"));
            let end = Time::from_micros(1_000_000 + (round as u64 + 1) * 300_000);
            while run.scene().world.now() < end && run.step() {
                seen.extend(run.scene().world.notices().filter_map(|notice| match notice {
                    Notice::Answered { reading, .. } => Some(reading.word()),
                    _ => None,
                }));
            }
        }
        check(&run, &format!("seed {seed}"));
        assert_eq!(seen, Reading::ALL.map(Reading::word).into(), "seed {seed}");
        assert!(answered(&run) > 200, "seed {seed}: {}", answered(&run));
    }
}

#[test]
fn the_same_run_twice_has_one_fingerprint() {
    let played = |seed: u64, way: Reading| {
        let options = Options { work: work(1_000), ..reading(way) };
        let mut run = run(3, seed, LinkOptions::lossy(), options);
        run.run_to(at(2_000), u64::MAX);
        append(&mut run, 1);
        act(&mut run, Choice::crash(NodeId::from_index(0)));
        run.run_to(at(4_000), u64::MAX);
        run.scene().world.fingerprint()
    };
    let runs = || {
        let seeds = 0..5;
        seeds.flat_map(|seed| Reading::ALL.map(|way| played(seed, way))).collect::<Vec<_>>()
    };
    let (once, twice) = (runs(), runs());
    assert_eq!(once, twice);
    let different: BTreeSet<String> = once.iter().map(ToString::to_string).collect();
    assert_eq!(different.len(), once.len(), "runs that differ have fingerprints that differ");
}

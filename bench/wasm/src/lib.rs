//! One run of Raft in the world, exported for wasm and called natively.

pub mod store;

use std::rc::Rc;

use netsplit_core::id::{Groups, NodeId};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::log::Log;
use netsplit_core::raft::message::Entry;
use netsplit_core::raft::options::Options;
use netsplit_core::time::{Span, Time};
use netsplit_sim::choice::Choice;
use netsplit_sim::lab::Lab;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::network::{Delay, LinkOptions, NetworkOptions};
use netsplit_sim::world::{World, WorldOptions};

/// A command is proposed so often.
pub const PACE: Span = Span::from_millis(10);

/// By then a leader is elected and has nothing left to do.
pub const SETTLED: Time = Time::from_micros(2_000_000);

/// A cluster on links of 1 to 10 ms that lose nothing, with disks that take no
/// time; every disk holds `entries` entries at the start.
pub fn options(nodes: u32, entries: u64) -> WorldOptions<RaftLab> {
    let delay = Delay::Uniform(Span::from_millis(1), Span::from_millis(10));
    let links = LinkOptions { delay, ..LinkOptions::calm() };
    let mut log = Log::default();
    for number in 0..entries {
        log.push(Entry { term: 1, command: number.to_be_bytes()[..].into() });
    }
    let disk = Disk { current_term: u64::from(entries > 0), log, ..Disk::default() };
    WorldOptions {
        nodes,
        groups: Groups::NONE,
        clients: 0,
        seed: 1,
        network: NetworkOptions { links, course: None },
        save_takes: Span::ZERO,
        lab: Options::paper(),
        disks: vec![disk; nodes as usize],
    }
}

/// Runs a world to a time.
#[inline]
pub fn run_to(world: &mut World<RaftLab>, time: Time) {
    while world.step_by(time) {}
    world.advance_to(time);
}

/// The node that leads.
///
/// # Panics
/// When there is none, which the seed rules out at [`SETTLED`].
pub fn leader(world: &World<RaftLab>) -> NodeId {
    let leads =
        |node: &NodeId| world.node(*node).machine().is_some_and(|peer| RaftLab::glance(peer).leads);
    world.ids().find(leads).expect("this seed has elected one by now")
}

/// What is asked of the leader: to take a command of 16 bytes.
pub fn propose(leader: NodeId) -> Choice {
    Choice::Request(leader, Rc::from("propose 0123456789abcdef"))
}

/// A world that has elected its leader.
pub fn settled(nodes: u32) -> World<RaftLab> {
    let mut world = World::new(options(nodes, 0));
    run_to(&mut world, SETTLED);
    world
}

/// Runs a settled world so many virtual seconds, a command every [`PACE`].
///
/// # Panics
/// When the leader takes no command: nothing happens that could unseat it.
pub fn work(world: &mut World<RaftLab>, seconds: u32) {
    let ask = propose(leader(world));
    let end = world.now() + Span::from_millis(u64::from(seconds) * 1_000);
    while world.now() < end {
        world.apply(ask.clone()).expect("the leader is up");
        let next = world.now() + PACE;
        run_to(world, next);
    }
}

/// The run that is timed: its fingerprint is the same on every machine.
#[unsafe(no_mangle)]
pub extern "C" fn run(nodes: u32, seconds: u32) -> u64 {
    let mut world = settled(nodes);
    work(&mut world, seconds);
    world.fingerprint().value()
}

//! One run of the key/value store with its clients, all checks on.

use std::rc::Rc;

use netsplit_core::id::Groups;
use netsplit_core::replicated::options::{Options, Work};
use netsplit_core::time::{Span, Time};
use netsplit_sim::labs::kv::KvLab;
use netsplit_sim::moment::Moment;
use netsplit_sim::network::{Delay, LinkOptions, NetworkOptions};
use netsplit_sim::scene::{Advanced, Limits, Scene};
use netsplit_sim::world::WorldOptions;

/// Five servers on links of 1 to 10 ms with disks that take a millisecond, and ten clients with two
/// clerks each that think as long: half of what they ask is a query, through the log; the log is
/// bounded.
fn options() -> WorldOptions<KvLab> {
    let delay = Delay::Uniform(Span::from_millis(1), Span::from_millis(10));
    let work = Work {
        clerks: 2,
        most: 1_000_000,
        think_min: Span::from_millis(1),
        think_max: Span::from_millis(10),
        keys: 20,
        hot_percent: 0,
        query_percent: 50,
        own_key: false,
    };
    WorldOptions {
        nodes: 5,
        groups: Groups::NONE,
        clients: 10,
        seed: 1,
        network: NetworkOptions {
            links: LinkOptions { delay, ..LinkOptions::calm() },
            course: None,
        },
        save_takes: Span::from_millis(1),
        lab: Options { work: Some(work), log_bytes_max: Some(16_000), ..Options::paper() },
        disks: Vec::new(),
    }
}

/// Runs it so many virtual seconds, and gives how many calls were answered.
///
/// # Panics
/// When a property breaks.
pub fn run(seconds: u32) -> Scene<KvLab> {
    let mut scene = Scene::new(options(), Rc::from([]), Limits::default());
    let end = Moment::after(Time::from_micros(u64::from(seconds) * 1_000_000));
    while !matches!(scene.advance(&[], end), Advanced::Reached | Advanced::Stopped(_)) {}
    assert!(scene.broken().is_empty(), "the store is correct");
    scene
}

/// How many calls were answered in a run.
pub fn answered(scene: &Scene<KvLab>) -> u64 {
    scene.checks().history().iter().filter(|(_, op)| op.reply().is_some()).count() as u64
}

/// The run that is timed: its fingerprint is the same on every machine.
#[unsafe(no_mangle)]
pub extern "C" fn run_store(seconds: u32) -> u64 {
    run(seconds).world.fingerprint().value()
}

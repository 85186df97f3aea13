//! What work costs: a processor, a disk and a network interface for each node, each a queue.
//!
//! A lab says how fast they are ([`Lab::costs`](crate::lab::Lab::costs)); where it says nothing, work
//! takes no time, and nothing is different from a world without this. What a node asks of its
//! processor and its disk ([`Effect::Work`](netsplit_core::machine::Effect::Work)) is done one after
//! the other; the timer that stands for the end of it is a timer like any other, and is gone with a
//! crash. What it sends goes out through one interface, crosses the network and comes in through
//! another, so that many who send to one wait for each other.

use netsplit_core::machine::Resource;
use netsplit_core::time::Span;

/// Messages up to so many bytes do not wait behind larger ones: real networks share what they have
/// among connections, and a word about a file does not wait for the file.
const SMALL: u64 = 16_384;

/// How fast a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Speed {
    /// Of a hundred parts of a second of a processor that is not slow, how many it does in one.
    pub cpu_percent: u32,
    /// Bytes a second of its disk; 0 is without limit.
    pub disk: u64,
    /// Bytes a second of its interface, in each direction; 0 is without limit.
    pub nic: u64,
}

impl Speed {
    /// Nothing takes time but what the processor does.
    pub const FREE: Speed = Speed { cpu_percent: 100, disk: 0, nic: 0 };

    /// How long it takes to do so much.
    pub(crate) fn takes(self, resource: Resource, amount: u64) -> Span {
        Span::from_micros(match resource {
            Resource::Cpu => {
                amount.saturating_mul(100).div_ceil(u64::from(self.cpu_percent.max(1)))
            }
            Resource::Disk => micros_of(amount, self.disk),
        })
    }
}

/// Microseconds for so many bytes at so many a second.
fn micros_of(bytes: u64, a_second: u64) -> u64 {
    match a_second {
        0 => 0,
        a_second => bytes.saturating_mul(1_000_000).div_ceil(a_second),
    }
}

/// How fast all nodes are, and what is between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Costs {
    /// By place in the cluster.
    pub nodes: Vec<Speed>,
    /// Bytes a second that the network carries in all; 0 is without limit.
    pub core: u64,
}

/// When the parts of a node have done what was asked of them, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Busy {
    until: [u64; 2],
}

impl Busy {
    /// Puts work at the end of a queue, and returns when it is done.
    pub(crate) fn put(&mut self, resource: Resource, takes: Span, now: u64) -> u64 {
        let until = &mut self.until[resource as usize];
        *until = (*until).max(now).saturating_add(takes.micros());
        *until
    }
}

/// The interfaces of all nodes, and what is between them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Interfaces {
    speeds: Vec<u64>,
    core: u64,
    /// Until when each sends, and each receives.
    until: Vec<[u64; 2]>,
    core_until: u64,
}

impl Interfaces {
    pub(crate) fn new(costs: &Costs) -> Interfaces {
        Interfaces {
            speeds: costs.nodes.iter().map(|speed| speed.nic).collect(),
            core: costs.core,
            until: vec![[0; 2]; costs.nodes.len()],
            core_until: 0,
        }
    }

    /// How much longer a message of so many bytes takes that is sent now.
    pub(crate) fn pass(&mut self, from: usize, to: usize, bytes: u64, now: u64) -> Span {
        let speed = |node: usize| self.speeds.get(node).copied().unwrap_or(0);
        let (out, into) = (micros_of(bytes, speed(from)), micros_of(bytes, speed(to)));
        let (between, slowest) = (micros_of(bytes, self.core), out.max(into));
        if bytes <= SMALL {
            return Span::from_micros(slowest);
        }
        // What comes in begins to do so when it begins to go out; each part is busy for as long as
        // it needs itself.
        let sends = self.until[from][0].max(now);
        self.until[from][0] = sends + out;
        let crosses = self.core_until.max(sends);
        self.core_until = crosses + between;
        let receives = self.until[to][1].max(crosses);
        self.until[to][1] = receives + into;
        let done = (sends + out).max(crosses + between).max(receives + into);
        Span::from_micros(done - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1_000_000;

    fn costs() -> Costs {
        let speed = Speed { cpu_percent: 50, disk: 10 * MB, nic: 10 * MB };
        Costs { nodes: vec![speed; 3], core: 0 }
    }

    #[test]
    fn work_waits_for_what_was_asked_before() {
        let speed = costs().nodes[0];
        let mut busy = Busy::default();
        let second = |busy: &mut Busy, now| {
            busy.put(Resource::Disk, speed.takes(Resource::Disk, 10 * MB), now)
        };
        assert_eq!([second(&mut busy, 0), second(&mut busy, 0)], [1_000_000, 2_000_000]);
        assert_eq!(second(&mut busy, 5_000_000), 6_000_000);
        // The processor is another queue, and half as fast as one that is not slow.
        assert_eq!(busy.put(Resource::Cpu, speed.takes(Resource::Cpu, 7), 0), 14);
        assert_eq!(Speed::FREE.takes(Resource::Disk, MB), Span::ZERO);
    }

    #[test]
    fn two_who_send_to_one_wait_for_each_other_and_small_messages_do_not() {
        let mut all = Interfaces::new(&costs());
        let times =
            [(0, 2), (1, 2), (0, 1)].map(|(from, to)| all.pass(from, to, 10 * MB, 0).micros());
        assert_eq!(times, [1_000_000, 2_000_000, 2_000_000]);
        assert_eq!(all.pass(0, 2, 1_000, 0).micros(), 100);
    }

    #[test]
    fn the_network_as_a_whole_carries_no_more_than_it_does() {
        let costs = Costs { core: 5 * MB, ..costs() };
        let mut all = Interfaces::new(&costs);
        let times = [(0, 1), (1, 2)].map(|(from, to)| all.pass(from, to, 10 * MB, 0).micros());
        assert_eq!(times, [2_000_000, 4_000_000]);
    }
}

//! What work costs in the paper's cluster: the parameters of the cost model, each with its source.
//! They were written down before the sort of section 5.3 was run, and are not fitted to it.

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::mapreduce::options::Costs as Code;

use crate::cost::{Costs, Speed};

const MB: u64 = 1_000_000;

/// How many machines the cluster has: "approximately 1800 machines" (section 5.1).
pub const MACHINES: u64 = 1_800;

/// What a machine's interface carries: "a gigabit Ethernet link" (section 5.1).
pub const NIC: u64 = 125 * MB;

/// What the network carries at its root: 100 to 200 Gb/s in all (section 5.1); the middle of it,
/// divided among the machines. A smaller cluster has as much less.
pub const CORE_EACH: u64 = 150_000 * MB / 8 / MACHINES;

/// What a disk reads and writes: 30 MB/s, and 1 MB/s where it corrects errors all the time (section
/// 3.6).
pub const DISK: u64 = 30 * MB;

/// The same of a bad disk.
pub const BAD_DISK: u64 = MB;

/// What code costs the processor, in nanoseconds a byte. The paper does not say. Of a machine's two
/// processors of 2 GHz (section 5.1) one is ours, at a hundred cycles for each byte that is mapped,
/// fifty for each that is sorted or reduced. Splitting text into words takes about that.
pub const CODE: Code = Code { map: 50, sort: 25, reduce: 25 };

/// The same for the sort, whose map and reduce hardly do anything (section 5.3).
pub const CODE_OF_SORT: Code = Code { map: 10, sort: 40, reduce: 10 };

/// How fast the nodes are: a coordinator that does not matter, workers as they are above but for
/// those with a bad disk, and a file system that is the disks of all workers together.
pub fn cluster(cast: Cast, bad: &[NodeId]) -> Costs {
    let workers = u64::from(cast.servers.saturating_sub(1).max(1));
    let speed = |node: NodeId| match node {
        node if node.is_client() => Speed { cpu_percent: 100, disk: DISK * workers, nic: 0 },
        node => {
            let disk = if bad.contains(&node) { BAD_DISK } else { DISK };
            Speed { cpu_percent: 100, disk, nic: NIC }
        }
    };
    Costs { nodes: cast.ids().map(speed).collect(), core: CORE_EACH * workers }
}

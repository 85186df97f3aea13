//! Picks the core to measure on.
//!
//! A neighbour on the same core, another virtual machine for one, makes it up to
//! twice as slow for minutes, and no clock of ours sees that. So before each round
//! every core does the same short work, and the round is run on the one that was
//! fastest: all contenders of a round on the same.

use std::time::Duration;

use crate::kernel;

/// Events of the work that cores are compared by: a few milliseconds.
const EVENTS: u64 = 40_000;
/// Tries on every core, in turn.
const TRIES: usize = 5;

/// Moves this thread, and what it starts from now on, to the core that is fastest
/// now. Leaves it where it is on systems that do not let it choose.
pub fn pick_core() {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    let mut took = vec![Duration::ZERO; cores.len()];
    for _ in 0..TRIES {
        for (core, took) in cores.iter().zip(&mut took) {
            core_affinity::set_for_current(*core);
            *took += kernel::world(EVENTS);
        }
    }
    if let Some((core, _)) = cores.iter().zip(took).min_by_key(|(_, took)| *took) {
        core_affinity::set_for_current(*core);
    }
}

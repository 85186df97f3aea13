//! How fast Auto plays: a function of what is shown, so that the same run has the
//! same pace on every machine.

use netsplit_sim::run::WorldView;

use crate::labs::Look;

/// While something that matters is under way, in microseconds of the run in a
/// second of screen: a message of the first scenario's links takes about a second.
pub const SLOW: u64 = 13_000;

/// The fastest that Auto plays.
const FAST: u64 = 400_000;

/// Screen time in which Auto closes most of the way to what comes, in
/// thousandths of a second.
const APPROACH_MILLIS: u64 = 700;

/// The pace of a moment.
pub fn pace(look: &Look, view: &WorldView) -> u64 {
    let matters = view.flying.iter().any(|flying| !flying.held && (look.matters)(flying, view));
    if matters || view.nodes.iter().any(|node| node.pending.1.is_some()) {
        return SLOW;
    }
    // Nothing to see but what is far away: the nearer its time, the slower.
    let timers = view.nodes.iter().filter(|node| node.up && !node.paused).flat_map(|node| {
        node.timers
            .iter()
            .filter(|(name, ..)| look.racing.contains(&name.as_str()))
            .map(|(.., at)| *at)
    });
    let Some(first) = timers.min() else { return FAST };
    let wait = first.since(view.moment.at).micros();
    (wait * 1_000 / APPROACH_MILLIS).clamp(SLOW, FAST)
}

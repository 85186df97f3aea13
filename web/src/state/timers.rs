//! RaftScope's two ways with election timers: apart, so that one node wins, or
//! together, so that votes split.

use netsplit_core::id::NodeId;
use netsplit_core::time::{Span, Time};
use netsplit_sim::choice::TimerCode;
use netsplit_sim::order::{by_rank, rank};
use netsplit_sim::verb::{Selector, Verb};

use super::model::Model;

/// Between two timers that are spread: long enough for a request and its answer
/// over the slowest link of a calm network, with its save.
const APART: Span = Span::from_millis(40);

/// The timers that race, the first to run out first.
fn racing(model: &Model) -> Vec<(Time, NodeId, TimerCode)> {
    let names = model.look().racing;
    let mut racing: Vec<(Time, NodeId, TimerCode)> = Vec::new();
    for node in model.view().nodes.iter().filter(|node| node.up) {
        let found = node.timers.iter().filter(|(name, ..)| names.contains(&&**name));
        racing.extend(found.map(|(_, code, at)| (*at, node.id, *code)));
    }
    by_rank(&mut racing, |(at, node, code)| {
        rank(at.micros(), u64::from(node.number()) << 32 | u64::from(*code))
    });
    racing
}

fn put_off(timer: (Time, NodeId, TimerCode), to: Time) -> Option<Verb> {
    let (at, node, code) = timer;
    (to > at).then(|| Verb::PutOff(Selector::node(node), code, to.since(at)))
}

/// Puts timers off until no two are close together; the first stays.
pub(super) fn spread(model: &Model) -> Vec<Verb> {
    let mut before: Option<Time> = None;
    let mut verbs = Vec::new();
    for timer in racing(model) {
        let to = before.map_or(timer.0, |before| timer.0.max(before + APART));
        before = Some(to);
        verbs.extend(put_off(timer, to));
    }
    verbs
}

/// Puts timers off to the last of them.
pub(super) fn align(model: &Model) -> Vec<Verb> {
    let racing = racing(model);
    let Some((last, ..)) = racing.last().copied() else { return Vec::new() };
    racing.into_iter().filter_map(|timer| put_off(timer, last)).collect()
}

//! How long operations took, by how they were read; and how many there were at a time.

use netsplit_core::time::{Span, Time};
use netsplit_sim::run::{OpOutcome, OpShown};

/// The ways to read, by their words.
pub const WAYS: [&str; 4] = ["log", "read-index", "lease", "follower"];
/// Half octaves of a distribution, from 64 µs on.
pub const BINS: usize = 36;
/// The octave of the first.
const FIRST: u32 = 6;

/// How long operations of a kind took.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// The kind: a way to read, or `commands`.
    pub kind: &'static str,
    /// How many there were.
    pub count: usize,
    /// So long half of them took at most.
    pub median: Span,
    /// So long 99 of a hundred took at most.
    pub p99: Span,
    /// The longest.
    pub longest: Span,
    /// How many took about as long, by half octaves.
    pub bins: [u32; BINS],
}

/// The timings of operations that were done: one for each way to read of which there were some, and
/// one for the commands.
pub fn timings<'a>(done: impl Iterator<Item = &'a OpShown>) -> Vec<Timing> {
    let mut kinds: Vec<(&str, Vec<u64>)> =
        WAYS.iter().chain(&["commands"]).map(|kind| (*kind, Vec::new())).collect();
    for op in done.filter(|op| op.outcome == OpOutcome::Ok) {
        let kind = if op.query { op.read_by.unwrap_or("log") } else { "commands" };
        if let (Some((_, all)), Some(took)) =
            (kinds.iter_mut().find(|(word, _)| *word == kind), took(op))
        {
            all.push(took.micros());
        }
    }
    kinds.into_iter().filter_map(|(kind, all)| timing(kind, all)).collect()
}

fn took(op: &OpShown) -> Option<Span> {
    op.returned.map(|returned| returned.since(op.called))
}

fn timing(kind: &'static str, mut all: Vec<u64>) -> Option<Timing> {
    all.sort_unstable();
    let mut bins = [0; BINS];
    for took in &all {
        bins[bin(*took)] += 1;
    }
    let share = |hundredths| percentile(&all, hundredths).map(Span::from_micros);
    Some(Timing {
        kind,
        count: all.len(),
        median: share(50)?,
        p99: share(99)?,
        longest: share(100)?,
        bins,
    })
}

/// The least of sorted numbers such that so many hundredths of all are no greater: the nearest rank.
pub fn percentile(sorted: &[u64], hundredths: usize) -> Option<u64> {
    let rank = (sorted.len() * hundredths).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// The half octave of a number of microseconds.
pub fn bin(micros: u64) -> usize {
    let micros = micros.max(1 << FIRST);
    let octave = micros.ilog2();
    // The square root of two, in thousandths.
    let upper = micros.saturating_mul(1_000) >> octave >= 1_414;
    let place = (octave - FIRST) as usize * 2 + usize::from(upper);
    place.min(BINS - 1)
}

/// Where a half octave begins.
pub fn bin_start(place: usize) -> Span {
    let octave = 1_u64 << (FIRST as usize + place / 2);
    Span::from_micros(if place % 2 == 1 { octave * 1_414 / 1_000 } else { octave })
}

/// What was done within a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Operations that were done.
    pub done: u32,
    /// Those that failed, or of which nobody knows.
    pub lost: u32,
    /// So long half of them took at most, in microseconds.
    pub median: u64,
    /// The longest.
    pub longest: u64,
}

/// The run up to a time in slots of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// How wide a slot is.
    pub width: Span,
    /// The slots from the start on.
    pub slots: Vec<Slot>,
}

/// How wide slots are of which so many at most cover a run up to a time.
pub fn slot_width(edge: Time, most: u64) -> Span {
    const WIDTHS: [u64; 12] = [
        10_000,
        20_000,
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        2_000_000,
        5_000_000,
        10_000_000,
        60_000_000,
        600_000_000,
    ];
    let fits = |width: &&u64| edge.micros() / **width < most;
    Span::from_micros(WIDTHS.iter().find(fits).copied().unwrap_or(600_000_000))
}

impl Load {
    /// What was done by `until`, in order of the returns, over a run known up to `edge`: in so many
    /// slots at most.
    pub fn new<'a>(done: impl Iterator<Item = &'a OpShown>, edge: Time, most: u64) -> Load {
        let width = slot_width(edge, most).micros();
        let mut slots = vec![Slot::default(); (edge.micros() / width + 1) as usize];
        let mut took_in: Vec<Vec<u64>> = vec![Vec::new(); slots.len()];
        for op in done {
            let Some(returned) = op.returned else { continue };
            let place = ((returned.micros() / width) as usize).min(slots.len() - 1);
            match (op.outcome, took(op)) {
                (OpOutcome::Ok, Some(took)) => took_in[place].push(took.micros()),
                _ => slots[place].lost += 1,
            }
        }
        for (slot, mut all) in slots.iter_mut().zip(took_in) {
            all.sort_unstable();
            slot.done = all.len() as u32;
            slot.median = percentile(&all, 50).unwrap_or(0);
            slot.longest = all.last().copied().unwrap_or(0);
        }
        Load { width: Span::from_micros(width), slots }
    }

    /// Tenths of an operation a second, in a slot.
    pub fn rate(&self, slot: &Slot) -> u64 {
        u64::from(slot.done) * 10_000_000 / self.width.micros().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_core::history::OpId;
    use netsplit_core::id::NodeId;

    fn op(called: u64, returned: u64, read_by: Option<&'static str>) -> OpShown {
        OpShown {
            id: OpId::from_index(0),
            client: NodeId::client(1, 3).expect("it has a number"),
            clerk: 1,
            call: String::new(),
            key: None,
            query: read_by.is_some(),
            called: Time::from_micros(called),
            tries: Vec::new(),
            returned: Some(Time::from_micros(returned)),
            outcome: OpOutcome::Ok,
            reply: None,
            from: None,
            read_by,
            index: None,
            transaction: None,
        }
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let numbers: Vec<u64> = (1..=100).collect();
        let at = |hundredths| percentile(&numbers, hundredths);
        assert_eq!([at(50), at(99), at(100), at(0)], [Some(50), Some(99), Some(100), Some(1)]);
        assert_eq!(percentile(&[7], 99), Some(7));
        assert_eq!(percentile(&[1, 2, 3], 50), Some(2));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn half_octaves_lie_side_by_side() {
        assert_eq!([bin(0), bin(64), bin(90), bin(91), bin(128)], [0, 0, 0, 1, 2]);
        assert_eq!(bin(u64::MAX), BINS - 1);
        for place in 1..BINS {
            assert_eq!(bin(bin_start(place).micros() + 1), place);
        }
    }

    #[test]
    fn each_way_to_read_has_its_timing() {
        let ops = [
            op(0, 5_000, Some("log")),
            op(0, 7_000, Some("log")),
            op(0, 1_000, Some("lease")),
            op(0, 9_000, None),
            OpShown { outcome: OpOutcome::Unknown, ..op(0, 99_000, None) },
        ];
        let all = timings(ops.iter());
        let told: Vec<(&str, usize, u64, u64)> = all
            .iter()
            .map(|it| (it.kind, it.count, it.median.micros(), it.longest.micros()))
            .collect();
        let expected =
            [("log", 2, 5_000, 7_000), ("lease", 1, 1_000, 1_000), ("commands", 1, 9_000, 9_000)];
        assert_eq!(told, expected);
        assert_eq!(all[0].bins.iter().sum::<u32>(), 2);
    }

    #[test]
    fn a_run_is_cut_into_slots() {
        let ops = [
            op(0, 5_000, None),
            op(0, 9_999, None),
            op(0, 10_000, Some("log")),
            OpShown { outcome: OpOutcome::Failed, ..op(0, 45_000, None) },
        ];
        let load = Load::new(ops.iter(), Time::from_micros(45_000), 100);
        let done: Vec<(u32, u32)> = load.slots.iter().map(|slot| (slot.done, slot.lost)).collect();
        assert_eq!(done, [(2, 0), (1, 0), (0, 0), (0, 0), (0, 1)]);
        assert_eq!((load.rate(&load.slots[0]), load.slots[0].median), (2_000, 5_000));
        assert_eq!(Load::new(ops.iter(), Time::from_micros(9_000_000), 100).slots.len(), 91);
    }
}

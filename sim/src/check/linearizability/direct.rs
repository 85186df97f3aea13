//! Without a search: where every written value tells who wrote it.
//!
//! When all that happens to a key is that it is read, written and appended to,
//! and each read's bytes can have come about in one way only, the order of the
//! operations is all but given. A *block* is a write, the appends that reads
//! show behind it, and those reads. In every order that the specification
//! allows, a block stands together, since nothing else may come between its
//! write and its last read, and the order inside it is known. What nobody read
//! is a block by itself; appends that reads show without a write belong to the
//! block of the start, which comes first.
//!
//! Let `f` be the first return in a block and `s` its last invocation. Block A
//! must stand before B when `f(A) < s(B)`, so there is no order when A must stand
//! before B and B before A. Where no two blocks contradict each other so, sorting
//! them by `min(f, s)` gives an order:
//! - both `f < s`, and `f(A) < f(B)`: were B to stand before A, `f(B) < s(A)`; but
//!   `f(A) < f(B) < s(B)`, so A must stand before B, too.
//! - both `s < f`, and `s(A) < s(B)`: B need not stand before A, for
//!   `f(B) > s(B) > s(A)`.
//! - `f(A) < s(A)` and `s(B) < f(B)`: if `f(A) < s(B)`, A must stand first; if
//!   `s(B) < f(A)`, A need not.
//!
//! For registers this is the theorem of Gibbons and Korach ("Testing shared
//! memories", 1997). So one order is made and looked at: it is right, or there is
//! none. It costs a sort.

use netsplit_core::bytes::Bytes;
use netsplit_core::spec::{Deed, Spec};

use super::part::{NEVER, Part};

/// What can be said without a search. Operations are named by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Direct {
    /// An order of all that surely happened, and of what reads show.
    Order(Vec<usize>),
    /// There is none, and these show why, whatever the others did.
    Nothing(Vec<usize>),
    /// The values do not tell.
    CannotTell,
}

/// Looks at the history of one key.
pub(super) fn look<S: Spec>(spec: &S, part: &Part<S>) -> Direct {
    let Some(values) = Values::of(spec, part) else { return Direct::CannotTell };
    let found = values.blocks().and_then(|blocks| blocks.order(part));
    match found {
        Ok(order) => Direct::Order(order),
        Err(mut why) => {
            why.sort_unstable();
            why.dedup();
            Direct::Nothing(why)
        }
    }
}

/// What was written and read, where values tell.
struct Values {
    deeds: Vec<Deed>,
    /// Places of what was written or appended, sorted by its bytes.
    written: Vec<usize>,
    has_appends: bool,
}

impl Values {
    /// `None` when a value could have come about in several ways: it was written
    /// twice, it is empty and so like the start, or there are appends and it is
    /// the beginning of another.
    fn of<S: Spec>(spec: &S, part: &Part<S>) -> Option<Values> {
        let deeds: Vec<Deed> =
            part.items.iter().map(|item| spec.deed(item.call, item.reply)).collect();
        let mut written = Vec::new();
        let mut has_appends = false;
        for (place, deed) in deeds.iter().enumerate() {
            match deed {
                Deed::Other => return None,
                Deed::Read(_) => {}
                Deed::Write(value) | Deed::Append(value) if value.is_empty() => return None,
                Deed::Write(_) => written.push(place),
                Deed::Append(_) => {
                    written.push(place);
                    has_appends = true;
                }
            }
        }
        let values = Values { deeds, written: Vec::new(), has_appends };
        written.sort_unstable_by(|one, two| values.value(*one).cmp(values.value(*two)));
        let tell = written.windows(2).all(|pair| {
            let (one, two) = (values.value(pair[0]), values.value(pair[1]));
            // In this order a value stands right before one that begins with it.
            if has_appends { !two.starts_with(one) } else { one != two }
        });
        tell.then_some(Values { written, ..values })
    }

    fn value(&self, place: usize) -> &Bytes {
        match &self.deeds[place] {
            Deed::Read(value) | Deed::Write(value) | Deed::Append(value) => value,
            Deed::Other => &Bytes::EMPTY,
        }
    }

    /// Who wrote what the bytes begin with; without appends, all of the bytes.
    fn writer(&self, bytes: &[u8]) -> Option<usize> {
        let after = self.written.partition_point(|place| self.value(*place)[..] <= *bytes);
        let place = *self.written.get(after.checked_sub(1)?)?;
        let value = self.value(place);
        let is_it = if self.has_appends { bytes.starts_with(value) } else { bytes == &value[..] };
        is_it.then_some(place)
    }

    /// Puts everything into its block. An error holds the operations that
    /// contradict each other.
    fn blocks(&self) -> Result<Blocks, Vec<usize>> {
        let mut blocks = Blocks { of: vec![None; self.deeds.len()], longest: vec![None] };
        self.read_first_values(&mut blocks)?;
        // Where each value of the longest read of a block ends.
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); blocks.longest.len()];
        for (block, ends) in ends.iter_mut().enumerate() {
            if let Some(longest) = blocks.longest[block] {
                *ends = self.take_apart(block, longest, &mut blocks)?;
            }
        }
        for place in 0..self.deeds.len() {
            let Deed::Read(value) = &self.deeds[place] else { continue };
            let Some((block, _)) = blocks.of[place] else { continue };
            let longest = blocks.longest[block as usize].expect("it has this read at least");
            if !self.value(longest).starts_with(value) {
                return Err(vec![place, longest]);
            }
            let Ok(at) = ends[block as usize].binary_search(&value.len()) else {
                return Err(vec![place, longest]);
            };
            // Behind the value that it shows last, which has an even number.
            blocks.of[place] = Some((block, at as u32 * 2 + 1));
        }
        Ok(blocks)
    }

    /// Finds the block of each read by what it begins with, and the longest read
    /// of each block.
    fn read_first_values(&self, blocks: &mut Blocks) -> Result<(), Vec<usize>> {
        for place in 0..self.deeds.len() {
            let Deed::Read(value) = &self.deeds[place] else { continue };
            let block = match self.writer(value) {
                None if value.is_empty() => 0,
                None => return Err(vec![place]),
                Some(writer) if matches!(self.deeds[writer], Deed::Append(_)) => 0,
                Some(writer) => match blocks.of[writer] {
                    Some((block, _)) => block,
                    None => blocks.begin(writer),
                },
            };
            blocks.of[place] = Some((block, 0));
            let longest = &mut blocks.longest[block as usize];
            if longest.is_none_or(|longest| self.value(longest).len() < value.len()) {
                *longest = Some(place);
            }
        }
        Ok(())
    }

    /// Takes the longest read of a block apart: puts the appends that it shows
    /// into the block, and gives the lengths up to the start and to each value.
    fn take_apart(
        &self,
        block: usize,
        longest: usize,
        blocks: &mut Blocks,
    ) -> Result<Vec<usize>, Vec<usize>> {
        let bytes = &self.value(longest)[..];
        let mut ends = vec![0];
        let mut end = 0;
        if block > 0 {
            // Its write stands first, and there is no start to be read.
            let writer = self.writer(bytes).expect("the block was found by it");
            end = self.value(writer).len();
            ends[0] = end;
        }
        while end < bytes.len() {
            let writer = self.writer(&bytes[end..]);
            let append = writer.filter(|place| matches!(self.deeds[*place], Deed::Append(_)));
            let Some(append) = append else { return Err(vec![longest]) };
            if let Some((other, _)) = blocks.of[append] {
                let other = blocks.longest[other as usize].expect("it was taken apart");
                return Err(vec![longest, other]);
            }
            blocks.of[append] = Some((block as u32, ends.len() as u32 * 2));
            end += self.value(append).len();
            ends.push(end);
        }
        Ok(ends)
    }
}

/// The blocks; number 0 is that of the start.
struct Blocks {
    /// The block of each operation that is in one, and its place there: an even
    /// number for what was written, the next odd one for reads of it.
    of: Vec<Option<(u32, u32)>>,
    /// The longest read of each block.
    longest: Vec<Option<usize>>,
}

/// What is known of a block as a whole.
#[derive(Clone, Copy)]
struct Zone {
    first_return: u64,
    last_invocation: u64,
    /// Whose they are.
    returned: usize,
    invoked: usize,
}

impl Blocks {
    /// Begins a block with a write.
    fn begin(&mut self, writer: usize) -> u32 {
        let block = self.longest.len() as u32;
        self.longest.push(None);
        self.of[writer] = Some((block, 0));
        block
    }

    /// The one order that could be right, or the operations that contradict it.
    fn order<S: Spec>(mut self, part: &Part<S>) -> Result<Vec<usize>, Vec<usize>> {
        for (place, item) in part.items.iter().enumerate() {
            if self.of[place].is_none() && item.done != NEVER {
                self.begin(place);
            }
        }
        let zones = self.zones(part);
        let mut order: Vec<(u64, u32, u32, u64, usize)> = Vec::with_capacity(part.items.len());
        for (place, item) in part.items.iter().enumerate() {
            if let Some((block, within)) = self.of[place] {
                let zone = &zones[block as usize];
                let key = zone.first_return.min(zone.last_invocation);
                order.push((key, block, within, item.invoked, place));
            }
        }
        order.sort_unstable();
        let mut latest = None;
        for (.., place) in &order {
            let item = &part.items[*place];
            if let Some((invoked, earlier)) = latest
                && item.done < invoked
            {
                return Err(self.contradiction(&zones, earlier, *place));
            }
            if latest.is_none_or(|(invoked, _)| item.invoked > invoked) {
                latest = Some((item.invoked, *place));
            }
        }
        Ok(order.into_iter().map(|(.., place)| place).collect())
    }

    fn zones<S: Spec>(&self, part: &Part<S>) -> Vec<Zone> {
        let nothing = Zone { first_return: NEVER, last_invocation: 0, returned: 0, invoked: 0 };
        let mut zones = vec![nothing; self.longest.len()];
        // The start was there before everything.
        zones[0].first_return = 0;
        for (place, item) in part.items.iter().enumerate() {
            let Some((block, _)) = self.of[place] else { continue };
            let zone = &mut zones[block as usize];
            if item.done < zone.first_return {
                (zone.first_return, zone.returned) = (item.done, place);
            }
            if item.invoked >= zone.last_invocation {
                (zone.last_invocation, zone.invoked) = (item.invoked, place);
            }
        }
        zones
    }

    /// What shows that `earlier` must stand before `later`, which returned before
    /// it was asked for.
    fn contradiction(&self, zones: &[Zone], earlier: usize, later: usize) -> Vec<usize> {
        let mut why = vec![earlier, later];
        for place in [earlier, later] {
            let (block, _) = self.of[place].expect("only what is in a block is in the order");
            let zone = &zones[block as usize];
            why.push(zone.invoked);
            if block > 0 {
                why.push(zone.returned);
            }
            why.extend(self.longest[block as usize]);
        }
        why
    }
}

//! Where in a history a search stands: which operations are open there.
//!
//! An operation that returns has a *slot* while it is open, the lowest one that
//! nobody has then, so that a row needs no more bits than operations were ever
//! open at once. One of unknown outcome is open for ever and has a bit of its own.

use std::collections::BTreeMap;

use super::rows::Shape;

/// How an operation is to be linearized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Between its invocation and its return.
    Write,
    /// The same, and it changes nothing.
    Read,
    /// At any time after its invocation, or never.
    Unknown,
    /// Whether it is makes no difference.
    Nothing,
}

/// One operation of the history.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// What was asked and answered, by number.
    pub(super) asked: u32,
    /// How it is to be linearized.
    pub(super) kind: Kind,
}

/// A return: the operation must be linearized by now.
#[derive(Clone, Copy, Debug)]
struct Level {
    item: u32,
    slot: u32,
    /// The operations before this number have been invoked.
    invoked: u32,
}

/// Operations of unknown outcome that ask the same.
#[derive(Clone, Debug)]
struct Alike {
    /// Their bits and numbers, in the order of their invocations.
    bits: Vec<(u32, u32)>,
    /// How many of them have been invoked.
    invoked: u32,
}

/// The history fed so far, and a place in it.
#[derive(Clone, Debug)]
pub(super) struct Position {
    items: Vec<Item>,
    /// The slot or the bit of each item.
    bits: Vec<u32>,
    /// The kind of call of each item of unknown outcome, by number.
    kinds: Vec<u32>,
    kind_of_call: BTreeMap<u32, u32>,
    levels: Vec<Level>,
    /// Slots taken after everything that was fed.
    taken: Vec<u64>,
    /// Operations of unknown outcome, fed.
    unknown: u32,
    alike: Vec<Alike>,
    level: u32,
    /// Whether what is invoked before the return at `level` has been.
    is_entered: bool,
    open: Vec<u64>,
    reads: Vec<u64>,
    in_slots: Vec<u32>,
}

impl Position {
    pub(super) fn new() -> Position {
        Position {
            items: Vec::new(),
            bits: Vec::new(),
            kinds: Vec::new(),
            kind_of_call: BTreeMap::new(),
            levels: Vec::new(),
            taken: vec![0],
            unknown: 0,
            alike: Vec::new(),
            level: 0,
            is_entered: false,
            open: vec![0],
            reads: vec![0],
            in_slots: vec![0; 64],
        }
    }

    pub(super) fn shape(&self) -> Shape {
        Shape { slots: self.taken.len(), unknown: (self.unknown as usize).div_ceil(64) }
    }

    /// Feeds an invocation; gives the item's number.
    pub(super) fn invoke(&mut self, item: Item) -> u32 {
        let number = self.items.len() as u32;
        self.items.push(item);
        let mut kind = 0;
        let bit = match item.kind {
            Kind::Write | Kind::Read => self.take_slot(),
            Kind::Unknown => {
                let bit = self.unknown;
                self.unknown += 1;
                kind = *self.kind_of_call.entry(item.asked).or_insert_with(|| {
                    self.alike.push(Alike { bits: Vec::new(), invoked: 0 });
                    self.alike.len() as u32 - 1
                });
                self.alike[kind as usize].bits.push((bit, number));
                bit
            }
            Kind::Nothing => 0,
        };
        self.bits.push(bit);
        self.kinds.push(kind);
        number
    }

    fn take_slot(&mut self) -> u32 {
        let word = self.taken.iter().position(|word| *word != u64::MAX).unwrap_or_else(|| {
            for words in [&mut self.taken, &mut self.open, &mut self.reads] {
                words.push(0);
            }
            self.in_slots.resize(self.taken.len() * 64, 0);
            self.taken.len() - 1
        });
        let bit = self.taken[word].trailing_ones();
        self.taken[word] |= 1 << bit;
        word as u32 * 64 + bit
    }

    /// Feeds a return of an item that has a slot.
    pub(super) fn returned(&mut self, item: u32) {
        let slot = self.bits[item as usize];
        self.taken[slot as usize / 64] &= !(1 << (slot % 64));
        self.levels.push(Level { item, slot, invoked: self.items.len() as u32 });
    }

    pub(super) fn level(&self) -> u32 {
        self.level
    }

    /// True behind the last return.
    pub(super) fn is_at_end(&self) -> bool {
        self.level as usize == self.levels.len()
    }

    /// Lets happen what is invoked before the next return. False when there is
    /// no such return.
    #[inline]
    pub(super) fn enter(&mut self) -> bool {
        if self.is_entered {
            return true;
        }
        let Some(level) = self.levels.get(self.level as usize) else { return false };
        for number in self.invoked_before()..level.invoked {
            self.set_open(number, true);
        }
        self.is_entered = true;
        true
    }

    /// How many items were invoked before the last return.
    fn invoked_before(&self) -> u32 {
        match self.level.checked_sub(1) {
            Some(before) => self.levels[before as usize].invoked,
            None => 0,
        }
    }

    fn leave(&mut self) {
        if self.is_entered {
            for number in (self.invoked_before()..self.levels[self.level as usize].invoked).rev() {
                self.set_open(number, false);
            }
            self.is_entered = false;
        }
    }

    fn set_open(&mut self, number: u32, is_open: bool) {
        let Item { kind, .. } = self.items[number as usize];
        let bit = self.bits[number as usize];
        match kind {
            Kind::Write | Kind::Read => {
                let (word, mask) = (bit as usize / 64, 1 << (bit % 64));
                if is_open {
                    self.in_slots[bit as usize] = number;
                    self.open[word] |= mask;
                    if kind == Kind::Read {
                        self.reads[word] |= mask;
                    }
                } else {
                    self.open[word] &= !mask;
                    self.reads[word] &= !mask;
                }
            }
            Kind::Unknown => {
                let alike = &mut self.alike[self.kinds[number as usize] as usize];
                alike.invoked = if is_open { alike.invoked + 1 } else { alike.invoked - 1 };
            }
            Kind::Nothing => {}
        }
    }

    /// Goes on behind the next return, which must have been entered.
    #[inline]
    pub(super) fn forward(&mut self) {
        let Level { item, .. } = self.levels[self.level as usize];
        self.set_open(item, false);
        self.level += 1;
        self.is_entered = false;
    }

    /// Goes back to before the return at `level`, and lets happen what is invoked
    /// before it.
    #[inline]
    pub(super) fn back_to(&mut self, level: u32) {
        while self.level > level {
            self.leave();
            self.level -= 1;
            let Level { item, .. } = self.levels[self.level as usize];
            self.set_open(item, true);
            self.is_entered = true;
        }
        self.enter();
    }

    /// Goes back to before everything.
    pub(super) fn back_to_start(&mut self) {
        self.back_to(0);
        self.leave();
    }

    /// Goes forward to before what is invoked before the return at `level`.
    pub(super) fn forward_to(&mut self, level: u32) {
        while self.level < level {
            self.enter();
            self.forward();
        }
    }

    /// The slot of the operation that returns next.
    pub(super) fn due(&self) -> u32 {
        self.levels[self.level as usize].slot
    }

    pub(super) fn item_in(&self, slot: u32) -> u32 {
        self.in_slots[slot as usize]
    }

    pub(super) fn asked(&self, item: u32) -> u32 {
        self.items[item as usize].asked
    }

    pub(super) fn kind(&self, item: u32) -> Kind {
        self.items[item as usize].kind
    }

    /// The bit of an item in a row, behind its first word.
    pub(super) fn bit_of(&self, item: u32) -> u32 {
        let bit = self.bits[item as usize];
        match self.kind(item) {
            Kind::Unknown => self.taken.len() as u32 * 64 + bit,
            _ => bit,
        }
    }

    /// Slots of open operations that change nothing.
    pub(super) fn reads(&self) -> &[u64] {
        &self.reads
    }

    /// The first slot from `slot` on with an open write that is not in `done`.
    #[inline]
    pub(super) fn write_from(&self, slot: u32, done: &[u64]) -> Option<u32> {
        slot_from(slot, self.open.len(), |i| self.open[i] & !self.reads[i] & !done[i])
    }

    /// The first slot from `slot` on with an open read that is not in `done`.
    #[inline]
    pub(super) fn read_from(&self, slot: u32, done: &[u64]) -> Option<u32> {
        slot_from(slot, self.open.len(), |i| self.reads[i] & !done[i])
    }

    /// How many different calls there are of unknown outcome.
    pub(super) fn unknown_kinds(&self) -> u32 {
        self.alike.len() as u32
    }

    /// The first invoked operation of a kind that is not in `used`: its bit and
    /// its number.
    pub(super) fn first_unused(&self, kind: u32, used: &[u64]) -> Option<(u32, u32)> {
        let alike = &self.alike[kind as usize];
        let mut invoked = alike.bits[..alike.invoked as usize].iter().copied();
        invoked.find(|(bit, _)| used[*bit as usize / 64] >> (bit % 64) & 1 == 0)
    }
}

/// The first bit from `slot` on that is set in the words that `word` gives.
#[inline]
fn slot_from(slot: u32, words: usize, word: impl Fn(usize) -> u64) -> Option<u32> {
    let first = slot as usize / 64;
    (first..words).find_map(|i| {
        let before = if i == first { (1 << (slot % 64)) - 1 } else { 0 };
        let bits = word(i) & !before;
        (bits != 0).then(|| i as u32 * 64 + bits.trailing_zeros())
    })
}

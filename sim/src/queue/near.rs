//! A ring of slots, each for a few microseconds: the items of one slot are a
//! list in their order, mostly of one. A word of bits says which slots hold any.

use super::Item;

/// A slot is two to the power of this many microseconds.
const SLOT_BITS: u32 = 6;
/// Slots of the ring: 16 milliseconds together.
const SLOTS: usize = 256;
/// A longer list is not searched for a place.
const LIST_MAX: u32 = 8;
/// No place: the end of a list.
const NONE: u32 = u32::MAX;

/// Items of the next few milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// Number of the slot of the present: no item stands before it.
    present: u64,
    /// Number of the first slot that holds an item, if any does.
    first: u64,
    /// How many items there are.
    count: u32,
    /// Head of the list of free places.
    free: u32,
    /// First place of each slot's list.
    heads: [u32; SLOTS],
    /// Which slots hold an item.
    taken: [u64; SLOTS / 64],
    places: Vec<Place>,
}

/// Where an item stands, and where the next one of its list does.
#[derive(Clone, Copy, Debug)]
struct Place {
    item: Item,
    next: u32,
}

impl Default for Near {
    fn default() -> Near {
        Near {
            present: 0,
            first: 0,
            count: 0,
            free: NONE,
            heads: [NONE; SLOTS],
            taken: [0; SLOTS / 64],
            places: Vec::new(),
        }
    }
}

impl Near {
    #[inline]
    pub(super) fn first(&self) -> Option<&Item> {
        if self.count == 0 {
            return None;
        }
        let place = self.heads[self.first as usize % SLOTS];
        Some(&self.places[place as usize].item)
    }

    /// Takes an item in. False when it does not belong here: it comes too late,
    /// or its slot is full.
    #[inline(always)] // as for `World::post`
    pub(super) fn push(&mut self, item: Item) -> bool {
        let slot = item.at >> SLOT_BITS;
        if slot.wrapping_sub(self.present) >= SLOTS as u64 {
            return false;
        }
        let at = slot as usize % SLOTS;
        let (mut before, mut next) = (NONE, self.heads[at]);
        let mut passed = 0;
        while let Some(place) = self.places.get(next as usize)
            && place.item.is_before(&item)
        {
            passed += 1;
            if passed == LIST_MAX {
                return false;
            }
            (before, next) = (next, place.next);
        }
        let fresh = self.place(Place { item, next });
        match self.places.get_mut(before as usize) {
            Some(place) => place.next = fresh,
            None => {
                self.heads[at] = fresh;
                self.taken[at / 64] |= 1 << (at % 64);
            }
        }
        if self.count == 0 || slot < self.first {
            self.first = slot;
        }
        self.count += 1;
        true
    }

    #[inline]
    fn place(&mut self, place: Place) -> u32 {
        let free = self.free;
        if let Some(old) = self.places.get_mut(free as usize) {
            self.free = old.next;
            *old = place;
            return free;
        }
        self.places.push(place);
        self.places.len() as u32 - 1
    }

    /// Takes the first item out.
    #[inline]
    pub(super) fn pop(&mut self) {
        let at = self.first as usize % SLOTS;
        let head = self.heads[at];
        let Some(place) = self.places.get_mut(head as usize) else { return };
        let next = std::mem::replace(&mut place.next, self.free);
        (self.heads[at], self.free) = (next, head);
        self.count -= 1;
        if next == NONE {
            self.taken[at / 64] &= !(1 << (at % 64));
            if self.count > 0 {
                self.first += self.empty_slots(at);
            }
        }
    }

    /// How many slots from this one on hold nothing; one that does is behind
    /// them.
    #[inline]
    fn empty_slots(&self, at: usize) -> u64 {
        let here = self.taken[at / 64] >> (at % 64);
        if here != 0 {
            return here.trailing_zeros().into();
        }
        let mut empty = 64 - at % 64;
        let mut word = (at / 64 + 1) % (SLOTS / 64);
        while self.taken[word] == 0 {
            empty += 64;
            word = (word + 1) % (SLOTS / 64);
        }
        empty as u64 + u64::from(self.taken[word].trailing_zeros())
    }

    /// It is now so late: the slots before are free for what comes after the last.
    #[inline]
    pub(super) fn reached(&mut self, now: u64) {
        self.present = self.present.max(now >> SLOT_BITS);
    }
}

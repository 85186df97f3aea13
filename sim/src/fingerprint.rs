//! One number for everything that happened.
//!
//! A running 64-bit fold, fed through derived [`Hash`]: for each applied choice
//! its moment, the choice, and every effect recorded, contents included. Two
//! runs with the same fingerprint did the same, on whatever machine. It is not
//! a cryptographic hash: it finds accidents, not forgers.

use std::fmt;
use std::hash::{Hash, Hasher};

use netsplit_core::time::Time;

use crate::choice::Choice;
use crate::lab::Lab;
use crate::world::Step;

/// The fold so far. Shown as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

/// Odd, with its bits well spread: the multiplier of the fold.
const MULTIPLIER: u64 = 0x9FB2_1C65_1E98_DF25;
/// Where every run starts.
const START: u64 = 0x4E65_7473_706C_6974;

impl Fingerprint {
    /// Nothing has happened.
    pub const EMPTY: Fingerprint = Fingerprint(START);

    /// Folds a value in.
    #[inline]
    pub fn add(&mut self, value: &impl Hash) {
        let mut fold = Fold(self.0);
        value.hash(&mut fold);
        self.0 = fold.0;
    }

    /// Folds a step in: its moment, the choice and what became of it, and every
    /// effect. Numbers share words where they fit; most choices are a message
    /// that arrives, which is one word with its highest bit set.
    #[inline]
    pub(crate) fn add_step<L: Lab>(&mut self, step: &Step<L>, now: Time, steps_now: u32) {
        let mut fold = Fold(self.0);
        fold.word(now.micros());
        let effects = step.effects.len() as u64;
        fold.word(u64::from(steps_now) << 32 | effects << 4 | step.outcome as u64);
        if let Choice::Deliver(id) = step.choice {
            fold.word(1 << 63 | id.word());
        } else {
            step.choice.hash(&mut fold);
        }
        for effect in &step.effects {
            effect.hash(&mut fold);
        }
        self.0 = fold.0;
    }

    /// The number itself.
    pub fn value(self) -> u64 {
        netsplit_core::rng::mix(self.0)
    }

    /// Digest of one value by itself.
    pub fn of(value: &impl Hash) -> u64 {
        let mut fingerprint = Fingerprint::EMPTY;
        fingerprint.add(value);
        fingerprint.value()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.value())
    }
}

/// The hasher: one multiplication a word. `usize` and `isize` (lengths, enum
/// tags) are widened to 64 bits, since wasm32 has them half as wide.
struct Fold(u64);

impl Fold {
    #[inline(always)]
    fn word(&mut self, word: u64) {
        // The product spreads low bits upwards; the rotation brings them back.
        self.0 = (self.0 ^ word).wrapping_mul(MULTIPLIER).rotate_left(29);
    }
}

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            // The length keeps "a" and "a\0" apart.
            self.word(u64::from_le_bytes(word) ^ ((rest.len() as u64) << 56));
        }
    }

    #[inline]
    fn write_u8(&mut self, value: u8) {
        self.word(value.into());
    }

    #[inline]
    fn write_u16(&mut self, value: u16) {
        self.word(value.into());
    }

    #[inline]
    fn write_u32(&mut self, value: u32) {
        self.word(value.into());
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.word(value);
    }

    #[inline]
    fn write_u128(&mut self, value: u128) {
        self.word(value as u64);
        self.word((value >> 64) as u64);
    }

    #[inline]
    fn write_usize(&mut self, value: usize) {
        self.word(value as u64);
    }

    #[inline]
    fn write_isize(&mut self, value: isize) {
        self.word(value as i64 as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_pinned() {
        let value = (7_u64, "text", [1_u8, 2, 3].as_slice(), Some(-1_isize), 5_usize);
        assert_eq!(format!("{:016x}", Fingerprint::of(&value)), PINNED);
    }

    const PINNED: &str = "8d877f3927930e5d";

    #[test]
    fn order_and_content_count() {
        let one = Fingerprint::of(&(1_u64, 2_u64));
        assert_ne!(one, Fingerprint::of(&(2_u64, 1_u64)));
        assert_ne!(Fingerprint::of(&"a"), Fingerprint::of(&"a\0"));
        assert_ne!(Fingerprint::of(&[0_u8; 3].as_slice()), Fingerprint::of(&[0_u8; 4].as_slice()));
    }
}

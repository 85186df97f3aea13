//! A small seeded generator, the same on every machine.
//!
//! SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number
//! generators*, OOPSLA 2014): one word of state, so that a node carries its own
//! and a copy of the node draws what the node would have drawn.

/// A generator of draws. Two with equal state draw the same for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rng {
    state: u64,
}

const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads the bits of `word` over the whole result; a bijection.
pub const fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// A draw of `0..bound` made from `word`, each value as likely as the next up
/// to one part in 2⁶⁴. `bound` 0 gives 0.
pub const fn scale(word: u64, bound: u64) -> u64 {
    // wasm has no multiplication into two words.
    if cfg!(target_family = "wasm") && bound <= u32::MAX as u64 {
        return scale_by_halves(word, bound);
    }
    ((word as u128 * bound as u128) >> 64) as u64
}

/// The same for a bound of half a word at most.
const fn scale_by_halves(word: u64, bound: u64) -> u64 {
    let (high, low) = (word >> 32, word & u32::MAX as u64);
    (high * bound + ((low * bound) >> 32)) >> 32
}

impl Rng {
    /// A generator grown from a seed.
    pub const fn new(seed: u64) -> Rng {
        Rng { state: mix(seed ^ GOLDEN_GAMMA) }
    }

    /// A generator of its own for a purpose, which this one does not notice.
    pub const fn split(&self, purpose: u64) -> Rng {
        Rng { state: mix(self.state ^ mix(purpose.wrapping_add(GOLDEN_GAMMA))) }
    }

    /// Sixty-four random bits.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN_GAMMA);
        mix(self.state)
    }

    /// A number of `0..bound`; 0 when `bound` is 0.
    pub const fn below(&mut self, bound: u64) -> u64 {
        scale(self.next_u64(), bound)
    }

    /// A number of the closed range `low..=high`.
    ///
    /// # Panics
    /// When `low` is above `high`.
    pub const fn between(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "an empty range has no number to draw");
        match (high - low).checked_add(1) {
            Some(width) => low + self.below(width),
            None => self.next_u64(),
        }
    }

    /// True `times` out of `of` times.
    pub const fn chance(&mut self, times: u64, of: u64) -> bool {
        self.below(of) < times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_pinned() {
        let mut rng = Rng::new(7);
        let drawn = [rng.next_u64(), rng.next_u64(), rng.next_u64()];
        assert_eq!(drawn, PINNED);
    }

    const PINNED: [u64; 3] = [0x7D93_D2AE_0779_AB16, 0x7564_2EFE_9606_2FD4, 0xDD85_CF50_E730_D8F6];

    #[test]
    fn halves_give_the_same() {
        let mut rng = Rng::new(2);
        for _ in 0..10_000 {
            let (word, bound) = (rng.next_u64(), rng.next_u64() >> 32 >> rng.below(32));
            assert_eq!(scale_by_halves(word, bound), scale(word, bound));
        }
        let most = u32::MAX.into();
        assert_eq!(scale_by_halves(u64::MAX, most), scale(u64::MAX, most));
    }

    #[test]
    fn a_closed_range_reaches_both_ends() {
        let mut rng = Rng::new(1);
        let drawn: Vec<u64> = (0..100).map(|_| rng.between(3, 5)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&3), Some(&5)));
    }
}

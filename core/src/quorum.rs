//! Who decides: pure functions over the members of a group.

/// How many of `count` members are a majority.
pub const fn majority(count: u32) -> u32 {
    count / 2 + 1
}

/// The highest number that a majority has reached, given what each member has
/// reached; 0 without members. Sorts `reached`, lowest first.
///
/// Of the numbers N that Figure 2 would let a leader commit, as far as counting
/// goes, this is the largest.
pub fn reached_by_majority(reached: &mut [u64]) -> u64 {
    reached.sort_unstable();
    match reached.len() {
        0 => 0,
        count => reached[count - majority(count as u32) as usize],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// The definition itself: try every candidate.
    fn slow(reached: &[u64]) -> u64 {
        let has = |n: u64| reached.iter().filter(|&&r| r >= n).count() * 2 > reached.len();
        reached.iter().copied().filter(|&n| has(n)).max().unwrap_or(0)
    }

    #[test]
    fn agrees_with_the_definition() {
        let mut rng = Rng::new(11);
        for _ in 0..5_000 {
            let mut reached: Vec<u64> = (0..rng.below(9)).map(|_| rng.below(6)).collect();
            let expected = slow(&reached);
            assert_eq!(reached_by_majority(&mut reached), expected);
        }
    }
}

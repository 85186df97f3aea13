//! Putting things in order by numbers that rank them.
//!
//! The standard sort is made anew for each type of thing, and each time it makes the page
//! some kilobytes longer. So what the page puts in order goes through one sort of numbers.

/// Puts items in the order of their ranks; those of one rank stay as they were.
pub fn by_rank<T>(items: &mut Vec<T>, rank: impl Fn(&T) -> u128) {
    let mut ranks: Vec<(u128, u32)> = items.iter().map(rank).zip(0..).collect();
    sort(&mut ranks);
    let mut from: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(ranks.iter().filter_map(|(_, place)| from[*place as usize].take()));
}

/// A rank by one number, then another.
pub fn rank(first: u64, second: u64) -> u128 {
    u128::from(first) << 64 | u128::from(second)
}

#[inline(never)]
fn sort(ranks: &mut [(u128, u32)]) {
    ranks.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_one_rank_stays_as_it_was() {
        let mut words = vec!["two", "a", "one", "to", "b"];
        by_rank(&mut words, |word| word.len() as u128);
        assert_eq!(words, ["a", "b", "to", "two", "one"]);
        assert!(rank(1, u64::MAX) < rank(2, 0));
    }
}

//! The rank of pages, one step for each job of a chain, counted in millionths: no rounding depends on
//! an order.

use crate::mapreduce::emit::{Emit, number_from};
use crate::mapreduce::job::Functions;

/// The rank of a page that nobody links to, in millionths, and that of all in the beginning.
pub const RANK: (u64, u64) = (150_000, 1_000_000);
/// So much of its rank a page gives to those it links to, in hundredths.
pub const SHARE: u64 = 85;

/// A line is a page, its rank, and the pages that it links to; in the beginning without the rank.
#[derive(Debug)]
pub(super) struct PageRank;

/// Tells a list of links from what is given to a page.
const LINKS: u8 = b'>';

impl Functions for PageRank {
    fn name(&self) -> &str {
        "page-rank"
    }

    fn map(&self, _: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        for line in text.split(|byte| *byte == b'\n') {
            let mut words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
            let Some(page) = words.next() else { continue };
            let mut rest = words.clone();
            let (rank, links) = match words.next().and_then(number_from) {
                Some(rank) => (rank, words.collect::<Vec<_>>()),
                None => (RANK.1, rest.by_ref().collect()),
            };
            let share = rank / (links.len() as u64).max(1);
            for target in &links {
                emit.pair(target, share.to_string().as_bytes());
            }
            let mut kept = vec![LINKS];
            kept.extend(links.join(&b' '));
            emit.pair(page, &kept);
        }
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        let given =
            values.iter().filter_map(|value| number_from(value)).fold(0, u64::saturating_add);
        let links = values.iter().find_map(|value| value.strip_prefix(&[LINKS]));
        let rank = RANK.0.saturating_add(given / 100 * SHARE + given % 100 * SHARE / 100);
        let mut text = rank.to_string().into_bytes();
        if let Some(links) = links.filter(|links| !links.is_empty()) {
            text.push(b' ');
            text.extend_from_slice(links);
        }
        text
    }
}

//! Cutting files into splits, at ends of lines.

use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::job::Combine;

use crate::plan::Job;

/// A split of a job that is built in has about so many bytes: the lower end of what the paper
/// recommends, "16 to 64 megabytes" (section 3.1).
pub const SPLIT: u64 = 16 << 20;
/// A split for a script, which may take a megabyte at once.
pub const SPLIT_OF_SCRIPT: u64 = 256 << 10;
/// The end of a line is looked for so far from where a split should end.
const SEARCH: u64 = 1 << 16;

/// About how many bytes a split of this job has where so many are wished for; `None` where a file is
/// one: what a job that does not add makes of a text may depend on its whole, as the numbers of lines
/// do that `grep` writes. A script is not spared that, since it takes no more at once.
pub fn split_of(job: &Job, wished: u64) -> Option<u64> {
    match job {
        Job::Script(_) => Some(wished.min(SPLIT_OF_SCRIPT)),
        Job::BuiltIn(word) => {
            let adds = built_in(word).is_some_and(|it| (it.functions)().combine() == Combine::Sum);
            adds.then_some(wished.min(SPLIT))
        }
    }
}

/// Cuts a file of this length; `read` returns what stands in it from one place on, up to so many
/// bytes. A file is one split when it is hardly longer than that.
///
/// # Errors
/// Those of `read`.
pub fn cut<E>(
    length: u64,
    split: u64,
    mut read: impl FnMut(u64, u64) -> Result<Vec<u8>, E>,
) -> Result<Vec<(u64, u64)>, E> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    while length - from > split + SEARCH {
        let window = read(from + split, SEARCH)?;
        let to = from + split + place(&window);
        pieces.push((from, to));
        from = to;
    }
    pieces.push((from, length));
    Ok(pieces)
}

/// The first place behind an end of a line, or behind a blank, or the beginning of a letter.
fn place(window: &[u8]) -> u64 {
    let behind = |byte: u8| window.iter().position(|it| *it == byte).map(|place| place + 1);
    let letter = || window.iter().position(|byte| byte & 0xc0 != 0x80);
    behind(b'\n').or_else(|| behind(b' ')).or_else(letter).unwrap_or(0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], split: u64) -> Vec<usize> {
        let read = |from: u64, bytes: u64| -> Result<Vec<u8>, ()> {
            let end = (from + bytes).min(text.len() as u64);
            Ok(text[from as usize..end as usize].to_vec())
        };
        let pieces = cut(text.len() as u64, split, read).expect("memory can be read");
        let mut from = 0;
        for (low, high) in &pieces {
            assert_eq!(*low, from);
            from = *high;
        }
        assert_eq!(from, text.len() as u64);
        pieces.iter().map(|(_, high)| *high as usize).collect()
    }

    #[test]
    fn only_jobs_that_add_and_scripts_have_their_files_cut() {
        let of = |word: &str, wished| split_of(&Job::BuiltIn(word.to_owned()), wished);
        assert_eq!([of("wc", 70_000), of("url-count", u64::MAX)], [Some(70_000), Some(SPLIT)]);
        assert_eq!(["grep", "indexer", "sort"].map(|word| of(word, 70_000)), [None; 3]);
        let script = Job::Script("fn map(name, text) {}".to_owned());
        assert_eq!(split_of(&script, u64::MAX), Some(SPLIT_OF_SCRIPT));
    }

    #[test]
    fn files_are_cut_behind_lines_or_blanks_or_between_letters() {
        let lines = "a line of words\n".repeat(20_000);
        let ends = check(lines.as_bytes(), 100_000);
        assert_eq!(ends.len(), 3);
        assert!(ends.iter().all(|end| end % 16 == 0), "{ends:?}");
        let blanks = "word ".repeat(60_000);
        assert!(check(blanks.as_bytes(), 100_000).iter().all(|end| end % 5 == 0));
        let letters = "é".repeat(150_000);
        let ends = check(letters.as_bytes(), 99_999);
        assert_eq!(ends[0], 100_000);
        assert_eq!((check(b"", 10), check(b"short", 3)), (vec![0], vec![5]));
    }
}

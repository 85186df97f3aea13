//! The paper's examples (section 2.3 and 5.3).

use crate::mapreduce::emit::{Emit, number_from};
use crate::mapreduce::job::{Combine, Functions};

use super::words;

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

fn sum(values: &[&[u8]]) -> Vec<u8> {
    let sum = values.iter().filter_map(|value| number_from(value)).fold(0, u64::saturating_add);
    sum.to_string().into_bytes()
}

/// The paper's first example: each word counts for one, and reduce adds up what stands beside it.
#[derive(Debug)]
pub(super) struct WordCount;

fn count_words(text: &[u8], emit: &mut Emit) {
    let mut uppercase = 0;
    for word in words(text) {
        uppercase += u64::from(word[0].is_ascii_uppercase());
        emit.number(word, 1);
    }
    if uppercase > 0 {
        // The paper's example of a counter (section 4.9); told once, which is cheaper than each time.
        emit.count("uppercase", uppercase);
    }
}

impl Functions for WordCount {
    fn name(&self) -> &str {
        "wc"
    }

    fn map(&self, _: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        count_words(text, emit);
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        sum(values)
    }

    fn combine(&self) -> Combine {
        Combine::Sum
    }
}

/// The same, with a bug that some records bring out: it fails on every line that begins with two
/// exclamation marks (section 4.6).
#[derive(Debug)]
pub(super) struct FragileWordCount;

impl Functions for FragileWordCount {
    fn name(&self) -> &str {
        "fragile-wc"
    }

    fn map(&self, _: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        let mut all = text.split(|byte| *byte == b'\n');
        match all.position(|line| line.starts_with(b"!!")) {
            Some(line) => Err(line as u64),
            None => {
                count_words(text, emit);
                Ok(())
            }
        }
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        sum(values)
    }

    fn combine(&self) -> Combine {
        Combine::Sum
    }
}

/// Which documents a word stands in: map pairs each word with the document's name, and reduce puts
/// the names in order. The course writes how many there are before them.
#[derive(Debug)]
pub(super) struct Indexer;

impl Functions for Indexer {
    fn name(&self) -> &str {
        "indexer"
    }

    fn map(&self, name: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        let mut distinct: Vec<&[u8]> = words(text).collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.iter().for_each(|word| emit.pair(word, name.as_bytes()));
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        let mut names = values.to_vec();
        names.sort_unstable();
        // A text may come in several splits.
        names.dedup();
        let mut text = format!("{} ", names.len()).into_bytes();
        text.extend(names.join(&b','));
        text
    }
}

/// Lines in which a pattern occurs; reduce hands them on as they are. The pattern is three letters
/// that are rare, as in section 5.2, and the key of a line is where it stands.
#[derive(Debug)]
pub(super) struct Grep;

/// What is looked for.
const PATTERN: &[u8] = b"sea";

impl Functions for Grep {
    fn name(&self) -> &str {
        "grep"
    }

    fn map(&self, name: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
            if line.windows(PATTERN.len()).any(|part| part == PATTERN) {
                emit.pair(format!("{name}:{:06}", number + 1).as_bytes(), line);
            }
        }
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        values.join(&b' ')
    }
}

/// How often each address was asked for in the logs of web servers. The address is the second word of
/// a line.
#[derive(Debug)]
pub(super) struct UrlCount;

impl Functions for UrlCount {
    fn name(&self) -> &str {
        "url-count"
    }

    fn map(&self, _: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        for line in lines(text) {
            if let Some(address) = line.split(|byte| *byte == b' ').nth(1) {
                emit.number(address, 1);
            }
        }
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        sum(values)
    }

    fn combine(&self) -> Combine {
        Combine::Sum
    }
}

/// Who links to a page: map turns each link around, and reduce lists all sources of a target. A line
/// is a source with all its targets.
#[derive(Debug)]
pub(super) struct ReverseLinks;

impl Functions for ReverseLinks {
    fn name(&self) -> &str {
        "reverse-links"
    }

    fn map(&self, _: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        for line in lines(text) {
            let mut pages = line.split(|byte| *byte == b' ').filter(|page| !page.is_empty());
            let Some(source) = pages.next() else { continue };
            pages.for_each(|target| emit.pair(target, source));
        }
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        let mut sources = values.to_vec();
        sources.sort_unstable();
        sources.join(&b',')
    }
}

/// Map puts its key before each record, and reduce hands on what the library has put in order. The
/// partition goes by the first letters of the key, knowing beforehand how often which occur (section
/// 5.3). A record is a line, its key the first word.
#[derive(Debug)]
pub(super) struct Sort;

impl Functions for Sort {
    fn name(&self) -> &str {
        "sort"
    }

    fn map(&self, _: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        for line in lines(text) {
            let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
            emit.pair(&line[..end], line[end..].trim_ascii_start());
        }
        Ok(())
    }

    fn reduce(&self, _: &[u8], values: &[&[u8]]) -> Vec<u8> {
        values.join(&b' ')
    }

    /// Keys are letters, small ones, and all as likely.
    fn partition(&self, key: &[u8], parts: u32) -> u32 {
        let letter = |place: usize| {
            key.get(place)
                .map_or(0, |byte| u64::from(byte.to_ascii_lowercase().clamp(b'a', b'z') - b'a'))
        };
        let place = (letter(0) * 26 + letter(1)) * 26 + letter(2);
        (place * u64::from(parts) / (26 * 26 * 26)) as u32
    }
}

//! What a job reads: pieces of books, or what is made up from a number; or what a person has brought.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::job::digest;
use netsplit_core::rng::Rng;

/// So many inputs are remembered at most that were made up, and that were brought.
const MADE_MOST: usize = 32;
const GIVEN_MOST: usize = 8;

/// A named text.
pub type Text = (String, Bytes);

/// Kinds of input, by their words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// Pieces of books.
    Corpus,
    /// The same under the names of the course's texts.
    Course,
    /// Requests for pages.
    Log,
    /// Pages, and what each links to.
    Graph,
    /// Records with random keys, of a hundred bytes as the paper's.
    Records,
    /// Texts in which one word is nearly all.
    Skew,
    /// Texts with lines on which a fragile program fails.
    Fragile,
    /// What a person has brought, by a number for what it holds.
    Given(u64),
}

/// Kinds with their words.
const WORDS: &[(&str, Input)] = &[
    ("corpus", Input::Corpus),
    ("course", Input::Course),
    ("log", Input::Log),
    ("graph", Input::Graph),
    ("records", Input::Records),
    ("skew", Input::Skew),
    ("fragile", Input::Fragile),
];

impl Input {
    /// The kind of this word: `corpus`, `given-1f2e…`.
    pub fn from_word(word: &str) -> Option<Input> {
        if let Some(number) = word.strip_prefix("given-") {
            return u64::from_str_radix(number, 16).ok().map(Input::Given);
        }
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
    }

    /// Its word.
    pub fn word(self) -> String {
        match self {
            Input::Given(number) => format!("given-{number:x}"),
            kind => {
                let known = WORDS.iter().find(|(_, other)| *other == kind);
                known.map_or("", |(word, _)| *word).to_owned()
            }
        }
    }

    /// So many splits of about so many bytes each.
    pub fn splits(self, count: u32, bytes: u64) -> Rc<[Text]> {
        type Made = BTreeMap<(Input, u32, u64), Rc<[Text]>>;
        thread_local! {
            // Made once: every node of every world begins with it.
            static MADE: RefCell<Made> = const { RefCell::new(BTreeMap::new()) };
        }
        if let Input::Given(number) = self {
            // What is not here now may be brought later.
            return given(number).unwrap_or_else(|| Rc::new([]));
        }
        MADE.with_borrow_mut(|made| {
            if made.len() >= MADE_MOST {
                made.clear();
            }
            let key = (self, count, bytes);
            Rc::clone(made.entry(key).or_insert_with(|| self.make(count, bytes).into()))
        })
    }

    /// Whether there is something to read: what a person has brought may be elsewhere.
    pub fn is_here(self) -> bool {
        !matches!(self, Input::Given(number) if given(number).is_none())
    }

    fn make(self, count: u32, bytes: u64) -> Vec<Text> {
        let numbers = 0..count;
        match self {
            Input::Given(_) => Vec::new(),
            Input::Corpus => {
                numbers.map(|it| (piece(it).0.to_owned(), cut(piece(it).1, bytes))).collect()
            }
            Input::Course => numbers
                .map(|it| {
                    let name = COURSE.get(it as usize).copied().unwrap_or("pg-more.txt");
                    (name.to_owned(), cut(piece(it).1, bytes))
                })
                .collect(),
            made => numbers
                .map(|it| {
                    let mut rng = Rng::new(u64::from(it) + 1).split(PURPOSE ^ made.purpose());
                    let mut text = String::new();
                    let mut line = 0;
                    while (text.len() as u64) < bytes {
                        made.line(it, line, &mut rng, &mut text);
                        line += 1;
                    }
                    (format!("{}-{it}", made.word()), Bytes::from(text.as_str()))
                })
                .collect(),
        }
    }

    fn purpose(self) -> u64 {
        WORDS.iter().position(|(_, kind)| *kind == self).unwrap_or(0) as u64
    }

    /// One more line of a text that is made up.
    fn line(self, split: u32, line: u64, rng: &mut Rng, text: &mut String) {
        match self {
            Input::Log => {
                // Few pages are asked for often, most seldom.
                let most = rng.between(1, 40);
                let page = rng.below(most);
                let millis = rng.below(900);
                text.push_str(&format!(
                    "10.0.{split}.{} /page/{page} 200 {millis}\n",
                    rng.below(250)
                ));
            }
            Input::Graph => {
                let page = u64::from(split) * 1_000 + line;
                text.push_str(&format!("p{page}"));
                for _ in 0..rng.between(1, 5) {
                    let other = rng.below(u64::from(split) + 1) * 1_000;
                    text.push_str(&format!(" p{}", other + rng.below(line + 1)));
                }
                text.push('\n');
            }
            Input::Records => {
                (0..10).for_each(|_| text.push(char::from(b'a' + rng.below(26) as u8)));
                text.push_str(&format!(" {split:04}{line:06}"));
                (0..78).for_each(|_| text.push('.'));
                text.push('\n');
            }
            Input::Skew => {
                let word = if rng.chance(9, 10) { "the" } else { SELDOM[rng.below(12) as usize] };
                text.push_str(word);
                text.push(if line % 12 == 11 { '\n' } else { ' ' });
            }
            Input::Fragile => {
                if split % 2 == 1 && line == 3 {
                    text.push_str("!! a record that nobody expected\n");
                }
                let word = |rng: &mut Rng| SELDOM[rng.below(12) as usize];
                text.push_str(&format!("{} {} {}\n", word(rng), word(rng), word(rng)));
            }
            Input::Corpus | Input::Course | Input::Given(_) => {}
        }
    }
}

impl PartialOrd for Input {
    fn partial_cmp(&self, other: &Input) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Input {
    fn cmp(&self, other: &Input) -> std::cmp::Ordering {
        let place = |it: &Input| match it {
            Input::Given(number) => (WORDS.len() as u64, *number),
            kind => (kind.purpose(), 0),
        };
        place(self).cmp(&place(other))
    }
}

/// What generators of input are split off for.
const PURPOSE: u64 = 0x696e_7075_7400;

const SELDOM: [&str; 12] = [
    "map", "reduce", "worker", "split", "bucket", "sort", "group", "merge", "count", "shuffle",
    "commit", "rename",
];

/// The names of the course's eight texts.
pub const COURSE: [&str; 8] = [
    "pg-being_ernest.txt",
    "pg-dorian_gray.txt",
    "pg-frankenstein.txt",
    "pg-grimm.txt",
    "pg-huckleberry_finn.txt",
    "pg-metamorphosis.txt",
    "pg-sherlock_holmes.txt",
    "pg-tom_sawyer.txt",
];

macro_rules! pieces {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../corpus/", $name, ".txt")))),*]
    };
}

/// Pieces of books, with their names; the whole books stand in `www/corpus`.
pub const PIECES: &[(&str, &str)] = pieces!(
    "tom-sawyer-1" "opticks-1" "northanger-abbey-1" "persuasion-1"
    "tom-sawyer-2" "opticks-2" "northanger-abbey-2" "persuasion-2"
    "tom-sawyer-3" "opticks-3" "northanger-abbey-3" "persuasion-3"
    "tom-sawyer-4" "opticks-4" "northanger-abbey-4" "persuasion-4"
);

fn piece(number: u32) -> (&'static str, &'static str) {
    PIECES[number as usize % PIECES.len()]
}

/// The beginning of a text, up to the end of a line.
fn cut(text: &str, bytes: u64) -> Bytes {
    let most = (bytes as usize).min(text.len());
    let kept = &text.as_bytes()[..most];
    let end = kept.iter().rposition(|byte| *byte == b'\n').map_or(most, |at| at + 1);
    Bytes::from(&kept[..end])
}

thread_local! {
    static GIVEN: RefCell<VecDeque<(u64, Rc<[Text]>)>> = const { RefCell::new(VecDeque::new()) };
}

/// Takes what a person has brought; a run reads it by the word that comes back, until so much was
/// brought after it that it is forgotten.
pub fn bring(texts: Vec<Text>) -> Input {
    let parts = texts.iter().flat_map(|(name, text)| [name.as_bytes(), text]);
    let number = digest(parts);
    GIVEN.with_borrow_mut(|given| {
        given.retain(|(other, _)| *other != number);
        given.push_front((number, texts.into()));
        given.truncate(GIVEN_MOST);
    });
    Input::Given(number)
}

/// What was brought under a number; `None` when it is not here.
pub fn given(number: u64) -> Option<Rc<[Text]>> {
    GIVEN.with_borrow(|given| {
        given.iter().find(|(other, _)| *other == number).map(|(_, texts)| Rc::clone(texts))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_makes_as_many_texts_as_are_asked_for() {
        for (word, kind) in WORDS {
            let texts = kind.splits(5, 2_000);
            assert_eq!((Input::from_word(word), texts.len()), (Some(*kind), 5));
            assert!(texts.iter().all(|(_, text)| (1_000..2_300).contains(&text.len())), "{word}");
            assert_eq!(kind.word(), *word);
        }
    }

    #[test]
    fn what_is_brought_is_found_by_its_word() {
        let texts = vec![("mine".to_owned(), Bytes::from("a b\n"))];
        let kind = bring(texts.clone());
        assert_eq!(Input::from_word(&kind.word()), Some(kind));
        assert_eq!(*kind.splits(1, 1), *texts);
    }

    #[test]
    fn what_was_missing_is_there_once_it_is_brought() {
        let texts = vec![("late".to_owned(), Bytes::from("c d\n"))];
        let parts = texts.iter().flat_map(|(name, text): &Text| [name.as_bytes(), text]);
        let kind = Input::Given(digest(parts));
        assert_eq!((kind.is_here(), kind.splits(1, 1).len()), (false, 0));
        assert_eq!(bring(texts), kind);
        assert_eq!((kind.is_here(), kind.splits(1, 1).len()), (true, 1));
        // The longest ago is forgotten, and what was brought again is not.
        for number in 0..GIVEN_MOST {
            bring(vec![(format!("{number}"), Bytes::from("e\n"))]);
        }
        assert!(!kind.is_here());
    }
}

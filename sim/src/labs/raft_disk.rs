//! What Raft's disks hold at the start: `term 7 vote none log 1*3 4*2`, and
//! `term 3 vote n2 snapshot 12@3 log 3*2`.
//!
//! `4*2` are two entries of term 4. Entries of one term at one index hold the
//! same command in all logs, as they would have from one leader.

use std::fmt;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::machine::Disk as _;
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message::{Durable, Entry, Index, Term};

/// Entries a starting log may have.
const ENTRIES_MOST: u64 = 10_000;
/// Terms and indexes that can be written.
const NUMBER_MOST: u64 = 1_000_000_000;

/// What a starting disk holds, as a scenario says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DiskText {
    /// currentTerm.
    pub term: Term,
    /// votedFor.
    pub vote: Option<NodeId>,
    /// Last index and term that the snapshot covers.
    pub snapshot: Option<(Index, Term)>,
    /// Runs of entries of one term: the term, and how many.
    pub log: Vec<(Term, u64)>,
}

impl fmt::Display for DiskText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "term {}", self.term)?;
        match self.vote {
            Some(node) => write!(f, " vote {node}")?,
            None => f.write_str(" vote none")?,
        }
        if let Some((index, term)) = self.snapshot {
            write!(f, " snapshot {index}@{term}")?;
        }
        if !self.log.is_empty() {
            f.write_str(" log")?;
        }
        for (term, count) in &self.log {
            match count {
                1 => write!(f, " {term}")?,
                _ => write!(f, " {term}*{count}")?,
            }
        }
        Ok(())
    }
}

impl DiskText {
    /// Reads `term 7 vote n2 snapshot 12@3 log 1*3 4`; each part may be left
    /// out. Without `term`, it is the highest of the entries'.
    ///
    /// # Errors
    /// The place in bytes of the text, and what was expected there.
    pub fn parse(text: &str, nodes: u32) -> Result<DiskText, (usize, String)> {
        let mut disk = DiskText::default();
        let mut term = None;
        let mut seen: Vec<&str> = Vec::new();
        let mut words = words(text).peekable();
        while let Some((start, word)) = words.next() {
            if seen.contains(&word) {
                return Err((start, format!("`{word}` is said twice")));
            }
            let (at, value) = words.peek().copied().unwrap_or((text.trim_end().len(), ""));
            let expected = |what: &str| Err((at, expected(what, value)));
            match word {
                "term" => match number(value) {
                    Some(number) => term = Some(number),
                    None => return expected("a term"),
                },
                "vote" => match value.strip_prefix('n').and_then(number) {
                    _ if value == "none" => disk.vote = None,
                    Some(node) if (1..=u64::from(nodes)).contains(&node) => {
                        disk.vote = NodeId::from_number(node as u32);
                    }
                    _ => return expected(&format!("`none` or a node from n1 to n{nodes}")),
                },
                "snapshot" => {
                    let parts = value.split_once('@');
                    let parts = parts.and_then(|(i, t)| number(i).zip(number(t)));
                    match parts.filter(|(index, term)| *index > 0 && *term > 0) {
                        Some(parts) => disk.snapshot = Some(parts),
                        None => return expected("an index and its term, like 12@3"),
                    }
                }
                "log" => {
                    seen.push(word);
                    disk.log = log(&mut words)?;
                    continue;
                }
                _ => return Err((start, self::expected("term, vote, snapshot or log", word))),
            }
            seen.push(word);
            words.next();
        }
        let seen = disk.log.iter().map(|(term, _)| *term);
        let seen = seen.chain(disk.snapshot.map(|(_, term)| term)).max();
        disk.term = term.or(seen).unwrap_or(0);
        Ok(disk)
    }

    /// The disk itself.
    pub fn disk(&self) -> Disk {
        let mut disk = Disk::default();
        disk.write(&Durable::Vote { term: self.term, voted_for: self.vote });
        let start = match self.snapshot {
            Some((index, term)) => {
                disk.write(&Durable::Snapshot {
                    last_included_index: index,
                    last_included_term: term,
                    data: snapshot_data(index),
                    keeps_tail: false,
                });
                index
            }
            None => 0,
        };
        let entries = (start + 1..).zip(self.terms());
        let entry = |(index, term)| Entry { term, command: command(index, term) };
        disk.write(&Durable::Append { after: start, entries: entries.map(entry).collect() });
        disk
    }

    /// The term of each entry.
    fn terms(&self) -> impl Iterator<Item = Term> {
        self.log.iter().flat_map(|(term, count)| (0..*count).map(move |_| *term))
    }

    /// Index before the first entry.
    fn start(&self) -> Index {
        self.snapshot.map_or(0, |(index, _)| index)
    }

    /// Each term with the first index that is seen of it. A term that the
    /// snapshot ends with began before it, where nobody sees.
    fn beginnings(&self) -> impl Iterator<Item = (Term, Index)> {
        let mut index = self.start() + 1;
        let hidden = self.snapshot.map(|(_, term)| term);
        let runs = self.log.iter().map(move |(term, count)| {
            let first = index;
            index += count;
            (*term, first)
        });
        runs.filter(move |(term, _)| Some(*term) != hidden)
    }

    /// The term at an index, where it is known.
    fn term_at(&self, index: Index) -> Option<Term> {
        if let Some((last, term)) = self.snapshot
            && index <= last
        {
            return (index == last).then_some(term);
        }
        let mut end = self.start();
        let run = self.log.iter().find(|(_, count)| {
            end += count;
            index <= end
        });
        run.map(|(term, _)| *term)
    }

    fn last_index(&self) -> Index {
        self.start() + self.log.iter().map(|(_, count)| count).sum::<u64>()
    }
}

/// What was read, in the one form in which it is printed.
pub(super) fn canonical(text: &str, nodes: u32) -> Result<String, (usize, String)> {
    DiskText::parse(text, nodes).map(|disk| disk.to_string())
}

/// The command of an entry that was there at the start.
fn command(index: Index, term: Term) -> Bytes {
    format!("c{index}.{term}").as_str().into()
}

/// The state that a snapshot from the start holds.
fn snapshot_data(index: Index) -> Bytes {
    format!("c1 to c{index}").as_str().into()
}

/// Runs of entries, as long as there are.
fn log<'a>(
    words: &mut std::iter::Peekable<impl Iterator<Item = (usize, &'a str)>>,
) -> Result<Vec<(Term, u64)>, (usize, String)> {
    let mut log: Vec<(Term, u64)> = Vec::new();
    let mut entries = 0;
    while let Some((at, word)) =
        words.next_if(|(_, word)| word.starts_with(|c: char| c.is_ascii_digit()))
    {
        let (term, count) = word.split_once('*').unwrap_or((word, "1"));
        let run = number(term).zip(number(count)).filter(|(term, count)| *term > 0 && *count > 0);
        let run =
            run.ok_or_else(|| (at, expected("a term, or a term and a count like 4*2", word)))?;
        entries += run.1;
        if entries > ENTRIES_MOST {
            return Err((at, format!("a log starts with {ENTRIES_MOST} entries at most")));
        }
        match log.last_mut() {
            Some((term, count)) if *term == run.0 => *count += run.1,
            _ => log.push(run),
        }
    }
    Ok(log)
}

/// Words with their places, up to a comment.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text.split_whitespace();
    let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    words.map(move |word| (place(word), word)).take_while(|(_, word)| !word.starts_with('#'))
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= NUMBER_MOST)
}

fn expected(what: &str, found: &str) -> String {
    if found.is_empty() {
        return format!("expected {what}, the line ends here");
    }
    let found: String = found.chars().take(32).collect();
    format!("expected {what}, found `{found}`")
}

/// Starting disks that no correct Raft leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImpossibleStart {
    /// The node, or the first of a pair.
    pub node: NodeId,
    /// The other of the pair.
    pub other: Option<NodeId>,
    /// The place in the log.
    pub index: Index,
    /// What cannot be.
    pub why: Impossible,
}

/// What cannot be about starting disks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Impossible {
    /// Terms fall along the log (5.3: entries are added behind older ones).
    TermFalls,
    /// An entry is of a term that the node has not reached (5.1).
    TermAhead,
    /// Two logs agree at an index and differ before it (5.3, Log Matching).
    LogMatching,
    /// Entries of one term begin at two places: two leaders (5.2).
    TwoLeaders,
}

/// The first thing about each node and pair that cannot be.
pub fn impossible_starts(disks: &[(NodeId, DiskText)]) -> Vec<ImpossibleStart> {
    let mut found = Vec::new();
    for (place, (node, disk)) in disks.iter().enumerate() {
        found.extend(alone(disk).map(|(index, why)| ImpossibleStart {
            node: *node,
            other: None,
            index,
            why,
        }));
        for (other, other_disk) in &disks[place + 1..] {
            found.extend(together(disk, other_disk).map(|(index, why)| ImpossibleStart {
                node: *node,
                other: Some(*other),
                index,
                why,
            }));
        }
    }
    found
}

fn alone(disk: &DiskText) -> Option<(Index, Impossible)> {
    let mut before = disk.snapshot.map_or(0, |(_, term)| term);
    if before > disk.term {
        return Some((disk.start(), Impossible::TermAhead));
    }
    let mut index = disk.start() + 1;
    for (term, count) in &disk.log {
        if *term < before {
            return Some((index, Impossible::TermFalls));
        }
        if *term > disk.term {
            return Some((index, Impossible::TermAhead));
        }
        before = *term;
        index += count;
    }
    None
}

fn together(one: &DiskText, two: &DiskText) -> Option<(Index, Impossible)> {
    // Only where a run of one log or of the other begins can things change.
    let starts = |disk: &DiskText| {
        let mut index = disk.start();
        let mut starts = vec![index, index + 1];
        for (_, count) in &disk.log {
            index += count;
            starts.push(index + 1);
        }
        starts
    };
    let last = one.last_index().min(two.last_index());
    let mut places: Vec<Index> = starts(one).into_iter().chain(starts(two)).collect();
    places.retain(|index| (1..=last).contains(index));
    places.sort_unstable();
    let mut differ = false;
    for index in places {
        let Some((term, other)) = one.term_at(index).zip(two.term_at(index)) else { continue };
        if term != other {
            differ = true;
        } else if differ {
            return Some((index, Impossible::LogMatching));
        }
    }
    let begins = |term: Term| two.beginnings().find(|(other, _)| *other == term);
    one.beginnings().find_map(|(term, first)| {
        let (_, other) = begins(term)?;
        (first != other).then_some((first.max(other), Impossible::TwoLeaders))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(text: &str) -> DiskText {
        DiskText::parse(text, 5).expect("the tests write disks that can be read")
    }

    fn n(number: u32) -> NodeId {
        NodeId::from_number(number).expect("the tests count from 1")
    }

    #[test]
    fn disks_print_in_one_form() {
        for (text, printed) in [
            ("", "term 0 vote none"),
            ("log 1 1 1 4*2", "term 4 vote none log 1*3 4*2"),
            ("vote n2 term 7", "term 7 vote n2"),
            ("term 3 snapshot 12@3 log 3*2 # a comment", "term 3 vote none snapshot 12@3 log 3*2"),
        ] {
            assert_eq!(canonical(text, 5).as_deref(), Ok(printed), "{text}");
        }
    }

    #[test]
    fn what_is_no_disk_is_refused_at_its_place() {
        for (text, at, message) in [
            ("term", 4, "expected a term, the line ends here"),
            ("vote n6", 5, "expected `none` or a node from n1 to n5, found `n6`"),
            ("log 1*0", 4, "expected a term, or a term and a count like 4*2, found `1*0`"),
            ("log 1 term 2 log 3", 13, "`log` is said twice"),
            ("log 1*9999 2*9999", 11, "a log starts with 10000 entries at most"),
            ("tern 2", 0, "expected term, vote, snapshot or log, found `tern`"),
        ] {
            assert_eq!(DiskText::parse(text, 5), Err((at, message.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_disk_holds_what_its_text_says() {
        let disk = disk("term 7 vote n3 snapshot 4@2 log 2 5*2").disk();
        assert_eq!((disk.current_term, disk.voted_for), (7, Some(n(3))));
        assert_eq!(disk.snapshot.last_included_index, 4);
        let terms: Vec<(u64, u64)> = disk.log.iter().map(|(i, entry)| (i, entry.term)).collect();
        assert_eq!(terms, [(5, 2), (6, 5), (7, 5)]);
    }

    #[test]
    fn starts_that_cannot_be_are_named() {
        let check = |one: &str, two: &str, expected: Option<(Index, Impossible)>| {
            let disks = [(n(1), disk(one)), (n(2), disk(two))];
            let found: Vec<(Index, Impossible)> =
                impossible_starts(&disks).iter().map(|start| (start.index, start.why)).collect();
            assert_eq!(found, Vec::from_iter(expected), "{one} / {two}");
        };
        check("log 1*3 4*2 5*2 6*3", "log 1*3 2*3 3*5", None);
        check("log 1*3 4*4", "log 1*3 4*2 6*2", None);
        check("log 1*3 2*2", "log 1*2 2*3", Some((4, Impossible::LogMatching)));
        check("log 1", "log 1 3 3 2", Some((4, Impossible::TermFalls)));
        check("term 1 log 1 2", "log 1", Some((2, Impossible::TermAhead)));
        check("log 1 1 1 5", "log 1 5", Some((4, Impossible::TwoLeaders)));
        check("log 1*4 3*2", "snapshot 4@1 log 3*2", None);
        check("log 1*4 3*2", "snapshot 4@2 log 3*2", Some((5, Impossible::LogMatching)));
        check("log 1*6", "snapshot 4@1 log 1*2", None);
    }
}

//! What the course's tests print when they fail, as a table: what each line
//! means, and which scenarios show it. Which tests and mistakes lead to it stands
//! in the table of [`noticed`](super::noticed).

use crate::check::raft::property;
use crate::director::Verdict;

/// What is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A line of the harness that contains this.
    Line(&'static str),
    /// A broken property; the harness may be content.
    Property(&'static str),
}

/// A way in which tests fail.
#[derive(Clone, Copy, Debug)]
pub struct FailureLine {
    /// Its letter in the table of what is noticed; frozen.
    pub code: char,
    /// By what it is known.
    pub seen: Seen,
    /// Other words for it: how later editions or the detector print it.
    pub also: &'static [&'static str],
    /// What it means, in a sentence.
    pub means: &'static str,
    /// Scenarios that show what went wrong.
    pub scenarios: &'static [&'static str],
}

const fn line(
    code: char,
    part: &'static str,
    also: &'static [&'static str],
    means: &'static str,
    scenarios: &'static [&'static str],
) -> FailureLine {
    FailureLine { code, seen: Seen::Line(part), also, means, scenarios }
}

const fn broken(
    code: char,
    id: &'static str,
    means: &'static str,
    scenarios: &'static [&'static str],
) -> FailureLine {
    FailureLine { code, seen: Seen::Property(id), also: &[], means, scenarios }
}

/// All of them. A line is known by the first that fits.
pub static FAILURES: &[FailureLine] = &[
    line(
        'a',
        "expected one leader, got none",
        &["no leader"],
        "Nobody won an election in about five seconds: candidates split the votes, time out before the answers come, or are refused by all.",
        &["split-vote", "first-election"],
    ),
    line(
        'b',
        "(>1) leaders",
        &["multiple leaders in one term"],
        "Two servers lead the same term: somebody voted twice, or a majority was counted wrongly (5.2).",
        &["vote-forgotten", "two-leaders"],
    ),
    line(
        'c',
        "expected no leader",
        &["claims to be leader"],
        "A server that reaches no majority became or stayed a leader (5.2).",
        &["two-leaders", "deaf-node"],
    ),
    line(
        'd',
        "servers disagree on term",
        &[],
        "Connected servers are in different terms though nothing failed: a newer term was not adopted (5.1).",
        &["deaf-node"],
    ),
    line(
        'e',
        "term changed even though there were no failures",
        &["warning: term changed"],
        "An election was held though the leader was well: heartbeats come too late, or do not reset the election timer (5.2).",
        &["first-election", "deaf-node"],
    ),
    line(
        'f',
        "term is 0, but should be at least 1",
        &[],
        "There is a leader of term 0: the term was not raised for the election (5.2).",
        &["first-election"],
    ),
    line(
        'g',
        "failed to reach agreement",
        &["failed to reach agreement on"],
        "A command was not committed on enough servers in ten seconds: no leader stays, entries are refused for ever, or the commit index does not advance (5.3).",
        &["one-command", "leader-crash", "figure-7"],
    ),
    line(
        'h',
        "apply out of order",
        &["out of order"],
        "A server applied an index that is not the next one: lastApplied skipped or repeated an entry, or did not start anew after a restart (5.3).",
        &["one-command", "too-far-behind"],
    ),
    line(
        'i',
        "apply error: commit index",
        &["apply error", "!= server="],
        "Two servers applied different commands at one index: a committed entry was overwritten or never was on a majority (5.4).",
        &["figure-8", "late-mail", "two-leaders"],
    ),
    line(
        'j',
        "applies a snapshot that nobody took",
        &[],
        "A snapshot was handed to the service where none was ever taken (7).",
        &["too-far-behind"],
    ),
    line(
        'k',
        "snapshot cannot be decoded",
        &["snapshot decode error"],
        "The snapshot on the disk is empty or cut off: it was overwritten when something else was saved (7).",
        &["too-far-behind", "everyone-crashes"],
    ),
    line(
        'l',
        "snapshot doesn't match its index",
        &["snapshot doesn't match m.SnapshotIndex"],
        "A snapshot says that it covers other entries than it holds (7).",
        &["too-far-behind"],
    ),
    line(
        'm',
        "snapshot takes the service back",
        &[],
        "An old snapshot replaced a newer state: a late InstallSnapshot was not refused (7).",
        &["too-far-behind", "late-mail"],
    ),
    line(
        'n',
        "committed values do not match",
        &[],
        "Servers hold different commands at one committed index (5.4.3).",
        &["figure-8", "two-leaders"],
    ),
    line(
        'o',
        "committed but no majority",
        &["committed without a majority"],
        "An entry was committed that is on no majority: copies were counted wrongly, or an entry was applied before it was committed (5.3).",
        &["two-leaders"],
    ),
    line(
        'p',
        "have committed before Start()",
        &["some have committed before Start"],
        "An index was applied before anybody proposed a command for it.",
        &["one-command"],
    ),
    line(
        'q',
        "decided for index",
        &["only 1 decided for index"],
        "An entry stayed uncommitted on some servers for half a minute (5.3).",
        &["one-command"],
    ),
    line(
        'r',
        "but expected",
        &["got index"],
        "A command came to another index than the next one: it was proposed twice, or an entry stands before it that nobody asked for.",
        &["one-command"],
    ),
    line(
        's',
        "rejected Start()",
        &["leader rejected Start()", "leader2 rejected Start()"],
        "The leader did not take a command.",
        &["two-leaders"],
    ),
    line(
        't',
        "expected index",
        &["unexpected index", "Start() failed", "wrong value committed", "cmd 10"],
        "The log of the leader is not what it should be: an entry is there twice, lost, or in another place (5.3).",
        &["one-command"],
    ),
    line(
        'u',
        "too many RPC bytes",
        &[],
        "Entries travel more than once: the leader sends the whole log, or sends again before the answer can have come (5.3).",
        &["one-command"],
    ),
    line(
        'v',
        "too many",
        &["too many RPCs", "too many or few RPCs"],
        "More RPCs than needed: heartbeats too often, or an AppendEntries for every tick (5.2).",
        &["first-election"],
    ),
    line(
        'w',
        "term changed too often",
        &[],
        "No term lasted long enough for a handful of commands: leaders are toppled all the time (5.2).",
        &["deaf-node", "split-vote"],
    ),
    line(
        'x',
        "didn't find a value",
        &["didn't find a value"],
        "A command that a client saw committed is gone: a committed entry was lost (5.4).",
        &["figure-8", "leader-crash"],
    ),
    line(
        'y',
        "index decreased",
        &[],
        "After all restarted, a command came to an index that was used before: the log was not saved (Figure 2).",
        &["everyone-crashes"],
    ),
    line(
        'z',
        "log size too large",
        &["logs were not trimmed"],
        "The log was not trimmed after a snapshot (7).",
        &["too-far-behind"],
    ),
    line(
        '0',
        "test took longer than",
        &["test took longer than 120 seconds"],
        "The test did not end: something waits for an agreement that never comes.",
        &["one-command", "split-vote"],
    ),
    line(
        '1',
        "a limit of the run is reached",
        &[],
        "The servers answer each other without end: a message is sent for every message.",
        &["first-election"],
    ),
    line(
        '2',
        "snapshot",
        &[],
        "The service was handed a snapshot that does not fit (7).",
        &["too-far-behind"],
    ),
    broken(
        'A',
        property::ELECTION_SAFETY,
        "Two leaders in one term (5.2).",
        &["vote-forgotten", "two-leaders"],
    ),
    broken(
        'B',
        property::LEADER_APPEND_ONLY,
        "A leader changed its own log instead of adding to it (5.3).",
        &["figure-7"],
    ),
    broken(
        'C',
        property::LOG_MATCHING,
        "Two logs agree at an index and differ before it (5.3).",
        &["figure-7"],
    ),
    broken(
        'D',
        property::LEADER_COMPLETENESS,
        "A leader lacks a committed entry (5.4).",
        &["figure-8"],
    ),
    broken(
        'E',
        property::STATE_MACHINE_SAFETY,
        "One index was applied with two commands (5.4.3).",
        &["figure-8", "late-mail"],
    ),
    broken('F', property::MONOTONIC, "A term or an index fell.", &["everyone-crashes"]),
    broken(
        'G',
        property::DURABLE,
        "Something was promised that is not on the disk (Figure 2).",
        &["vote-forgotten", "everyone-crashes"],
    ),
];

/// The way in which a run failed; `None` when it passed, or failed in a way that
/// the table does not know.
pub fn of(verdict: &Verdict) -> Option<&'static FailureLine> {
    let mut known = FAILURES.iter();
    match verdict {
        Verdict::Passed => None,
        Verdict::Broken(violation) => {
            known.find(|line| line.seen == Seen::Property(violation.property))
        }
        Verdict::Failed { message, .. } => {
            let is_in = |part: &str| message.contains(part);
            known.find(|line| match line.seen {
                Seen::Line(part) => is_in(part) || line.also.iter().any(|part| is_in(part)),
                Seen::Property(_) => false,
            })
        }
    }
}

/// A way of failing by its letter.
pub fn by_code(code: char) -> Option<&'static FailureLine> {
    FAILURES.iter().find(|line| line.code == code)
}

/// What a pasted line of a test's output, or a part of one, may be: the best
/// first, and nothing for what is no such line.
pub fn find(text: &str) -> Vec<&'static FailureLine> {
    /// Shorter words stand in everything.
    const LEAST: usize = 6;
    let text = text.trim().to_lowercase();
    if text.len() < LEAST {
        return Vec::new();
    }
    let fits = |part: &str| {
        let part = part.to_lowercase();
        // One word of a line says too little to mean the line.
        let is_part = text.contains(' ') && part.contains(&text);
        part.len() >= LEAST && (text.contains(&part) || is_part)
    };
    let of_line = |line: &&FailureLine| match line.seen {
        Seen::Line(part) | Seen::Property(part) => {
            fits(part) || line.also.iter().any(|part| fits(part))
        }
    };
    FAILURES.iter().filter(of_line).collect()
}

impl FailureLine {
    /// The line, or the property's name.
    pub fn text(&self) -> &'static str {
        match self.seen {
            Seen::Line(text) | Seen::Property(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios;

    fn check(text: &str, code: char) {
        let found: Vec<char> = find(text).iter().map(|line| line.code).collect();
        assert!(found.contains(&code), "{text}: {found:?}");
    }

    #[test]
    fn the_courses_lines_are_known_as_they_are_printed() {
        check("config.go:591: one(101) failed to reach agreement", 'g');
        check("expected one leader, got none", 'a');
        check("apply error: commit index=2 server=0 102 != server=1 103", 'i');
        check("apply error", 'i');
        check("server 1 apply out of order, expected index 3, got 5", 'h');
        check("warning: term changed even though there were no failures", 'e');
        check("term 2 has 2 (>1) leaders", 'b');
        check("3 committed but no majority", 'o');
        check("too many RPC bytes; got 250000, expected 150000", 'u');
        assert!(find("leader").is_empty(), "a common word is no line");
        assert!(find("x=3").is_empty());
    }

    #[test]
    fn letters_are_used_once_and_scenarios_are_there() {
        let mut codes: Vec<char> = FAILURES.iter().map(|line| line.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), FAILURES.len());
        for line in FAILURES {
            for id in line.scenarios {
                assert!(scenarios::by_id(id).is_some(), "{}: {id}", line.text());
            }
            assert!(line.means.ends_with('.'), "{}", line.text());
        }
    }
}

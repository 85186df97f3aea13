//! The words of the language as data, and what may come next in a line: for
//! whoever completes what a person types.
//!
//! What may come next is not written down a second time: of all words, those are
//! offered with which the [parser](super::parse_line) gets further than before.

use netsplit_core::id::{Cast, NodeId};

use crate::choice::EnvelopeId;
use crate::labs::{LabWords, Slot};

use super::parse_line;

/// A word, with what it says in a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// As it is written; with an example value where one is wanted.
    pub text: &'static str,
    /// What it says.
    pub about: &'static str,
}

const fn term(text: &'static str, about: &'static str) -> Term {
    Term { text, about }
}

/// The first words of acts, in the order of [`Verb`](crate::verb::Verb).
pub const VERBS: &[Term] = &[
    term("crash", "stop nodes; what is in memory is lost"),
    term("restart", "start crashed nodes from their disks"),
    term("pause", "let nodes stand still; their mail queues"),
    term("resume", "let paused nodes go on"),
    term("wipe", "empty a disk"),
    term("stall", "let a disk finish no save"),
    term("unstall", "let it go on"),
    term("lie", "let a disk say “durable” too early"),
    term("honest", "let it tell the truth"),
    term("clock", "let a clock run fast or slow"),
    term("offset", "set a clock forward or back"),
    term("isolate", "cut a node off from all others"),
    term("cut", "cut links, one way or both"),
    term("mend", "mend links"),
    term("deliver", "let a message arrive now"),
    term("drop", "lose a message, or all of a kind"),
    term("duplicate", "let a message come twice"),
    term("hold", "keep a message before its receiver, or all"),
    term("release", "let a held message arrive"),
    term("delay", "let a message come later"),
    term("fire", "let a timer run out now"),
    term("put off", "let a timer run out later"),
    term("persist", "finish the oldest save now"),
    term("lift", "lift a standing rule"),
    term("set", "turn a dial from now on"),
    term("ask", "ask a node in the lab’s words"),
];

/// Words that begin a line that is no act.
pub const LINES: &[Term] = &[
    term("run for", "play so long"),
    term("run until", "play until something is so"),
    term("at", "at a moment"),
    term("note", "a sentence at a moment"),
    term("try", "a suggestion"),
];

/// Whom an act is about.
pub const SELECTORS: &[Term] = &[
    term("leader", "who leads the highest term"),
    term("followers", "all that run, but the leader"),
    term("all", "all nodes"),
    term("down", "all that are crashed"),
];

/// Settings that take effect from now on.
pub const DIALS: &[Term] = &[
    term("delay", "how long messages take"),
    term("loss", "how many messages are lost"),
    term("duplicate", "how many come twice"),
    term("reorder", "how many come late, and by how much"),
    term("bandwidth", "bytes a second a link carries"),
    term("save", "how long a save takes"),
    term("unreliable", "the course’s unreliable network"),
    term("long-reordering", "the course’s late replies"),
];

/// What can be waited for.
pub const CONDITIONS: &[Term] = &[
    term("leader", "somebody leads"),
    term("no leader", "nobody leads"),
    term("committed 1", "so many entries are committed"),
    term("term 2", "a term is reached"),
    term("log 1", "a log is so long"),
    term("broken", "a property is broken"),
    term("quiet", "nothing is under way"),
];

/// Small words between the others.
const BETWEEN: &[Term] = &[
    term("->", "one way"),
    term("|", "both ways"),
    term("on", "on these nodes, or on this link"),
    term("by", "by so much"),
    term("within", "at most so long"),
    term("next", "the next ones only"),
    term("from", "from a node"),
    term("to", "to a node"),
    term("keeping 1 save", "with so many pending saves on the disk"),
    term("for", "so long"),
    term("until", "something is so"),
    term("off", "off"),
];

/// Values as examples of what is wanted.
const VALUES: &[Term] = &[
    term("10%", "a share"),
    term("8ms..16ms", "a range of times"),
    term("100ms", "a time"),
    term("1s", "a time"),
    term("unlimited", "without limit"),
    term("on", "on"),
    term("11/10", "its time in the world’s"),
    term("+5ms", "a shift"),
    term("1", "a number"),
];

/// A word that may come next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole line with the word in place of what was begun.
    pub line: String,
    /// The word.
    pub word: String,
    /// What it says.
    pub about: String,
}

/// What may come next in a line of a run of these nodes; `flying` are messages
/// under way, offered where a message is wanted. The word at the end counts as
/// begun unless a blank follows it.
pub fn completions(
    line: &str,
    words: &'static LabWords,
    cast: impl Into<Cast>,
    flying: &[EnvelopeId],
) -> Vec<Completion> {
    let cast = cast.into();
    let start = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, begun) = line.split_at(start);
    let first = before.split_whitespace().next();
    let mut offered: Vec<(String, String)> = Vec::new();
    let mut offer = |text: &str, about: &str| {
        offered.push((text.to_owned(), about.to_owned()));
    };
    let asks = |word: &str| words.verbs.contains(&word);
    let tokens: Vec<&str> = before.split_whitespace().collect();
    if let Some(offered) = asked(&tokens, words, cast) {
        let begins = |(word, _): &(String, String)| word.starts_with(begun) && word != begun;
        let next = |(word, about)| Completion { line: format!("{before}{word}"), word, about };
        return offered.into_iter().filter(begins).map(next).collect();
    }
    match first {
        // A lab's own words take anything, so only who is asked can be completed.
        Some(first) if asks(first) && before.split_whitespace().count() > 1 => return Vec::new(),
        Some(first) if asks(first) => {
            offer("leader", "asks who leads");
            cast.servers().for_each(|node| offer(&node.to_string(), "asks this node"));
        }
        _ => {
            for term in [VERBS, LINES].concat() {
                offer(term.text, term.about);
            }
            words.verbs.iter().for_each(|verb| offer(verb, "asks the leader"));
            words.calls.iter().for_each(|call| offer(call, "asks the first client for this"));
            for term in [SELECTORS, CONDITIONS, DIALS, BETWEEN].concat() {
                offer(term.text, term.about);
            }
            cast.ids().for_each(|node| offer(&node.to_string(), "this node"));
            if cast.clients > 0 {
                offer("servers", "all servers");
                offer("clients", "all clients");
            }
            words.timers.iter().for_each(|(timer, _)| offer(timer, "a timer"));
            words.kinds.iter().for_each(|kind| offer(kind, "messages of this kind"));
            flying.iter().for_each(|id| offer(&id.to_string(), "a message under way"));
            VALUES.iter().for_each(|term| offer(term.text, term.about));
        }
    }
    let mut found: Vec<Completion> = Vec::new();
    for (word, about) in offered {
        if !word.starts_with(begun) || word == begun || found.iter().any(|it| it.word == word) {
            continue;
        }
        let whole = format!("{before}{word}");
        // What is asked is understood only when it is whole.
        let asks = start == 0 && (words.calls.contains(&&*word) || words.verbs.contains(&&*word));
        let is_client = start == 0 && cast.clients > 0 && names_client(&word);
        if asks || is_client || goes_on(&whole, start, words, cast) {
            found.push(Completion { line: whole, word, about });
        }
    }
    found
}

fn names_client(word: &str) -> bool {
    NodeId::from_name(word).is_some_and(NodeId::is_client)
}

/// What may come next where a lab's own words are written, behind these; `None` where they are
/// not, or where nobody says what follows them.
fn asked(tokens: &[&str], words: &'static LabWords, cast: Cast) -> Option<Vec<(String, String)>> {
    let clients = tokens.iter().take_while(|word| names_client(word)).count();
    let (whom, rest) = tokens.split_at(clients);
    let mut offered: Vec<(String, String)> = Vec::new();
    let mut offer = |word: &str, about: &str| offered.push((word.to_owned(), about.to_owned()));
    let Some((first, behind)) = rest.split_first() else {
        (!whom.is_empty()).then_some(())?;
        words.calls.iter().for_each(|call| offer(call, "asks the client for this"));
        let others = cast.clients().map(|client| client.to_string());
        others.filter(|it| !whom.contains(&&**it)).for_each(|it| offer(&it, "this client, too"));
        return Some(offered);
    };
    let (_, slots) = words.slots.iter().find(|(word, _)| word == first)?;
    let is_call = words.calls.contains(first);
    if behind.first() == Some(&"off") && whom.is_empty() && *first == "put" {
        return None;
    }
    // Of a server, who is asked stands behind the first word.
    let is_who = |word: &&&str| {
        ["leader", "followers", "servers", "all"].contains(word)
            || NodeId::from_name(word).is_some()
    };
    let named = if is_call { 0 } else { behind.iter().take_while(is_who).count() };
    let said = behind.len() - named;
    if !is_call && behind.is_empty() {
        offer("leader", "asks who leads");
        offer("servers", "asks all servers");
        cast.servers().for_each(|node| offer(&node.to_string(), "asks this server"));
    }
    if *first == "put" && whom.is_empty() && behind.is_empty() {
        offer("off", "let a timer run out later");
    }
    match slots.get(said) {
        Some(Slot::Word(several)) => several.iter().for_each(|word| offer(word, "")),
        Some(Slot::Free(example, about)) => offer(example, about),
        Some(Slot::Server) => cast.servers().for_each(|node| offer(&node.to_string(), "a server")),
        None if is_call && said == slots.len() && *first != "close" => {
            offer("at", "asks one server alone");
        }
        None if is_call && said == slots.len() + 1 && behind.last() == Some(&"at") => {
            cast.servers().for_each(|node| offer(&node.to_string(), "asks this server alone"));
        }
        None => {}
    }
    Some(offered)
}

/// Whether the parser understands all words of a line, whether or not more must
/// follow.
fn goes_on(line: &str, start: usize, words: &'static LabWords, cast: Cast) -> bool {
    let end = line.chars().count() as u32;
    let is_trouble_at_end = |line: &str| match parse_line(line, words, cast) {
        Ok(_) => true,
        Err(error) => error.column > end && error.message.contains("the line ends here"),
    };
    // A word that begins like another (`n1` of `n10`) is understood as it stands;
    // a first word alone says too little to tell.
    is_trouble_at_end(line) || (start == 0 && is_trouble_at_end(&format!("{line} ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs;

    fn check(line: &str, expected: &[&str]) {
        let raft = labs::lab("raft").expect("it is in the list");
        let id = EnvelopeId {
            from: NodeId::from_index(0),
            to: NodeId::from_index(2),
            number: 57,
            copy: 0,
        };
        let found = completions(line, raft, 3, &[id]);
        let words: Vec<&str> = found.iter().map(|it| &*it.word).collect();
        assert_eq!(words, expected, "{line}");
    }

    #[test]
    fn the_next_word_is_offered() {
        check("cra", &["crash"]);
        check("re", &["restart", "resume", "release"]);
        check("pro", &["propose"]);
        check("crash ", &["leader", "followers", "all", "down", "n1", "n2", "n3"]);
        check("crash l", &["leader"]);
        check("crash leader ", &["keeping 1 save"]);
        check("crash n1 n", &["n1", "n2", "n3"]);
        check("propose n", &["n1", "n2", "n3"]);
        check("propose n2 ", &[]);
        check("isolate n3 ", &["n1", "n2", "n3"]);
        check("fire n2 ", &["n1", "n2", "n3", "election", "heartbeat"]);
        check("set un", &["unreliable"]);
        check("set loss ", &["10%"]);
        check("set loss 10% ", &["on"]);
        check("set loss 10% on n1 -> ", &["n1", "n2", "n3"]);
        check("run ", &["for", "until"]);
        check("run until c", &["committed 1"]);
        check("run until leader w", &["within"]);
        check("deliver ", &["n1>n3#57"]);
        check("cut n1 ", &["->", "|", "n1", "n2", "n3"]);
        check("hold n1 -> ", &["n1", "n2", "n3"]);
        check("hold next App", &["AppendEntries", "AppendEntriesReply"]);
    }

    #[test]
    fn what_clients_and_servers_are_asked_is_offered_word_by_word() {
        let kv = labs::lab("kv").expect("it is in the list");
        let cast = Cast::new(3, 2);
        let check = |line: &str, expected: &[&str]| {
            let found = completions(line, kv, cast, &[]);
            let words: Vec<&str> = found.iter().map(|it| &*it.word).collect();
            assert_eq!(words, expected, "{line}");
        };
        check("c", &["crash", "clock", "cut", "clerk", "close", "c1", "c2"]);
        check("ge", &["get"]);
        check("put ", &["off", "x"]);
        check("put x ", &["1"]);
        check("c1 ap", &["append", "append-get"]);
        check("c1 get ", &["x"]);
        check("c1 get x ", &["at"]);
        check("c1 get x at ", &["n1", "n2", "n3"]);
        check("c1 get x at n1 ", &[]);
        check("c1 c", &["clerk", "close", "c2"]);
        check("transfer ", &["leader", "servers", "n1", "n2", "n3", "to"]);
        check("transfer to ", &["n1", "n2", "n3"]);
        check("read servers by ", &["log", "read-index", "lease", "follower"]);
        check("crash c", &["c1", "c2", "clients"]);
        for line in ["c1 get x at n1", "put x 1", "transfer to n2", "read servers by lease"] {
            assert!(parse_line(line, kv, cast).is_ok(), "{line}");
        }
    }

    #[test]
    fn every_word_is_a_word_of_the_parser() {
        let raft = labs::lab("raft").expect("it is in the list");
        for verb in VERBS {
            let found = completions(&verb.text[..2], raft, 3, &[]);
            assert!(found.iter().any(|it| it.word == verb.text), "{}", verb.text);
        }
        for (before, terms) in [("set ", DIALS), ("run until ", CONDITIONS), ("crash ", SELECTORS)]
        {
            let found = completions(before, raft, 3, &[]);
            for term in terms {
                assert!(found.iter().any(|it| it.word == term.text), "{before}{}", term.text);
            }
        }
    }
}

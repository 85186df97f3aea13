//! What a server puts into the log, as text that people can read there.

use crate::bytes::Bytes;

use super::message::{Call, ClerkNumber};
use super::sessions::SessionId;

/// Who asked: a clerk of a node, in one of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asker {
    /// The node's place in the cluster, counted from 1.
    pub node: u32,
    /// Which clerk of the node.
    pub clerk: ClerkNumber,
    /// In which call.
    pub call: Call,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing: a new leader's own, so that what stands before it commits (6.4).
    Nothing,
    /// A session begins here (6.3).
    Open(Asker),
    /// A command of a session.
    Command {
        /// The session.
        session: SessionId,
        /// The command's number in it.
        sequence: u64,
        /// The words of the service.
        command: Bytes,
    },
    /// A query that goes through the log.
    Query(Asker, Bytes),
    /// A command of the server itself, of no session: what the service calls for, and no client.
    Own(Bytes),
    /// A clerk is done with its session.
    Close(SessionId),
}

impl Entry {
    /// As text: `12.7 put x 1` is command 7 of session 12.
    pub fn to_bytes(&self) -> Bytes {
        let mut text = match self {
            Entry::Nothing => "nothing".to_owned(),
            Entry::Open(asker) => format!("open {}", numbers(asker)),
            Entry::Command { session, sequence, .. } => format!("{session}.{sequence} "),
            Entry::Query(asker, _) => format!("query {} ", numbers(asker)),
            Entry::Own(_) => "own ".to_owned(),
            Entry::Close(session) => format!("close {session}"),
        }
        .into_bytes();
        if let Entry::Command { command: words, .. } | Entry::Query(_, words) | Entry::Own(words) =
            self
        {
            text.extend_from_slice(words);
        }
        Bytes::from(text)
    }

    /// From text; `None` when it is none of ours, as what a person proposed by hand.
    pub fn from_bytes(bytes: &[u8]) -> Option<Entry> {
        let end = bytes.iter().position(|&byte| byte == b' ').unwrap_or(bytes.len());
        let (word, rest) = bytes.split_at(end);
        let (word, rest) = (std::str::from_utf8(word).ok()?, rest.get(1..).unwrap_or_default());
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse().ok();
        match word {
            "nothing" => Some(Entry::Nothing),
            "open" => asker(std::str::from_utf8(rest).ok()?).map(Entry::Open),
            "own" => Some(Entry::Own(Bytes::from(rest))),
            "close" => number(rest).map(Entry::Close),
            "query" => {
                let end = rest.iter().position(|&byte| byte == b' ')?;
                let asker = asker(std::str::from_utf8(&rest[..end]).ok()?)?;
                Some(Entry::Query(asker, Bytes::from(&rest[end + 1..])))
            }
            _ => {
                let (session, sequence) = word.split_once('.')?;
                let (session, sequence) = (session.parse().ok()?, sequence.parse().ok()?);
                Some(Entry::Command { session, sequence, command: Bytes::from(rest) })
            }
        }
    }
}

/// `6.0.3`: call 3 of clerk 0 of the sixth node.
fn numbers(asker: &Asker) -> String {
    format!("{}.{}.{}", asker.node, asker.clerk, asker.call)
}

fn asker(text: &str) -> Option<Asker> {
    let mut parts = text.split('.');
    let node = parts.next()?.parse().ok()?;
    let (clerk, call) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(Asker { node, clerk, call })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let asker = Asker { node: 6, clerk: 0, call: 3 };
        let all = [
            (Entry::Nothing, "nothing"),
            (Entry::Open(asker), "open 6.0.3"),
            (
                Entry::Command { session: 12, sequence: 7, command: "put x 1".into() },
                "12.7 put x 1",
            ),
            (Entry::Query(asker, "get x".into()), "query 6.0.3 get x"),
            (Entry::Own("configure 2".into()), "own configure 2"),
            (Entry::Close(12), "close 12"),
        ];
        for (entry, text) in all {
            assert_eq!(entry.to_bytes(), Bytes::from(text));
            assert_eq!(Entry::from_bytes(text.as_bytes()), Some(entry));
        }
    }

    #[test]
    fn what_is_none_of_ours_is_nothing() {
        for text in
            ["", "x=3", "open", "open n.1.2", "open 1.2.3.4", "query 1.2.3", "close x", "1."]
        {
            assert_eq!(Entry::from_bytes(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Entry::from_bytes(&[0xFF, b'.']), None);
    }
}

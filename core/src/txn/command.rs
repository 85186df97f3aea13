//! What a transaction asks of one shard, as it stands in the log of the shard's group, and what the
//! shard answers.

use std::fmt;

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::replicated::service::Text;
use crate::shardctrl::Shard;
use crate::words::{quoted, split};

/// A point in a shard's order of versions: a transaction that commits at 7 is seen by whoever reads
/// as of 7 or later.
pub type Stamp = u64;

/// A transaction, in one of its attempts. Older ones come first: wound-wait decides by this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxnId {
    /// When its first attempt began, by its client's clock, in microseconds: a transaction that is
    /// tried again grows older, and is not wounded for ever.
    pub start: u64,
    /// The client's number.
    pub client: u32,
    /// Its number among the attempts of that client.
    pub number: u32,
}

/// As it is written in the log: `120500.1.3`.
impl fmt::Display for TxnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.start, self.client, self.number)
    }
}

impl TxnId {
    /// From text.
    pub fn from_text(text: &str) -> Option<TxnId> {
        let mut parts = text.split('.');
        let start = parts.next()?.parse().ok()?;
        let (client, number) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        parts.next().is_none().then_some(TxnId { start, client, number })
    }

    /// As people say it: `T1.3` is the third attempt of `c1`.
    pub fn name(&self) -> String {
        format!("T{}.{}", self.client, self.number)
    }

    /// Whose transaction it is, by what people call it.
    pub fn client_from_name(name: &str) -> Option<NodeId> {
        let (client, _) = name.strip_prefix('T')?.split_once('.')?;
        NodeId::from_name(&format!("c{client}"))
    }
}

/// How a key is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// Under a lock that others may share; or, to be written as well, under one that nobody shares.
    Locked {
        /// Nobody shares it.
        alone: bool,
    },
    /// As of this stamp, without a lock.
    AsOf(Stamp),
    /// The latest that is committed, without a lock.
    Latest,
}

/// What is asked of one shard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Command {
    /// Which shard.
    pub shard: Shard,
    /// For which transaction.
    pub txn: TxnId,
    /// What.
    pub deed: Deed,
}

/// What a shard is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// What does this key hold?
    Read {
        /// The key.
        key: Bytes,
        /// How.
        how: How,
    },
    /// How far is the shard? To be asked before anything is read as of a stamp.
    Now,
    /// First phase: promise to commit these writes, whatever happens.
    Prepare(Writes),
    /// Both phases at once, where one shard is all.
    CommitAlone(Writes),
    /// Of the coordinator: this is decided. The first decision stands.
    Decide {
        /// Committed, at this stamp; or aborted.
        commit: Option<Stamp>,
        /// The shards that are to learn it.
        participants: Vec<Shard>,
    },
    /// Of the coordinator: what was decided? If nothing was, it is aborted from here on.
    Resolve,
    /// Second phase: what was decided.
    Finish(Option<Stamp>),
    /// Of the coordinator: this shard has learned the decision; all have, where none is named.
    Learned(Option<Shard>),
    /// Nothing was heard of it for long: give up what is not prepared.
    Abandon,
}

/// What a transaction writes to a shard, and what that rests on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Writes {
    /// The shard whose log decides; `None` where its client does, whose log nobody else has, and
    /// where nothing is written.
    pub coordinator: Option<Shard>,
    /// So many locks it has here, as its client knows: all of them must be there still.
    pub locks: u64,
    /// Its snapshot: who has written these keys since has come first.
    pub as_of: Option<Stamp>,
    /// Keys with what they are to hold.
    pub writes: Vec<(Bytes, Bytes)>,
}

/// What a shard answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// What the key holds, and since which stamp; 0 for a key that nobody has written.
    Value(Bytes, Stamp),
    /// Others are in the way: ask again.
    Wait(Vec<TxnId>),
    /// It cannot commit.
    Aborted(Why),
    /// So far the shard is.
    Now(Stamp),
    /// It will commit the writes, at this stamp or later.
    Prepared(Stamp),
    /// What was decided.
    Decided(Option<Stamp>),
    /// Done.
    Done,
}

/// Why a transaction cannot commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// An older one has taken its locks.
    Wounded,
    /// Another has written what it writes since its snapshot.
    Conflict,
    /// Its locks are not there: it was given up, or its shard knows nothing of it.
    Unknown,
    /// What it asks for is older than what is kept.
    TooOld,
}

impl Why {
    /// All of them.
    pub const ALL: [Why; 4] = [Why::Wounded, Why::Conflict, Why::Unknown, Why::TooOld];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Why::Wounded => "wounded",
            Why::Conflict => "conflict",
            Why::Unknown => "unknown",
            Why::TooOld => "too-old",
        }
    }
}

impl Deed {
    /// Its first word.
    pub const fn word(&self) -> &'static str {
        match self {
            Deed::Read { how: How::Locked { alone: false }, .. } => "lock",
            Deed::Read { how: How::Locked { alone: true }, .. } => "lock-alone",
            Deed::Read { how: How::AsOf(_), .. } => "read-as-of",
            Deed::Read { how: How::Latest, .. } => "read",
            Deed::Now => "now",
            Deed::Prepare(_) => "prepare",
            Deed::CommitAlone(_) => "commit-alone",
            Deed::Decide { .. } => "decide",
            Deed::Resolve => "resolve",
            Deed::Finish(_) => "finish",
            Deed::Learned(_) => "learned",
            Deed::Abandon => "abandon",
        }
    }
}

fn maybe(number: Option<u64>) -> String {
    number.map_or("-".to_owned(), |number| number.to_string())
}

/// `prepare 3 120500.1.3 …`: the deed, the shard, the transaction, and what belongs to it.
impl Text for Command {
    fn to_text(&self) -> String {
        let mut text = format!("{} {} {}", self.deed.word(), self.shard, self.txn);
        match &self.deed {
            Deed::Read { key, how: How::AsOf(stamp) } => {
                text.push_str(&format!(" {} {stamp}", quoted(key)));
            }
            Deed::Read { key, .. } => text.push_str(&format!(" {}", quoted(key))),
            Deed::Prepare(it) | Deed::CommitAlone(it) => {
                let coordinator = maybe(it.coordinator.map(u64::from));
                text.push_str(&format!(" {coordinator} {} {}", it.locks, maybe(it.as_of)));
                for (key, value) in &it.writes {
                    text.push_str(&format!(" {} {}", quoted(key), quoted(value)));
                }
            }
            Deed::Decide { commit, participants } => {
                text.push_str(&format!(" {}", maybe(*commit)));
                for shard in participants {
                    text.push_str(&format!(" {shard}"));
                }
            }
            Deed::Finish(commit) => text.push_str(&format!(" {}", maybe(*commit))),
            Deed::Learned(shard) => text.push_str(&format!(" {}", maybe(shard.map(u64::from)))),
            Deed::Now | Deed::Resolve | Deed::Abandon => {}
        }
        text
    }

    fn from_text(text: &str) -> Option<Command> {
        let words = split(text)?;
        let word = |place: usize| std::str::from_utf8(words.get(place)?).ok();
        let number = |place: usize| word(place)?.parse::<u64>().ok();
        let maybe = |place: usize| match word(place)? {
            "-" => Some(None),
            _ => number(place).map(Some),
        };
        let shard = |place: usize| Shard::try_from(number(place)?).ok();
        let maybe_shard = |place: usize| match maybe(place)? {
            None => Some(None),
            Some(shard) => Shard::try_from(shard).ok().map(Some),
        };
        let txn = TxnId::from_text(word(2)?)?;
        let count = |least: usize| (words.len() == least).then_some(());
        let deed = match word(0)? {
            "lock" | "lock-alone" | "read" => {
                count(4)?;
                let how = match word(0)? {
                    "read" => How::Latest,
                    other => How::Locked { alone: other == "lock-alone" },
                };
                Deed::Read { key: words[3].clone(), how }
            }
            "read-as-of" => {
                count(5)?;
                Deed::Read { key: words[3].clone(), how: How::AsOf(number(4)?) }
            }
            "now" => count(3).map(|()| Deed::Now)?,
            "resolve" => count(3).map(|()| Deed::Resolve)?,
            "abandon" => count(3).map(|()| Deed::Abandon)?,
            "finish" => count(4).and_then(|()| maybe(3)).map(Deed::Finish)?,
            "learned" => count(4).and_then(|()| maybe_shard(3)).map(Deed::Learned)?,
            "decide" => {
                let participants = (4..words.len()).map(shard).collect::<Option<_>>()?;
                Deed::Decide { commit: maybe(3)?, participants }
            }
            verb @ ("prepare" | "commit-alone") => {
                let pairs = words.get(6..)?.chunks(2);
                let pair = |pair: &[Bytes]| Some((pair[0].clone(), pair.get(1)?.clone()));
                let writes = Writes {
                    coordinator: maybe_shard(3)?,
                    locks: number(4)?,
                    as_of: maybe(5)?,
                    writes: pairs.map(pair).collect::<Option<_>>()?,
                };
                if verb == "prepare" { Deed::Prepare(writes) } else { Deed::CommitAlone(writes) }
            }
            _ => return None,
        };
        Some(Command { shard: shard(1)?, txn, deed })
    }
}

impl Text for Reply {
    fn to_text(&self) -> String {
        match self {
            Reply::Value(value, since) => format!("= {} {since}", quoted(value)),
            Reply::Wait(others) => {
                let others: String = others.iter().map(|txn| format!(" {txn}")).collect();
                format!("wait{others}")
            }
            Reply::Aborted(why) => format!("aborted {}", why.word()),
            Reply::Now(stamp) => format!("now {stamp}"),
            Reply::Prepared(stamp) => format!("prepared {stamp}"),
            Reply::Decided(commit) => format!("decided {}", maybe(*commit)),
            Reply::Done => "done".to_owned(),
        }
    }

    fn from_text(text: &str) -> Option<Reply> {
        let words = split(text)?;
        let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
        let text = |word: &[u8]| std::str::from_utf8(word).ok().map(str::to_owned);
        let number = |word: &[u8]| text(word)?.parse::<u64>().ok();
        Some(match words[..] {
            [b"=", value, since] => Reply::Value(value.into(), number(since)?),
            [b"wait", ref others @ ..] => {
                let txn = |word: &&[u8]| TxnId::from_text(&text(word)?);
                Reply::Wait(others.iter().map(txn).collect::<Option<_>>()?)
            }
            [b"aborted", why] => {
                let why = text(why)?;
                Reply::Aborted(Why::ALL.into_iter().find(|it| it.word() == why)?)
            }
            [b"now", stamp] => Reply::Now(number(stamp)?),
            [b"prepared", stamp] => Reply::Prepared(number(stamp)?),
            [b"decided", b"-"] => Reply::Decided(None),
            [b"decided", stamp] => Reply::Decided(Some(number(stamp)?)),
            [b"done"] => Reply::Done,
            _ => return None,
        })
    }
}

//! One shard in one group: what it holds there, and how far it is on its way.

use std::fmt;

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::kv::store::Store;
use crate::replicated::sessions::Sessions;
use crate::shardctrl::{ConfigNumber, Gid};

use super::content::Content;

/// How a shard stands in a group. Every change of it is an entry of the group's log.
///
/// | from | entry | to |
/// |---|---|---|
/// | `Elsewhere` | a configuration gives it to this group, and nobody had it before | `Serving` |
/// | `Elsewhere` | a configuration gives it to this group, and another has it | `Pulling` |
/// | `Pulling` | its content is installed | `Arrived` |
/// | `Arrived` | the group it came from has deleted it | `Serving` |
/// | `Serving` | a configuration gives it to another group | `Leaving` |
/// | `Serving` | a configuration gives it to nobody | `Kept` |
/// | `Kept` | a configuration gives it to this group again, or to another | `Serving`, `Leaving` |
/// | `Leaving` | it is deleted, once it has arrived | `Elsewhere` |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ShardState {
    /// It is not here, and should not be.
    #[default]
    Elsewhere,
    /// It is here, and this group answers for it.
    Serving,
    /// This group is to answer for it, and does not have it yet.
    Pulling {
        /// Who has it.
        from: Gid,
        /// The configuration that moved it.
        at: ConfigNumber,
    },
    /// It is here and is answered for; where it came from it may still be.
    Arrived {
        /// Where it came from.
        from: Gid,
        /// The configuration that moved it.
        at: ConfigNumber,
    },
    /// Another group is to answer for it; it is kept until that group has it.
    Leaving {
        /// Who is to have it.
        to: Gid,
        /// The configuration that moved it.
        at: ConfigNumber,
    },
    /// Nobody is to answer for it; this group keeps it for whoever is next.
    Kept,
}

impl ShardState {
    /// Whether this group answers for it: a shard that has come is served while others are still on
    /// their way (4B, the second challenge).
    pub const fn serves(self) -> bool {
        matches!(self, ShardState::Serving | ShardState::Arrived { .. })
    }

    /// Whether nothing is under way: only then the group takes the next configuration.
    pub const fn is_settled(self) -> bool {
        matches!(self, ShardState::Elsewhere | ShardState::Serving | ShardState::Kept)
    }

    /// Its word: `pulling`.
    pub const fn word(self) -> &'static str {
        match self {
            ShardState::Elsewhere => "elsewhere",
            ShardState::Serving => "serving",
            ShardState::Pulling { .. } => "pulling",
            ShardState::Arrived { .. } => "arrived",
            ShardState::Leaving { .. } => "leaving",
            ShardState::Kept => "kept",
        }
    }

    /// Reads what [`Display`](fmt::Display) writes, as views have it; `None` for anything else.
    pub fn from_text(text: &str) -> Option<ShardState> {
        let way = |rest: &str, word: &str| {
            let (other, at) = rest.strip_prefix(word)?.split_once(", configuration ")?;
            Some((other.strip_prefix('g')?.parse().ok()?, at.parse().ok()?))
        };
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(match (word, rest) {
            ("elsewhere", "") => ShardState::Elsewhere,
            ("serving", "") => ShardState::Serving,
            ("kept", "") => ShardState::Kept,
            ("pulling", rest) => {
                let (from, at) = way(rest, "from ")?;
                ShardState::Pulling { from, at }
            }
            ("arrived", rest) => {
                let (from, at) = way(rest, "from ")?;
                ShardState::Arrived { from, at }
            }
            ("leaving", rest) => {
                let (to, at) = way(rest, "to ")?;
                ShardState::Leaving { to, at }
            }
            _ => return None,
        })
    }

    fn parts(self) -> (u64, Gid, ConfigNumber) {
        match self {
            ShardState::Elsewhere => (0, 0, 0),
            ShardState::Serving => (1, 0, 0),
            ShardState::Pulling { from, at } => (2, from, at),
            ShardState::Arrived { from, at } => (3, from, at),
            ShardState::Leaving { to, at } => (4, to, at),
            ShardState::Kept => (5, 0, 0),
        }
    }

    fn from_parts(kind: u64, gid: Gid, at: ConfigNumber) -> Option<ShardState> {
        Some(match kind {
            0 => ShardState::Elsewhere,
            1 => ShardState::Serving,
            2 => ShardState::Pulling { from: gid, at },
            3 => ShardState::Arrived { from: gid, at },
            4 => ShardState::Leaving { to: gid, at },
            5 => ShardState::Kept,
            _ => return None,
        })
    }
}

/// `leaving to g2, configuration 3`.
impl fmt::Display for ShardState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            ShardState::Pulling { from, at } => write!(f, " from g{from}, configuration {at}"),
            ShardState::Arrived { from, at } => write!(f, " from g{from}, configuration {at}"),
            ShardState::Leaving { to, at } => write!(f, " to g{to}, configuration {at}"),
            ShardState::Elsewhere | ShardState::Serving | ShardState::Kept => Ok(()),
        }
    }
}

/// A shard in a group. What it holds moves as a whole: the keys, and what was done for whom, or a
/// command that is asked for again at its new place would be done again.
#[derive(Clone, Debug, PartialEq)]
pub struct ShardHere<C = Store> {
    /// How it stands.
    pub state: ShardState,
    /// What it holds.
    pub store: C,
    /// The last command of each session that was done to it.
    pub sessions: Sessions,
}

impl<C: Content> ShardHere<C> {
    /// A shard that holds nothing.
    pub fn empty(start: &C, state: ShardState) -> ShardHere<C> {
        ShardHere { state, store: start.clone(), sessions: Sessions::default() }
    }

    /// Bytes that it holds.
    pub fn bytes(&self) -> u64 {
        self.store.bytes() + self.sessions.bytes()
    }

    /// What moves: what it holds, and what was done for whom.
    pub fn content(&self) -> Bytes {
        self.written(&self.store.moved())
    }

    fn written(&self, store: &[u8]) -> Bytes {
        let mut out = Writer::new();
        self.sessions.write(&mut out);
        out.bytes(store);
        out.end().into()
    }

    /// A shard of this content, by one that holds nothing yet; `None` when it is none.
    pub fn of_content(content: &[u8], state: ShardState, start: &C) -> Option<ShardHere<C>> {
        let mut from = Reader::new(content);
        let sessions = Sessions::read(&mut from)?;
        let store = start.restore(from.bytes()?)?;
        from.is_at_end().then_some(ShardHere { state, store, sessions })
    }

    /// Writes it into a snapshot.
    pub(super) fn write(&self, out: &mut Writer) {
        let (kind, gid, at) = self.state.parts();
        let content = self.written(&self.store.snapshot());
        out.number(kind).number(u64::from(gid)).number(at).bytes(&content);
    }

    /// Reads it from a snapshot.
    pub(super) fn read(from: &mut Reader<'_>, start: &C) -> Option<ShardHere<C>> {
        let (kind, gid, at) = (from.number()?, from.number()?, from.number()?);
        let state = ShardState::from_parts(kind, Gid::try_from(gid).ok()?, at)?;
        ShardHere::of_content(from.bytes()?, state, start)
    }
}

//! What stands in the log of a group: what clients ask, and each step of a change of configuration.

use std::fmt;

use crate::bytes::Bytes;
use crate::kv::message::{Call, Reply as KvReply};
use crate::replicated::service::Text;
use crate::shardctrl::{Config, ConfigNumber, Shard};
use crate::words::{quoted, split};

/// A command of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command<Q = Call> {
    /// Of a client: what a shard is asked.
    Call(Q),
    /// The next configuration.
    Configure(Config),
    /// A shard has come.
    Install {
        /// Which one.
        shard: Shard,
        /// The configuration that moved it.
        at: ConfigNumber,
        /// What it holds.
        content: Bytes,
    },
    /// A shard that left has arrived: it need not be kept.
    Delete {
        /// Which one.
        shard: Shard,
        /// The configuration that moved it.
        at: ConfigNumber,
    },
    /// A shard that came is nowhere else any more.
    Settle {
        /// Which one.
        shard: Shard,
        /// The configuration that moved it.
        at: ConfigNumber,
    },
}

/// Which step of a change of configuration a command is, whatever comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// To this configuration.
    Configure(ConfigNumber),
    /// This shard has come, under this configuration.
    Install(Shard, ConfigNumber),
    /// This shard need not be kept.
    Delete(Shard, ConfigNumber),
    /// This shard is nowhere else any more.
    Settle(Shard, ConfigNumber),
}

impl<Q> Command<Q> {
    /// The step that it is; none of what clients ask.
    pub fn step(&self) -> Option<Step> {
        match *self {
            Command::Call(_) => None,
            Command::Configure(ref config) => Some(Step::Configure(config.number)),
            Command::Install { shard, at, .. } => Some(Step::Install(shard, at)),
            Command::Delete { shard, at } => Some(Step::Delete(shard, at)),
            Command::Settle { shard, at } => Some(Step::Settle(shard, at)),
        }
    }
}

/// `configure 2 1,1 1=g1.n1`, `install 3 at 2 "…"`, `delete 3 at 2`, `settle 3 at 2`; what a client
/// asks stands as it is.
impl<Q: Text> Text for Command<Q> {
    fn to_text(&self) -> String {
        match self {
            Command::Call(call) => call.to_text(),
            Command::Configure(config) => format!("configure {}", config.to_text()),
            Command::Install { shard, at, content } => {
                format!("install {shard} at {at} {}", quoted(content))
            }
            Command::Delete { shard, at } => format!("delete {shard} at {at}"),
            Command::Settle { shard, at } => format!("settle {shard} at {at}"),
        }
    }

    fn from_text(text: &str) -> Option<Command<Q>> {
        if let Some(config) = text.strip_prefix("configure ") {
            return Config::from_text(config).map(Command::Configure);
        }
        let words = split(text)?;
        let word = |place: usize| words.get(place).map(|word| &word[..]);
        let number = |place: usize| std::str::from_utf8(word(place)?).ok()?.parse::<u64>().ok();
        let moved = || Some((Shard::try_from(number(1)?).ok()?, number(3)?));
        match (word(0), word(2), words.len()) {
            (Some(b"install"), Some(b"at"), 5) => {
                let (shard, at) = moved()?;
                Some(Command::Install { shard, at, content: words[4].clone() })
            }
            (Some(b"delete"), Some(b"at"), 4) => {
                let (shard, at) = moved()?;
                Some(Command::Delete { shard, at })
            }
            (Some(b"settle"), Some(b"at"), 4) => {
                let (shard, at) = moved()?;
                Some(Command::Settle { shard, at })
            }
            _ => Q::from_text(text).map(Command::Call),
        }
    }
}

/// What a group answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply<R = KvReply> {
    /// What the shard answers.
    Of(R),
    /// This group does not answer for the key's shard, or not yet.
    WrongGroup,
    /// A step of a change of configuration was taken, or had been.
    Done,
}

impl<R: Text> Text for Reply<R> {
    fn to_text(&self) -> String {
        match self {
            Reply::Of(reply) => reply.to_text(),
            Reply::WrongGroup => "ErrWrongGroup".to_owned(),
            Reply::Done => "moved".to_owned(),
        }
    }

    fn from_text(text: &str) -> Option<Reply<R>> {
        match text {
            "ErrWrongGroup" => Some(Reply::WrongGroup),
            "moved" => Some(Reply::Done),
            _ => R::from_text(text).map(Reply::Of),
        }
    }
}

impl<Q: Text> fmt::Display for Command<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

//! What clients ask of the controller, and what they are told.

use std::fmt;

use crate::bytes::Bytes;
use crate::replicated::service::Text;

use super::config::{Config, ConfigNumber, Gid, NOBODY, Shard, group_from_text, group_text};

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// These groups are there, each with the names of its servers. One that is there already gets
    /// these servers.
    Join(Vec<(Gid, Vec<Bytes>)>),
    /// These groups are not there any more.
    Leave(Vec<Gid>),
    /// This shard is this group's, if that is there.
    Move(Shard, Gid),
    /// Which configuration is in force, or was under this number?
    Query(Option<ConfigNumber>),
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// It is done.
    Done,
    /// This is the configuration.
    Config(Config),
}

impl Call {
    /// Whether it changes nothing, whatever the configurations are.
    pub fn is_query(&self) -> bool {
        matches!(self, Call::Query(_))
    }
}

/// As it is written in scripts and in the log: `join 1=x,y,z 2=a,b`.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Join(groups) => {
                f.write_str("join")?;
                groups.iter().try_for_each(|(gid, names)| write!(f, " {}", group_text(*gid, names)))
            }
            Call::Leave(gids) => {
                f.write_str("leave")?;
                gids.iter().try_for_each(|gid| write!(f, " {gid}"))
            }
            Call::Move(shard, gid) => write!(f, "move {shard} {gid}"),
            Call::Query(None) => f.write_str("query"),
            Call::Query(Some(number)) => write!(f, "query {number}"),
        }
    }
}

impl Text for Call {
    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<Call> {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let (verb, rest) = words.split_first()?;
        let gid = |word: &&str| word.parse().ok().filter(|gid| *gid != NOBODY);
        // `join 1` is a group whose servers go without saying.
        let group = |word: &&str| match word.contains('=') {
            true => group_from_text(word),
            false => Some((gid(word)?, Vec::new())),
        };
        Some(match (*verb, rest) {
            ("join", [_, ..]) => Call::Join(rest.iter().map(group).collect::<Option<_>>()?),
            ("leave", [_, ..]) => Call::Leave(rest.iter().map(gid).collect::<Option<_>>()?),
            ("move", [shard, to]) => Call::Move(shard.parse().ok()?, gid(to)?),
            ("query", []) => Call::Query(None),
            ("query", [number]) => Call::Query(Some(number.parse().ok()?)),
            _ => return None,
        })
    }
}

/// As people read it and as it travels: `done`, `2 1,1,2 1=x,y,z 2=a,b`.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reply::Done => f.write_str("done"),
            Reply::Config(config) => f.write_str(&config.to_text()),
        }
    }
}

impl Text for Reply {
    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<Reply> {
        match text {
            "done" => Some(Reply::Done),
            _ => Config::from_text(text).map(Reply::Config),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in ["join 1=x,y,z 2=a,b", "join 7=", "leave 1 2", "move 3 1", "query", "query 2"] {
            let call = Call::from_text(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(call.to_text(), text);
        }
        for text in ["done", "0 0,0,0", "2 1,1,2 1=x,y,z 2=a,b", "3 0/1,0/2,0", "1 4 4="] {
            let reply = Reply::from_text(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(reply.to_text(), text);
        }
        let bare = Call::from_text("join 7 8").expect("groups may go without servers");
        assert_eq!(bare.to_text(), "join 7= 8=");
        let loose = Call::from_text(" join  1=x,,y ").expect("blanks and commas may be many");
        assert_eq!(loose.to_text(), "join 1=x,y");
    }

    #[test]
    fn what_says_nothing_is_not_understood() {
        for text in [
            "", "join", "join 0=x", "join 0", "join x", "leave", "leave 0", "move 1", "move 1 0",
            "query -1",
        ] {
            assert_eq!(Call::from_text(text), None, "{text}");
        }
        for text in ["", "3", "3 x", "3 1,1 1", "3 1 0=x"] {
            assert_eq!(Reply::from_text(text), None, "{text}");
        }
    }
}

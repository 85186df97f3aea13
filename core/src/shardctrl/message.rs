//! What is asked of the controller, and what it answers.

use crate::bytes::Bytes;
use crate::replicated::service::Text;

use super::config::{Config, ConfigNumber, Gid, Shard, group_from_text};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// These groups join.
    Join(Vec<(Gid, Vec<Bytes>)>),
    /// These groups leave.
    Leave(Vec<Gid>),
    /// A shard goes to a group.
    Move(Shard, Gid),
    /// Which configuration had this number? The latest, when none or a later one is named.
    Query(Option<ConfigNumber>),
}

/// `join 1=x,y 2=`, `leave 1 2`, `move 3 1`, `query`, `query 2`.
impl Text for Call {
    fn to_text(&self) -> String {
        let group = |(gid, servers): &(Gid, Vec<Bytes>)| {
            let names: Vec<_> = servers.iter().map(|name| name.text()).collect();
            format!(" {gid}={}", names.join(","))
        };
        match self {
            Call::Join(groups) => format!("join{}", groups.iter().map(group).collect::<String>()),
            Call::Leave(gids) => {
                format!("leave{}", gids.iter().map(|gid| format!(" {gid}")).collect::<String>())
            }
            Call::Move(shard, gid) => format!("move {shard} {gid}"),
            Call::Query(None) => "query".to_owned(),
            Call::Query(Some(number)) => format!("query {number}"),
        }
    }

    fn from_text(text: &str) -> Option<Call> {
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        let words: Vec<&str> = rest.split(' ').filter(|word| !word.is_empty()).collect();
        let group = |word: &&str| match word.contains('=') {
            true => group_from_text(word),
            false => Some((word.parse().ok().filter(|gid| *gid != 0)?, Vec::new())),
        };
        Some(match (verb, &words[..]) {
            ("join", [_, ..]) => Call::Join(words.iter().map(group).collect::<Option<_>>()?),
            ("leave", [_, ..]) => {
                Call::Leave(words.iter().map(|gid| gid.parse().ok()).collect::<Option<_>>()?)
            }
            ("move", [shard, gid]) => Call::Move(shard.parse().ok()?, gid.parse().ok()?),
            ("query", []) => Call::Query(None),
            ("query", [number]) => Call::Query(Some(number.parse().ok()?)),
            _ => return None,
        })
    }
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// There is another configuration now.
    Done,
    /// The configuration that was asked for.
    Config(Config),
}

impl Text for Reply {
    fn to_text(&self) -> String {
        match self {
            Reply::Done => "done".to_owned(),
            Reply::Config(config) => config.to_text(),
        }
    }

    fn from_text(text: &str) -> Option<Reply> {
        match text {
            "done" => Some(Reply::Done),
            _ => Config::from_text(text).map(Reply::Config),
        }
    }
}

//! The controller: a [`Service`] that keeps all configurations.

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::replicated::service::{Service, Text};

use super::config::Config;
use super::message::{Call, Reply};
use super::mutants::Mutants;

/// All configurations, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    configs: Vec<Config>,
    place: u32,
    mutants: Mutants,
}

impl Controller {
    /// One that has configuration 0 alone, on the server in this place.
    pub fn new(shards: u32, place: u32, mutants: Mutants) -> Controller {
        Controller { configs: vec![Config::first(shards)], place, mutants }
    }

    /// All configurations.
    pub fn configs(&self) -> &[Config] {
        &self.configs
    }

    /// The latest.
    pub fn latest(&self) -> &Config {
        self.configs.last().expect("configuration 0 is always there")
    }
}

impl Service for Controller {
    type Command = Call;
    type Reply = Reply;

    fn apply(&mut self, call: Call) -> Reply {
        let next = match call {
            Call::Join(groups) => self.latest().join(&groups, self.mutants),
            Call::Leave(gids) => self.latest().leave(&gids, self.mutants),
            Call::Move(shard, gid) => self.latest().moved(shard, gid),
            Call::Query(_) => return self.query(call),
        };
        self.configs.push(next);
        Reply::Done
    }

    fn query(&self, call: Call) -> Reply {
        let Call::Query(number) = call else { return Reply::Done };
        let place = number.and_then(|number| usize::try_from(number).ok());
        let config = place.and_then(|place| self.configs.get(place));
        Reply::Config(config.unwrap_or_else(|| self.latest()).clone())
    }

    fn is_query(call: &Call) -> bool {
        matches!(call, Call::Query(_))
    }

    fn snapshot(&self) -> Bytes {
        let mut out = Writer::new();
        for config in &self.configs {
            out.bytes(config.to_text().as_bytes());
        }
        out.end().into()
    }

    fn restore(&self, snapshot: &[u8]) -> Option<Controller> {
        let mut from = Reader::new(snapshot);
        let mut configs = Vec::new();
        while !from.is_at_end() {
            configs.push(Config::from_text(&from.text()?)?);
        }
        (!configs.is_empty()).then(|| Controller { configs, ..self.clone() })
    }

    fn bytes(&self) -> u64 {
        self.configs.iter().map(|it| 8 * (1 + it.shards.len() + it.groups.len()) as u64).sum()
    }
}

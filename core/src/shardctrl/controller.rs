//! The controller: a [`Service`], and nothing about Raft.

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::replicated::options::Work;
use crate::replicated::service::{Service, Text};
use crate::rng::Rng;

use super::config::{Config, Gid};
use super::configs::Configs;
use super::message::{Call, Reply};
use super::mutants::{Mutant, Mutants};

/// All configurations so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Controller {
    mutants: Mutants,
    configs: Configs,
    /// Bytes of all of them.
    bytes: u64,
}

impl Controller {
    /// One that has configuration 0 alone, for so many shards, on the server in this place, counted
    /// from 0. Nothing depends on that but a mistake.
    pub fn new(shards: u32, place: u32, mutants: Mutants) -> Controller {
        let mut first = Config::first(shards);
        if mutants.has(Mutant::WrongStart) {
            first.shards.fill(1);
            first = first.held();
        }
        // The order of a hash table is another one on every second server.
        let mutants = match place % 2 {
            0 => mutants.without(Mutant::MapOrder),
            _ => mutants,
        };
        Controller { mutants, bytes: bytes_of(&first), configs: Configs::from_first(first) }
    }

    /// The configurations.
    pub fn configs(&self) -> &Configs {
        &self.configs
    }

    /// The latest.
    pub fn latest(&self) -> &Config {
        self.configs.last()
    }

    fn push(&mut self, next: Config) {
        if self.mutants.has(Mutant::SharedGroups) {
            let shared = |config: &Config| Config { groups: next.groups.clone(), ..config.clone() };
            let all = self.configs.iter().map(shared);
            self.configs = Configs::from_all(all).expect("there was one at least");
            self.bytes = self.configs.iter().map(bytes_of).sum();
        }
        self.bytes += bytes_of(&next);
        self.configs.push(next);
    }
}

impl Service for Controller {
    type Command = Call;
    type Reply = Reply;

    fn apply(&mut self, call: Call) -> Reply {
        if let Some(next) = self.configs.next(&call, self.mutants) {
            self.push(next);
        }
        self.configs.reply(&call)
    }

    fn query(&self, call: Call) -> Reply {
        self.configs.reply(&call)
    }

    fn is_query(call: &Call) -> bool {
        call.is_query()
    }

    /// Groups that come and go, shards that are moved, and questions about now and before. Of the
    /// numbers of groups there are as many as a workload has keys.
    fn draw(work: &Work, node: u64, clerk: u32, number: u64, rng: &mut Rng) -> Option<Call> {
        let groups = u64::from(work.keys.max(1));
        let mut gid = || rng.between(1, groups) as Gid;
        let (one, other) = (gid(), gid());
        let some = |gid: Gid, fresh: bool| {
            // Servers that were never named before, or always the same.
            let name = match fresh {
                true => format!("s{gid}.{node}.{clerk}.{number}"),
                false => format!("s{gid}"),
            };
            (gid, vec![Bytes::from(name.as_str())])
        };
        if rng.below(100) < u64::from(work.query_percent) {
            let before = rng.chance(1, 3).then(|| rng.below(number + 2));
            return Some(Call::Query(before));
        }
        let fresh = rng.chance(1, 4);
        Some(match rng.below(8) {
            0 | 1 => Call::Join(vec![some(one, fresh)]),
            2 | 3 if one != other => Call::Join(vec![some(one, fresh), some(other, false)]),
            4 if one != other => Call::Leave(vec![one, other]),
            2..=5 => Call::Leave(vec![one]),
            _ => Call::Move(rng.below(10) as u32, one),
        })
    }

    fn snapshot(&self) -> Bytes {
        let mut out = Writer::new();
        out.number(self.configs.len());
        for config in self.configs.iter() {
            out.bytes(config.to_text().as_bytes());
        }
        out.end().into()
    }

    fn restore(&self, snapshot: &[u8]) -> Option<Controller> {
        let mut from = Reader::new(snapshot);
        let mut all = Vec::new();
        for _ in 0..from.number()? {
            all.push(Config::from_text(std::str::from_utf8(from.bytes()?).ok()?)?);
        }
        let bytes = all.iter().map(bytes_of).sum();
        let configs = Configs::from_all(all).filter(|_| from.is_at_end())?;
        Some(Controller { configs, bytes, ..*self })
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// 8 a number, and the names of servers.
fn bytes_of(config: &Config) -> u64 {
    let groups = config.groups.values();
    let names = groups.map(|names| 8 + names.iter().map(|name| name.len() as u64).sum::<u64>());
    8 + 8 * config.shards.len() as u64 + names.sum::<u64>()
}

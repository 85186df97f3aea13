//! The controller as it is with one client: what the checkers hold answers against.

use crate::spec::Spec;

use super::config::Config;
use super::configs::Configs;
use super::message::{Call, Reply};
use super::mutants::Mutants;

/// The controller of so many shards. Which group gets which shard is part of the promise: every
/// controller must come to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Controlling {
    /// How many shards there are.
    pub shards: u32,
}

impl Spec for Controlling {
    type Call = Call;
    type Reply = Reply;
    type State = Configs;
    /// A command changes all that there is.
    type Key = ();

    fn start(&self) -> Configs {
        Configs::from_first(Config::first(self.shards))
    }

    fn step(&self, configs: &Configs, call: &Call, reply: Option<&Reply>) -> Option<Configs> {
        let mut after = configs.clone();
        if let Some(next) = configs.next(call, Mutants::NONE) {
            after.push(next);
        }
        let is_possible = reply.is_none_or(|reply| *reply == configs.reply(call));
        is_possible.then_some(after)
    }

    fn key(&self, _: &Call) -> Option<()> {
        None
    }

    fn changes(&self, call: &Call, _: Option<&Reply>) -> bool {
        !call.is_query()
    }
}

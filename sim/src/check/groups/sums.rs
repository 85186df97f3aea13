//! The shards of one server, summed up.
//!
//! Of every key with what it holds, of what a shard has beside its keys, and of every session, there is
//! a digest; those of a shard, all of them xored, are the shard's sum. So a step costs what it changed,
//! and only what was put in the place of something else is summed up as a whole.

use netsplit_core::bytes::Bytes;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::sessions::SessionId;
use netsplit_core::shardctrl::Shard;
use netsplit_core::shardkv::command::Command;
use netsplit_core::shardkv::content::Content;
use netsplit_core::shardkv::shard::{ShardHere, ShardState};
use netsplit_core::shardkv::store::Shards;
use netsplit_core::table::Table;

use crate::fingerprint::Fingerprint;

/// What a shard holds, as it is summed up.
pub(in crate::check) trait Summed: Content {
    /// Its keys.
    fn keys(&self) -> impl Iterator<Item = &Bytes>;

    /// What it holds under a key, in one number; `None` where it holds nothing.
    fn of_key(&self, key: &Bytes) -> Option<u64>;

    /// What it has beside its keys, in one number.
    fn beside(&self) -> u64 {
        0
    }

    /// The keys under which a command may change something; what is beside them it may always.
    fn changes(command: &Self::Command) -> Keys;
}

/// Keys of a shard.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::check) enum Keys {
    /// None of them.
    None,
    /// This one.
    One(Bytes),
    /// Any.
    All,
}

/// One server, as far as it was summed up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sums {
    /// By shard.
    shards: Vec<Sum>,
    /// All of them in one number.
    all: u64,
    /// The configuration, and how each shard stands, in one number.
    stand: u64,
    /// Steps of changes when that was made.
    steps: u64,
    /// Up to where the log was applied.
    applied: Index,
    /// What has changed since.
    changed: Vec<Changed>,
}

/// What a shard holds, in one number.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sum {
    sum: u64,
    keys: Table<Bytes, u64>,
    beside: u64,
    sessions: Table<SessionId, u64>,
}

/// What an entry changes at most.
#[derive(Clone, Debug, PartialEq)]
enum Changed {
    /// Of a shard what these keys hold, what is beside them, and what a session knows.
    Keys(Shard, Keys, SessionId),
    /// A shard is another.
    Shard(Shard),
    /// Any shard may be.
    All,
}

impl Sums {
    /// Of a server that starts.
    pub(super) fn of_start() -> Sums {
        Sums { changed: vec![Changed::All], ..Sums::default() }
    }

    /// A snapshot stands in the place of what it had.
    pub(super) fn restored(&mut self) {
        self.changed.push(Changed::All);
    }

    /// The server, which has these shards, applies an entry of a session; 0 is its own. With a mistake,
    /// any entry may change anything.
    pub(super) fn applies<C: Summed>(
        &mut self,
        command: &Command<C::Command>,
        shards: &Shards<C>,
        session: SessionId,
        mistaken: bool,
    ) {
        self.changed.push(match command {
            _ if mistaken => Changed::All,
            Command::Call(call) => Changed::Keys(shards.shard_of(call), C::changes(call), session),
            Command::Install { shard, .. } | Command::Delete { shard, .. } => {
                Changed::Shard(*shard)
            }
            // How shards stand is looked at whenever a step of a change was taken.
            Command::Configure(_) | Command::Settle { .. } => return,
        });
    }

    /// The state in one number, with what has changed; `None` when nothing was applied since.
    pub(super) fn catch_up<C: Summed>(
        &mut self,
        applied: Index,
        shards: &Shards<C>,
    ) -> Option<u64> {
        if self.applied == applied && self.changed.is_empty() && !self.shards.is_empty() {
            return None;
        }
        if self.shards.is_empty() {
            self.shards = shards.iter().map(|_| Sum::default()).collect();
            self.changed = vec![Changed::All];
        }
        self.applied = applied;
        let changed = std::mem::take(&mut self.changed);
        let all = changed.contains(&Changed::All);
        if all {
            for (shard, here) in shards.iter() {
                self.change(shard, |sum| *sum = Sum::of(here));
            }
        }
        for changed in changed.into_iter().filter(|_| !all) {
            let (Changed::Keys(shard, ..) | Changed::Shard(shard)) = changed else { continue };
            let Some(here) = shards.shard(shard) else { continue };
            self.change(shard, |sum| match &changed {
                Changed::Keys(_, keys, session) => sum.change(here, keys, *session),
                Changed::Shard(_) | Changed::All => *sum = Sum::of(here),
            });
        }
        if all || self.steps != shards.steps() {
            self.steps = shards.steps();
            let states: Vec<ShardState> = shards.iter().map(|(_, here)| here.state).collect();
            self.stand = Fingerprint::of(&(shards.config(), states));
        }
        Some(Fingerprint::of(&(self.stand, self.all)))
    }

    /// What a shard holds, in one number; how it stands does not count.
    pub(super) fn of(&self, shard: Shard) -> u64 {
        self.shards.get(shard as usize).map_or(0, |sum| sum.sum)
    }

    fn change(&mut self, shard: Shard, change: impl FnOnce(&mut Sum)) {
        let sum = &mut self.shards[shard as usize];
        let named = |sum: &Sum| Fingerprint::of(&(shard, sum.sum));
        self.all ^= if sum.sum == 0 { 0 } else { named(sum) };
        change(sum);
        self.all ^= if sum.sum == 0 { 0 } else { named(sum) };
    }
}

impl Sum {
    fn of<C: Summed>(here: &ShardHere<C>) -> Sum {
        let mut sum = Sum::default();
        here.store.keys().for_each(|key| sum.change_key(here, key));
        sum.change_beside(here);
        here.sessions.iter().for_each(|(session, _)| sum.change_session(here, session));
        sum
    }

    fn change<C: Summed>(&mut self, here: &ShardHere<C>, keys: &Keys, session: SessionId) {
        match keys {
            Keys::None => {}
            Keys::One(key) => self.change_key(here, key),
            Keys::All => {
                let gone = self.keys.iter().map(|(key, _)| key.clone());
                let gone: Vec<Bytes> =
                    gone.filter(|key| here.store.of_key(key).is_none()).collect();
                gone.iter().for_each(|key| self.change_key(here, key));
                here.store.keys().for_each(|key| self.change_key(here, key));
            }
        }
        self.change_beside(here);
        self.change_session(here, session);
    }

    fn change_key<C: Summed>(&mut self, here: &ShardHere<C>, key: &Bytes) {
        let now = here.store.of_key(key);
        let before = match now {
            Some(now) => self.keys.insert(key.clone(), now),
            None => self.keys.remove(key),
        };
        self.sum ^= before.unwrap_or(0) ^ now.unwrap_or(0);
    }

    fn change_beside<C: Summed>(&mut self, here: &ShardHere<C>) {
        let now = here.store.beside();
        self.sum ^= std::mem::replace(&mut self.beside, now) ^ now;
    }

    fn change_session<C: Summed>(&mut self, here: &ShardHere<C>, id: SessionId) {
        let now = here.sessions.get(id).map(|session| Fingerprint::of(&(id, session)));
        let before = match now {
            Some(now) => self.sessions.insert(id, now),
            None => self.sessions.remove(&id),
        };
        self.sum ^= before.unwrap_or(0) ^ now.unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netsplit_core::kv::message::Call;
    use netsplit_core::kv::store::Store;
    use netsplit_core::replicated::service::Service as _;
    use netsplit_core::rng::Rng;
    use netsplit_core::shardctrl::Config;
    use netsplit_core::shardctrl::mutants::Mutants as OfController;
    use netsplit_core::shardkv::mutants::Mutants;
    use netsplit_core::shardkv::options::{By, Sharding};

    /// Entry by entry it comes to the same as all at once, and to other numbers where states differ.
    #[test]
    fn what_is_summed_up_by_steps_is_what_it_is_as_a_whole() {
        let sharding = Sharding { count: 4, by: By::Hash };
        for seed in 1..=20 {
            let mut rng = Rng::new(seed);
            let mut shards: Shards = Shards::new(1, sharding, Mutants::NONE, Store::default());
            let mut sums = Sums::of_start();
            let config = Config::first(4).join(&[(1, Vec::new())], OfController::NONE);
            let other = config.join(&[(2, Vec::new())], OfController::NONE);
            let (mut seen, mut states) = (Vec::new(), Vec::new());
            for applied in 1..=60 {
                let (key, value) = (rng.below(12).to_string(), applied.to_string());
                let call = Call::Append {
                    key: Bytes::from(key.as_str()),
                    value: Bytes::from(value.as_str()),
                };
                let (command, session) = match applied {
                    1 => (Command::Configure(config.clone()), 0),
                    40 => (Command::Configure(other.clone()), 0),
                    41..=45 => (Command::Delete { shard: applied as Shard - 41, at: 2 }, 0),
                    _ => (Command::Call(call), rng.between(1, 3)),
                };
                match session {
                    0 => drop(shards.apply(command.clone())),
                    _ => drop(shards.apply_once(session, applied, command.clone())),
                }
                sums.applies(&command, &shards, session, false);
                let by_steps = sums.catch_up(applied, &shards).expect("something was applied");
                let mut anew = Sums::of_start();
                let whole = anew.catch_up(applied, &shards).expect("it starts");
                assert_eq!(by_steps, whole, "seed {seed}, entry {applied}");
                for shard in 0..4 {
                    assert_eq!(sums.of(shard), anew.of(shard), "seed {seed}, entry {applied}");
                }
                let known = states.iter().position(|state| *state == shards);
                let number = known.map(|place| seen[place]);
                assert!(number.is_none_or(|number| number == whole));
                assert!(number.is_some() || !seen.contains(&whole), "seed {seed}");
                seen.push(whole);
                states.push(shards.clone());
            }
            assert!(sums.catch_up(60, &shards).is_none());
        }
    }
}

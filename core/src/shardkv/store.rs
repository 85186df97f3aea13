//! What a group keeps: a configuration and its shards. A [`Service`], so that all its servers change
//! it in the same order; it knows nothing of messages.

use std::sync::Arc;

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::kv::store::Store;
use crate::replicated::options::Work;
use crate::replicated::service::{Service, Text};
use crate::replicated::sessions::{Known, SessionId};
use crate::rng::Rng;
use crate::shardctrl::{Config, ConfigNumber, Gid, NOBODY, Shard};

use super::command::{Command, Reply};
use super::content::Content;
use super::mutants::{Mutant, Mutants};
use super::options::Sharding;
use super::shard::{ShardHere, ShardState};

/// The shards of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Shards<C = Store> {
    /// The group.
    gid: Gid,
    /// How keys are divided into shards.
    sharding: Sharding,
    mutants: Mutants,
    /// The configuration it is in.
    config: Arc<Config>,
    /// A shard that holds nothing yet.
    start: Arc<C>,
    /// By number. A shard that is elsewhere holds nothing.
    here: Vec<ShardHere<C>>,
    /// How many steps of changes it has taken: who watches it looks again when this has grown.
    steps: u64,
}

impl<C: Content> Shards<C> {
    /// Those of a group before the first configuration: it has none.
    pub fn new(gid: Gid, sharding: Sharding, mutants: Mutants, start: C) -> Shards<C> {
        let elsewhere = ShardHere::empty(&start, ShardState::Elsewhere);
        Shards {
            gid,
            sharding,
            mutants,
            config: Arc::new(Config::first(sharding.count)),
            start: Arc::new(start),
            here: vec![elsewhere; sharding.count as usize],
            steps: 0,
        }
    }

    /// The group.
    pub fn gid(&self) -> Gid {
        self.gid
    }

    /// The configuration it is in.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its shards, by number.
    pub fn iter(&self) -> impl Iterator<Item = (Shard, &ShardHere<C>)> {
        (0..).zip(&self.here)
    }

    /// A shard as it stands here.
    pub fn shard(&self, shard: Shard) -> Option<&ShardHere<C>> {
        self.here.get(shard as usize)
    }

    /// The shard that a command is for.
    pub fn shard_of(&self, call: &C::Command) -> Shard {
        C::shard_of(call, self.sharding)
    }

    /// How many steps of changes of configuration it has taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether nothing is under way, so that the next configuration may be taken (4B).
    pub fn is_settled(&self) -> bool {
        self.has(Mutant::DoesNotWait) || self.here.iter().all(|it| it.state.is_settled())
    }

    /// Whether a shard that is to be here has not come.
    pub fn waits(&self) -> bool {
        self.here.iter().any(|it| matches!(it.state, ShardState::Pulling { .. }))
    }

    pub(super) fn has(&self, mutant: Mutant) -> bool {
        self.mutants.has(mutant)
    }

    /// Whether it answers for a shard.
    pub fn serves(&self, shard: Shard) -> bool {
        let Some(it) = self.shard(shard) else { return false };
        match it.state {
            _ if self.has(Mutant::NoOwnershipCheck) => true,
            _ if self.has(Mutant::RefusesDuringChange) && !self.is_settled() => false,
            ShardState::Arrived { .. } if self.has(Mutant::WaitsForAll) => !self.waits(),
            ShardState::Pulling { .. } => self.has(Mutant::ServesBeforeArrival),
            ShardState::Leaving { .. } => self.has(Mutant::KeepsServing),
            state => state.serves(),
        }
    }

    // ── Changing the configuration ─────────────────────────────────────────

    /// Takes the next configuration, once nothing of the last one is under way.
    pub(super) fn configure(&mut self, next: Config) {
        let in_order = next.number == self.config.number + 1
            || self.has(Mutant::JumpsToLatest) && next.number > self.config.number;
        if !in_order || !self.is_settled() || next.shards.len() != self.here.len() {
            return;
        }
        let before = std::mem::replace(&mut self.config, Arc::new(next));
        for shard in 0..self.sharding.count {
            let state = self.state_after(shard, &before);
            let it = &mut self.here[shard as usize];
            it.state = state;
        }
        self.steps += 1;
    }

    /// How a shard stands once the configuration has changed.
    fn state_after(&self, shard: Shard, before: &Config) -> ShardState {
        let (holder, owner) = (before.holder(shard), self.config.owner(shard));
        let at = self.config.number;
        let old = self.here[shard as usize].state;
        let holds_old = !self.here[shard as usize].store.is_empty();
        match (holder == self.gid, owner == self.gid) {
            // Under mistakes it may be its own and on its way all the same.
            (true, true) if old == ShardState::Kept || old.is_settled() => ShardState::Serving,
            (true, true) => old,
            (true, false) if owner == NOBODY => ShardState::Kept,
            (true, false) => ShardState::Leaving { to: owner, at },
            (false, true) if holder == NOBODY && !self.has(Mutant::NobodysIsPulled) => {
                ShardState::Serving
            }
            (false, true) if self.has(Mutant::OldDataReused) && holds_old => ShardState::Serving,
            (false, true) => ShardState::Pulling { from: holder, at },
            (false, false) => ShardState::Elsewhere,
        }
    }

    /// A shard has come: its content is here from now on, and is answered for at once.
    pub(super) fn install(&mut self, shard: Shard, at: ConfigNumber, content: &[u8]) {
        let Some(it) = self.here.get(shard as usize) else { return };
        let (from, since) = match it.state {
            ShardState::Pulling { from, at } => (from, at),
            ShardState::Arrived { from, at } if self.has(Mutant::SecondCopyOverwrites) => {
                (from, at)
            }
            ShardState::Serving if self.has(Mutant::SecondCopyOverwrites) => (NOBODY, at),
            _ => return,
        };
        if since != at && !self.has(Mutant::MoveNotFenced) {
            return;
        }
        let state = match from == NOBODY {
            true => ShardState::Serving,
            false => ShardState::Arrived { from, at: since },
        };
        let Some(mut arrived) = ShardHere::of_content(content, state, &*self.start) else { return };
        if self.has(Mutant::SessionsDoNotMove) {
            arrived.sessions = Default::default();
        }
        if self.has(Mutant::SessionsReplaced) {
            let serving = self.here.iter_mut().filter(|it| it.state.serves());
            serving.for_each(|it| it.sessions = arrived.sessions.clone());
        }
        self.here[shard as usize] = arrived;
        self.steps += 1;
    }

    /// A shard that left has arrived, and nothing of it is kept here (4B, the first challenge).
    pub(super) fn delete(&mut self, shard: Shard, at: ConfigNumber) {
        let Some(it) = self.here.get(shard as usize) else { return };
        let due = match it.state {
            ShardState::Leaving { at: since, .. } => since == at,
            _ => self.has(Mutant::DeleteNotFenced),
        };
        if !due {
            return;
        }
        let kept = match self.has(Mutant::OldDataReused) || self.has(Mutant::NeverDeletes) {
            true => it.clone(),
            false => ShardHere::empty(&*self.start, ShardState::Elsewhere),
        };
        let state = match it.state {
            ShardState::Leaving { .. } => ShardState::Elsewhere,
            state => state,
        };
        self.here[shard as usize] = ShardHere { state, ..kept };
        self.steps += 1;
    }

    /// A shard that came is nowhere else any more.
    pub(super) fn settle(&mut self, shard: Shard, at: ConfigNumber) {
        if self.has(Mutant::WaitsForAll) && self.waits() {
            return;
        }
        let Some(it) = self.here.get_mut(shard as usize) else { return };
        if matches!(it.state, ShardState::Arrived { at: since, .. } if since == at) {
            it.state = ShardState::Serving;
            self.steps += 1;
        }
    }

    // ── Serving ────────────────────────────────────────────────────────────

    /// Does what a client asks, once, if this group answers for the key's shard when its turn in the
    /// log has come.
    fn do_once(
        &mut self,
        session: SessionId,
        sequence: u64,
        call: C::Command,
    ) -> (Reply<C::Reply>, bool) {
        let shard = self.shard_of(&call);
        if !self.serves(shard) && !self.has(Mutant::OwnershipAtArrival) {
            self.refuse(shard, session, sequence, &call);
            return (Reply::WrongGroup, false);
        }
        let Some(it) = self.here.get_mut(shard as usize) else { return (Reply::WrongGroup, false) };
        if it.sessions.look(session, sequence) == Known::Expired {
            it.sessions.open(session, 0);
        }
        match it.sessions.look(session, sequence) {
            Known::Done(reply) => {
                let reply = Reply::from_text(&reply.text()).unwrap_or(Reply::WrongGroup);
                (reply, false)
            }
            // Its clerk has the answer, and asks for something else by now.
            Known::Past | Known::Expired => (Reply::WrongGroup, false),
            Known::New => {
                let reply = Reply::Of(it.store.apply(call));
                it.sessions.record(session, sequence, Bytes::from(reply.to_text().as_str()), 0);
                (reply, true)
            }
        }
    }

    /// Does what a server of the group itself asks, which has no session.
    fn do_for_itself(&mut self, call: C::Command) -> Reply<C::Reply> {
        let shard = self.shard_of(&call);
        let serves = self.serves(shard);
        match self.here.get_mut(shard as usize).filter(|_| serves) {
            Some(it) => Reply::Of(it.store.apply(call)),
            None => Reply::WrongGroup,
        }
    }

    /// A command for a shard of another group changes nothing here; under mistakes it does.
    fn refuse(&mut self, shard: Shard, session: SessionId, sequence: u64, call: &C::Command) {
        let records = self.has(Mutant::RecordsRefused);
        let applies = self.has(Mutant::ChangesWhatLeft);
        let Some(it) = self.here.get_mut(shard as usize) else { return };
        if records {
            if it.sessions.look(session, sequence) == Known::Expired {
                it.sessions.open(session, 0);
            }
            if it.sessions.look(session, sequence) == Known::New {
                it.sessions.record(session, sequence, Bytes::from("done"), 0);
            }
        }
        if applies && matches!(it.state, ShardState::Leaving { .. }) {
            it.store.apply(call.clone());
        }
    }
}

impl<C: Content> Service for Shards<C> {
    type Command = Command<C::Command>;
    type Reply = Reply<C::Reply>;

    fn apply(&mut self, command: Self::Command) -> Self::Reply {
        match command {
            Command::Call(call) => return self.do_for_itself(call),
            Command::Configure(config) => self.configure(config),
            Command::Install { shard, at, content } => self.install(shard, at, &content),
            Command::Delete { shard, at } => self.delete(shard, at),
            Command::Settle { shard, at } => self.settle(shard, at),
        }
        Reply::Done
    }

    fn apply_once(
        &mut self,
        session: SessionId,
        sequence: u64,
        command: Self::Command,
    ) -> (Self::Reply, bool) {
        match command {
            Command::Call(call) => self.do_once(session, sequence, call),
            // No client changes a configuration.
            _ => (Reply::WrongGroup, false),
        }
    }

    /// For a shard of another group; what stands in the log is looked at again when it is applied.
    fn refusal(&self, command: &Self::Command) -> Option<Self::Reply> {
        match command {
            Command::Call(call) if self.serves(self.shard_of(call)) => None,
            _ => Some(Reply::WrongGroup),
        }
    }

    fn query(&self, command: Self::Command) -> Self::Reply {
        let Command::Call(call) = command else { return Reply::WrongGroup };
        let shard = self.shard_of(&call);
        match self.shard(shard).filter(|_| self.serves(shard)) {
            Some(it) => Reply::Of(it.store.query(call)),
            None => Reply::WrongGroup,
        }
    }

    fn is_query(command: &Self::Command) -> bool {
        matches!(command, Command::Call(call) if C::is_query(call))
    }

    fn draw(
        work: &Work,
        node: u64,
        clerk: u32,
        number: u64,
        rng: &mut Rng,
    ) -> Option<Self::Command> {
        let call = C::draw(work, node, clerk, number, rng)?;
        Some(Command::Call(C::with_plain_key(call)))
    }

    fn snapshot(&self) -> Bytes {
        let mut out = Writer::new();
        out.bytes(self.config.to_text().as_bytes()).number(self.steps);
        for it in &self.here {
            it.write(&mut out);
        }
        out.end().into()
    }

    fn restore(&self, snapshot: &[u8]) -> Option<Shards<C>> {
        let mut from = Reader::new(snapshot);
        let config = Config::from_text(&from.text()?)?;
        let steps = from.number()?;
        let here = self.here.iter().map(|_| ShardHere::read(&mut from, &*self.start));
        let mut here = here.collect::<Option<Vec<ShardHere<C>>>>()?;
        if self.has(Mutant::SnapshotWithoutStates) {
            for (shard, it) in (0..).zip(&mut here) {
                it.state = match config.owner(shard) == self.gid {
                    true => ShardState::Serving,
                    false => ShardState::Elsewhere,
                };
            }
        }
        let config = Arc::new(config);
        from.is_at_end().then(|| Shards { config, here, steps, ..self.clone() })
    }

    fn bytes(&self) -> u64 {
        let config = 8 * (1 + self.config.shards.len() + self.config.groups.len()) as u64;
        config + self.here.iter().map(ShardHere::bytes).sum::<u64>()
    }
}

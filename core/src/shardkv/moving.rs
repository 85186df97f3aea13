//! How a group follows the controller, one configuration after the other, and how shards move.
//!
//! A shard is pulled: whoever is to have it asks for it, whoever has it gives it once it has taken
//! the same configuration and so answers for it no more. Each step is an entry of one group's log,
//! and names the configuration that moved the shard: a message that comes late, twice, or of another
//! move finds that its step was taken, and does nothing.

use crate::bytes::Bytes;
use crate::id::NodeId;
use crate::machine::Input;
use crate::replicated::message::Request;
use crate::shardctrl::{Config, ConfigNumber, Gid, Shard};

use super::command::Command;
use super::content::Content;
use super::message::{Message, Notice, Says, Timer};
use super::mutants::Mutant;
use super::server::{Cx, ShardServer};
use super::shard::ShardState;

impl<C: Content> ShardServer<C> {
    // ── Following the controller ───────────────────────────────────────────

    /// "Roughly every 100 milliseconds": a leader asks for the next configuration once this one is
    /// done with, and for what has not come yet.
    pub(super) fn poll(&mut self, cx: Cx) {
        cx.arm(Timer::Poll, self.options.poll);
        if !self.group.leads() {
            return;
        }
        if self.shards().is_settled() {
            self.ask_controller(cx);
        }
        if !self.has(Mutant::OnlyWhoApplied) {
            self.ask_for_shards(cx);
        }
    }

    fn ask_controller(&mut self, cx: Cx) {
        let is_waiting = self.controller.clerks().any(|(_, clerk)| clerk.current.is_some());
        if is_waiting {
            return;
        }
        let next = self.shards().config().number + 1;
        let command = match self.has(Mutant::JumpsToLatest) {
            true => "query".to_owned(),
            false => format!("query {next}"),
        };
        let command = Bytes::from(command.as_str());
        let call = Request::Call { clerk: 0, command, at: None };
        self.drive_clerk(Input::Requested(call), cx);
    }

    /// The controller has named a configuration. They are taken one by one, in order (4B): the next
    /// one goes into the log.
    pub(super) fn learn(&mut self, config: Config, cx: Cx) {
        let number = self.shards().config().number;
        let is_next = config.number == number + 1
            || self.has(Mutant::JumpsToLatest) && config.number > number;
        if !is_next || !self.group.leads() || !self.shards().is_settled() {
            return;
        }
        if self.has(Mutant::ConfigOutsideLog) {
            return self.group.service_mut().configure(config);
        }
        self.propose(&Command::Configure(config), cx);
    }

    // ── What a leader asks of other groups ─────────────────────────────────

    /// After every input: tells what has changed, and a leader sees to what follows.
    pub(super) fn go_on(&mut self, cx: Cx) {
        let changed = self.tell_changes(cx);
        let leads = self.group.leads();
        let newly = leads && !std::mem::replace(&mut self.led, leads);
        self.led = leads;
        if !leads {
            self.proposed.clear();
        }
        if leads && (changed || newly && !self.has(Mutant::OnlyWhoApplied)) {
            self.ask_for_shards(cx);
        }
        self.answer_askers(cx);
    }

    fn tell_changes(&mut self, cx: Cx) -> bool {
        let (gid, shards) = (self.gid, self.group.service());
        let at = shards.config().number;
        let mut changed = false;
        if self.seen.0 != at {
            cx.notify(Notice::Configured { gid, at });
            (self.seen.0, changed) = (at, true);
        }
        for ((shard, here), seen) in shards.iter().zip(&mut self.seen.1) {
            if here.state != *seen {
                let was = std::mem::replace(seen, here.state);
                cx.notify(Notice::Shard { gid, shard, was, is: here.state });
                changed = true;
            }
        }
        changed
    }

    /// Asks for shards that have not come, and that those be deleted that have.
    fn ask_for_shards(&mut self, cx: Cx) {
        let states: Vec<(Shard, ShardState)> =
            self.shards().iter().map(|(shard, here)| (shard, here.state)).collect();
        for (shard, state) in states {
            match state {
                ShardState::Pulling { from, at } => self.ask_group(from, shard, at, Says::Pull, cx),
                ShardState::Arrived { from, at } => {
                    self.ask_group(from, shard, at, Says::Delete, cx);
                }
                _ => {
                    self.asked.remove(&shard);
                }
            }
        }
    }

    /// Asks another group about a shard, no oftener than it polls. Any server can give a shard, so
    /// one is asked, in turn; only a leader can have it deleted, so all are asked.
    fn ask_group(&mut self, gid: Gid, shard: Shard, at: ConfigNumber, says: Says, cx: Cx) {
        let (now, deletes) = (cx.now(), says == Says::Delete);
        // A shard that has come begins anew.
        let (asked_for, asked, turn) = self.asked.get(&shard).copied().unwrap_or_default();
        let about = 2 * at + u64::from(deletes);
        let again = asked_for == about;
        let too_soon = now.micros() < asked.micros() + self.options.poll.micros() / 2;
        if again && (too_soon || deletes && self.has(Mutant::DeletesAskedOnce)) {
            return;
        }
        self.asked.insert(shard, (about, now, turn + 1));
        let count = self.cast.groups.size.max(1);
        for (place, server) in (0..).zip(self.cast.members(gid)) {
            if deletes || place == turn % count {
                cx.send_now(server, Message::Move { shard, at, says: says.clone() });
            }
        }
    }

    // ── What other groups say ──────────────────────────────────────────────

    /// Another group says something about a shard that moves.
    pub(super) fn hear_of(
        &mut self,
        from: NodeId,
        shard: Shard,
        at: ConfigNumber,
        says: Says,
        cx: Cx,
    ) {
        match says {
            Says::Pull => self.give(from, shard, at, cx),
            Says::Content(content) => self.take(shard, at, content, cx),
            Says::Delete => self.delete_for(from, shard, at, cx),
            Says::Deleted => self.settle(shard, at, cx),
        }
    }

    /// Gives a shard away that has left: once this group has taken the configuration that moves it,
    /// what it holds does not change any more, and every server that has applied as much can give
    /// it.
    fn give(&mut self, to: NodeId, shard: Shard, at: ConfigNumber, cx: Cx) {
        let shards = self.shards();
        let Some(here) = shards.shard(shard) else { return };
        let leaves = match here.state {
            ShardState::Leaving { to: gid, at: since } => {
                Some(gid) == to.group() && (since == at || self.has(Mutant::MoveNotFenced))
            }
            ShardState::Serving => {
                self.has(Mutant::DonorAnswersEarly) && shards.config().number < at
            }
            _ => false,
        };
        if !leaves || self.has(Mutant::WaitsToGive) && shards.waits() {
            return;
        }
        // It promises nothing: what it tells is committed.
        let says = Says::Content(here.content());
        cx.send_now(to, Message::Move { shard, at, says });
        if self.has(Mutant::DeletesBeforeArrival) && self.group.leads() {
            self.propose(&Command::Delete { shard, at }, cx);
        }
    }

    /// A shard has come: into the log with it.
    fn take(&mut self, shard: Shard, at: ConfigNumber, content: Bytes, cx: Cx) {
        let Some(here) = self.shards().shard(shard) else { return };
        let (waits, at) = match here.state {
            ShardState::Pulling { at: since, .. } if self.has(Mutant::MoveNotFenced) => {
                (true, since)
            }
            ShardState::Pulling { at: since, .. } => (since == at, at),
            ShardState::Arrived { at: since, .. } => {
                (since == at && self.has(Mutant::SecondCopyOverwrites), at)
            }
            ShardState::Serving => (self.has(Mutant::SecondCopyOverwrites), at),
            _ => (false, at),
        };
        if !waits || !self.group.leads() {
            return;
        }
        if self.has(Mutant::InstalledOnLeaderOnly) {
            return self.group.service_mut().install(shard, at, &content);
        }
        self.propose(&Command::Install { shard, at, content }, cx);
    }

    /// A shard that left has arrived, says the group that has it now.
    fn delete_for(&mut self, from: NodeId, shard: Shard, at: ConfigNumber, cx: Cx) {
        let shards = self.shards();
        let Some(here) = shards.shard(shard) else { return };
        let due = matches!(here.state, ShardState::Leaving { at: since, .. } if since == at);
        if due || self.has(Mutant::DeleteNotFenced) {
            if self.group.leads() {
                self.askers.insert(shard, (from, at));
                self.propose(&Command::Delete { shard, at }, cx);
            }
        } else if shards.config().number >= at {
            cx.send_now(from, Message::Move { shard, at, says: Says::Deleted });
        }
    }

    /// Tells who asked for it that a shard is deleted.
    fn answer_askers(&mut self, cx: Cx) {
        let shards = self.group.service();
        self.askers.retain(|&shard, &mut (asker, at)| {
            let state = shards.shard(shard).map(|here| here.state);
            let waits = matches!(state, Some(ShardState::Leaving { at: since, .. }) if since == at);
            if !waits {
                cx.send_now(asker, Message::Move { shard, at, says: Says::Deleted });
            }
            waits
        });
    }

    /// A shard that came is nowhere else any more, says the group that had it.
    fn settle(&mut self, shard: Shard, at: ConfigNumber, cx: Cx) {
        let state = self.shards().shard(shard).map(|here| here.state);
        let due = matches!(state, Some(ShardState::Arrived { at: since, .. }) if since == at);
        if due && self.group.leads() {
            self.propose(&Command::Settle { shard, at }, cx);
        }
    }
}

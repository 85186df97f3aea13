//! What is checked of the servers of groups: who is prepared, whose locks are there, and what becomes
//! of a decision.

use std::collections::BTreeSet;
use std::rc::Rc;

use netsplit_core::raft::message as raft;
use netsplit_core::replicated::message as replicated;
use netsplit_core::shardctrl::{Gid, Shard};
use netsplit_core::shardkv::message as shardkv;
use netsplit_core::shardkv::server::ShardServer;
use netsplit_core::shardkv::shard::ShardState;
use netsplit_core::shardkv::store::Shards;
use netsplit_core::txn::command::{Stamp, TxnId};
use netsplit_core::txn::invariants;
use netsplit_core::txn::message::Notice;
use netsplit_core::txn::mutants::Breaks;
use netsplit_core::txn::shard::{Phase, TxnShard};

use crate::check::groups::Grouped;
use crate::check::look::Look;
use crate::labs::txn::TxnLab;
use crate::words;

use super::property::{ATOMIC, ISOLATED, KEEPS_ITS_WORD, NO_LOCK_LEFT};
use super::said::{Said, command_of};
use super::seen::Place;
use super::{Fate, Front, TxnChecks};

impl TxnChecks {
    pub(super) fn observe_server(&mut self, gid: Gid, look: &mut Look<TxnLab>) {
        self.observe_group(look);
        let machine = look.world.node(look.node).machine();
        let Some(server) = machine.and_then(|it| it.server()) else { return };
        let (applied, shards) = (server.server().group().applied(), server.server().shards());
        if look.world.last().effects.is_empty() {
            return;
        }
        let said = Said::of(look.world);
        for (_, here) in shards.iter() {
            if let Some((rule, breaks)) = invariants::broken_rule(&here.store) {
                let property = if breaks == Breaks::Prepared { KEEPS_ITS_WORD } else { ISOLATED };
                let because = words::service::out_of_bounds(look.node, rule);
                look.break_property(property, None, Vec::new(), because);
            }
        }
        keeps_what_it_said(&said, shards, look);
        let place = Place { at: look.world.now(), node: look.node };
        for notice in look.world.notices() {
            if let Notice::InDoubt { txn } = notice {
                self.seen.in_doubt(place, *txn);
            }
        }
        if self.fronts.get(&gid).is_some_and(|front| applied <= front.applied) {
            return;
        }
        self.seen.applied(place, &said.applied, shards);
        let mut front = Front { applied, ..Front::default() };
        for (shard, here) in shards.iter() {
            let writers = writers_in(&here.store).map(|txn| (shard, txn));
            if here.state.serves() {
                front.serves.insert(shard);
                front.prepared.extend(writers);
                front.open.extend(here.store.open().map(|(txn, _)| (shard, txn)));
            } else if matches!(here.state, ShardState::Leaving { .. }) {
                front.leaving.extend(writers);
            }
        }
        if let Some((shard, txn)) = front.open.iter().find(|(_, txn)| self.over.contains(txn)) {
            let because = words::txn::something_is_left(*txn, *shard);
            look.break_property(NO_LOCK_LEFT, None, Vec::new(), because);
        }
        let before = Rc::make_mut(&mut self.fronts).insert(gid, front.clone());
        let before = before.unwrap_or_default();
        for (shard, here) in shards.iter().filter(|(_, here)| here.state.serves()) {
            let stayed = before.serves.contains(&shard) && !said.came.contains(&shard);
            let comes = (!stayed).then(|| self.left_behind(shard, &here.state));
            let was =
                before.prepared.iter().filter(|(other, _)| stayed && *other == shard).copied();
            let all: BTreeSet<(Shard, TxnId)> = was.chain(comes.into_iter().flatten()).collect();
            for (shard, txn) in all.difference(&front.prepared).copied() {
                self.is_not_prepared_any_more(shard, txn, &said, &here.store, look);
            }
        }
    }

    /// What becomes of the group's shards, whatever they hold.
    fn observe_group(&mut self, look: &mut Look<TxnLab>) {
        let (world, node) = (look.world, look.node);
        let mistaken = !world.options().lab.mutants.is_empty();
        let machine = world.node(node).machine();
        let Some(shards) = machine.and_then(TxnLab::server).map(ShardServer::shards) else {
            return;
        };
        for notice in world.notices() {
            let Notice::Sharded(shardkv::Notice::Group(replicated::Notice::Raft(notice))) = notice
            else {
                continue;
            };
            match notice {
                raft::Notice::Committed { entry, .. } => {
                    if let Some((command, session)) = command_of(&entry.command) {
                        self.groups.applies(node, &command, shards, session, mistaken);
                    }
                }
                raft::Notice::Restored { .. } => self.groups.restored(node),
                _ => {}
            }
        }
        self.groups.observe(look);
    }

    /// Who was prepared in a shard where it came from.
    fn left_behind(&self, shard: Shard, state: &ShardState) -> Vec<(Shard, TxnId)> {
        let ShardState::Arrived { from, .. } = state else { return Vec::new() };
        let there = self.fronts.get(from).into_iter().flat_map(|front| &front.leaving);
        there.copied().filter(|(other, _)| *other == shard).collect()
    }

    /// Who was prepared in a shard is not any more: a word of the log has ended it, or a promise is
    /// broken.
    fn is_not_prepared_any_more(
        &mut self,
        shard: Shard,
        txn: TxnId,
        said: &Said,
        here: &TxnShard,
        look: &mut Look<TxnLab>,
    ) {
        let wrote = || here.keys().any(|(_, versions)| versions.iter().any(|it| it.txn == txn));
        match said.finished.get(&(shard, txn)) {
            Some(committed) => self.note_fate(shard, txn, *committed, look),
            None if said.restored => self.note_fate(shard, txn, wrote(), look),
            None => {
                let because = words::txn::broke_its_promise(txn, shard);
                look.break_property(KEEPS_ITS_WORD, None, self.seen.ops(txn), because);
            }
        }
    }

    /// Who was prepared in a shard is not any more: it has committed there, or aborted.
    pub(super) fn note_fate(
        &mut self,
        shard: Shard,
        txn: TxnId,
        committed: bool,
        look: &mut Look<TxnLab>,
    ) {
        let fate = Rc::make_mut(&mut self.fates).entry(txn).or_default();
        let place = if committed { &mut fate.committed } else { &mut fate.aborted };
        let _ = place.get_or_insert(shard);
        let fate = *fate;
        match fate {
            Fate { committed: Some(one), aborted: Some(other), .. } => {
                let because = words::txn::not_atomic(txn, one, other);
                look.break_property(ATOMIC, None, self.seen.ops(txn), because);
            }
            Fate { told: true, aborted: Some(shard), .. } => {
                let because = words::txn::told_committed(txn, shard);
                look.break_property(ATOMIC, None, self.seen.ops(txn), because);
            }
            _ => {}
        }
    }
}

/// Who was told in this step that it is prepared is, and who was told that it is committed has
/// written.
fn keeps_what_it_said(said: &Said, shards: &Shards<TxnShard>, look: &mut Look<TxnLab>) {
    let here = |shard: Shard| shards.shard(shard).filter(|here| here.state.serves());
    let is_prepared = |(shard, txn): &(Shard, TxnId)| match here(*shard) {
        Some(here) => writers_in(&here.store).any(|other| other == *txn),
        None => true,
    };
    // Others may have written the same keys in the same step.
    let has_written = |&(&(shard, txn), &stamp): &(&(Shard, TxnId), &Stamp)| match here(shard) {
        Some(here) => here.store.keys().any(|(_, versions)| {
            versions.iter().any(|version| version.txn == txn || version.stamp > stamp)
        }),
        None => true,
    };
    let forgotten = said.prepared.iter().find(|key| !is_prepared(key));
    let unwritten = said.committed.iter().find(|it| !has_written(it)).map(|(key, _)| key);
    if let Some(&(shard, txn)) = forgotten.or(unwritten) {
        let because = words::txn::broke_its_promise(txn, shard);
        look.break_property(KEEPS_ITS_WORD, None, Vec::new(), because);
    }
}

/// Who is prepared in a shard, and writes there: of who only has read, nothing is to be seen after.
fn writers_in(shard: &TxnShard) -> impl Iterator<Item = TxnId> {
    shard.open().filter_map(|(txn, open)| match &open.phase {
        Phase::Prepared { writes, .. } if !writes.is_empty() => Some(txn),
        Phase::Prepared { .. } | Phase::Reading | Phase::Wounded => None,
    })
}

//! The history of one key, as the checks of it read it.

use std::collections::BTreeMap;

use netsplit_core::history::{History, OpId, Outcome};
use netsplit_core::spec::Spec;

use super::search::Search;

/// The rank of what never returns.
pub(super) const NEVER: u64 = u64::MAX;
/// The rank from which an operation may happen that may happen at any time.
pub(super) const ALWAYS: u64 = 0;

/// One operation. It takes effect after `invoked`, and before `done` when it
/// surely does.
pub(super) struct Item<'a, S: Spec> {
    pub(super) id: OpId,
    pub(super) call: &'a S::Call,
    pub(super) reply: Option<&'a S::Reply>,
    /// The rank of its invocation, from 1; [`ALWAYS`] for one that is free.
    pub(super) invoked: u64,
    /// The rank of its return with a reply, from 1, or [`NEVER`].
    pub(super) done: u64,
}

impl<S: Spec> Clone for Item<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Spec> Copy for Item<'_, S> {}

/// The operations on one key that could matter, in the order of their
/// invocations: those that failed did not happen, and one that changes nothing
/// and was not answered shows nothing.
pub(super) struct Part<'a, S: Spec> {
    pub(super) key: Option<S::Key>,
    pub(super) items: Vec<Item<'a, S>>,
}

/// The parts of a history, by key.
pub(super) fn parts<'a, S: Spec>(
    spec: &S,
    history: &'a History<S::Call, S::Reply>,
) -> Vec<Part<'a, S>> {
    let mut places: BTreeMap<Option<S::Key>, usize> = BTreeMap::new();
    let mut parts: Vec<Part<S>> = Vec::new();
    for (id, op) in history.iter() {
        let reply = op.reply();
        let shows_nothing = reply.is_none() && !spec.changes(&op.call, None);
        if op.outcome == Outcome::Failed || shows_nothing {
            continue;
        }
        let key = spec.key(&op.call);
        let place = places.get(&key).copied().unwrap_or_else(|| {
            parts.push(Part { key: key.clone(), items: Vec::new() });
            places.insert(key, parts.len() - 1);
            parts.len() - 1
        });
        let done = op.done().map_or(NEVER, |rank| rank + 1);
        let invoked = op.invoked.rank + 1;
        parts[place].items.push(Item { id, call: &op.call, reply, invoked, done });
    }
    parts.sort_by(|one, two| one.key.cmp(&two.key));
    parts
}

impl<'a, S: Spec> Part<'a, S> {
    /// What had happened by a rank: what was not answered by then may or may not
    /// have happened.
    pub(super) fn until(&self, spec: &S, rank: u64) -> Part<'a, S> {
        let asked = self.items.iter().take_while(|item| item.invoked <= rank).copied();
        let known = asked.map(|item| match item.done <= rank {
            true => item,
            false => Item { reply: None, done: NEVER, ..item },
        });
        let shown = known.filter(|item| item.reply.is_some() || spec.changes(item.call, None));
        Part { key: self.key.clone(), items: shown.collect() }
    }

    /// The same where only some operations, by place and in order, are known to
    /// have happened as they did. Every other one may have happened at any time,
    /// or not at all, and what it showed is forgotten.
    pub(super) fn knowing(&self, spec: &S, kept: &[usize]) -> Part<'a, S> {
        let mut kept = kept.iter().copied().peekable();
        let (mut free, mut known) = (Vec::new(), Vec::new());
        for (place, item) in self.items.iter().enumerate() {
            if kept.next_if_eq(&place).is_some() {
                known.push(*item);
            } else if spec.changes(item.call, None) {
                free.push(Item { reply: None, invoked: ALWAYS, done: NEVER, ..*item });
            }
        }
        free.extend(known);
        Part { key: self.key.clone(), items: free }
    }

    /// Places of the items in the order of their returns.
    pub(super) fn returns(&self) -> Vec<usize> {
        let answered = (0..self.items.len()).filter(|place| self.items[*place].done != NEVER);
        let mut places: Vec<usize> = answered.collect();
        places.sort_unstable_by_key(|place| self.items[*place].done);
        places
    }

    /// A search that was fed with all of it. The search's number of an operation
    /// is its place, behind those that are free; gives how many these are.
    pub(super) fn search(&self, spec: &S) -> (Search<S>, usize) {
        let mut search = Search::new(spec);
        let free = self.items.iter().take_while(|item| item.invoked == ALWAYS).count();
        for item in &self.items[..free] {
            search.free(item.call);
        }
        let mut next = free;
        let mut invoke = |search: &mut Search<S>, before: u64| {
            while let Some(item) = self.items.get(next).filter(|item| item.invoked < before) {
                search.invoke(spec, item.call, item.reply, item.done != NEVER);
                next += 1;
            }
        };
        for place in self.returns() {
            invoke(&mut search, self.items[place].done);
            search.returned((place - free) as u32);
        }
        invoke(&mut search, NEVER);
        (search, free)
    }
}

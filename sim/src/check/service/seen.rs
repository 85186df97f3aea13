//! What is shown of operations beside their history: whom they asked, and who answered how.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::history::{Event, History, Op, OpId, Outcome};
use netsplit_core::id::NodeId;
use netsplit_core::pieces::Pieces;
use netsplit_core::raft::message::Index;
use netsplit_core::replicated::options::Reading;
use netsplit_core::shardctrl::Gid;
use netsplit_core::spec::Spec;
use netsplit_core::table::Table;
use netsplit_core::time::Time;

use super::{CallOf, Checked, HistoryOf, ReplyOf, ServiceChecks};
use crate::check::linearizability::{Options, Point, Verdict, check_along};
use crate::run::{OpOutcome, OpShown, Operations, Points};

/// What was seen of all operations.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::check) struct Seen {
    rows: Table<u64, Row>,
    /// Every change of an operation, in order.
    changes: Pieces<OpId>,
}

/// What was seen of one.
#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    clerk: u32,
    tries: Rc<[(Time, NodeId)]>,
    from: Option<NodeId>,
    /// How servers answered it as a query.
    answers: Rc<[Answered]>,
    /// The one of these that came.
    reading: Option<(Reading, Index)>,
}

/// An answer to a query.
#[derive(Clone, Debug, PartialEq)]
struct Answered {
    server: NodeId,
    reply: Bytes,
    reading: Reading,
    /// The entry up to which the server had applied.
    index: Index,
}

impl Seen {
    pub(in crate::check) fn changed(&mut self, op: OpId) {
        self.changes.push(op);
    }

    fn row(&mut self, op: OpId) -> Option<&mut Row> {
        self.changes.push(op);
        self.rows.get_mut(&(op.index() as u64))
    }

    pub(in crate::check) fn called(&mut self, op: OpId, clerk: u32) {
        self.changes.push(op);
        self.rows.insert(op.index() as u64, Row { clerk, ..Row::default() });
    }

    pub(in crate::check) fn tried(&mut self, op: OpId, now: Time, at: NodeId) {
        if let Some(row) = self.row(op) {
            row.tries = row.tries.iter().copied().chain([(now, at)]).collect();
        }
    }

    /// Its clerk was told. Of what its server answered several times the last counts that reads
    /// so: which one came, the clerk does not say.
    pub(in crate::check) fn returned(&mut self, op: OpId, from: NodeId, told: Option<&Bytes>) {
        if let Some(row) = self.row(op) {
            row.from = Some(from);
            let is_it = |it: &&Answered| it.server == from && Some(&it.reply) == told;
            row.reading = row.answers.iter().rfind(is_it).map(|it| (it.reading, it.index));
        }
    }

    /// A server answers a query. Of several attempts the one that comes is not known yet.
    pub(in crate::check) fn answered(
        &mut self,
        op: OpId,
        server: NodeId,
        reply: &Bytes,
        (reading, index): (Reading, Index),
    ) {
        if let Some(row) = self.row(op) {
            let answer = Answered { server, reply: reply.clone(), reading, index };
            row.answers = row.answers.iter().cloned().chain([answer]).collect();
        }
    }
}

impl Seen {
    /// In which group a query was answered, and as of which entry.
    pub(in crate::check) fn read_as_of(&self, op: OpId) -> Option<(Gid, Index)> {
        let row = self.rows.get(&(op.index() as u64))?;
        let (_, index) = row.reading?;
        Some((row.from?.group().unwrap_or(0), index))
    }
}

/// Configurations that a look may make.
pub(in crate::check) const LOOK: u64 = 200_000;

impl Seen {
    /// What there is to be shown of operations; `done_at` is where one took effect in a log.
    pub(in crate::check) fn operations<L: Checked>(
        &self,
        history: &HistoryOf<L>,
        done_at: &dyn Fn(OpId) -> Option<Index>,
        since: u64,
    ) -> Operations {
        let changes = &self.changes;
        let from = usize::try_from(since).unwrap_or(usize::MAX);
        let mut changed: Vec<u64> = changes.iter_from(from).map(|op| op.index() as u64).collect();
        changed.sort_unstable();
        changed.dedup();
        let shown = changed.into_iter().filter_map(|row| {
            let id = OpId::from_index(row as u32);
            history.get(id).map(|op| self.shown::<L>(id, op, done_at(id)))
        });
        Operations {
            changes: changes.len() as u64,
            count: history.len() as u64,
            changed: shown.collect(),
        }
    }

    fn shown<L: Checked>(
        &self,
        id: OpId,
        op: &Op<CallOf<L>, ReplyOf<L>>,
        index: Option<Index>,
    ) -> OpShown {
        let row = self.rows.get(&(id.index() as u64)).cloned().unwrap_or_default();
        OpShown {
            id,
            client: op.node,
            clerk: row.clerk + 1,
            call: op.call.to_string(),
            key: L::key(&op.call),
            query: L::is_query(&op.call),
            called: op.invoked.at,
            tries: row.tries.to_vec(),
            returned: op.returned.map(|when| when.at),
            outcome: match (&op.outcome, op.returned) {
                (_, None) => OpOutcome::Waiting,
                (Outcome::Ok(_), _) => OpOutcome::Ok,
                (Outcome::Failed, _) => OpOutcome::Failed,
                (Outcome::Unknown, _) => OpOutcome::Unknown,
            },
            reply: op.reply().map(ToString::to_string),
            from: row.from,
            read_by: row
                .reading
                .filter(|_| L::is_query(&op.call))
                .map(|(reading, _)| reading.word()),
            index,
            transaction: None,
        }
    }
}

/// The time of each place in an order that was found: when the event before it happened.
pub(in crate::check) fn times_of<C: Clone, R: Clone>(
    history: &History<C, R>,
    points: Vec<Point>,
) -> Points {
    let times: Vec<Time> = history
        .events_from(0)
        .map(|event| {
            let (Event::Invoked(op) | Event::Returned(op)) = event;
            let it = history.get(op);
            let at = it.map(|it| match event {
                Event::Invoked(_) => it.invoked.at,
                Event::Returned(_) => it.returned.map_or(it.invoked.at, |when| when.at),
            });
            at.unwrap_or(Time::ZERO)
        })
        .collect();
    let at = |after: u64| times.get(after as usize).copied().unwrap_or(Time::ZERO);
    points.into_iter().map(|point| (point.op, at(point.after))).collect()
}

/// What the check of a whole history of a lab's service comes to.
pub type DecidedOf<L> =
    Verdict<<<L as Checked>::Spec as Spec>::Key, <<L as Checked>::Spec as Spec>::State>;

impl<L: Checked> ServiceChecks<L> {
    /// See [`Run::operations`](crate::run::Run::operations).
    pub(crate) fn operations(&self, since: u64) -> Operations {
        self.seen.operations::<L>(&self.history, &|op| self.done_at(op), since)
    }

    /// The order in which servers say that the operations took effect: commands by their place in
    /// the log, queries behind what they were answered as of.
    fn order_told(&self) -> Vec<OpId> {
        let place = |(id, op): (OpId, &Op<CallOf<L>, ReplyOf<L>>)| {
            let read = self.seen.read_as_of(id);
            let index = match L::is_query(&op.call) {
                true => op.reply().and(read).map(|(_, index)| index)?,
                false => self.done_at(id)?,
            };
            Some((index, L::is_query(&op.call), op.invoked.rank, id))
        };
        let mut order: Vec<_> = self.history().iter().filter_map(place).collect();
        order.sort_unstable();
        order.into_iter().map(|(.., id)| id).collect()
    }

    /// Whether the history is linearizable, all of it at once: first by the order that servers tell,
    /// then by a search of so many configurations at most.
    pub fn decide(&self, budget: u64) -> DecidedOf<L> {
        // Before the first step there is nothing to be put into an order.
        let Some(spec) = &self.spec else { return Verdict::Linearizable(Vec::new()) };
        let options = Options { budget, ..Options::default() };
        check_along(spec, self.history(), &self.order_told(), &options).verdict
    }

    /// See [`Run::points`](crate::run::Run::points).
    pub(crate) fn points(&self) -> Option<Points> {
        let Verdict::Linearizable(points) = self.decide(LOOK) else { return None };
        Some(times_of(&self.history, points))
    }
}

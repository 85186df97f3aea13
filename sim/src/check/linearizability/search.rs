//! The search for an order: Wing and Gong's, with Lowe's memo.
//!
//! The history of one key is fed in the order of its events. Its returns are
//! *levels*: at level `k` the operation that returns there must have been
//! linearized, and those that are open may be. The search goes depth first,
//! linearizes open operations only where a return asks for one, and remembers
//! every configuration it has met ([`Rows`]). When the history grows, it goes on
//! from the row where it stood.
//!
//! Three rules keep it small, and none of them loses an order:
//! - A read that is possible now is linearized now. It changes nothing, so in any
//!   order that goes on from here it can be moved to the front.
//! - An operation of unknown outcome is used only where it changes the state, and
//!   of those that ask the same, the first one first: they never have to return,
//!   so one does as well as another.
//! - A row that is covered by one seen before is left out.

use netsplit_core::spec::Spec;

use super::position::{Item, Kind, Position};
use super::rows::{Link, Rows, Shape};
use super::table::{Known, Pairs};

/// How a search stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// What was fed so far has an order.
    Order,
    /// It has none, whatever comes.
    Nothing,
    /// The budget was used up before either was known.
    Tired,
}

/// A row that is seen, and what is tried next there.
#[derive(Clone, Copy, Debug)]
struct Frame {
    row: u32,
    cursor: u32,
}

/// The search in the history of one key.
#[derive(Clone, Debug)]
pub(super) struct Search<S: Spec> {
    states: Known<S::State>,
    asked: Known<(S::Call, Option<S::Reply>)>,
    /// The state after each operation in each state.
    steps: Pairs,
    position: Position,
    /// Calls that may happen at any time and as often as need be.
    free: Vec<u32>,
    rows: Rows,
    /// The way to where the search is, each with what is left to try.
    frames: Vec<Frame>,
    /// What was made last and has not been looked at.
    leaf: Option<(Vec<u64>, Link)>,
    /// A row that is looked at; kept, so that its memory is.
    current: Vec<u64>,
    spare: Vec<u64>,
    /// The furthest level at which the search was stuck, and rows there.
    deepest: u32,
    stuck: Vec<u32>,
    /// Configurations made so far, also those that were met before.
    pub(super) tried: u64,
}

/// So many rows are kept of those at which a search was stuck.
const STUCK_MOST: usize = 4;

impl<S: Spec> Search<S> {
    /// A search in a history without operations.
    pub(super) fn new(spec: &S) -> Search<S> {
        let position = Position::new();
        let mut states = Known::new();
        let start = states.number(spec.start());
        let row = start_row(start, position.shape());
        Search {
            states,
            asked: Known::new(),
            steps: Pairs::new(),
            free: Vec::new(),
            rows: Rows::new(position.shape()),
            position,
            frames: Vec::new(),
            leaf: Some((row, Link::START)),
            current: Vec::new(),
            spare: Vec::new(),
            deepest: 0,
            stuck: Vec::new(),
            tried: 0,
        }
    }

    /// Feeds the invocation of an operation that will return with this reply, or
    /// of which nobody will ever know. Gives its number.
    pub(super) fn invoke(
        &mut self,
        spec: &S,
        call: &S::Call,
        reply: Option<&S::Reply>,
        returns: bool,
    ) -> u32 {
        let kind = match (returns, spec.changes(call, reply)) {
            (true, true) => Kind::Write,
            (true, false) => Kind::Read,
            (false, true) => Kind::Unknown,
            (false, false) => Kind::Nothing,
        };
        let asked = self.asked.number((call.clone(), reply.cloned()));
        let number = self.position.invoke(Item { asked, kind });
        let (old, new) = (self.rows.shape(), self.position.shape());
        if old != new {
            self.widen(old, new);
        }
        number
    }

    fn widen(&mut self, old: Shape, new: Shape) {
        self.rows.widen(new);
        if let Some((row, _)) = &mut self.leaf {
            *row = new.widened(row, old);
        }
        // What a cursor points at behind the slots moves with them.
        let slots = |shape: Shape| shape.slots as u32 * 64;
        for frame in &mut self.frames {
            if frame.cursor > slots(old) {
                frame.cursor += slots(new) - slots(old);
            }
        }
    }

    /// Lets a call happen at any time and as often as need be; to be said before
    /// the first [`run`](Search::run).
    pub(super) fn free(&mut self, call: &S::Call) {
        let asked = self.asked.number((call.clone(), None));
        if !self.free.contains(&asked) {
            self.free.push(asked);
        }
    }

    /// Feeds the return of an operation, by number.
    pub(super) fn returned(&mut self, item: u32) {
        self.position.returned(item);
    }

    /// Goes on until what was fed has an order, has none, or `budget`
    /// configurations more have been made.
    pub(super) fn run(&mut self, spec: &S, budget: u64) -> Found {
        let most = self.tried.saturating_add(budget);
        let mut current = std::mem::take(&mut self.current);
        let found = loop {
            if let Some((mut row, link)) = self.leaf.take() {
                self.settle(spec, &mut row, &mut |_| ());
                if self.position.is_at_end() {
                    self.leaf = Some((row, link));
                    break Found::Order;
                }
                if let Some(number) = self.rows.add(&row, self.position.reads(), link) {
                    self.frames.push(Frame { row: number, cursor: 0 });
                }
                // Its memory serves the next one.
                self.spare = row;
            }
            let Some(frame) = self.frames.last().copied() else { break Found::Nothing };
            if self.tried >= most {
                break Found::Tired;
            }
            current.clear();
            current.extend_from_slice(self.rows.get(frame.row));
            self.position.back_to(level_of(&current));
            match self.next(spec, &current, frame.cursor) {
                Some(next) => {
                    self.tried += 1;
                    self.frames.last_mut().expect("it was there above").cursor = next.cursor;
                    let mut row = std::mem::take(&mut self.spare);
                    row.clear();
                    row.extend_from_slice(&current);
                    set_state(&mut row, next.after);
                    if let Some(bit) = next.bit {
                        row[1 + bit as usize / 64] |= 1 << (bit % 64);
                    }
                    self.leaf = Some((row, Link { from: frame.row, item: next.item }));
                }
                None => {
                    self.note_stuck(level_of(&current), frame.row);
                    self.frames.pop();
                }
            }
        };
        self.current = current;
        found
    }

    fn note_stuck(&mut self, level: u32, row: u32) {
        if level > self.deepest {
            self.deepest = level;
            self.stuck.clear();
        }
        if level == self.deepest && self.stuck.len() < STUCK_MOST {
            self.stuck.push(row);
        }
    }

    /// What can be linearized next in `row`, from a cursor on: the operation that
    /// is due first, then the other open ones, those of unknown outcome, and
    /// those that are free.
    fn next(&mut self, spec: &S, row: &[u64], mut cursor: u32) -> Option<Next> {
        let state = state_of(row);
        let slots = self.position.shape().slots as u32 * 64;
        let due = self.position.due();
        if cursor == 0 {
            cursor = 1;
            let item = self.position.item_in(due);
            if self.position.kind(item) == Kind::Write
                && let Some(after) = self.step(spec, state, self.position.asked(item))
            {
                return Some(Next { cursor, after, bit: Some(due), item: Some(item) });
            }
        }
        while cursor <= slots {
            let Some(slot) = self.position.write_from(cursor - 1, &row[1..]) else {
                cursor = slots + 1;
                break;
            };
            cursor = slot + 2;
            if slot == due {
                continue;
            }
            let item = self.position.item_in(slot);
            if let Some(after) = self.step(spec, state, self.position.asked(item)) {
                return Some(Next { cursor, after, bit: Some(slot), item: Some(item) });
            }
        }
        let used = &row[1 + self.position.shape().slots..];
        let first = slots + 1;
        while cursor - first < self.position.unknown_kinds() {
            let unused = self.position.first_unused(cursor - first, used);
            cursor += 1;
            let Some((bit, item)) = unused else { continue };
            match self.step(spec, state, self.position.asked(item)) {
                Some(after) if after != state => {
                    let bit = Some(slots + bit);
                    return Some(Next { cursor, after, bit, item: Some(item) });
                }
                _ => {}
            }
        }
        let first = first + self.position.unknown_kinds();
        while let Some(asked) = self.free.get((cursor - first) as usize).copied() {
            cursor += 1;
            match self.step(spec, state, asked) {
                Some(after) if after != state => {
                    return Some(Next { cursor, after, bit: None, item: None });
                }
                _ => {}
            }
        }
        None
    }

    /// Linearizes every open read that is possible, and goes on to the level at
    /// which something is missing. `took` hears of the reads.
    fn settle(&mut self, spec: &S, row: &mut [u64], took: &mut impl FnMut(u32)) {
        while self.position.enter() {
            let mut from = 0;
            while let Some(slot) = self.position.read_from(from, &row[1..]) {
                from = slot + 1;
                let item = self.position.item_in(slot);
                if self.step(spec, state_of(row), self.position.asked(item)).is_some() {
                    row[1 + slot as usize / 64] |= 1 << (slot % 64);
                    took(item);
                }
            }
            let due = self.position.due();
            let (word, bit) = (1 + due as usize / 64, 1 << (due % 64));
            if row[word] & bit == 0 {
                return;
            }
            row[word] &= !bit;
            row[0] += 1 << 32;
            self.position.forward();
        }
    }

    /// The state after an operation, by numbers.
    #[inline]
    fn step(&mut self, spec: &S, state: u32, asked: u32) -> Option<u32> {
        if let Some(known) = self.steps.get(state, asked) {
            return known;
        }
        let (call, reply) = self.asked.get(asked);
        let after = spec.step(self.states.get(state), call, reply.as_ref());
        let after = after.map(|after| self.states.number(after));
        self.steps.set(state, asked, after);
        after
    }

    /// The operations in the order found, by number.
    ///
    /// # Panics
    /// When [`run`](Search::run) did not find one.
    pub(super) fn order(&mut self, spec: &S) -> Vec<u32> {
        let (row, link) = self.leaf.clone().expect("an order was found");
        self.order_to(spec, state_of(&row), link)
    }

    /// The furthest level at which the search got stuck.
    pub(super) fn deepest(&self) -> u32 {
        self.deepest
    }

    /// Some of the longest orders that it found up to there, each with the state
    /// after it.
    pub(super) fn longest(&mut self, spec: &S) -> Vec<(Vec<u32>, S::State)> {
        let mut orders = Vec::new();
        for row in self.stuck.clone() {
            let state = state_of(self.rows.get(row));
            let order = self.order_to(spec, state, self.rows.link(row));
            orders.push((order, self.states.get(state).clone()));
        }
        orders
    }

    /// The order that leads to a row by its link: the way there is gone once
    /// more, and back.
    fn order_to(&mut self, spec: &S, state: u32, link: Link) -> Vec<u32> {
        let mut way = vec![(state, link)];
        let mut link = link;
        while link.from != Link::START.from {
            let row = self.rows.get(link.from);
            let state = state_of(row);
            link = self.rows.link(link.from);
            way.push((state, link));
        }
        let level = self.position.level();
        self.position.back_to_start();
        let shape = self.position.shape();
        let mut row = start_row(0, shape);
        let mut order = Vec::new();
        for (state, link) in way.into_iter().rev() {
            if let Some(item) = link.item {
                order.push(item);
                let bit = self.position.bit_of(item);
                row[1 + bit as usize / 64] |= 1 << (bit % 64);
            }
            set_state(&mut row, state);
            self.settle(spec, &mut row, &mut |item| order.push(item));
        }
        self.position.forward_to(level);
        order
    }
}

/// What can be linearized next.
struct Next {
    /// Where to go on when that leads nowhere.
    cursor: u32,
    /// The state afterwards.
    after: u32,
    /// The bit of the row behind its first word that says so.
    bit: Option<u32>,
    /// The operation, by number.
    item: Option<u32>,
}

/// Nothing has happened.
fn start_row(state: u32, shape: Shape) -> Vec<u64> {
    let mut row = vec![0; shape.words()];
    row[0] = state.into();
    row
}

fn level_of(row: &[u64]) -> u32 {
    (row[0] >> 32) as u32
}

fn state_of(row: &[u64]) -> u32 {
    row[0] as u32
}

fn set_state(row: &mut [u64], state: u32) {
    row[0] = row[0] >> 32 << 32 | u64::from(state);
}

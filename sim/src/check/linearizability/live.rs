//! The check while a history grows.
//!
//! Of each key, the search is fed as far as the outcome of everything is known
//! that was open there, and keeps what it found. Behind that, what is still open
//! may or may not have happened: this end is searched in a copy, at each return
//! anew. It is short, as long as nobody waits for ever.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use netsplit_core::history::{Event, History, OpId, Outcome};
use netsplit_core::spec::Spec;

use super::search::{Found, Search};

/// How a growing history stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiveVerdict {
    /// What has happened so far is linearizable.
    Linearizable,
    /// It is not since this operation returned, and cannot become so. When this
    /// one failed, another must not have seen it.
    Violation(OpId),
    /// The budget of a key was used up.
    NotDecided {
        /// Configurations that were made for that key.
        states: u64,
    },
}

/// A check of one growing history. A copy costs a pointer a key.
#[derive(Clone, Debug)]
pub struct Live<S: Spec> {
    spec: S,
    /// Configurations that the search of one key may make.
    budget: u64,
    /// The rank up to which the history was looked at.
    looked: u64,
    keys: BTreeMap<Option<S::Key>, Rc<Lane<S>>>,
    verdict: LiveVerdict,
}

/// The history of one key.
#[derive(Clone, Debug)]
struct Lane<S: Spec> {
    search: Search<S>,
    /// Events that were not fed, since something open at them may still return.
    waiting: VecDeque<Event>,
    /// The search's number of each operation that was fed and will return.
    open: BTreeMap<OpId, u32>,
    /// The verdict on the copy last made was that its budget was used up.
    is_tired: bool,
}

impl<S: Spec + Clone> Live<S> {
    /// A check of a history in which nothing has been asked. Searching on one key
    /// ends after `budget` configurations.
    pub fn new(spec: S, budget: u64) -> Live<S> {
        let (keys, verdict) = (BTreeMap::new(), LiveVerdict::Linearizable);
        Live { spec, budget, looked: 0, keys, verdict }
    }

    /// How the history stood when it was last looked at.
    pub fn verdict(&self) -> LiveVerdict {
        self.verdict
    }

    /// Looks at what happened since it was last called. `history` must be the same
    /// one, grown. After a violation nothing more is looked at.
    pub fn look(&mut self, history: &History<S::Call, S::Reply>) -> LiveVerdict {
        for event in history.events_from(self.looked) {
            if matches!(self.verdict, LiveVerdict::Violation(_)) {
                break;
            }
            self.looked += 1;
            let (Event::Invoked(id) | Event::Returned(id)) = event;
            let op = history.get(id).expect("an event is of an operation of its history");
            let lane = self.keys.entry(self.spec.key(&op.call));
            let lane = lane.or_insert_with(|| Rc::new(Lane::new(&self.spec)));
            let lane = Rc::make_mut(lane);
            lane.waiting.push_back(event);
            if matches!(event, Event::Invoked(_)) {
                continue;
            }
            if lane.look(&self.spec, history, self.looked, self.budget) == Found::Nothing {
                self.verdict = LiveVerdict::Violation(id);
            }
        }
        if !matches!(self.verdict, LiveVerdict::Violation(_)) {
            let tired = self.keys.values().find(|lane| lane.is_tired);
            self.verdict = match tired {
                Some(lane) => LiveVerdict::NotDecided { states: lane.search.tried },
                None => LiveVerdict::Linearizable,
            };
        }
        self.verdict
    }
}

impl<S: Spec> Lane<S> {
    fn new(spec: &S) -> Lane<S> {
        let (waiting, open) = (VecDeque::new(), BTreeMap::new());
        Lane { search: Search::new(spec), waiting, open, is_tired: false }
    }
}

impl<S: Spec + Clone> Lane<S> {
    /// Searches in what had happened before the event ranked `now`.
    fn look(
        &mut self,
        spec: &S,
        history: &History<S::Call, S::Reply>,
        now: u64,
        budget: u64,
    ) -> Found {
        let mut is_fed = false;
        while let Some(event) = self.waiting.front().copied() {
            if !self.feed(spec, history, event, now, false) {
                break;
            }
            is_fed |= matches!(event, Event::Returned(_));
            self.waiting.pop_front();
        }
        if is_fed {
            let found = self.search.run(spec, budget.saturating_sub(self.search.tried));
            self.is_tired = found == Found::Tired;
            if found != Found::Order {
                return found;
            }
        }
        if self.is_tired || !self.waiting.iter().any(|event| matches!(event, Event::Returned(_))) {
            return Found::Order;
        }
        let mut ahead = self.clone();
        for event in std::mem::take(&mut ahead.waiting) {
            ahead.feed(spec, history, event, now, true);
        }
        let found = ahead.search.run(spec, budget.saturating_sub(ahead.search.tried));
        self.is_tired = found == Found::Tired;
        found
    }

    /// Feeds one event. False when it is the invocation of what may still return,
    /// and such things are not wanted.
    fn feed(
        &mut self,
        spec: &S,
        history: &History<S::Call, S::Reply>,
        event: Event,
        now: u64,
        are_open_wanted: bool,
    ) -> bool {
        let (Event::Invoked(id) | Event::Returned(id)) = event;
        let op = history.get(id).expect("an event is of an operation of its history");
        let has_returned = op.returned.is_some_and(|returned| returned.rank < now);
        match (event, &op.outcome) {
            (Event::Invoked(_), _) if !has_returned => {
                if !are_open_wanted {
                    return false;
                }
                self.search.invoke(spec, &op.call, None, false);
            }
            (Event::Invoked(_), Outcome::Ok(reply)) => {
                let number = self.search.invoke(spec, &op.call, Some(reply), true);
                self.open.insert(id, number);
            }
            (Event::Invoked(_), Outcome::Unknown) => {
                self.search.invoke(spec, &op.call, None, false);
            }
            (Event::Invoked(_), Outcome::Failed) => {}
            (Event::Returned(_), _) => {
                if let Some(number) = self.open.remove(&id) {
                    self.search.returned(number);
                }
            }
        }
        true
    }
}

//! What a service promises to one client at a time: a sequential specification.
//!
//! A checker asks whether the operations of many clients can be put into one
//! order that a [`Spec`] allows and that no operation leaves its interval for
//! (Herlihy and Wing 1990). It knows the service by these functions alone.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;

use crate::bytes::Bytes;

/// A service as it would be with one client: a start, and what each operation
/// does.
///
/// Four laws hold of every specification, for every state and call:
/// 1. What is possible with a reply is possible without one, and so is all that
///    can follow it.
/// 2. A call that does not [change](Spec::changes) anything leaves every state
///    in which it is possible as it is.
/// 3. Calls of different [keys](Spec::key) do not notice each other.
/// 4. What [`deed`](Spec::deed) says is all that the call does and shows.
pub trait Spec {
    /// What is asked.
    type Call: Clone + Debug + Eq + Hash;
    /// What is answered.
    type Reply: Clone + Debug + Eq + Hash;
    /// What the service remembers, of one key when calls have keys.
    type State: Clone + Debug + Eq + Hash;
    /// Names of parts that are independent of each other.
    type Key: Clone + Debug + Ord;

    /// The state before the first operation.
    fn start(&self) -> Self::State;

    /// The state after `call` was answered by `reply`, or `None` when no
    /// correct service answers so. Without a reply the call has taken effect,
    /// and nobody saw the answer.
    fn step(
        &self,
        state: &Self::State,
        call: &Self::Call,
        reply: Option<&Self::Reply>,
    ) -> Option<Self::State>;

    /// The part that `call` is about, where the service has parts. A history is
    /// linearizable when its part of every key is (locality; Herlihy and Wing,
    /// Theorem 1), and looking at each alone is far cheaper.
    fn key(&self, call: &Self::Call) -> Option<Self::Key>;

    /// Whether a call with this reply, or with one that nobody saw, could
    /// change a state. True is always a correct answer.
    fn changes(&self, _call: &Self::Call, _reply: Option<&Self::Reply>) -> bool {
        true
    }

    /// What the operation did to a key that holds bytes, where that is all it
    /// did. `Other` is always a correct answer; the better ones let a checker
    /// do without a search where written values tell who wrote them.
    fn deed(&self, _call: &Self::Call, _reply: Option<&Self::Reply>) -> Deed {
        Deed::Other
    }
}

/// What an operation does to a key that holds bytes and starts without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It shows that the key holds exactly these.
    Read(Bytes),
    /// It puts these in place of what the key holds.
    Write(Bytes),
    /// It adds these at the end.
    Append(Bytes),
    /// Something else.
    Other,
}

/// A service that may do one of several things, as a specification of what it
/// may be in.
///
/// Its state is the set of all states that the answers so far allow: an answer
/// is possible when it is in one of them. So a checker needs to know nothing of
/// choice.
#[derive(Clone, Copy, Debug)]
pub struct AnyOf<S>(pub S);

/// A sequential specification whose steps may have several results.
pub trait Choosing {
    /// As [`Spec::Call`].
    type Call: Clone + Debug + Eq + Hash;
    /// As [`Spec::Reply`].
    type Reply: Clone + Debug + Eq + Hash;
    /// As [`Spec::State`].
    type State: Clone + Debug + Ord + Hash;
    /// As [`Spec::Key`].
    type Key: Clone + Debug + Ord;

    /// As [`Spec::start`].
    fn start(&self) -> Self::State;

    /// Every state in which the service may be afterwards; none when no correct
    /// service answers so.
    fn steps(
        &self,
        state: &Self::State,
        call: &Self::Call,
        reply: Option<&Self::Reply>,
    ) -> Vec<Self::State>;

    /// As [`Spec::key`].
    fn key(&self, call: &Self::Call) -> Option<Self::Key>;
}

impl<S: Choosing> Spec for AnyOf<S> {
    type Call = S::Call;
    type Reply = S::Reply;
    type State = BTreeSet<S::State>;
    type Key = S::Key;

    fn start(&self) -> BTreeSet<S::State> {
        BTreeSet::from([self.0.start()])
    }

    fn step(
        &self,
        states: &BTreeSet<S::State>,
        call: &S::Call,
        reply: Option<&S::Reply>,
    ) -> Option<BTreeSet<S::State>> {
        let after: BTreeSet<S::State> =
            states.iter().flat_map(|state| self.0.steps(state, call, reply)).collect();
        (!after.is_empty()).then_some(after)
    }

    fn key(&self, call: &S::Call) -> Option<S::Key> {
        self.0.key(call)
    }
}

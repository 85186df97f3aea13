//! What the author of a service writes.

use std::fmt::Debug;

use crate::bytes::Bytes;
use crate::rng::Rng;

use super::options::Work;
use super::sessions::SessionId;

/// A state machine that is to be replicated. It is deterministic: what a command does follows from
/// the state and the command, never from a clock, chance or the order of a hash table.
pub trait Service: Clone + Debug + PartialEq + 'static {
    /// What a client can ask for.
    type Command: Text;
    /// What it gets back.
    type Reply: Text;

    /// Does a command.
    fn apply(&mut self, command: Self::Command) -> Self::Reply;

    /// Does a command of a session once, and says whether that was now: for a service that keeps
    /// sessions [itself](super::options::Kept::ByService).
    fn apply_once(
        &mut self,
        _session: SessionId,
        _sequence: u64,
        command: Self::Command,
    ) -> (Self::Reply, bool) {
        (self.apply(command), true)
    }

    /// What a server that leads answers without asking the log, in the state that it is in: for a
    /// command that would come to nothing there.
    fn refusal(&self, _command: &Self::Command) -> Option<Self::Reply> {
        None
    }

    /// Answers a command that changes nothing.
    ///
    /// # Panics
    /// May, for a command that [`is_query`](Service::is_query) does not call one.
    fn query(&self, command: Self::Command) -> Self::Reply;

    /// Whether a command changes nothing, in any state. Such a one need not go through the log.
    fn is_query(_command: &Self::Command) -> bool {
        false
    }

    /// What a reply means to a clerk that has asked more than once without a session.
    fn after_retry(reply: Self::Reply) -> Self::Reply {
        reply
    }

    /// A command for a clerk that works by itself: its `number`th, counted from 0. `None` where the
    /// service has no work to give.
    fn draw(
        _work: &Work,
        _node: u64,
        _clerk: u32,
        _number: u64,
        _rng: &mut Rng,
    ) -> Option<Self::Command> {
        None
    }

    /// All of the state.
    fn snapshot(&self) -> Bytes;

    /// The state that a snapshot was made of, by a server that was told the same at its start as
    /// this one; `None` when it is none.
    fn restore(&self, snapshot: &[u8]) -> Option<Self>;

    /// Bytes of the state: content at its length, 8 a number.
    fn bytes(&self) -> u64;
}

/// A word of a service, as text: commands stand so in the log, where people read them.
pub trait Text: Clone + Debug + PartialEq {
    /// The text.
    fn to_text(&self) -> String;
    /// What a text says; `None` when it says nothing that is known.
    fn from_text(text: &str) -> Option<Self>;
}

/// A command or a reply as bytes.
pub(super) fn bytes_of(word: &impl Text) -> Bytes {
    Bytes::from(word.to_text().as_str())
}

/// A command or a reply from bytes.
pub(super) fn word_of<T: Text>(bytes: &[u8]) -> Option<T> {
    T::from_text(std::str::from_utf8(bytes).ok()?)
}

//! What clients asked and were told, as it is shown: plain data.

use std::rc::Rc;

use netsplit_core::history::OpId;
use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

use super::transactions::TxnShown;

/// An operation of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct OpShown {
    /// Its name: its place in the order of calls.
    pub id: OpId,
    /// The client.
    pub client: NodeId,
    /// Which of its clerks, counted from 1.
    pub clerk: u32,
    /// What was asked, in the service's words: `put x 1`.
    pub call: String,
    /// What it is about, where the service has keys.
    pub key: Option<String>,
    /// It changes nothing.
    pub query: bool,
    /// When it was asked.
    pub called: Time,
    /// Each time a server was asked, and which; the first is the call itself.
    pub tries: Vec<(Time, NodeId)>,
    /// When its clerk stopped waiting.
    pub returned: Option<Time>,
    /// What came of it.
    pub outcome: OpOutcome,
    /// What it was told.
    pub reply: Option<String>,
    /// Who answered.
    pub from: Option<NodeId>,
    /// How a query was answered: `lease`.
    pub read_by: Option<&'static str>,
    /// The entry of the log as which a command took effect.
    pub index: Option<u64>,
    /// Where it is a transaction, how that went.
    pub transaction: Option<Rc<TxnShown>>,
}

/// What came of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpOutcome {
    /// Its clerk waits.
    Waiting,
    /// It was done.
    Ok,
    /// It was surely not done.
    Failed,
    /// Nobody knows.
    Unknown,
}

impl OpOutcome {
    /// Its word: `unknown`.
    pub const fn word(self) -> &'static str {
        match self {
            OpOutcome::Waiting => "waiting",
            OpOutcome::Ok => "ok",
            OpOutcome::Failed => "failed",
            OpOutcome::Unknown => "unknown",
        }
    }
}

/// What has changed of the operations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Operations {
    /// Changes so far: what to ask for the next time.
    pub changes: u64,
    /// How many operations there are.
    pub count: u64,
    /// Those that are new or have changed since, by name.
    pub changed: Vec<OpShown>,
}

/// An order of the operations that shows that the history is linearizable: when each took effect.
pub type Points = Vec<(OpId, Time)>;

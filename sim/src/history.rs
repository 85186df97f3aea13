//! Histories as text, from here and from elsewhere.
//!
//! [`read()`] takes any of three forms and finds out which it is:
//! - *JSON lines*, an object an event:
//!   `{"process":0,"type":"invoke","f":"put","key":"x","value":"1"}`;
//! - *EDN*, as Jepsen writes it, a map an event, one after the other or in one
//!   vector: `{:process 0, :type :ok, :f :read, :value nil}`. Where a test has
//!   several registers, `:value` may be `[key value]`;
//! - *a log* of a test of one register, a line an event:
//!   `INFO  jepsen.util - 0 :invoke :cas [1 2]`.
//!
//! A transaction on lists is one event, too, with all its accesses in its value:
//! `{:process 0, :type :ok, :f :txn, :value [[:append :x 1] [:r :y [1 2]]]}`.
//!
//! Events stand in the order in which they happened. A `process` asks one thing
//! after another; its `type` is `invoke`, `ok`, `fail` (it did not happen) or
//! `info` (nobody knows), and it may have a `time` in nanoseconds and a `node`.
//! A failed `cas` without an `error` says that the register held something else.
//! What has no number for its process (a `:nemesis`) is not an operation.
//!
//! [`Known::json_lines`] and [`Known::edn`] write what [`read()`] takes. Text from outside is
//! bounded by [`limits`], and what is wrong with it is told with its place.

mod append;
mod kv;
pub mod made;
mod read;
mod register;
#[cfg(test)]
mod tests;
mod value;
mod write;

use std::fmt;

use netsplit_core::history::{History, Outcome};
use netsplit_core::kv::{self as kv_spec, Kv};
use netsplit_core::spec::Spec;
use netsplit_core::transaction::Transactions;

use crate::check::append::Lists;
use crate::check::register::{self as register_spec, Register};
use value::Value;

pub use read::read;

/// What a text may hold at most.
pub mod limits {
    /// Bytes of the whole text.
    pub const TEXT_BYTES: usize = 64 << 20;
    /// Operations.
    pub const OPS: usize = 1_000_000;
    /// Different processes.
    pub const PROCESSES: usize = 100_000;
    /// Values in one event, its fields' names included.
    pub const VALUES: usize = 100_000;
    /// Maps and vectors inside of each other.
    pub const DEPTH: usize = 16;
}

/// A history of one of the services that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Of a key/value store.
    Kv(History<kv_spec::Call, kv_spec::Reply>),
    /// Of registers.
    Register(History<register_spec::Call, register_spec::Reply>),
    /// Of lists with transactions.
    Append(Transactions),
}

/// The services that are known, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `kv`: get, put, append.
    Kv,
    /// `register`: read, write, cas.
    Register,
    /// `append`: transactions of appends and reads.
    Append,
}

impl Service {
    /// All of them.
    pub const ALL: [Service; 3] = [Service::Kv, Service::Register, Service::Append];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Service::Kv => Kv::NAME,
            Service::Register => Register::NAME,
            Service::Append => Lists::NAME,
        }
    }

    /// The service of this name.
    pub fn from_name(name: &str) -> Option<Service> {
        Service::ALL.into_iter().find(|service| service.name() == name)
    }
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryError {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// What was expected there, as a sentence without its full stop.
    pub message: String,
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for HistoryError {}

/// How the operations of a service stand in a text.
trait Translate: Spec {
    /// The name of the service.
    const NAME: &'static str;
    /// The names of its operations, as `f`.
    const FUNCTIONS: &'static [&'static str];
    /// Events are written with their places among all, as elle-cli wants them.
    const IS_INDEXED: bool = false;

    /// What is asked by a function of [`FUNCTIONS`](Translate::FUNCTIONS); an error
    /// is what was expected instead of the value.
    fn call(f: &str, key: Option<&Value>, value: &Value) -> Result<Self::Call, &'static str>;

    /// What an event says that ends an operation. `has_reason` when it says why.
    fn outcome(
        call: &Self::Call,
        end: End,
        value: &Value,
        has_reason: bool,
    ) -> Result<Outcome<Self::Reply>, &'static str>;

    /// How an operation is written: its function, key and value, the last with
    /// what it was answered.
    fn written(call: &Self::Call, reply: Option<&Self::Reply>) -> Line;

    /// The answer says that it failed, and no more.
    fn is_plain_failure(reply: &Self::Reply) -> bool;
}

/// How an operation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Ok,
    Fail,
    Info,
}

/// One event of an operation, to be written.
struct Line {
    f: &'static str,
    key: Option<Value>,
    value: Value,
}

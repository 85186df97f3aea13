//! The reader's own job: a script with a map and a reduce function, run within limits.
//!
//! ```text
//! fn map(name, text) {
//!     for word in words(text) { emit(word, 1); }
//! }
//! fn reduce(key, values) { sum(values) }
//! fn combine(key, values) { sum(values) }   // may be there (section 4.3)
//! fn partition(key, parts) { … }            // may be there (section 4.1)
//! ```
//!
//! A [`Script`] is what [`Functions`](netsplit_core::mapreduce::job::Functions) are written in: the
//! machines ask it as they ask the jobs that are built in. What goes wrong is a [`Fault`] with its
//! line and column. [`Sampled`] is what a script makes of a short text, with two checks: whether it
//! is [the same each time](check::deterministic), and whether it is [the same in any
//! order](check::insensitive).
//!
//! Reading order: [`limits`], [`fault`], [`found`], [`script`], `program` (a script in its engine),
//! `helpers` (what a script may call), `calling` (a script as functions of a job), [`sample`] and
//! [`check`]. Without the feature `run` only words about scripts are here, for whoever has them run
//! elsewhere: the language is most of the size.

pub mod fault;
pub mod found;
pub mod limits;

#[cfg(feature = "run")]
mod blame;
#[cfg(feature = "run")]
mod calling;
#[cfg(feature = "run")]
pub mod check;
#[cfg(feature = "run")]
mod helpers;
#[cfg(feature = "run")]
mod program;
#[cfg(feature = "run")]
pub mod sample;
#[cfg(feature = "run")]
pub mod script;
#[cfg(all(test, feature = "run"))]
mod tests;

pub use fault::{Fault, Place};
pub use found::{Deterministic, Insensitive, Sampled, Sensitive};
#[cfg(feature = "run")]
pub use script::Script;

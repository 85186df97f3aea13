//! Every test can fail: a mistake and a seed under which it ends red, as for the
//! [store](crate::course::kv::red).

use crate::course::kv::red::Red;

/// The rows: one a test, in order, and then assertions that none of those shows.
pub static ROWS: &[Red] = &[];

//! What the page shows of shards and of transactions over them: the path above the stage, the names of
//! groups on it, and the views beside it. Their style sheets are `www/labs/shardkv.css` and
//! `www/labs/txn.css`, which are fetched with the labs.

mod map;
mod names;
mod path;
mod stations;
mod table;
mod transactions;

pub use map::{Drawn, ShardMap};
pub use names::names;
pub use path::PathBar;
pub use stations::stations;
pub use transactions::Transactions;

//! What the page shows of shards and of transactions over them, beside the stage. Their style sheets are
//! `www/labs/shardkv.css` and `www/labs/txn.css`, which are fetched with the labs.

mod map;
mod names;
mod path;
mod transactions;

pub use map::ShardMap;
pub use names::names;
pub use path::PathBar;
pub use transactions::Transactions;

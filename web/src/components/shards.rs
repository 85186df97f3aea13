//! What the page shows of shards, beside the stage. Its style sheet is `www/labs/shardkv.css`, which is
//! fetched with the labs.

mod map;
mod names;
mod path;

pub use map::ShardMap;
pub use names::names;
pub use path::PathBar;

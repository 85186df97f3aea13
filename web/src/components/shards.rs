//! What the page shows of shards, beside the stage. Its style sheet is `www/labs/shardkv.css`, which is
//! fetched with the labs.

mod map;

pub use map::ShardMap;

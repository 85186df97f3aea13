//! What the page shows of shards: the path above the stage, the names of groups on it, and the views
//! beside it. Its style sheet is `www/labs/shardkv.css`, which is fetched with the labs.

mod map;
mod names;
mod path;
mod stations;
mod table;

pub use map::{Drawn, ShardMap};
pub use names::names;
pub use path::PathBar;
pub use stations::stations;

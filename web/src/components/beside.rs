//! What the page shows of a store and its clients, beside the stage. Its style sheet is
//! `www/labs/kv.css`, which is fetched with the store.

mod clients;
mod lanes;
mod load;
mod operation;
mod snapshots;
mod store;
mod timings;
mod views;

pub use clients::{Clients, Listed};
pub use lanes::Lanes;
pub use load::{Band, LoadChart};
pub use operation::story;
pub use snapshots::Snapshots;
pub use store::Stores;
pub use timings::Timings;
pub use views::Views;

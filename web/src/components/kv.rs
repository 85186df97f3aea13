//! What the page has for the key/value store alone: it comes with the lab.

mod asks;
mod reads;

pub use asks::Asks;
pub use reads::Reads;

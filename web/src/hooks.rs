//! Hooks: subscriptions that end with their component.

mod use_settled;
mod use_size;

pub use use_settled::use_settled;
pub use use_size::use_size;

//! Hooks: subscriptions that end with their component.

mod use_size;

pub use use_size::use_size;

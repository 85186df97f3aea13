//! The page: one struct component that owns the run, and functions of plain data below it.
//!
//! Start with [`App`].

#![deny(clippy::unwrap_used)]

mod app;

pub use app::App;

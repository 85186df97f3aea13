//! The page: one struct component that owns the run, and functions of plain data below it.
//!
//! Start with [`App`], then [`state::model::Model`], which is the page without a document.

#![deny(clippy::unwrap_used)]

mod app;
mod browser;
pub mod components;
pub mod draw;
mod hooks;
mod jobs;
pub mod labs;
mod later;
mod paint;
pub mod state;

pub use app::{App, pages};
pub use browser::show_panics;

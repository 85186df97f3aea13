//! Everything that needs no browser, in reading order.

mod timeline;
mod course;
mod world;
mod golden;
mod links;
mod cli;
mod cli;

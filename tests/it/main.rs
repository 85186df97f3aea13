//! Everything that needs no browser, in reading order.

mod timeline;
mod world;

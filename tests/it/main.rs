//! Everything that needs no browser, in reading order.

mod world;

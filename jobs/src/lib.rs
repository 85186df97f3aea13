//! Jobs for real: the coordinator and the workers of the simulation, driven by a clock that runs and
//! over files that are there.
//!
//! [`driven`] lets a machine do what is due, and nothing else: whoever has a clock and carries letters
//! can drive one. [`hand`] is a worker that reads its splits itself, [`office`] the coordinator with
//! the disk that all share. `netsplit mapreduce` drives them on threads. In the browser each is in a
//! Web Worker of its own: [`desk`] is the program that runs there, and [`words`] what it and the page
//! say to each other, as bytes.

pub mod cut;
pub mod driven;
pub mod hand;
pub mod office;
pub mod plan;
pub mod words;

#[cfg(feature = "program")]
pub mod desk;
#[cfg(all(feature = "program", target_arch = "wasm32"))]
mod program;
#[cfg(test)]
mod tests;

//! `netsplit.js`: the engine for JavaScript, as one class and one function.
//!
//! A [`Run`] is opened from a scenario's id, a link or a script. It is stepped, acted
//! in and taken back in time, and shows itself as plain objects. What those hold
//! stands in `types.ts`, for people and for TypeScript alike; how a page embeds it
//! is in `docs/embedding.md`.
//!
//! Reading order: [`run`] (what JavaScript sees), [`player`] (the same without a
//! browser), [`open`], [`shown`] and [`events`] (the plain objects), [`value`] (names
//! and numbers in them), [`input`] and [`trouble`] (what comes in, and what is wrong
//! with it), [`listeners`].

pub mod events;
pub mod open;
pub mod player;
pub mod shown;
pub mod trouble;
pub mod value;

mod input;
mod listeners;
mod run;
#[cfg(test)]
mod tests;

pub use run::{Run, scenarios};

use wasm_bindgen::prelude::wasm_bindgen;

/// The interfaces of all plain objects, as they stand in `netsplit.d.ts`.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &'static str = include_str!("types.ts");

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn write_error(text: &str);
}

/// A stop of the program is a mistake of ours; without this nobody would read which.
#[wasm_bindgen(start, private)]
fn start() {
    // The page fetches a lab when it is wanted; the module has all of them.
    netsplit_sim::labs::bring(netsplit_sim::labs::CODES);
    std::panic::set_hook(Box::new(|report| write_error(&format!("Netsplit stopped: {report}"))));
}

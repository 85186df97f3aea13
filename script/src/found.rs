//! What is found out about a script: of a sample, and by the checks.

use serde::{Deserialize, Serialize};

/// What became of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// Keys and values as map emits them, the first of them.
    pub pairs: Vec<(String, String)>,
    /// How many more there are.
    pub pairs_left: u64,
    /// Keys in their order, each with what reduce makes of its values, the first of them.
    pub output: Vec<(String, String)>,
    /// How many more there are.
    pub output_left: u64,
    /// The script's counters.
    pub counters: Vec<(String, u64)>,
    /// Lines that map throws at, each with its text, its number there, from 1, and what map says: a
    /// job leaves them out (section 4.6).
    pub bad: Vec<(String, u64, String)>,
    /// Whether it does the same each time.
    pub deterministic: Deterministic,
    /// Whether it minds the order of values.
    pub insensitive: Insensitive,
}

/// Whether a script does the same each time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deterministic {
    /// Two runs in engines that knew nothing were the same. It could not be otherwise: a script has
    /// no clock, no chance, and nothing that outlives a call.
    Same,
    /// They were not.
    Differs {
        /// What map, or reduce, made of …
        first: String,
        /// … the same input the second time.
        second: String,
    },
}

/// Whether a script minds the order of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Insensitive {
    /// No order that was tried made a difference.
    Same {
        /// How many keys had more than one value, and so an order.
        keys: u64,
    },
    /// One did.
    Differs(Sensitive),
}

/// A key whose result depends on how its values arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensitive {
    /// The key.
    pub key: String,
    /// Whether the combiner is to blame: some values went through it, in portions.
    pub combined: bool,
    /// Values as they came, the first of them, …
    pub first: Vec<String>,
    /// … and what became of them; …
    pub first_result: String,
    /// … values in another order, or as the combiner made them of portions, …
    pub second: Vec<String>,
    /// … and what became of those.
    pub second_result: String,
}

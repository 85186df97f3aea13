//! One run, exported for wasm and called natively.

//! The page's components in a real document, headless, in Chromium and in Firefox.
//!
//! Empty on the host: `cargo xtask test` builds it for wasm32 and runs it once a browser.

#![cfg(target_arch = "wasm32")]

mod fingerprints;
mod page;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

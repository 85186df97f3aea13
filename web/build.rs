//! Leaves the names of functions out of the page that visitors get: nobody there reads them, and
//! they are a sixth of what travels.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_FAMILY", "wasm") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bins=--strip-all");
        // `wasm-bindgen` writes for the features that the module says it has.
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
    }
}

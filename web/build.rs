//! What the linker takes out of the page that visitors get, and what it leaves in for the tool
//! that splits it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_FAMILY", "wasm") && is("PROFILE", "release") {
        // Nobody there reads the names of functions, and they are a sixth of what travels.
        println!("cargo::rustc-link-arg-bins=--strip-all");
        // `wasm-bindgen` writes for the features that the module says it has.
        println!("cargo::rustc-link-arg-bins=--keep-section=target_features");
        if std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
            println!("cargo::rustc-link-arg-bins=--emit-relocs");
        }
    }
}

//! `netsplit.js`: the engine as a module for pages of others (`js/`, docs/embedding.md).

use crate::shell::{Outcome, Shell, WASM};
use crate::site;
use crate::tools::{self, Tool};
use std::path::PathBuf;

/// Builds the module, its program and its types into `dist/js/`, and returns that folder.
pub fn build(shell: &Shell) -> Outcome<PathBuf> {
    tools::wasm_target(shell)?;
    let bindgen = Tool::WasmBindgen.folder(shell)?.join("wasm-bindgen");
    let mut command = shell.cargo(&["rustc", "--locked", "--package", "netsplit_js", "--lib"]);
    command.args(["--crate-type", "cdylib", "--target", WASM, "--profile", "page"]);
    // As the page: what it weighs is what visitors of lessons wait for.
    shell.run(command.env("CARGO_ENCODED_RUSTFLAGS", site::for_size()))?;

    let program = shell.target().join(WASM).join("page").join("netsplit_js.wasm");
    let folder = shell.path("dist").join("js");
    let mut command = shell.command(bindgen);
    command.arg(program).args(["--target", "web", "--remove-name-section"]);
    shell.run(command.args(["--out-name", "netsplit", "--out-dir"]).arg(&folder))?;
    Ok(folder)
}

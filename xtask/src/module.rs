//! Programs beside the page's own: `netsplit.js`, the engine as a module for pages of others (`js/`,
//! docs/embedding.md), and what the page's Web Workers run (`jobs/`).

use crate::shell::{Outcome, Shell, WASM};
use crate::site;
use crate::tools::{self, Tool};
use std::path::PathBuf;

/// The stack of a program on which scripts run: as much as a thread has for them natively
/// (`script/src/limits.rs`).
const STACK: &str = "link-arg=-zstack-size=16777216";

/// Builds the engine as a module, with its program and its types, into `dist/js/`, and returns that
/// folder.
pub fn build(shell: &Shell) -> Outcome<PathBuf> {
    bundle(shell, "netsplit_js", "js", "netsplit", &[], &[])
}

/// Builds the program of Web Workers into `dist/jobs/`; `www/jobs-worker.mjs` starts it.
pub fn build_jobs(shell: &Shell) -> Outcome<PathBuf> {
    bundle(shell, "netsplit_jobs", "jobs", "jobs", &["-C", STACK], &["--no-typescript"])
}

fn bundle(
    shell: &Shell,
    package: &str,
    folder: &str,
    name: &str,
    rust: &[&str],
    bind: &[&str],
) -> Outcome<PathBuf> {
    tools::wasm_target(shell)?;
    let bindgen = Tool::WasmBindgen.folder(shell)?.join("wasm-bindgen");
    let mut command = shell.cargo(&["rustc", "--locked", "--package", package, "--lib"]);
    command.args(["--crate-type", "cdylib", "--target", WASM, "--profile", "page"]);
    command.arg("--").args(rust);
    // As the page: what it weighs is what visitors wait for.
    shell.run(command.env("CARGO_ENCODED_RUSTFLAGS", site::for_size()))?;

    let program = shell.target().join(WASM).join("page").join(format!("{package}.wasm"));
    let folder = shell.path("dist").join(folder);
    let mut command = shell.command(bindgen);
    command.arg(program).args(["--target", "web", "--remove-name-section"]).args(bind);
    shell.run(command.args(["--out-name", name, "--out-dir"]).arg(&folder))?;
    Ok(folder)
}

//! The benchmarks: a workspace of their own, so that the engines they compare with stay out of
//! this one's lock; and what the page costs in a browser.

use crate::shell::{Outcome, Shell};
use crate::{site, tools};

/// Runs `bench/` for speed; `rest` goes to it. With `--page`, measures the built page instead.
pub fn run(shell: &Shell, rest: &[&str]) -> Outcome {
    if rest == ["--page"] {
        return page(shell);
    }
    tools::wasm_target(shell)?;
    let mut command =
        shell.cargo(&["run", "--release", "--manifest-path", "bench/Cargo.toml", "--"]);
    shell.run(command.args(rest))
}

/// Frames, steps and scrubs in Chromium, each with its limit; fails when one does not hold.
fn page(shell: &Shell) -> Outcome {
    let chromium = tools::drivers(shell)?.chromium;
    let dist = site::build(shell, None)?;
    let mut command = shell.cargo(&["test", "--quiet", "--package", "netsplit_tests"]);
    command
        .args(["--test", "e2e"])
        .env("NETSPLIT_BROWSER", "chromium")
        .env("NETSPLIT_DRIVER", chromium)
        .env("NETSPLIT_DIST", dist)
        .env("NETSPLIT_MEASURE", "1");
    shell.run(&mut command)
}

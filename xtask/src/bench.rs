//! The benchmarks: a workspace of their own, so that the engines they compare with stay out of
//! this one's lock; and what the page costs in a browser.

use crate::shell::{Outcome, Shell};
use crate::{site, tools};

/// Runs `bench/` for speed; `rest` goes to it. With `--page`, measures the built page instead.
pub fn run(shell: &Shell, rest: &[&str]) -> Outcome {
    match rest {
        ["--page"] => return page(shell, "1", &["chromium"]),
        ["--page", "mapreduce"] => return page(shell, "mapreduce", &["chromium", "firefox"]),
        _ => {}
    }
    tools::wasm_target(shell)?;
    let mut command =
        shell.cargo(&["run", "--release", "--manifest-path", "bench/Cargo.toml", "--"]);
    shell.run(command.args(rest))
}

/// Whether the benchmarks are formatted and compile without a warning: nothing else builds them.
pub fn check(shell: &Shell) -> Outcome {
    let manifest = ["--manifest-path", "bench/Cargo.toml"];
    shell.run(shell.cargo(&["fmt", "--all", "--check"]).args(manifest))?;
    let mut command = shell.cargo(&["run", "--quiet"]);
    shell.run(command.args(manifest).args(["--", "--check"]))
}

/// Frames, steps and scrubs, each with its limit, failing when one does not hold; or jobs for real.
fn page(shell: &Shell, what: &str, browsers: &[&str]) -> Outcome {
    let drivers = tools::drivers(shell)?;
    let dist = site::build(shell, None)?;
    for browser in browsers {
        let driver = if *browser == "firefox" { &drivers.firefox } else { &drivers.chromium };
        let mut command = shell.cargo(&["test", "--quiet", "--package", "netsplit_tests"]);
        command
            .args(["--test", "e2e"])
            .env("NETSPLIT_BROWSER", browser)
            .env("NETSPLIT_DRIVER", driver)
            .env("NETSPLIT_DIST", &dist)
            .env("NETSPLIT_MEASURE", what);
        shell.run(&mut command)?;
    }
    Ok(())
}

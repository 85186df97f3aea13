//! The benchmarks: a workspace of their own, so that the engines they compare with stay out of
//! this one's lock.

use crate::shell::{Outcome, Shell};

/// Runs `bench/` for speed; `rest` goes to it.
pub fn run(shell: &Shell, rest: &[&str]) -> Outcome {
    let mut command =
        shell.cargo(&["run", "--release", "--manifest-path", "bench/Cargo.toml", "--"]);
    shell.run(command.args(rest))
}

//! `cargo xtask`: what a person types twice.
//!
//! Two commands matter: `cargo xtask serve` ends in a page in the browser, from nothing but a Rust
//! tool-chain, and `cargo xtask test` is everything that must hold. Reading order:
//! [`shell`] (how commands are run and shown), [`tools`] (what is installed and where), [`mod@test`]
//! (the parts of a test run), [`tidy`] (rules a compiler does not know), [`site`] (the built page), [`module`] (`netsplit.js`).

mod bench;
mod module;
mod new_lab;
mod parts;
mod places;
mod shell;
mod shots;
mod site;
mod size;
mod test;
mod tidy;
mod tools;
mod wasm;

use shell::{Outcome, Shell};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  serve [ARGS]        install what is missing, serve the page, print its address;
                      ARGS go to `trunk serve` (--port 9000, --release, …)
  test [--native] [--full]
                      everything that must hold; --native leaves the browsers out,
                      --full runs every count named in the docs
  build [--at URL]    the static site in dist/, for any host and any sub-path; with its address,
                      previews in chats have pictures
  js                  the engine as a JavaScript module, in dist/js/; `build` makes it, too
  shots [WORD]        a contact sheet of every state of the page in target/shots;
                      --pictures takes those for previews, into www/pictures
  size                compressed sizes of dist/ against xtask/budgets.txt
  bench [ARGS]        the benchmarks of bench/; --page [mapreduce] measures the page
  golden [WORD]       write the goldens anew, or only what the tests write whose name contains a
                      word; then read the difference
                      --pictures takes those of the page anew that differ, in Chromium
  tidy                only the rules of text and layout
  docs                the API's documentation, warnings as errors
  new-lab NAME        all places of a new lab, from a template
  swarm [ARGS]        runs with options and faults drawn from seeds (netsplit swarm)

Tools go to $XDG_CACHE_HOME/netsplit/tools (or ~/.cache/netsplit/tools), once for all clones.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let shell = Shell::new();
    let outcome = match arguments.as_slice() {
        ["serve", rest @ ..] => site::serve(&shell, rest),
        ["test", rest @ ..] => return test::run(&shell, rest),
        ["build"] => site::build(&shell, None).map(drop),
        ["build", "--at", address] => site::build(&shell, Some(address)).map(drop),
        ["js"] => module::build(&shell).map(drop),
        ["shots", rest @ ..] => shots::run(&shell, rest),
        ["size"] => size::run(&shell),
        ["bench", rest @ ..] => bench::run(&shell, rest),
        ["golden"] => golden(&shell, "golden"),
        ["golden", "--pictures"] => shots::golden(&shell),
        ["golden", word] if !word.starts_with('-') => golden(&shell, word),
        ["tidy"] => return tidy::run(&shell),
        ["docs"] => test::docs(&shell),
        ["new-lab", name] => new_lab::run(&shell, name),
        ["swarm", rest @ ..] => swarm(&shell, rest),
        ["help" | "--help" | "-h"] | [] => {
            print!("{HELP}");
            Ok(())
        }
        [unknown, ..] => {
            eprintln!("error: `cargo xtask {unknown}` is not used so\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Writes anew what the tests compare whose name contains a word. Only commit the changes if you
/// understand what caused them.
fn golden(shell: &Shell, word: &str) -> Outcome {
    let mut command = shell.cargo(&["test", "--package", "netsplit_tests", "--test", "it"]);
    command.args(["--", word]).env("REWRITE", "1");
    let mut none = false;
    shell.run_reading(&mut command, |line| none |= line.starts_with("running 0 tests"))?;
    if none {
        return Err(format!("no test has `{word}` in its name"));
    }
    shell.run(shell.command("git").args(["diff", "--stat", "--", "tests"]))
}

/// Hands over to `netsplit swarm`, built for speed.
fn swarm(shell: &Shell, rest: &[&str]) -> Outcome {
    let mut command = shell.cargo(&["run", "--release", "--package", "netsplit_cli", "--"]);
    shell.run(command.arg("swarm").args(rest))
}

//! Everything that must hold, part by part.
//!
//! Every part runs, also after another has failed; nothing is left out silently. A part whose
//! output has lines `test result: …` counts what they say, any other counts as one.

use crate::bench;
use crate::new_lab;
use crate::shell::{Outcome, Shell, WASM, path_with, say};
use crate::site;
use crate::tidy;
use crate::tools::{self, Tool};
use crate::wasm;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// The machines alone have at least this many functions; fewer means that nothing was linked and
/// the look at the imports proves nothing.
const CORE_FUNCTIONS_MIN: u64 = 50;

/// Set for every test by `--full`: run every count that the docs name.
const FULL: &str = "NETSPLIT_FULL";

/// How one part ended.
struct Part {
    name: String,
    passed: u64,
    failed: u64,
    took: Duration,
    reason: Option<String>,
}

/// The parts so far.
struct Report {
    parts: Vec<Part>,
}

/// What the tests of one part said.
#[derive(Clone, Copy, Default)]
struct Tally {
    passed: u64,
    failed: u64,
}

/// Runs the parts and prints the sum; status 0 when nothing failed.
pub fn run(shell: &Shell, arguments: &[&str]) -> ExitCode {
    let known = ["--native", "--full"];
    if let Some(unknown) = arguments.iter().find(|word| !known.contains(word)) {
        eprintln!("error: `cargo xtask test` knows --native and --full, not `{unknown}`");
        return ExitCode::from(2);
    }
    let full = arguments.contains(&"--full");
    let mut report = Report { parts: Vec::new() };
    native(shell, full, &mut report);
    if !arguments.contains(&"--native") {
        report.part("a new lab", |_| new_lab::check(shell));
        report.part("benchmarks compile", |_| bench::check(shell));
        browsers(shell, full, &mut report);
    }
    report.print()
}

/// The quick half: what needs no browser.
fn native(shell: &Shell, full: bool, report: &mut Report) {
    report.part("format", |_| shell.run(&mut shell.cargo(&["fmt", "--all", "--check"])));
    report.part("clippy", |_| clippy(shell, &["--workspace", "--all-targets"]));
    report.part("tidy", |tally| {
        let complaints = tidy::complaints(shell)?;
        complaints.iter().for_each(|complaint| println!("{complaint}"));
        tally.passed = tidy::RULES.len() as u64 - tidy::broken(&complaints);
        tally.failed = tidy::broken(&complaints);
        Ok(())
    });
    report.part("documentation", |_| docs(shell));
    report.part("core has no imports", |_| no_imports(shell));
    report.part("native tests", |tally| {
        let mut command = shell.cargo(&["test", "--workspace", "--no-fail-fast"]);
        tests(shell, &mut command, full, tally)
    });
}

/// The half with browsers: components in a real document, then the built page, in each.
fn browsers(shell: &Shell, full: bool, report: &mut Report) {
    report.part("clippy for wasm", |_| {
        tools::wasm_target(shell)?;
        let targets = ["--bins", "--lib", "--test", "browser"];
        let packages = ["netsplit_web", "netsplit_js", "netsplit_jobs", "netsplit_tests"];
        let mut arguments = vec!["--target", WASM];
        arguments.extend(packages.into_iter().flat_map(|package| ["-p", package]).chain(targets));
        clippy(shell, &arguments)
    });
    // A part can only leave its result outside itself.
    let mut drivers = None;
    report.part("browsers and drivers", |_| {
        drivers = Some(tools::drivers(shell)?);
        Tool::WasmBindgen.folder(shell).map(drop)
    });
    let mut axe = None;
    report.part("axe-core", |_| {
        axe = Some(tools::axe(shell)?);
        Ok(())
    });
    let mut dist = None;
    report.part("build the page", |_| {
        dist = Some(site::build(shell, None)?);
        Ok(())
    });
    let browsers = [("chromium", "CHROMEDRIVER"), ("firefox", "GECKODRIVER")];
    for (browser, variable) in browsers {
        let pair = drivers.as_ref().map(|drivers| match browser {
            "chromium" => (&drivers.chromium, &drivers.firefox),
            _ => (&drivers.firefox, &drivers.chromium),
        });
        report.part(&format!("components in {browser}"), |tally| {
            let (driver, _) = pair.ok_or("its driver is missing, see above")?;
            let bindgen = Tool::WasmBindgen.folder(shell)?;
            let mut command = shell.cargo(&["test", "--package", "netsplit_tests"]);
            command
                .args(["--test", "browser", "--target", WASM])
                .env("PATH", path_with(&[&bindgen]))
                // The runner takes the first of these that is set.
                .env_remove("GECKODRIVER")
                .env_remove("SAFARIDRIVER")
                .env_remove("CHROMEDRIVER")
                .env(variable, driver)
                // 5 s to start and 20 s for all tests are too few on a busy machine.
                .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
                .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
            tests(shell, &mut command, full, tally)
        });
        report.part(&format!("page in {browser}"), |tally| {
            let (driver, other) = pair.ok_or("its driver is missing, see above")?;
            let dist = dist.as_ref().ok_or("the page was not built, see above")?;
            let axe = axe.as_ref().ok_or("axe-core is missing, see above")?;
            let mut command =
                shell.cargo(&["test", "--package", "netsplit_tests", "--test", "e2e"]);
            command
                .env("NETSPLIT_BROWSER", browser)
                .env("NETSPLIT_DRIVER", driver)
                .env("NETSPLIT_OTHER_DRIVER", other)
                .env("NETSPLIT_AXE", axe)
                .env("NETSPLIT_DIST", dist);
            tests(shell, &mut command, full, tally)
        });
    }
}

/// Builds the documentation of every package; a link that leads nowhere is an error.
pub fn docs(shell: &Shell) -> Outcome {
    let mut command = shell.cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    // Who reads this documentation reads the source as well: private items are in it.
    command.env("RUSTDOCFLAGS", "--deny warnings --allow rustdoc::private_intra_doc_links");
    shell.run(&mut command)
}

fn clippy(shell: &Shell, arguments: &[&str]) -> Outcome {
    let mut command = shell.cargo(&["clippy", "--quiet"]);
    shell.run(command.args(arguments).args(["--", "--deny", "warnings"]))
}

/// Builds the machines alone, with every function kept, and looks at what the module asks for.
fn no_imports(shell: &Shell) -> Outcome {
    tools::wasm_target(shell)?;
    let folder = shell.target().join("imports");
    let mut command = shell.cargo(&["rustc", "--quiet", "--package", "netsplit_core", "--lib"]);
    command
        .args(["--target", WASM, "--crate-type", "cdylib", "--target-dir"])
        .arg(&folder)
        // Nothing is exported; without these the linker would leave an empty module.
        .args(["--", "-C", "link-dead-code", "-C", "link-arg=--no-gc-sections"]);
    shell.run(&mut command)?;
    let file = folder.join(WASM).join("debug").join("netsplit_core.wasm");
    let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let module = wasm::read(&bytes)?;
    println!("{} functions, {} imports", module.functions, module.imports.len());
    if module.functions < CORE_FUNCTIONS_MIN {
        return Err(format!("only {} functions were linked", module.functions));
    }
    match module.imports.as_slice() {
        [] => Ok(()),
        imports => Err(format!("the core asks for {}", imports.join(", "))),
    }
}

/// Runs a test command and adds up its results.
fn tests(shell: &Shell, command: &mut Command, full: bool, tally: &mut Tally) -> Outcome {
    if full {
        command.env(FULL, "1");
    }
    shell.run_reading(command, |line| tally.add(line))
}

impl Tally {
    /// Adds a line `test result: ok. 3 passed; 0 failed; …`, or one that is nothing but
    /// `3 passed, 0 failed`, as the command line prints it; other lines change nothing.
    fn add(&mut self, line: &str) {
        let is_sum = |line: &str| line.ends_with(" failed") && line.split(' ').count() == 4;
        let counts = match line.split_once("test result: ") {
            Some((_, counts)) => counts,
            None if is_sum(line.trim()) => line,
            None => return,
        };
        let words: Vec<&str> = counts.split_whitespace().collect();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u64>() else { continue };
            match pair[1].trim_end_matches([';', ',']) {
                "passed" => self.passed += count,
                // A test that is left out has not passed.
                "failed" | "ignored" => self.failed += count,
                _ => {}
            }
        }
    }
}

impl Report {
    /// Runs one part; it counts as one when it counted nothing itself.
    fn part(&mut self, name: &str, run: impl FnOnce(&mut Tally) -> Outcome) {
        say(&format!("— {name} —"));
        let began = Instant::now();
        let mut tally = Tally::default();
        let reason = run(&mut tally).err();
        if let Some(reason) = &reason {
            eprintln!("error: {name}: {reason}");
        }
        match reason {
            Some(_) if tally.failed == 0 => tally.failed = 1,
            None if tally.passed + tally.failed == 0 => tally.passed = 1,
            _ => {}
        }
        let Tally { passed, failed } = tally;
        self.parts.push(Part { name: name.into(), passed, failed, took: began.elapsed(), reason });
    }

    /// Prints a row a part and the sum, and nothing after it.
    fn print(&self) -> ExitCode {
        println!("\n{:>8} {:>7} {:>7}  part", "seconds", "passed", "failed");
        for part in &self.parts {
            let Part { name, passed, failed, took, reason } = part;
            println!("{:>8.1} {passed:>7} {failed:>7}  {name}", took.as_secs_f64());
            if let Some(reason) = reason {
                println!("{:>26}{reason}", "");
            }
        }
        let sum = |count: fn(&Part) -> u64| self.parts.iter().map(count).sum::<u64>();
        let failed = sum(|part| part.failed);
        let seconds: Duration = self.parts.iter().map(|part| part.took).sum();
        println!("{:>8.1} seconds in all", seconds.as_secs_f64());
        println!("{} passed, {failed} failed", sum(|part| part.passed));
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up() {
        let mut tally = Tally::default();
        tally.add("running 3 tests\n");
        tally.add("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n");
        tally.add("test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured\n");
        tally.add("560 passed, 1 failed\n");
        tally.add("so far 3 passed and 0 failed\n");
        assert_eq!((tally.passed, tally.failed), (574, 3));
    }
}

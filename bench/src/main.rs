//! Starts the benchmarks: `cargo run --release --manifest-path bench/Cargo.toml`. With `--check` it
//! only looks whether they compile.
//!
//! One of the engines compared generates code with `protoc` while it is built.
//! A build script cannot hand a variable to another package's, so this program
//! brings the compiler along and starts cargo once more with its place known.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = env!("CARGO_MANIFEST_DIR");
    let parts: Vec<String> = env::args().skip(1).collect();
    let checks = parts == ["--check"];
    if parts.is_empty() || parts.iter().any(|part| part == "mapreduce") {
        let done = mapreduce(&cargo, root);
        if parts == ["mapreduce"] || done != ExitCode::SUCCESS {
            return done;
        }
    }
    let protoc = match protoc_bin_vendored::protoc_bin_path() {
        Ok(path) => path,
        Err(error) => {
            eprintln!("bench: no protoc for this machine comes as a package: {error}");
            return ExitCode::from(2);
        }
    };
    let build = |arguments: &[&str]| {
        Command::new(&cargo)
            .current_dir(root)
            .env("PROTOC", &protoc)
            .args(arguments)
            .status()
            .is_ok_and(|status| status.success())
    };
    if checks {
        let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--"];
        let well = build(&[&clippy[..], &["--deny", "warnings"]].concat());
        return if well { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let target = "wasm32-unknown-unknown";
    if !build(&["build", "--release", "--package", "bench_wasm", "--target", target])
        || !build(&["build", "--release", "--package", "compare"])
    {
        eprintln!("bench: the benchmarks did not build");
        return ExitCode::from(2);
    }
    // What one run frees, the next may have: otherwise the C library hands it back
    // to the system in between, and what is timed is the system clearing pages.
    let keep = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_"];
    let much = [1_u64 << 33, 1 << 33, 1 << 26].map(|bytes| bytes.to_string());
    match Command::new(target_of(root).join("release/compare"))
        .envs(keep.into_iter().zip(much))
        .args(env::args_os().skip(1))
        .status()
    {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::from(2)
        }
    }
}

/// A job for real: the program is built as it is for who installs it.
fn mapreduce(cargo: &OsStr, root: &str) -> ExitCode {
    let run = |command: &mut Command| command.status().is_ok_and(|status| status.success());
    let build = |folder: &str, package: &str| {
        let arguments = ["build", "--release", "--package", package];
        run(Command::new(cargo).current_dir(folder).args(arguments))
    };
    let house = format!("{root}/..");
    if !build(root, "bench_jobs") || !build(&house, "netsplit_cli") {
        eprintln!("bench: the benchmarks did not build");
        return ExitCode::from(2);
    }
    let mut command = Command::new(target_of(root).join("release/bench_jobs"));
    command.arg(target_of(&house).join("release/netsplit")).arg(format!("{house}/www/corpus"));
    if run(&mut command) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Where cargo puts what it builds in a workspace: where it was told to, seen from there.
fn target_of(workspace: &str) -> PathBuf {
    Path::new(workspace).join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

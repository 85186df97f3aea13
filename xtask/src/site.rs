//! The page: built into `dist/`, or served while one works on it.

use crate::module;
use crate::parts;
use crate::places;
use crate::shell::{Outcome, Shell, path_with, say};
use crate::tools::{self, Tool};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Where the page is served unless another port is asked for; as in Trunk.toml.
const PORT: &str = "8080";

/// `trunk` with its tools in reach and its habits turned off.
fn trunk(shell: &Shell, arguments: &[&str]) -> Outcome<Command> {
    tools::wasm_target(shell)?;
    let trunk = Tool::Trunk.folder(shell)?;
    let bindgen = Tool::WasmBindgen.folder(shell)?;
    let mut command = shell.command(trunk.join("trunk"));
    command
        .args(arguments)
        .env("PATH", path_with(&[&trunk, &bindgen]))
        // This version takes NO_COLOR=1 for a wrong argument of its own.
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    Ok(command)
}

/// Builds the static site, for a host whose address need not be known, and returns its folder.
pub fn build(shell: &Shell, at: Option<&str>) -> Outcome<PathBuf> {
    let mut command = trunk(shell, &["build", "--release", "--features", "split"])?;
    // In place of the flags of .cargo/config.toml, which are for speed: this is built for size.
    shell.run(command.env("CARGO_ENCODED_RUSTFLAGS", for_size()))?;
    let dist = shell.path("dist");
    parts::split(shell, &dist)?;
    places::write(shell, &dist, at)?;
    module::build(shell)?;
    module::build_jobs(shell)?;
    Ok(dist)
}

/// The compiler's flags for what visitors fetch, as cargo's environment has them. They leave out of
/// the program where the packages it is made from lie on this machine: a report of a stop names the
/// file in the package, and every build is the same.
pub fn for_size() -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok());
    let folders = sources.into_iter().flatten().flatten().map(|entry| entry.path());
    let flags = folders.map(|folder| format!("--remap-path-prefix={}/=", folder.display()));
    flags.collect::<Vec<_>>().join("\x1f")
}

/// Serves the page until it is stopped; prints the address once it answers.
pub fn serve(shell: &Shell, rest: &[&str]) -> Outcome {
    let mut command = trunk(shell, &["serve"])?;
    command.args(rest);
    let port = rest.iter().skip_while(|word| **word != "--port").nth(1).unwrap_or(&PORT);
    let port = port.parse().map_err(|_| format!("`{port}` is no port"))?;
    if TcpStream::connect(("127.0.0.1", port)).is_ok() {
        return Err(format!(
            "something already answers on port {port}; choose another: cargo xtask serve --port 8081"
        ));
    }
    // The thread ends with this program, at the latest when the server is stopped.
    std::thread::spawn(move || {
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(200));
        }
        say(&format!("Netsplit is at http://127.0.0.1:{port}/ (stop with Ctrl C)"));
    });
    shell.run(&mut command)
}

//! The tools that are needed, their versions, and how each is installed.
//!
//! Tools that cargo can build stand in a per-user cache, one folder a version, so that a second
//! clone does not build them again. Browsers come from the system.

use crate::shell::{Outcome, Shell, WASM, say, which};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A tool that cargo builds.
#[derive(Clone, Copy)]
pub enum Tool {
    /// Builds and serves the page.
    Trunk,
    /// Makes the JavaScript beside the WebAssembly, and runs its tests in browsers.
    WasmBindgen,
    /// Splits the program into what comes first and what comes later.
    WasmSplit,
    /// Drives Firefox.
    Geckodriver,
}

impl Tool {
    /// The package's name, the program by which it is recognised, its version.
    fn pinned(self, shell: &Shell) -> Outcome<(&'static str, &'static str, String)> {
        Ok(match self {
            // Later ones refuse the compiler this project is built with.
            Tool::Trunk => ("trunk", "trunk", "0.21.14".into()),
            // Both halves speak a private language and must be of one version.
            Tool::WasmBindgen => {
                ("wasm-bindgen-cli", "wasm-bindgen", locked(shell, "wasm-bindgen")?)
            }
            // Of the same family as the macros in `web/src/later.rs`.
            Tool::WasmSplit => ("wasm_split_cli_support", "wasm-split-cli", "0.2.4".into()),
            Tool::Geckodriver => ("geckodriver", "geckodriver", "0.37.1".into()),
        })
    }

    /// Arguments for `cargo install`, beside name and version.
    fn flags(self) -> &'static [&'static str] {
        match self {
            // The lock it ships with names a version that has been withdrawn.
            Tool::WasmBindgen => &[],
            // The library is the package, and its program an extra.
            Tool::WasmSplit => &["--locked", "--features", "build-binary"],
            Tool::Trunk | Tool::Geckodriver => &["--locked"],
        }
    }

    /// The folder with the tool's programs; builds them first when they are not there.
    pub fn folder(self, shell: &Shell) -> Outcome<PathBuf> {
        let (package, program, version) = self.pinned(shell)?;
        let folder = cache()?.join(format!("{package}-{version}"));
        let programs = folder.join("bin");
        if programs.join(exe(program)).is_file() {
            return Ok(programs);
        }
        if let Some(found) = which(&exe(program)) {
            let told = shell.read(shell.command(&found).arg("--version")).unwrap_or_default();
            if told.split_whitespace().any(|word| word == version) {
                return Ok(found.parent().expect("a program stands in a folder").to_path_buf());
            }
        }
        say(&format!("{package} {version} is not there yet: building it, once (some minutes)"));
        let scratch = cache()?.join(format!("build-{package}-{version}"));
        let mut command = shell.cargo(&["install", package, "--version", &version]);
        command.args(self.flags()).arg("--root").arg(&folder).env("CARGO_TARGET_DIR", &scratch);
        let built = shell.run(&mut command);
        if scratch.exists() {
            fs::remove_dir_all(&scratch)
                .map_err(|error| format!("{}: {error}", scratch.display()))?;
        }
        built.map_err(|reason| {
            format!(
                "{reason}; run `cargo install {package} --version {version}` by hand to see why"
            )
        })?;
        Ok(programs)
    }
}

/// A browser and the program that drives it.
pub struct Drivers {
    /// chromedriver.
    pub chromium: PathBuf,
    /// geckodriver.
    pub firefox: PathBuf,
}

/// Both drivers; installs the browsers where that can be done, and else says what to install.
pub fn drivers(shell: &Shell) -> Outcome<Drivers> {
    let has_chromium = || {
        ["chromium", "chromium-browser", "google-chrome"].iter().any(|name| which(name).is_some())
    };
    let has_firefox = || which("firefox").or(which("firefox-esr")).is_some();
    if !has_chromium() || which("chromedriver").is_none() || !has_firefox() {
        install_browsers(shell)?;
    }
    let missing = [
        (!has_chromium(), "Chromium (a program `chromium`, `chromium-browser` or `google-chrome`)"),
        (which("chromedriver").is_none(), "chromedriver of the same version"),
        (!has_firefox(), "Firefox (a program `firefox` or `firefox-esr`)"),
    ];
    let missing: Vec<&str> =
        missing.iter().filter(|(missing, _)| *missing).map(|(_, what)| *what).collect();
    if !missing.is_empty() {
        return Err(format!(
            "not in PATH: {}; on Debian: apt-get install chromium chromium-driver firefox-esr; \
             or leave the browsers out with --native",
            missing.join(", ")
        ));
    }
    Ok(Drivers {
        chromium: which("chromedriver").expect("looked for just above"),
        firefox: Tool::Geckodriver.folder(shell)?.join(exe("geckodriver")),
    })
}

/// Installs the browsers where this user may: as root on a system with `apt-get`.
fn install_browsers(shell: &Shell) -> Outcome {
    let is_root = shell.read(shell.command("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !is_root || which("apt-get").is_none() {
        return Ok(()); // The caller says what is missing.
    }
    let mut update = shell.command("apt-get");
    shell.run(update.args(["update", "-qq"]))?;
    let mut install = shell.command("apt-get");
    install.args(["install", "-y", "-qq", "chromium", "chromium-driver", "firefox-esr"]);
    shell.run(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// axe-core, which looks for what keeps people out of a page: installed by npm as
/// `tests/e2e/package-lock.json` has it.
pub fn axe(shell: &Shell) -> Outcome<PathBuf> {
    let manifest = shell.path("tests/e2e/package.json");
    let text = fs::read_to_string(&manifest)
        .map_err(|error| format!("{}: {error}", manifest.display()))?;
    let version = text.split("\"axe-core\": \"").nth(1).and_then(|rest| rest.split('"').next());
    let version = version.ok_or("tests/e2e/package.json names no version of axe-core")?;
    let folder = cache()?.join(format!("axe-core-{version}"));
    let file = folder.join("node_modules").join("axe-core").join("axe.min.js");
    if file.is_file() {
        return Ok(file);
    }
    if which("npm").is_none() {
        return Err(
            "npm is not in PATH, and axe-core comes by it; on Debian: apt-get install npm; \
             or leave the browsers out with --native"
                .into(),
        );
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        let from = shell.path("tests/e2e").join(name);
        fs::copy(&from, folder.join(name))
            .map_err(|error| format!("{}: {error}", from.display()))?;
    }
    let mut install = shell.command("npm");
    install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(&folder);
    shell.run(&mut install)?;
    Ok(file)
}

/// The compiler's target for browsers; adds it when it is not there.
pub fn wasm_target(shell: &Shell) -> Outcome {
    let mut ask = shell.command("rustc");
    let libraries = shell.read(ask.args(["--print", "target-libdir", "--target", WASM]));
    if libraries.is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        return Ok(());
    }
    if which(&exe("rustup")).is_none() {
        return Err(format!(
            "the compiler has no target {WASM} and there is no rustup to add it: install Rust from \
             rustup.rs, or your system's package with this target"
        ));
    }
    let mut add = shell.command("rustup");
    shell.run(add.args(["target", "add", WASM]))
}

/// The version of a package in `Cargo.lock`.
fn locked(shell: &Shell, package: &str) -> Outcome<String> {
    let file = shell.path("Cargo.lock");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut lines = text.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \""));
    let version = version.ok_or(format!("Cargo.lock names no version of {package}"))?;
    Ok(version.trim_end_matches('"').to_owned())
}

/// Where tools are kept for this user.
fn cache() -> Outcome<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || set("HOME").or(set("USERPROFILE")).map(|home| home.join(".cache"));
    let folder = set("XDG_CACHE_HOME").or_else(home);
    let folder = folder.ok_or("neither XDG_CACHE_HOME nor HOME says where tools can be kept")?;
    Ok(folder.join("netsplit").join("tools"))
}

/// A program's file name on this system.
fn exe(program: &str) -> String {
    format!("{program}{}", env::consts::EXE_SUFFIX)
}

//! Running commands: each is shown before it runs, and what it prints is passed on as it comes.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command of this program ends with: nothing, or a sentence that says what is wrong.
pub type Outcome<T = ()> = Result<T, String>;

/// The target of everything that runs in a browser.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Where commands run, and with what.
pub struct Shell {
    root: PathBuf,
}

impl Shell {
    /// A shell at the root of the repository, wherever it was called.
    pub fn new() -> Shell {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().expect("xtask stands in the repository").to_path_buf();
        Shell { root }
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Where cargo writes.
    pub fn target(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => self.root.join(folder),
            None => self.root.join("target"),
        }
    }

    /// A command at the root of the repository.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        // What cargo tells this program about itself must not reach the programs it starts: a
        // changed environment makes build scripts run again.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name == "CARGO_MANIFEST_DIR" || name.starts_with("CARGO_PKG_") {
                command.env_remove(&*name);
            }
        }
        command
    }

    /// The cargo that runs this program.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or("cargo".into()));
        command.args(arguments);
        command
    }

    /// Shows a command, runs it, and fails when it fails.
    pub fn run(&self, command: &mut Command) -> Outcome {
        show(command);
        let status = command.status().map_err(|error| unstarted(command, &error))?;
        if status.success() { Ok(()) } else { Err(format!("{} failed", words(command))) }
    }

    /// As [`Shell::run`], and hands each line of the output to `look` after passing it on.
    pub fn run_reading(&self, command: &mut Command, mut look: impl FnMut(&str)) -> Outcome {
        show(command);
        let mut child =
            command.stdout(Stdio::piped()).spawn().map_err(|error| unstarted(command, &error))?;
        let output = child.stdout.take().expect("its output was asked for");
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        // Lines are read as bytes: a test may print what is not text.
        while reader.read_until(b'\n', &mut line).map_err(|error| error.to_string())? > 0 {
            let mut out = std::io::stdout().lock();
            // Whoever closed our output still gets the exit status.
            let _ = out.write_all(&line).and_then(|()| out.flush());
            look(&String::from_utf8_lossy(&line));
            line.clear();
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("{} failed", words(command))) }
    }

    /// Runs a command silently and returns what it printed, if it ended well.
    pub fn read(&self, command: &mut Command) -> Option<String> {
        let output = command.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Prints what is being done, apart from what the command itself prints.
pub fn say(what: &str) {
    eprintln!("\n▸ {what}");
}

fn show(command: &Command) {
    say(&words(command));
}

fn unstarted(command: &Command, error: &std::io::Error) -> String {
    format!("{} does not start: {error}", command.get_program().to_string_lossy())
}

/// A command as a person would type it: the program's name without its folder, and its arguments.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// The first program of this name in `PATH`.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// `PATH` with these folders in front.
pub fn path_with(folders: &[&Path]) -> std::ffi::OsString {
    let before = env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().map(|folder| folder.to_path_buf());
    env::join_paths(folders.chain(env::split_paths(&before)))
        .expect("folders of tools have no separator in their names")
}

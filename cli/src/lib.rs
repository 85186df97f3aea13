//! The command line: the same engine without a browser.
//!
//! [`run`] is the whole program; the binary only hands it the process's
//! arguments and streams, so that tests run it as it is. One file a command:
//! [`list`], [`play`], [`course`], [`links`], [`luck`], [`swarm`], [`check`], [`mapreduce`]. [`what`] finds out what
//! a word names, [`asked`] what was asked for.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod asked;
mod check;
mod course;
mod help;
mod links;
mod list;
mod luck;
mod mapreduce;
mod parallel;
mod play;
mod prepared;
mod swarm;
mod trouble;
mod what;

use std::ffi::OsString;
use std::io::{self, Write};

use asked::Asked;
use help::Command;
use trouble::{Ending, Trouble};

/// All is well.
pub const WELL: u8 = 0;
/// A property is violated, a test fails, a link's fingerprint differs, a history is
/// not linearizable.
pub const RED: u8 = 1;
/// Bad input, or bad use, or a question that was not decided.
pub const BAD: u8 = 2;

/// Runs the program on its arguments (without its own name) and gives its exit
/// status: [`WELL`], [`RED`] or [`BAD`]. Where the reader of `out` is gone, it
/// ends at once and quietly.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let ended = command(args.into_iter().collect(), out).and_then(|ending| {
        out.flush()?;
        Ok(ending)
    });
    match ended {
        Ok(Ending::Well) => WELL,
        Ok(Ending::Red) => RED,
        Err(Trouble::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => WELL,
        Err(trouble) => {
            // Nobody is left to be told when this fails as well.
            let _ = writeln!(err, "netsplit: {trouble}");
            BAD
        }
    }
}

fn command(args: Vec<OsString>, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let mut parser = lexopt::Parser::from_args(args);
    let name = match parser.next()? {
        None => {
            return Err(Trouble::bad("say what to do: `netsplit --help` lists the commands"));
        }
        Some(lexopt::Arg::Short('h') | lexopt::Arg::Long("help")) => return help::all(out),
        Some(lexopt::Arg::Short('V') | lexopt::Arg::Long("version")) => {
            writeln!(out, "netsplit {}", env!("CARGO_PKG_VERSION"))?;
            return Ok(Ending::Well);
        }
        Some(lexopt::Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(other) => return Err(Trouble::Bad(other.unexpected().to_string())),
    };
    if name == "help" {
        return match parser.next()? {
            Some(lexopt::Arg::Value(name)) => {
                help::of(Command::find(&name.to_string_lossy())?, out)
            }
            _ => help::all(out),
        };
    }
    let command = Command::find(&name)?;
    let asked = Asked::parse(command, parser)?;
    if asked.help {
        return help::of(command, out);
    }
    (command.go)(&asked, out)
}

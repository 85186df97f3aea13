//! `netsplit`: the same engine without a browser. All of it is in the library.

use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let status = netsplit_cli::run(std::env::args_os().skip(1), &mut out, &mut io::stderr().lock());
    // What could not be written was told by `run`, which flushes.
    let _ = out.flush();
    ExitCode::from(status)
}

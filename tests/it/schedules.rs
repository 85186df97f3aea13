//! Schedules under which something was wrong once: each is a script with what it shows, and holds
//! now, to its last line.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

#[test]
fn schedules_that_were_red_once_hold() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schedules");
    let files = fs::read_dir(&folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("it can be read").path()).collect();
    files.sort();
    assert!(files.len() >= 10, "{files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("it can be read");
        assert!(text.starts_with("# "), "{}: says what it shows", file.display());
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args = [OsString::from("run"), file.clone().into_os_string()];
        let status = netsplit_cli::run(args, &mut out, &mut err);
        let out = String::from_utf8_lossy(&out).into_owned();
        // A line that could not be done, or a wait in vain, is said behind that.
        if status != netsplit_cli::WELL || !out.trim_end().ends_with(", passed") {
            wrong.push(format!("{}: {out}{}", file.display(), String::from_utf8_lossy(&err)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

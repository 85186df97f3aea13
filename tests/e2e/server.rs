//! Static files over loopback, below a sub-path, as any host would serve them.
//!
//! Three things are added for the tests. The page's own policy is sent a second time as a header
//! with an address for reports, so that breaking it is seen in every browser. And the same page is
//! served at [`BROKEN`] without its program, at [`HALF`] with the later part of it refused the first
//! time, at [`FIRST`] without that part, and at [`NO_JOBS`] with the program for jobs refused a few
//! times. At [`EMPTY`] there is nothing, where what the page keeps can be thrown away. At [`LESSON`]
//! stands a page that is not of the site, `tests/js`, with the module of the site in its folder `js`,
//! as its author would have put it there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Where the page lives: not at the root, so that an absolute address in it is found out.
const SUB_PATH: &str = "/some/where/";

/// The same page with its WebAssembly missing.
pub const BROKEN: &str = "/broken/";

/// The same page; the later part of its program is there only when it is asked for again.
pub const HALF: &str = "/half/";

/// The same page with the first part of its program alone.
pub const FIRST: &str = "/first/";

/// The same page; the program for jobs is there only when it was asked for as often as
/// [`JOBS_REFUSED`] before.
pub const NO_JOBS: &str = "/no-jobs/";

/// How often the program for jobs is refused at [`NO_JOBS`].
pub const JOBS_REFUSED: u32 = 3;

/// A page with nothing in it.
pub const EMPTY: &str = "/empty/";

/// A page of somebody else that embeds the engine.
pub const LESSON: &str = "/lesson/";

/// The folder of the site, and of that page, that holds the module.
const MODULE: &str = "js/";

/// Where browsers report what the policy forbade.
const REPORTS: &str = "/reports";

/// A server on a port of its own; its thread ends with the process.
pub struct Server {
    port: u16,
    folder: PathBuf,
    violations: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves the files below `folder`.
    pub fn start(folder: PathBuf) -> Result<Server, String> {
        let page = std::fs::read_to_string(folder.join("index.html"))
            .map_err(|error| format!("{}: {error}", folder.join("index.html").display()))?;
        let policy = policy_of(&page).ok_or("index.html has no Content-Security-Policy")?;
        let header = format!("Content-Security-Policy: {policy}; report-uri {REPORTS}\r\n");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let violations = Arc::new(Mutex::new(Vec::new()));
        let files = Files {
            folder: folder.clone(),
            header,
            violations: Arc::clone(&violations),
            refused: AtomicBool::new(false),
            jobs_asked: AtomicU32::new(0),
        };
        let files = Arc::new(files);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let files = Arc::clone(&files);
                // A browser that hangs up in the middle is no fault of the page.
                std::thread::spawn(move || files.answer(stream).unwrap_or_default());
            }
        });
        Ok(Server { port, folder, violations })
    }

    /// The page's address.
    pub fn address(&self) -> String {
        format!("{}{SUB_PATH}", self.root())
    }

    /// The server's address, without a path.
    pub fn root(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Whether the site has this file.
    pub fn has(&self, file: &str) -> bool {
        self.folder.join(file).is_file()
    }

    /// The folders in a folder of the site, by name.
    pub fn folders(&self, of: &str) -> Vec<String> {
        let found = std::fs::read_dir(self.folder.join(of)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            found.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// What the policy forbade since the last [`Server::forget`].
    pub fn violations(&self) -> Vec<String> {
        self.violations.lock().expect("no thread panics while it holds it").clone()
    }

    /// Starts a new list of violations.
    pub fn forget(&self) {
        self.violations.lock().expect("no thread panics while it holds it").clear();
    }
}

/// What the threads of a server share.
struct Files {
    folder: PathBuf,
    header: String,
    violations: Arc<Mutex<Vec<String>>>,
    /// The later part has been refused once.
    refused: AtomicBool,
    /// How often the program for jobs was asked for where it is refused.
    jobs_asked: AtomicU32,
}

impl Files {
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(&stream);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;

        let target = first.split(' ').nth(1).unwrap_or_default();
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let (status, kind, body) = if path == REPORTS {
            let text = String::from_utf8_lossy(&body).into_owned();
            self.violations.lock().expect("no thread panics while it holds it").push(text);
            ("204 No Content", "text/plain", Vec::new())
        } else if path == EMPTY {
            // Without an icon of its own it would be asked for one.
            ("200 OK", "text/html; charset=utf-8", b"<link rel=icon href=data:,>".to_vec())
        } else {
            match self.find(path) {
                Some(file) => ("200 OK", kind_of(&file), std::fs::read(&file)?),
                None => ("404 Not Found", "text/plain", b"not found".to_vec()),
            }
        };
        let policy = if path == EMPTY { "" } else { &self.header };
        let mut stream = &stream;
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{}\
             Connection: close\r\n\r\n",
            body.len(),
            policy
        )?;
        stream.write_all(&body)
    }

    /// The file an address means, if it stands below the folder.
    fn find(&self, path: &str) -> Option<PathBuf> {
        let missing = [(BROKEN, ".wasm"), (FIRST, "-later.wasm")];
        let missing_program =
            missing.iter().any(|(at, part)| path.starts_with(at) && path.ends_with(part));
        let later = path.starts_with(HALF) && path.ends_with("-later.wasm");
        if later && !self.refused.swap(true, Ordering::Relaxed) {
            return None;
        }
        let jobs = path.starts_with(NO_JOBS) && path.ends_with("jobs_bg.wasm");
        if jobs && self.jobs_asked.fetch_add(1, Ordering::Relaxed) < JOBS_REFUSED {
            return None;
        }
        let bases = [SUB_PATH, BROKEN, HALF, FIRST, NO_JOBS, LESSON];
        let name = bases.iter().find_map(|base| path.strip_prefix(base))?;
        // A folder means the page in it.
        let folder = if name.is_empty() || name.ends_with('/') { "index.html" } else { "" };
        let name = format!("{name}{folder}");
        let stays_inside = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
        let is_lesson = path.starts_with(LESSON) && !name.starts_with(MODULE);
        let lesson = Path::new(env!("CARGO_MANIFEST_DIR")).join("js");
        let file = if is_lesson { lesson.join(&name) } else { self.folder.join(&name) };
        (stays_inside && !missing_program && file.is_file()).then_some(file)
    }
}

/// The media type that goes with a file's ending.
fn kind_of(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

/// The text of the policy in a page's `<meta http-equiv="Content-Security-Policy" content="…">`,
/// whatever the order of the attributes and the case that a minifier leaves.
fn policy_of(page: &str) -> Option<String> {
    let metas = page.split('<').filter(|tag| tag.to_ascii_lowercase().starts_with("meta"));
    let meta = metas
        .into_iter()
        .find(|tag| tag.to_ascii_lowercase().contains("content-security-policy"))?;
    let (_, value) = meta.split_once("content=\"")?;
    let (value, _) = value.split_once('"')?;
    Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Serves a small folder and looks at it, without a browser.
pub fn check() -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("netsplit-e2e-{}", std::process::id()));
    let page = "<meta content=\"default-src 'none'\" http-equiv=content-security-policy>";
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    std::fs::write(folder.join("index.html"), page).map_err(|error| error.to_string())?;
    let outcome = look(&folder);
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    outcome
}

fn look(folder: &Path) -> Result<(), String> {
    let server = Server::start(folder.to_path_buf())?;
    let get = |url: String| minreq::get(url).send().map_err(|error| error.to_string());
    let page = get(server.address())?;
    let policy = page.headers.get("content-security-policy").cloned().unwrap_or_default();
    let expectations = [
        (page.status_code == 200, "the page is served below its sub-path"),
        (policy.starts_with("default-src 'none';"), "its policy is sent as a header"),
        (get(server.root())?.status_code == 404, "nothing is served at the root"),
        (get(server.address() + "../x")?.status_code == 404, "nothing is served from outside"),
        (server.violations().is_empty(), "no report without a violation"),
    ];
    let wrong: Vec<&str> =
        expectations.iter().filter(|(holds, _)| !holds).map(|(_, what)| *what).collect();
    if wrong.is_empty() { Ok(()) } else { Err(format!("not so: {}", wrong.join(", "))) }
}

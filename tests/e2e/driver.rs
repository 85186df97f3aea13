//! As much of WebDriver as the tests need: sessions with a fresh profile, scripts, elements,
//! clicks, keys, pictures. One blocking request at a time over loopback.
//!
//! The protocol is the W3C's *WebDriver*; the names of its commands stand at the functions.

mod session;

pub use session::Session;

use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long a driver may take to say where it listens, and a browser to answer one command.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// The browsers the page is tested in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Chromium, or Chrome, through chromedriver.
    Chromium,
    /// Firefox through geckodriver.
    Firefox,
}

impl Browser {
    /// The browser of this name.
    pub fn named(name: &str) -> Result<Browser, String> {
        match name {
            "chromium" => Ok(Browser::Chromium),
            "firefox" => Ok(Browser::Firefox),
            _ => Err(format!("NETSPLIT_BROWSER is `{name}`, expected chromium or firefox")),
        }
    }

    /// Its name, as in `NETSPLIT_BROWSER`.
    pub fn name(self) -> &'static str {
        match self {
            Browser::Chromium => "chromium",
            Browser::Firefox => "firefox",
        }
    }

    /// The one of the two that this is not.
    pub fn other(self) -> Browser {
        match self {
            Browser::Chromium => Browser::Firefox,
            Browser::Firefox => Browser::Chromium,
        }
    }

    /// The words each driver prints right before the number of its port.
    fn port_follows(self) -> &'static str {
        match self {
            Browser::Chromium => "successfully on port ",
            Browser::Firefox => "Listening on 127.0.0.1:",
        }
    }

    /// A headless browser of one fixed size, with nothing calling home. Chromium draws the same
    /// whatever the screen, the processor and the settings of the system, and whatever was drawn
    /// there before: pictures of it are compared.
    fn capabilities(self) -> Value {
        match self {
            Browser::Chromium => json!({
                "goog:loggingPrefs": { "browser": "ALL" },
                "goog:chromeOptions": { "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--disable-background-networking", "--disable-component-update",
                    "--disable-sync", "--no-first-run", "--window-size=1440,900",
                    "--font-render-hinting=none", "--disable-lcd-text",
                    "--force-color-profile=srgb", "--disable-partial-raster",
                    "--disable-skia-runtime-opts",
                ] },
            }),
            Browser::Firefox => json!({
                "moz:firefoxOptions": {
                    "args": ["-headless", "-width", "1440", "-height", "900"],
                    "prefs": {
                        "app.update.auto": false,
                        "datareporting.policy.dataSubmissionEnabled": false,
                        // Pages may open windows: see `Session::move_to_new_window`.
                        "dom.disable_open_during_load": false,
                    },
                },
            }),
        }
    }
}

/// A running chromedriver or geckodriver; it ends with this value.
pub struct Driver {
    browser: Browser,
    address: String,
    child: Child,
    /// The path of a session that was left.
    left: RefCell<Option<String>>,
}

impl Driver {
    /// Starts the driver on a port of its own choice.
    pub fn start(browser: Browser, program: &Path) -> Result<Driver, String> {
        let mut child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.display()))?;
        let lines = BufReader::new(child.stdout.take().expect("its output was asked for")).lines();
        let (found, port) = mpsc::channel();
        // The reader goes on after the port is known: a driver whose output nobody takes stops.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once(browser.port_follows()) {
                    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                    // Nobody listens any more once the first port has been taken.
                    let _ = found.send(digits);
                }
            }
        });
        let port = port.recv_timeout(START_PATIENCE);
        let mut driver =
            Driver { browser, address: String::new(), child, left: RefCell::default() };
        let port = port.map_err(|_| format!("{} names no port", program.display()))?;
        driver.address = format!("http://127.0.0.1:{port}");
        Ok(driver)
    }

    /// Which browser it drives.
    pub fn browser(&self) -> Browser {
        self.browser
    }

    /// *New Session*: a browser with a profile nobody has used.
    pub fn session(&self) -> Result<Session<'_>, String> {
        let wanted = json!({ "capabilities": { "alwaysMatch": self.browser.capabilities() } });
        let answer = self.ask("POST", "/session", Some(&wanted))?;
        let id = answer["sessionId"].as_str().ok_or("the driver gave no session")?;
        let session = Session { driver: self, path: format!("/session/{id}") };
        if self.browser == Browser::Firefox {
            session.move_to_new_window()?;
        }
        Ok(session)
    }

    /// A session that was left, as it was left.
    pub fn left(&self) -> Option<Session<'_>> {
        let path = self.left.borrow_mut().take()?;
        Some(Session { driver: self, path })
    }

    /// Leaves a session for who comes next: no browser has to start then.
    pub fn leave(&self, mut session: Session<'_>) {
        let path = std::mem::take(&mut session.path);
        // The one that was left before ends with its value.
        drop(self.left());
        *self.left.borrow_mut() = Some(path);
    }

    /// One command and its answer's `value`.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let method = match method {
            "POST" => minreq::Method::Post,
            "DELETE" => minreq::Method::Delete,
            _ => minreq::Method::Get,
        };
        let mut request = minreq::Request::new(method, format!("{}{path}", self.address))
            .with_timeout(START_PATIENCE.as_secs());
        if let Some(body) = body {
            request = request
                .with_header("content-type", "application/json; charset=utf-8")
                .with_body(body.to_string());
        }
        let response = request.send().map_err(|error| format!("{path}: {error}"))?;
        let text = response.as_str().map_err(|error| format!("{path}: {error}"))?;
        let mut answer: Value =
            serde_json::from_str(text).map_err(|error| format!("{path}: {error}: {text}"))?;
        let value = answer["value"].take();
        match response.status_code {
            200 => Ok(value),
            _ => Err(format!("{}: {}", value["error"], value["message"])),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.left());
        // Both fail only when the driver has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! A session of a browser: what a person does there, and what is to be seen.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Browser, Driver};

/// How long a page may take for what a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The key under which WebDriver hands out references to elements (section 12 of the protocol).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Watches from now on whether the page asks for frames, and waits until it asks for none. A frame
/// it had asked for before is over with the first of the three.
const REST: &str = "
    const watched = window.netsplitFrames ??= (() => {
        const [ask, cancel] = [window.requestAnimationFrame, window.cancelAnimationFrame];
        const asked = new Set();
        window.requestAnimationFrame = callback => {
            const id = ask(time => {
                asked.delete(id);
                callback(time);
            });
            asked.add(id);
            return id;
        };
        window.cancelAnimationFrame = id => {
            asked.delete(id);
            cancel(id);
        };
        return { ask, asked };
    })();
    let still = 0;
    while (still < 3) {
        await new Promise(drawn => watched.ask.call(window, drawn));
        still = watched.asked.size === 0 && document.fonts.status === 'loaded' ? still + 1 : 0;
    }
    return true";

/// The place of an element that has not moved for some frames; of one that goes on moving, where it
/// is after a second.
const STILL: &str = "
    const place = () => {
        const box = document.querySelector(arguments[0]).getBoundingClientRect();
        return [box.left, box.top, box.width, box.height];
    };
    let [last, still] = [place(), 0];
    for (let frame = 0; still < 6 && frame < 60; frame += 1) {
        await new Promise(drawn => requestAnimationFrame(drawn));
        const now = place();
        still = String(now) === String(last) ? still + 1 : 0;
        last = now;
    }
    return last";

/// One browser window with a profile of its own; closed with this value, unless it is left.
pub struct Session<'a> {
    pub(super) driver: &'a Driver,
    pub(super) path: String,
}

impl Session<'_> {
    fn post(&self, command: &str, body: &Value) -> Result<Value, String> {
        self.driver.ask("POST", &format!("{}{command}", self.path), Some(body))
    }

    fn get(&self, command: &str) -> Result<Value, String> {
        self.driver.ask("GET", &format!("{}{command}", self.path), None)
    }

    /// *Navigate To*: returns when the document and what it names have been loaded.
    pub fn goto(&self, url: &str) -> Result<(), String> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// *Set Window Rect*, so that the page itself has this size: drivers mean the window with its
    /// frame.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), String> {
        let inner = self.run("return [window.innerWidth, window.innerHeight]", &[])?;
        let outer = self.get("/window/rect")?;
        let frame = |outer: &Value, inner: &Value| {
            outer.as_u64().unwrap_or(0).saturating_sub(inner.as_u64().unwrap_or(0))
        };
        let wanted = json!({
            "width": u64::from(width) + frame(&outer["width"], &inner[0]),
            "height": u64::from(height) + frame(&outer["height"], &inner[1]),
        });
        self.post("/window/rect", &wanted)?;
        let script = format!("return innerWidth === {width} && innerHeight === {height}");
        self.wait(&format!("page of {width} by {height}"), &script)
    }

    /// A page of this size, however small: a window of Chromium has 500 pixels at least, so there
    /// the page alone is made smaller.
    pub fn show_at(&self, width: u32, height: u32) -> Result<(), String> {
        match self.driver.browser {
            Browser::Chromium => self.show_scaled(width, height, 1.0),
            Browser::Firefox => self.resize(width, height),
        }
    }

    /// Goes on in a new window and closes the old one: with it go its history and all that was set for
    /// it. In Firefox it can be as narrow as a phone: a window has 500 pixels at least, but not one
    /// that a page opened without its bars.
    pub fn move_to_new_window(&self) -> Result<(), String> {
        let first = self.get("/window")?;
        let second = match self.driver.browser {
            Browser::Chromium => {
                self.post("/window/new", &json!({ "type": "window" }))?["handle"].take()
            }
            Browser::Firefox => {
                self.run("window.open('about:blank', '', 'popup')", &[])?;
                self.wait_for("second window", || {
                    let windows = self.get("/window/handles").ok()?;
                    windows.as_array()?.iter().find(|window| **window != first).cloned()
                })?
            }
        };
        self.driver.ask("DELETE", &format!("{}/window", self.path), None)?;
        self.post("/window", &json!({ "handle": second }))?;
        // Opened by a page, it is no larger than the screen.
        self.post("/window/rect", &json!({ "width": 1440, "height": 900 })).map(drop)
    }

    /// The same with fewer pixels in pictures of it; Chromium alone.
    pub fn show_scaled(&self, width: u32, height: u32, scale: f64) -> Result<(), String> {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", &size)?;
        let script = format!("return innerWidth === {width} && innerHeight === {height}");
        self.wait(&format!("page of {width} by {height}"), &script)
    }

    /// Says to pages that motion is unwanted. False where the driver cannot.
    pub fn prefer_calm(&self) -> Result<bool, String> {
        let calm = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        match self.driver.browser {
            Browser::Chromium => self.devtools("Emulation.setEmulatedMedia", &calm).map(|_| true),
            Browser::Firefox => Ok(false),
        }
    }

    /// Runs a script in every document from now on, before the document's own; Chromium alone.
    pub fn run_first(&self, script: &str) -> Result<(), String> {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", &source).map(drop)
    }

    /// A command of Chromium's own protocol.
    fn devtools(&self, command: &str, parameters: &Value) -> Result<Value, String> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Waits for the frame in which the last change is drawn.
    pub fn settle(&self) -> Result<(), String> {
        let frames =
            "await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))";
        self.run_async(frames, &[]).map(drop)
    }

    /// Waits until the page has nothing more to draw: its fonts are there, and it has asked for no
    /// frame while three went by.
    pub fn rest(&self) -> Result<(), String> {
        let answer = self.run_async(REST, &[])?;
        if answer == true { Ok(()) } else { Err(format!("the page does not rest: {answer}")) }
    }

    /// *Get Current URL*, with its fragment.
    pub fn url(&self) -> Result<String, String> {
        Ok(self.get("/url")?.as_str().unwrap_or_default().to_owned())
    }

    /// *Refresh*.
    pub fn reload(&self) -> Result<(), String> {
        self.post("/refresh", &json!({})).map(drop)
    }

    /// *Back*.
    pub fn back(&self) -> Result<(), String> {
        self.post("/back", &json!({})).map(drop)
    }

    /// *Execute Script*: the body of a function, its `arguments`, and what it returns.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// *Execute Async Script*: as [`Session::run`], for a promise; the answer is what it becomes.
    pub fn run_async(&self, script: &str, arguments: &[Value]) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {script} }})().then(done, error => done('failed: ' + error))"
        );
        self.post("/execute/async", &json!({ "script": script, "args": arguments }))
    }

    /// *Find Element* by a CSS selector: the path of what is asked of it.
    fn element(&self, selector: &str) -> Result<String, String> {
        let found =
            self.post("/element", &json!({ "using": "css selector", "value": selector }))?;
        let id = found[ELEMENT].as_str().ok_or_else(|| format!("nothing matches {selector}"))?;
        Ok(format!("/element/{id}"))
    }

    /// *Element Click*, at its middle, as a person would: it fails when something lies over it.
    pub fn click(&self, selector: &str) -> Result<(), String> {
        self.post(&format!("{}/click", self.element(selector)?), &json!({})).map(drop)
    }

    /// *Element Send Keys*: typed into the element, one key event a character.
    pub fn type_into(&self, selector: &str, text: &str) -> Result<(), String> {
        let element = self.element(selector)?;
        self.post(&format!("{element}/value"), &json!({ "text": text })).map(drop)
    }

    /// *Get Element Text*, as it is shown.
    pub fn text(&self, selector: &str) -> Result<String, String> {
        let text = self.get(&format!("{}/text", self.element(selector)?))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// *Perform Actions* of the keyboard: presses and lets go of each character where the focus is.
    pub fn press(&self, keys: &str) -> Result<(), String> {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("/actions", &json!({ "actions": [keyboard] })).map(drop)
    }

    /// *Perform Actions* of the keyboard: presses a key while another is held.
    pub fn chord(&self, held: &str, key: &str) -> Result<(), String> {
        let stroke = |kind: &str, key: &str| json!({ "type": kind, "value": key });
        let actions = json!([
            stroke("keyDown", held),
            stroke("keyDown", key),
            stroke("keyUp", key),
            stroke("keyUp", held),
        ]);
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", &json!({ "actions": [keyboard] })).map(drop)
    }

    /// Where an element is, once it stands still: its left, top, width and height.
    pub fn place_of(&self, selector: &str) -> Result<[f64; 4], String> {
        let place = self.run_async(STILL, &[json!(selector)])?;
        let missing = || format!("{selector} is nowhere: {place}");
        let side = |side: usize| place[side].as_f64().ok_or_else(missing);
        Ok([side(0)?, side(1)?, side(2)?, side(3)?])
    }

    /// *Perform Actions* of a mouse: presses at one place of an element and lets go at another,
    /// each given in shares of its width and height.
    pub fn drag(&self, selector: &str, from: (f64, f64), to: (f64, f64)) -> Result<(), String> {
        let [left, top, width, height] = self.place_of(selector)?;
        let point = |(x, y): (f64, f64)| {
            let (x, y) = (left + width * x, top + height * y);
            json!({ "type": "pointerMove", "duration": 50, "x": x as i64, "y": y as i64 })
        };
        let press = |kind: &str| json!({ "type": kind, "button": 0 });
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let actions =
            [point(from), press("pointerDown"), point(middle), point(to), press("pointerUp")];
        self.mouse(&actions)
    }

    /// *Perform Actions* of a mouse: goes to a place of the page and, with a button (0 is the left,
    /// 2 the right), presses it there.
    pub fn point_at(&self, (x, y): (f64, f64), button: Option<u8>) -> Result<(), String> {
        let press = |kind: &str| button.map(|it| json!({ "type": kind, "button": it }));
        let go = json!({ "type": "pointerMove", "duration": 0, "x": x as i64, "y": y as i64 });
        let actions: Vec<Value> =
            [Some(go), press("pointerDown"), press("pointerUp")].into_iter().flatten().collect();
        self.mouse(&actions)
    }

    /// *Perform Actions* of a mouse: presses a place of the page twice in a row.
    pub fn press_twice_at(&self, (x, y): (f64, f64)) -> Result<(), String> {
        let press = |kind: &str| json!({ "type": kind, "button": 0 });
        let go = json!({ "type": "pointerMove", "duration": 0, "x": x as i64, "y": y as i64 });
        let once = [press("pointerDown"), press("pointerUp")];
        self.mouse(&[vec![go], once.to_vec(), once.to_vec()].concat())
    }

    /// *Perform Actions* of a mouse.
    fn mouse(&self, actions: &[Value]) -> Result<(), String> {
        let mouse = json!({
            "type": "pointer",
            "id": "mouse",
            "parameters": { "pointerType": "mouse" },
            "actions": actions,
        });
        self.post("/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// *Take Screenshot*, as PNG.
    pub fn picture(&self) -> Result<Vec<u8>, String> {
        Ok(bytes_from_base64(self.get("/screenshot")?.as_str().unwrap_or_default()))
    }

    /// *Take Screenshot* into a file.
    pub fn screenshot(&self, file: &Path) -> Result<(), String> {
        std::fs::write(file, self.picture()?)
            .map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Waits until `script` returns true in the page.
    pub fn wait(&self, what: &str, script: &str) -> Result<(), String> {
        self.wait_for(what, || self.run(script, &[]).ok().filter(|answer| *answer == true))
            .map(drop)
    }

    /// Waits until `look` finds something. The browser draws a frame between two looks, so the
    /// page gets on while the test waits.
    pub fn wait_for<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> Result<T, String> {
        let began = Instant::now();
        loop {
            if let Some(found) = look() {
                return Ok(found);
            }
            if began.elapsed() > PATIENCE {
                let page = self.run("return document.body.innerText", &[]).unwrap_or_default();
                let troubles = self.troubles().unwrap_or_default().join("; ");
                return Err(format!("no {what} in time; page: {page}; troubles: {troubles}"));
            }
            self.run_async("await new Promise(drawn => requestAnimationFrame(drawn))", &[])?;
        }
    }

    /// Errors of the page: those it noted itself, and in Chromium those of the console.
    pub fn troubles(&self) -> Result<Vec<String>, String> {
        let noted = self.run("return window.netsplit ? window.netsplit.troubles : []", &[])?;
        let mut troubles: Vec<String> =
            noted.as_array().into_iter().flatten().map(Value::to_string).collect();
        if self.driver.browser == Browser::Chromium {
            let console = self.post("/se/log", &json!({ "type": "browser" }))?;
            let lines = console.as_array().into_iter().flatten();
            let severe = lines.filter(|line| line["level"] == "SEVERE");
            troubles.extend(severe.map(|line| line["message"].to_string()));
        }
        Ok(troubles)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        // One that was left has no path any more.
        if !self.path.is_empty() {
            // A session whose browser is gone is as closed as it can be.
            let _ = self.driver.ask("DELETE", &self.path, None);
        }
    }
}

/// Plain base64 with padding, as WebDriver sends its pictures; other characters are skipped.
fn bytes_from_base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut held, mut bytes) = (0u32, 0, Vec::with_capacity(text.len() / 4 * 3));
    for six in text.bytes().filter_map(value) {
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

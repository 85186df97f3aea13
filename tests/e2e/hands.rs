//! The hands and the eyes of the tests: what a person does in the page and sees there, over what a
//! browser can be asked for; and that it reaches the page the way a person's would. A test that
//! presses a dead key proves nothing.

use crate::driver::Session;
use crate::server::BROKEN;
use crate::{Page, READY, states};
use serde_json::json;

/// The keys that write nothing, as WebDriver calls them (section 17.4.2 of the protocol).
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
pub const CTRL: &str = "\u{e009}";
pub const ESCAPE: &str = "\u{e00c}";
pub const PAGE_UP: &str = "\u{e00e}";
pub const PAGE_DOWN: &str = "\u{e00f}";
pub const HOME: &str = "\u{e011}";
pub const LEFT: &str = "\u{e012}";
pub const RIGHT: &str = "\u{e014}";
pub const DOWN: &str = "\u{e015}";

/// What is open, as the header has it.
pub const TITLE: &str = "document.querySelector('.header-title').title";
/// Somebody leads.
pub const LED: &str = "document.querySelector('.node.role-leader')";
/// It stands.
pub const PAUSED: &str = "document.getElementById('state').textContent.startsWith('Paused')";
/// It plays.
pub const PLAYING: &str = "document.getElementById('state').textContent.startsWith('Playing')";
/// There is a second branch.
pub const BRANCHED: &str = "document.querySelectorAll('#branch option').length === 2";
/// It is the run that was shared.
pub const CHECKED: &str =
    "document.getElementById('origin')?.textContent.includes('fingerprint checked')";

impl Session<'_> {
    /// Waits until an expression holds in the page.
    pub fn until(&self, what: &str, holds: &str) -> Result<(), String> {
        self.wait(what, &format!("return !!({holds})"))
    }

    /// Waits until the page is where a person can act.
    pub fn ready(&self) -> Result<(), String> {
        self.wait("stage", READY)
    }

    /// What an expression comes to in the page, as text.
    pub fn value(&self, expression: &str) -> Result<String, String> {
        let value = self.run(&format!("return {expression}"), &[])?;
        Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// Clicks the first that a selector finds and that has these words, once it is there. By script:
    /// it takes no focus, and may be scrolled away.
    pub fn choose(&self, selector: &str, words: &str) -> Result<(), String> {
        let find = "const found = [...document.querySelectorAll(arguments[0])]
             .find(it => it.textContent.includes(arguments[1]));
             found?.click(); return !!found";
        let asked = [json!(selector), json!(words)];
        let click = || self.run(find, &asked).ok().filter(|found| *found == true);
        self.wait_for(words, click).map(drop)
    }

    /// Points at a place of an element, in shares of its width and height.
    pub fn rest_on(&self, selector: &str, place: (f64, f64)) -> Result<(), String> {
        self.point_at(self.point_of(selector, place)?, None)
    }

    /// Presses such a place with a button of the pointer: 0 is its first, 2 opens a menu.
    pub fn press_on(&self, selector: &str, place: (f64, f64), button: u8) -> Result<(), String> {
        self.point_at(self.point_of(selector, place)?, Some(button))
    }

    /// Presses such a place twice in a row.
    pub fn press_twice_on(&self, selector: &str, place: (f64, f64)) -> Result<(), String> {
        self.press_twice_at(self.point_of(selector, place)?)
    }

    fn point_of(&self, selector: &str, (x, y): (f64, f64)) -> Result<(f64, f64), String> {
        let [left, top, width, height] = self.place_of(selector)?;
        Ok((left + width * x, top + height * y))
    }

    /// Plays.
    pub fn play(&self) -> Result<(), String> {
        self.switch("play", PLAYING)
    }

    /// Pauses.
    pub fn pause(&self) -> Result<(), String> {
        self.switch("pause", PAUSED)
    }

    /// Presses the space bar, unless it is so already.
    fn switch(&self, what: &str, holds: &str) -> Result<(), String> {
        if self.run(&format!("return {holds}"), &[])? != true {
            self.press(" ")?;
        }
        self.until(what, holds)
    }

    /// Waits until somebody leads, and pauses there.
    pub fn pause_at_a_leader(&self) -> Result<(), String> {
        self.ready()?;
        self.until("leader", LED)?;
        self.pause()
    }

    /// Chooses a speed, in microseconds of the run a second.
    pub fn set_speed(&self, value: &str) -> Result<(), String> {
        let choose = "const list = document.querySelector('.transport-speed select');
             list.value = arguments[0];
             list.dispatchEvent(new Event('change', { bubbles: true }))";
        self.run(choose, &[json!(value)]).map(drop)
    }

    /// Pastes a text into the page.
    pub fn paste(&self, text: &str) -> Result<(), String> {
        // Browsers differ in how a paste is made by a script; each takes its own words of these.
        let paste = "const data = new DataTransfer(); data.setData('text/plain', arguments[0]);
             document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, dataType: 'text/plain', data: arguments[0], bubbles: true }))";
        self.run(paste, &[json!(text)]).map(drop)
    }

    /// Drops a file with this text onto the page.
    pub fn drop_file(&self, text: &str) -> Result<(), String> {
        let drop_it = "const data = new DataTransfer(); data.items.add(new File([arguments[0]], 'run.netsplit'));
             document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))";
        self.run(drop_it, &[json!(text)]).map(drop)
    }
}

/// The page, paused at the first leader: for what needs a run that has got somewhere.
pub fn at_a_leader<'a>(page: &'a Page<'_>) -> Result<Session<'a>, String> {
    let session = page.open(&states::led().to_string())?;
    session.ready()?;
    session.until("leader", LED)?;
    session.until("pause", PAUSED)?;
    Ok(session)
}

/// A field and a button of the test's own, with the focus in the field.
const SET_UP: &str = "
    const field = document.createElement('input');
    const button = document.createElement('button');
    field.id = 'field';
    button.id = 'button';
    button.textContent = 'press';
    button.addEventListener('click', () => (button.textContent = 'pressed'));
    document.body.prepend(field, button);
    field.focus();
    return arguments[0] + 1";

/// Every verb of a session does in the page what its name says.
pub fn reach_the_page(page: &Page) -> Result<(), String> {
    // Without its program the page leaves the address and the keys alone.
    let session = page.open_at(&format!("{BROKEN}#start"))?;
    let expect = |what: &str, found: String, expected: &str| match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: found `{found}`, expected `{expected}`")),
    };
    expect("an argument", session.run(SET_UP, &[json!(41)])?.to_string(), "42")?;

    session.type_into("#field", "ab")?;
    session.press("cd")?;
    let value = session.run("return document.getElementById('field').value", &[])?;
    expect("the field", value.to_string(), "\"abcd\"")?;

    session.click("#button")?;
    expect("the button", session.text("#button")?, "pressed")?;

    session.resize(800, 600)?;
    let width = session.run("return window.innerWidth", &[])?;
    expect("the width", width.to_string(), "800")?;

    session.run("location.hash = 'next'", &[])?;
    expect("the address", fragment(&session.url()?), "next")?;
    session.back()?;
    expect("the address before", fragment(&session.url()?), "start")?;
    session.reload()?;
    let is_fresh = session.run("return document.getElementById('field') === null", &[])?;
    expect("a fresh page", is_fresh.to_string(), "true")?;
    page.leave(session);
    Ok(())
}

fn fragment(url: &str) -> String {
    url.split_once('#').map_or("", |(_, fragment)| fragment).to_owned()
}

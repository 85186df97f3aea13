//! The hands of the other tests: that typing, pressing, clicking, going back and resizing reach
//! the page the way a person's would. A test that presses a dead key proves nothing.

use crate::Page;
use crate::server::BROKEN;
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

    session.type_into(&session.element("#field")?, "ab")?;
    session.press("cd")?;
    let value = session.run("return document.getElementById('field').value", &[])?;
    expect("the field", value.to_string(), "\"abcd\"")?;

    let button = session.element("#button")?;
    session.click(&button)?;
    expect("the button", session.text(&button)?, "pressed")?;

    session.resize(800, 600)?;
    let width = session.run("return window.innerWidth", &[])?;
    expect("the width", width.to_string(), "800")?;

    session.run("location.hash = 'next'", &[])?;
    expect("the address", fragment(&session.url()?), "next")?;
    session.back()?;
    expect("the address before", fragment(&session.url()?), "start")?;
    session.reload()?;
    let is_fresh = session.run("return document.getElementById('field') === null", &[])?;
    expect("a fresh page", is_fresh.to_string(), "true")
}

fn fragment(url: &str) -> String {
    url.split_once('#').map_or("", |(_, fragment)| fragment).to_owned()
}

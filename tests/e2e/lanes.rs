//! The lanes of clients: what shows that a promise is broken is one click away, and the keyboard
//! goes through it.

use crate::Page;
use crate::driver::Session;
use crate::hands::{LEFT, RIGHT};
use crate::states;

/// Waits until the line above the lanes begins so.
fn told(session: &Session, beginning: &str) -> Result<(), String> {
    let expression =
        format!("document.querySelector('.clients-told')?.textContent.startsWith('{beginning}')");
    session.until(beginning, &expression)
}

/// From Checks to the operations that break a promise, along them by arrows, and into the story of
/// one.
pub fn a_witness_is_gone_through(page: &Page) -> Result<(), String> {
    let session = page.open(&states::broken_promise().to_string())?;
    session.until("lanes of clients", "document.querySelector('#clients-middle')")?;
    session.click("#tab-checks")?;
    session.choose("#check-linearizable button", "Show them")?;
    session.until("a sentence", "document.querySelector('.clients.lit .clients-broken')")?;
    told(&session, "c3: get x")?;
    session.run("document.querySelector('.clients-scroll').focus()", &[])?;
    // c2 has not asked: an arrow up leads past it.
    session.press("\u{e013}")?;
    told(&session, "c1: put x new")?;
    session.press(LEFT)?;
    told(&session, "c1: put x old")?;
    session.press(RIGHT)?;
    told(&session, "c1: put x new")?;
    session.press("\u{e007}")?;
    session.until(
        "its story",
        "document.querySelector('.inspect h2')?.textContent.startsWith('Operation 2 of c1')",
    )?;
    let rows = "document.querySelectorAll('.clients table tbody tr').length === 3";
    session.until("a table of all three", rows)?;
    session.choose(".clients button", "Show all")?;
    session.until("all of them", "!document.querySelector('.clients.lit')")?;
    page.close(session)
}

/// A press on a bar selects it, and one on the ground is a time: the play head of both the lanes
/// and the time line goes there.
pub fn a_press_on_the_ground_is_a_time(page: &Page) -> Result<(), String> {
    let session = page.open(&states::broken_promise().to_string())?;
    session.until("lanes of clients", "document.querySelector('#clients-middle')")?;
    session.settle()?;
    let before = session.value("document.getElementById('clock').textContent")?;
    session.rest_on("#clients-middle", (0.3, 0.95))?;
    session.drag("#clients-middle", (0.3, 0.95), (0.4, 0.95))?;
    session.settle()?;
    let after = session.value("document.getElementById('clock').textContent")?;
    if before == after {
        return Err(format!("the clock stands at {after} before and after"));
    }
    let past = "document.querySelector('.footer').textContent.includes('Past')";
    session.until("a moment before the edge", past)?;
    page.close(session)
}

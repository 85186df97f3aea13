//! Sending a moment to somebody, opening what somebody sent, and not losing one's own by it.

use crate::driver::Session;
use crate::hands::{self, BRANCHED, CHECKED, CTRL, ESCAPE, LEFT, TITLE};
use crate::{DRAWN, Page};
use serde_json::json;

/// A phone held upright.
const PHONE: (u32, u32) = (390, 844);

/// n1 is down.
const CRASHED: &str = "return document.getElementById('n1').classList.contains('role-down')";

/// What the entry of the history says of the moment.
fn entry(session: &Session) -> Result<String, String> {
    session.wait("entry", "return !!history.state?.fingerprint")?;
    session.value("history.state.fingerprint")
}

/// The moment of that entry.
fn moment(session: &Session) -> Result<String, String> {
    session.wait("entry", "return !!history.state?.moment")?;
    session.value("history.state.moment")
}

/// The line of the sender, what is selected and the moment arrive, through the scenario's own page
/// and on a phone; what is changed after copying is called so.
pub fn a_line_and_a_selection_arrive(page: &Page) -> Result<(), String> {
    let session = hands::at_a_leader(page)?;
    session.press("3")?;
    let here = entry(&session)?;
    session.press("s")?;
    session.wait("dialog", "return !!document.getElementById('share-note')")?;
    session.type_into("#share-note", "Watch n3")?;
    session.click("#copy")?;
    let status = "document.getElementById('share-status').textContent";
    session.wait("copied", &format!("return {status} === 'Copied'"))?;
    let link = session.value("document.getElementById('link').value")?;
    if link.len() >= 200 {
        return Err(format!("{} characters: {link}", link.len()));
    }
    session.wait("code", "return !!document.querySelector('.share-code path')")?;
    session.wait("local", "return !!document.querySelector('.share-local')")?;
    session.click("#leave-out")?;
    session.type_into("#share-note", "!")?;
    session.wait("stale", &format!("return {status} === 'Changed since copied'"))?;
    page.close(session)?;

    let (before, fragment) = link.split_once('#').ok_or("no fragment")?;
    let place = if page.has_places() { "s/first-election/" } else { "" };
    if !before.ends_with(&format!("/{place}")) {
        return Err(format!("{before} is not the page of the scenario"));
    }
    let other = page.open(&format!("{place}#{fragment}"))?;
    other.show_at(PHONE.0, PHONE.1)?;
    other.wait(
        "line",
        "return document.querySelector('.caption').textContent.includes('Watch n3')",
    )?;
    other.until("claim", CHECKED)?;
    other
        .wait("selection", "return document.getElementById('n3').classList.contains('selected')")?;
    let there = entry(&other)?;
    if here != there {
        return Err(format!("{there} opened, {here} sent"));
    }
    let title = other.value("document.title")?;
    if !title.starts_with("First election · 0.") || !title.ends_with(" s · Netsplit") {
        return Err(format!("the tab is called `{title}`"));
    }
    page.close(other)
}

/// A link made in this browser opens in the other, in a profile that has never seen the page and as
/// large as a phone, at the same moment with the same fingerprint.
pub fn a_link_opens_in_the_other_browser(page: &Page) -> Result<(), String> {
    let session = hands::at_a_leader(page)?;
    // A link that carries something: a branch in which n1 is down.
    session.press(&format!("{LEFT}{LEFT}{LEFT}1x"))?;
    session.until("branch", BRANCHED)?;
    session.wait("crash", CRASHED)?;
    let here = (moment(&session)?, entry(&session)?);
    session.press("s")?;
    session.wait("link", "return !!document.getElementById('link')")?;
    let link = session.value("document.getElementById('link').value")?;
    page.close(session)?;

    // Both browsers meet the same server, and the link is opened as it was made.
    let place = link.strip_prefix(&page.address()).ok_or(format!("`{link}` is no link to here"))?;
    if page.has_places() && !place.starts_with("s/first-election/#") {
        return Err(format!("`{link}` is not the page of the scenario"));
    }
    let other = page.in_other_browser()?;
    let phone = other.open_sized(PHONE, place)?;
    phone.until("claim", CHECKED)?;
    phone.wait("crash", CRASHED)?;
    let there = (moment(&phone)?, entry(&phone)?);
    if here != there {
        return Err(format!("{there:?} opened, {here:?} sent"));
    }
    let size = phone.run("return [innerWidth, innerHeight]", &[])?;
    if size != json!([PHONE.0, PHONE.1]) {
        return Err(format!("{size} is no phone"));
    }
    other.close(phone)
}

/// Opening something else leaves the run where it was; Back returns to it, and loading the tab
/// again keeps its branches.
pub fn back_returns_to_the_run_that_was_left(page: &Page) -> Result<(), String> {
    let session = hands::at_a_leader(page)?;
    session.press(&format!("{LEFT}{LEFT}{LEFT}1x"))?;
    session.until("branch", BRANCHED)?;
    let here = entry(&session)?;
    session.choose(".scenarios-item", "Split vote")?;
    session.wait("split vote", &format!("return {TITLE} === 'Split vote'"))?;
    session.wait("its entry", "return history.state?.run === 1")?;
    session.back()?;
    session.wait("the run before", &format!("return {TITLE} === 'First election'"))?;
    session.until("its branches", BRANCHED)?;
    for round in ["back", "loaded again"] {
        let there = entry(&session)?;
        if there != here {
            return Err(format!("{round}: {there} instead of {here}"));
        }
        session.reload()?;
        session.ready()?;
        session.until("claim", CHECKED)?;
        session.until("its branches again", BRANCHED)?;
    }
    page.close(session)
}

/// A link or a script opens wherever it is pasted, and a file wherever it is dropped; what is
/// neither is refused, or offered to who reads texts, and the run stays.
pub fn what_is_pasted_or_dropped_opens(page: &Page) -> Result<(), String> {
    let session = hands::at_a_leader(page)?;
    session.paste("what is this")?;
    session.wait("refusal", "return !!document.querySelector('.caption-trouble')")?;
    session.paste("scenario raft nodes=3 seed=4\n")?;
    session.wait("script", &format!("return {TITLE} === 'A script of your own'"))?;
    session.wait("three nodes", "return document.querySelectorAll('.node').length === 3")?;
    session.drop_file("scenario raft nodes=7 seed=4\n")?;
    session.wait("seven nodes", "return document.querySelectorAll('.node').length === 7")?;
    session.drop_file(&"x".repeat(300_000))?;
    // Too large for either, it can only be meant as a text.
    session.wait("an offer", "return !!document.getElementById('texts-count')")?;
    session.press(ESCAPE)?;
    session.wait("no offer any more", "return !document.getElementById('texts-count')")?;
    session.back()?;
    session.wait("three nodes again", "return document.querySelectorAll('.node').length === 3")?;
    page.close(session)
}

/// When the program stops, the page says so, and its link and its button lead back.
pub fn a_stop_shows_a_way_back(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.pause_at_a_leader()?;
    session.wait("moment", "return /[&]t=/.test(location.hash)")?;
    // A browser that refuses to make a drawing: the program cannot go on from there.
    session.run(
        "document.createElementNS = () => { throw new Error('made to fail by a test') }",
        &[],
    )?;
    session.press("s")?;
    session
        .wait("page of the stop", "return document.getElementById('panic')?.hidden === false")?;
    let link = session.value("document.getElementById('panic-link').value")?;
    let report = session.value("document.getElementById('panic-report').textContent")?;
    if link != session.value("location.href")? || report.len() < 20 {
        return Err(format!("link {link}, report {report}"));
    }
    session.wait("focus", "return document.activeElement.id === 'panic-back'")?;
    session.click("#panic-back")?;
    session.until("the page again", DRAWN)?;
    session.ready()?;
    session.wait("the start, not a second before it", "return /[&]t=0s/.test(location.hash)")?;
    page.leave(session);
    Ok(())
}

/// Ctrl S saves the run as a file; dropped onto another page, it opens at the moment.
pub fn a_run_is_saved_as_a_file(page: &Page) -> Result<(), String> {
    let session = hands::at_a_leader(page)?;
    session.press("2x")?;
    let here = entry(&session)?;
    session.run(
        "window.saved = []; const make = URL.createObjectURL.bind(URL);
         URL.createObjectURL = blob => { window.saved.push(blob); return make(blob) };
         HTMLAnchorElement.prototype.click = function () { window.named = this.download }",
        &[],
    )?;
    session.chord(CTRL, "s")?;
    session.wait("file", "return window.saved.length === 1")?;
    let text = session.run_async("return await window.saved[0].text()", &[])?;
    let (name, text) = (session.value("window.named")?, text.as_str().unwrap_or_default());
    if name != "first-election-seed-7.netsplit" || !text.contains(" crash n2\n") {
        return Err(format!("{name} holds {text}"));
    }
    page.close(session)?;
    let other = page.open("")?;
    other.ready()?;
    other.drop_file(text)?;
    other.until("claim", CHECKED)?;
    let there = entry(&other)?;
    if here != there {
        return Err(format!("{there} opened, {here} saved"));
    }
    page.close(other)
}

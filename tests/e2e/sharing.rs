//! Sending a moment to somebody, opening what somebody sent, and not losing one's own by it.

use crate::Page;
use crate::driver::Session;
use serde_json::json;

/// A phone held upright.
const PHONE: (u32, u32) = (390, 844);

/// n1 is down.
const CRASHED: &str = "return document.getElementById('n1').classList.contains('role-down')";

fn text(session: &Session, script: &str) -> Result<String, String> {
    let value = session.run(&format!("return {script}"), &[])?;
    Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn click(session: &Session, selector: &str) -> Result<(), String> {
    session.click(&session.element(selector)?)
}

/// Paused at the first leader.
fn to_a_leader(session: &Session) -> Result<(), String> {
    session.wait("stage", crate::READY)?;
    session.wait("leader", "return !!document.querySelector('.node.role-leader')")?;
    session.press(" ")?;
    session
        .wait("pause", "return document.getElementById('state').textContent.startsWith('Paused')")
}

/// What the entry of the history says of the moment.
fn entry(session: &Session) -> Result<String, String> {
    session.wait("entry", "return !!history.state?.fingerprint")?;
    text(session, "history.state.fingerprint")
}

/// The moment of that entry.
fn moment(session: &Session) -> Result<String, String> {
    session.wait("entry", "return !!history.state?.moment")?;
    text(session, "history.state.moment")
}

/// The line of the sender, what is selected and the moment arrive, through the scenario's own page
/// and on a phone; what is changed after copying is called so.
pub fn a_line_and_a_selection_arrive(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    to_a_leader(&session)?;
    session.press("3")?;
    let here = entry(&session)?;
    session.press("s")?;
    session.wait("dialog", "return !!document.getElementById('share-note')")?;
    session.type_into(&session.element("#share-note")?, "Watch n3")?;
    click(&session, "#copy")?;
    let status = "document.getElementById('share-status').textContent";
    session.wait("copied", &format!("return {status} === 'Copied'"))?;
    let link = text(&session, "document.getElementById('link').value")?;
    if link.len() >= 200 {
        return Err(format!("{} characters: {link}", link.len()));
    }
    session.wait("code", "return !!document.querySelector('.share-code path')")?;
    session.wait("local", "return !!document.querySelector('.share-local')")?;
    click(&session, "#leave-out")?;
    session.type_into(&session.element("#share-note")?, "!")?;
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
    other.wait(
        "claim",
        "return document.getElementById('origin')?.textContent.includes('fingerprint checked')",
    )?;
    other
        .wait("selection", "return document.getElementById('n3').classList.contains('selected')")?;
    let there = entry(&other)?;
    if here != there {
        return Err(format!("{there} opened, {here} sent"));
    }
    let title = text(&other, "document.title")?;
    if !title.starts_with("First election · 0.") || !title.ends_with(" s · Netsplit") {
        return Err(format!("the tab is called `{title}`"));
    }
    page.close(other)
}

/// A link made in this browser opens in the other, in a profile that has never seen the page and as
/// large as a phone, at the same moment with the same fingerprint.
pub fn a_link_opens_in_the_other_browser(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    to_a_leader(&session)?;
    // A link that carries something: a branch in which n1 is down.
    session.press("\u{e012}\u{e012}\u{e012}1x")?;
    session.wait("branch", "return document.querySelectorAll('#branch option').length === 2")?;
    session.wait("crash", CRASHED)?;
    let here = (moment(&session)?, entry(&session)?);
    session.press("s")?;
    session.wait("link", "return !!document.getElementById('link')")?;
    let link = text(&session, "document.getElementById('link').value")?;
    page.close(session)?;

    // Both browsers meet the same server, and the link is opened as it was made.
    let place = link.strip_prefix(&page.address()).ok_or(format!("`{link}` is no link to here"))?;
    if page.has_places() && !place.starts_with("s/first-election/#") {
        return Err(format!("`{link}` is not the page of the scenario"));
    }
    let other = page.in_other_browser()?;
    let phone = other.open_sized(PHONE, place)?;
    phone.wait(
        "claim",
        "return document.getElementById('origin')?.textContent.includes('fingerprint checked')",
    )?;
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
    let session = page.open("")?;
    to_a_leader(&session)?;
    session.press("\u{e012}\u{e012}\u{e012}1x")?;
    let two = "return document.querySelectorAll('#branch option').length === 2";
    session.wait("branch", two)?;
    let here = entry(&session)?;
    let title = "document.querySelector('.header-title').title";
    session.run(
        "[...document.querySelectorAll('.scenarios-item')].find(it => it.textContent.includes('Split vote')).click()",
        &[],
    )?;
    session.wait("split vote", &format!("return {title} === 'Split vote'"))?;
    session.wait("its entry", "return history.state?.run === 1")?;
    session.back()?;
    session.wait("the run before", &format!("return {title} === 'First election'"))?;
    session.wait("its branches", two)?;
    for round in ["back", "loaded again"] {
        let there = entry(&session)?;
        if there != here {
            return Err(format!("{round}: {there} instead of {here}"));
        }
        session.reload()?;
        session.wait("stage", crate::READY)?;
        session.wait(
            "claim",
            "return document.getElementById('origin')?.textContent.includes('fingerprint checked')",
        )?;
        session.wait("its branches again", two)?;
    }
    page.close(session)
}

/// A link or a script opens wherever it is pasted, and a file wherever it is dropped; what is
/// neither is refused, and the run stays.
pub fn what_is_pasted_or_dropped_opens(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    to_a_leader(&session)?;
    let title = "document.querySelector('.header-title').title";
    // Browsers differ in how a paste is made by a script; each takes its own words of these.
    let paste = "const data = new DataTransfer(); data.setData('text/plain', arguments[0]);
         document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, dataType: 'text/plain', data: arguments[0], bubbles: true }))";
    session.run(paste, &[json!("what is this")])?;
    session.wait("refusal", "return !!document.querySelector('.caption-trouble')")?;
    session.run(paste, &[json!("scenario raft nodes=3 seed=4\n")])?;
    session.wait("script", &format!("return {title} === 'A script of your own'"))?;
    session.wait("three nodes", "return document.querySelectorAll('.node').length === 3")?;
    let drop = "const data = new DataTransfer(); data.items.add(new File([arguments[0]], 'run.netsplit'));
         document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))";
    session.run(drop, &[json!("scenario raft nodes=7 seed=4\n")])?;
    session.wait("seven nodes", "return document.querySelectorAll('.node').length === 7")?;
    session.run(drop, &[json!("x".repeat(300_000))])?;
    session.wait(
        "a refusal by size",
        "return document.querySelector('.caption-trouble')?.textContent.includes('larger than') ?? false",
    )?;
    session.back()?;
    session.wait("three nodes again", "return document.querySelectorAll('.node').length === 3")?;
    page.close(session)
}

/// When the program stops, the page says so, and its link and its button lead back.
pub fn a_stop_shows_a_way_back(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    to_a_leader(&session)?;
    session.wait("moment", "return /[&]t=/.test(location.hash)")?;
    // A browser that refuses to make a drawing: the program cannot go on from there.
    session.run(
        "document.createElementNS = () => { throw new Error('made to fail by a test') }",
        &[],
    )?;
    session.press("s")?;
    session
        .wait("page of the stop", "return document.getElementById('panic')?.hidden === false")?;
    let link = text(&session, "document.getElementById('panic-link').value")?;
    let report = text(&session, "document.getElementById('panic-report').textContent")?;
    if link != text(&session, "location.href")? || report.len() < 20 {
        return Err(format!("link {link}, report {report}"));
    }
    session.wait("focus", "return document.activeElement.id === 'panic-back'")?;
    click(&session, "#panic-back")?;
    session.wait("the page again", "return document.documentElement.dataset.state === 'ready'")?;
    session.wait("stage", crate::READY)?;
    session.wait("the start, not a second before it", "return /[&]t=0s/.test(location.hash)")
}

/// Ctrl S saves the run as a file; dropped onto another page, it opens at the moment.
pub fn a_run_is_saved_as_a_file(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    to_a_leader(&session)?;
    session.press("2x")?;
    let here = entry(&session)?;
    session.run(
        "window.saved = []; const make = URL.createObjectURL.bind(URL);
         URL.createObjectURL = blob => { window.saved.push(blob); return make(blob) };
         HTMLAnchorElement.prototype.click = function () { window.named = this.download }",
        &[],
    )?;
    session.chord("\u{e009}", "s")?;
    session.wait("file", "return window.saved.length === 1")?;
    let text = session.run_async("return await window.saved[0].text()", &[])?;
    let (name, text) = (self::text(&session, "window.named")?, text.as_str().unwrap_or_default());
    if name != "first-election-seed-7.netsplit" || !text.contains(" crash n2\n") {
        return Err(format!("{name} holds {text}"));
    }
    page.close(session)?;
    let other = page.open("")?;
    other.wait("stage", crate::READY)?;
    let drop = "const data = new DataTransfer(); data.items.add(new File([arguments[0]], 'run.netsplit'));
         document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))";
    other.run(drop, &[json!(text)])?;
    other.wait(
        "claim",
        "return document.getElementById('origin')?.textContent.includes('fingerprint checked')",
    )?;
    let there = entry(&other)?;
    if here != there {
        return Err(format!("{there} opened, {here} saved"));
    }
    page.close(other)
}

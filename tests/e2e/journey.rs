//! What a person does: watch, break, go back, do otherwise, send it to somebody.

use crate::driver::Session;
use crate::hands::{self, BRANCHED, CHECKED, ESCAPE, LED, LEFT, RIGHT, TITLE};
use crate::{DRAWN, Page};

/// The scenarios in the list: those with a number. What is done with many seeds has a sign there.
const ITEMS: &str = ".scenarios-part .scenarios-item:has(.scenarios-number:not([aria-hidden]))";

/// The fingerprint that the page shows, in the text of the run.
fn fingerprint(session: &Session) -> Result<String, String> {
    session.click("#tab-script")?;
    session.wait("fingerprint", "return !!document.getElementById('fingerprint')")?;
    session.value("document.getElementById('fingerprint').textContent")
}

/// Open, crash the leader, scrub back, branch, copy the link; a fresh profile opens it and shows
/// the same moment with the same fingerprint.
pub fn a_moment_is_shared(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.pause_at_a_leader()?;

    let leader = session.value("document.querySelector('.node.role-leader').id")?;
    // As a hand would: Firefox does not take a part of a drawing for something to click.
    session.drag(&format!("#{leader}"), (0.5, 0.5), (0.5, 0.5))?;
    session.press("x")?;
    let down =
        format!("return document.getElementById('{leader}').classList.contains('role-down')");
    session.wait("crashed leader", &down)?;
    session.press(" ")?;
    session.wait(
        "second leader",
        &format!("const node = document.querySelector('.node.role-leader'); return !!node && node.id !== '{leader}'"),
    )?;
    session.press(" ")?;

    // Back before the crash, by dragging the time line to its first tenth, then step by step.
    session.drag("#timeline", (0.95, 0.5), (0.12, 0.5))?;
    session.wait("past", "return document.getElementById('state').textContent.includes('Past')")?;
    session.wait(
        "the leader as it was before",
        &format!("return !document.getElementById('{leader}').classList.contains('role-down')"),
    )?;

    // Acting here makes a branch, and the first run stays.
    session.press("1x")?;
    session.until("branch", BRANCHED)?;
    session.wait(
        "crash of n1",
        "return document.getElementById('n1').classList.contains('role-down')",
    )?;
    let here = fingerprint(&session)?;
    if here.len() != 16 {
        return Err(format!("`{here}` is no fingerprint"));
    }

    // Paused, the entry of the history says the same.
    let entry = "return history.state?.fingerprint ===";
    session.wait("entry of the history", &format!("{entry} '{here}'"))?;

    session.click("#share")?;
    session.wait("link", "return !!document.getElementById('link')")?;
    let link = session.value("document.getElementById('link').value")?;
    let (_, fragment) = link.split_once('#').ok_or(format!("`{link}` has no fragment"))?;
    page.close(session)?;

    let fresh = page.open(&format!("#{fragment}"))?;
    fresh.ready()?;
    fresh.until("checked claim", CHECKED)?;
    let there = fingerprint(&fresh)?;
    if there != here {
        return Err(format!("the link opens {there}, shared was {here}"));
    }
    fresh.wait(
        "crash of n1",
        "return document.getElementById('n1').classList.contains('role-down')",
    )?;
    page.close(fresh)
}

/// Each scenario of the list opens, and its own title stands in the header.
pub fn every_scenario_opens(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.ready()?;
    let count = session.run(&format!("return document.querySelectorAll('{ITEMS}').length"), &[])?;
    let count = count.as_u64().unwrap_or_default();
    if count < 12 {
        return Err(format!("{count} scenarios in the list, expected 12"));
    }
    for place in 0..count {
        let title = session.value(&format!(
            "(item => {{
                 item.click();
                 return item.querySelector('.scenarios-title').textContent;
             }})(document.querySelectorAll('{ITEMS}')[{place}])"
        ))?;
        session
            .wait(&format!("{title} in the header"), &format!("return {TITLE} === {title:?}"))?;
        session.wait("nodes", "return document.querySelectorAll('.node').length >= 3")?;
    }
    page.close(session)
}

/// A test of the course opens by its name and says how it ended; a crash in its past makes a
/// branch, whose link gives the same fingerprint in a fresh profile.
pub fn course_test_is_shared(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.ready()?;
    // Without the focus, which would take the space bar for its own.
    session.run("document.getElementById('course-tests-fold').click()", &[])?;
    session.choose(".scenarios-tests .scenarios-item", "BasicAgree")?;
    session.wait(
        "verdict",
        "return document.getElementById('origin')?.textContent === 'TestBasicAgree2B: passed'",
    )?;
    session.pause()?;
    // No election there takes more steps.
    session.press(&RIGHT.repeat(40))?;
    session.until("leader", LED)?;
    session.press("2x")?;
    session.until("branch", BRANCHED)?;
    let here = fingerprint(&session)?;
    let entry = format!("return history.state?.fingerprint === '{here}'");
    session.wait("the branch in the address", &entry)?;
    let address = session.url()?;
    page.close(session)?;
    let (_, fragment) = address.split_once('#').ok_or("the address has no fragment")?;
    let fresh = page.open(&format!("#{fragment}"))?;
    fresh.until("checked claim", CHECKED)?;
    let there = fingerprint(&fresh)?;
    if there != here {
        return Err(format!("the link opens {there}, shared was {here}"));
    }
    page.close(fresh)
}

/// Links that are cut off, garbled or mean: the page says what is wrong, in words, and goes on.
pub fn hostile_links_are_refused(page: &Page) -> Result<(), String> {
    let long = format!("#s1:{}", "A".repeat(20_000));
    let links = ["#s1:AAEBB2c", "#s1:%00%ff<script>alert(1)</script>", &long];
    for link in links {
        let session = page.open(link)?;
        session.wait(
            "a sentence about the link",
            "const note = document.querySelector('.caption-trouble');
             return !!note && note.textContent.includes('cannot be opened')",
        )?;
        session
            .wait("nodes all the same", "return document.querySelectorAll('.node').length === 5")?;
        page.close(session)?;
    }
    // Pasted into the page, the text stays where it was typed.
    let session = page.open("")?;
    session.ready()?;
    session.choose(".header button", "Open…")?;
    session.wait("field", "return !!document.getElementById('open-text')")?;
    session.type_into("#open-text", "scenario raft nodes=99")?;
    session.click("#open-go")?;
    session.wait(
        "what is wrong with the script",
        "return document.getElementById('open-trouble')?.textContent.includes('line 1')",
    )?;
    let kept = session.value("document.getElementById('open-text').value")?;
    if kept != "scenario raft nodes=99" {
        return Err(format!("the text became `{kept}`"));
    }
    page.close(session)
}

/// Keys pause, step, select, cut, take back, send a command and show help.
pub fn keys_do_what_help_says(page: &Page) -> Result<(), String> {
    let session = hands::at_a_leader(page)?;
    let steps = "document.getElementById('steps').textContent";
    let before = session.value(steps)?;
    session.press(RIGHT)?;
    session.wait(
        "a step",
        &format!("return document.getElementById('steps').textContent !== {before:?}"),
    )?;
    session.press(LEFT)?;
    session.wait(
        "the step back",
        &format!("return document.getElementById('steps').textContent === {before:?}"),
    )?;
    session.press("2i")?;
    session.wait("cuts", "return document.querySelectorAll('.cut-bar').length === 8")?;
    session.click("#undo")?;
    session.wait("no cuts", "return document.querySelectorAll('.cut-bar').length === 0")?;
    session.click("#redo")?;
    session.wait("cuts again", "return document.querySelectorAll('.cut-bar').length === 8")?;
    session.press("m")?;
    session.wait("a message in Inspect", "return !!document.querySelector('.inspect-id')")?;
    session.press("d")?;
    session.wait(
        "the drop in the text",
        "return document.querySelector('.toast p')?.textContent.startsWith('Dropped ')",
    )?;
    session.press("?")?;
    session.wait("help", "return document.querySelectorAll('.dialog-keys dt').length > 20")?;
    session.press(ESCAPE)?;
    session.wait("no help", "return !document.querySelector('.dialog')")?;
    page.close(session)
}

/// Paused, the address holds the moment: reloading loses nothing.
pub fn reloading_reopens_the_moment(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.pause_at_a_leader()?;
    let here = fingerprint(&session)?;
    session.reload()?;
    session.until("ready", DRAWN)?;
    session.until("checked claim", CHECKED)?;
    let there = fingerprint(&session)?;
    if here != there {
        return Err(format!("{there} after reloading, {here} before"));
    }
    page.close(session)
}

/// A drag over the empty ground of the stage cuts the links it crosses, both ways; Undo mends them.
pub fn a_drag_over_the_ground_cuts(page: &Page) -> Result<(), String> {
    let session = hands::at_a_leader(page)?;
    // Between the two lower nodes and the three upper ones: six links, in two directions each.
    session.drag(".stage", (0.1, 0.62), (0.9, 0.62))?;
    session.wait("cuts", "return document.querySelectorAll('.cut-bar').length === 12")?;
    session.wait(
        "the sides",
        "return [...document.querySelectorAll('.side-words')].map(it => it.textContent).join() === '3 of 5, majority,2 of 5'",
    )?;
    session.click("#undo")?;
    session.wait("no cuts", "return document.querySelectorAll('.cut-bar').length === 0")?;
    page.close(session)
}

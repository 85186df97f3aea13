//! What a person does: watch, break, go back, do otherwise, send it to somebody.

use crate::driver::Session;
use crate::{Page, READY};

/// The scenarios in the list: those with a number. What is done with many seeds has a sign there.
const ITEMS: &str = ".scenarios-part .scenarios-item:has(.scenarios-number:not([aria-hidden]))";

fn value(session: &Session, script: &str) -> Result<String, String> {
    let value = session.run(script, &[])?;
    Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn click(session: &Session, selector: &str) -> Result<(), String> {
    session.click(&session.element(selector)?)
}

/// The fingerprint that the page shows, in the text of the run.
fn fingerprint(session: &Session) -> Result<String, String> {
    click(session, "#tab-script")?;
    session.wait("fingerprint", "return !!document.getElementById('fingerprint')")?;
    value(session, "return document.getElementById('fingerprint').textContent")
}

/// Plays until somebody leads, and pauses there.
fn play_to_a_leader(session: &Session) -> Result<(), String> {
    session.wait("leader", "return !!document.querySelector('.node.role-leader')")?;
    session.press(" ")?;
    session
        .wait("pause", "return document.getElementById('state').textContent.startsWith('Paused')")
}

/// Open, crash the leader, scrub back, branch, copy the link; a fresh profile opens it and shows
/// the same moment with the same fingerprint.
pub fn a_moment_is_shared(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.wait("stage", READY)?;
    play_to_a_leader(&session)?;

    let leader = value(&session, "return document.querySelector('.node.role-leader').id")?;
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
    session.wait("branch", "return document.querySelectorAll('#branch option').length === 2")?;
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

    click(&session, "#share")?;
    session.wait("link", "return !!document.getElementById('link')")?;
    let link = value(&session, "return document.getElementById('link').value")?;
    let (_, fragment) = link.split_once('#').ok_or(format!("`{link}` has no fragment"))?;
    page.close(session)?;

    let fresh = page.open(&format!("#{fragment}"))?;
    fresh.wait("stage", READY)?;
    fresh.wait("checked claim", "return document.getElementById('origin')?.textContent.includes('as shared, fingerprint checked')")?;
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
    session.wait("stage", READY)?;
    let count = session.run(&format!("return document.querySelectorAll('{ITEMS}').length"), &[])?;
    let count = count.as_u64().unwrap_or_default();
    if count < 12 {
        return Err(format!("{count} scenarios in the list, expected 12"));
    }
    for place in 0..count {
        let title = value(
            &session,
            &format!(
                "const item = document.querySelectorAll('{ITEMS}')[{place}];
                 item.click();
                 return item.querySelector('.scenarios-title').textContent"
            ),
        )?;
        session.wait(
            &format!("{title} in the header"),
            &format!("return document.querySelector('.header-title').title === {title:?}"),
        )?;
        session.wait("nodes", "return document.querySelectorAll('.node').length >= 3")?;
    }
    page.close(session)
}

/// A test of the course opens by its name and says how it ended; a crash in its past makes a
/// branch, whose link gives the same fingerprint in a fresh profile.
pub fn course_test_is_shared(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.wait("stage", READY)?;
    // Without the focus, which would take the space bar for its own.
    session.run("document.getElementById('course-tests-fold').click()", &[])?;
    session.wait("tests", "return !!document.querySelector('.scenarios-tests .scenarios-item')")?;
    session.run(
        "for (const item of document.querySelectorAll('.scenarios-tests .scenarios-item'))
           if (item.textContent === 'BasicAgree') item.click()",
        &[],
    )?;
    session.wait(
        "verdict",
        "return document.getElementById('origin')?.textContent === 'TestBasicAgree2B: passed'",
    )?;
    session.wait("leader", "return !!document.querySelector('.node.role-leader')")?;
    session.press(" 2x")?;
    session.wait("branch", "return document.querySelectorAll('#branch option').length === 2")?;
    let here = fingerprint(&session)?;
    let entry = format!("return history.state?.fingerprint === '{here}'");
    session.wait("the branch in the address", &entry)?;
    let address = session.url()?;
    page.close(session)?;
    let (_, fragment) = address.split_once('#').ok_or("the address has no fragment")?;
    let fresh = page.open(&format!("#{fragment}"))?;
    fresh.wait(
        "checked claim",
        "return document.getElementById('origin')?.textContent.includes('fingerprint checked')",
    )?;
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
    session.wait("stage", READY)?;
    let open = "document.querySelectorAll('.header button').forEach(button => button.textContent === 'Open…' && button.click())";
    session.run(open, &[])?;
    session.wait("field", "return !!document.getElementById('open-text')")?;
    session.type_into(&session.element("#open-text")?, "scenario raft nodes=99")?;
    click(&session, "#open-go")?;
    session.wait(
        "what is wrong with the script",
        "return document.getElementById('open-trouble')?.textContent.includes('line 1')",
    )?;
    let kept = value(&session, "return document.getElementById('open-text').value")?;
    if kept != "scenario raft nodes=99" {
        return Err(format!("the text became `{kept}`"));
    }
    page.close(session)
}

/// Keys pause, step, select, cut, take back, send a command and show help.
pub fn keys_do_what_help_says(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.wait("stage", READY)?;
    play_to_a_leader(&session)?;
    let steps = "return document.getElementById('steps').textContent";
    let before = value(&session, steps)?;
    session.press("\u{e014}")?; // →
    session.wait(
        "a step",
        &format!("return document.getElementById('steps').textContent !== {before:?}"),
    )?;
    session.press("\u{e012}")?; // ←
    session.wait(
        "the step back",
        &format!("return document.getElementById('steps').textContent === {before:?}"),
    )?;
    session.press("2i")?;
    session.wait("cuts", "return document.querySelectorAll('.cut-bar').length === 8")?;
    click(&session, "#undo")?;
    session.wait("no cuts", "return document.querySelectorAll('.cut-bar').length === 0")?;
    click(&session, "#redo")?;
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
    session.press("\u{e00c}")?; // Esc
    session.wait("no help", "return !document.querySelector('.dialog')")?;
    page.close(session)
}

/// Paused, the address holds the moment: reloading loses nothing.
pub fn reloading_reopens_the_moment(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.wait("stage", READY)?;
    play_to_a_leader(&session)?;
    let here = fingerprint(&session)?;
    session.reload()?;
    session.wait("ready", "return document.documentElement.dataset.state === 'ready'")?;
    session.wait(
        "checked claim",
        "return document.getElementById('origin')?.textContent.includes('fingerprint checked')",
    )?;
    let there = fingerprint(&session)?;
    if here != there {
        return Err(format!("{there} after reloading, {here} before"));
    }
    page.close(session)
}

/// A drag over the empty ground of the stage cuts the links it crosses, both ways; Undo mends them.
pub fn a_drag_over_the_ground_cuts(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.wait("stage", READY)?;
    play_to_a_leader(&session)?;
    // Between the two lower nodes and the three upper ones: six links, in two directions each.
    session.drag(".stage", (0.1, 0.62), (0.9, 0.62))?;
    session.wait("cuts", "return document.querySelectorAll('.cut-bar').length === 12")?;
    session.wait(
        "the sides",
        "return [...document.querySelectorAll('.side-words')].map(it => it.textContent).join() === '3 of 5, majority,2 of 5'",
    )?;
    click(&session, "#undo")?;
    session.wait("no cuts", "return document.querySelectorAll('.cut-bar').length === 0")?;
    page.close(session)
}

//! That everybody can use the page: what axe-core finds, a walk by keyboard alone, where the focus
//! goes, and that nothing moves for who does not want it.

use crate::Page;
use crate::driver::Session;
use crate::hands::{ENTER, ESCAPE, TAB};
use crate::states::{self, State};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What axe-core looks for: WCAG 2.2, levels A and AA. One thing is excused: where nine nodes and
/// more share the height of the logs, their names are lower than 24 px. WCAG 2.5.8 lets a target be
/// smaller where another on the same page does the same (its exception *Equivalent*), and each node
/// stands on the stage, 44 px wide at least.
const ASK: &str = "
    const found = await axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'] });
    const has_equal = node => !!document.querySelector(node.target.at(-1))?.matches('.logs.dense .logs-name button');
    for (const it of found.violations.filter(it => it.id === 'target-size')) it.nodes = it.nodes.filter(node => !has_equal(node));
    return found.violations.filter(it => it.nodes.length).map(it => `${it.id} (${it.help}): ` + it.nodes.map(node => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).join(' | '))";

/// Every rule of these levels.
const ALL_RULES: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/// The rules about colours: nothing else of a page changes with its theme.
const COLOUR_RULES: &[&str] = &["color-contrast", "link-in-text-block"];

/// Every state has no violation, in both themes, at its widest and its narrowest.
pub fn axe_finds_nothing(page: &Page) -> Result<(), String> {
    let file = std::env::var_os("NETSPLIT_AXE")
        .map(PathBuf::from)
        .ok_or("NETSPLIT_AXE does not name axe.min.js; `cargo xtask test` installs it by npm")?;
    let axe = std::fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    let mut found = Vec::new();
    for state in State::all() {
        let session = match state.reached(page) {
            Ok(session) => session,
            Err(why) => {
                found.push(why);
                continue;
            }
        };
        session.run(&axe, &[])?;
        for size in [state.sizes.first(), state.sizes.last()].into_iter().flatten() {
            state.show(&session, *size)?;
            for (theme, rules) in [("light", ALL_RULES), ("dark", COLOUR_RULES)] {
                states::theme(&session, theme)?;
                let answer = session.run_async(ASK, &[json!(rules)])?;
                let Value::Array(violations) = answer else {
                    return Err(format!("{}: axe says {answer}", state.name));
                };
                let place = format!("{}, {theme}, {}", state.name, size.0);
                found.extend(violations.iter().map(|it| format!("{place}: {it}")));
            }
        }
        page.leave(session);
    }
    found.dedup();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n    ")) }
}

/// What Tab has come to: its name, whether a mark stands there, whether it can be seen, and in which
/// part of the page it is. Leaves in `window.same` what came before, if that looks as it did with
/// the focus: then what marks it is no mark.
const STEP: &str = "
    const look = it => JSON.stringify([it, ...it.querySelectorAll('*')].map(part => {
        const style = getComputedStyle(part);
        return [style.outlineStyle, style.outlineWidth, style.stroke, style.strokeWidth, style.backgroundColor];
    }));
    const name = it => it.id || it.getAttribute('aria-label') || it.textContent.trim();
    const before = window.before;
    window.same = before && before.it.isConnected && look(before.it) === before.look ? name(before.it) : null;
    const it = document.activeElement;
    window.before = it === document.body ? null : { it, look: look(it) };
    if (it === document.body) return null;
    const style = getComputedStyle(it), box = it.getBoundingClientRect();
    const drawn = it.querySelector('.node-selected, .link');
    const stroke = drawn && getComputedStyle(drawn);
    const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      || !!stroke && stroke.stroke !== 'none' && parseFloat(stroke.strokeWidth) >= 3;
    const seen = box.width > 0 && box.right > 0 && box.bottom > 0;
    return [name(it), marked, seen,
            ['header', 'nav', 'main', 'aside', 'footer'].find(part => it.closest(part)) ?? '']";

/// Tab reaches every part of the page, each with a visible mark, and goes on to the next.
pub fn tab_walks_through_the_page(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.ready()?;
    session.press(" ")?;
    let mut walked = Vec::new();
    for _ in 0..120 {
        session.press(TAB)?;
        let here = session.run(STEP, &[])?;
        let (name, part) = (here[0].to_string(), here[3].as_str().unwrap_or_default().to_owned());
        if !here.is_null() && (here[1] != true || here[2] != true) {
            return Err(format!("the focus on {name} cannot be seen"));
        }
        if let Some(same) = session.run("return window.same", &[])?.as_str() {
            return Err(format!("{same} looks the same with the focus and without it"));
        }
        walked.push((part, name));
        if here.is_null() {
            break;
        }
    }
    for part in ["header", "nav", "main", "aside", "footer"] {
        if !walked.iter().any(|(other, _)| other == part) {
            return Err(format!("Tab never comes to {part}: {walked:?}"));
        }
    }
    let stuck = walked.windows(2).find(|pair| pair[0] == pair[1]);
    if let Some(stuck) = stuck {
        return Err(format!("Tab stays at {:?}", stuck[0]));
    }
    page.close(session)
}

/// A dialog keeps the focus, Esc closes it, and the focus is back where it was.
pub fn dialogs_keep_and_return_the_focus(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.ready()?;
    session.press(" ")?;
    for (id, opens) in [("share", "#link"), ("open", "#open-text")] {
        let find = match id {
            "share" => "document.getElementById('share')",
            _ => {
                "[...document.querySelectorAll('header button')].find(it => it.title.startsWith('Open'))"
            }
        };
        session.run(&format!("{find}.focus()"), &[])?;
        session.press(ENTER)?;
        session.wait(
            &format!("focus in {opens}"),
            &format!("return document.activeElement === document.querySelector('{opens}')"),
        )?;
        let walked = walk_through_the_dialog(&session, id)?;
        if walked < 2 {
            return Err(format!("Tab comes to {walked} places in the dialog of {id}"));
        }
        session.press(ESCAPE)?;
        session.wait("no dialog", "return !document.querySelector('dialog')")?;
        session.wait(
            &format!("focus back on {id}"),
            &format!("return document.activeElement === {find}"),
        )?;
    }
    page.close(session)
}

/// Presses Tab until it has gone round, and counts the places it came to. Nothing behind the dialog
/// is among them; past the last, Firefox goes to its own controls, and keys are no longer the
/// page's until the window has the focus again.
fn walk_through_the_dialog(session: &Session, id: &str) -> Result<usize, String> {
    let mut walked = Vec::new();
    for _ in 0..20 {
        session.press(TAB)?;
        let here = session.run(
            "const it = document.activeElement;
             if (!document.hasFocus() || it === document.body) return null;
             return [!!it.closest('dialog'), it.id || it.getAttribute('aria-label') || it.textContent]",
            &[],
        )?;
        if here.is_null() {
            come_back(session)?;
            return Ok(walked.len());
        }
        if here[0] != true {
            return Err(format!("Tab leaves the dialog of {id} for {}", here[1]));
        }
        if walked.contains(&here[1]) {
            return Ok(walked.len());
        }
        walked.push(here[1].clone());
    }
    Err(format!("Tab does not go round in the dialog of {id}: {walked:?}"))
}

/// The focus is the page's again after Tab has left it for the browser's controls: by script in
/// Firefox, by going on with Tab in Chromium.
fn come_back(session: &Session) -> Result<(), String> {
    session.wait_for("focus in the window", || {
        let has_focus = || session.run("window.focus(); return document.hasFocus()", &[]).ok();
        if has_focus()? != true {
            session.press(TAB).ok()?;
        }
        has_focus().filter(|answer| *answer == true)
    })?;
    Ok(())
}

/// The live region tells what happens, in words.
pub fn what_happens_is_told(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.wait(
        "a sentence about the leader",
        "return [...document.querySelectorAll('[aria-live=polite], [role=status]')]
           .some(it => /leads term 1/.test(it.textContent))",
    )?;
    page.close(session)
}

/// Who does not want motion gets a page that stands until it is asked.
pub fn nothing_moves_for_who_does_not_want_it(page: &Page) -> Result<(), String> {
    let session = page.browser()?;
    if !session.prefer_calm()? {
        // Only Chromium's driver can say so to a page.
        page.leave(session);
        return Ok(());
    }
    page.go(&session, "")?;
    session.ready()?;
    // What plays asks for one frame after the other, and never rests.
    session.rest()?;
    let shown = session
        .run("return ['state', 'steps'].map(id => document.getElementById(id).textContent)", &[])?;
    if shown != json!(["Paused", "· step 0"]) {
        return Err(format!("it went on by itself: {shown}"));
    }
    page.close(session)
}

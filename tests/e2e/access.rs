//! That everybody can use the page: what axe-core finds, a walk by keyboard alone, where the focus
//! goes, and that nothing moves for who does not want it.

use crate::Page;
use crate::driver::Session;
use crate::states::{self, STATES};
use serde_json::Value;
use std::path::PathBuf;

/// The two widths at which everything is looked at: the desk and the hand.
const SIZES: &[(u32, u32)] = &[(1440, 900), (390, 844)];

/// What axe-core looks for: WCAG 2.2, levels A and AA.
const ASK: &str = "
    const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return found.violations.map(it => `${it.id} (${it.help}): ` + it.nodes.map(node => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).join(' | '))";

/// Every state has no violation, in both themes and both widths.
pub fn axe_finds_nothing(page: &Page) -> Result<(), String> {
    let file = std::env::var_os("NETSPLIT_AXE")
        .map(PathBuf::from)
        .ok_or("NETSPLIT_AXE does not name axe.min.js; `cargo xtask test` installs it by npm")?;
    let axe = std::fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    let mut found = Vec::new();
    for state in STATES {
        let session = match state.reached(page) {
            Ok(session) => session,
            Err(why) => {
                found.push(why);
                continue;
            }
        };
        session.run(&axe, &[])?;
        for (width, height) in SIZES {
            session.show_at(*width, *height)?;
            for theme in ["light", "dark"] {
                states::theme(&session, theme)?;
                let answer = session.run_async(ASK, &[])?;
                let Value::Array(violations) = answer else {
                    return Err(format!("{}: axe says {answer}", state.name));
                };
                let place = format!("{}, {theme}, {width}", state.name);
                found.extend(violations.iter().map(|it| format!("{place}: {it}")));
            }
        }
    }
    found.dedup();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n    ")) }
}

/// Tab reaches every part of the page, each with a visible mark, and goes on to the next.
pub fn tab_walks_through_the_page(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.wait("stage", "return !!document.querySelector('.stage')")?;
    session.press(" ")?;
    let mut walked = Vec::new();
    for _ in 0..120 {
        session.press("\u{e004}")?;
        let here = session.run(
            "const it = document.activeElement;
             if (it === document.body) return null;
             const style = getComputedStyle(it), box = it.getBoundingClientRect();
             const drawn = it.querySelector('.node-selected, .link');
             const stroke = drawn && getComputedStyle(drawn);
             const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
               || !!stroke && stroke.stroke !== 'none' && parseFloat(stroke.strokeWidth) >= 3;
             const seen = box.width > 0 && box.right > 0 && box.bottom > 0;
             return [it.id || it.getAttribute('aria-label') || it.textContent.trim(), marked, seen,
                     ['header', 'nav', 'main', 'aside', 'footer'].find(name => it.closest(name)) ?? '']",
            &[],
        )?;
        let (name, part) = (here[0].to_string(), here[3].as_str().unwrap_or_default().to_owned());
        if !here.is_null() && (here[1] != true || here[2] != true) {
            return Err(format!("the focus on {name} cannot be seen"));
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
    session.wait("stage", "return !!document.querySelector('.stage')")?;
    session.press(" ")?;
    for (id, opens) in [("share", "#link"), ("open", "#open-text")] {
        let find = match id {
            "share" => "document.getElementById('share')",
            _ => {
                "[...document.querySelectorAll('header button')].find(it => it.title.startsWith('Open'))"
            }
        };
        session.run(&format!("{find}.focus()"), &[])?;
        session.press("\u{e007}")?;
        session.wait(
            &format!("focus in {opens}"),
            &format!("return document.activeElement === document.querySelector('{opens}')"),
        )?;
        for _ in 0..12 {
            session.press("\u{e004}")?;
            let inside = session.run(
                "const it = document.activeElement; return it === document.body || !!it.closest('dialog')",
                &[],
            )?;
            if inside != true {
                return Err(format!("Tab leaves the dialog of {id}"));
            }
        }
        session.press("\u{e00c}")?;
        session.wait("no dialog", "return !document.querySelector('dialog')")?;
        session.wait(
            &format!("focus back on {id}"),
            &format!("return document.activeElement === {find}"),
        )?;
    }
    page.close(session)
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
    let session = page.open("")?;
    if !session.prefer_calm()? {
        // Only Chromium's driver can say so to a page.
        return Ok(());
    }
    session.reload()?;
    session.wait("ready", "return document.documentElement.dataset.state === 'ready'")?;
    session.wait("stage", "return !!document.querySelector('.stage')")?;
    let steps = |session: &Session| {
        session.run("return document.getElementById('steps')?.textContent ?? ''", &[])
    };
    let before = steps(&session)?;
    session.run_async("await new Promise(later => setTimeout(later, 1000))", &[])?;
    let after = steps(&session)?;
    if before != after {
        return Err(format!("it went on by itself from {before} to {after}"));
    }
    page.close(session)
}

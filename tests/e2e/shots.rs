//! The contact sheet: every state in both themes at three sizes, to be looked at; and the pictures
//! that the README and previews in chats show. Chromium takes them.

use crate::Page;
use crate::states::{self, State};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Pictures of scenarios for chats: the size that previews ask for, taken at half.
const CARD: (u32, u32) = (1200, 630);

/// The size of the picture in the README, in which its letters can be read.
const README: (u32, u32) = (1440, 900);

/// Takes all pictures whose state's name contains the filter into a folder, with a page that shows
/// them side by side; with `pictures`, those for chats and the README instead.
pub fn take(page: &Page, folder: &Path, filter: Option<&str>) -> Result<(), String> {
    let wrong = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(wrong)?;
    if filter == Some("pictures") {
        return pictures(page, folder);
    }
    let mut sheet = String::from(
        "<!DOCTYPE html><meta charset=utf-8><title>Netsplit: contact sheet</title><style>\
         body{font:14px sans-serif;margin:16px}img{border:1px solid;height:300px;margin:4px}</style>\n",
    );
    let wanted = State::all().filter(|state| filter.is_none_or(|part| state.name.contains(part)));
    let mut troubles = Vec::new();
    for state in wanted {
        match shots_of(state, page, folder) {
            Ok(row) => sheet.push_str(&row),
            Err(why) => troubles.push(why),
        }
        println!("shot {}", state.name);
    }
    fs::write(folder.join("index.html"), sheet).map_err(wrong)?;
    if troubles.is_empty() { Ok(()) } else { Err(troubles.join("\n")) }
}

/// Takes the pictures of a state, and returns its row of the sheet.
fn shots_of(state: &State, page: &Page, folder: &Path) -> Result<String, String> {
    let session = state.reached(page)?;
    let mut row = format!("<h2>{}</h2>\n", state.name);
    for theme in ["light", "dark"] {
        for size in state.sizes {
            states::theme(&session, theme)?;
            state.show(&session, *size)?;
            let (name, width) = (state.name.replace([' ', ',', '\''], "-"), size.0);
            let file = format!("{name}-{theme}-{width}.png");
            session.screenshot(&folder.join(&file))?;
            writeln!(row, "<a href=\"{file}\"><img src=\"{file}\" alt=\"{theme}, {width}\"></a>")
                .expect("a string takes all");
        }
    }
    Ok(row)
}

/// One picture a scenario at its second note, and one for the README.
fn pictures(page: &Page, folder: &Path) -> Result<(), String> {
    let session = page.open(&states::two_leaders().to_string())?;
    session.wait("stage", crate::READY)?;
    session.show_at(README.0, README.1)?;
    states::theme(&session, "light")?;
    session.settle()?;
    session.screenshot(&folder.join("readme.png"))?;
    let places = page.places();
    if places.is_empty() {
        return Err("the site was built without pages for its scenarios".into());
    }
    for place in places {
        let session = page.open(&format!("s/{place}/"))?;
        session.wait("stage", crate::READY)?;
        session.show_scaled(CARD.0, CARD.1, 0.5)?;
        // PageDown: from note to note.
        session.press("q\u{e00f}\u{e00f}")?;
        session.settle()?;
        session.screenshot(&folder.join(format!("{place}.png")))?;
        println!("shot {place}");
    }
    Ok(())
}

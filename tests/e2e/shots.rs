//! The contact sheet: every state in both themes at three sizes, to be looked at; and the pictures
//! that the README and previews in chats show. Chromium takes them.

use crate::Page;
use crate::driver::Session;
use crate::hands::PAGE_DOWN;
use crate::states::{self, State};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Pictures of scenarios for chats: the shape that previews ask for, taken at half.
const CARD: (u32, u32) = (1440, 756);

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
            let (file, width) = (state.file(theme, size.0), size.0);
            session.screenshot(&folder.join(&file))?;
            writeln!(row, "<a href=\"{file}\"><img src=\"{file}\" alt=\"{theme}, {width}\"></a>")
                .expect("a string takes all");
        }
    }
    page.leave(session);
    Ok(row)
}

/// One picture a scenario at its second note, and one for the README.
fn pictures(page: &Page, folder: &Path) -> Result<(), String> {
    let places = page.places();
    if places.is_empty() {
        return Err("the site was built without pages for its scenarios".into());
    }
    let session = page.open(&states::two_leaders().to_string())?;
    session.ready()?;
    let session = as_shared(page, "", &session)?;
    session.show_at(README.0, README.1)?;
    session.settle()?;
    session.screenshot(&folder.join("readme.png"))?;
    for place in places {
        let session = page.open(&format!("s/{place}/"))?;
        session.ready()?;
        // From note to note.
        session.press(&PAGE_DOWN.repeat(2))?;
        let session = as_shared(page, &format!("s/{place}/"), &session)?;
        session.show_scaled(CARD.0, CARD.1, 0.5)?;
        session.press("q")?;
        session.run("document.querySelector('.legend-close')?.click()", &[])?;
        session.settle()?;
        session.screenshot(&folder.join(format!("{place}.png")))?;
        println!("shot {place}");
    }
    Ok(())
}

/// The moment of a session as somebody opens it to whom it was sent: nothing is known of what comes
/// later, so it is not the past. In light, and without bars beside what scrolls.
fn as_shared<'a>(page: &'a Page<'_>, place: &str, from: &Session) -> Result<Session<'a>, String> {
    from.wait("address", "return /[&]t=/.test(location.hash)")?;
    let address = from.url()?;
    let (_, fragment) = address.split_once('#').ok_or("the address has no fragment")?;
    let session = page.open(&format!("{place}#{fragment}"))?;
    session.ready()?;
    session.run(
        "const plain = new CSSStyleSheet();
         plain.replaceSync('* { scrollbar-width: none }');
         document.adoptedStyleSheets.push(plain)",
        &[],
    )?;
    states::theme(&session, "light")?;
    Ok(session)
}

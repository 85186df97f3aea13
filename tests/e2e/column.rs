//! The right column: where its pages begin, and that the present stays in sight.

use crate::Page;
use crate::driver::Session;

/// Plays until the list of events is longer than its room, and pauses.
fn long_list<'a>(page: &'a Page<'_>) -> Result<Session<'a>, String> {
    let session = page.open("")?;
    session.ready()?;
    session.set_speed("1000000")?;
    session.wait("long list", "return document.getElementById('details-page').scrollTop > 200")?;
    session.pause()?;
    session.settle()?;
    Ok(session)
}

/// The present line of the list lies whole in what is to be seen of it.
const IN_SIGHT: &str = "
    const line = document.querySelector('.events-line.present')?.getBoundingClientRect();
    const room = document.getElementById('details-page').getBoundingClientRect();
    return !!line && line.top >= room.top && line.bottom <= Math.min(room.bottom, innerHeight)";

/// However far a page was scrolled, the next one begins at its top.
pub fn each_page_begins_at_its_top(page: &Page) -> Result<(), String> {
    let session = long_list(page)?;
    // A window so low that every page is longer than its room.
    session.resize(1300, 600)?;
    for tab in ["script", "checks", "inspect"] {
        session.click(&format!("#tab-{tab}"))?;
        session.settle()?;
        let top = session.run(
            "const page = document.getElementById('details-page');
             const top = page.scrollTop;
             page.scrollTop = 10000;
             return top",
            &[],
        )?;
        if top != 0 {
            return Err(format!("{tab} begins {top} pixels below its top"));
        }
    }
    session.click("#tab-events")?;
    session.wait("present line", IN_SIGHT)?;
    page.close(session)
}

/// When the window is made lower, the present line of the list follows.
pub fn the_present_line_follows_the_window(page: &Page) -> Result<(), String> {
    let session = long_list(page)?;
    session.wait("present line", IN_SIGHT)?;
    for (width, height) in [(1300, 600), (1300, 900), (1100, 640)] {
        session.resize(width, height)?;
        session.wait(&format!("present line at {width} by {height}"), IN_SIGHT)?;
    }
    page.close(session)
}

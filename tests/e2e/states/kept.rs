//! The ten states of which pictures are kept: the same every time, since each begins at a moment
//! that a link names.

use super::Step::*;
use super::{Begin, Size, State, do_all, listed_at, state, theme};
use crate::Page;
use crate::driver::Session;
use crate::hands::{BRANCHED, ENTER, LEFT};
use netsplit_sim::link::Link;

/// The desk.
const DESK: Size = (1440, 900);
/// The hand.
const HAND: Size = (390, 844);

/// A picture that is kept of a state.
pub struct Kept {
    state: State,
    /// The colours.
    pub theme: &'static str,
    /// The size of the page.
    pub size: Size,
}

const fn kept(state: State, theme: &'static str, size: Size) -> Kept {
    Kept { state, theme, size }
}

/// Ten states that together show every part of the page, each once.
pub const KEPT: &[Kept] = &[
    // Five nodes that are about to start, no entry anywhere; all there is to come in pale.
    kept(state("start", &[]).from(Begin::Link(start)), "light", DESK),
    // The page in a hand: one column, what stands beside it behind buttons.
    kept(state("leader", &[]).from(Begin::Link(led)), "light", HAND),
    // A moment before the edge: the stage framed, and said that acting there makes a branch.
    kept(state("past", &[Press(&[LEFT, LEFT, LEFT, LEFT])]).from(Begin::Link(led)), "light", DESK),
    // A node that is down, and all that is known of it.
    kept(state("node crashed", &[Press(&["2x"])]).from(Begin::Link(led)), "dark", DESK),
    // Two rows in the time line, and the choice between them.
    kept(
        state("branches", &[Press(&[LEFT, LEFT, LEFT, "1x"]), Until(BRANCHED)])
            .from(Begin::Link(led)),
        "light",
        DESK,
    ),
    // The sides of a cut, outlined, and cut links.
    kept(state("cut off", &[Press(&["3i0"])]).from(Begin::Link(led)), "dark", DESK),
    // What can be done to a node, floating beside it.
    kept(state("menu", &[Press(&["2"]), Press(&[ENTER])]).from(Begin::Link(led)), "light", DESK),
    // The list that a word finds, over the page.
    kept(
        state("search or act", &[Press(&["/"]), Press(&["crash"])]).from(Begin::Link(led)),
        "dark",
        DESK,
    ),
    // The checks with a witness, and the one colour that means broken.
    kept(
        state(
            "a property broken",
            &[Until("document.querySelector('#tab-checks.broken')"), Click("#tab-checks")],
        )
        .from(Begin::Link(broken)),
        "light",
        DESK,
    ),
    // The frame without columns, its words half as large again.
    kept(state("present", &[Press(&["P"])]).from(Begin::Link(led)), "dark", DESK),
];

/// Takes away what comes and goes by the browser's clock: the page's message, which stands for some
/// seconds, and the caret, which blinks.
const WITHOUT_CLOCKS: &str = "
    document.querySelector('.toast button[aria-label=Close]')?.click();
    document.activeElement.style.caretColor = 'transparent'";

impl Kept {
    /// A session in this state: nothing is still to be drawn, and nothing comes and goes.
    pub fn reached<'a>(&self, page: &'a Page<'_>) -> Result<Session<'a>, String> {
        let Begin::Link(link) = self.state.begin else {
            return Err(format!("{} begins at no moment", self.state.name));
        };
        let reach = || {
            let session = page.open_sized(self.size, &link().to_string())?;
            session.ready()?;
            // A link's moment is there before the first frame is drawn.
            session.rest()?;
            do_all(&session, self.state.steps)?;
            theme(&session, self.theme)?;
            session.run(WITHOUT_CLOCKS, &[])?;
            session.rest()?;
            Ok(session)
        };
        reach().map_err(|why: String| format!("{}: {why}", self.state.name))
    }

    /// The name of its picture.
    pub fn file(&self) -> String {
        self.state.file(self.theme, self.size.0)
    }
}

/// The first scenario before anything happens; after all that is due then, since from the very start
/// a link plays.
fn start() -> Link {
    listed_at(1, 0)
}

/// Somebody leads it, the first heartbeats are on their way, and the first entry is on some disks.
fn led() -> Link {
    listed_at(1, 250)
}

/// A vote was forgotten, and two lead one term.
fn broken() -> Link {
    listed_at(9, 200)
}

//! The states in which the page is looked at, as data: where each begins, and what a person does
//! there. The tests of accessibility and the contact sheet go through all of them; of ten, pictures
//! are kept.
//!
//! Reading order: [`moments`] (a run without a person's doing, and what they did), [`panels`] (each
//! view at each of these moments), [`stores`] (those of a store), [`shards`] (those of groups of servers), [`transactions`], [`mapreduce`], [`floats`] (what lies over the page), [`frames`] (what is folded,
//! and the page for a room), [`troubles`] (what is refused, broken or missing), [`kept`] (the ten).

mod floats;
mod frames;
mod kept;
mod mapreduce;
mod moments;
mod panels;
mod shards;
mod stores;
mod transactions;
mod troubles;

use crate::Page;
use crate::driver::Session;
pub use kept::KEPT;
pub use mapreduce::{beginning as job_begins, with_code};
use moments::voted;
pub use moments::{led, two_leaders};
use netsplit_core::time::Time;
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::scenarios;
use serde_json::json;
pub use shards::{moving, written_to};
pub use stores::{a_broken_lease, a_store_at_rest, broken as broken_promise};
pub use transactions::{a_bank_at_rest, coordinator_dead};

/// Width and height.
pub type Size = (u32, u32);

/// The desk, the tablet or the projector, the hand.
const SIZES: &[Size] = &[(1440, 900), (1024, 768), (390, 844)];

/// All of them, by kind.
const KINDS: &[&[State]] = &[
    moments::STATES,
    panels::STATES,
    stores::STATES,
    shards::STATES,
    transactions::STATES,
    mapreduce::STATES,
    floats::STATES,
    frames::STATES,
    troubles::STATES,
];

/// A state: its name, and how it is reached.
pub struct State {
    /// Its name, as in the contact sheet.
    pub name: &'static str,
    begin: Begin,
    steps: &'static [Step],
    /// The sizes in which it is looked at, widest first.
    pub sizes: &'static [Size],
    /// What it shows stands in the left column, which is opened where it is folded.
    left: bool,
}

/// Where a state begins.
enum Begin {
    /// The page as a stranger opens it.
    Fresh,
    /// The same for one who does not want motion: it stands at its start.
    Calm,
    /// A link to a moment.
    Link(fn() -> Link),
    /// A fragment as it stands in an address.
    At(&'static str),
    /// A long link, while it is being opened.
    Opening(fn() -> Link),
    /// An address of the server at which something is missing.
    Missing(&'static str),
}

/// Something that a person does, or waits for.
enum Step {
    /// All of these.
    Go(&'static [Step]),
    /// Presses keys, one after the other.
    Press(&'static [&'static str]),
    /// Clicks what a selector finds.
    Click(&'static str),
    /// Clicks what a selector finds and has these words.
    Choose(&'static str, &'static str),
    /// Writes into a field, after what stands in it.
    Write(&'static str, &'static str),
    /// Points at a place of an element, in shares of its width and height.
    Point(&'static str, f64, f64),
    /// Waits until this is true in the page.
    Until(&'static str),
    /// Makes the window as large.
    Resize(u32, u32),
    /// What no hand can do: a script brings it about.
    Run(&'static str),
}

use Step::*;

const fn state(name: &'static str, steps: &'static [Step]) -> State {
    State { name, begin: Begin::Fresh, steps, sizes: SIZES, left: false }
}

/// A state that needs a run in which the votes are under way.
const fn at_votes(name: &'static str, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(voted))
}

/// A state that needs a run in which somebody leads.
const fn at_leader(name: &'static str, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(led))
}

/// A state that needs a run in which an entry is committed.
const fn at_committed(name: &'static str, steps: &'static [Step]) -> State {
    state(name, steps).from(Begin::Link(moments::committed))
}

impl State {
    const fn from(self, begin: Begin) -> State {
        State { begin, ..self }
    }

    const fn sized(self, sizes: &'static [Size]) -> State {
        State { sizes, ..self }
    }

    const fn at_the_left(self) -> State {
        State { left: true, ..self }
    }

    /// All states.
    pub fn all() -> impl Iterator<Item = &'static State> {
        KINDS.iter().copied().flatten()
    }

    /// A session in this state.
    pub fn reached<'a>(&self, page: &'a Page<'_>) -> Result<Session<'a>, String> {
        let reach = || {
            let session = self.begin.open(page)?;
            do_all(&session, self.steps)?;
            session.settle()?;
            Ok(session)
        };
        reach().map_err(|why: String| format!("{}: {why}", self.name))
    }

    /// The name of a picture of it.
    pub fn file(&self, theme: &str, width: u32) -> String {
        format!("{}-{theme}-{width}.png", self.name.replace([' ', ',', '\''], "-"))
    }

    /// Shows the session in a size, with the left column open where the state is about it.
    pub fn show(&self, session: &Session, (width, height): Size) -> Result<(), String> {
        session.show_at(width, height)?;
        if self.left {
            let fold = "const folded = getComputedStyle(document.querySelector('.header-fold')).display !== 'none';
                if (folded !== !!document.querySelector('.show-scenarios')) document.querySelector('.header-fold').click()";
            session.run(fold, &[])?;
            session.settle()?;
            let unfolded = "document.querySelector('.scenarios-section [aria-expanded=true]')?.scrollIntoView()";
            session.run(unfolded, &[])?;
        }
        session.settle()
    }
}

impl Begin {
    fn open<'a>(&self, page: &'a Page<'_>) -> Result<Session<'a>, String> {
        let session = page.browser()?;
        session.show_at(SIZES[0].0, SIZES[0].1)?;
        let open = |fragment: &str| {
            page.go(&session, fragment)?;
            session.ready()
        };
        match self {
            Begin::Fresh => open("")?,
            Begin::Calm => {
                // In Firefox nobody can say so, and it plays.
                session.prefer_calm()?;
                open("")?;
            }
            Begin::Link(link) => open(&link().to_string())?,
            Begin::At(fragment) => open(fragment)?,
            Begin::Opening(link) => {
                page.go(&session, &link().to_string())?;
                session.wait("way to leave it", "return !!document.getElementById('cancel')")?;
            }
            Begin::Missing(address) => page.go_at(&session, address)?,
        }
        Ok(session)
    }
}

fn do_all(session: &Session, steps: &[Step]) -> Result<(), String> {
    for step in steps {
        match step {
            Go(steps) => do_all(session, steps)?,
            Press(keys) => session.press(&keys.concat())?,
            Click(selector) => {
                session.until(selector, &format!("document.querySelector({selector:?})"))?;
                session.click(selector)?;
            }
            Choose(selector, words) => session.choose(selector, words)?,
            Write(selector, text) => {
                session.until(selector, &format!("document.querySelector({selector:?})"))?;
                session.type_into(selector, text)?;
            }
            Point(selector, x, y) => session.rest_on(selector, (*x, *y))?,
            Until(holds) => session.until(holds, holds)?,
            Resize(width, height) => session.show_at(*width, *height)?,
            Run(script) => drop(session.run(script, &[])?),
        }
    }
    Ok(())
}

/// Shows a theme, as its button would, without the way through the other one.
pub fn theme(session: &Session, theme: &str) -> Result<(), String> {
    session
        .run(
            "document.documentElement.dataset.theme = arguments[0]; dispatchEvent(new Event('resize'))",
            &[json!(theme)],
        )
        .map(drop)
}

/// A link to a script of somebody's own.
fn written(text: &str) -> Link {
    Link::to(What::Written(text.to_owned()), 7)
}

/// A link to a moment, in milliseconds.
fn at_millis(link: Link, millis: u64) -> Link {
    Link { moment: Moment::after(Time::from_micros(millis * 1_000)), ..link }
}

/// A link to a scenario of the list, made by this very engine: no change of behaviour makes it one of
/// an older.
fn listed_at(number: u32, millis: u64) -> Link {
    let scenario = scenarios::by_number(number).expect("the gallery has twelve");
    at_millis(Link::to(What::Listed { number }, scenario.parse().setup.seed), millis)
}

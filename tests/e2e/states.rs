//! The states in which the page is looked at: each is reached as a person would reach it. The
//! tests of accessibility and the contact sheet go through all of them.

use crate::Page;
use crate::driver::Session;
use serde_json::json;

/// A state: its name, and how it is reached from a page that has just been opened.
pub struct State {
    /// Its name, as in the contact sheet.
    pub name: &'static str,
    /// Where it begins: a fragment.
    at: &'static str,
    /// What is done there.
    reach: fn(&Session) -> Result<(), String>,
}

const fn state(
    name: &'static str,
    at: &'static str,
    reach: fn(&Session) -> Result<(), String>,
) -> State {
    State { name, at, reach }
}

/// All of them.
pub const STATES: &[State] = &[
    state("start", "", |it| press(it, " \u{e011}")),
    state("leader, paused", "", to_a_leader),
    state("playing", "", leads),
    state("past", "", |it| {
        to_a_leader(it)?;
        press(it, "\u{e012}\u{e012}\u{e012}\u{e012}")
    }),
    state("node selected, crashed", "", |it| {
        to_a_leader(it)?;
        press(it, "2x")
    }),
    state("message selected", "", |it| {
        to_a_leader(it)?;
        press(it, "m")
    }),
    state("branches", "", branches),
    state("cut off", "", |it| {
        to_a_leader(it)?;
        press(it, "3i0")
    }),
    state("menu", "", |it| {
        to_a_leader(it)?;
        press(it, "2")?;
        press(it, "\u{e007}")
    }),
    state("search or act", "", |it| {
        to_a_leader(it)?;
        press(it, "/")?;
        press(it, "crash")
    }),
    state("share", "", |it| {
        branches(it)?;
        press(it, "s")
    }),
    state("open, refused", "", |it| {
        to_a_leader(it)?;
        click(it, "header button[title^='Open']")?;
        it.wait("field", "return !!document.getElementById('open-text')")?;
        it.type_into(&it.element("#open-text")?, "scenario raft nodes=99")?;
        click(it, "#open-go")?;
        it.wait("refusal", "return !!document.getElementById('open-trouble')")
    }),
    state("help", "", |it| {
        to_a_leader(it)?;
        press(it, "?")
    }),
    state("checks", "", |it| tab(it, "checks")),
    state("script", "", |it| tab(it, "script")),
    state("a property broken", "#s1:AAAJAAcAwJoMAAGCNLaAi9IuewAA4TQ&t=0.2s", |it| {
        it.wait("red", "return !!document.querySelector('#tab-checks.broken')")?;
        tab_of(it, "checks")
    }),
    state("a figure's start", "", |it| {
        open_scenario(it, "Figure 7: six logs that disagree")?;
        press(it, " ")
    }),
    state("a link refused", "#s1:AAEBB2c", |it| {
        it.wait("a sentence", "return !!document.querySelector('.caption-trouble')")
    }),
    state("stage only", "", |it| {
        to_a_leader(it)?;
        press(it, "q")
    }),
    state("present", "", |it| {
        to_a_leader(it)?;
        press(it, "P")
    }),
];

impl State {
    /// A session in this state.
    pub fn reached<'a>(&self, page: &'a Page<'_>) -> Result<Session<'a>, String> {
        let named = |why: String| format!("{}: {why}", self.name);
        let session = page.open(self.at).map_err(named)?;
        session.wait("stage", crate::READY).map_err(named)?;
        (self.reach)(&session).map_err(named)?;
        session.settle()?;
        Ok(session)
    }
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

fn press(session: &Session, keys: &str) -> Result<(), String> {
    session.press(keys)
}

fn click(session: &Session, selector: &str) -> Result<(), String> {
    session.click(&session.element(selector)?)
}

fn leads(session: &Session) -> Result<(), String> {
    session.wait("leader", "return !!document.querySelector('.node.role-leader')")
}

/// Plays until somebody leads, and pauses there.
fn to_a_leader(session: &Session) -> Result<(), String> {
    leads(session)?;
    session.press(" ")?;
    session
        .wait("pause", "return document.getElementById('state').textContent.startsWith('Paused')")
}

/// A branch from before the leader.
fn branches(session: &Session) -> Result<(), String> {
    to_a_leader(session)?;
    session.press("\u{e012}\u{e012}\u{e012}1x")?;
    session.wait("branch", "return document.querySelectorAll('#branch option').length === 2")
}

fn tab(session: &Session, name: &str) -> Result<(), String> {
    to_a_leader(session)?;
    tab_of(session, name)
}

fn tab_of(session: &Session, name: &str) -> Result<(), String> {
    click(session, &format!("#tab-{name}"))
}

fn open_scenario(session: &Session, title: &str) -> Result<(), String> {
    let script = "const items = [...document.querySelectorAll('.scenarios-part .scenarios-item')];
         items.find(item => item.querySelector('.scenarios-title').textContent === arguments[0]).click()";
    session.run(script, &[json!(title)])?;
    session
        .wait(title, &format!("return document.querySelector('.header-title').title === {title:?}"))
}

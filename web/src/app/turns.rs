//! What stands around the stage is drawn in turn while time moves quickly: one panel a frame. The
//! stage, the caption and the clock are of this very moment in every frame; a list beside them may
//! be some frames late, which nobody can read. As soon as time stands, all are drawn.

use yew::prelude::*;

use crate::later::Later;
use crate::state::action::Action;
use crate::state::model::Model;

/// How one panel is drawn.
type Draw = fn(&Later, &Model, &Callback<Action>) -> Html;

/// The panels, in the order of their turns.
const PANELS: [Draw; 4] = [
    |later, model, on| (later.logs)(model, "middle", on),
    |later, model, on| (later.details)(model, on),
    |later, model, on| (later.marks)(model, on),
    |later, model, on| (later.left)(model, on),
];

/// The panels as they were drawn last.
#[derive(Default)]
pub struct Turns {
    drawn: [Drawn; PANELS.len()],
    /// Whose turn it is next.
    next: usize,
    /// How many are behind the moment shown.
    behind: usize,
}

/// A panel as it was drawn last.
#[derive(Clone, Default)]
struct Drawn {
    content: Html,
    /// How often it was drawn.
    times: u32,
}

impl Turns {
    /// Draws all panels.
    pub fn all(&mut self, later: &Later, model: &Model, on: &Callback<Action>) {
        for panel in 0..PANELS.len() {
            self.draw(panel, later, model, on);
        }
        self.behind = 0;
    }

    /// Draws the one whose turn it is; with `changed` the others are behind from now on.
    pub fn one(&mut self, changed: bool, later: &Later, model: &Model, on: &Callback<Action>) {
        self.draw(self.next, later, model, on);
        self.next = (self.next + 1) % PANELS.len();
        self.behind = if changed { PANELS.len() - 1 } else { self.behind.saturating_sub(1) };
    }

    /// Some panel is behind the moment shown: a frame is wanted for it.
    pub fn are_behind(&self) -> bool {
        self.behind > 0
    }

    fn draw(&mut self, panel: usize, later: &Later, model: &Model, on: &Callback<Action>) {
        let drawn = &mut self.drawn[panel];
        drawn.content = PANELS[panel](later, model, on);
        drawn.times = drawn.times.wrapping_add(1);
    }

    fn shown(&self, panel: usize) -> Html {
        let Drawn { content, times } = self.drawn[panel].clone();
        html! { <Panel {content} {times} /> }
    }

    /// The rows of logs in the middle.
    pub fn logs(&self) -> Html {
        self.shown(0)
    }

    /// The page of the right column.
    pub fn details(&self) -> Html {
        self.shown(1)
    }

    /// The marks of the time line, as a list.
    pub fn marks(&self) -> Html {
        self.shown(2)
    }

    /// The left column.
    pub fn left(&self) -> Html {
        self.shown(3)
    }
}

#[derive(Properties)]
struct PanelProps {
    content: Html,
    times: u32,
}

impl PartialEq for PanelProps {
    /// What was drawn once is not compared with itself.
    fn eq(&self, other: &PanelProps) -> bool {
        self.times == other.times
    }
}

/// A panel: between two turns it costs nothing.
#[component]
fn Panel(props: &PanelProps) -> Html {
    props.content.clone()
}

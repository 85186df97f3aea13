//! What stands around the stage is drawn in turn while time moves quickly: one panel a frame. The
//! stage, the caption and the clock are of this very moment in every frame; a list beside them may
//! be some frames late, which nobody can read. As soon as time stands, all are drawn.

use yew::prelude::*;

use crate::later::Later;
use crate::state::action::Action;
use crate::state::model::Model;

/// What is drawn in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The rows of logs in the middle.
    Logs,
    /// The page of the right column.
    Details,
    /// The marks of the time line, as a list.
    Marks,
    /// The left column.
    Left,
}

/// All of it, in the order of the turns.
const PARTS: [Part; 4] = [Part::Logs, Part::Details, Part::Marks, Part::Left];

impl Part {
    fn draw(self, later: &Later, model: &Model, on: &Callback<Action>) -> Html {
        match self {
            Part::Logs => (later.logs)(model, "middle", on),
            Part::Details => (later.details)(model, on),
            Part::Marks => (later.marks)(model, on),
            Part::Left => (later.left)(model, on),
        }
    }
}

/// The panels as they were drawn last.
#[derive(Default)]
pub struct Turns {
    panels: [Panel; PARTS.len()],
    /// Whose turn it is next, by its place.
    next: usize,
    /// How many are behind the moment shown.
    behind: usize,
}

impl Turns {
    /// Draws all panels.
    pub fn all(&mut self, later: &Later, model: &Model, on: &Callback<Action>) {
        for part in PARTS {
            self.draw(part, later, model, on);
        }
        self.behind = 0;
    }

    /// Draws the one whose turn it is; with `changed` the others are behind from now on.
    pub fn one(&mut self, changed: bool, later: &Later, model: &Model, on: &Callback<Action>) {
        self.draw(PARTS[self.next], later, model, on);
        self.next = (self.next + 1) % PARTS.len();
        self.behind = if changed { PARTS.len() - 1 } else { self.behind.saturating_sub(1) };
    }

    /// Some panel is behind the moment shown: a frame is wanted for it.
    pub fn are_behind(&self) -> bool {
        self.behind > 0
    }

    fn draw(&mut self, part: Part, later: &Later, model: &Model, on: &Callback<Action>) {
        let panel = &mut self.panels[part as usize];
        panel.content = part.draw(later, model, on);
        panel.times = panel.times.wrapping_add(1);
    }

    /// A panel as it was drawn last.
    pub fn shown(&self, part: Part) -> Html {
        let panel = self.panels[part as usize].clone();
        html! { <Drawn ..panel /> }
    }
}

/// A panel as it was drawn last.
#[derive(Clone, Default, Properties)]
struct Panel {
    #[prop_or_default]
    content: Html,
    /// How often it was drawn.
    #[prop_or_default]
    times: u32,
}

impl PartialEq for Panel {
    /// What was drawn once is not compared with itself.
    fn eq(&self, other: &Panel) -> bool {
        self.times == other.times
    }
}

/// A panel: between two turns it costs nothing.
#[component]
fn Drawn(props: &Panel) -> Html {
    props.content.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::later;

    fn times(turns: &Turns) -> [u32; PARTS.len()] {
        PARTS.map(|part| turns.panels[part as usize].times)
    }

    #[test]
    fn each_is_drawn_in_its_turn_until_none_is_behind() {
        let (model, on) = (Model::new(), Callback::noop());
        let later = later::there().expect("a test has the whole program");
        let mut turns = Turns::default();
        turns.all(later, &model, &on);
        assert_eq!((times(&turns), turns.are_behind()), ([1; 4], false));
        turns.one(true, later, &model, &on);
        assert_eq!((times(&turns), turns.are_behind()), ([2, 1, 1, 1], true));
        // Something changes again before the others had their turns; then nothing does.
        turns.one(true, later, &model, &on);
        let mut rest = 0;
        while turns.are_behind() && rest < 10 {
            turns.one(false, later, &model, &on);
            rest += 1;
        }
        assert_eq!((rest, times(&turns)), (3, [3, 2, 2, 2]), "all are of the last change");
        turns.one(true, later, &model, &on);
        turns.all(later, &model, &on);
        assert!(!turns.are_behind(), "all are drawn as soon as time stands");
    }
}

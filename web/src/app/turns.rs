//! What stands around the stage is drawn in turn while time moves quickly: one panel a frame. The
//! stage, the caption and the clock are of this very moment in every frame; a list beside them may
//! be some frames late, which nobody can read. As soon as time stands, all are drawn.

use yew::prelude::*;

use crate::later::Later;
use crate::state::action::Action;
use crate::state::model::Model;

/// How long the script of a frame is to take at most, in milliseconds: a panel that would not fit
/// waits for a frame that has more room.
const ROOM_MILLIS: f64 = 7.0;
/// The most frames for which a panel waits.
const WAITS_MOST: u32 = 10;

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
    /// For how many frames the next one has waited for room.
    waited: u32,
    /// Whose turn it was in this frame.
    drawn: Option<Part>,
}

impl Turns {
    /// Draws all panels.
    pub fn all(&mut self, later: &Later, model: &Model, on: &Callback<Action>) {
        for part in PARTS {
            self.draw(part, later, model, on);
        }
        self.behind = 0;
    }

    /// Draws the one whose turn it is, if it fits into a frame that has taken so many milliseconds;
    /// with `changed` those that are not drawn are behind from now on.
    pub fn one(
        &mut self,
        changed: bool,
        spent: f64,
        later: &Later,
        model: &Model,
        on: &Callback<Action>,
    ) {
        self.drawn = None;
        let behind = if changed { PARTS.len() } else { self.behind };
        let part = PARTS[self.next];
        let fits = spent + self.panels[part as usize].takes <= ROOM_MILLIS;
        if !fits && self.waited < WAITS_MOST {
            (self.behind, self.waited) = (behind, self.waited + 1);
            return;
        }
        self.draw(part, later, model, on);
        self.drawn = Some(part);
        self.next = (self.next + 1) % PARTS.len();
        (self.behind, self.waited) = (behind.saturating_sub(1), 0);
    }

    /// The frame is drawn, and it took so many milliseconds to draw what changed: the next turn of
    /// the panel that was drawn will take about as long.
    pub fn took(&mut self, millis: f64) {
        if let Some(part) = self.drawn.take() {
            let takes = &mut self.panels[part as usize].takes;
            *takes += (millis - *takes) / 4.0;
        }
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
    /// What a frame with its turn takes to draw, in milliseconds, of late.
    #[prop_or_default]
    takes: f64,
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

    /// The panels of a model, all drawn once.
    struct Page {
        model: Model,
        turns: Turns,
    }

    impl Page {
        fn new() -> Page {
            let mut page = Page { model: Model::new(), turns: Turns::default() };
            page.all();
            page
        }

        fn all(&mut self) {
            let later = later::there().expect("a test has the whole program");
            self.turns.all(later, &self.model, &Callback::noop());
        }

        /// A frame that has taken so long before the turn, and so long from there to its end.
        fn frame(&mut self, changed: bool, spent: f64, drawing: f64) {
            let later = later::there().expect("a test has the whole program");
            self.turns.one(changed, spent, later, &self.model, &Callback::noop());
            self.turns.took(drawing);
        }

        fn times(&self) -> [u32; PARTS.len()] {
            PARTS.map(|part| self.turns.panels[part as usize].times)
        }
    }

    #[test]
    fn each_is_drawn_in_its_turn_until_none_is_behind() {
        let mut page = Page::new();
        assert_eq!((page.times(), page.turns.are_behind()), ([1; 4], false));
        page.frame(true, 0.0, 0.0);
        assert_eq!((page.times(), page.turns.are_behind()), ([2, 1, 1, 1], true));
        // Something changes again before the others had their turns; then nothing does.
        page.frame(true, 0.0, 0.0);
        let mut rest = 0;
        while page.turns.are_behind() && rest < 10 {
            page.frame(false, 0.0, 0.0);
            rest += 1;
        }
        assert_eq!((rest, page.times()), (3, [3, 2, 2, 2]), "all are of the last change");
        page.frame(true, 0.0, 0.0);
        page.all();
        assert!(!page.turns.are_behind(), "all are drawn as soon as time stands");
    }

    #[test]
    fn one_that_does_not_fit_waits_for_room_and_not_for_ever() {
        let mut page = Page::new();
        // A first round teaches what each takes: about a quarter of 16 ms.
        (0..4).for_each(|_| page.frame(true, 0.0, 16.0));
        assert_eq!(page.times(), [2; 4]);
        page.frame(true, 5.0, 1.0);
        assert_eq!(page.times(), [2; 4], "5 ms and 4 are more than a frame has");
        page.frame(false, 1.0, 4.0);
        assert_eq!(page.times(), [3, 2, 2, 2], "here it fits");
        let mut frames = 0;
        while page.times()[1] == 2 && frames < 100 {
            page.frame(false, 5.0, 4.0);
            frames += 1;
        }
        assert_eq!(frames, WAITS_MOST + 1, "it is drawn all the same");
        // The others are still behind the change, however long ago it was.
        assert!(page.turns.are_behind());
        (0..2).for_each(|_| page.frame(false, 0.0, 4.0));
        assert_eq!((page.times(), page.turns.are_behind()), ([3; 4], false));
    }

    #[test]
    fn a_frame_without_a_turn_says_nothing_of_a_panel() {
        let mut page = Page::new();
        (0..4).for_each(|_| page.frame(true, 0.0, 16.0));
        // Under a hand that drags, nobody tells how long the turn took.
        let later = later::there().expect("a test has the whole program");
        page.turns.one(true, 0.0, later, &page.model, &Callback::noop());
        let before = PARTS.map(|part| page.turns.panels[part as usize].takes);
        page.frame(true, 6.0, 100.0);
        assert_eq!(PARTS.map(|part| page.turns.panels[part as usize].takes), before);
    }
}

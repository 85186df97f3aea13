//! The messages under way as a list of buttons: what moves on the canvas, for
//! the keyboard and for a screen reader.

use std::rc::Rc;

use netsplit_sim::choice::EnvelopeId;
use netsplit_sim::run::{Flying, WorldView};
use yew::prelude::*;

use crate::components::does;
use crate::draw::ring::is_of;
use crate::state::action::Action;
use crate::state::selection::Selection;

/// What the list shows.
#[derive(Properties)]
pub struct Props {
    /// The moment.
    pub view: Rc<WorldView>,
    /// The group that stands alone on the stage.
    pub alone: Option<u32>,
    /// The message that is selected.
    pub selected: Option<EnvelopeId>,
    /// Time goes on: a list would change under the hand that reads it.
    pub playing: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Props) -> bool {
        let same = (self.alone, self.selected, self.playing)
            == (other.alone, other.selected, other.playing);
        let is_same = |(one, two): (&Rc<Flying>, &Rc<Flying>)| Rc::ptr_eq(one, two);
        let (one, two) = (&self.view.flying, &other.view.flying);
        let mail = || one.len() == two.len() && one.iter().zip(two).all(is_same);
        same && self.on == other.on && (self.playing || mail())
    }
}

/// The list; while time goes on, what to do to get it.
#[component]
pub fn MailList(props: &Props) -> Html {
    let Props { view, alone, selected, playing, on } = props;
    if *playing {
        return html! { <p class="sr-only">{ "Pause, or press M, to go through the messages under way." }</p> };
    }
    let one = |flying: &Rc<Flying>| {
        let id = flying.id;
        let kind = flying.kind;
        let fate = match (flying.held, flying.lost) {
            (true, _) => "held",
            (_, true) => "will be lost",
            _ => "under way",
        };
        let words = format!("{kind} from {} to {}, {fate}", id.from, id.to);
        html! {
            <li key={id.to_string()}>
                <button class="mail-button" id={id.to_string()} aria-pressed={(*selected == Some(id)).to_string()}
                    data-sent={flying.sent.micros().to_string()} data-arrives={flying.arrives.micros().to_string()}
                    onclick={does(on, Action::Select(Selection::Message(id)))}>{ words }</button>
            </li>
        }
    };
    let is_of = |node, group: &u32| is_of(node, *group);
    let seen = |flying: &&Rc<Flying>| {
        let (from, to) = (flying.id.from, flying.id.to);
        alone.as_ref().is_none_or(|group| is_of(from, group) || is_of(to, group))
    };
    html! {
        <ul class="sr-only mail" aria-label="Messages under way">{ for view.flying.iter().filter(seen).map(one) }</ul>
    }
}

//! What happened: one line for each thing that matters, newest last, the present marked.

use std::rc::Rc;

use netsplit_sim::moment::Moment;
use netsplit_sim::scene::Act;
use yew::prelude::*;

use super::{does, time_text};
use crate::state::action::Action;
use crate::state::history::{Event, Kind};

/// Lines drawn before and after the present.
const LINES: (usize, usize) = (160, 40);

/// What the list shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The lines around the present, oldest first.
    pub lines: Vec<Line>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What happened.
    pub event: Rc<Event>,
    /// It is still to come from the moment shown.
    pub later: bool,
    /// A person did it.
    pub by_hand: bool,
}

/// The lines to show of a history, when `happened` of its events have happened.
/// `show` words an act that is to be listed, and says whether a person did it.
pub fn lines(
    events: &[Rc<Event>],
    happened: usize,
    acts: &[Act],
    here: Moment,
    show: impl Fn(&Act) -> Option<(String, bool)>,
) -> Vec<Line> {
    let line = |(place, event): (usize, &Rc<Event>)| {
        event.matters.then(|| Line {
            event: Rc::clone(event),
            later: place >= happened,
            by_hand: false,
        })
    };
    let told = events.iter().enumerate().filter_map(line);
    let acted = acts.iter().filter_map(|act| {
        let (text, by_hand) = show(act)?;
        let event = Event {
            moment: act.moment,
            kind: Kind::Line,
            node: None,
            matters: true,
            text: text.into(),
        };
        // A moment that names its step is the one before the act.
        Some(Line { event: Rc::new(event), later: act.moment >= here, by_hand })
    });
    // What happened at the moment of an act came before it.
    let told = told.map(|line| (false, line));
    let acted = acted.map(|line| (true, line));
    let mut all: Vec<(bool, Line)> = told.chain(acted).collect();
    all.sort_by_key(|(is_act, line)| (line.event.moment, *is_act));
    let mut all: Vec<Line> = all.into_iter().map(|(_, line)| line).collect();
    let present = all.partition_point(|line| !line.later);
    let first = present.saturating_sub(LINES.0);
    all.truncate(present + LINES.1);
    all.drain(..first);
    all
}

/// The list.
#[component]
pub fn Events(props: &Props) -> Html {
    let Props { lines, on } = props;
    let list = use_node_ref();
    let present = lines.iter().rposition(|line| !line.later);
    {
        let list = list.clone();
        use_effect_with((present, lines.len()), move |_| {
            let Some(list) = list.cast::<web_sys::Element>() else { return };
            if let Ok(Some(here)) = list.query_selector(".present")
                && let Some(box_) = list.parent_element()
            {
                let (here, frame) =
                    (here.get_bounding_client_rect(), box_.get_bounding_client_rect());
                if here.bottom() > frame.bottom() - 8.0 || here.top() < frame.top() {
                    let by = here.bottom() - frame.bottom() + frame.height() / 4.0;
                    box_.set_scroll_top(box_.scroll_top() + by as i32);
                }
            }
        });
    }
    if lines.is_empty() {
        return html! { <p class="events-empty">{ "Nothing has happened yet. Space plays." }</p> };
    }
    let line = |(place, line): (usize, &Line)| {
        let Line { event, later, by_hand } = line;
        let class = classes!(
            "events-line",
            match event.kind {
                Kind::Told => "told",
                Kind::Note => "note",
                Kind::Line => "act",
                Kind::Broken => "broken",
            },
            by_hand.then_some("by-hand"),
            later.then_some("later"),
            (Some(place) == present).then_some("present"),
        );
        html! {
            <li {class}>
                <button onclick={does(on, Action::SeekTo(event.moment))}>
                    <time class="value">{ time_text(event.moment.at) }</time>
                    <span>{ event.text.to_string() }</span>
                </button>
            </li>
        }
    };
    html! { <ol class="events" ref={list}>{ for lines.iter().enumerate().map(line) }</ol> }
}

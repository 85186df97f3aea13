//! The stations of a shard or of a request: a list, each line of which goes to its moment; and what
//! can be looked at there.

use netsplit_sim::moment::Moment;
use yew::prelude::*;

use crate::components::{does, time_text};
use crate::state::action::Action;
use crate::state::stations::{Station, here};

/// The list.
pub fn stations(title: &str, all: &[Station], now: Moment, on: &Callback<Action>) -> Html {
    let present = here(all, now);
    let station = |(place, it): (usize, &Station)| {
        let is_here = present == Some(place);
        let later = it.moment > now;
        let current = is_here.then_some("step");
        html! {
            <li class={classes!("station", is_here.then_some("here"), later.then_some("later"))} aria-current={current}>
                <button class="station-go" onclick={does::<MouseEvent>(on, Action::SeekTo(it.moment))}>
                    <time class="value">{ time_text(it.moment.at) }</time>
                    <span class="station-place value">{ &it.place }</span>
                    <span class="station-words">{ &it.words }</span>
                </button>
                if let Some(shows) = it.shows {
                    <button class="station-shows" onclick={does::<MouseEvent>(on, shows.action(it.moment))}>{ shows.words() }</button>
                }
            </li>
        }
    };
    if all.is_empty() {
        return html! {};
    }
    html! {
        <>
            <h3>{ title.to_owned() }</h3>
            <ol class="stations">{ for all.iter().enumerate().map(station) }</ol>
        </>
    }
}

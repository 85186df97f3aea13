//! Same acts, other luck: a wall of small time lines on one clock, grouped by who
//! leads in the end.

use netsplit_core::time::Time;
use netsplit_sim::luck::{Group, Lot, groups};
use netsplit_sim::words;
use yew::prelude::*;

use super::Dialog;
use super::{does, term_class, time_text};
use crate::draw::lanes::{Bar, LANE, WIDTH, bars};
use crate::state::action::Action;

/// What the wall shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What the runs came to so far.
    pub lots: Vec<Lot>,
    /// How many there will be.
    pub count: usize,
    /// The seed of the run on the page.
    pub own: u64,
    /// The moment that a click opens, in words.
    pub moment: AttrValue,
    /// There are runs to be made.
    pub goes_on: bool,
    /// Why it went no further.
    pub trouble: Option<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The wall.
#[component]
pub fn Luck(props: &Props) -> Html {
    let Props { lots, count, own, moment, goes_on, trouble, on } = props;
    let end = lots.iter().map(|lot| lot.end).max().unwrap_or(Time::ZERO);
    let sum = (!lots.is_empty()).then(|| words::lots(lots));
    let far = format!("{} of {count} runs", lots.len());
    let group = |group: &Group| {
        let title = words::luck_outcome(group.outcome);
        let tile = |place: &usize| tile(&lots[*place], *own, end, on);
        html! {
            <section class="luck-group" key={title.clone()}>
                <h3>{ title }<span class="value">{ format!(" {}", group.places.len()) }</span></h3>
                <ul>{ for group.places.iter().map(tile) }</ul>
            </section>
        }
    };
    let content = html! {
        <div class="luck">
            <p>{ format!("The acts of this branch under {count} seeds, on one clock. A click opens a run at {moment}.") }</p>
            <div class="luck-head">
                <p class="luck-sum" role="status">{ if *goes_on { far.clone() } else { sum.unwrap_or_default() } }</p>
                if *goes_on {
                    <progress class="luck-progress" value={lots.len().to_string()} max={count.to_string()} aria-label={far}></progress>
                    <button id="luck-cancel" onclick={does(on, Action::StopTrying)}>{ "Cancel" }</button>
                } else if lots.len() < *count && trouble.is_none() {
                    <button onclick={does(on, Action::TryLuck)}>{ "Begin anew" }</button>
                }
            </div>
            if let Some(trouble) = trouble { <p class="dialog-trouble" role="alert">{ trouble }</p> }
            { for groups(lots).iter().map(group) }
            if !lots.is_empty() { <p class="luck-clock value"><span>{ "0 s" }</span><span>{ format!("{} s", time_text(end)) }</span></p> }
        </div>
    };
    html! { <Dialog title="Same acts, other luck" {on}>{ content }</Dialog> }
}

/// One run: its seed, and its lanes as a picture whose words are the button's.
fn tile(lot: &Lot, own: u64, end: Time, on: &Callback<Action>) -> Html {
    // What is read aloud holds what is seen.
    let is_own = if lot.seed == own { " this run" } else { "" };
    let said = format!("Seed {}{is_own}: {}", lot.seed, words::lot(lot));
    let bar = |bar: Bar| {
        let class = classes!("luck-bar", term_class(bar.term), bar.down.then_some("down"));
        html! {
            <rect {class} x={number(bar.x)} y={number(bar.y)} width={number(bar.width)} height={number(bar.height)} />
        }
    };
    let broken = lot.broken.first().map(|broken| {
        let at = broken.moment.at.micros() as f64 / end.micros().max(1) as f64 * WIDTH;
        html! { <path class="luck-broken" d={format!("M{} 0v{}", number(at), lot.lanes.len() as f64 * LANE)} /> }
    });
    let view_box = format!("0 0 {WIDTH} {}", lot.lanes.len() as f64 * LANE);
    html! {
        <li key={lot.seed.to_string()}>
            <button class="luck-tile" title={said.clone()} aria-label={said} onclick={does(on, Action::OpenLot(lot.seed))}>
                <span class="luck-seed"><span class="value">{ lot.seed }</span>{ is_own }</span>
                <svg viewBox={view_box} preserveAspectRatio="none" aria-hidden="true">
                    { for bars(&lot.lanes, lot.end, end).into_iter().map(bar) }
                    { broken }
                </svg>
            </button>
        </li>
    }
}

/// A length without needless decimals.
fn number(length: f64) -> String {
    format!("{:.1}", length)
}

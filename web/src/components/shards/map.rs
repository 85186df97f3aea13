//! The map of shards: along the time line, which group has which shard and how it goes from one to
//! another; or as a table how each stands now. Above it what is said of the configuration, or of the
//! shard that is selected or pointed at.

use yew::prelude::*;

use super::table::{glyph, table};
use crate::components::beside::Lanes;
use crate::components::{does, term_class};
use crate::state::action::Action;
use crate::state::flows::Balance;
use crate::state::lens::Asking;
use crate::state::shards::{Map, State};

/// What is drawn along the time line.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The canvas's name in the document.
    pub canvas: &'static str,
    /// How high all of it is, in pixels.
    pub height: u32,
}

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// How shards stand now; `None` while time goes on and nobody sees the table.
    pub map: Option<Map>,
    /// What is drawn; `None` for the table.
    pub drawn: Option<Drawn>,
    /// There is the other of the two.
    pub both: bool,
    /// What is said of a shard, or else of the configuration.
    pub told: Option<AttrValue>,
    /// What can be shown of the shard that is selected, each with what does it.
    pub shows: Vec<(AttrValue, Action)>,
    /// How the shards are divided before and after the configuration.
    pub balance: Option<Balance>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The map.
#[component]
pub fn ShardMap(props: &Props) -> Html {
    let Props { map, drawn, both, told, shows, balance, on } = props;
    let is_table = drawn.is_none();
    html! {
        <section class="clients shard-map" aria-label="Shards">
            <header class="clients-head">
                { for balance.as_ref().map(bars) }
                <p class="clients-told">{ told.clone().unwrap_or_default() }</p>
                { for shows.iter().map(|(words, action)| html! {
                    <button class="logs-more strong" onclick={does::<MouseEvent>(on, action.clone())}>{ words }</button>
                }) }
                if *both {
                    <button class="logs-more" aria-pressed={is_table.to_string()} title="How each shard stands now, as a table"
                        onclick={does::<MouseEvent>(on, Action::Ask(Asking::Table(!is_table)))}>{ "Table" }</button>
                }
            </header>
            if let Some(Drawn { canvas, height }) = drawn {
                <Lanes {canvas} height={*height} kind="map of shards" told={told.clone()} {on}
                    label="Shards along the time line. Up and down go from shard to shard, left and right from configuration to configuration.">
                    {""}
                </Lanes>
                if let Some(map) = map { <div class="sr-only">{ table(map, on) }</div> }
            } else {
                <div class="shards shards-now" tabindex="0" role="region" aria-label="How shards stand now">
                    { for map.as_ref().map(|map| table(map, on)) }
                </div>
            }
            <ul class="shards-legend" aria-label="Marks">
                <li>{ "Colour is the group:" }</li>
                { for State::ALL.iter().map(|state| html! {
                    <li>{ glyph(*state) }{ format!(" {}", state.word()) }</li>
                }) }
            </ul>
        </section>
    }
}

/// How wide the bars are, and how high each is.
const BAR: (u32, u32) = (72, 7);

/// The shares of the groups before and after a configuration, one bar over the other.
fn bars(balance: &Balance) -> Html {
    let bar = |(row, count): (u32, &dyn Fn(&(u32, u32)) -> u32)| {
        let groups = (0..).zip(std::iter::once(&balance.nobody).chain(&balance.groups));
        let shares: Vec<(u32, u32)> = groups.map(|(group, both)| (group, count(both))).collect();
        let all = shares.iter().map(|(_, count)| count).sum::<u32>().max(1);
        let mut left = 0;
        let part = |(group, count): (u32, u32)| {
            let (from, to) = (left * BAR.0 / all, (left + count) * BAR.0 / all);
            left += count;
            html! {
                <rect class={classes!("shards-share", term_class(u64::from(group)))} x={from.to_string()}
                    y={(row * (BAR.1 + 2)).to_string()} width={(to - from).saturating_sub(1).to_string()} height={BAR.1.to_string()} />
            }
        };
        shares.into_iter().filter(|(_, count)| *count > 0).map(part).collect::<Html>()
    };
    let height = 2 * BAR.1 + 2;
    html! {
        <svg class="shards-balance" width={BAR.0.to_string()} height={height.to_string()} role="img"
            aria-label={format!("Before and after: {}", balance.words())}>
            { bar((0, &|both| both.0)) }{ bar((1, &|both| both.1)) }
        </svg>
    }
}

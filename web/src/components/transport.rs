//! Play, pause, step, speed, the time, and what state the run is in.

use netsplit_sim::run::BranchShown;
use yew::prelude::*;

use super::branches::chooser;
use super::{does, may, titled};
use crate::state::action::Action;
use crate::state::playback::{SPEEDS, Speed, pace_text};

/// What the bar shows.
#[derive(Properties)]
pub struct Props {
    /// It plays.
    pub playing: bool,
    /// How fast it was asked to.
    pub speed: Speed,
    /// How fast it does.
    pub pace: u64,
    /// The time, before the first picture is painted.
    pub clock: AttrValue,
    /// Steps so far.
    pub steps: u64,
    /// The moment is before the edge.
    pub past: bool,
    /// The pace that is reached, while stepping cannot keep up.
    pub reached: Option<u64>,
    /// The branches, each with its name.
    pub branches: Vec<(BranchShown, String)>,
    /// Where the run comes from, in words, and whether that is trouble.
    pub origin: Option<(AttrValue, bool)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

impl PartialEq for Props {
    /// The time is written past Yew, in every frame; and while it plays no step is told.
    fn eq(&self, other: &Props) -> bool {
        let told = |it: &Props| (it.playing, it.speed, it.pace, it.past, it.reached);
        told(self) == told(other)
            && (self.playing || self.steps == other.steps)
            && (&self.branches, &self.origin) == (&other.branches, &other.origin)
            && self.on == other.on
    }
}

/// The bar.
#[component]
pub fn Transport(props: &Props) -> Html {
    let Props { playing, speed, pace, reached, clock, steps, past, branches, origin, on } = props;
    let choose = may(on, |event: Event| {
        let chosen: web_sys::HtmlSelectElement = event.target_dyn_into()?;
        Some(Action::SetSpeed(match chosen.value().parse() {
            Ok(pace) => Speed::Fixed(pace),
            Err(_) => Speed::Auto,
        }))
    });
    let state = match (playing, past) {
        (true, true) => "Playing · Past",
        (true, false) => "Playing",
        (false, true) => "Paused · Past",
        (false, false) => "Paused",
    };
    let option = |of: &u64| {
        html! { <option value={of.to_string()} selected={*speed == Speed::Fixed(*of)}>{ pace_text(*of) }</option> }
    };
    html! {
        <div class="transport" role="group" aria-label="Time">
            <button id="back" onclick={does(on, Action::StepBack)} title={titled("step-back")} aria-label="One step back">{ "◀" }</button>
            <button id="play" class="transport-play" onclick={does(on, Action::TogglePlay)}
                title={titled("play")}
                aria-label={if *playing { "Pause" } else { "Play" }}>{ if *playing { "❚❚" } else { "▶" } }</button>
            <button id="step" onclick={does(on, Action::StepForward)} title={titled("step")} aria-label="One step on">{ "▶|" }</button>
            <button id="edge" class="wide-only" onclick={does(on, Action::ToEdge)} title={titled("edge")} aria-label="To the edge">{ "⇥" }</button>
            <label class="transport-speed"><span class="sr-only">{ "Speed" }</span>
                <select onchange={choose} title="Speed (+, −, N for Auto)">
                    <option value="auto" selected={*speed == Speed::Auto}>{ "Auto" }</option>
                    { for SPEEDS.iter().map(option) }
                </select>
            </label>
            if let Some(reached) = reached {
                <span class="transport-pace value" id="pace">{ format!("reaches {}", pace_text(*reached)) }</span>
            } else if *speed == Speed::Auto {
                <span class="transport-pace value wide-only" id="pace">{ pace_text(*pace) }</span>
            }
            <span class="transport-time value"><b id="clock">{ clock }</b></span>
            <span class="transport-step value" id="steps">
                // Playing, several go by in a frame.
                if !*playing { { format!("· step {steps}") } }
            </span>
            <span class="transport-gap"></span>
            if let Some((origin, trouble)) = origin {
                <span id="origin" class={classes!("transport-origin", trouble.then_some("broken"))}>{ origin }</span>
            }
            <span class="transport-state" id="state">{ state }</span>
            { chooser(branches, on) }
        </div>
    }
}

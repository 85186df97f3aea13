//! The names of groups on the stage, for a pointer: a press on one goes into the group. Whoever has
//! none goes by the [path](super::path) above.

use yew::prelude::*;

use crate::components::does;
use crate::draw::islands::Island;
use crate::draw::ring::Ring;
use crate::draw::tenths::Tenths;
use crate::state::action::Action;
use crate::state::path::group_name;

/// Half the least size of what a finger hits.
const HALF: f64 = 13.0;

/// The names of all rings; beside one alone, the other groups in their places.
pub fn names(ring: &Ring, on: &Callback<Action>) -> Html {
    let gate = |gate: &Island| {
        let (x, y) = (Tenths(gate.centre.x).to_string(), Tenths(gate.centre.y).to_string());
        let dot = |(x, y): (f64, f64)| {
            let at = |share: f64, middle: f64| Tenths(middle + share * gate.reach).to_string();
            html! { <circle class="stage-gate-dot" cx={at(x, gate.centre.x)} cy={at(y, gate.centre.y)} r={Tenths(gate.reach * 0.2).to_string()} /> }
        };
        html! {
            <>
                <circle class="stage-gate" cx={x} cy={y} r={Tenths(gate.reach).to_string()} />
                { for [(0.0, -0.42), (0.38, 0.26), (-0.38, 0.26)].into_iter().map(dot) }
            </>
        }
    };
    match ring.alone {
        None => ring.islands.iter().map(|island| name(island, None, on)).collect(),
        Some(_) => ring.gates.iter().map(|it| name(it, Some(gate(it)), on)).collect(),
    }
}

fn name(island: &Island, gate: Option<Html>, on: &Callback<Action>) -> Html {
    let at = island.name.at;
    let [left, top, right, bottom] = island.name_room();
    let (middle, half) = ((left + right) / 2.0, ((right - left) / 2.0 + 4.0).max(HALF));
    // The disc of a gate takes presses, too.
    let top = gate.as_ref().map_or(top.min(at.y - HALF), |_| island.centre.y - island.reach);
    let height = bottom.max(at.y + HALF) - top;
    let beside = island.name.beside.then_some("beside");
    html! {
        <g class="stage-group" key={island.group} aria-hidden="true"
            onclick={does::<MouseEvent>(on, Action::ShowGroup(Some(island.group), None))}>
            <title>{ format!("Open {}", group_name(island.group)) }</title>
            <rect class="stage-group-room" x={Tenths(middle - half).to_string()} y={Tenths(top).to_string()}
                width={Tenths(2.0 * half).to_string()} height={Tenths(height).to_string()} />
            { for gate }
            <text class={classes!("stage-group-name", beside)} x={Tenths(at.x).to_string()} y={Tenths(at.y).to_string()}>
                { island.title() }</text>
        </g>
    }
}

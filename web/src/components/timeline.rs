//! The time line: a canvas of lanes that can be dragged.

use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use yew::prelude::*;

use super::time_text;
use crate::draw::scale::Scale;
use crate::paint::NAMES;
use crate::state::action::Action;

/// What the time line needs to know; what it shows is painted.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The canvas.
    pub canvas: NodeRef,
    /// The time shown.
    pub now: Time,
    /// The latest time the branch has been run to.
    pub edge: Time,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The time line.
#[component]
pub fn Timeline(props: &Props) -> Html {
    let Props { canvas, now, edge, on } = props;
    // The window stands still while it is dragged, or it would run away from the pointer.
    let held = use_state_eq(|| None::<Scale>);
    let place = {
        let canvas = canvas.clone();
        move |event: &PointerEvent| {
            let corner = canvas.cast::<web_sys::Element>()?.get_bounding_client_rect();
            Some((f64::from(event.client_x()) - corner.left() - NAMES, corner.width()))
        }
    };
    let seek =
        |scale: &Scale, x: f64| Action::SeekTo(Moment::after(scale.time_from_screen(x.max(0.0))));
    let (now, edge) = (*now, *edge);
    let onpointerdown = {
        let (on, held, place, canvas) = (on.clone(), held.clone(), place.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| {
            let Some((x, width)) = place(&event) else { return };
            let scale = Scale::following(now, edge, (width - NAMES).max(1.0));
            held.set(Some(scale));
            if let Some(element) = canvas.cast::<web_sys::Element>() {
                // A pointer that is gone already needs not be followed.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            on.emit(Action::Dragging(true));
            on.emit(seek(&scale, x));
        })
    };
    let onpointermove = {
        let (on, held, place) = (on.clone(), held.clone(), place.clone());
        Callback::from(move |event: PointerEvent| {
            if let (Some(scale), Some((x, _))) = (*held, place(&event)) {
                on.emit(seek(&scale, x));
            }
        })
    };
    let end = {
        let (on, held) = (on.clone(), held.clone());
        Callback::from(move |_: PointerEvent| {
            if held.is_some() {
                held.set(None);
                on.emit(Action::Dragging(false));
            }
        })
    };
    html! {
        <div class="timeline" role="slider" tabindex="0" aria-label="Time" id="timeline"
            aria-valuemin="0" aria-valuemax={(edge.micros() / 1_000).to_string()}
            aria-valuenow={(now.micros() / 1_000).to_string()}
            aria-valuetext={format!("{} s of {} s", time_text(now), time_text(edge))}
            {onpointerdown} {onpointermove} onpointerup={end.clone()} onpointercancel={end}>
            <canvas class="timeline-canvas" ref={canvas}></canvas>
        </div>
    }
}

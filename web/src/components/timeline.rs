//! The time line: a canvas of lanes that can be pointed at, pressed and dragged;
//! what it tells of a place; and its marks as a list, for whoever has no pointer.

use netsplit_core::time::Time;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::thumbnail::Thumbnail;
use super::{does, time_text};
use crate::draw::ring::{Point, Size};
use crate::draw::timeline::floating;
use crate::state::action::Action;
use crate::state::marks::{Mark, MarkKind};
use crate::state::model::{Pointed, Told};

/// How much more of the run a turn of the wheel shows.
const WHEEL: f64 = 1.25;
/// The size of what floats over a place.
const CARD: Size = Size { width: 208.0, height: 240.0 };

/// What the time line needs to know; what it shows is painted.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The canvas.
    pub canvas: NodeRef,
    /// The time shown.
    pub now: Time,
    /// The latest time the branch has been run to.
    pub edge: Time,
    /// How many nodes there are.
    pub nodes: usize,
    /// What is told of the place pointed at.
    pub told: Html,
    /// The marks as a list.
    pub list: Html,
    /// It is being dragged.
    pub dragged: bool,
    /// Something is being opened: how far it is, in hundredths.
    pub opening: Option<u64>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Where an event of a pointer is on the time line.
fn pointed(canvas: &NodeRef, event: &MouseEvent) -> Option<Pointed> {
    let corner = canvas.cast::<web_sys::Element>()?.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    Some(Pointed {
        at: Point::new(x - corner.left(), y - corner.top()),
        size: Size { width: corner.width(), height: corner.height() },
    })
}

/// The time line.
#[component]
pub fn Timeline(props: &Props) -> Html {
    let Props { canvas, now, edge, nodes, told, list, dragged, opening, on } = props;
    let onpointerdown = {
        let (on, canvas) = (on.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(place) = pointed(&canvas, &event) else { return };
            if let Some(element) = canvas.cast::<web_sys::Element>() {
                // A pointer that is gone already needs not be followed.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            on.emit(Action::PressTimeline(place));
        })
    };
    let onpointermove = {
        let (on, canvas) = (on.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| {
            on.emit(Action::PointAtTimeline(pointed(&canvas, &event)));
        })
    };
    let onwheel = {
        let (on, canvas) = (on.clone(), canvas.clone());
        Callback::from(move |event: WheelEvent| {
            event.prevent_default();
            let by = if event.delta_y() > 0.0 { WHEEL } else { 1.0 / WHEEL };
            if let Some(place) = pointed(&canvas, event.unchecked_ref()) {
                on.emit(Action::ZoomTimeline(place, by));
            }
        })
    };
    let end = does::<PointerEvent>(on, Action::LetTimelineGo);
    let rows = match nodes {
        0..=6 => None,
        7..=9 => Some("many"),
        _ => Some("most"),
    };
    let class = classes!("timeline", rows, dragged.then_some("dragged"));
    html! {
        <div {class}>
            { told.clone() }
            <div class="timeline-slider" role="slider" tabindex="0" aria-label="Time" id="timeline"
                aria-valuemin="0" aria-valuemax={(edge.micros() / 1_000).to_string()}
                aria-valuenow={(now.micros() / 1_000).to_string()}
                aria-valuetext={format!("{} s of {} s", time_text(*now), time_text(*edge))}
                {onpointerdown} {onpointermove} onpointerup={end.clone()} onpointercancel={end} {onwheel}
                onpointerleave={does::<PointerEvent>(on, Action::PointAtTimeline(None))}
                ondblclick={does::<MouseEvent>(on, Action::FollowTimeline)}>
                <canvas class="timeline-canvas" ref={canvas}></canvas>
            </div>
            if let Some(done) = opening {
                <progress class="timeline-opening" value={done.to_string()} max="100" aria-label="Opening"></progress>
            }
            { list.clone() }
        </div>
    }
}

/// The moment pointed at: its time, what is marked there, and the cluster.
pub fn card(told: &Told, width: f64) -> Html {
    let x = floating(told.x, CARD.width, width);
    html! {
        <svg class="timeline-card" width="100%" height={CARD.height.to_string()} aria-hidden="true">
            <foreignObject x={format!("{x:.0}")} y="0" width={CARD.width.to_string()} height={CARD.height.to_string()}>
                <div xmlns="http://www.w3.org/1999/xhtml" class="timeline-told">
                    <div class="timeline-paper">
                        if !told.standings.is_empty() {
                            <Thumbnail cast={told.cast} first={told.first} standings={told.standings.clone()} cuts={told.cuts.clone()} />
                        }
                        if let Some(words) = &told.words { <p class="timeline-words">{ words.to_string() }</p> }
                        <p class="timeline-time value">{ format!("{} s", time_text(told.time)) }</p>
                    </div>
                </div>
            </foreignObject>
        </svg>
    }
}

/// The marks as a list: it is seen while it has the focus.
pub fn list(marks: &[Mark], on: &Callback<Action>) -> Html {
    let item = |(place, mark): (usize, &Mark)| {
        let kind = match mark.kind {
            MarkKind::Note => "Note",
            MarkKind::Act => "Act",
            MarkKind::Fault => "Fault",
            MarkKind::Broken => "Broken",
        };
        let class = (mark.kind == MarkKind::Broken).then_some("broken");
        let until = (mark.to > mark.from).then(|| format!(" to {} s", time_text(mark.to)));
        html! {
            <li>
                <button {class} onclick={does(on, Action::GoToMark(place))}>
                    <span class="value">{ time_text(mark.from) }{ " s" }{ until }</span>
                    { format!(" {kind}: {}", mark.words) }
                </button>
            </li>
        }
    };
    if marks.is_empty() {
        return html! {};
    }
    html! {
        <ol class="timeline-marks" aria-label="Marks of the time line">
            { for marks.iter().enumerate().map(item) }
        </ol>
    }
}

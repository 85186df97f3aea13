//! What lies along the time line beside the stage: a canvas that can be pointed at, pressed, zoomed,
//! scrolled and gone through with arrows.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::browser;
use crate::components::does;
use crate::draw::bars::Way;
use crate::draw::clients::{Axis, Spot};
use crate::draw::ring::{Point, Size};
use crate::state::action::Action;
use crate::state::lens::Asking;

/// How much more of the run a turn of the wheel shows.
const WHEEL: f64 = 1.25;

/// What it is; what it shows is painted.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The canvas's name in the document.
    pub canvas: &'static str,
    /// How high all of it is, in pixels.
    pub height: u32,
    /// What kind of thing it is: `lanes of clients`.
    pub kind: &'static str,
    /// What it is called, with what its keys do.
    pub label: &'static str,
    /// What is said of the one that has the keyboard.
    pub told: Option<AttrValue>,
    /// Where actions go.
    pub on: Callback<Action>,
    /// What lies over it.
    pub children: Html,
}

/// Where an event of a pointer is.
fn spot(canvas: &str, event: &MouseEvent) -> Option<Spot> {
    let document = browser::document()?;
    let own = document.get_element_by_id(canvas)?.get_bounding_client_rect();
    let timeline = document.query_selector(".timeline-canvas").ok().flatten()?;
    let timeline = timeline.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    Some(Spot {
        at: Point::new(x - own.left(), y - own.top()),
        size: Size { width: own.width(), height: own.height() },
        axis: Axis::new(own.left(), timeline.left(), timeline.width()),
        timeline: Size { width: timeline.width(), height: timeline.height() },
    })
}

/// The canvas, in what scrolls it.
#[component]
pub fn Lanes(props: &Props) -> Html {
    let Props { canvas, height, kind, label, told, on, children } = props;
    let canvas = *canvas;
    let scroller = use_node_ref();
    let onpointerdown = {
        let (on, scroller) = (on.clone(), scroller.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(spot) = spot(canvas, &event) else { return };
            if let Some(element) = scroller.cast::<web_sys::Element>() {
                // A pointer that is gone already needs not be followed.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            on.emit(Action::Ask(Asking::Press(spot)));
        })
    };
    let onpointermove = {
        let on = on.clone();
        Callback::from(move |event: PointerEvent| {
            on.emit(Action::Ask(Asking::Point(spot(canvas, &event))));
        })
    };
    let onwheel = {
        let (on, scroller) = (on.clone(), scroller.clone());
        Callback::from(move |event: WheelEvent| {
            let scrolls = scroller
                .cast::<web_sys::Element>()
                .is_some_and(|it| it.scroll_height() > it.client_height() + 1);
            // Where there is more than is seen, the wheel goes down to it, and zooms with Ctrl.
            if scrolls && !event.ctrl_key() {
                return;
            }
            event.prevent_default();
            let by = if event.delta_y() > 0.0 { WHEEL } else { 1.0 / WHEEL };
            if let Some(spot) = spot(canvas, event.unchecked_ref()) {
                on.emit(Action::Ask(Asking::Zoom(spot, by)));
            }
        })
    };
    let onscroll = {
        let (on, scroller) = (on.clone(), scroller.clone());
        Callback::from(move |_: Event| {
            if let Some(element) = scroller.cast::<web_sys::Element>() {
                on.emit(Action::Ask(Asking::Scroll(f64::from(element.scroll_top()))));
            }
        })
    };
    let onkeydown = {
        let on = on.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.shift_key() || event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let asking = match event.key().as_str() {
                "ArrowLeft" => Asking::Go(Way::Earlier),
                "ArrowRight" => Asking::Go(Way::Later),
                "ArrowUp" => Asking::Go(Way::Up),
                "ArrowDown" => Asking::Go(Way::Down),
                "Enter" | " " => Asking::Choose,
                _ => return,
            };
            // Inside the lanes the arrows are theirs, not time's.
            event.prevent_default();
            event.stop_propagation();
            on.emit(Action::Ask(asking));
        })
    };
    let end = does::<PointerEvent>(on, Action::LetTimelineGo);
    let said = format!("{canvas}-said");
    html! {
        <>
            <div class="clients-scroll" ref={scroller} role="application" tabindex="0" aria-roledescription={*kind}
                aria-label={*label} aria-describedby={said.clone()}
                {onpointerdown} {onpointermove} onpointerup={end.clone()} onpointercancel={end} {onwheel} {onscroll} {onkeydown}
                onpointerleave={does::<PointerEvent>(on, Action::Ask(Asking::Point(None)))}
                onblur={does::<FocusEvent>(on, Action::Ask(Asking::Leave))}
                ondblclick={does::<MouseEvent>(on, Action::FollowTimeline)}>
                <canvas class="clients-canvas" id={canvas}></canvas>
                <svg class="clients-spacer" width="1" height={height.to_string()} aria-hidden="true"></svg>
                { children.clone() }
            </div>
            <p class="sr-only" id={said} aria-live="polite">{ told.clone().unwrap_or_default() }</p>
        </>
    }
}

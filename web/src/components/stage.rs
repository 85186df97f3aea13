//! The stage: nodes on a ring and the links between them. What moves is painted
//! on the canvas above; nodes, links and words are drawn here.

mod client;
mod hulls;
mod legend;
mod links;
mod mail;
mod node;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use netsplit_core::id::NodeId;
use netsplit_sim::run::WorldView;
use yew::prelude::*;

use super::may;
use crate::draw::ring::{CALL_LETTERS, NARROW, Point, Ring, Size};
use crate::hooks::use_size;
use crate::later;
use crate::state::action::Action;
use crate::state::selection::{Press, Selection};

use client::{Client, ClientDisc};
use hulls::Hulls;
pub use legend::{Legend, Mark, OF_ANY_LAB};
use links::Links;
pub use mail::MailList;
pub use node::role_of;
use node::{Disc, NodeDisc};

/// What the stage shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The moment.
    pub view: Rc<WorldView>,
    /// The group that stands there alone.
    pub alone: Option<u32>,
    /// What is selected.
    pub selection: Selection,
    /// Letters of a figure, by node.
    pub labels: Vec<(NodeId, String)>,
    /// The messages under way, as a list.
    pub mail: Html,
    /// The legend, where it is wanted: it stands under the ring.
    pub legend: Option<Html>,
    /// The canvas for what moves.
    pub canvas: NodeRef,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The size that is assumed until it is known: the middle of a laptop's page.
const USUAL: Size = Size { width: 880.0, height: 502.0 };
/// The corner of a wide stage in which the legend stands.
const LEGEND: Size = Size { width: 190.0, height: 130.0 };
/// How long a finger rests until the menu opens, in milliseconds.
const LONG_PRESS_MILLIS: u32 = 500;
/// How far it may move meanwhile.
const STILL: f64 = 8.0;

/// The stage.
#[component]
pub fn Stage(props: &Props) -> Html {
    let Props { view, alone, selection, labels, mail, legend, canvas, on } = props;
    let element = use_node_ref();
    let size = use_size(element.clone(), USUAL);
    let ring = use_memo((view.cast(), *alone, size), |(cast, alone, size)| {
        later::ring(*cast, *alone, *size)
    });
    // The finger that rests: where it went down, and what opens the menu then.
    let resting = use_mut_ref(|| None::<(Point, Timeout)>);
    let place = {
        let element = element.clone();
        move |event: &MouseEvent| {
            let corner = element.cast::<web_sys::Element>().map(|it| it.get_bounding_client_rect());
            let (left, top) = corner.map_or((0.0, 0.0), |corner| (corner.left(), corner.top()));
            Point::new(f64::from(event.client_x()) - left, f64::from(event.client_y()) - top)
        }
    };
    let onpointerdown = {
        let (place, resting) = (place.clone(), Rc::clone(&resting));
        let menu = on.clone();
        may(on, move |event: PointerEvent| {
            let touch = event.pointer_type() == "touch";
            if !is_of_stage(&event) || event.button() != 0 {
                return None;
            }
            let at = place(&event);
            let press = Press { at, size, touch, adds: event.shift_key() };
            if touch {
                let menu = menu.clone();
                let timeout = Timeout::new(LONG_PRESS_MILLIS, move || {
                    menu.emit(Action::Menu(Press { adds: false, ..press }));
                });
                *resting.borrow_mut() = Some((at, timeout));
            }
            Some(Action::Press(press))
        })
    };
    let onpointermove = {
        let (place, resting) = (place.clone(), Rc::clone(&resting));
        may(on, move |event: PointerEvent| {
            if event.buttons() & 1 == 0 {
                return None;
            }
            let at = place(&event);
            moved(&resting, at);
            Some(Action::Drag(at))
        })
    };
    let release = {
        let resting = Rc::clone(&resting);
        may(on, move |_: PointerEvent| {
            resting.borrow_mut().take();
            Some(Action::Release)
        })
    };
    let ondblclick = {
        let place = place.clone();
        may(on, move |event: MouseEvent| Some(Action::Enter(place(&event), size)))
    };
    let oncontextmenu = may(on, move |event: MouseEvent| {
        event.prevent_default();
        let press = Press { at: place(&event), size, touch: false, adds: false };
        Some(Action::Menu(press))
    });
    let letters = if size.width < NARROW { CALL_LETTERS.1 } else { CALL_LETTERS.0 };
    let nodes = view.nodes.iter().filter(|node| ring.has(node.id)).map(|node| {
        if node.id.is_client() {
            let client = Client { selected: selection.nodes().has(node.id), ..Client::of(node) };
            let (at, radius) = (ring.node(node.id), ring.client_radius);
            return html! { <ClientDisc key={node.id.to_string()} {client} {at} {radius} {letters} {on} /> };
        }
        let label = labels.iter().find(|(of, _)| *of == node.id).map(|(_, label)| label.clone());
        let disc = Disc {
            selected: selection.nodes().has(node.id),
            label: label.map(AttrValue::from),
            ..Disc::of(node)
        };
        let letter = ring.letter(node.id, disc.label.as_deref().unwrap_or_default());
        html! { <NodeDisc key={node.id.to_string()} {disc} at={ring.node(node.id)} radius={ring.radius} {letter} {on} /> }
    });
    let link = match *selection {
        Selection::Link(one, two) => Some((one, two)),
        _ => None,
    };
    let past = (!view.at_edge).then_some("past");
    html! {
        <section class={classes!("stage", past)} ref={element} aria-label="The cluster"
            {onpointerdown} {onpointermove} onpointerup={release.clone()}
            onpointercancel={release.clone()} onpointerleave={release} {ondblclick} {oncontextmenu}>
            <svg class="stage-picture" width={whole(size.width)} height={whole(size.height)}>
                <Links ring={Rc::clone(&ring)} cuts={view.cuts.clone()} selected={link} {on} />
                <Hulls ring={Rc::clone(&ring)} cuts={view.cuts.clone()}
                    up={view.nodes.iter().map(|node| node.up).collect::<Vec<_>>()} />
                { for nodes }
                { for later::groups(ring.cast).map(|groups| (groups.names)(&ring, on)) }
            </svg>
            <canvas class="stage-canvas" ref={canvas} aria-hidden="true"></canvas>
            if view.nodes.is_empty() { <p class="stage-empty">{ "No nodes yet" }</p> }
            if !view.at_edge { <span class="stage-past">{ "Past" }</span> }
            if leaves_corner(&ring, !view.cuts.is_empty(), size) { { for legend.iter().cloned() } }
            { mail.clone() }
        </section>
    }
}

/// The ring leaves the corner free in which the legend stands: many nodes stand
/// on an oval that takes it, and on a phone the sides of a parted cluster do.
fn leaves_corner(ring: &Ring, parted: bool, size: Size) -> bool {
    if size.width < NARROW {
        return ring.cast.servers <= 5 && ring.cast.clients == 0 && !parted;
    }
    let (right, top) = (LEGEND.width, size.height - LEGEND.height);
    ring.nodes.iter().all(|at| at.x - ring.radius > right || at.y + ring.radius < top)
}

/// A length in whole pixels.
fn whole(length: f64) -> String {
    (length.round() as u32).to_string()
}

/// A finger that has moved rests no longer.
fn moved(resting: &RefCell<Option<(Point, Timeout)>>, to: Point) {
    let mut resting = resting.borrow_mut();
    if resting.as_ref().is_some_and(|(from, _)| from.distance(to) > STILL) {
        *resting = None;
    }
}

/// The press is the stage's, not one of a button that lies on it, or of a name that is one.
fn is_of_stage(event: &PointerEvent) -> bool {
    let target = event.target_dyn_into::<web_sys::Element>();
    target.is_none_or(|target| !matches!(target.closest("button,.stage-group"), Ok(Some(_))))
}

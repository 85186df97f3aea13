//! The stage: nodes on a ring and the links between them. What moves is painted
//! on the canvas above; nodes, links and words are drawn here.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_sim::run::{NodeShown, WorldView};
use yew::prelude::*;

use super::{may, term_class};
use crate::draw::ring::{Point, Ring, Size};
use crate::hooks::use_size;
use crate::state::action::Action;
use crate::state::selection::{Press, Selection};

/// What the stage shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The moment.
    pub view: Rc<WorldView>,
    /// What is selected.
    pub selection: Selection,
    /// Letters of a figure, by node.
    pub labels: Vec<(NodeId, String)>,
    /// The canvas for what moves.
    pub canvas: NodeRef,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The size that is assumed until it is known: the middle of a laptop's page.
const USUAL: Size = Size { width: 880.0, height: 520.0 };

/// The stage.
#[component]
pub fn Stage(props: &Props) -> Html {
    let Props { view, selection, labels, canvas, on } = props;
    let element = use_node_ref();
    let size = use_size(element.clone(), USUAL);
    let ring = Ring::new(view.nodes.len(), size);
    let press = {
        let element = element.clone();
        on.reform(move |event: PointerEvent| {
            let corner = element.cast::<web_sys::Element>().map(|it| it.get_bounding_client_rect());
            let (left, top) = corner.map_or((0.0, 0.0), |corner| (corner.left(), corner.top()));
            let at =
                Point::new(f64::from(event.client_x()) - left, f64::from(event.client_y()) - top);
            Action::Press(Press { at, size, touch: event.pointer_type() == "touch" })
        })
    };
    let release = on.reform(|_: PointerEvent| Action::Release);
    let lines = links(view, &ring, *selection);
    let nodes = view.nodes.iter().map(|node| {
        let label = labels.iter().find(|(of, _)| *of == node.id).map(|(_, label)| label.as_str());
        draw_node(node, &ring, *selection == Selection::Node(node.id), label, on)
    });
    let past = (!view.at_edge).then_some("past");
    html! {
        <section class={classes!("stage", past)} ref={element} aria-label="The cluster"
            onpointerdown={press} onpointerup={release.clone()} onpointercancel={release.clone()}
            onpointerleave={release}>
            <svg class="stage-picture" width={size.width.to_string()} height={size.height.to_string()}>
                { for lines }
                { for nodes }
            </svg>
            <canvas class="stage-canvas" ref={canvas} aria-hidden="true"></canvas>
            if !view.at_edge { <span class="stage-past">{ "Past · acting here makes a branch" }</span> }
        </section>
    }
}

/// A hairline for every link, and a bar across each direction that is cut.
fn links(view: &WorldView, ring: &Ring, selection: Selection) -> Vec<Html> {
    let ids = || view.nodes.iter().map(|node| node.id);
    let pairs =
        ids().flat_map(|one| ids().filter(move |two| one < *two).map(move |two| (one, two)));
    let text = |number: f64| format!("{number:.1}");
    let mut drawn = Vec::new();
    for (one, two) in pairs {
        let selected = selection == Selection::Link(one, two);
        let parted = [(one, two), (two, one)].iter().all(|way| view.cuts.contains(way));
        let (from, to) = (ring.node(one), ring.node(two));
        drawn.push(html! {
            <line class={classes!("link", selected.then_some("selected"), parted.then_some("parted"))}
                x1={text(from.x)} y1={text(from.y)} x2={text(to.x)} y2={text(to.y)} />
        });
    }
    for (from, to) in &view.cuts {
        let (start, end) = ring.lane(*from, *to);
        let along = start.direction(end);
        let aside = Point::new(-along.y, along.x);
        // Each direction has its bar in the half where it leaves, so both can be told apart.
        let middle = start.towards(end, 0.42);
        let (left, right) = (middle.offset(aside, 7.0), middle.offset(aside, -5.0));
        drawn.push(html! {
            <line class="cut-bar" x1={text(left.x)} y1={text(left.y)} x2={text(right.x)} y2={text(right.y)}>
                <title>{ format!("{from} to {to} is cut") }</title>
            </line>
        });
    }
    drawn
}

/// What a node is, in one word.
pub(crate) fn role_of(node: &NodeShown) -> &'static str {
    match node {
        NodeShown { up: false, .. } => "down",
        NodeShown { paused: true, .. } => "paused",
        _ => node.view.role,
    }
}

/// Role is shape: leader a disc with a star, candidate a diamond, follower a disc,
/// crashed a hollow crossed disc, paused a disc with two bars.
fn draw_node(
    node: &NodeShown,
    ring: &Ring,
    selected: bool,
    label: Option<&str>,
    on: &Callback<Action>,
) -> Html {
    let (id, role, term) = (node.id, role_of(node), node.glance.term);
    let (centre, radius) = (ring.node(id), ring.radius);
    let text = |number: f64| format!("{number:.1}");
    let onkeydown = may(on, move |event: KeyboardEvent| {
        (event.key() == "Enter").then_some(Action::Select(Selection::Node(id)))
    });
    let shape = if role.contains("candidate") {
        let reach = radius * 1.08;
        html! { <path class="node-shape" d={format!("M0 {0:.1}L{0:.1} 0L0 {1:.1}L{1:.1} 0Z", -reach, reach)} /> }
    } else {
        html! { <circle class="node-shape" r={text(radius)} /> }
    };
    let mark = match role {
        "leader" => {
            html! { <path class="node-star" d={star(radius * 0.2)} transform={format!("translate(0 {:.1})", -radius * 0.62)} /> }
        }
        "down" => {
            let arm = radius * 0.7;
            html! { <path class="node-cross" d={format!("M{0:.1} {0:.1}L{1:.1} {1:.1}M{0:.1} {1:.1}L{1:.1} {0:.1}", -arm, arm)} /> }
        }
        "paused" => {
            html! { <path class="node-bars" d={format!("M{0:.1} {1:.1}v{2:.1}M{3:.1} {1:.1}v{2:.1}", -radius * 0.1, -radius * 0.8, radius * 0.3, radius * 0.1)} /> }
        }
        _ => html! {},
    };
    // The corners of a diamond, and of a small disc, leave room for the number alone.
    let narrow = radius < 38.0 || role.contains("candidate");
    let term_words = if narrow { term.to_string() } else { format!("term {term}") };
    let words = match role {
        "down" => format!("{id}, crashed"),
        _ => format!("{id}, {role} in term {term}"),
    };
    html! {
        <g key={id.number()} class={classes!("node", format!("role-{role}"), term_class(term), selected.then_some("selected"))}
            transform={format!("translate({:.1} {:.1})", centre.x, centre.y)} id={id.to_string()}
            role="button" tabindex="0" aria-label={words} aria-pressed={selected.to_string()} {onkeydown}>
            if selected { <circle class="node-selected" r={text(radius + 10.0)} /> }
            { shape }
            { mark }
            <text class="node-name" y={text(if radius < 30.0 { 0.0 } else { -1.0 })}>{ id.to_string() }</text>
            if node.up {
                <text class="node-term" y={text(radius * 0.5)}>{ term_words }</text>
            }
            if let Some(label) = label { <text class="node-label" y={text(-radius - 14.0)}>{ label }</text> }
            { pips(node, radius) }
        </g>
    }
}

/// A candidate's votes: one pip a node: granted, refused, asked.
fn pips(node: &NodeShown, radius: f64) -> Html {
    use netsplit_core::view::Value;
    let Some(Value::List(votes)) = node.view.get("votes") else { return html! {} };
    let answers = votes.iter().map(|vote| match vote {
        Value::Record(fields) => {
            fields.iter().find(|field| field.name == "granted").map(|field| &field.value)
        }
        _ => None,
    });
    let count = votes.len() as f64;
    let pip = |(place, answer): (usize, Option<&Value>)| {
        let x = (place as f64 - (count - 1.0) / 2.0) * 11.0;
        let class = match answer {
            Some(Value::Flag(true)) => "pip granted",
            Some(Value::Flag(false)) => "pip refused",
            _ => "pip asked",
        };
        html! { <circle {class} cx={format!("{x:.1}")} cy={format!("{:.1}", radius + 34.0)} r="4" /> }
    };
    html! { <>{ for answers.enumerate().map(pip) }</> }
}

/// A star of five points.
fn star(radius: f64) -> String {
    let point = |place: u32| {
        let turn = std::f64::consts::PI * f64::from(place) / 5.0;
        let reach = if place.is_multiple_of(2) { radius } else { radius * 0.45 };
        format!("{:.1} {:.1}", reach * turn.sin(), -reach * turn.cos())
    };
    let points: Vec<String> = (0..10).map(point).collect();
    format!("M{}Z", points.join("L"))
}

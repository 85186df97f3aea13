//! A node: role is shape, colour is the term.

use netsplit_core::id::NodeId;
use netsplit_core::view::Value;
use netsplit_sim::run::NodeShown;
use yew::prelude::*;

use crate::browser;
use crate::components::{may, term_class};
use crate::draw::ring::{LETTER_GAP, Letter, Point};
use crate::draw::tenths::Tenths;
use crate::draw::turn::sin_cos;
use crate::state::action::Action;
use crate::state::selection::Selection;

/// From this radius on there is room for the word "term".
const WIDE: f64 = 36.0;
/// Below this radius the words are smaller.
const SMALL: f64 = 30.0;

/// What is drawn of a node: as little as shows all that can be seen, so that a
/// node is drawn anew only when that has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Disc {
    /// Its name.
    pub id: NodeId,
    /// What it is, in one word.
    pub role: &'static str,
    /// Its term, or 0 where it has none.
    pub term: u64,
    /// It is of those that have one.
    pub has_term: bool,
    /// Not crashed.
    pub up: bool,
    /// The answers to a candidate: granted, refused, asked.
    pub votes: Vec<Option<bool>>,
    /// It is selected.
    pub selected: bool,
    /// Its letter in a figure.
    pub label: Option<AttrValue>,
}

impl Disc {
    /// A node as it is drawn.
    pub fn of(node: &NodeShown) -> Disc {
        Disc {
            id: node.id,
            role: role_of(node),
            term: node.glance.term,
            has_term: node.view.get("current term").is_some(),
            up: node.up,
            votes: votes(node),
            selected: false,
            label: None,
        }
    }
}

/// What a node is, in one word.
pub fn role_of(node: &NodeShown) -> &'static str {
    match node {
        NodeShown { up: false, incarnation: 0, .. } => "unstarted",
        NodeShown { up: false, .. } => "down",
        NodeShown { paused: true, .. } => "paused",
        _ => node.view.role,
    }
}

/// A candidate's votes, in order of the nodes.
fn votes(node: &NodeShown) -> Vec<Option<bool>> {
    let Some(Value::List(votes)) = node.view.get("votes") else { return Vec::new() };
    let granted = |vote: &Value| match vote {
        Value::Record(fields) => {
            match fields.iter().find(|field| field.name == "granted").map(|field| &field.value) {
                Some(Value::Flag(granted)) => Some(*granted),
                _ => None,
            }
        }
        _ => None,
    };
    votes.iter().map(granted).collect()
}

/// What a node is drawn of.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What it shows.
    pub disc: Disc,
    /// Its centre.
    pub at: Point,
    /// Its radius.
    pub radius: f64,
    /// Where its letter stands.
    pub letter: Letter,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Leader a disc with a star, candidate a diamond, follower a disc, crashed a
/// hollow crossed disc, paused a disc with two bars.
#[component]
pub fn NodeDisc(props: &Props) -> Html {
    let Props { disc, at, radius, letter: place, on } = props;
    let (id, role, radius) = (disc.id, disc.role, *radius);
    let text = |number: f64| Tenths(number).to_string();
    let onfocus = may(on, move |event: FocusEvent| {
        browser::is_reached_by_key(&event).then_some(Action::Select(Selection::Node(id)))
    });
    let is_candidate = role.contains("candidate");
    let reach = radius * 1.12;
    let shape = if is_candidate {
        html! { <path class="node-shape" d={format!("M0 {0}L{1} 0L0 {1}L{0} 0Z", Tenths(-reach), Tenths(reach))} /> }
    } else {
        html! { <circle class="node-shape" r={text(radius)} /> }
    };
    let words = match role {
        "down" => format!("{id}, crashed"),
        "unstarted" => format!("{id}, not started yet"),
        _ if !disc.has_term => format!("{id}, {role}"),
        _ => format!("{id}, {role} in term {}", disc.term),
    };
    let (term, worded) = match radius < WIDE || is_candidate {
        true => (disc.term.to_string(), None),
        false => (format!("term {}", disc.term), Some("worded")),
    };
    let small = (radius < SMALL).then_some("small");
    let selected = disc.selected.then_some("selected");
    html! {
        <g class={classes!("node", format!("role-{role}"), term_class(disc.term), selected, small)}
            transform={format!("translate({} {})", Tenths(at.x), Tenths(at.y))} id={id.to_string()}
            font-size={text(radius)} role="button" tabindex="0" aria-pressed={disc.selected.to_string()} {onfocus}>
            <title>{ words }</title>
            <circle class="node-selected" r={text(radius + 11.0)} />
            { shape }
            { mark(role, radius) }
            <text class="node-name" y={text(if disc.up { -radius * 0.1 } else { 0.0 })}>{ name(id) }</text>
            if disc.up && disc.has_term {
                <text class={classes!("node-term", worded)} y={text(radius * 0.42)}>{ term }</text>
            }
            if let Some(label) = &disc.label {
                { letter(label, disc.votes.len(), *at, radius, *place) }
            }
            { for pips(&disc.votes, if is_candidate { reach } else { radius }) }
        </g>
    }
}

/// What stands in a node: of a member of a group its name there, since that of the group stands beside
/// its ring.
fn name(id: NodeId) -> String {
    if id.is_client() { id.to_string() } else { format!("n{}", id.number()) }
}

/// The letter of a figure: on the outer side of the ring, else above the node, as far as the stage
/// goes; there it gives way to a crown of pips.
fn letter(label: &AttrValue, pips: usize, at: Point, radius: f64, place: Letter) -> Html {
    let (class, x, y) = match place {
        Letter::Left => ("node-label before", -radius - LETTER_GAP, 0.0),
        Letter::Right => ("node-label after", radius + LETTER_GAP, 0.0),
        Letter::Above if pips == 0 => ("node-label", 0.0, (-radius - 16.0).max(10.0 - at.y)),
        Letter::Above => ("node-label after", radius + 16.0, -radius * 0.95),
    };
    html! { <text {class} x={Tenths(x).to_string()} y={Tenths(y).to_string()}>{ label }</text> }
}

/// The letter of a role, drawn.
fn mark(role: &str, radius: f64) -> Html {
    match role {
        "leader" => {
            let lift = format!("translate(0 {})", Tenths(-radius * 0.62));
            html! { <path class="node-star" d={star(radius * 0.22)} transform={lift} /> }
        }
        "down" => {
            let (to, arm) = (Tenths(-radius * 0.7), Tenths(radius * 0.7));
            html! { <path class="node-cross" d={format!("M{to} {to}L{arm} {arm}M{to} {arm}L{arm} {to}")} /> }
        }
        "paused" => {
            let (side, top, long) = (radius * 0.1, -radius * 0.82, radius * 0.32);
            html! { <path class="node-bars" d={format!("M{0} {1}v{2}M{3} {1}v{2}", Tenths(-side), Tenths(top), Tenths(long), Tenths(side))} /> }
        }
        _ => html! {},
    }
}

/// One pip a node, as a crown above: granted, refused, asked.
fn pips(votes: &[Option<bool>], radius: f64) -> impl Iterator<Item = Html> {
    let count = votes.len() as f64;
    let step = (13.0 / (radius + 14.0)).min(2.6 / count.max(1.0));
    votes.iter().enumerate().map(move |(place, vote)| {
        let turn = (place as f64 - (count - 1.0) / 2.0) * step;
        let (sin, cos) = sin_cos(turn);
        let (x, y) = ((radius + 14.0) * sin, Tenths(-(radius + 14.0) * cos));
        let class = match vote {
            Some(true) => "pip granted",
            Some(false) => "pip refused",
            None => "pip asked",
        };
        let minus = format!("M{} {y}h5", Tenths(x - 2.5));
        html! {
            <>
                <circle {class} cx={Tenths(x).to_string()} cy={y.to_string()} r="4.5" />
                if *vote == Some(false) { <path class="pip-minus" d={minus} /> }
            </>
        }
    })
}

/// A star of five points.
fn star(radius: f64) -> String {
    let point = |place: u32| {
        let turn = std::f64::consts::PI * f64::from(place) / 5.0;
        let reach = if place.is_multiple_of(2) { radius } else { radius * 0.45 };
        let (sin, cos) = sin_cos(turn);
        format!("{} {}", Tenths(reach * sin), Tenths(-reach * cos))
    };
    let points: Vec<String> = (0..10).map(point).collect();
    format!("M{}Z", points.join("L"))
}

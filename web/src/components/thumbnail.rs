//! The cluster of a moment, small: names, roles, terms, cuts.

use netsplit_core::id::{Cast, NodeId};
use netsplit_sim::run::Standing;
use yew::prelude::*;

use super::term_class;
use crate::draw::ring::{Point, Size};
use crate::draw::timeline::small_ring;

/// The size of the picture.
const SIZE: Size = Size { width: 184.0, height: 124.0 };

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Who there is.
    pub cast: Cast,
    /// The first of those who are seen, by its place.
    pub first: usize,
    /// How each of them stood.
    pub standings: Vec<Standing>,
    /// Directions that were cut.
    pub cuts: Vec<(NodeId, NodeId)>,
}

/// The picture.
#[component]
pub fn Thumbnail(props: &Props) -> Html {
    let Props { cast, first, standings, cuts } = props;
    let (places, radius) = small_ring(standings.len(), SIZE);
    let text = |number: f64| format!("{number:.1}");
    let at = |node: NodeId| {
        let place = node.index().checked_sub(*first).and_then(|place| places.get(place));
        place.copied().unwrap_or(Point::new(0.0, 0.0))
    };
    let is_group = *first > 0 || standings.len() < cast.servers as usize;
    let bar = |(from, to): &(NodeId, NodeId)| {
        let (start, end) = (at(*from), at(*to));
        let along = start.direction(end);
        let aside = Point::new(-along.y, along.x);
        let middle = start.towards(end, 0.4);
        let (left, right) = (middle.offset(aside, 4.0), middle.offset(aside, -2.0));
        html! {
            <line class="thumbnail-cut" x1={text(left.x)} y1={text(left.y)} x2={text(right.x)} y2={text(right.y)} />
        }
    };
    let node = |(place, standing): (usize, &Standing)| {
        let (role, at) = (role_of(standing), places[place]);
        let arm = radius * 0.7;
        html! {
            <g class={classes!("thumbnail-node", role, term_class(standing.term))}
                transform={format!("translate({:.1} {:.1})", at.x, at.y)}>
                <circle r={text(radius)} />
                if role == "down" {
                    <path d={format!("M{0:.1} {0:.1}L{1:.1} {1:.1}M{0:.1} {1:.1}L{1:.1} {0:.1}", -arm, arm)} />
                }
                <text>{ name(cast.at((first + place) as u32), is_group) }</text>
                if standing.up {
                    <text class="thumbnail-term" x={text(radius + 3.0)}>{ term_words(standing) }</text>
                }
            </g>
        }
    };
    html! {
        <svg class="thumbnail" width={text(SIZE.width)} height={text(SIZE.height)}>
            { for cuts.iter().map(bar) }
            { for standings.iter().enumerate().map(node) }
        </svg>
    }
}

/// Of several groups the first of each has its name, and the others their numbers.
fn name(node: NodeId, alone: bool) -> String {
    match (node.group(), node.number()) {
        (None, _) => node.to_string(),
        (Some(_), number) if alone => format!("n{number}"),
        (Some(group), 1) => format!("g{group}"),
        (Some(_), number) => number.to_string(),
    }
}

fn role_of(standing: &Standing) -> &'static str {
    match standing {
        Standing { up: false, .. } => "down",
        Standing { paused: true, .. } => "paused",
        Standing { leads: true, .. } => "leader",
        _ => "follower",
    }
}

/// The term, with the leader's star and the two bars of who is paused.
fn term_words(standing: &Standing) -> String {
    let mark = match role_of(standing) {
        "leader" => "★",
        "paused" => "‖",
        _ => "",
    };
    format!("{}{mark}", standing.term)
}

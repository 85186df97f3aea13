//! The links: a hairline each, and a bar before the receiver of each direction
//! that is cut.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use yew::prelude::*;

use crate::browser;
use crate::components::may;
use crate::draw::flight::BAR_BEFORE_END;
use crate::draw::ring::Ring;
use crate::draw::tenths::Tenths;
use crate::state::action::Action;
use crate::state::selection::Selection;

/// Half the length of a bar.
const BAR: f64 = 6.5;

/// What the links are drawn of.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Where the nodes stand.
    pub ring: Rc<Ring>,
    /// Directions that are cut.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// The link that is selected.
    pub selected: Option<(NodeId, NodeId)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The links.
#[component]
pub fn Links(props: &Props) -> Html {
    let Props { ring, cuts, selected, on } = props;
    let link = |(one, two): (NodeId, NodeId)| {
        let ways = [(one, two), (two, one)];
        let cut = ways.map(|way| cuts.contains(&way));
        let selected = *selected == Some((one, two));
        let class = classes!(
            "link",
            selected.then_some("selected"),
            (cut == [true, true]).then_some("parted")
        );
        let (from, to) = (ring.node(one), ring.node(two));
        let text = |number: f64| Tenths(number).to_string();
        let line = html! {
            <line {class} x1={text(from.x)} y1={text(from.y)} x2={text(to.x)} y2={text(to.y)} />
        };
        if cut == [false, false] {
            return line;
        }
        let words = match cut {
            [true, true] => format!("Link {one} – {two}, cut both ways"),
            [true, false] => format!("Link {one} – {two}, {one} to {two} is cut"),
            _ => format!("Link {one} – {two}, {two} to {one} is cut"),
        };
        let bars = ways.iter().zip(cut).filter(|(_, cut)| *cut);
        let onfocus = may(on, move |event: FocusEvent| {
            browser::is_reached_by_key(&event).then_some(Action::Select(Selection::link(one, two)))
        });
        html! {
            <g class="cut-link" id={format!("{one}-{two}")} role="button" tabindex="0"
                aria-label={words} aria-pressed={selected.to_string()} {onfocus}>
                { line }
                { for bars.map(|(way, _)| bar(ring, *way)) }
            </g>
        }
    };
    // Of clients and between groups only what is cut or selected: else a link is seen by what is
    // under way.
    let shown = |way: &(NodeId, NodeId)| {
        let (one, two) = *way;
        *selected == Some(*way) || cuts.contains(&(one, two)) || cuts.contains(&(two, one))
    };
    html! { <g class="links">{ for ring.links().chain(ring.far_links().filter(shown)).map(link) }</g> }
}

/// The bar of a direction: at the end of its lane, where what comes then dies.
fn bar(ring: &Ring, (from, to): (NodeId, NodeId)) -> Html {
    let (start, end) = ring.lane(from, to);
    let along = start.direction(end);
    let middle = end.offset(along, -BAR_BEFORE_END);
    let (left, right) = (middle.offset(along.aside(), -BAR), middle.offset(along.aside(), BAR));
    let text = |number: f64| Tenths(number).to_string();
    html! {
        <line class="cut-bar" x1={text(left.x)} y1={text(left.y)} x2={text(right.x)} y2={text(right.y)}>
            <title>{ format!("{from} to {to} is cut") }</title>
        </line>
    }
}

//! The sides into which cuts part the cluster, each inside a hairline.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use yew::prelude::*;

use crate::draw::parts;
use crate::draw::ring::Ring;
use crate::draw::tenths::Tenths;

/// What the hairlines are drawn of.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Where the nodes stand.
    pub ring: Rc<Ring>,
    /// Directions that are cut.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// For each node whether it is up.
    pub up: Vec<bool>,
}

/// The hairlines.
#[component]
pub fn Hulls(props: &Props) -> Html {
    let hulls = parts::hulls(&props.ring, &props.cuts, &props.up);
    let hull = |hull: &parts::Hull| {
        let (x, y) = (Tenths(hull.at.x).to_string(), Tenths(hull.at.y).to_string());
        html! {
            <>
                <path class="side" d={hull.path.clone()} />
                <text class="side-words" {x} {y}>{ &hull.words }</text>
            </>
        }
    };
    html! { <g class="sides">{ for hulls.iter().map(hull) }</g> }
}

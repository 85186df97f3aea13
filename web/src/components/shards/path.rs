//! The path above the stage, each part of it a button, and the groups that can be gone into.

use netsplit_core::id::Cast;
use yew::prelude::*;

use crate::components::does;
use crate::state::action::Action;
use crate::state::path::{Part, Stands, group_name, groups};

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// Its parts, from all groups inwards.
    pub parts: Vec<Part>,
    /// Who there is.
    pub cast: Cast,
    /// The group that stands alone on the stage.
    pub alone: Option<u32>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The path.
#[component]
pub fn PathBar(props: &Props) -> Html {
    let Props { parts, cast, alone, on } = props;
    let part = |(place, part): (usize, &Part)| {
        let (class, current) = match part.stands {
            Stands::Above => ("path-part", None),
            Stands::Here => ("path-part here", Some("location")),
            Stands::Below => ("path-part below", None),
        };
        html! {
            <li key={place}>
                if place > 0 { <span class="path-step" aria-hidden="true">{ "›" }</span> }
                <button {class} aria-current={current} onclick={does::<MouseEvent>(on, part.goes.clone())}>{ &part.name }</button>
            </li>
        }
    };
    let group = |group: u32| {
        let is_here = *alone == Some(group);
        let name = if group == 0 { "controller".to_owned() } else { format!("g{group}") };
        html! {
            <button class="path-group" key={group} aria-pressed={is_here.to_string()} title={format!("Open {}", group_name(group))}
                aria-label={group_name(group)} onclick={does::<MouseEvent>(on, Action::ShowGroup((!is_here).then_some(group), None))}>{ name }</button>
        }
    };
    html! {
        <nav class="path" aria-label="Place">
            <ol class="path-parts">{ for parts.iter().enumerate().map(part) }</ol>
            <div class="path-groups" role="group" aria-label="Groups">{ for groups(*cast).map(group) }</div>
        </nav>
    }
}

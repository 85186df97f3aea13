//! Disks and clocks, node by node.

use netsplit_sim::choice::Rate;
use netsplit_sim::run::NodeDials;
use netsplit_sim::verb::{Selector, Verb};
use yew::prelude::*;

use crate::components::may;
use crate::state::action::Action;

/// What the table shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The nodes.
    pub nodes: Vec<NodeDials>,
    /// A run is being opened, and nothing can be changed.
    pub loading: bool,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// Paces of a clock: the word in the list, its name, and the pace.
const PACES: &[(&str, &str, Rate)] = &[
    ("true", "true", Rate::TRUE),
    ("fast", "a tenth fast", Rate { local: 11, real: 10 }),
    ("slow", "a tenth slow", Rate { local: 9, real: 10 }),
    ("double", "twice as fast", Rate { local: 2, real: 1 }),
    ("half", "half as fast", Rate { local: 1, real: 2 }),
];

/// The table.
#[component]
pub fn NodeFaults(props: &Props) -> Html {
    let Props { nodes, loading, on } = props;
    html! {
        <fieldset class="dials-all" disabled={*loading}>
            <table class="faults">
                <thead><tr><th></th><th scope="col">{ "Disk" }</th><th scope="col">{ "Clock" }</th></tr></thead>
                <tbody>{ for nodes.iter().map(|node| row(node, on)) }</tbody>
            </table>
        </fieldset>
    }
}

fn row(dials: &NodeDials, on: &Callback<Action>) -> Html {
    let NodeDials { node, stalled, lies, rate, .. } = *dials;
    let disk = may(on, move |event: Event| {
        let list: web_sys::HtmlSelectElement = event.target_dyn_into()?;
        let who = || Selector::node(node);
        let wanted = list.value();
        let (stall, lie) = (wanted == "stalled", wanted == "lies");
        let mut verbs = Vec::new();
        verbs.extend((stalled && !stall).then(|| Verb::Unstall(who())));
        verbs.extend((lies && !lie).then(|| Verb::Honest(who())));
        verbs.extend((!stalled && stall).then(|| Verb::Stall(who())));
        verbs.extend((!lies && lie).then(|| Verb::Lie(who())));
        Some(Action::ActTogether(verbs))
    });
    let clock = may(on, move |event: Event| {
        let list: web_sys::HtmlSelectElement = event.target_dyn_into()?;
        let (_, _, pace) = PACES.iter().find(|(word, ..)| *word == list.value())?;
        Some(Action::Act(Verb::Clock(Selector::node(node), *pace)))
    });
    let of_disk = [
        ("honest", "honest", !stalled && !lies),
        ("stalled", "stalled", stalled),
        ("lies", "lies", lies && !stalled),
    ];
    let known = PACES.iter().any(|(.., pace)| *pace == rate);
    let pace = |(word, name, pace): &(&'static str, &'static str, Rate)| {
        html! { <option value={*word} selected={*pace == rate}>{ *name }</option> }
    };
    html! {
        <tr key={node.number()}>
            <th scope="row" class="value">{ node.to_string() }</th>
            <td><select onchange={disk} aria-label={format!("Disk of {node}")}
                class={classes!((stalled || lies).then_some("away"))}>
                { for of_disk.iter().map(|(word, name, selected)| html! { <option value={*word} selected={*selected}>{ *name }</option> }) }
            </select></td>
            <td><select onchange={clock} aria-label={format!("Clock of {node}")}
                class={classes!((rate != Rate::TRUE).then_some("away"))}>
                { for PACES.iter().map(pace) }
                if !known { <option selected=true>{ format!("{}/{}", rate.local, rate.real) }</option> }
            </select></td>
        </tr>
    }
}

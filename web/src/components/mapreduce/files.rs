//! Files by node, with what each weighs.

use netsplit_core::id::NodeId;
use netsplit_sim::words::mapreduce::bytes;
use yew::prelude::*;

use crate::components::does;
use crate::state::action::Action;
use crate::state::selection::Selection;

/// A node's disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Disk {
    /// Whose.
    pub node: NodeId,
    /// What it is: `shared disk`.
    pub role: AttrValue,
    /// Names with bytes; what is said of those that are not listed has none.
    pub files: Vec<(AttrValue, Option<u64>)>,
    /// As how many bytes all of it counts.
    pub weight: u64,
}

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The disks.
    pub disks: Vec<Disk>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// All disks side by side.
#[component]
pub fn Disks(props: &Props) -> Html {
    html! {
        <section class="mr-panel" tabindex="0" role="region" aria-label="Files by node">
            <div class="mr-beside">{ for props.disks.iter().map(|it| disk(it, &props.on)) }</div>
        </section>
    }
}

fn disk(disk: &Disk, on: &Callback<Action>) -> Html {
    let select = does::<MouseEvent>(on, Action::Select(Selection::Node(disk.node)));
    let row = |(name, weight): &(AttrValue, Option<u64>)| {
        html! {
            <tr key={name.to_string()}>
                <th scope="row">{ name }</th>
                <td class="value number">{ weight.map_or_else(String::new, bytes) }</td>
            </tr>
        }
    };
    html! {
        <table class="mr-table" key={disk.node.to_string()}>
            <caption>
                <button class="mr-go" onclick={select}>{ disk.node.to_string() }</button>
                { format!(" {}, {}", disk.role, bytes(disk.weight)) }
            </caption>
            <tbody>
                { for disk.files.iter().map(row) }
                if disk.files.is_empty() { <tr><td class="mr-quiet">{ "No files." }</td></tr> }
            </tbody>
        </table>
    }
}

//! An entry of a log: what became of it, and where it is.

use netsplit_sim::run::NodeShown;
use netsplit_sim::words;
use yew::prelude::*;

use super::Inspected;
use crate::components::{does, term_class};
use crate::draw::logs::{entry_of, last_of};
use crate::state::action::Action;
use crate::state::selection::Selection;

pub(super) fn page(given: &Inspected<'_>, node: &NodeShown, index: u64) -> Html {
    let view = given.view;
    let Some((term, command)) = entry_of(&node.log, index) else {
        return html! {
            <>
                <h2>{ format!("Entry {index} on {}", node.id) }</h2>
                <p>{ format!("It is in {}'s snapshot, which covers entries 1 to {}.", node.id, node.log.start) }</p>
            </>
        };
    };
    let yes = |flag: bool| if flag { "yes" } else { "–" };
    let row = |other: &std::rc::Rc<NodeShown>| {
        let log = &other.log;
        let held = match entry_of(log, index) {
            _ if index <= log.start => "in its snapshot".to_owned(),
            Some((held, _)) if held == term => "yes".to_owned(),
            Some((held, _)) => format!("one of term {held}"),
            None => "–".to_owned(),
        };
        let here = held == "yes" || index <= log.start;
        html! {
            <tr>
                <th scope="row"><button class="inspect-name" onclick={does(given.on, Action::Select(Selection::Node(other.id)))}>{ other.id.to_string() }</button></th>
                <td>{ held }</td>
                <td>{ yes(here && index <= log.durable.max(log.start)) }</td>
                <td>{ yes(here && index <= log.committed) }</td>
                <td>{ yes(here && index <= log.applied) }</td>
            </tr>
        }
    };
    html! {
        <>
            <h2 class={term_class(*term)}><span class="inspect-hue"></span>{ format!("Entry {index}, term {term}") }
                <span class="value inspect-id">{ command }</span></h2>
            <p class="inspect-story">{ words::entry_story(given.lab, view, node.id, index, *term) }</p>
            <table class="inspect-table">
                <thead><tr><th scope="col">{ "node" }</th><th scope="col">{ "has it" }</th><th scope="col">{ "on disk" }</th>
                    <th scope="col">{ "committed" }</th><th scope="col">{ "applied" }</th></tr></thead>
                <tbody>{ for view.nodes.iter().filter(|other| !other.id.is_client() && other.id.group() == node.id.group()).map(row) }</tbody>
            </table>
            { given.story.clone() }
            <div class="inspect-acts">
                if index > 1 { { go(given, node, index - 1) } }
                if index < last_of(&node.log) { { go(given, node, index + 1) } }
            </div>
        </>
    }
}

fn go(given: &Inspected<'_>, node: &NodeShown, index: u64) -> Html {
    let action = Action::Select(Selection::Entry(node.id, index));
    super::act(given.on, &format!("Entry {index}"), "", action)
}

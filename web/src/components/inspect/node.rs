//! A node: its state in the paper's order, memory beside disk, its timers, its
//! disk's work, its links.

use netsplit_core::time::Time;
use netsplit_sim::choice::TimerCode;
use netsplit_sim::run::NodeShown;
use netsplit_sim::words;
use yew::prelude::*;

use super::tree::{Tree, tree};
use super::{Inspected, act, direction, last};
use crate::components::copy::Copy;
use crate::components::stage::role_of;
use crate::components::{does, term_class};
use crate::later;
use crate::state::action::Action;
use crate::state::selection::Selection;

pub(super) fn page(given: &Inspected<'_>, node: &NodeShown) -> Html {
    let (view, on) = (given.view, given.on);
    let cut = view.cuts.iter().any(|(from, to)| [*from, *to].contains(&node.id));
    let races = node.timers.iter().any(|(name, ..)| given.look.racing.contains(&&**name));
    let others = view.nodes.iter().filter(|other| other.id != node.id);
    let of_node = Tree::of(
        later::headings(given.look.lab),
        node,
        given.around.node_before(node.id),
        given.around.node_of_parent(node.id),
    );
    let role = match role_of(node) {
        "down" => "crashed",
        "unstarted" => "not started yet",
        role => role,
    };
    let text = {
        let (text, title) = (of_node.text(), format!("{}, {role}, at {}", node.id, view.moment));
        Callback::from(move |()| format!("{title}\n{text}"))
    };
    html! {
        <>
            <h2 class={term_class(node.glance.term)}><span class="inspect-hue"></span>{ format!("{}, {role}", node.id) }</h2>
            <p class="inspect-story">{ words::node_story(given.lab, view, node.id) }</p>
            <div class="inspect-acts">
                { act(on, if node.up { "Crash" } else { "Restart" }, "X", Action::Run("crash", None)) }
                if node.up {
                    { act(on, if node.paused { "Resume" } else { "Pause" }, "P", Action::Run("pause", None)) }
                    if races { { act(on, "Time out now", "E", Action::Run("time-out", None)) } }
                }
                { act(on, if cut { "Mend its links" } else { "Isolate" }, "I", Action::Run("isolate", None)) }
                if node.glance.leads && !(given.look.command)(1).is_empty() { { act(on, "Send a command", "C", Action::Run("send", None)) } }
            </div>
            if node.up && let Some(asks) = &given.asks { { asks.clone() } }
            { last(given) }
            { tree(&of_node, given.parent) }
            { timers(given, node) }
            <dl class="fields">
                if !node.id.is_client() {
                    <dt>{ "saves under way" }</dt><dd class="value">{ saves(node, view.moment.at) }</dd>
                }
                <dt>{ "messages waiting for it" }</dt><dd class="value">{ node.waiting }</dd>
                <dt>{ "started" }</dt><dd class="value">{ if node.incarnation == 1 { "once".to_owned() } else { format!("{} times", node.incarnation) } }</dd>
            </dl>
            <details class="inspect-more">
                <summary>{ if node.id.is_client() { "Links" } else { "Links and disk" } }</summary>
                if !node.id.is_client() { <div class="inspect-acts">
                    if given.stalled {
                        { act(on, "Let its disk go on", "", Action::Run("unstall", None)) }
                    } else {
                        { act(on, "Stall its disk", "", Action::Run("stall", None)) }
                    }
                </div> }
                <div class="inspect-links">
                    { for others.map(|other| html! { <>{ direction(view, node.id, other.id, on) }{ direction(view, other.id, node.id, on) }</> }) }
                </div>
            </details>
            <p class="panel-foot"><Copy {text} /></p>
        </>
    }
}

fn saves(node: &NodeShown, now: Time) -> String {
    match node.pending {
        (0, _) => "none".to_owned(),
        (count, Some(at)) => format!("{count}, the first in {}", at.since(now)),
        (count, None) => format!("{count}, stalled"),
    }
}

fn timers(given: &Inspected<'_>, node: &NodeShown) -> Html {
    let timer = |(name, code, at): &(String, TimerCode, Time)| {
        let select = does(given.on, Action::Select(Selection::Timer(node.id, *code)));
        html! {
            <><dt><button class="inspect-name" onclick={select}>{ name }</button></dt>
            <dd class="value">{ format!("in {}", at.since(given.view.moment.at)) }</dd></>
        }
    };
    html! {
        <>
            <h3>{ "Timers" }</h3>
            if node.timers.is_empty() { <p class="inspect-none">{ "none runs" }</p> }
            <dl class="fields">{ for node.timers.iter().map(timer) }</dl>
        </>
    }
}

/// A timer of a node.
pub(super) fn timer(given: &Inspected<'_>, node: &NodeShown, code: TimerCode) -> Html {
    let found = node.timers.iter().find(|(_, other, _)| *other == code);
    let Some((name, _, at)) = found else { return page(given, node) };
    html! {
        <>
            <h2 class={term_class(node.glance.term)}><span class="inspect-hue"></span>{ format!("{}'s {name} timer", node.id) }</h2>
            <p>{ format!("It runs out in {}, at {} s.", at.since(given.view.moment.at), crate::components::time_text(*at)) }</p>
            <div class="inspect-acts">
                { act(given.on, "Time out now", "", Action::Run("timer-fire", None)) }
                { act(given.on, "Put off…", "", Action::Run("timer-put-off", None)) }
                { act(given.on, &node.id.to_string(), "", Action::Select(Selection::Node(node.id))) }
            </div>
            { last(given) }
        </>
    }
}

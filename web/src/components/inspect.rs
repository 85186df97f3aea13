//! What is selected, and what can be done to it.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_sim::run::{Flying, NodeShown, WorldView};
use netsplit_sim::verb::{Selector, Verb};
use yew::prelude::*;

use super::stage::role_of;
use super::value::fields;
use super::{does, term_class};
use crate::state::action::{Action, link_act};
use crate::state::selection::{Selection, flying, shown};

/// What the page shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The moment.
    pub view: Rc<WorldView>,
    /// What is selected.
    pub selection: Selection,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The page.
#[component]
pub fn Inspect(props: &Props) -> Html {
    let Props { view, selection, on } = props;
    match *selection {
        Selection::Node(id) => match shown(view, id) {
            Some(node) => of_node(view, node, on),
            None => nothing(),
        },
        Selection::Message(id) => match flying(view, id) {
            Some(message) => of_message(view, message, on),
            None => nothing(),
        },
        Selection::Timer(id, _) | Selection::Entry(id, _) => match shown(view, id) {
            Some(node) => of_node(view, node, on),
            None => nothing(),
        },
        Selection::Link(one, two) => of_link(view, one, two, on),
        Selection::Nothing | Selection::Branch(_) => nothing(),
    }
}

fn nothing() -> Html {
    html! { <p class="inspect-empty">{ "Select a node, a message or a link: click it, or press 1 to 9 for a node and M for a message." }</p> }
}

/// A button with its key.
fn act(on: &Callback<Action>, title: &str, key: &'static str, action: Action) -> Html {
    html! {
        <button class="inspect-act" onclick={does(on, action)}>
            { title.to_owned() }
            if !key.is_empty() { <kbd>{ key }</kbd> }
        </button>
    }
}

fn of_node(view: &WorldView, node: &NodeShown, on: &Callback<Action>) -> Html {
    let cut = view.cuts.iter().any(|(from, to)| [*from, *to].contains(&node.id));
    let timer = |(name, _, at): &(String, u32, netsplit_core::time::Time)| {
        let left = at.since(view.moment.at);
        html! { <><dt>{ format!("{name} timer") }</dt><dd class="value">{ format!("in {left}") }</dd></> }
    };
    let who = || Selector::node(node.id);
    let others = view.nodes.iter().filter(|other| other.id != node.id);
    html! {
        <div class="inspect">
            <h2 class={term_class(node.glance.term)}><span class="inspect-hue"></span>
                { format!("{}, {}", node.id, if node.up { role_of(node) } else { "crashed" }) }</h2>
            <div class="inspect-acts">
                { act(on, if node.up { "Crash" } else { "Restart" }, "X", Action::Run("crash", None)) }
                if node.up {
                    { act(on, if node.paused { "Resume" } else { "Pause" }, "P", Action::Run("pause", None)) }
                    { act(on, "Time out now", "E", Action::Run("time-out", None)) }
                }
                { act(on, if cut { "Mend its links" } else { "Isolate" }, "I", Action::Run("isolate", None)) }
                if node.glance.leads {
                    { act(on, "Send a command", "C", Action::Run("send", None)) }
                }
            </div>
            { fields(&node.view.fields) }
            <dl class="fields">
                { for node.timers.iter().map(timer) }
                <dt>{ "saves not on disk yet" }</dt><dd class="value">{ node.pending.0 }</dd>
                <dt>{ "messages waiting for the disk" }</dt><dd class="value">{ node.waiting }</dd>
                <dt>{ "started" }</dt><dd class="value">{ if node.incarnation == 1 { "once".to_owned() } else { format!("{} times", node.incarnation) } }</dd>
            </dl>
            <h3>{ "Links" }</h3>
            <ul class="inspect-links">
                { for others.map(|other| html! { <li>{ direction(view, node.id, other.id, on) }{ direction(view, other.id, node.id, on) }</li> }) }
            </ul>
            if node.up {
                <div class="inspect-acts">
                    { act(on, "Stall its disk", "", Action::Act(Verb::Stall(who()))) }
                    { act(on, "Let its disk go on", "", Action::Act(Verb::Unstall(who()))) }
                </div>
            }
        </div>
    }
}

/// One direction of a link: what it is, and a press changes it.
fn direction(view: &WorldView, from: NodeId, to: NodeId, on: &Callback<Action>) -> Html {
    let cut = view.cuts.contains(&(from, to));
    let title = if cut { format!("Mend {from} → {to}") } else { format!("Cut {from} → {to}") };
    html! {
        <button class={classes!("inspect-direction", cut.then_some("cut"))} {title}
            aria-pressed={cut.to_string()} onclick={does(on, Action::Act(link_act(from, to, !cut)))}>
            { format!("{from} {} {to}", if cut { "↛" } else { "→" }) }
        </button>
    }
}

fn of_link(view: &WorldView, one: NodeId, two: NodeId, on: &Callback<Action>) -> Html {
    let both = |cut: bool| {
        let (from, to) = (Selector::node(one), Selector::node(two));
        match cut {
            true => Action::Act(Verb::Cut { from, to, both: true }),
            false => Action::Act(Verb::Mend { from, to, both: true }),
        }
    };
    let is_cut = |from, to| view.cuts.contains(&(from, to));
    let under_way = view
        .flying
        .iter()
        .filter(|flying| [(one, two), (two, one)].contains(&(flying.id.from, flying.id.to)));
    html! {
        <div class="inspect">
            <h2>{ format!("Link {one} – {two}") }</h2>
            <div class="inspect-acts">
                if !is_cut(one, two) || !is_cut(two, one) { { act(on, "Cut both ways", "", both(true)) } }
                if is_cut(one, two) || is_cut(two, one) { { act(on, "Mend both ways", "", both(false)) } }
                { act(on, &format!("{} {one} → {two}", if is_cut(one, two) { "Mend" } else { "Cut" }), "", Action::Act(link_act(one, two, !is_cut(one, two)))) }
                { act(on, &format!("{} {two} → {one}", if is_cut(two, one) { "Mend" } else { "Cut" }), "", Action::Act(link_act(two, one, !is_cut(two, one)))) }
            </div>
            <h3>{ "Under way" }</h3>
            <ul class="inspect-mail">
                { for under_way.map(|flying| html! {
                    <li><button onclick={does(on, Action::Select(Selection::Message(flying.id)))}>
                        { format!("{} {} → {}", flying.kind, flying.id.from, flying.id.to) }
                    </button></li>
                }) }
            </ul>
        </div>
    }
}

fn of_message(view: &WorldView, message: &Flying, on: &Callback<Action>) -> Html {
    let left = message.arrives.since(view.moment.at);
    let when = match message {
        Flying { held: true, .. } => "held before its receiver".to_owned(),
        Flying { lost: true, .. } => "will be lost on its way".to_owned(),
        _ => format!("arrives in {left}"),
    };
    html! {
        <div class="inspect">
            <h2 class={term_class(message.term)}><span class="inspect-hue"></span>{ message.kind }</h2>
            <p>{ format!("{} → {}, {when}", message.id.from, message.id.to) }
                <span class="value inspect-id">{ message.id.to_string() }</span></p>
            <div class="inspect-acts">
                { act(on, "Drop", "D", Action::Run("drop", None)) }
                { act(on, if message.held { "Release" } else { "Hold" }, "H", Action::Run("hold", None)) }
                { act(on, "Deliver now", "G", Action::Run("deliver", None)) }
                { act(on, "Duplicate", "U", Action::Run("duplicate", None)) }
            </div>
            { fields(&message.fields) }
        </div>
    }
}

//! What is selected, all that is known of it, and what can be done to it. With
//! nothing selected: the moment itself, and what it came from.

mod entry;
mod moment;
mod node;
mod tree;

use netsplit_core::id::NodeId;
use netsplit_sim::labs::LabWords;
use netsplit_sim::run::{Flying, NodeShown, WorldView};
use netsplit_sim::verb::{Selector, Verb};
use netsplit_sim::words;
use std::rc::Rc;
use yew::prelude::*;

use super::stage::role_of;
use super::value::fields;
use super::{does, term_class, time_text};
use crate::labs::Look;
use crate::state::action::{Action, link_act};
use crate::state::around::Around;
use crate::state::history::Event;
use crate::state::selection::{Arrival, NodeSet, Selection, flying, shown};

/// What the page is made from.
pub struct Inspected<'a> {
    /// The moment.
    pub view: &'a WorldView,
    /// What it is compared with.
    pub around: &'a Around,
    /// What is selected.
    pub selection: Selection,
    /// The words of the lab.
    pub lab: &'static LabWords,
    /// What the page knows of it.
    pub look: &'static Look,
    /// The last thing that mattered at the node that is selected, or at the sender
    /// of the message when it was sent.
    pub last: Option<Rc<Event>>,
    /// The end of the message that was selected before.
    pub arrived: Option<Arrival>,
    /// What the parent branch is called.
    pub parent: Option<&'a str>,
    /// The disk of the node that is selected is stalled.
    pub stalled: bool,
    /// What asks at the client that is selected.
    pub asks: Option<Html>,
    /// The story of the operation or the shard that is selected; of an entry or a message the way up
    /// to what it is about.
    pub story: Option<Html>,
    /// A run is being opened: names without values.
    pub loading: bool,
    /// Where actions go.
    pub on: &'a Callback<Action>,
}

/// The page.
pub fn page(given: &Inspected<'_>) -> Html {
    let view = given.view;
    let content = match given.selection {
        Selection::Node(id) => shown(view, id).map(|node| node::page(given, node)),
        Selection::Message(id) => flying(view, id).map(|message| of_message(given, message)),
        Selection::Timer(id, code) => shown(view, id).map(|node| node::timer(given, node, code)),
        Selection::Entry(id, index) => shown(view, id).map(|node| entry::page(given, node, index)),
        Selection::Link(one, two) => Some(of_link(view, one, two, given.on)),
        Selection::Nodes(nodes) => Some(of_nodes(view, nodes)),
        Selection::Operation(_) | Selection::Shard(_) => given.story.clone(),
        Selection::Nothing | Selection::Branch(_) => None,
    };
    html! {
        <div class={classes!("inspect", given.loading.then_some("loading"))}>
            { arrived(given) }
            { content.unwrap_or_else(|| moment::page(given)) }
        </div>
    }
}

/// What became of the message that was selected.
fn arrived(given: &Inspected<'_>) -> Html {
    let Some(Arrival { id, moment, lost }) = given.arrived else { return html! {} };
    let what = if lost { "was lost" } else { "arrived" };
    html! {
        <p class="inspect-arrived">
            { format!("{}'s message {what} at ", id.from) }
            <button class="inspect-go" onclick={does(given.on, Action::SeekTo(moment))}>{ format!("{} s", time_text(moment.at)) }</button>
        </p>
    }
}

/// The last thing that mattered, with its reason and section.
fn last(given: &Inspected<'_>) -> Html {
    let Some(event) = &given.last else { return html! {} };
    html! {
        <button class="inspect-last" onclick={does(given.on, Action::SeekTo(event.moment))}>
            <time class="value">{ time_text(event.moment.at) }</time>{ event.text.to_string() }
        </button>
    }
}

/// Several nodes: which, and what can be done to them together.
fn of_nodes(view: &WorldView, nodes: NodeSet) -> Html {
    let nodes = nodes.iter().filter_map(|id| shown(view, id));
    let words = |node: &Rc<NodeShown>| match node.up {
        true => format!("{}, {} in term {}", node.id, role_of(node), node.glance.term),
        false => format!("{}, crashed", node.id),
    };
    html! {
        <>
            <h2>{ "Several nodes" }</h2>
            <ul>{ for nodes.map(|node| html! { <li>{ words(node) }</li> }) }</ul>
            <p class="inspect-empty">{ "X crashes them together, P pauses them, I cuts them off from the others." }</p>
        </>
    }
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

/// One direction of a link: what it is, and a press changes it.
fn direction(view: &WorldView, from: NodeId, to: NodeId, on: &Callback<Action>) -> Html {
    let cut = view.cuts.contains(&(from, to));
    let title = if cut { format!("Mend {from} → {to}") } else { format!("Cut {from} → {to}") };
    html! {
        <button class={classes!("inspect-direction", cut.then_some("cut"))} title={title.clone()} aria-label={title}
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
    let on_it = |flying: &&Rc<Flying>| {
        [(one, two), (two, one)].contains(&(link_of(flying).0, link_of(flying).1))
    };
    let under_way: Vec<_> = view.flying.iter().filter(on_it).collect();
    html! {
        <>
            <h2>{ format!("Link {one} – {two}") }</h2>
            <div class="inspect-acts">
                if !is_cut(one, two) || !is_cut(two, one) { { act(on, "Cut both ways", "", both(true)) } }
                if is_cut(one, two) || is_cut(two, one) { { act(on, "Mend both ways", "", both(false)) } }
            </div>
            <div class="inspect-links">{ direction(view, one, two, on) }{ direction(view, two, one, on) }</div>
            <h3>{ "Under way" }</h3>
            if under_way.is_empty() { <p class="inspect-none">{ "nothing" }</p> }
            <ul class="inspect-mail">
                { for under_way.iter().map(|flying| html! {
                    <li><button onclick={does(on, Action::Select(Selection::Message(flying.id)))}>
                        { format!("{} {} → {}", flying.kind, flying.id.from, flying.id.to) }
                    </button></li>
                }) }
            </ul>
        </>
    }
}

fn link_of(flying: &Flying) -> (NodeId, NodeId) {
    (flying.id.from, flying.id.to)
}

fn of_message(given: &Inspected<'_>, message: &Flying) -> Html {
    let (view, on) = (given.view, given.on);
    let left = message.arrives.since(view.moment.at);
    let when = match message {
        Flying { held: true, .. } => "held before its receiver".to_owned(),
        Flying { lost: true, .. } => "will be lost on its way".to_owned(),
        _ => format!("arrives in {left}"),
    };
    html! {
        <>
            <h2 class={term_class(message.term)}><span class="inspect-hue"></span>{ message.kind }
                <span class="value inspect-id">{ message.id.to_string() }</span></h2>
            <p>{ format!("{} → {}, {when}", message.id.from, message.id.to) }</p>
            <p class="inspect-story">{ words::message_story(given.lab, message, view) }</p>
            <div class="inspect-acts">
                { act(on, "Drop", "D", Action::Run("drop", None)) }
                { act(on, if message.held { "Release" } else { "Hold" }, "H", Action::Run("hold", None)) }
                { act(on, "Deliver now", "G", Action::Run("deliver", None)) }
                { act(on, "Duplicate", "U", Action::Run("duplicate", None)) }
                if !message.held { { act(on, "Delay…", "", Action::Run("delay", None)) } }
            </div>
            { given.story.clone() }
            { fields(&message.fields) }
            <h3>{ format!("What {} did before", message.id.from) }</h3>
            { last(given) }
        </>
    }
}

//! The story of a transaction, where what is selected is told: all that happened to it, with the time,
//! the place and the entry of the log.

use netsplit_core::id::NodeId;
use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::{Attempt, MarkAt, OpShown};
use netsplit_sim::words::{capital, transaction};
use yew::prelude::*;

use crate::components::{does, time_text};
use crate::state::action::Action;
use crate::state::selection::Selection;

/// What is told of a transaction.
pub struct Told<'a> {
    /// It.
    pub op: &'a OpShown,
    /// The time shown.
    pub now: Time,
    /// The server whose log stands for that of a group: a server, and who shows its entries.
    pub shows: &'a dyn Fn(NodeId) -> NodeId,
}

/// The story.
pub fn story(told: &Told<'_>, on: &Callback<Action>) -> Html {
    let Told { op, now, .. } = told;
    let attempts: Vec<&Attempt> = op
        .transaction
        .iter()
        .flat_map(|shown| &shown.attempts)
        .filter(|attempt| attempt.began <= *now)
        .collect();
    let returned = op.returned.filter(|returned| returned <= now);
    let many = attempts.len() > 1;
    html! {
        <>
            <h2>{ format!("{} of {}", transaction::name(op, *now), op.client) }
                <span class="value inspect-id">{ &op.call }</span></h2>
            <p>{ transaction::line(op, *now) }</p>
            <div class="inspect-acts">
                <button class="inspect-act" onclick={does(on, Action::SeekTo(Moment::after(op.called)))}>{ "Go to its begin" }</button>
                if let Some(returned) = returned {
                    <button class="inspect-act" onclick={does(on, Action::SeekTo(Moment::after(returned)))}>{ "Go to its end" }</button>
                }
                <button class="inspect-act" onclick={does(on, Action::Select(Selection::Node(op.client)))}>{ op.client.to_string() }</button>
            </div>
            { for attempts.iter().map(|it| attempt(told, it, many, on)) }
        </>
    }
}

fn attempt(told: &Told<'_>, attempt: &Attempt, many: bool, on: &Callback<Action>) -> Html {
    let begins = html! {
        <tr><td>{ go(attempt.began, on) }</td><td></td><td>{ "It begins." }</td></tr>
    };
    html! {
        <table class="inspect-table txn-story" key={attempt.txn.name()}>
            if many { <caption>{ attempt.txn.name() }</caption> }
            <thead><tr><th scope="col">{ "at" }</th><th scope="col">{ "where" }</th><th scope="col">{ "what" }</th></tr></thead>
            <tbody>
                { begins }
                { for attempt.until(told.now).iter().map(|it| mark(told, it, on)) }
            </tbody>
        </table>
    }
}

fn go(at: Time, on: &Callback<Action>) -> Html {
    html! {
        <button class="inspect-go value" onclick={does(on, Action::SeekTo(Moment::after(at)))}>{ time_text(at) }</button>
    }
}

fn mark(told: &Told<'_>, it: &MarkAt, on: &Callback<Action>) -> Html {
    let place = match it.index {
        None => html! { { it.node.to_string() } },
        Some(index) => {
            let node = (told.shows)(it.node);
            let select = does(on, Action::Select(Selection::Entry(node, index)));
            let title = format!("Entry {index} of {node}");
            html! { <button class="inspect-go" onclick={select} {title}>{ format!("{} {index}", it.node) }</button> }
        }
    };
    html! {
        <tr><td>{ go(it.at, on) }</td><td>{ place }</td><td>{ format!("{}.", capital(&transaction::said(&it.mark))) }</td></tr>
    }
}

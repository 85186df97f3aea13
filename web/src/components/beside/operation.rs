//! The story of an operation, where what is selected is told.

use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::OpShown;
use netsplit_sim::words::operation;
use yew::prelude::*;

use crate::components::{does, time_text};
use crate::state::action::Action;
use crate::state::selection::Selection;

/// What was asked, whom, how often, what was answered by whom, and how it took effect.
pub fn story(op: &OpShown, now: Time, point: Option<Time>, on: &Callback<Action>) -> Html {
    let go = |at: Time| {
        html! {
            <button class="inspect-go value" onclick={does(on, Action::SeekTo(Moment::after(at)))}>
                { format!("{} s", time_text(at)) }
            </button>
        }
    };
    let try_of = |(number, (at, server)): (usize, &(Time, _))| {
        html! { <tr><th scope="row">{ number + 1 }</th><td>{ go(*at) }</td><td>{ format!("{server}") }</td></tr> }
    };
    let returned = op.returned.filter(|returned| *returned <= now);
    let entry = op.index.filter(|_| returned.is_some()).zip(op.from);
    let number = op.id.number();
    html! {
        <>
            <h2>{ format!("Operation {number} of {}", operation::asker(op)) }
                <span class="value inspect-id">{ &op.call }</span></h2>
            { for operation::story(op, now).into_iter().map(|line| html! { <p>{ line }</p> }) }
            if let Some(point) = point {
                <p>{ "The checker lets it take effect at " }{ go(point) }{ "." }</p>
            }
            <div class="inspect-acts">
                <button class="inspect-act" onclick={does(on, Action::SeekTo(Moment::after(op.called)))}>{ "Go to its call" }</button>
                if let Some(returned) = returned {
                    <button class="inspect-act" onclick={does(on, Action::SeekTo(Moment::after(returned)))}>{ "Go to its return" }</button>
                }
                if let Some((index, from)) = entry {
                    <button class="inspect-act" onclick={does(on, Action::Select(Selection::Entry(from, index)))}>{ format!("Entry {index}") }</button>
                }
                <button class="inspect-act" onclick={does(on, Action::Select(Selection::Node(op.client)))}>{ op.client.to_string() }</button>
            </div>
            <table class="inspect-table">
                <thead><tr><th scope="col">{ "try" }</th><th scope="col">{ "at" }</th><th scope="col">{ "asked" }</th></tr></thead>
                <tbody>{ for op.tries.iter().take_while(|(at, _)| *at <= now).enumerate().map(try_of) }</tbody>
            </table>
        </>
    }
}

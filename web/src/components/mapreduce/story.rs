//! The story of an attempt, where what is selected is told: which task, whose, from when to when, what
//! it read and wrote, and how it ended.

use netsplit_core::mapreduce::message::Notice;
use netsplit_core::mapreduce::task::Phase;
use netsplit_core::time::Time;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::{JobEvent, JobNote};
use netsplit_sim::words::mapreduce::{bytes, noted};
use yew::prelude::*;

use super::way;
use crate::components::{does, time_text};
use crate::draw::bars::FAR;
use crate::state::action::Action;
use crate::state::job::{Stands, Try};
use crate::state::selection::Selection;
use crate::state::views::View;

/// What is told of an attempt.
pub struct Told<'a> {
    /// It.
    pub it: &'a Try,
    /// The other attempts at its task.
    pub others: Vec<&'a Try>,
    /// How many map tasks its job has.
    pub maps: u32,
    /// The time shown.
    pub now: Time,
}

/// An attempt in one line: `map 3 (attempt 4) on n2, a backup: in progress, sort`.
pub fn line(it: &Try, now: Time) -> String {
    let stands = match (it.stands(now), it.stage(now)) {
        (Stands::Works, Some(stage)) => format!("in progress, {}", stage.word()),
        (stands, _) => stands.words().to_owned(),
    };
    let backup = if it.backup { ", a backup" } else { "" };
    format!("{} on {}{backup}: {stands}", it.attempt, it.worker)
}

/// The story.
pub fn story(told: &Told<'_>, on: &Callback<Action>) -> Html {
    let Told { it, others, maps, now } = told;
    let ended = it.to <= *now;
    let (read, wrote) = (it.read(*now), it.wrote(*now));
    let map = it.attempt.task.phase == Phase::Map;
    let (from, count) = sources(it, *now);
    let what = match map {
        true if it.local => "its split, from its own disk".to_owned(),
        true => format!("its split, from {from}"),
        false => format!("{count} of {maps} buckets, from {from}"),
    };
    let go = |words: &'static str, action: Action| {
        html! { <button class="inspect-act" onclick={does::<MouseEvent>(on, action)}>{ words }</button> }
    };
    let worker = does::<MouseEvent>(on, Action::Select(Selection::Node(it.worker)));
    let flow = if map { "Show its split" } else { "Show its buckets" };
    html! {
        <>
            <h2>{ it.attempt.task.to_string() }<span class="value inspect-id">{ format!("attempt {}", it.attempt.number) }</span></h2>
            <p>{ format!("{}.", line(it, *now)) }</p>
            <div class="inspect-acts">
                { go("Go to its begin", Action::SeekTo(Moment::after(it.from))) }
                if ended { { go("Go to its end", Action::SeekTo(Moment::after(it.to))) } }
                <button class="inspect-act" onclick={worker}>{ it.worker.to_string() }</button>
                { go(flow, Action::ShowView(View::Flow)) }
            </div>
            <dl class="mr-facts mr-story">
                <dt>{ "from" }</dt><dd class="value">{ span(it.from, it.to, *now) }</dd>
                <dt>{ "read" }</dt><dd>{ if count == 0 { "nothing yet".to_owned() } else { format!("{}: {what}", bytes(read)) } }</dd>
                <dt>{ "wrote" }</dt><dd>{ wrote.map_or_else(|| "nothing yet".to_owned(), bytes) }</dd>
                if !others.is_empty() {
                    <dt>{ "others" }</dt>
                    <dd>{ for others.iter().map(|it| way(format!("attempt {} on {}", it.attempt.number, it.worker), Some(it.id), on)) }</dd>
                }
            </dl>
            <table class="inspect-table mr-events">
                <thead><tr><th scope="col">{ "at" }</th><th scope="col">{ "where" }</th><th scope="col">{ "what" }</th></tr></thead>
                <tbody>{ for it.notes_by(*now).iter().map(|note| event(note, on)) }</tbody>
            </table>
        </>
    }
}

/// `0.100 to 0.432 s`, or up to now.
fn span(from: Time, to: Time, now: Time) -> String {
    match to {
        to if to == FAR || to > now => format!("{} s, until now", time_text(from)),
        to => format!("{} to {} s", time_text(from), time_text(to)),
    }
}

/// From whom it has read, and how much.
fn sources(it: &Try, now: Time) -> (String, usize) {
    let took = it.took_by(now);
    let mut from: Vec<_> = took.iter().map(|took| took.from).collect();
    from.sort_unstable();
    from.dedup();
    let names: Vec<String> = from.iter().map(ToString::to_string).collect();
    let mut maps: Vec<_> = took.iter().map(|took| took.map).collect();
    maps.sort_unstable();
    maps.dedup();
    (names.join(", "), maps.len())
}

fn event(note: &JobNote, on: &Callback<Action>) -> Html {
    let text = match &note.what {
        JobEvent::Told(Notice::Goes { to, .. }) => format!("It goes on to {}.", to.word()),
        _ => noted(note).unwrap_or_default(),
    };
    let seek = does::<MouseEvent>(on, Action::SeekTo(Moment::after(note.at)));
    html! {
        <tr>
            <td><button class="inspect-go value" onclick={seek}>{ time_text(note.at) }</button></td>
            <td>{ note.node.to_string() }</td>
            <td>{ text }</td>
        </tr>
    }
}

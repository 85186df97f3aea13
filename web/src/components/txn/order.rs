//! In which order transactions must stand: a graph of who depends on whom, and where there is no
//! order, what shows that.

use netsplit_core::history::OpId;
use netsplit_core::txn::options::Isolation;
use netsplit_sim::check::anomalies::{Anomaly, Link, Why};
use netsplit_sim::check::txn::serial::{Serial, is_allowed};
use netsplit_sim::words::transaction;
use yew::prelude::*;

use super::graph::{Arrow, Name, graph};
use super::switch::{Switch, switch};
use crate::state::action::Action;

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The order.
    pub serial: Serial,
    /// By place in it: the name of each, and what it does.
    pub names: Vec<(AttrValue, AttrValue)>,
    /// The isolation that was asked for.
    pub isolation: Isolation,
    /// The transaction that is selected.
    pub selected: Option<OpId>,
    /// To ask for another.
    pub switch: Option<Switch>,
    /// Where on the page it stands, for the names of its fields.
    pub place: &'static str,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The panel.
#[component]
pub fn Order(props: &Props) -> Html {
    let Props { serial, names, isolation, selected, switch: level, place, on } = props;
    let found = serial.found.as_ref();
    let shown: Vec<Name> = serial
        .nodes
        .iter()
        .zip(names)
        .map(|(id, (name, does))| Name {
            text: name.clone(),
            title: format!("{name}: {does}").into(),
            op: Some(*id),
            strong: found.is_some(),
        })
        .collect();
    let name = |id: OpId| {
        let place = serial.nodes.iter().position(|other| *other == id);
        let known = place.and_then(|place| names.get(place));
        known.map_or_else(|| format!("#{}", id.number()), |(name, _)| name.to_string())
    };
    let is_broken = |found: &Anomaly| !is_allowed(found.kind(), *isolation);
    let sentences = found.map(|found| transaction::no_order(found, *isolation, &name));
    html! {
        <section class="txn-panel" tabindex="0" role="region" aria-label="The order of transactions">
            <header class="txn-head">
                <p>{ head(serial) }</p>
                { for level.iter().map(|it| switch(it, place, on)) }
            </header>
            <div class="txn-beside">
                if !serial.nodes.is_empty() {
                    { graph("Which transaction must stand before which", &shown, &arrows(serial), *selected, on) }
                }
                if let Some((found, sentences)) = found.zip(sentences) {
                    <div class={classes!("txn-words", "txn-found", is_broken(found).then_some("broken"))}>
                        <ol>{ for sentences.iter().map(|it| html! { <li key={it.clone()}>{ sign(it, sentences.last(), is_broken(found)) }{ it }</li> }) }</ol>
                    </div>
                } else if !serial.links.is_empty() {
                    { legend() }
                }
            </div>
        </section>
    }
}

/// The last sentence says whether anything is broken, and so does its sign.
fn sign(line: &str, last: Option<&String>, broken: bool) -> Html {
    match (last.is_some_and(|last| last == line), broken) {
        (true, true) => html! { <b class="txn-sign">{ "✗ " }</b> },
        (true, false) => html! { <b>{ "≠ " }</b> },
        (false, _) => html! {},
    }
}

fn head(serial: &Serial) -> String {
    let count = serial.nodes.len();
    match (&serial.found, count) {
        (_, 0) => "Nothing has committed yet.".to_owned(),
        (Some(_), _) => "No order of these keeps all arrows.".to_owned(),
        (None, 1) => "One transaction has committed.".to_owned(),
        (None, count) if count < serial.committed => {
            format!("The last {count} that committed, in an order that keeps all arrows.")
        }
        (None, count) => format!("All {count} that committed, in an order that keeps all arrows."),
    }
}

/// An arrow for each two: all that is between them stands at it.
fn arrows(serial: &Serial) -> Vec<Arrow> {
    let place = |id: OpId| serial.nodes.iter().position(|other| *other == id);
    let pair = |link: &Link| Some((place(link.from)?, place(link.to)?));
    let mut arrows: Vec<Arrow> = Vec::new();
    for link in &serial.links {
        let Some(pair) = pair(link) else { continue };
        let word = transaction::relation(&link.why);
        match arrows.iter_mut().find(|arrow| arrow.pair == pair) {
            Some(arrow) => arrow.words = format!("{}, {word}", arrow.words).into(),
            None => arrows.push(Arrow {
                pair,
                words: word.into(),
                class: class(&link.why),
                strong: serial.found.is_some(),
            }),
        }
    }
    arrows
}

fn class(why: &Why) -> &'static str {
    match why {
        Why::Overwritten { .. } => "ww",
        Why::Read { .. } => "wr",
        Why::Missed { .. } => "rw",
        Why::Process | Why::RealTime => "time",
    }
}

/// What the words at an arrow mean.
fn legend() -> Html {
    let all = [
        ("ww", "wrote it over the other's"),
        ("wr", "read what the other wrote"),
        ("rw", "was written over after the other read"),
        ("time", "began after the other had returned"),
    ];
    let key = |(word, means): &(&'static str, &'static str)| {
        html! { <><dt class="value">{ *word }</dt><dd>{ *means }</dd></> }
    };
    html! { <dl class="txn-words txn-legend">{ for all.iter().map(key) }</dl> }
}

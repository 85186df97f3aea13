//! What must hold, and whether it does: each property with its witness where it
//! does not.

use netsplit_sim::property::{Property, Violation};
use netsplit_sim::words;
use yew::prelude::*;

use super::copy::Copy;
use super::details::shows_logs_in_the_middle;
use super::{does, time_text};
use crate::state::action::Action;
use crate::state::lens::Asking;
use crate::state::selection::Selection;

/// How it stands with a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// A run is being opened.
    Checking,
    /// Nothing that could have broken it happened in so many steps.
    NotDecided(u64),
    /// It holds after each of so many steps.
    Holds(u64),
    /// It holds up to here, after so many steps, and breaks later on this branch.
    Later(Violation, u64),
    /// It is broken.
    Broken(Violation),
}

/// What the page shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The properties, each with its verdict.
    pub rows: Vec<(Property, Verdict)>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The page.
#[component]
pub fn Checks(props: &Props) -> Html {
    let Props { rows, on } = props;
    let text = {
        let rows = rows.clone();
        Callback::from(move |()| rows.iter().map(line).collect::<String>())
    };
    html! {
        <>
            <ul class="checks">{ for rows.iter().map(|(property, verdict)| row(property, verdict, on)) }</ul>
            <p class="panel-foot"><Copy {text} /></p>
        </>
    }
}

fn row(property: &Property, verdict: &Verdict, on: &Callback<Action>) -> Html {
    let (class, mark) = match verdict {
        Verdict::Checking | Verdict::NotDecided(_) | Verdict::Later(_, 0) => ("undecided", "?"),
        Verdict::Holds(_) | Verdict::Later(..) => ("holds", "✓"),
        Verdict::Broken(_) => ("broken", "✗"),
    };
    html! {
        <li class={classes!("checks-row", class)} key={property.id} id={format!("check-{}", property.id)}>
            <span class="checks-mark" aria-hidden="true">{ mark }</span>
            <div>
                <p class="checks-title">{ property.title }<span class="checks-source">{ property.source }</span></p>
                <p class="checks-verdict">{ said(verdict) }
                    if let Verdict::Later(violation, _) = verdict {
                        { "; " }
                        <button class="checks-go" onclick={does(on, Action::SeekTo(violation.moment))}>
                            { format!("breaks at {} s", time_text(violation.moment.at)) }
                        </button>
                    }
                </p>
                if let Verdict::Broken(violation) = verdict { { witness(violation, on) } }
            </div>
        </li>
    }
}

/// The verdict in words.
fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Checking => "checking".to_owned(),
        Verdict::NotDecided(0) | Verdict::Later(_, 0) => "not checked yet".to_owned(),
        Verdict::NotDecided(_) => "not decided: nothing yet could have broken it".to_owned(),
        Verdict::Holds(steps) => format!("holds after each of {steps} steps"),
        Verdict::Later(_, steps) => format!("holds up to here, after each of {steps} steps"),
        Verdict::Broken(Violation { because: Some(because), .. }) => because.to_string(),
        Verdict::Broken(violation) => {
            // The property's title stands above.
            let told = words::violation(violation);
            let short = told.strip_prefix(&format!("{} is ", violation.property));
            format!("{}.", short.unwrap_or(&told))
        }
    }
}

/// Who shows that a property is broken, where, and the way there.
fn witness(violation: &Violation, on: &Callback<Action>) -> Html {
    let entry = |index| {
        let node = violation.nodes.first().copied()?;
        Some((index, Action::Select(Selection::Entry(node, index))))
    };
    let node = |id: &_| {
        let action = Action::Select(Selection::Node(*id));
        html! { <button class="checks-node" onclick={does(on, action)}>{ id.to_string() }</button> }
    };
    html! {
        <dl class="checks-witness">
            if !violation.nodes.is_empty() {
                <dt>{ "nodes" }</dt><dd>{ for violation.nodes.iter().map(node) }</dd>
            }
            if let Some((index, action)) = violation.index.and_then(entry) {
                <dt>{ "index" }</dt><dd><button class="checks-node" onclick={does(on, action)}>{ index }</button></dd>
            }
            if !violation.ops.is_empty() {
                <dt>{ "operations" }</dt>
                <dd><span class="value">{ violation.ops.len() }</span>
                    <button class="checks-go strong" onclick={show_ops(violation.property, on)}>{ "Show them" }</button></dd>
            }
            if let Some(term) = violation.term { <dt>{ "term" }</dt><dd class="value">{ term }</dd> }
            <dt>{ "moment" }</dt>
            <dd><span class="value">{ violation.moment.to_string() }</span>
                <button class="checks-go strong" onclick={does(on, Action::SeekTo(violation.moment))}>{ "Go there" }</button></dd>
        </dl>
    }
}

/// Goes to the lanes of clients, wherever the page has room for them.
fn show_ops(property: &'static str, on: &Callback<Action>) -> Callback<MouseEvent> {
    on.reform(move |_| Action::Ask(Asking::Witness(property, !shows_logs_in_the_middle())))
}

fn line((property, verdict): &(Property, Verdict)) -> String {
    let when = match verdict {
        Verdict::Broken(violation) | Verdict::Later(violation, _) => {
            format!(" (at {})", violation.moment)
        }
        _ => String::new(),
    };
    format!("{} ({}): {}{when}\n", property.title, property.source, said(verdict))
}

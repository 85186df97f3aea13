//! The left column: scenarios by labs and their parts, and folded below them the
//! tests of the lab, what a run starts from, the network, faults and mistakes.

mod dials;
mod faults;
mod mistakes;
mod tests;

use netsplit_sim::find::Mark;
use netsplit_sim::labs::{Mistake, lab};
use netsplit_sim::link::What;
use netsplit_sim::run::NodeDials;
use netsplit_sim::scenarios;
use yew::prelude::*;

use super::{About, does};
use crate::labs::{self, Look, raft};
use crate::state::action::{Action, Float};
use crate::state::dials::{DialShown, are_calm};
use dials::Dials;
use faults::NodeFaults;
use mistakes::Mistakes;
use tests::{course_parts, tests};

/// What the column shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// What is open.
    pub open: What,
    /// The dials of the start.
    pub cluster: Vec<DialShown>,
    /// The dials of the network.
    pub network: Vec<DialShown>,
    /// The dials of disks.
    pub faults: Vec<DialShown>,
    /// Disks and clocks, node by node.
    pub nodes: Vec<NodeDials>,
    /// What a dial that counts from now on would do.
    pub from_now: &'static str,
    /// A run is being opened, and no dial can be turned.
    pub loading: bool,
    /// Why the timings cannot elect a leader.
    pub timing: Option<AttrValue>,
    /// The mistakes that are on.
    pub mistakes: Vec<Mistake>,
    /// The lab, whose mistakes can be turned on.
    pub lab: &'static str,
    /// How queries are answered, in a lab that has such.
    pub reads: Option<Html>,
    /// Where actions go.
    pub on: Callback<Action>,
}

/// The column.
#[component]
pub fn Scenarios(props: &Props) -> Html {
    let Props { open, cluster, network, faults, nodes, timing, mistakes, on, .. } = props;
    let (from_now, loading) = (props.from_now, props.loading);
    let calm = are_calm(network).then_some("A calm network. ");
    let part = |(part, title): &(&'static str, &str)| {
        let of_part = scenarios::all().filter(|scenario| scenario.part == *part);
        let item = |scenario: &'static netsplit_sim::scenario::Scenario| {
            let what = What::Listed { number: scenario.number };
            let number = match open {
                What::Listed { number } => *number,
                _ => 0,
            };
            // A switch is shown at the scenario that it belongs to.
            let of = scenarios::of_gallery(number).map(|(scenario, _)| scenario.number);
            let is_open = of == Some(scenario.number);
            let onclick = on.reform(move |_: MouseEvent| Action::Open(what.clone()));
            html! {
                <li key={scenario.id}>
                    <button class="scenarios-item" {onclick} title={scenario.look_for}
                        aria-current={is_open.then_some("true")}>
                        <span class="scenarios-number value">{ scenario.number }</span>
                        <span class="scenarios-title">{ scenario.title }</span>
                    </button>
                    if is_open { <About {number} {on} /> }
                </li>
            }
        };
        html! {
            <section class="scenarios-part" key={*part}>
                <h3><span class="value">{ *part }</span><span class="scenarios-title">{ format!(" {title}") }</span></h3>
                <ul>{ for of_part.map(item) }</ul>
            </section>
        }
    };
    // The lab that is open stands unfolded, and whichever else somebody unfolds until another is.
    let scenarios_of = |look: &Look| {
        html! {
            <details class="scenarios-lab" key={look.lab} open={look.lab == props.lab}>
                <summary><h2 class="scenarios-title">{ look.title }</h2></summary>
                { for look.parts.iter().map(part) }
            </details>
        }
    };
    // What a lab does not have is left out.
    let is_of_course = course_parts(props.lab).next().is_some();
    let is_looked_at = Mark::of_lab(props.lab).next().is_some();
    let words = lab(props.lab).filter(|lab| lab.is_here());
    let has_mistakes = words.is_some_and(|lab| !lab.mistakes().is_empty());
    let away = |dials: &[DialShown]| match dials.iter().filter(|dial| dial.is_away()).count() {
        0 => String::new(),
        count => count.to_string(),
    };
    html! {
        <nav class="scenarios" aria-label="Scenarios">
            { for listed().map(scenarios_of) }
            <section class="scenarios-part">
                <h3><span class="scenarios-title">{ "Many seeds" }</span></h3>
                <ul>
                    { trying("⚄", "Same acts, other luck…", Action::TryLuck, on) }
                    if is_looked_at { { trying("…", "Find a run where …", Action::Float(Float::Find), on) } }
                </ul>
            </section>
            if is_of_course {
                <Section title="Course tests" id="course-tests" open={matches!(open, What::Course { .. })}>
                    { for course_parts(props.lab).map(|part| tests(part, open, on)) }
                </Section>
            }
            <Section title="Start" id="start" mark={away(cluster)}>
                <p class="scenarios-when">{ "From the start: opens beside this run" }</p>
                if let Some(timing) = timing { <p class="scenarios-warning" role="status">{ timing }</p> }
                <Dials dials={cluster.clone()} {loading} {on} />
                if props.lab == raft::LOOK.lab {
                    <button class="scenarios-more" onclick={does(on, Action::Float(Float::Logs))}>{ "Set up logs…" }</button>
                }
            </Section>
            <Section title="Network" id="network" mark={away(network)}>
                <p class="scenarios-when">{ calm }{ from_now }</p>
                <Dials dials={network.clone()} {loading} {on} />
                <button class="scenarios-more" disabled={loading} onclick={does(on, Action::Run("be-network", None))}>{ "You are the network: hold all" }</button>
            </Section>
            if let Some(reads) = &props.reads {
                <Section title="Reads" id="reads">
                    <p class="scenarios-when">{ from_now }</p>
                    { reads.clone() }
                </Section>
            }
            <Section title="Faults" id="faults" mark={away(faults)}>
                <p class="scenarios-when">{ from_now }</p>
                <Dials dials={faults.clone()} {loading} {on} />
                <NodeFaults nodes={nodes.clone()} {loading} {on} />
            </Section>
            if has_mistakes {
                <Section title="Mistakes" id="mistakes" mark={if mistakes.is_empty() { String::new() } else { mistakes.len().to_string() }}>
                    <Mistakes lab={props.lab} on_now={mistakes.clone()} {on} />
                </Section>
            }
        </nav>
    }
}

/// The labs that have scenarios.
fn listed() -> impl Iterator<Item = &'static Look> {
    let has_some = |look: &&Look| {
        scenarios::all().any(|scenario| look.parts.iter().any(|(part, _)| *part == scenario.part))
    };
    labs::LOOKS.iter().copied().filter(has_some)
}

/// Something that is done with many seeds.
fn trying(sign: &'static str, title: &'static str, action: Action, on: &Callback<Action>) -> Html {
    html! {
        <li>
            <button class="scenarios-item" onclick={does(on, action)} {title}>
                <span class="scenarios-number value" aria-hidden="true">{ sign }</span>
                <span class="scenarios-title">{ title }</span>
            </button>
        </li>
    }
}

/// What a section is.
#[derive(PartialEq, Properties)]
struct SectionProps {
    /// Its heading.
    title: AttrValue,
    /// Its name in the document.
    id: AttrValue,
    /// How many things in it are not as they were.
    #[prop_or_default]
    mark: AttrValue,
    /// It stands open by itself.
    #[prop_or_default]
    open: bool,
    /// What is in it; made only while it is open.
    children: Children,
}

/// A part of the column that is folded until somebody opens it.
#[component]
fn Section(props: &SectionProps) -> Html {
    let SectionProps { title, id, mark, open, children } = props;
    let unfolded = use_state(|| None);
    let is_open = unfolded.unwrap_or(*open);
    let onclick = {
        let unfolded = unfolded.clone();
        Callback::from(move |_: MouseEvent| unfolded.set(Some(!is_open)))
    };
    html! {
        <section class="scenarios-section">
            <h3>
                <button id={format!("{id}-fold")} aria-expanded={is_open.to_string()} aria-controls={id.clone()} {onclick}>
                    <span class="scenarios-arrow" aria-hidden="true">{ if is_open { "▾" } else { "▸" } }</span>
                    { title }
                    if !mark.is_empty() { <span class="scenarios-mark value" title="Changed">{ mark }</span> }
                </button>
            </h3>
            <div id={id.clone()} class="scenarios-body" hidden={!is_open}>
                if is_open { { for children.iter() } }
            </div>
        </section>
    }
}

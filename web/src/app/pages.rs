//! From the model to what each part of the page is given.

mod floating;
pub mod kv;
pub mod mapreduce;
pub mod shards;
pub mod txn;
pub mod views;

use std::rc::Rc;

use netsplit_core::time::Time;
use netsplit_sim::choice::{Choice, Rule, RuleAction, RuleId};
use netsplit_sim::labs::LabWords;
use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::open::Claim;
use netsplit_sim::property::{Property, Violation};
use netsplit_sim::scenario::{Line, Scenario};
use netsplit_sim::scene::{Act, Deed, Planned, Skipped};
use netsplit_sim::timeline::BranchId;
use netsplit_sim::{scenarios, words};
use yew::prelude::*;

pub use self::floating::float;
use crate::components::inspect::Inspected;
use crate::components::{
    self, Bars, CaptionProps, Checks, Events, Legend, Logs, MailList, Scenarios, ScenariosProps,
    ScriptLine, ScriptText, Stage, Timeline, Transport, Verdict,
};
use crate::draw::logs::{Given, Letters, Table};
use crate::labs::{self, Look};
use crate::later::{self, OfLab};
use crate::state::action::{Action, Frame, Tab};
use crate::state::dials::{self, Place};
use crate::state::history::Event;
use crate::state::listing::{self, Listing, Stretch};
use crate::state::model::Model;
use crate::state::selection::{Selection, flying};
use crate::state::views::View;
use crate::state::writing;

/// A tenth of a second, in microseconds.
const TENTH: u64 = 100_000;

/// The caption.
pub fn caption(model: &Model, on: &Callback<Action>) -> CaptionProps {
    let (view, now) = (model.view(), model.caption());
    let opening = model.slow_opening().map(|opening| {
        let (done, all) = opening.progress();
        (opening.title(), done.micros() / 1_000, all.map(|all| all.micros() / 1_000))
    });
    let mut said = model.saying.shown().clone();
    if let Some(line) = model.senders_line() {
        // Whoever sent this moment has the word first.
        (said.text, said.is_note) = (line.into(), true);
    }
    if view.nodes.is_empty() {
        said.text = "Pick a scenario, or drop a script here.".to_owned();
    }
    let considered = model.future.as_ref().filter(|future| future.verb().is_some());
    let leads_to = considered.and_then(|future| future.label.clone());
    let branches = model.branches();
    let since = branches.iter().find(|(branch, _)| branch.shown && branch.parent.is_some());
    CaptionProps {
        said,
        next: leads_to.unwrap_or_else(|| format!("Next: {}", now.next)).into(),
        since: since.map(|(_, name)| name.clone().into()),
        trouble: model.went_wrong().map(|toast| toast.text.clone().into()),
        would_branch: !view.at_edge && branches.len() == 1,
        broken: !view.broken.is_empty(),
        suggestion: model.suggestion(),
        opening,
        on: on.clone(),
    }
}

/// The scenarios to choose from; what is none of them is the first.
pub fn choices(model: &Model) -> Html {
    let shown = match model.play.what {
        // A switch is shown at the scenario that it belongs to.
        What::Listed { number } => scenarios::of_gallery(number).map(|(it, _)| it.number),
        _ => None,
    };
    let option = |scenario: &&'static Scenario| {
        let selected = shown == Some(scenario.number);
        html! {
            <option value={scenario.number.to_string()} {selected}>
                { format!("{} {}", scenario.number, scenario.title) }</option>
        }
    };
    // One lab needs no heading.
    let of = |look: &Look| -> Vec<&'static Scenario> {
        let is_part = |part| look.parts.iter().any(|(known, _)| *known == part);
        scenarios::all().filter(|scenario| is_part(scenario.part)).collect()
    };
    let headed = labs::LOOKS.iter().filter(|look| !of(look).is_empty()).count() > 1;
    let group = |look: &Look| {
        let options = of(look).iter().map(option).collect::<Html>();
        match headed {
            true if of(look).is_empty() => html! {},
            true => html! { <optgroup label={look.title}>{ options }</optgroup> },
            false => options,
        }
    };
    html! {
        <>
            if shown.is_none() { <option selected=true value="">{ model.play.title() }</option> }
            { for labs::LOOKS.iter().map(|look| group(look)) }
        </>
    }
}

/// The left column.
pub fn left(model: &Model, on: &Callback<Action>) -> Html {
    html! { <Scenarios ..scenarios(model, on) /> }
}

/// What the left column shows.
pub fn scenarios(model: &Model, on: &Callback<Action>) -> ScenariosProps {
    ScenariosProps {
        open: model.play.what.clone(),
        cluster: dials::shown(model, Place::Cluster),
        network: dials::shown(model, Place::Network),
        faults: dials::shown(model, Place::Faults),
        nodes: model.play.run.dials().nodes,
        from_now: match model.view().at_edge {
            true => "From now on: a line of the script",
            false => "From this moment on: makes a branch",
        },
        loading: model.slow_opening().is_some(),
        timing: model.timing_trouble().map(AttrValue::from),
        mistakes: model.play.mistakes_shown(),
        lab: model.play.run.lab(),
        reads: of_lab(model)
            .and_then(|lab| lab.clients)
            .filter(|_| can_be_told_to_read(model))
            .map(|clients| (clients.reads)(model, on)),
        on: on.clone(),
    }
}

/// What is of the lab alone, where it is one after the first.
fn of_lab(model: &Model) -> Option<&'static OfLab> {
    later::of_lab(model.play.run.lab())
}

/// A server can be told how to answer queries.
fn can_be_told_to_read(model: &Model) -> bool {
    model.play.lab().slots.iter().any(|(word, _)| *word == "read")
}

/// What stands above the stage.
pub fn bars(model: &Model, on: &Callback<Action>) -> Html {
    let lab = model.play.lab();
    let holds_all = Rule { action: RuleAction::Hold, from: None, to: None, kind: None, left: None };
    let rule = |(id, rule): &(RuleId, Rule)| {
        let text = match *rule == holds_all {
            true => "You are the network".to_owned(),
            false => lab.show(rule).to_string(),
        };
        (*id, text)
    };
    let rules: Vec<(RuleId, String)> = model.view().rules.iter().map(rule).collect();
    let other = model.beside.as_ref();
    let beside = other.map(|other| (model.play.run_name(), other.run_name()));
    let path = later::groups(model.view().cast()).map(|groups| (groups.path)(model, on));
    html! { <Bars {path} mistakes={model.play.mistakes_shown()} {rules} {beside} {on} /> }
}

/// The stage.
pub fn stage(model: &Model, canvas: &NodeRef, on: &Callback<Action>) -> Html {
    let labels = model.play.script.setup.labels.clone();
    let legend =
        (!model.hand.knows_legend).then(|| later::drawn(|later| (later.legend)(model, on)));
    html! {
        <Stage view={Rc::clone(model.view())} alone={model.alone} selection={model.marked_selection()} {labels} {legend}
            canvas={canvas.clone()} mail={later::drawn(|later| (later.mail)(model, on))} {on} />
    }
}

/// The legend of the stage.
pub fn legend(model: &Model, on: &Callback<Action>) -> Html {
    let own = of_lab(model).and_then(|lab| lab.stage).map(|stage| stage.legend);
    html! { <Legend {own} clients={model.view().cast().clients > 0} {on} /> }
}

/// The messages on the stage, as a list.
pub fn mail(model: &Model, on: &Callback<Action>) -> Html {
    html! {
        <MailList view={Rc::clone(model.view())} alone={model.alone} selected={model.selection.message()}
            playing={model.playback.playing} {on} />
    }
}

/// The rows of logs; `place` tells those of the middle from those of the column.
pub fn logs(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let setup = &model.play.script.setup;
    let selected = match model.selection {
        Selection::Entry(node, _) => Some(node),
        other => other.node(),
    };
    let given = Given {
        view: model.view(),
        around: model.around(),
        marks: (model.look().marks)(model.view(), model.leader_of(selected)),
        order: &setup.order,
        labels: &setup.labels,
        from: model.logs_from,
        marked: &model.lens.marked.words,
        seen: model.seen_servers(),
    };
    let table = Rc::new(Table::new(&given));
    let loading = model.slow_opening().is_some();
    let letters = if model.frame == Frame::Present { Letters::Large } else { Letters::Usual };
    let commands = !(model.look().command)(1).is_empty();
    html! { <Logs {table} {place} {letters} {commands} {loading} view={Rc::clone(model.view())} selection={model.selection} {on} /> }
}

/// What stands beside the stage: the rows of logs, or the view that was chosen.
pub fn middle(model: &Model, place: &'static str, on: &Callback<Action>) -> Html {
    let rows = || logs(model, place, on);
    match of_lab(model) {
        None => rows(),
        Some(lab) => {
            let rows = if model.is_seen(View::Logs) { rows() } else { Html::default() };
            (lab.beside)(model, place, rows, on)
        }
    }
}

/// The page of the right column that is open.
pub fn details(model: &Model, on: &Callback<Action>) -> Html {
    match model.tab {
        Tab::Events => events(model, on),
        Tab::Inspect => inspect(model, on),
        Tab::Checks => checks(model, on),
        Tab::Script => script(model, on),
        Tab::Logs => middle(model, "column", on),
    }
}

/// What is selected.
fn inspect(model: &Model, on: &Callback<Action>) -> Html {
    let view = model.view();
    let node = match model.selection {
        Selection::Message(id) => Some(id.from),
        Selection::Timer(node, _) | Selection::Entry(node, _) => Some(node),
        other => other.node(),
    };
    // What a message says was decided when it was sent, or before.
    let sent = model.selection.message().and_then(|id| flying(view, id)).map(|it| it.sent);
    let until = sent.map_or(view.moment, |sent| view.moment.min(Moment::after(sent)));
    let of_node = |event: &Event| event.matters && node.is_some() && event.node == node;
    let branches = model.branches();
    let parent =
        branches.iter().find(|(branch, _)| branch.shown).and_then(|(branch, _)| branch.parent);
    let parent =
        parent.and_then(|(parent, _)| branches.iter().find(|(branch, _)| branch.id == parent));
    components::inspect::page(&Inspected {
        view,
        around: model.around(),
        selection: model.selection,
        lab: model.play.lab(),
        look: model.look(),
        last: model.play.history().last(until, of_node).cloned(),
        arrived: model.arrived,
        parent: parent.map(|(_, name)| name.as_str()),
        stalled: model.play.run.dials().nodes.iter().any(|it| Some(it.node) == node && it.stalled),
        story: of_lab(model).and_then(|lab| (lab.story)(model, on)),
        loading: model.slow_opening().is_some(),
        asks: node
            .filter(|node| node.is_client())
            .zip(of_lab(model).and_then(|lab| lab.clients))
            .map(|(client, of)| (of.asks)(model, client, on)),
        on,
    })
}

/// What must hold.
fn checks(model: &Model, on: &Callback<Action>) -> Html {
    let view = model.view();
    let verdict = |property: &Property| {
        let is_it = |violation: &&Violation| violation.property == property.id;
        let broken = view.broken.iter().find(is_it);
        let later = model.play.history().violations.iter().find(is_it);
        let verdict = match (broken, later) {
            _ if model.slow_opening().is_some() => Verdict::Checking,
            (Some(violation), _) => Verdict::Broken(violation.clone()),
            (None, Some(violation)) => Verdict::Later(violation.clone(), view.steps),
            (None, None) if !model.play.run.was_tried(property.id) => {
                Verdict::NotDecided(view.steps)
            }
            (None, None) => Verdict::Holds(view.steps),
        };
        (*property, verdict)
    };
    let rows: Vec<_> = model.play.run.properties().iter().map(verdict).collect();
    html! { <Checks {rows} {on} /> }
}

/// The list of events.
fn events(model: &Model, on: &Callback<Action>) -> Html {
    let lab = model.play.lab();
    let (history, here) = (model.play.history(), model.view().moment);
    let stretch = Stretch::around(history, here, &model.filter);
    let acts = model.play.run.acts();
    let listed = acts.iter().filter(|act| stretch.holds(act.moment)).filter_map(|act| {
        let (text, by_hand) = listed(lab, act)?;
        Some((act.moment, text, by_hand))
    });
    let listing = Listing::new(&listing::Given {
        history,
        stretch: &stretch,
        acts: listed.collect(),
        forks: forks(model),
        here,
        paused: !model.playback.playing,
        filter: &model.filter,
    });
    let nodes: Vec<_> = model.view().nodes.iter().map(|node| node.id).collect();
    html! {
        <Events listing={Rc::new(listing)} filter={model.filter.clone()} {nodes} loading={model.slow_opening().is_some()} {on} />
    }
}

/// Where the shown branch leaves its parent, and where others leave it.
fn forks(model: &Model) -> Vec<(Moment, BranchId, String)> {
    let branches = model.branches();
    let Some((shown, _)) = branches.iter().find(|(branch, _)| branch.shown) else {
        return Vec::new();
    };
    let name = |id| branches.iter().find(|(branch, _)| branch.id == id).map(|(_, name)| name);
    let from_parent = shown.parent.and_then(|(parent, moment)| {
        Some((moment, parent, format!("branched here from “{}”", name(parent)?)))
    });
    let children = branches.iter().filter_map(|(branch, name)| {
        let (_, moment) = branch.parent.filter(|(parent, _)| *parent == shown.id)?;
        Some((moment, branch.id, format!("“{name}” branches here")))
    });
    from_parent.into_iter().chain(children).collect()
}

/// An act as the list of events has it, and whether a person did it. What else a
/// director does is told by the nodes.
fn listed(lab: &'static LabWords, act: &Act) -> Option<(String, bool)> {
    match &act.deed {
        Deed::Verb(verb) => Some((lab.show(verb).to_string(), true)),
        Deed::Choice(choice @ (Choice::Cut(..) | Choice::Mend(..) | Choice::Tune(_))) => {
            Some((words::choice(lab, choice), false))
        }
        Deed::Choice(_) => None,
    }
}

fn script(model: &Model, on: &Callback<Action>) -> Html {
    let (view, lab) = (model.view(), model.play.lab());
    let why = |what: Planned| {
        let skipped = view.skipped.iter().find(|skipped: &&Skipped| skipped.what == what)?;
        let expects = |number: u32| {
            let line = model.play.script.lines.get(number as usize);
            matches!(line, Some((_, Line::Expect { .. })))
        };
        Some(match (&skipped.why, what) {
            (Some(why), _) => format!("Not possible: {}", words::not_possible(lab, why)),
            (None, Planned::Line(number)) if expects(number) => "Not so in this run".to_owned(),
            (None, _) => "Given up after waiting".to_owned(),
        })
    };
    let history = model.play.history();
    let done = model.play.run.lines_done();
    let line = |number: usize| {
        let what = Planned::Line(number as u32);
        let known = history.lines_done.iter().find(|(other, _)| *other as usize == number);
        Some(ScriptLine {
            what,
            text: writing::line_text(&model.play, what)?,
            when: known.map(|(_, moment)| *moment),
            done: done.iter().any(|(other, _)| *other as usize == number),
            skipped: why(what),
        })
    };
    let acts = model.play.run.acts();
    let act = |(number, act): (usize, &Act)| {
        let what = Planned::Act(number as u32);
        let (text, when) = (writing::act_text(lab, act)?, Some(act.moment));
        Some(ScriptLine { what, text, when, done: act.moment < view.moment, skipped: why(what) })
    };
    let mut lines: Vec<ScriptLine> = (0..model.play.script.lines.len()).filter_map(line).collect();
    lines.extend(acts.iter().enumerate().filter_map(act));
    // In the order in which they are done; what the branch has not come to yet is last.
    lines.sort_by_key(|line| (line.when.is_none(), line.when));
    html! {
        <ScriptText head={model.play.script.setup.to_string()} {lines} open={model.open_line}
            writing={model.writing.clone()} playing={model.playback.playing} loading={model.slow_opening().is_some()}
            text={writing::whole_text(&model.play)} fingerprint={view.fingerprint.to_string()} {on} />
    }
}

/// The time line.
pub fn timeline(model: &Model, canvas: &NodeRef, list: Html, on: &Callback<Action>) -> Html {
    let (mut now, mut edge) = model.times();
    if model.playback.playing {
        // Whoever has it read out is not told of every frame.
        [now, edge] = [now, edge].map(|time| Time::from_micros(time.micros() / TENTH * TENTH));
    }
    let told = later::drawn(|later| (later.told)(model));
    let opening = model.slow_opening().map(|opening| {
        let (done, all) = opening.progress();
        let all = all.map_or(u64::MAX, |all| all.micros().max(1));
        (done.micros().saturating_mul(100) / all).min(100)
    });
    html! {
        <Timeline canvas={canvas.clone()} {now} {edge} nodes={model.view().cast().servers as usize}
            {told} {list}
            dragged={model.is_dragged()} {opening} {on} />
    }
}

/// What the time line tells of the place pointed at.
pub fn told(model: &Model) -> Html {
    let width = model.pointed.map_or(0.0, |pointed| pointed.size.width);
    let told = model.told_by_timeline();
    told.map(|told| components::timeline::card(&told, width)).unwrap_or_default()
}

/// The marks of the time line, as a list.
pub fn marks(model: &Model, on: &Callback<Action>) -> Html {
    components::timeline::list(&model.marks(), on)
}

/// Play, speed, time, state, branch.
pub fn transport(model: &Model, clock: String, on: &Callback<Action>) -> Html {
    let view = model.view();
    html! {
        <Transport playing={model.playback.playing} speed={model.playback.speed} pace={rounded(model.pace())}
            reached={model.playback.reached.map(rounded)} {clock} steps={view.steps} past={!view.at_edge}
            origin={origin(model)} branches={model.branches()} {on} />
    }
}

/// A pace as it is shown: in steps wide enough not to flicker.
fn rounded(pace: u64) -> u64 {
    match pace {
        0..10_000 => pace / 500 * 500,
        10_000..50_000 => pace / 1_000 * 1_000,
        50_000..500_000 => pace / 10_000 * 10_000,
        _ => pace / 100_000 * 100_000,
    }
}

/// Where the run comes from, in words, and whether that is trouble.
pub fn origin(model: &Model) -> Option<(AttrValue, bool)> {
    let acts = model.play.run.acts();
    let Some(origin) = &model.origin else {
        let changed = acts.iter().any(|act| matches!(act.deed, Deed::Verb(_)));
        return match &model.play.verdict {
            Some(verdict) if !changed => {
                Some((verdict.clone().into(), !verdict.ends_with("passed")))
            }
            Some(_) => Some(("changed by hand: the test says nothing of it".into(), false)),
            None => changed.then(|| ("changed from the scenario".into(), false)),
        };
    };
    let changed = model.play.shown_branch() != origin.branch || acts.len() != origin.acts;
    Some(match origin.claim {
        Claim::Differs => ("not the run that was shared".into(), true),
        _ if changed => ("changed since shared".into(), false),
        Claim::Holds => ("as shared, fingerprint checked".into(), false),
        Claim::None => ("as shared, no fingerprint to check".into(), false),
    })
}

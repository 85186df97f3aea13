//! What each scenario says it shows, it shows.

mod kv;
mod raft;
mod shardctrl;
mod txn;

use netsplit_core::id::NodeId;

use super::by_id;
use crate::each_lab;
use crate::lab::Lab;
use crate::labs::raft::RaftLab;
use crate::open;
use crate::scenario::{Line, Scenario, Script};
use crate::scene::{Act, Limits, Planned, Scene};
use crate::trace::{Event, Happened, Tracer, Until};
use crate::verb::leader;
use crate::world::World;

/// A run that is watched.
struct Show<L: Lab> {
    tracer: Tracer<L>,
    events: Vec<Event>,
}

fn node(number: u32) -> NodeId {
    NodeId::from_number(number).expect("nodes count from 1")
}

fn start_script<L: Lab>(script: &Script, acts: Vec<Act>, until: Until) -> Show<L> {
    let lines = open::lines(script);
    let world = open::world(&script.setup).expect("the setup of a scenario is right");
    let scene = Scene::new(world, lines.clone(), Limits::default());
    Show { tracer: Tracer::new(scene, lines, acts, until), events: Vec::new() }
}

/// A scenario with some options changed, at its start.
fn start(id: &str, changes: &[(&str, &str)]) -> Show<RaftLab> {
    start_of(id, changes)
}

fn start_of<L: Lab>(id: &str, changes: &[(&str, &str)]) -> Show<L> {
    let mut script = by_id(id).expect("the scenario is in the list").parse();
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let changes: Vec<(String, String)> = changes.iter().map(pair).collect();
    script.setup = script.setup.changed(&changes).expect("the changes of a test are right");
    start_script(&script, Vec::new(), Until::Done)
}

impl<L: Lab> Show<L> {
    /// Runs on to the first event that is looked for.
    fn reach(&mut self, found: impl Fn(&Event, &World<L>) -> bool) -> &mut Show<L> {
        loop {
            let event = self.tracer.next().expect("what is looked for comes before the end");
            let is = found(&event, self.world());
            self.events.push(event);
            if is {
                return self;
            }
        }
    }

    /// Runs on to the note that begins so.
    fn reach_note(&mut self, beginning: &str) -> &mut Show<L> {
        self.reach(|event, _| match &event.what {
            Happened::Note(text) => text.starts_with(beginning),
            _ => false,
        })
    }

    fn finish(&mut self) -> &mut Show<L> {
        for event in self.tracer.by_ref() {
            self.events.push(event);
        }
        self
    }

    fn world(&self) -> &World<L> {
        &self.tracer.scene().world
    }

    fn leads(&self) -> Option<NodeId> {
        leader(self.world())
    }

    fn broken(&self) -> Vec<&'static str> {
        self.tracer.scene().broken().iter().map(|violation| violation.property).collect()
    }

    /// Who became what in which term, in order.
    fn roles(&self, role: &str) -> Vec<(NodeId, u64)> {
        let mut found: Vec<(NodeId, u64)> = Vec::new();
        for event in &self.events {
            if let Happened::Step(step) = &event.what
                && let Some((node, state)) = &step.node
                && state.role == role
                && !found.contains(&(*node, state.glance.term))
            {
                found.push((*node, state.glance.term));
            }
        }
        found
    }

    /// How often something was told that holds these words.
    fn told(&self, words: &str) -> usize {
        let steps = self.events.iter().filter_map(|event| match &event.what {
            Happened::Step(step) => Some(step),
            _ => None,
        });
        steps.flat_map(|step| &step.told).filter(|told| told.text.contains(words)).count()
    }
}

#[test]
fn the_first_script_is_the_one_that_is_read() {
    let first = super::first();
    assert_eq!(super::first_script(), first.parse());
    assert!(first.branches.is_empty(), "the first view carries none");
}

#[test]
fn every_scenario_is_named_once() {
    let mut numbers: Vec<u32> = super::with_switches().map(|scenario| scenario.number).collect();
    let mut ids: Vec<&str> = super::with_switches().map(|scenario| scenario.id).collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((numbers.len(), ids.len()), (count, count));
    let gallery: Vec<u32> = super::all().map(|scenario| scenario.number).collect();
    assert_eq!(gallery, (1..=gallery.len() as u32).collect::<Vec<u32>>());
    for scenario in super::all() {
        for (place, switch) in scenario.switches.iter().enumerate() {
            assert_eq!(switch.shows.number, scenario.number * 100 + place as u32 + 1);
            assert!(switch.shows.id.starts_with(scenario.id), "{}", switch.shows.id);
        }
    }
}

/// What every note says: the expectations before it and the waits between it and
/// the note before that.
fn promises(lines: &[(u32, Line)], note: usize) -> usize {
    let before = lines[..note].iter().rev().map(|(_, line)| line);
    let own = before.take_while(|line| !matches!(line, Line::Note { .. }));
    own.filter(|line| matches!(line, Line::Expect { .. } | Line::RunUntil { .. })).count()
}

/// What is not as a scenario says; nothing when all of it is.
fn wrong_in<L: Lab>(scenario: &Scenario) -> Vec<String> {
    let (id, mut wrong) = (scenario.id, Vec::new());
    let mut show: Show<L> = start_of(id, &[]);
    show.finish();
    let scene = show.tracer.scene();
    let script = scenario.parse().lines;
    for skipped in scene.skipped() {
        let Planned::Line(line) = skipped.what else { continue };
        let (number, line) = &script[line as usize];
        let words = crate::labs::lab(L::NAME).expect("it is in the list").show(line).to_string();
        wrong.push(format!(
            "{id}, line {number}, at {}: {words}: {:?}",
            skipped.moment, skipped.why
        ));
    }
    let said = show.events.iter().filter(|event| matches!(event.what, Happened::Note(_))).count();
    let notes = script.iter().filter(|(_, line)| matches!(line, Line::Note { .. })).count();
    if !scene.script_is_done() || said != notes {
        wrong.push(format!("{id}: {said} notes of {notes}"));
    }
    let (mut broken, mut breaks) = (show.broken(), scenario.breaks.to_vec());
    broken.sort_unstable();
    breaks.sort_unstable();
    if broken != breaks {
        wrong.push(format!("{id}: broken are {broken:?}, not {breaks:?}"));
    }
    wrong
}

/// What is asked of scenarios of a lab.
struct Asked {
    lab: &'static str,
    wrong: fn(&Scenario) -> Vec<String>,
    never_otherwise: fn(&[&Scenario]) -> Vec<String>,
}

impl Asked {
    const fn of<L: Lab>() -> Asked {
        Asked { lab: L::NAME, wrong: wrong_in::<L>, never_otherwise: never_otherwise::<L> }
    }
}

fn of_lab(scenario: &Scenario) -> &'static Asked {
    const ALL: &[Asked] = each_lab!(Asked);
    let lab = scenario.parse().setup.lab;
    ALL.iter().find(|asked| asked.lab == lab).expect("it is in the list")
}

#[test]
fn what_every_note_promises_happens() {
    let mut wrong = Vec::new();
    for scenario in super::with_switches() {
        wrong.extend((of_lab(scenario).wrong)(scenario));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An expectation that is never otherwise, in no run of its scenario and of what
/// the switches show, promises nothing.
#[test]
fn every_promise_could_be_broken() {
    let mut kept = Vec::new();
    for scenario in super::all() {
        let shown = scenario.switches.iter().map(|switch| switch.shows);
        let family: Vec<&Scenario> = std::iter::once(scenario).chain(shown).collect();
        kept.extend((of_lab(scenario).never_otherwise)(&family));
    }
    assert!(kept.is_empty(), "never otherwise:\n{}", kept.join("\n"));
}

/// The expectations of some scenarios that hold after every step of all of them.
fn never_otherwise<L: Lab>(family: &[&Scenario]) -> Vec<String> {
    let mut promises = Vec::new();
    for of in family {
        for (number, line) in of.parse().lines {
            if let Line::Expect { condition, holds } = line {
                promises.push((of.id, number, condition, holds));
            }
        }
    }
    for of in family {
        let mut show: Show<L> = start_of(of.id, &[]);
        while show.tracer.next().is_some() {
            let (world, broken) = (show.world(), show.broken());
            if world.steps() > 0 {
                promises.retain(|(.., it, holds)| it.holds(world, &broken) == *holds);
            }
        }
    }
    promises.iter().map(|promise| format!("{promise:?}")).collect()
}

#[test]
fn every_scenario_has_notes_that_promise_something_and_two_suggestions() {
    for scenario in super::with_switches() {
        let lines = scenario.parse().lines;
        let notes: Vec<usize> =
            (0..lines.len()).filter(|place| matches!(lines[*place].1, Line::Note { .. })).collect();
        let tries = lines.iter().filter(|(_, line)| matches!(line, Line::Try { .. })).count();
        assert!((3..=6).contains(&notes.len()), "{}: {} notes", scenario.id, notes.len());
        assert_eq!(tries, 2, "{}", scenario.id);
        for note in notes {
            let line = lines[note].0;
            assert!(promises(&lines, note) > 0, "{}, line {line} promises nothing", scenario.id);
        }
    }
}

#[test]
fn every_scenario_has_a_question_a_section_and_a_property_that_is_checked() {
    for scenario in super::with_switches() {
        let id = scenario.id;
        let listed = super::all().any(|other| other.number == scenario.number);
        assert_eq!(listed, scenario.question.ends_with('?'), "{id}");
        assert!(scenario.look_for.ends_with('.'), "{id}");
        assert!(!scenario.section.is_empty() && !scenario.part.is_empty(), "{id}");
        let lab = crate::labs::lab(&scenario.parse().setup.lab).expect("it is in the list");
        let known = |id: &&str| lab.code().properties.iter().any(|property| property.id == *id);
        assert!(known(&scenario.property) && scenario.breaks.iter().all(known), "{id}");
        scenario.carried();
    }
}

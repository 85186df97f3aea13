//! What is found by its words.

use netsplit_core::raft::mutants::Mutant;
use netsplit_sim::course::{self, failures, noticed};
use netsplit_sim::labs::Mistake;
use netsplit_sim::link::What;
use netsplit_sim::scenario::Scenario;
use netsplit_sim::{scenarios, words};

use super::Found;
use crate::state::action::Action;
use crate::state::commands;
use crate::state::model::Model;

/// Tests with their mistakes that are named for a line of a test's output.
const LIKELY_MOST: usize = 6;

/// Whether all words that are looked for stand in a text.
fn fits(wanted: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    wanted.to_lowercase().split_whitespace().all(|part| text.contains(part))
}

/// What a line that a test of the course printed means, and what leads to it.
pub(super) fn failures(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for line in failures::find(text) {
        found.push(Found::said("Test output", format!("“{}”", line.text()), line.means));
        // One of each mistake: the test that shows it first in the course.
        let mut known: Vec<Mutant> = Vec::new();
        for it in noticed::ends_so(line) {
            if known.len() == LIKELY_MOST || known.contains(&it.mutant) {
                continue;
            }
            known.push(it.mutant);
            let (mutant, seed) = (it.mutant, it.seed);
            let name = format!("{}: a node {}", mutant.id(), words::mistake(mutant));
            let about = format!("{}, seed {seed}", it.test.name);
            let action = Action::OpenNoticed { test: it.test.number, mutant, seed };
            found.push(Found::new("Likely", name, &about, action));
        }
        found.extend(line.scenarios.iter().filter_map(|id| scenarios::by_id(id)).map(scenario));
    }
    found
}

fn scenario(scenario: &'static Scenario) -> Found {
    let action = Action::Open(What::Listed { number: scenario.number });
    Found::new("Scenario", scenario.title, scenario.look_for, action)
}

/// Commands that apply now.
pub(super) fn commands(model: &Model, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for command in commands::all().filter(|command| command.id != "search") {
        let Some(item) = command.item(model, model.selection) else { continue };
        if fits(text, &format!("{} {}", item.name, command.name)) {
            let about = command.group.title();
            let it = Found::new("Command", item.name, about, item.action);
            found.push(Found { key: item.key, ..it });
        }
    }
    found
}

/// Scenarios.
pub(super) fn scenarios(text: &str) -> Vec<Found> {
    let of = |it: &&Scenario| {
        fits(text, &format!("{} {} {} {}", it.number, it.part, it.title, it.look_for))
    };
    scenarios::all().filter(of).map(scenario).collect()
}

/// Tests of the course, by either edition's names.
pub(super) fn tests(text: &str) -> Vec<Found> {
    let of = |it: &&course::CourseTest| {
        fits(text, &format!("{} {} {} {}", it.name, it.name_2024, it.part, it.title))
    };
    let found = course::all().filter(of).map(|it| {
        let what = What::Course { lab: it.lab(), test: it.number };
        Found::new("Course test", it.name, it.about, Action::Open(what))
    });
    found.collect()
}

/// Mistakes: turned on, or off where they are on.
pub(super) fn mistakes(model: &Model, text: &str) -> Vec<Found> {
    let on_now = model.play.mistakes();
    let of = |it: &Mistake| fits(text, &format!("{} mistake {}", it.id, it.does));
    let found = model.play.lab().mistakes().into_iter().filter(of).map(|it| {
        let on = !on_now.contains(&it.id);
        let name = format!("{}: {} {}", it.id, it.who, it.does);
        let about = if on { "Turns the mistake on, beside this run" } else { "Turns it off" };
        Found::new("Mistake", name, about, Action::Mistake(it.id, on))
    });
    found.collect()
}

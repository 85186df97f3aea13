//! The course's tests under their own names, and which mistakes the open one
//! notices.

use netsplit_sim::course::{self, noticed};
use netsplit_sim::labs;
use netsplit_sim::link::What;
use netsplit_sim::words;
use yew::prelude::*;

use crate::components::does;
use crate::state::action::Action;

/// The parts of the course whose tests are of a lab, in order; of Raft where it has none.
pub(super) fn course_parts(lab: &str) -> impl Iterator<Item = &'static str> + use<> {
    let own = labs::lab(lab).map_or(course::RAFT_LAB, |lab| lab.number);
    let mut last = "";
    let parts = course::of_lab(own).map(|test| test.part);
    parts.filter(move |part| std::mem::replace(&mut last, part) != *part)
}

/// The tests of a part.
pub(super) fn tests(part: &'static str, open: &What, on: &Callback<Action>) -> Html {
    let item = |test: &'static course::CourseTest| {
        let what = What::Course { lab: test.lab(), test: test.number };
        let is_open = *open == what;
        let onclick = on.reform(move |_: MouseEvent| Action::Open(what.clone()));
        // Under the part's heading, its letter and the word that all begin with are noise.
        let short = test.name.trim_start_matches("Test").trim_end_matches(part);
        html! {
            <li key={test.name}>
                <button class="scenarios-item" {onclick} title={format!("{}. {}", test.name, test.about)}
                    aria-current={is_open.then_some("true")}>
                    <span class="scenarios-test">{ short }</span>
                </button>
                if is_open { { notices(test, on) } }
            </li>
        }
    };
    let shown = course::all().find(|test| test.part == part);
    let shown = shown.map(|test| test.part_shown().to_string());
    html! {
        <section class="scenarios-tests" key={part}>
            <h3>{ shown }</h3>
            <ul>{ for course::all().filter(|test| test.part == part).map(item) }</ul>
        </section>
    }
}

/// The mistakes that a test notices within 20 seeds.
fn notices(test: &'static course::CourseTest, on: &Callback<Action>) -> Html {
    let rows = noticed::by_test(test);
    let item = |it: &noticed::Noticed| {
        let action = Action::OpenNoticed { test: test.number, mutant: it.mutant, seed: it.seed };
        let title = format!("A node {}. Seed {}", words::mistake(it.mutant), it.seed);
        html! {
            <li><button class="mistake-test value" onclick={does(on, action)} {title}>{ it.mutant.id() }</button></li>
        }
    };
    html! {
        <div class="mistake-about">
            <p>{ test.about }</p>
            // Of Raft's own tests it is written down.
            if !rows.is_empty() {
                <p>{ format!("Notices {} mistakes within 20 seeds", rows.len()) }</p>
                <ul class="mistake-tests">{ for rows.iter().map(item) }</ul>
            }
        </div>
    }
}

//! The gallery's page in the documentation, made from the scenarios themselves.
//!
//! `REWRITE=1` writes it anew; so does `cargo xtask golden`.

use std::fmt::Write as _;

use netsplit_sim::labs;
use netsplit_sim::scenario::{Line, Scenario};
use netsplit_sim::scenarios;

use crate::kept;

const HEAD: &str = "# The gallery of Raft

Twelve scenarios, one story in the order of the course's parts. Each asks one question; its notes say what to see at their moments, and a test runs every note's expectations. A switch shows the opposite: the same story with one thing changed, told as it goes then. This page is made from [the scenarios](../../sim/src/scenarios/raft.rs) by `cargo xtask golden`.
";

fn page() -> String {
    let mut text = HEAD.to_owned();
    let mut part = "";
    for scenario in scenarios::all() {
        if scenario.part != part {
            part = scenario.part;
            write!(text, "\n## {part}\n").expect("a text takes it all");
        }
        tell(&mut text, scenario);
    }
    text
}

fn tell(text: &mut String, scenario: &Scenario) {
    let lab = labs::lab(&scenario.parse().setup.lab).expect("a scenario is of a lab");
    let property = lab.code().properties.iter().find(|property| property.id == scenario.property);
    let property = property.map_or(scenario.property, |property| property.title);
    let Scenario { number, title, id, question, look_for, section, .. } = scenario;
    let mut add = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    add(format!("\n### {number} {title}\n"));
    add(format!("*{question}* {look_for} (`{id}`; {section}; {property})\n"));
    for (_, line) in scenario.parse().lines {
        if let Line::Note { text, .. } = line {
            add(format!("- {text}"));
        }
    }
    let some = !scenario.branches.is_empty() || !scenario.switches.is_empty();
    if some {
        add("\n| to see the opposite | what is to be seen |\n|---|---|".to_owned());
    }
    for branch in scenario.branches {
        let what = branch.act.map_or("the run itself".to_owned(), |act| format!("`{act}`"));
        add(format!("| branch {} at {} | {what} |", branch.name, branch.note));
    }
    for switch in scenario.switches {
        let Scenario { number, id, look_for, .. } = switch.shows;
        add(format!("| {} (`{id}`, {number}) | {look_for} |", switch.label));
    }
}

#[test]
fn gallery_golden() {
    kept::check(&kept::path("../docs/labs/raft-gallery.md"), &page());
}

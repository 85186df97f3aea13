//! `netsplit.js` in a page that is not ours: what it does there, and that it is the same engine.

use netsplit_sim::labs;
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, Claim};
use netsplit_sim::run::Run;
use netsplit_sim::scenarios;
use netsplit_sim::script::parse_verb;
use netsplit_sim::verb::Condition;

use netsplit_core::time::{Span, Time};

use crate::Page;
use crate::server::LESSON;

/// The page of `tests/js` tries all of the module and writes down what it found. The run it made is
/// made here, too: both have one fingerprint, and its link opens here with the same.
pub fn a_lesson_drives_it(page: &Page) -> Result<(), String> {
    if !page.server.has("js/netsplit.js") {
        return Err("the site has no js/netsplit.js: `cargo xtask build` makes it".into());
    }
    let session = page.open_at(LESSON)?;
    session
        .wait("end of the lesson", "return document.documentElement.dataset.state !== 'loading'")?;
    let result = session.run("return document.getElementById('result').textContent", &[])?;
    let result = result.as_str().unwrap_or_default();
    let wrong: Vec<&str> = result.lines().filter(|line| line.starts_with("wrong ")).collect();
    if !wrong.is_empty() {
        return Err(format!("the lesson found: {}", wrong.join("; ")));
    }
    let after = |word: &str| {
        let found = result.lines().find_map(|line| line.strip_prefix(word));
        found.ok_or(format!("no line `{word}`: {result}"))
    };
    let (fingerprint, link) = (after("fingerprint ")?, after("link ")?);

    let here = story()?.fingerprint().to_string();
    if here != fingerprint {
        return Err(format!("the run has the fingerprint {here} here and {fingerprint} there"));
    }
    let mut opened = open::link(link).map_err(|error| format!("{link}: {error}"))?;
    opened.advance(u64::MAX);
    if opened.claim() != Claim::Holds || opened.run.fingerprint().to_string() != fingerprint {
        return Err(format!("{link} opens here at another fingerprint"));
    }
    page.close(session)
}

/// What the lesson does, step for step.
fn story() -> Result<Box<dyn Run>, String> {
    let scenario = scenarios::by_id("first-election").ok_or("there is no first election")?;
    let script = scenario.parse();
    let mut run = open::script(&script, Vec::new()).map_err(|why| why.to_string())?;
    let lab = labs::lab(run.lab()).ok_or("its lab is in no list")?;
    let act = |run: &mut dyn Run, text: &str| {
        let verb = parse_verb(text, lab, script.setup.cast()).map_err(|why| why.to_string())?;
        run.act(verb).map_err(|why| format!("{text}: {why:?}"))
    };
    until_leader(&mut *run, Span::from_millis(10_000));
    act(&mut *run, "crash leader")?;
    until_leader(&mut *run, Span::from_millis(5_000));
    let leader = run.view().nodes.iter().find(|node| node.glance.leads).map(|node| node.id);
    let leader = leader.ok_or("nobody leads")?;
    act(&mut *run, &format!("propose {leader} x=3"))?;
    let end: Time = run.moment().at + Span::from_millis(201);
    run.run_to(Moment::after(end), u64::MAX);
    Ok(run)
}

fn until_leader(run: &mut dyn Run, most: Span) {
    let end = run.moment().at + most;
    while !run.holds(&Condition::Leader(None)) && run.moment().at < end && run.step() {}
}

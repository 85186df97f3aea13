//! `labs`, `scenarios` and `fingerprints`: what there is.

use std::io::Write;
use std::ops::ControlFlow;

use netsplit_sim::labs::{self, LABS, LabWords};
use netsplit_sim::moment::Seconds;
use netsplit_sim::scenario::Scenario;
use netsplit_sim::{course, scenarios, swarm};

use crate::asked::Asked;
use crate::parallel;
use crate::prepared::Prepared;
use crate::trouble::{Ending, Trouble, did_you_mean};
use crate::what::Subject;

/// Fixed runs whose fingerprints are printed beside those of the scenarios.
const FIXED: u32 = 21;

/// Runs `labs`.
pub(crate) fn labs(_: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    for lab in LABS {
        let scenarios = of_lab(Some(lab)).count();
        let tests = course::select(lab.name).len();
        writeln!(out, "{:<8}  {scenarios} scenarios, {tests} tests of the course", lab.name)?;
    }
    Ok(Ending::Well)
}

/// Runs `scenarios`.
pub(crate) fn scenarios(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let lab = match asked.words.first() {
        Some(name) => Some(lab(name)?),
        None => None,
    };
    let longest = |of: fn(&Scenario) -> &str| {
        of_lab(lab).map(|scenario| of(scenario).chars().count()).max().unwrap_or(0)
    };
    let (ids, titles) = (longest(|scenario| scenario.id), longest(|scenario| scenario.title));
    for scenario in of_lab(lab) {
        let Scenario { id, number, part, title, look_for, .. } = scenario;
        writeln!(out, "{id:<ids$}  {number:>3}  {part:<2}  {title:<titles$}  {look_for}")?;
    }
    Ok(Ending::Well)
}

/// Runs `fingerprints`.
pub(crate) fn fingerprints(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let seeds = match (&asked.seeds, asked.seed) {
        (None, None) => None,
        _ => Some(asked.seeds_or(1..=1)?),
    };
    if seeds.is_none() {
        for (name, fingerprint) in swarm::fingerprints(FIXED) {
            writeln!(out, "{fingerprint:016x}  {name}")?;
        }
    }
    let all: Vec<&Scenario> = scenarios::all().collect();
    let each = seeds.as_ref().map_or(1, |seeds| (seeds.end() - seeds.start()).saturating_add(1));
    let tasks = each.saturating_mul(all.len() as u64);
    let work = |task: u64| -> Result<String, Trouble> {
        let scenario = all[(task / each) as usize];
        let mut subject = Subject::find(scenario.id)?;
        if let Some(seeds) = &seeds {
            subject.link.seed = seeds.start() + task % each;
        }
        let played = Prepared::of(&subject, None)?.play();
        let (id, seed, steps) = (scenario.id, subject.link.seed, played.steps);
        let (at, fingerprint) = (Seconds(played.moment.at), played.fingerprint);
        Ok(format!("{fingerprint}  {id}, seed {seed}, {steps} steps, {at}"))
    };
    parallel::in_order(asked.jobs, tasks, work, |_, line| {
        writeln!(out, "{}", line?)?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Ending::Well)
}

/// A lab by name.
pub(crate) fn lab(name: &str) -> Result<&'static LabWords, Trouble> {
    labs::lab(name).ok_or_else(|| {
        let hint = did_you_mean(name, LABS.iter().map(|lab| lab.name));
        Trouble::Bad(format!("there is no lab called `{name}`{hint}: `netsplit labs` lists them"))
    })
}

fn of_lab(lab: Option<&'static LabWords>) -> impl Iterator<Item = &'static Scenario> {
    let is_of =
        move |scenario: &&Scenario| lab.is_none_or(|lab| scenario.parse().setup.lab == lab.name);
    scenarios::all().filter(is_of)
}

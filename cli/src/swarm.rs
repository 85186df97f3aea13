//! `swarm`: runs with every option, fault and moment drawn from their seeds.

use std::io::Write;
use std::ops::ControlFlow;

use netsplit_core::raft::mutants::Mutants;
use netsplit_sim::fingerprint::Fingerprint;
use netsplit_sim::minimize::minimize;
use netsplit_sim::moment::{Moment, Seconds};
use netsplit_sim::scenario::Line;
use netsplit_sim::swarm::watch::{Counts, Kind};
use netsplit_sim::swarm::{self, Broken};
use netsplit_sim::words;

use crate::asked::Asked;
use crate::list;
use crate::parallel;
use crate::trouble::{Ending, Trouble};

/// From so many seeds on, every kind of fault and state must have happened.
const COMPLETE_FROM: u64 = 200;

/// What a run came to, without what keeps to its thread.
struct Report {
    seed: u64,
    mutants: Mutants,
    broken: Option<Broken>,
    counts: Counts,
    steps: u64,
    end: Moment,
    fingerprint: Fingerprint,
}

impl From<swarm::Report> for Report {
    fn from(report: swarm::Report) -> Report {
        let swarm::Report { seed, mutants, broken, counts, steps, end, fingerprint, .. } = report;
        Report { seed, mutants, broken, counts, steps, end, fingerprint }
    }
}

/// Runs the command.
pub(crate) fn run(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let lab = asked.lab.as_deref().unwrap_or("raft");
    list::lab(lab)?;
    let seeds = asked.seeds_or(1..=COMPLETE_FROM)?;
    let each = (seeds.end() - seeds.start()).saturating_add(1);
    let mutants = asked.mistakes();
    if asked.small {
        if each != 1 {
            return Err(Trouble::bad("`--small` wants one seed: give `--seed`"));
        }
        return small(lab, *seeds.start(), mutants, out);
    }
    let work = |task: u64| swarm::run(lab, seeds.start() + task, mutants).map(Report::from);
    let mut all = Counts::default();
    let (mut passed, mut failed, mut steps) = (0_u64, 0_u64, 0_u64);
    parallel::in_order(asked.jobs, each, work, |_, report| {
        let report = report.map_err(|why| Trouble::Bad(why.to_string()))?;
        all.add(&report.counts);
        steps += report.steps;
        let red = report.broken.is_some();
        if red {
            failed += 1;
            writeln!(out, "{}", broken(&report, lab))?;
            out.flush()?;
        } else {
            passed += 1;
        }
        if each == 1 {
            tell(&report, lab, out)?;
        }
        // A mistake is found once.
        let found = red && !mutants.is_empty();
        Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if each == 1 {
        return Ok(Ending::well_if(failed == 0));
    }
    let complete = mutants.is_empty() && each >= COMPLETE_FROM;
    if mutants.is_empty() {
        happened(&all, out)?;
    }
    let never = all.never();
    if complete && !never.is_empty() {
        let names: Vec<&str> = never.iter().map(|kind| kind.name()).collect();
        writeln!(out, "never happened, so nothing is proven of it: {}", names.join(", "))?;
    }
    writeln!(out, "{steps} steps")?;
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(Ending::well_if(failed == 0 && (!complete || never.is_empty())))
}

/// Runs that making a failing run small may take.
const SMALL_RUNS_MOST: u32 = 2_000;

/// The script of a run with few acts that breaks what a seed breaks.
fn small(lab: &str, seed: u64, mutants: Mutants, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let report = swarm::run(lab, seed, mutants).map_err(|why| Trouble::Bad(why.to_string()))?;
    match (minimize(&report, SMALL_RUNS_MOST), &report.broken) {
        (Some(small), _) => {
            // The note makes the script go on until it is seen.
            let text = words::violation(&small.violation);
            let note = Line::Note { at: Some(small.violation.moment), text };
            let mut script = small.script();
            script.lines.push((0, note));
            write!(out, "{script}")?;
            Ok(Ending::Red)
        }
        (None, Some(broken)) => {
            writeln!(out, "# {}: what does not come has no moment to look at.", broken.property)?;
            Ok(Ending::Red)
        }
        (None, None) => {
            writeln!(out, "# Seed {seed} breaks nothing.")?;
            Ok(Ending::Well)
        }
    }
}

/// What happened and how often.
fn happened(counts: &Counts, out: &mut dyn Write) -> Result<(), Trouble> {
    for kind in Kind::ALL.iter().filter(|kind| counts.of(**kind) > 0) {
        writeln!(out, "{:>10}  {}", counts.of(*kind), kind.name())?;
    }
    Ok(())
}

/// A single run: what happened in it, and a line like that of `run`.
fn tell(report: &Report, lab: &str, out: &mut dyn Write) -> Result<(), Trouble> {
    happened(&report.counts, out)?;
    let (seed, steps, at) = (report.seed, report.steps, Seconds(report.end.at));
    let verdict = match &report.broken {
        Some(broken) => format!("{} is broken", broken.property),
        None => "passed".to_owned(),
    };
    writeln!(out, "{lab}, seed {seed}, {steps} steps, {at}, {}, {verdict}", report.fingerprint)?;
    Ok(())
}

/// A red run in one line, with the command that repeats it.
fn broken(report: &Report, lab: &str) -> String {
    let broken = report.broken.as_ref().expect("only red runs are told so");
    let what = match &broken.witness {
        Some(witness) => words::violation(witness),
        None => format!("{} is broken", broken.property),
    };
    let mut line = format!("seed {}: {what} at {}", report.seed, Seconds(broken.moment.at));
    line.push_str(&format!("; again: netsplit swarm --lab {lab} --seed {}", report.seed));
    for mutant in report.mutants.iter() {
        line.push_str(&format!(" --mutant {}", mutant.id()));
    }
    line
}

//! `swarm`: runs with every option, fault and moment drawn from their seeds.

use std::io::Write;
use std::ops::ControlFlow;

use netsplit_sim::moment::Seconds;
use netsplit_sim::scenario::Line;
use netsplit_sim::swarm::kind::{Counts, Kinds};
use netsplit_sim::swarm::{self, CannotRun, Report, Swarm};
use netsplit_sim::words;

use crate::asked::Asked;
use crate::list;
use crate::parallel;
use crate::play;
use crate::trouble::{Ending, Trouble};

/// From so many seeds on, every kind of fault and state must have happened.
const COMPLETE_FROM: u64 = 200;

/// Runs the command.
pub(crate) fn run(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let lab = list::lab(asked.lab.as_deref().unwrap_or("raft"))?.name;
    let swarm = swarm::of(lab).map_err(wrong)?;
    let seeds = asked.seeds_or(1..=COMPLETE_FROM)?;
    let each = (seeds.end() - seeds.start()).saturating_add(1);
    let mistakes = &asked.mistakes;
    for (is_asked, option) in [(asked.small, "--small"), (asked.trace.is_some(), "--trace")] {
        if is_asked && each != 1 {
            return Err(Trouble::Bad(format!("`{option}` wants one seed: give `--seed`")));
        }
    }
    if asked.small {
        return small(swarm, *seeds.start(), mistakes, out);
    }
    if asked.trace.is_some() {
        let traced = swarm.trace(*seeds.start(), mistakes).map_err(wrong)?;
        play::trace(traced.events, traced.nodes, asked, out)?;
        if !play::to_out(asked) {
            tell(&traced.report, swarm.kinds, out)?;
        }
        return Ok(Ending::well_if(traced.report.broken.is_none()));
    }
    let work = |task: u64| swarm.run(seeds.start() + task, mistakes);
    let mut all = Counts::default();
    let (mut passed, mut failed, mut steps) = (0_u64, 0_u64, 0_u64);
    parallel::in_order(asked.jobs, each, work, |_, report| {
        let report = report.map_err(wrong)?;
        all.add(&report.counts);
        steps += report.steps;
        let red = report.broken.is_some();
        if red {
            failed += 1;
            writeln!(out, "{}", broken(&report))?;
            out.flush()?;
        } else {
            passed += 1;
        }
        if each == 1 {
            tell(&report, swarm.kinds, out)?;
        }
        // A mistake is found once.
        let found = red && !mistakes.is_empty();
        Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if each == 1 {
        return Ok(Ending::well_if(failed == 0));
    }
    let complete = mistakes.is_empty() && each >= COMPLETE_FROM;
    if mistakes.is_empty() {
        happened(&all, swarm.kinds, out)?;
    }
    let never = all.never(swarm.kinds);
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
fn small(
    swarm: &Swarm,
    seed: u64,
    mistakes: &[&str],
    out: &mut dyn Write,
) -> Result<Ending, Trouble> {
    let (report, small) = swarm.small(seed, mistakes, SMALL_RUNS_MOST).map_err(wrong)?;
    match (small, &report.broken) {
        (Some(small), _) => {
            // The note makes the script go on until it is seen.
            let text = words::violation(&small.violation);
            let note = Line::Note { at: Some(small.violation.moment), text };
            let mut script = small.script;
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

fn wrong(why: CannotRun) -> Trouble {
    Trouble::Bad(why.to_string())
}

/// What happened and how often.
fn happened(counts: &Counts, kinds: Kinds, out: &mut dyn Write) -> Result<(), Trouble> {
    for (kind, count) in counts.seen(kinds) {
        writeln!(out, "{count:>10}  {}", kind.name())?;
    }
    Ok(())
}

/// A single run: what happened in it, and a line like that of `run`.
fn tell(report: &Report, kinds: Kinds, out: &mut dyn Write) -> Result<(), Trouble> {
    happened(&report.counts, kinds, out)?;
    let (lab, seed, steps, at) = (report.lab, report.seed, report.steps, Seconds(report.end.at));
    let verdict = match &report.broken {
        Some(broken) => format!("{} is broken", broken.property),
        None => "passed".to_owned(),
    };
    writeln!(out, "{lab}, seed {seed}, {steps} steps, {at}, {}, {verdict}", report.fingerprint)?;
    Ok(())
}

/// A red run in one line, with the command that repeats it.
fn broken(report: &Report) -> String {
    let broken = report.broken.as_ref().expect("only red runs are told so");
    let what = match &broken.witness {
        Some(witness) => words::violation(witness),
        None => format!("{} is broken", broken.property),
    };
    let (seed, at, again) = (report.seed, Seconds(broken.moment.at), report.arguments());
    format!("seed {seed}: {what} at {at}; again: netsplit swarm {again}")
}

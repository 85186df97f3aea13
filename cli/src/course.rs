//! `course`: the course's tests, a row each.

use std::io::Write;
use std::ops::ControlFlow;

use netsplit_core::time::Time;
use netsplit_sim::course::mistake::Mistake;
use netsplit_sim::course::{self, CourseTest, Report, Setting, Statistics};
use netsplit_sim::labs::LABS;
use netsplit_sim::moment::Seconds;

use crate::asked::{Asked, Seeds};
use crate::parallel;
use crate::trouble::{Ending, Trouble, did_you_mean};

/// Failing seeds told of one test; more are counted.
const TOLD_MOST: u64 = 5;

/// Runs the command.
pub(crate) fn run(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let tests = tests(asked)?;
    let seeds = asked.seeds_or(1..=1)?;
    let each = (seeds.end() - seeds.start()).saturating_add(1);
    let mut setting = Setting { pre_vote: asked.pre_vote, ..Setting::plain(0) };
    for id in &asked.mistakes {
        let mistake = Mistake::from_id(id).ok_or_else(|| unknown(id))?;
        if let Some(test) = tests.iter().find(|test| !test.knows(mistake)) {
            return Err(Trouble::Bad(format!("{} knows no mistake `{id}`", test.name)));
        }
        setting = setting.with(mistake);
    }
    let work = |task: u64| {
        let seed = seeds.start() + task % each;
        course::run(tests[(task / each) as usize], &Setting { seed, ..setting })
    };
    let wide = tests.iter().map(|test| test.name.len()).max().unwrap_or(0).max(NARROW);
    writeln!(
        out,
        "{:<wide$}  {:>9}  {:>6}  {:>12}  {:>8}  {:>10}  {:>7}",
        "test", "seeds", "passed", "virtual time", "RPCs", "bytes", "commits"
    )?;
    let mut sum = Sum::default();
    let (mut passed, mut failed) = (0, 0);
    let tasks = each.saturating_mul(tests.len() as u64);
    parallel::in_order(asked.jobs, tasks, work, |task, report| {
        sum.add(seeds.start() + task % each, &report);
        if sum.runs == each {
            let sum = std::mem::take(&mut sum);
            sum.tell(tests[(task / each) as usize], wide, &seeds, asked, out)?;
            out.flush()?;
            passed += sum.passed;
            failed += sum.runs - sum.passed;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(Ending::well_if(failed == 0))
}

/// The column of names is at least so wide.
const NARROW: usize = 32;

fn unknown(id: &str) -> Trouble {
    Trouble::Bad(format!("there is no mistake `{id}`: docs/mutants.md lists them all"))
}

/// The tests meant: all of them, those of a lab or a part, or one.
fn tests(asked: &Asked) -> Result<Vec<&'static CourseTest>, Trouble> {
    let what = asked.words.join(" ");
    if what.is_empty() {
        return Ok(course::all().collect());
    }
    let tests = course::select(&what);
    if tests.is_empty() {
        let labs = LABS.iter().map(|lab| lab.name);
        let hint = did_you_mean(&what, labs.chain(course::all().map(|test| test.name)));
        let sentence = format!("there is no lab, part or test of the course called `{what}`{hint}");
        return Err(Trouble::Bad(sentence));
    }
    Ok(tests)
}

/// What the seeds of one test came to.
#[derive(Default)]
struct Sum {
    runs: u64,
    passed: u64,
    time: u128,
    rpcs: u128,
    bytes: u128,
    commits: u128,
    /// The first few seeds that failed, and how.
    failures: Vec<(u64, String)>,
}

impl Sum {
    fn add(&mut self, seed: u64, report: &Report) {
        let Statistics { time, rpcs, bytes, commits, .. } = report.statistics;
        self.runs += 1;
        self.time += u128::from(time.micros());
        self.rpcs += u128::from(rpcs);
        self.bytes += u128::from(bytes);
        self.commits += u128::from(commits);
        if report.verdict.passed() {
            self.passed += 1;
        } else if (self.failures.len() as u64) < TOLD_MOST {
            self.failures.push((seed, report.verdict.to_string()));
        }
    }

    /// Writes the test's row, with the mean of its runs, and what failed.
    fn tell(
        &self,
        test: &CourseTest,
        wide: usize,
        seeds: &Seeds,
        asked: &Asked,
        out: &mut dyn Write,
    ) -> Result<(), Trouble> {
        let mean = |sum: u128| (sum / u128::from(self.runs)) as u64;
        let range = match (seeds.start(), seeds.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}..{last}"),
        };
        // Milliseconds are enough to be compared by eye.
        let time = Time::from_micros(mean(self.time) / 1_000 * 1_000);
        writeln!(
            out,
            "{:<wide$}  {range:>9}  {:>6}  {:>12}  {:>8}  {:>10}  {:>7}",
            test.name,
            self.passed,
            Seconds(time).to_string(),
            mean(self.rpcs),
            mean(self.bytes),
            mean(self.commits),
        )?;
        for (seed, verdict) in &self.failures {
            writeln!(out, "  seed {seed}: {verdict}")?;
        }
        let untold = self.runs - self.passed - self.failures.len() as u64;
        if untold > 0 {
            writeln!(out, "  … and {untold} more seeds")?;
        }
        if let Some((seed, _)) = self.failures.first() {
            let name = test.unmistakable();
            let mut again = format!("netsplit run {name} --seed {seed}");
            for mistake in &asked.mistakes {
                again.push_str(&format!(" --mutant {mistake}"));
            }
            if asked.pre_vote {
                again.push_str(" --pre-vote");
            }
            writeln!(out, "  again: {again} --brief --trace -")?;
        }
        Ok(())
    }
}

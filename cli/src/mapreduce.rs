//! `mapreduce`: a job for real, on files and threads; the same coordinator and workers as in a
//! simulated run, and the same output.
//!
//! Each worker is a thread that drives a [`Hand`](netsplit_jobs::hand::Hand); the first thread drives
//! the [`Office`](netsplit_jobs::office::Office). Messages go through channels, timers by the real
//! clock, and work takes the time that it takes. The input is read from its files when a worker asks
//! for it, so that no more than a split for each worker is in memory.

mod drive;
mod splits;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::mapreduce::functions::{BUILT_IN, built_in};
use netsplit_core::mapreduce::job::{Code, Direct, Functions, Habit, sequential};
use netsplit_jobs::cut::split_of;
use netsplit_jobs::plan;
use netsplit_script::Script as Program;
use netsplit_sim::labs::mapreduce::{MapReduceLab, input, tables};
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Advanced, Limits, Scene};
use netsplit_sim::words;

use crate::asked::Asked;
use crate::trouble::{Ending, Trouble, did_you_mean};

use splits::Piece;

/// Parts of the keys when nothing is said: the course's `nReduce`.
const PARTS: u64 = 10;

/// What is done with the files.
#[derive(Clone, Debug)]
enum Job {
    /// A job that is built in.
    BuiltIn(&'static str),
    /// The reader's own, and the file in which it stands.
    Script(String, Program),
}

impl Job {
    fn of(asked: &Asked) -> Result<Job, Trouble> {
        match (&asked.script, &asked.job) {
            (Some(_), Some(_)) => Err(Trouble::bad("give `--job` or `--script`, not both")),
            (Some(path), None) => Job::read(path),
            (None, job) => Job::named(job.as_deref().unwrap_or("wc")),
        }
    }

    fn named(name: &str) -> Result<Job, Trouble> {
        let is_pure = |name: &str| tables::functions(name).habit() == Habit::Pure;
        if let Some(job) = built_in(name).filter(|job| is_pure(job.name)) {
            return Ok(Job::BuiltIn(job.name));
        }
        let names: Vec<&str> =
            BUILT_IN.iter().map(|job| job.name).filter(|name| is_pure(name)).collect();
        let hint = did_you_mean(name, names.iter().copied());
        let list = names.join(", ");
        Err(Trouble::Bad(format!("there is no job `{name}`{hint}; there are {list}")))
    }

    fn read(path: &Path) -> Result<Job, Trouble> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Trouble::Bad(format!("{name}: {error}")))?;
        let program = Program::compile(&text)
            .map_err(|fault| Trouble::Bad(format!("{name}:{}", placed(&fault))))?;
        Ok(Job::Script(name, program))
    }

    fn functions(&self) -> Box<dyn Functions> {
        match self {
            Job::BuiltIn(name) => tables::functions(name),
            Job::Script(_, program) => Box::new(program.clone()),
        }
    }

    /// About how many bytes a split has: as many as it may; `None` where a file is one.
    fn split(&self) -> Option<u64> {
        let job = match self {
            Job::BuiltIn(name) => plan::Job::BuiltIn((*name).to_owned()),
            Job::Script(_, program) => plan::Job::Script(program.text().to_owned()),
        };
        split_of(&job, u64::MAX)
    }

    /// What is wrong with the reader's script, as far as it was run.
    fn fault(&self) -> Option<String> {
        let Job::Script(name, program) = self else { return None };
        program.fault().map(|fault| format!("{name}:{}", placed(&fault)))
    }

    fn fails(&self) -> Result<(), Trouble> {
        self.fault().map_or(Ok(()), |fault| Err(Trouble::Bad(fault)))
    }
}

/// The code that a script brings, ready to be run in the steps of its world; `None` where it brings
/// none. Whoever names a script or a link on the command line wants it run, and it is bounded.
pub(crate) fn code_of(script: &Script) -> Result<Option<Program>, Trouble> {
    let code = &script.setup.code;
    if code.is_empty() {
        return Ok(None);
    }
    let program =
        Program::compile(code).map_err(|fault| Trouble::Bad(format!("the code: {fault}")))?;
    tables::bring(Arc::new(Direct::keeping(Box::new(program.clone()))));
    Ok(Some(program))
}

/// A fault as it stands behind the name of its file.
fn placed(fault: &netsplit_script::Fault) -> String {
    // About the whole is about its beginning.
    if fault.line > 0 { fault.to_string() } else { format!("1:1: {fault}") }
}

/// Runs the command.
pub(crate) fn run(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let job = Job::of(asked)?;
    let parts = asked.parts.unwrap_or(PARTS) as u32;
    let paths: Vec<PathBuf> = asked.words.iter().map(PathBuf::from).collect();
    let pieces = splits::of(&paths, job.split())?;
    let outputs = match (asked.simulated, asked.sequential) {
        (true, true) => return Err(Trouble::bad("give `--simulated` or `--sequential`, not both")),
        (true, false) => simulated(&job, parts, &pieces, asked.seed.unwrap_or(1))?,
        (false, true) => {
            let texts = splits::read_all(&pieces)?;
            let texts: Vec<(String, Vec<Bytes>)> =
                texts.into_iter().map(|(name, text)| (name, vec![text])).collect();
            let made = sequential(&*job.functions(), &texts, parts, true);
            made.iter().map(|part| vec![part.text.clone()]).collect()
        }
        (false, false) => real(&job, parts, pieces, asked.jobs)?,
    };
    job.fails()?;
    for pieces in outputs {
        for piece in pieces {
            out.write_all(&piece)?;
        }
    }
    Ok(Ending::Well)
}

/// The job on threads.
fn real(
    job: &Job,
    parts: u32,
    pieces: Vec<Piece>,
    workers: Option<usize>,
) -> Result<Vec<Vec<Bytes>>, Trouble> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.unwrap_or(cores) as u32;
    let options = plan::options(pieces.iter().map(|piece| &*piece.name), parts);
    let code = Code(Arc::new(Direct::calling(job.functions())));
    let of = job.clone();
    drive::job(options, code, pieces, workers, Arc::new(move || of.fault()))
}

/// The job in a simulated run, on the same input.
fn simulated(
    job: &Job,
    parts: u32,
    pieces: &[Piece],
    seed: u64,
) -> Result<Vec<Vec<Bytes>>, Trouble> {
    let count = pieces.len();
    let given = input::bring(splits::read_all(pieces)?).word();
    if let Job::Script(..) = job {
        tables::bring(Arc::new(Direct::keeping(job.functions())));
    }
    let functions = job.functions();
    let text = format!(
        "scenario mapreduce nodes=5 clients=1 seed={seed} job={} input={given} splits={count} \
         parts={parts} scale=1\n",
        functions.name()
    );
    let script = Script::parse(&text).map_err(|error| Trouble::Bad(error.to_string()))?;
    let world = open::world::<MapReduceLab>(&script.setup)
        .map_err(|error| Trouble::Bad(error.to_string()))?;
    let mut scene = Scene::new(world, Rc::from([]), Limits::default());
    let store = scene.world.cast().at(scene.world.cast().servers);
    let coordinator = scene.world.cast().at(0);
    let is_over = |scene: &Scene<MapReduceLab>| {
        let machine = scene.world.node(coordinator).machine();
        machine.and_then(|node| node.coordinator()).is_some_and(|it| it.is_over())
    };
    while !is_over(&scene) {
        job.fails()?;
        if let Advanced::Stopped(why) = scene.advance(&[], Moment::after(Limits::default().time)) {
            // What is advised there is for who watches the run.
            let what = words::world::stop(why).split("; ").next().unwrap_or_default();
            return Err(Trouble::Bad(format!("{what}; without `--simulated` nothing limits that")));
        }
    }
    let storage = scene.world.node(store).machine().and_then(|node| node.storage());
    let files = storage.map(|it| it.files()).ok_or_else(|| Trouble::bad("no files are left"))?;
    let output = |part| files.content(FileName::Output { round: 0, part });
    Ok((0..parts).filter_map(output).map(|content| content.pieces.clone()).collect())
}

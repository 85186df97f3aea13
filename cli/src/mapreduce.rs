//! `mapreduce`: a job for real, on files and threads; the same coordinator and workers as in a
//! simulated run, and the same output.
//!
//! Each worker is a thread that drives a [`Worker`]; the first thread drives the [`Coordinator`] and the
//! [`Storage`] that all share. Messages go through channels, timers by the real clock, and work takes
//! the time that it takes. The input is read from its files when a worker asks for it, so that no more
//! than a split for each worker is in memory.

mod drive;
mod splits;

use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::mapreduce::functions::{BUILT_IN, built_in};
use netsplit_core::mapreduce::job::{Combine, Direct, Habit, sequential};
use netsplit_core::mapreduce::options::{Options, Split};
use netsplit_core::time::Span;
use netsplit_sim::labs::mapreduce::{MapReduceLab, input, tables};
use netsplit_sim::moment::Moment;
use netsplit_sim::open;
use netsplit_sim::scenario::Script;
use netsplit_sim::scene::{Advanced, Limits, Scene};

use crate::asked::Asked;
use crate::trouble::{Ending, Trouble, did_you_mean};

use splits::Piece;

/// Parts of the keys when nothing is said: the course's `nReduce`.
const PARTS: u64 = 10;

/// Runs the command.
pub(crate) fn run(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let job = asked.job.as_deref().unwrap_or("wc");
    let known = built_in(job).filter(|it| (it.functions)().habit() == Habit::Pure);
    if known.is_none() {
        let names = BUILT_IN.iter().filter(|it| (it.functions)().habit() == Habit::Pure);
        let names: Vec<&str> = names.map(|it| it.name).collect();
        let hint = did_you_mean(job, names.iter().copied());
        let list = names.join(", ");
        return Err(Trouble::Bad(format!("there is no job `{job}`{hint}; there are {list}")));
    }
    let parts = asked.parts.unwrap_or(PARTS) as u32;
    let paths: Vec<PathBuf> = asked.words.iter().map(PathBuf::from).collect();
    let cuts = tables::functions(job).combine() == Combine::Sum;
    let pieces = splits::of(&paths, cuts)?;
    let outputs = match (asked.simulated, asked.sequential) {
        (true, true) => return Err(Trouble::bad("give `--simulated` or `--sequential`, not both")),
        (true, false) => simulated(job, parts, &pieces, asked.seed.unwrap_or(1))?,
        (false, true) => {
            let texts = splits::read_all(&pieces)?;
            let texts: Vec<(String, Vec<Bytes>)> =
                texts.into_iter().map(|(name, text)| (name, vec![text])).collect();
            let functions = tables::functions(job);
            let made = sequential(&*functions, &texts, parts, true);
            made.iter().map(|part| vec![part.text.clone()]).collect()
        }
        (false, false) => real(job, parts, pieces, asked.jobs)?,
    };
    for pieces in outputs {
        for piece in pieces {
            out.write_all(&piece)?;
        }
    }
    Ok(Ending::Well)
}

/// The job on threads.
fn real(
    job: &str,
    parts: u32,
    pieces: Vec<Piece>,
    workers: Option<usize>,
) -> Result<Vec<Vec<Bytes>>, Trouble> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.unwrap_or(cores) as u32;
    let split = |piece: &Piece| Split { name: piece.name.clone(), replicas: Vec::new() };
    let options = Options {
        splits: pieces.iter().map(split).collect(),
        parts,
        combine: true,
        skip: true,
        time_out: Span::from_millis(60_000),
        ping: Span::from_millis(20),
        retry: Span::from_millis(30_000),
        ..Options::course()
    };
    let table = Arc::new(Direct::calling(tables::functions(job)));
    drive::job(Arc::new(options), table, pieces, workers)
}

/// The job in a simulated run, on the same input.
fn simulated(
    job: &str,
    parts: u32,
    pieces: &[Piece],
    seed: u64,
) -> Result<Vec<Vec<Bytes>>, Trouble> {
    let count = pieces.len();
    let given = input::bring(splits::read_all(pieces)?).word();
    let text = format!(
        "scenario mapreduce nodes=5 clients=1 seed={seed} job={job} input={given} splits={count} \
         parts={parts} scale=1\n"
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
        if let Advanced::Stopped(why) = scene.advance(&[], Moment::after(Limits::default().time)) {
            return Err(Trouble::Bad(format!("the simulated run stops: {why:?}")));
        }
    }
    let storage = scene.world.node(store).machine().and_then(|node| node.storage());
    let files = storage.map(|it| it.files()).ok_or_else(|| Trouble::bad("no files are left"))?;
    let output = |part| files.content(FileName::Output { round: 0, part });
    Ok((0..parts).filter_map(output).map(|content| content.pieces.clone()).collect())
}

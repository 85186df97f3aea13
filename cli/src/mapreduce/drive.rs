//! Driving the machines: threads, channels and the real clock in the place of the simulated world.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::job::Code;
use netsplit_core::mapreduce::options::Options;
use netsplit_core::time::Time;
use netsplit_jobs::driven::Letter;
use netsplit_jobs::hand::{Hand, cast};
use netsplit_jobs::office::Office;

use crate::trouble::Trouble;

use super::splits::Piece;

/// Says what is wrong with the user's code, once something is.
pub(super) type Fault = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// What workers tell the first thread: a letter, or what keeps one from going on.
type Told = Result<Letter, String>;

/// Waits for something to come, at most until then.
fn wait<T>(
    inbox: &Receiver<T>,
    until: Option<Time>,
    clock: &dyn Fn() -> Time,
) -> Result<Option<T>, ()> {
    let longest = Duration::from_secs(3_600);
    let wait = until.map_or(longest, |at| Duration::from_micros(at.since(clock()).micros()));
    match inbox.recv_timeout(wait) {
        Ok(what) => Ok(Some(what)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(()),
    }
}

/// Does a job, and returns its output, part by part.
pub(super) fn job(
    options: Arc<Options>,
    code: Code,
    pieces: Vec<Piece>,
    workers: u32,
    fault: Fault,
) -> Result<Vec<Vec<Bytes>>, Trouble> {
    let (cast, seed) = (cast(workers), u64::from(std::process::id()));
    let began = Instant::now();
    let clock = move || Time::from_micros(began.elapsed().as_micros() as u64);
    let mut office = Office::new(workers, &options, &code, seed);
    let (out, inbox) = mpsc::channel();
    let mut boxes: BTreeMap<NodeId, Sender<Letter>> = BTreeMap::new();
    let mut threads = Vec::new();
    let pieces = Arc::new(pieces);
    for number in 1..=workers {
        let (own, letters) = mpsc::channel();
        boxes.insert(cast.at(number), own);
        let hand = Hand::new(number, workers, &options, code.clone(), seed);
        let (out, pieces, fault) = (out.clone(), Arc::clone(&pieces), Arc::clone(&fault));
        let run = move || {
            if let Err(reason) = work(hand, &letters, &out, &pieces, &clock, &fault) {
                // It is told, not just left: others would wait for this worker's time-out.
                let _ = out.send(Err(reason));
            }
        };
        let thread = thread::Builder::new().stack_size(netsplit_script::limits::STACK).spawn(run);
        threads.push(thread.map_err(|error| Trouble::Bad(format!("no thread: {error}")))?);
    }
    drop(out);
    let mut broken = None;
    loop {
        office.settle(&clock, |letter| {
            if let Some(own) = boxes.get(&letter.to) {
                // Who has exited hears nothing any more.
                let _ = own.send(letter);
            }
        });
        if fault().is_some() {
            // Without letters the workers end.
            boxes.clear();
        }
        match wait(&inbox, office.quiet_until(), &clock) {
            Ok(Some(Ok(letter))) => office.hear(letter),
            Ok(Some(Err(reason))) => {
                broken = Some(reason);
                boxes.clear();
            }
            Ok(None) => {}
            // All workers have exited.
            Err(()) => break,
        }
    }
    for thread in threads {
        thread.join().map_err(|_| Trouble::bad("a worker has crashed: a bug"))?;
    }
    match fault().or(broken) {
        Some(reason) => Err(Trouble::Bad(reason)),
        None if !office.is_over() => {
            Err(Trouble::bad("the workers are gone, and the job is not over"))
        }
        None => Ok(office.output()),
    }
}

/// A worker's thread: until the process exits, as the machine has it.
fn work(
    mut hand: Hand,
    letters: &Receiver<Letter>,
    office: &Sender<Told>,
    pieces: &[Piece],
    clock: &dyn Fn() -> Time,
    fault: &Fault,
) -> Result<(), String> {
    loop {
        // Nobody reads this when the first thread has ended, after an error.
        let send = |letter| drop(office.send(Ok(letter)));
        let read = |number: u32| {
            let piece = pieces.get(number as usize);
            piece.map(Piece::read).transpose().map_err(|error| error.to_string())
        };
        hand.settle(clock, send, read)?;
        if hand.has_exited() || fault().is_some() {
            return Ok(());
        }
        match wait(letters, hand.quiet_until(), clock) {
            Ok(Some(letter)) => hand.hear(letter),
            Ok(None) => {}
            Err(()) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use netsplit_core::mapreduce::functions::built_in;
    use netsplit_core::mapreduce::job::Direct;

    use super::super::splits;
    use super::*;

    /// Nobody waits for the time-out of a worker that cannot go on.
    #[test]
    fn a_file_that_goes_away_ends_the_job() {
        let path = std::env::temp_dir().join(format!("netsplit-{}.txt", std::process::id()));
        std::fs::write(&path, "one two two").expect("a file for the test");
        let pieces = splits::of(std::slice::from_ref(&path), None).expect("it is there");
        std::fs::remove_file(&path).expect("it was there");
        let options = netsplit_jobs::plan::options(["one"].into_iter(), 2);
        let wc = built_in("wc").expect("words are counted by a job that is built in");
        let code = Code(Arc::new(Direct::calling((wc.functions)())));
        let ended = job(options, code, pieces, 2, Arc::new(|| None));
        let told = ended.expect_err("there is no text").to_string();
        assert!(told.contains(&*path.to_string_lossy()), "{told}");
    }
}

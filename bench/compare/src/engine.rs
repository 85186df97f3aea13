//! What every engine is asked to do, and how it is timed.
//!
//! Nodes stand in one thread with one first-in, first-out queue between them;
//! nothing is lost. A batch is offered to the leader one proposal after
//! another, then messages are delivered until none is left. The run ends when
//! every node has applied every entry, and what they applied is compared with
//! what was offered.
//!
//! The clock is the processor time of the one thread: what else the machine does
//! meanwhile takes turns with the run, but does not count as its time.

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;

/// One command of a state machine.
pub type Command = [u8; 16];

/// A replicated log on some number of nodes, with a leader already elected.
pub trait Engine {
    /// Elects a leader among `nodes` nodes and settles. `entries` is how many
    /// commands will come at most.
    fn start(nodes: usize, entries: usize) -> Self;
    /// Offers one command to the leader.
    fn propose(&mut self, command: &Command);
    /// Lets the leader act on what was offered, then delivers messages until
    /// none is left.
    fn drain(&mut self);
    /// Whatever the engine needs so that followers learn the last commit: a
    /// heartbeat, or nothing.
    fn finish(&mut self);
    /// What each node applied, and how many messages were delivered since the
    /// start.
    fn result(&self) -> (&[Vec<Command>], u64);
}

/// What one run took.
#[derive(Clone, Copy)]
pub struct Sample {
    /// From the first proposal to the last application.
    pub time: Duration,
    /// Messages delivered.
    pub messages: u64,
}

/// One engine under one name.
pub struct Contender {
    /// As the table prints it.
    pub name: &'static str,
    /// A timed run: nodes, batch, commands.
    pub run: fn(usize, usize, &[Command]) -> Sample,
}

/// Times one run.
///
/// # Panics
/// When a node did not apply exactly what was offered: then the figure is
/// worth nothing.
pub fn run<E: Engine>(nodes: usize, batch: usize, commands: &[Command]) -> Sample {
    let mut engine = E::start(nodes, commands.len());
    let before = engine.result().1;
    let start = ThreadTime::now();
    for batch in commands.chunks(batch) {
        for command in batch {
            engine.propose(black_box(command));
        }
        engine.drain();
    }
    engine.finish();
    let time = start.elapsed();
    let (applied, messages) = engine.result();
    assert_eq!(applied.len(), nodes);
    for (node, applied) in applied.iter().enumerate() {
        assert!(applied == commands, "node {node} applied {} entries", applied.len());
    }
    Sample { time, messages: messages - before }
}

/// Commands that differ from each other.
pub fn commands(count: usize) -> Vec<Command> {
    let mut rng = netsplit_core::rng::Rng::new(2);
    (0..count)
        .map(|_| {
            let mut command = Command::default();
            command[..8].copy_from_slice(&rng.next_u64().to_le_bytes());
            command[8..].copy_from_slice(&rng.next_u64().to_le_bytes());
            command
        })
        .collect()
}

/// A place for what nodes apply, made before the clock starts.
pub fn room(nodes: usize, entries: usize) -> Vec<Vec<Command>> {
    (0..nodes).map(|_| Vec::with_capacity(entries)).collect()
}

/// The command in a slice.
///
/// # Panics
/// When it is not 16 bytes long: nobody offered such a one.
#[inline]
pub fn command(bytes: &[u8]) -> Command {
    bytes.try_into().expect("only commands of 16 bytes are offered")
}

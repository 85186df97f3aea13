//! Driving the machines: threads, channels and the real clock in the place of the simulated world.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use netsplit_core::bytes::Bytes;
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::machine::{Context, Effect, Input, Machine};
use netsplit_core::mapreduce::file::{Content, FileName, Files};
use netsplit_core::mapreduce::job::{Code, Table};
use netsplit_core::mapreduce::message::{MapReduce, Message, Notice, Timer};
use netsplit_core::mapreduce::node::Node;
use netsplit_core::mapreduce::options::Options;
use netsplit_core::rng::Rng;
use netsplit_core::time::Time;

use crate::trouble::Trouble;

use super::splits::Piece;

/// A message on its way.
struct Letter {
    from: NodeId,
    to: NodeId,
    message: Message,
}

/// A machine with its timers.
struct Driven {
    me: NodeId,
    node: Node,
    rng: Rng,
    saves: u64,
    began: Instant,
    timers: BTreeMap<Timer, Instant>,
    /// What happens to it next.
    ready: VecDeque<Input<MapReduce>>,
    effects: Vec<Effect<MapReduce>>,
}

impl Driven {
    fn new(me: NodeId, node: Node, began: Instant) -> Driven {
        // Numbers of processes and runs must differ from node to node, and that is all.
        let rng = Rng::new(u64::from(std::process::id())).split(me.index() as u64);
        let ready = VecDeque::from([Input::Started]);
        let (timers, effects) = (BTreeMap::new(), Vec::new());
        Driven { me, node, rng, saves: 0, began, timers, ready, effects }
    }

    /// Lets all happen that is ready, and hands over what is to be sent and told.
    fn settle(&mut self, mut send: impl FnMut(Letter), mut tell: impl FnMut(&Notice)) {
        self.ring();
        while let Some(input) = self.ready.pop_front() {
            let now = Time::from_micros(self.began.elapsed().as_micros() as u64);
            let mut cx =
                Context::new(now, self.me, &mut self.rng, &mut self.saves, &mut self.effects);
            self.node.handle(input, &mut cx);
            for effect in self.effects.drain(..) {
                match effect {
                    Effect::Send { to, message, .. } => send(Letter { from: self.me, to, message }),
                    Effect::Arm { timer, after } => {
                        let at = Instant::now() + Duration::from_micros(after.micros());
                        self.timers.insert(timer, at);
                    }
                    Effect::Disarm(timer) => drop(self.timers.remove(&timer)),
                    // It took the time that it took: it is done.
                    Effect::Work { timer, .. } => self.ready.push_back(Input::Fired(timer)),
                    Effect::Notify(notice) => tell(&notice),
                    // A job for real outlives no crash: what is saved is in memory.
                    Effect::Save { .. } => {}
                }
            }
            self.ring();
        }
    }

    /// Timers that have run out are ready.
    fn ring(&mut self) {
        let now = Instant::now();
        let over: Vec<Timer> =
            self.timers.iter().filter(|(_, at)| **at <= now).map(|(timer, _)| *timer).collect();
        for timer in over {
            self.timers.remove(&timer);
            self.ready.push_back(Input::Fired(timer));
        }
    }

    /// Until when nothing happens by itself.
    fn quiet_until(&self) -> Option<Instant> {
        self.timers.values().min().copied()
    }
}

/// Waits for a letter, at most until then.
fn wait(inbox: &Receiver<Letter>, until: Option<Instant>) -> Result<Option<Letter>, ()> {
    let longest = Duration::from_secs(3_600);
    let wait = until.map_or(longest, |at| at.saturating_duration_since(Instant::now()));
    match inbox.recv_timeout(wait) {
        Ok(letter) => Ok(Some(letter)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err(()),
    }
}

/// Does a job, and returns its output, part by part.
pub(super) fn job(
    options: Arc<Options>,
    table: Arc<dyn Table>,
    pieces: Vec<Piece>,
    workers: u32,
) -> Result<Vec<Vec<Bytes>>, Trouble> {
    let cast = Cast::new(1 + workers, 1);
    let store = cast.at(cast.servers);
    let began = Instant::now();
    let boot = |id: NodeId| {
        let code = Code(Arc::clone(&table));
        Driven::new(id, Node::boot(id, cast, &options, code, &Files::default()), began)
    };
    let (office, inbox) = mpsc::channel();
    let mut boxes: BTreeMap<NodeId, Sender<Letter>> = BTreeMap::new();
    let mut threads = Vec::new();
    let pieces = Arc::new(pieces);
    for id in cast.servers().skip(1) {
        let (own, letters) = mpsc::channel();
        boxes.insert(id, own);
        let (driven, office, pieces) = (boot(id), office.clone(), Arc::clone(&pieces));
        threads.push(thread::spawn(move || work(driven, &letters, &office, &pieces, store)));
    }
    drop(office);
    let mut here = [boot(cast.at(0)), boot(store)];
    let mut over = false;
    loop {
        let mut sent = VecDeque::new();
        for driven in &mut here {
            driven.settle(
                |letter| sent.push_back(letter),
                |notice| over |= *notice == Notice::JobDone,
            );
        }
        let quiet = sent.is_empty();
        while let Some(letter) = sent.pop_front() {
            deliver(letter, &boxes, &mut here);
        }
        if !quiet {
            continue;
        }
        let until = here.iter().filter_map(Driven::quiet_until).min();
        match wait(&inbox, until) {
            Ok(Some(letter)) => deliver(letter, &boxes, &mut here),
            Ok(None) => {}
            // All workers have exited.
            Err(()) => break,
        }
    }
    for thread in threads {
        let told = thread.join().map_err(|_| Trouble::bad("a worker has crashed: a bug"))?;
        told.map_err(Trouble::Bad)?;
    }
    if !over {
        return Err(Trouble::bad("the workers are gone, and the job is not over"));
    }
    let files = here[1].node.storage().map(|it| it.files());
    let output = |part| files?.content(FileName::Output { round: 0, part });
    Ok((0..options.parts).filter_map(output).map(|content| content.pieces.clone()).collect())
}

fn deliver(letter: Letter, boxes: &BTreeMap<NodeId, Sender<Letter>>, here: &mut [Driven; 2]) {
    let Letter { from, to, message } = letter;
    match here.iter_mut().find(|driven| driven.me == to) {
        Some(driven) => driven.ready.push_back(Input::Received { from, message }),
        None => {
            if let Some(own) = boxes.get(&to) {
                // Who has exited hears nothing any more.
                let _ = own.send(Letter { from, to, message });
            }
        }
    }
}

/// A worker's thread: until the process exits, as the machine has it.
fn work(
    mut driven: Driven,
    letters: &Receiver<Letter>,
    office: &Sender<Letter>,
    pieces: &[Piece],
    store: NodeId,
) -> Result<(), String> {
    loop {
        let (mut sent, mut exits) = (VecDeque::new(), false);
        driven.settle(
            |letter| sent.push_back(letter),
            |notice| exits |= matches!(notice, Notice::Exits { .. }),
        );
        let quiet = sent.is_empty();
        for Letter { from, to, message } in sent {
            match split_of(&message) {
                // The input is in files of this machine: it is read here, by whoever wants it.
                Some((call, number)) if to == store => {
                    let piece = pieces.get(number as usize);
                    let text = piece.map(Piece::read).transpose();
                    let text = text.map_err(|error| format!("split {number}: {error}"))?;
                    let content = text.map(|text| {
                        let weight = text.len() as u64;
                        Content::new(text, weight)
                    });
                    let files = vec![(FileName::Split(number), content)];
                    let message = Message::Content { call, files };
                    driven.ready.push_back(Input::Received { from: store, message });
                }
                // Nobody reads this when the first thread has ended, after an error.
                _ => drop(office.send(Letter { from, to, message })),
            }
        }
        if exits {
            return Ok(());
        }
        if !quiet {
            continue;
        }
        match wait(letters, driven.quiet_until()) {
            Ok(Some(Letter { from, message, .. })) => {
                driven.ready.push_back(Input::Received { from, message });
            }
            Ok(None) => {}
            Err(()) => return Ok(()),
        }
    }
}

/// The split that somebody wants to read.
fn split_of(message: &Message) -> Option<(netsplit_core::mapreduce::message::Call, u32)> {
    match message {
        Message::Read { call, files } => match files[..] {
            [FileName::Split(number)] => Some((*call, number)),
            _ => None,
        },
        _ => None,
    }
}

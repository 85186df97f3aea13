//! What happened, a line a step: made on demand, by running again.
//!
//! As text, in fixed columns: the time in milliseconds, a column for each node
//! with the letter of its role, the acting node's term, log and commit index,
//! and what happened in words. As JSON, a line a step with the step that caused
//! it, from which follows what happened before what.
//!
//! ```text
//!      12.345  1L          term  1  log 1..2   commit 1   takes a command as entry 2 of term 1
//!     188.020     2C       term  2  log 1..1   commit 1   election time-out: asks for votes in term 2
//! ```
//!
//! By default only what matters gets a line: a heartbeat and its answer that
//! change nothing do not.

mod json;
mod lines;

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::machine::Mail;
use netsplit_core::time::Time;

use crate::choice::{Choice, EnvelopeId};
use crate::each_lab;
use crate::lab::{Lab, Message};
use crate::labs::{LABS, LabWords};
use crate::moment::Moment;
use crate::open::{self, CannotOpen};
use crate::property::Violation;
use crate::run::Told;
use crate::scenario::{Line, Script};
use crate::scene::{Act, Advanced, Deed, Limits, Planned, Scene, Stop, note_holds};
use crate::verb::Glance;
use crate::words;
use crate::world::{Outcome, World};

/// One thing that happened in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The moment after it.
    pub moment: Moment,
    /// Steps applied by then.
    pub step: u64,
    /// What happened.
    pub what: Happened,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// A step of the world.
    Step(Box<Step>),
    /// An act, in the script's words, before the steps that carry it out.
    Act(String),
    /// An act that could not be carried out, or not to its end, and why.
    Skipped(String, String),
    /// A note of the script.
    Note(String),
    /// A wait that was given up.
    GaveUp(String),
    /// A property was broken.
    Broken(Violation),
    /// A limit stopped the run.
    Stopped(Stop),
}

/// A step of the world as a trace tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The choice.
    pub choice: Choice,
    /// The choice in the script's words.
    pub text: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The kind of the message that was delivered, lost or touched.
    pub kind: Option<&'static str>,
    /// The step that caused this one; 0 for an act from outside.
    pub cause: u64,
    /// The node that the step is about, and its state afterwards.
    pub node: Option<(NodeId, State)>,
    /// What it told.
    pub told: Vec<Told>,
    /// Messages that left.
    pub sent: Vec<(EnvelopeId, &'static str)>,
    /// Whether it belongs among what matters.
    pub matters: bool,
}

/// A node's state as a trace shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Its role, in one word; `down` for a crashed node.
    pub role: &'static str,
    /// What it is at a glance.
    pub glance: Glance,
    /// Index before the first entry of its log.
    pub start: u64,
}

/// How far a trace goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until the script and the acts are done.
    Done,
    /// Until a moment.
    Moment(Moment),
}

/// The trace of a script with the acts of a person.
///
/// # Errors
/// What keeps it from being run.
pub fn of_script(
    script: &Script,
    acts: Vec<Act>,
    until: Until,
) -> Result<Box<dyn Iterator<Item = Event>>, CannotOpen> {
    let found = TRACES.iter().find(|traces| traces.lab == script.setup.lab);
    let traces = found.ok_or_else(|| CannotOpen::NoLab(script.setup.lab.clone()))?;
    (traces.of_script)(script, acts, until)
}

/// What makes the trace of a script of a lab.
struct Traces {
    lab: &'static str,
    of_script: Trace,
}

/// Of all labs. Apart from their words: the page knows those from its first view on, and makes no
/// trace.
const TRACES: &[Traces] = each_lab!(Traces);

/// See [`of_script`].
type Trace = fn(&Script, Vec<Act>, Until) -> Result<Box<dyn Iterator<Item = Event>>, CannotOpen>;

impl Traces {
    const fn of<L: Lab>() -> Traces {
        Traces { lab: L::NAME, of_script: of_script_of::<L> }
    }
}

/// The same for a lab whose types are known.
fn of_script_of<L: Lab>(
    script: &Script,
    acts: Vec<Act>,
    until: Until,
) -> Result<Box<dyn Iterator<Item = Event>>, CannotOpen> {
    let lines = open::lines(script);
    let world = open::world::<L>(&script.setup)?;
    let scene = Scene::new(world, Rc::clone(&lines), Limits::default());
    Ok(Box::new(Tracer::new(scene, lines, acts, until)))
}

/// Runs a scene and tells what happens.
#[derive(Debug)]
pub struct Tracer<L: Lab> {
    scene: Scene<L>,
    script: Rc<[Line]>,
    acts: Vec<Act>,
    until: Until,
    lab: &'static LabWords,
    /// Messages under way: kind, and whether it changes anything.
    under_way: BTreeMap<EnvelopeId, (&'static str, bool)>,
    /// Events made and not given out yet.
    ready: VecDeque<Event>,
    /// What each node was at a glance after the last step.
    glances: Vec<Glance>,
    broken: usize,
    skipped: usize,
    done: bool,
}

impl<L: Lab> Tracer<L> {
    /// Traces a scene from where it is; `script` is what it was made with.
    pub fn new(scene: Scene<L>, script: Rc<[Line]>, acts: Vec<Act>, until: Until) -> Tracer<L> {
        let lab = LABS.iter().copied().find(|lab| lab.name == L::NAME);
        let glances = vec![Glance::default(); scene.world.node_count() as usize];
        Tracer {
            lab: lab.expect("every lab is in the list of labs"),
            under_way: BTreeMap::new(),
            ready: VecDeque::new(),
            glances,
            broken: scene.broken().len(),
            skipped: scene.skipped().len(),
            scene,
            script,
            acts,
            until,
            done: false,
        }
    }

    /// The run where the trace has come to.
    pub fn scene(&self) -> &Scene<L> {
        &self.scene
    }

    /// Lets the next thing happen and makes its events.
    fn advance(&mut self) {
        let idle =
            self.scene.script_is_done() && self.scene.acts_done() as usize == self.acts.len();
        let until = match self.until {
            Until::Done if idle => {
                self.done = true;
                return;
            }
            Until::Done => Moment::after(Time::from_micros(Limits::default().time.micros() + 1)),
            Until::Moment(moment) => moment,
        };
        // An act makes several steps at once; a copy from before it tells them.
        let before = (!idle).then(|| self.scene.clone());
        let advanced = self.scene.advance(&self.acts, until);
        match advanced {
            Advanced::Step => self.tell_step(None),
            Advanced::Line | Advanced::Act => {
                let before = before.expect("only what is still to be done is an act or a line");
                self.tell_planned(before);
            }
            Advanced::Reached => self.done = true,
            Advanced::Stopped(stop) => {
                self.push(Happened::Stopped(stop));
                self.done = true;
            }
        }
        for place in self.broken..self.scene.broken().len() {
            let violation = self.scene.broken()[place].clone();
            self.push(Happened::Broken(violation));
        }
        self.broken = self.scene.broken().len();
    }

    /// A line of the script, or an act of the person, was done.
    fn tell_planned(&mut self, mut before: Scene<L>) {
        let number = before.lines_done().len();
        let verb = if self.scene.acts_done() > before.acts_done() {
            match &self.acts[before.acts_done() as usize].deed {
                Deed::Verb(verb) => Some(verb.clone()),
                Deed::Choice(choice) => {
                    self.carry_out(&mut before.world, vec![choice.clone()]);
                    None
                }
            }
        } else {
            match &self.script[number] {
                Line::Act { verb, .. } => Some(verb.clone()),
                Line::Note { text, .. } => {
                    if note_holds(&self.script, number as u32, self.scene.skipped()) {
                        let text = text.clone();
                        self.push(Happened::Note(text));
                    }
                    None
                }
                _ => None,
            }
        };
        if let Some(verb) = verb {
            let text = self.lab.show(&verb).to_string();
            self.push(Happened::Act(text));
            before.world.advance_to(self.scene.world.now());
            if let Ok(choices) = verb.choices(&before.world) {
                self.carry_out(&mut before.world, choices);
            }
        }
        for place in self.skipped..self.scene.skipped().len() {
            let skipped = &self.scene.skipped()[place];
            let text = match skipped.what {
                Planned::Line(line) => self.lab.show(&self.script[line as usize]).to_string(),
                Planned::Act(act) => match &self.acts[act as usize].deed {
                    Deed::Verb(verb) => self.lab.show(verb).to_string(),
                    Deed::Choice(choice) => words::choice(self.lab, choice),
                },
            };
            let happened = match &skipped.why {
                Some(why) => Happened::Skipped(text, words::not_possible(self.lab, why)),
                None => Happened::GaveUp(text),
            };
            self.push(happened);
        }
        self.skipped = self.scene.skipped().len();
    }

    /// Tells the steps of an act on a world from before it.
    fn carry_out(&mut self, world: &mut World<L>, choices: Vec<Choice>) {
        for choice in choices {
            if world.apply(choice).is_err() {
                break;
            }
            self.tell_step(Some(world));
        }
    }

    /// The step just made, in this world or in the scene's.
    fn tell_step(&mut self, world: Option<&World<L>>) {
        let world = world.unwrap_or(&self.scene.world);
        let last = world.last();
        let touched = match &last.choice {
            Choice::Deliver(id) | Choice::Drop(id) => self.under_way.remove(id),
            Choice::Duplicate(id)
            | Choice::Hold(id)
            | Choice::Release(id)
            | Choice::Delay(id, _) => self.under_way.get(id).copied(),
            _ => None,
        };
        let mut sent = Vec::new();
        for envelope in world.left() {
            let kind = <Message<L> as Mail>::KINDS.get(usize::from(envelope.message.kind()));
            let kind = kind.copied().unwrap_or("message");
            let matters = !L::message(&envelope.message).quiet;
            self.under_way.insert(envelope.id, (kind, matters));
            sent.push((envelope.id, kind));
        }
        let about = last.node.or(match last.choice {
            Choice::Crash { node, .. } | Choice::Wipe(node) | Choice::Restart(node) => Some(node),
            Choice::Deliver(id) => Some(id.to),
            _ => None,
        });
        let told: Vec<Told> = match last.node {
            Some(node) => world.notices().filter_map(|notice| L::tell(node, notice)).collect(),
            None => Vec::new(),
        };
        let state = |node: NodeId| {
            let node = world.node(node);
            State {
                role: node.machine().map_or("down", |machine| L::view(machine).role),
                glance: node.machine().map(L::glance).unwrap_or_default(),
                start: L::log(node.machine(), node.disk()).start,
            }
        };
        let node = about.map(|node| (node, state(node)));
        let by_itself = matches!(
            last.choice,
            Choice::Deliver(_)
                | Choice::Drop(_)
                | Choice::Fire(..)
                | Choice::Persist(_)
                | Choice::HandOver(_)
        );
        // An act has a line of its own; a cut says nothing beside it. Nor does it
        // matter that the nodes start when the run does.
        let first_start = matches!(last.choice, Choice::Restart(_)) && world.now() == Time::ZERO;
        let mut matters =
            !by_itself && !first_start && about.is_some() || told.iter().any(|told| told.matters);
        if let Some((node, state)) = &node {
            let before = std::mem::replace(&mut self.glances[node.index()], state.glance);
            matters |= before != state.glance;
        }
        let lost = last.outcome != Outcome::Done || matches!(last.choice, Choice::Drop(_));
        matters |= lost && touched.is_some_and(|(_, matters)| matters);
        let step = Step {
            choice: last.choice.clone(),
            text: words::choice(self.lab, &last.choice),
            outcome: last.outcome,
            kind: touched.map(|(kind, _)| kind),
            cause: last.cause,
            node,
            told,
            sent,
            matters,
        };
        let (moment, number) = (world.moment(), world.steps());
        let what = Happened::Step(Box::new(step));
        self.ready.push_back(Event { moment, step: number, what });
    }

    fn push(&mut self, what: Happened) {
        let world = &self.scene.world;
        self.ready.push_back(Event { moment: world.moment(), step: world.steps(), what });
    }
}

impl<L: Lab> Iterator for Tracer<L> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        while self.ready.is_empty() && !self.done {
            self.advance();
        }
        self.ready.pop_front()
    }
}

impl Event {
    /// Whether it belongs among what matters.
    pub fn matters(&self) -> bool {
        match &self.what {
            Happened::Step(step) => step.matters,
            _ => true,
        }
    }
}

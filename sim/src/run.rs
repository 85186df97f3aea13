//! One running lab with its types erased: all that a front end knows.
//!
//! What it shows is plain data, made when it is asked for and only where
//! something changed: a node that did not move keeps its [`Rc`].

mod dials;
mod glimpse;
mod jobs;
mod operations;
mod passages;
mod shown;
mod step;
mod transactions;

use crate::order::by_rank;
use std::rc::Rc;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::machine::{Alarm, Disk, Mail};
use netsplit_core::time::Time;
use netsplit_core::view::NodeView;

use crate::choice::{Choice, Rule, RuleId};
use crate::fingerprint::Fingerprint;
use crate::lab::{Lab, Message};
use crate::mail::Envelope;
use crate::moment::Moment;
use crate::node::Node;
use crate::property::{Checks, Property, Violation};
use crate::scenario::Line;
use crate::scene::{Act, Deed, Skipped};
use crate::timeline::{BranchId, Carried, Progress, Timeline};
use crate::verb::{Condition, NotPossible, Verb};
use crate::words;
use crate::world::{Outcome, World};

pub use dials::{Dials, NodeDials};
pub use glimpse::Glimpse;
use glimpse::Glimpses;
pub use jobs::{JobEvent, JobNote, JobNotes, JobOutput, JobPart};
pub use operations::{OpOutcome, OpShown, Operations, Points};
pub use passages::{Passage, Passages, Passed};
pub use shown::{BranchShown, Flying, Gone, LogShown, Loss, MessageShown, NodeShown, WorldView};
pub use step::{Fact, Sent, Standing, Told};
pub use transactions::{Attempt, End, Mark, MarkAt, TxnShown};

/// One running lab.
pub trait Run {
    /// The lab's name.
    fn lab(&self) -> &'static str;
    /// Who there is.
    fn cast(&self) -> Cast;
    /// The properties that are checked.
    fn properties(&self) -> &'static [Property];
    /// The moment shown.
    fn moment(&self) -> Moment;
    /// The latest moment the branch has been run to.
    fn edge(&self) -> Moment;
    /// Steps up to the moment shown.
    fn steps(&self) -> u64;
    /// Everything that happened up to the moment shown.
    fn fingerprint(&self) -> Fingerprint;
    /// Properties broken so far.
    fn broken(&self) -> &[Violation];
    /// See [`Checks::was_tried`].
    fn was_tried(&self, property: &str) -> bool;
    /// See [`Checks::undecided`].
    fn undecided(&self) -> Vec<(&'static str, u64)>;
    /// What clients asked up to the moment shown and what they were told, as far as it has changed
    /// since so many changes; empty in a lab without clients.
    fn operations(&self, since: u64) -> Operations;
    /// When each operation took effect, in an order that makes the history linearizable; `None`
    /// where there is none, or it was not found within what a look may take.
    fn points(&self) -> Option<Points>;
    /// What shards and requests passed up to the moment shown, behind the first so many; empty in a
    /// lab without shards.
    fn passages(&self, since: u64) -> Passages;
    /// What a job came to up to the moment shown, behind the first so many; empty in a lab without
    /// jobs.
    fn job(&self, since: u64) -> JobNotes;
    /// What a job has written at the moment shown; empty in a lab without jobs.
    fn output(&self) -> JobOutput;
    /// What could not be done so far.
    fn skipped(&self) -> &[Skipped];
    /// See [`Timeline::carry`].
    fn carry(&mut self, branches: Vec<Carried>);
    /// What is to be seen now.
    fn view(&mut self) -> Rc<WorldView>;
    /// See [`Timeline::run_to`].
    fn run_to(&mut self, moment: Moment, steps: u64) -> Progress;
    /// See [`Timeline::seek`].
    fn seek(&mut self, moment: Moment, steps: u64) -> Progress;
    /// See [`Timeline::seek_step`].
    fn seek_step(&mut self, step: u64);
    /// See [`Timeline::step`].
    fn step(&mut self) -> bool;
    /// See [`Timeline::act`].
    ///
    /// # Errors
    /// When it is not possible; then nothing has changed.
    fn act(&mut self, verb: Verb) -> Result<(), NotPossible>;
    /// See [`Timeline::undo`].
    fn undo(&mut self) -> bool;
    /// See [`Timeline::redo`].
    fn redo(&mut self) -> bool;
    /// See [`Timeline::change_act`].
    fn change_act(&mut self, number: usize, to: Option<Act>) -> bool;
    /// See [`Timeline::change_acts`].
    fn change_acts(&mut self, acts: Vec<Act>) -> bool;
    /// See [`Timeline::graft`].
    fn graft(&mut self, acts: &[(Moment, Verb)]) -> Option<BranchId>;
    /// All branches.
    fn branches(&self) -> Vec<BranchShown>;
    /// See [`Timeline::show`].
    fn show(&mut self, branch: BranchId) -> bool;
    /// See [`Timeline::name_branch`].
    fn name_branch(&mut self, name: &str);
    /// The acts on the path from the root, of the shown branch.
    fn acts(&self) -> Rc<Vec<Act>>;
    /// The acts of another branch; `None` when there is no such branch.
    fn acts_of(&self, branch: BranchId) -> Option<Rc<Vec<Act>>>;
    /// The script's lines.
    fn script(&self) -> &[Line];
    /// Lines of the script done so far, each with its moment.
    fn lines_done(&self) -> &[(u32, Moment)];
    /// The step just made, for the list of events: what happened in the world,
    /// and what the acting node told.
    fn told(&self) -> Vec<Told>;
    /// The messages that are gone with the step just made, or never left.
    fn gone(&self) -> Vec<Gone>;
    /// How each node stands, cheaply: for lanes of the time line, after a step.
    fn standings(&self) -> Vec<Standing>;
    /// Whether something that can be waited for is so at the moment shown.
    fn holds(&self, condition: &Condition) -> bool;
    /// How the dials stand at the moment shown.
    fn dials(&self) -> Dials;
    /// Messages that left in the step just made, or that an act put on their way
    /// again, cheaply: for the pace and the time line.
    fn sent(&self) -> Vec<Sent>;
    /// The step just made was an act from outside: a person's, the script's, a
    /// director's.
    fn intervened(&self) -> bool;
    /// How many acts were done so far.
    fn acts_done(&self) -> u32;
    /// Directions that are cut.
    fn cuts(&self) -> Vec<(NodeId, NodeId)>;
    /// Rules that stand.
    fn rules(&self) -> &[(RuleId, Rule)];
    /// See [`Timeline::fork_off`].
    fn fork(&self) -> Box<dyn Run>;
    /// What the step just made was; `None` before the first.
    fn last(&self) -> Option<&Choice>;
    /// Steps up to the edge of the shown branch.
    fn edge_steps(&self) -> u64;
    /// The shown branch after so many steps, without showing it; a few looks are
    /// kept. A step within an act of several is looked at after the whole act.
    fn glimpse(&mut self, step: u64) -> Rc<Glimpse>;
    /// The parent of the shown branch at the moment shown; `None` on the first
    /// run, and where the parent has gone or would take too long.
    fn parent(&mut self) -> Option<Rc<Glimpse>>;
}

/// Views of nodes made last, with what they were made of.
type Known<L> = Vec<(Rc<Node<L>>, Rc<NodeShown>)>;

/// A [`Run`] over a time line.
#[derive(Debug)]
pub struct Running<L: Lab> {
    timeline: Timeline<L>,
    script: Rc<[Line]>,
    shown: Known<L>,
    view: Option<Rc<WorldView>>,
    glimpses: Glimpses<L>,
    /// Messages shown last, in order of their names. Of one branch a name says
    /// the same for ever, so what it says is shown once.
    flying: Vec<Rc<Flying>>,
}

impl<L: Lab> Running<L> {
    /// Shows a time line whose script was `script`.
    pub fn new(timeline: Timeline<L>, script: Rc<[Line]>) -> Running<L> {
        let (view, glimpses) = (None, Glimpses::default());
        Running { timeline, script, shown: Vec::new(), view, glimpses, flying: Vec::new() }
    }

    /// The time line.
    pub fn timeline(&self) -> &Timeline<L> {
        &self.timeline
    }

    /// Forgets the view: another moment is shown.
    fn touch(&mut self) -> &mut Timeline<L> {
        self.view = None;
        &mut self.timeline
    }

    /// Forgets what was looked at, too: a branch may have changed.
    fn change(&mut self) -> &mut Timeline<L> {
        self.glimpses.forget();
        self.flying.clear();
        self.touch()
    }

    /// The messages under way, in order of their names, and which of them are news.
    fn show_flying(&mut self) -> (Vec<Rc<Flying>>, Vec<bool>) {
        let world = &self.timeline.scene().world;
        let mut mail: Vec<&Envelope<Message<L>>> = world.mail().collect();
        by_rank(&mut mail, |envelope| envelope.id.rank());
        let news = mail.iter().map(|envelope| is_news(world, envelope)).collect();
        let mut known = self.flying.iter().peekable();
        let flying = mail.into_iter().map(|envelope| {
            while known.next_if(|flying| flying.id < envelope.id).is_some() {}
            let same = known.next_if(|flying| flying.id == envelope.id);
            match same {
                Some(same) if is_as_shown(same, envelope) => Rc::clone(same),
                _ => Rc::new(show_message::<L>(envelope)),
            }
        });
        self.flying = flying.collect();
        (self.flying.clone(), news)
    }
}

/// All nodes of a world as they are shown; those that did not change since
/// `known` was made keep their views.
fn show_nodes<L: Lab>(world: &World<L>, known: &mut Known<L>) -> Vec<Rc<NodeShown>> {
    known.truncate(world.node_count() as usize);
    for id in world.ids() {
        let node = world.shared_node(id);
        match known.get_mut(id.index()) {
            Some((made_of, _)) if Rc::ptr_eq(made_of, node) => {}
            Some(known) => *known = (Rc::clone(node), Rc::new(show_node::<L>(id, node))),
            None => known.push((Rc::clone(node), Rc::new(show_node::<L>(id, node)))),
        }
    }
    known.iter().map(|(_, shown)| Rc::clone(shown)).collect()
}

/// What the world and the acting node told in the last step.
fn told<L: Lab>(world: &World<L>) -> Vec<Told> {
    let last = world.last();
    let mut told: Vec<Told> = words::happened(&last.choice, last.outcome).into_iter().collect();
    // That nodes start at all is no news.
    let first_start = |node| world.node(node).incarnation() == 1;
    if matches!(last.choice, Choice::Restart(node) if first_start(node)) {
        told.clear();
    }
    if let Some(node) = last.node {
        told.extend(
            world
                .notices()
                .filter_map(|notice| L::tell_of(node, world.node(node).machine(), notice)),
        );
    }
    told
}

fn show_node<L: Lab>(id: NodeId, node: &Node<L>) -> NodeShown {
    let down = || NodeView { role: "down", fields: Vec::new() };
    NodeShown {
        id,
        up: node.is_up(),
        paused: node.is_paused(),
        incarnation: node.incarnation(),
        view: node.machine().map_or_else(down, L::view),
        glance: node.machine().map(L::glance).unwrap_or_default(),
        disk: L::disk(node.disk()),
        log: Rc::new(L::log(node.machine(), node.disk())),
        timers: node.timers().map(|(timer, at)| (timer.name(), timer.code(), at)).collect(),
        pending: (node.pending().len() as u32, node.pending().next().map(|(_, at)| at)),
        waiting: node.waiting().len() as u32,
        backlog: node.backlog() as u32,
        disk_bytes: node.disk().bytes(),
    }
}

fn show_message<L: Lab>(envelope: &Envelope<Message<L>>) -> Flying {
    let shown = L::message(&envelope.message);
    let kind = <Message<L> as Mail>::KINDS.get(usize::from(envelope.message.kind()));
    Flying {
        id: envelope.id,
        kind: kind.copied().unwrap_or("message"),
        reply: envelope.message.is_reply(),
        positive: shown.positive,
        term: shown.term,
        quiet: shown.quiet,
        sent: envelope.sent,
        arrives: envelope.arrives,
        held: envelope.held,
        lost: envelope.lost,
        fields: shown.fields,
    }
}

/// Whether a message would change anything at its receiver.
fn is_news<L: Lab>(world: &World<L>, envelope: &Envelope<Message<L>>) -> bool {
    L::is_news(envelope.id.from, &envelope.message, world.node(envelope.id.to).machine())
}

/// Nothing about a message that can change while it is under way has changed.
fn is_as_shown<M>(shown: &Flying, envelope: &Envelope<M>) -> bool {
    (shown.sent, shown.arrives, shown.held, shown.lost)
        == (envelope.sent, envelope.arrives, envelope.held, envelope.lost)
}

impl<L: Lab> Run for Running<L> {
    fn lab(&self) -> &'static str {
        L::NAME
    }

    fn cast(&self) -> Cast {
        self.timeline.scene().world.cast()
    }

    fn properties(&self) -> &'static [Property] {
        L::Checks::PROPERTIES
    }

    fn moment(&self) -> Moment {
        self.timeline.moment()
    }

    fn edge(&self) -> Moment {
        self.timeline.branch().edge()
    }

    fn steps(&self) -> u64 {
        self.timeline.scene().world.steps()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.timeline.scene().world.fingerprint()
    }

    fn broken(&self) -> &[Violation] {
        self.timeline.scene().broken()
    }

    fn was_tried(&self, property: &str) -> bool {
        self.timeline.scene().checks().was_tried(property)
    }

    fn undecided(&self) -> Vec<(&'static str, u64)> {
        self.timeline.scene().checks().undecided()
    }

    fn operations(&self, since: u64) -> Operations {
        L::operations(self.timeline.scene().checks(), since)
    }

    fn passages(&self, since: u64) -> Passages {
        L::passages(self.timeline.scene().checks(), since)
    }

    fn job(&self, since: u64) -> JobNotes {
        L::job(self.timeline.scene().checks(), since)
    }

    fn output(&self) -> JobOutput {
        let scene = self.timeline.scene();
        L::output(&scene.world, scene.checks())
    }

    fn points(&self) -> Option<Points> {
        L::points(self.timeline.scene().checks())
    }

    fn skipped(&self) -> &[Skipped] {
        self.timeline.scene().skipped()
    }

    fn carry(&mut self, branches: Vec<Carried>) {
        self.timeline.carry(branches);
    }

    fn view(&mut self) -> Rc<WorldView> {
        if let Some(view) = &self.view {
            return Rc::clone(view);
        }
        let nodes = show_nodes(&self.timeline.scene().world, &mut self.shown);
        let (flying, news) = self.show_flying();
        let scene = self.timeline.scene();
        let world = &scene.world;
        let cuts = self.cuts();
        let last = world.last();
        let view = Rc::new(WorldView {
            moment: world.moment(),
            steps: world.steps(),
            fingerprint: world.fingerprint(),
            nodes,
            flying,
            news,
            cuts,
            rules: world.rules().to_vec(),
            broken: scene.broken().to_vec(),
            skipped: scene.skipped().to_vec(),
            next: world.next(),
            edge: self.timeline.branch().edge(),
            at_edge: self.timeline.is_at_edge(),
            last: (world.steps() > 0).then(|| (last.choice.clone(), last.outcome)),
            cause: last.cause,
        });
        self.view = Some(Rc::clone(&view));
        view
    }

    fn run_to(&mut self, moment: Moment, steps: u64) -> Progress {
        self.touch().run_to(moment, steps)
    }

    fn seek(&mut self, moment: Moment, steps: u64) -> Progress {
        self.touch().seek(moment, steps)
    }

    fn seek_step(&mut self, step: u64) {
        self.touch().seek_step(step);
    }

    fn step(&mut self) -> bool {
        self.touch().step()
    }

    fn act(&mut self, verb: Verb) -> Result<(), NotPossible> {
        self.change().act(Deed::Verb(verb))
    }

    fn undo(&mut self) -> bool {
        self.change().undo()
    }

    fn redo(&mut self) -> bool {
        self.change().redo()
    }

    fn change_act(&mut self, number: usize, to: Option<Act>) -> bool {
        self.change().change_act(number, to)
    }

    fn change_acts(&mut self, acts: Vec<Act>) -> bool {
        self.change().change_acts(acts)
    }

    fn graft(&mut self, acts: &[(Moment, Verb)]) -> Option<BranchId> {
        self.change().graft(acts)
    }

    fn branches(&self) -> Vec<BranchShown> {
        let shown = self.timeline.branch().id();
        let branches = self.timeline.branches().iter();
        branches
            .map(|branch| BranchShown {
                id: branch.id(),
                name: branch.name().map(str::to_owned),
                parent: branch.parent(),
                first_act: branch.first_own_act().cloned(),
                changed: branch.is_changed(),
                edge: branch.edge(),
                shown: branch.id() == shown,
            })
            .collect()
    }

    fn show(&mut self, branch: BranchId) -> bool {
        self.change().show(branch)
    }

    fn name_branch(&mut self, name: &str) {
        self.touch().name_branch(name);
    }

    fn acts(&self) -> Rc<Vec<Act>> {
        Rc::clone(self.timeline.branch().acts())
    }

    fn acts_of(&self, branch: BranchId) -> Option<Rc<Vec<Act>>> {
        let found = self.timeline.branches().iter().find(|other| other.id() == branch);
        found.map(|found| Rc::clone(found.acts()))
    }

    fn script(&self) -> &[Line] {
        &self.script
    }

    fn lines_done(&self) -> &[(u32, Moment)] {
        self.timeline.scene().lines_done()
    }

    fn told(&self) -> Vec<Told> {
        told(&self.timeline.scene().world)
    }

    fn gone(&self) -> Vec<Gone> {
        let world = &self.timeline.scene().world;
        let last = world.last();
        let why = match last.outcome {
            Outcome::LostToCut => Some(Loss::Cut),
            Outcome::LostToCrash => Some(Loss::Crash),
            Outcome::LostToRestart => Some(Loss::Restart),
            Outcome::Done | Outcome::Queued => None,
        };
        let mut gone = match (&last.choice, why) {
            (Choice::Deliver(id), Some(why)) => vec![Gone { link: (id.from, id.to), why }],
            (Choice::Drop(id), _) => vec![Gone { link: (id.from, id.to), why: Loss::Lost }],
            _ => Vec::new(),
        };
        for &link in &last.unsent {
            let why = if world.network().is_cut(link.0, link.1) { Loss::Cut } else { Loss::Crash };
            gone.push(Gone { link, why });
        }
        gone
    }

    fn standings(&self) -> Vec<Standing> {
        let world = &self.timeline.scene().world;
        let of = |id| {
            let node = world.node(id);
            let glance = node.machine().map(L::glance).unwrap_or_default();
            let (up, paused) = (node.is_up(), node.is_paused());
            Standing { up, paused, leads: glance.leads, term: glance.term }
        };
        world.ids().map(of).collect()
    }

    fn holds(&self, condition: &Condition) -> bool {
        let scene = self.timeline.scene();
        let broken: Vec<&str> = scene.broken().iter().map(|it| it.property).collect();
        condition.holds(&scene.world, &broken)
    }

    fn dials(&self) -> Dials {
        dials::dials(&self.timeline.scene().world)
    }

    fn sent(&self) -> Vec<Sent> {
        let world = &self.timeline.scene().world;
        let again = match &world.last().choice {
            Choice::Release(id) | Choice::Delay(id, _) => world.envelope(*id),
            _ => None,
        };
        let sent = |envelope: &Envelope<Message<L>>| Sent {
            arrives: envelope.arrives,
            held: envelope.held,
            matters: is_news(world, envelope),
        };
        world.left().chain(again).map(sent).collect()
    }

    fn intervened(&self) -> bool {
        let world = &self.timeline.scene().world;
        // That nodes start with the run is nobody's act.
        world.steps() > 0 && world.last().cause == 0 && world.now() > Time::ZERO
    }

    fn acts_done(&self) -> u32 {
        self.timeline.scene().acts_done()
    }

    fn cuts(&self) -> Vec<(NodeId, NodeId)> {
        let world = &self.timeline.scene().world;
        let pairs = world.ids().flat_map(|from| world.ids().map(move |to| (from, to)));
        pairs.filter(|&(from, to)| world.network().is_cut(from, to)).collect()
    }

    fn rules(&self) -> &[(RuleId, Rule)] {
        self.timeline.scene().world.rules()
    }

    fn fork(&self) -> Box<dyn Run> {
        Box::new(Running {
            timeline: self.timeline.fork_off(),
            script: Rc::clone(&self.script),
            shown: self.shown.clone(),
            view: self.view.clone(),
            glimpses: Glimpses::default(),
            flying: self.flying.clone(),
        })
    }

    fn last(&self) -> Option<&Choice> {
        let world = &self.timeline.scene().world;
        (world.steps() > 0).then(|| &world.last().choice)
    }

    fn edge_steps(&self) -> u64 {
        self.timeline.branch().edge_steps()
    }

    fn glimpse(&mut self, step: u64) -> Rc<Glimpse> {
        self.glimpses.at_step(&self.timeline, step)
    }

    fn parent(&mut self) -> Option<Rc<Glimpse>> {
        self.glimpses.parent(&self.timeline)
    }
}

//! A run with the types of its lab, and what takes them away.

use std::rc::Rc;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::time::Time;

use crate::choice::{Choice, Rule, RuleId};
use crate::fingerprint::Fingerprint;
use crate::lab::{Lab, Message};
use crate::mail::Envelope;
use crate::moment::Moment;
use crate::order::by_rank;
use crate::property::{Checks, Property, Violation};
use crate::scenario::Line;
use crate::scene::{Act, Deed, Skipped};
use crate::timeline::{BranchId, Carried, Progress, Timeline};
use crate::verb::{Condition, NotPossible, Verb};
use crate::world::Outcome;

use super::glimpse::Glimpses;
use super::showing::{Known, is_as_shown, is_news, show_message, show_nodes, told};
use super::{
    BranchShown, Dials, Flying, Glimpse, Gone, JobNotes, JobOutput, Loss, Operations, Passages,
    Points, Run, Sent, Standing, Told, WorldView,
};

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
        super::dials::dials(&self.timeline.scene().world)
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

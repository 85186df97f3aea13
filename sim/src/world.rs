//! The world: nodes, the mail between them, their timers, disks and clocks.
//!
//! It moves envelopes, fires timers, keeps disks, and never does the protocol's
//! work: a node's state changes only by its `handle`. All that happens is a
//! [`Choice`]; [`World::step`] takes the one that is due, [`World::apply`] any
//! that is possible.
//!
//! Same options, same seed, same choices: same run, on every machine.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::machine::{Alarm, Context, Disk, Effect, Input, Machine, Mail as _};
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use crate::choice::{Choice, EnvelopeId, NotEnabled, Rule, RuleAction, RuleId};
use crate::fingerprint::Fingerprint;
use crate::lab::{DiskOf, Lab, Message};
use crate::mail::{Envelope, Mail};
use crate::moment::Moment;
use crate::network::{Network, NetworkOptions};
use crate::node::{Armed, Node, Pending, Queued, Waiting};
use crate::queue::{Item, Queue, What};

/// What a world is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct WorldOptions<L: Lab> {
    /// How many nodes.
    pub nodes: u32,
    /// The number the run grows from.
    pub seed: u64,
    /// The links between them.
    pub network: NetworkOptions,
    /// How long a save takes to be durable; zero is the course's disk.
    pub save_takes: Span,
    /// What the lab is told.
    pub lab: L::Options,
    /// What the disks hold at the start; empty ones where it is shorter.
    pub disks: Vec<DiskOf<L>>,
}

/// What became of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// The message was lost: its link is cut.
    LostToCut,
    /// The message was lost: its receiver is down.
    LostToCrash,
    /// The message belongs to an incarnation that is over (the course's network).
    LostToRestart,
    /// The node is paused; it will get it when it resumes.
    Queued,
}

/// The step just made: what was chosen and what followed from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<L: Lab> {
    /// What was chosen.
    pub choice: Choice,
    /// What became of it.
    pub outcome: Outcome,
    /// The node that handled something, if one did.
    pub node: Option<NodeId>,
    /// The number of the step that caused this one: that sent the message, armed
    /// the timer, recorded the save; 0 for an act from outside.
    pub cause: u64,
    /// What the node asked for, in order.
    pub effects: Vec<Effect<L::Protocol>>,
    /// The messages that left a node in this step and are under way now, by
    /// their places in the mail; see [`World::left`].
    left: Vec<u32>,
    /// True when something changed on a disk.
    pub disk_changed: bool,
}

/// What was sent and handled so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Messages that ask, when sent: the course's RPC count.
    pub asked: u64,
    /// Bytes of asks when sent and of replies when they arrive.
    pub bytes: u64,
    /// Asks handled, by node.
    pub handled: Vec<u64>,
    /// All messages sent.
    pub sent: u64,
    /// All messages handled.
    pub delivered: u64,
}

/// A world. A copy shares its nodes until one of them changes.
#[derive(Clone, Debug)]
pub struct World<L: Lab> {
    options: Rc<WorldOptions<L>>,
    nodes: Vec<Rc<Node<L>>>,
    network: Network,
    mail: Mail<Message<L>>,
    queue: Queue,
    rules: Vec<(RuleId, Rule)>,
    rules_made: u32,
    now: Time,
    /// Steps applied at `now`.
    steps_now: u32,
    steps: u64,
    /// Last key given out in the queue.
    seq: u64,
    fingerprint: Fingerprint,
    traffic: Traffic,
    /// Within a step that handles a message: who sent it, in which incarnation.
    /// A reply goes to that incarnation, even if its node has restarted since.
    answering: Option<(NodeId, u32)>,
    last: Step<L>,
}

/// Worlds are equal when what is and what will be are. How the last step came
/// about does not count, nor how tidy the queue is: what is in it follows from
/// the mail, the timers and the disks.
impl<L: Lab> PartialEq for World<L> {
    fn eq(&self, other: &World<L>) -> bool {
        self.moment() == other.moment()
            && self.steps == other.steps
            && self.fingerprint == other.fingerprint
            && self.seq == other.seq
            && self.nodes == other.nodes
            && self.network == other.network
            && self.mail == other.mail
            && self.rules == other.rules
            && self.traffic == other.traffic
            && self.options == other.options
    }
}

impl<L: Lab> World<L> {
    /// A world in which nothing has happened; its nodes start at 0 s.
    ///
    /// # Panics
    /// With more than 64 nodes, which no scenario can ask for.
    pub fn new(options: WorldOptions<L>) -> World<L> {
        let nodes = options.nodes;
        assert!(nodes <= 64, "scenarios are bounded before they become worlds");
        let disk = |node: u32| options.disks.get(node as usize).cloned().unwrap_or_default();
        let mut world = World {
            nodes: (0..nodes)
                .map(|node| Rc::new(Node::new(disk(node), options.save_takes)))
                .collect(),
            network: Network::new(nodes, options.seed, &options.network),
            mail: Mail::default(),
            queue: Queue::default(),
            rules: Vec::new(),
            rules_made: 0,
            now: Time::ZERO,
            steps_now: 0,
            steps: 0,
            seq: 0,
            fingerprint: Fingerprint::EMPTY,
            traffic: Traffic { handled: vec![0; nodes as usize], ..Traffic::default() },
            answering: None,
            last: Step {
                choice: Choice::Restart(NodeId::from_index(0)),
                outcome: Outcome::Done,
                node: None,
                cause: 0,
                effects: Vec::new(),
                left: Vec::new(),
                disk_changed: false,
            },
            options: Rc::new(options),
        };
        world.fingerprint.add(&(L::NAME, nodes, world.options.seed, &world.options.lab));
        for node in 0..nodes {
            world.schedule(0, What::Start(node as u16));
        }
        world
    }

    // ── Looking ────────────────────────────────────────────────────────────

    /// What the world was made of.
    pub fn options(&self) -> &WorldOptions<L> {
        &self.options
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The moment: the time and the steps applied at it.
    pub fn moment(&self) -> Moment {
        Moment::exact(self.now, self.steps_now)
    }

    /// Steps applied since the start.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Everything that happened, as one number.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// The names of the nodes.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<L> {
        (0..self.nodes.len() as u32).map(NodeId::from_index)
    }

    /// A node.
    ///
    /// # Panics
    /// When there is none of that name.
    #[inline]
    pub fn node(&self, node: NodeId) -> &Node<L> {
        &self.nodes[node.index()]
    }

    /// A node, shared: two looks give the same pointer while nothing changed.
    pub fn shared_node(&self, node: NodeId) -> &Rc<Node<L>> {
        &self.nodes[node.index()]
    }

    /// The links.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Messages under way, in no particular order.
    pub fn mail(&self) -> impl Iterator<Item = &Envelope<Message<L>>> {
        self.mail.iter()
    }

    /// A message under way, by name.
    pub fn envelope(&self, id: EnvelopeId) -> Option<&Envelope<Message<L>>> {
        self.mail.get(self.mail.find(id)?)
    }

    /// Rules that stand, with their numbers.
    pub fn rules(&self) -> &[(RuleId, Rule)] {
        &self.rules
    }

    /// What was sent and handled so far.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// The step just made.
    #[inline]
    pub fn last(&self) -> &Step<L> {
        &self.last
    }

    /// The messages that left a node in the step just made and are under way.
    pub fn left(&self) -> impl Iterator<Item = &Envelope<Message<L>>> {
        self.last.left.iter().filter_map(|&place| self.mail.get(place))
    }

    /// What the node that acted in the last step told.
    pub fn notices(&self) -> impl Iterator<Item = &crate::lab::Notice<L>> {
        self.last.effects.iter().filter_map(|effect| match effect {
            Effect::Notify(notice) => Some(notice),
            _ => None,
        })
    }

    /// What happens next if nobody interferes, and when. Clears away what was
    /// called off, which changes nothing that can be seen.
    pub fn due(&mut self) -> Option<(Time, Choice)> {
        let item = self.head()?;
        let node = |node: u16| NodeId::from_index(node.into());
        let choice = match item.what {
            What::Mail(place) => {
                let envelope = self.mail.get(place).expect("the head of the queue is live");
                if envelope.lost { Choice::Drop(envelope.id) } else { Choice::Deliver(envelope.id) }
            }
            What::Timer(at) => {
                let armed = self.nodes[usize::from(at)].timers.iter();
                let mut armed = armed.filter(|armed| armed.seq == item.seq);
                let armed = armed.next().expect("the head of the queue is live");
                Choice::Fire(node(at), armed.timer.code())
            }
            What::Disk(at) => Choice::Persist(node(at)),
            What::Start(at) => Choice::Restart(node(at)),
            What::HandOver(at) => Choice::HandOver(node(at)),
        };
        Some((Time::from_micros(item.at), choice))
    }

    /// When the next thing is due.
    #[inline]
    pub fn due_at(&mut self) -> Option<Time> {
        self.head().map(|item| Time::from_micros(item.at))
    }

    /// All choices that the network, the timers and the disks could make now, in
    /// a fixed order: for a search.
    pub fn enabled(&self) -> Vec<Choice> {
        let mut mail: Vec<EnvelopeId> = self.mail.iter().map(|envelope| envelope.id).collect();
        mail.sort_unstable();
        let mut choices: Vec<Choice> =
            mail.iter().flat_map(|&id| [Choice::Deliver(id), Choice::Drop(id)]).collect();
        for id in self.ids() {
            let node = self.node(id);
            if !node.is_up() {
                choices.push(Choice::Restart(id));
                continue;
            }
            let mut timers: Vec<u32> = node.timers.iter().map(|armed| armed.timer.code()).collect();
            timers.sort_unstable();
            choices.extend(timers.into_iter().map(|timer| Choice::Fire(id, timer)));
            if !node.pending.is_empty() {
                choices.push(Choice::Persist(id));
            }
            choices.push(Choice::crash(id));
        }
        choices
    }

    // ── Happening ──────────────────────────────────────────────────────────

    /// Lets time pass without a step, up to `to` or to what is due before.
    pub fn advance_to(&mut self, to: Time) {
        let to = self.due_at().map_or(to, |due| due.min(to));
        self.set_now(to);
    }

    /// Makes the step that is due. False when nothing ever will be.
    #[inline]
    pub fn step(&mut self) -> bool {
        let Some(item) = self.head() else { return false };
        self.queue.pop();
        self.set_now(Time::from_micros(item.at));
        match item.what {
            What::Mail(place) => {
                let envelope = self.mail.take(place).expect("the head of the queue is live");
                if envelope.lost {
                    self.begin(Choice::Drop(envelope.id), envelope.sent_step);
                } else {
                    self.begin(Choice::Deliver(envelope.id), envelope.sent_step);
                    self.deliver(envelope);
                }
            }
            What::Timer(at) => {
                let timers = &mut Rc::make_mut(&mut self.nodes[usize::from(at)]).timers;
                let place = timers.iter().position(|armed| armed.seq == item.seq);
                let armed = timers.swap_remove(place.expect("the head of the queue is live"));
                let node = NodeId::from_index(at.into());
                self.begin(Choice::Fire(node, armed.timer.code()), armed.step);
                self.feed(node, Input::Fired(armed.timer));
            }
            What::Disk(at) => {
                let node = NodeId::from_index(at.into());
                self.begin(Choice::Persist(node), 0);
                self.persist(node);
            }
            What::Start(at) => {
                let node = NodeId::from_index(at.into());
                self.begin(Choice::Restart(node), 0);
                self.start(node);
            }
            What::HandOver(at) => {
                let node = NodeId::from_index(at.into());
                self.begin(Choice::HandOver(node), 0);
                self.hand_over(node);
            }
        }
        self.end();
        true
    }

    /// Applies a choice at the present moment, whether it is due or not.
    ///
    /// # Errors
    /// When it is not possible now; then nothing has changed.
    pub fn apply(&mut self, choice: Choice) -> Result<(), NotEnabled> {
        if let Some((at, due)) = self.due()
            && at == self.now
            && due == choice
        {
            // By hand or by itself: what is due now is the same step.
            self.step();
            return Ok(());
        }
        self.check(&choice)?;
        self.begin(choice.clone(), 0);
        self.carry_out(choice);
        self.end();
        Ok(())
    }

    /// Whether a choice is possible now.
    fn check(&self, choice: &Choice) -> Result<(), NotEnabled> {
        let exists = |node: NodeId| {
            self.nodes.get(node.index()).map(|node| &**node).ok_or(NotEnabled::NoNode(node))
        };
        let up = |node: NodeId| {
            let found = exists(node)?;
            if found.is_up() { Ok(found) } else { Err(NotEnabled::Down(node)) }
        };
        let mail = |id: EnvelopeId| {
            exists(id.from)?;
            exists(id.to)?;
            self.envelope(id).ok_or(NotEnabled::NoEnvelope(id))
        };
        let timer = |node: NodeId, code: u32| {
            let armed = up(node)?.timers.iter().any(|armed| armed.timer.code() == code);
            if armed { Ok(()) } else { Err(NotEnabled::NoTimer(node, code)) }
        };
        let must = |holds: bool, otherwise: NotEnabled| if holds { Ok(()) } else { Err(otherwise) };
        match *choice {
            Choice::Deliver(id) | Choice::Drop(id) | Choice::Delay(id, _) => mail(id).map(|_| ()),
            Choice::Duplicate(id) => {
                let taken = |copy| self.mail.find(EnvelopeId { copy, ..id }).is_some();
                mail(id)?;
                must(!(0..=u8::MAX).all(taken), NotEnabled::OutOfRange)
            }
            Choice::Hold(id) => must(!mail(id)?.held, NotEnabled::Already),
            Choice::Release(id) => must(mail(id)?.held, NotEnabled::NotSo),
            Choice::Fire(node, code) | Choice::PutOff(node, code, _) => timer(node, code),
            Choice::Persist(node) => must(!exists(node)?.pending.is_empty(), NotEnabled::NotSo),
            Choice::Stall(node) => must(!exists(node)?.stalled, NotEnabled::Already),
            Choice::Unstall(node) => must(exists(node)?.stalled, NotEnabled::NotSo),
            Choice::Lie(node, lies) => must(exists(node)?.lies != lies, NotEnabled::Already),
            Choice::Wipe(node) => exists(node).map(|_| ()),
            Choice::Crash { node, kept, torn } => {
                let mut copy = up(node)?.clone();
                must(copy.crash(kept, torn), NotEnabled::OutOfRange)
            }
            Choice::Restart(node) => must(!exists(node)?.is_up(), NotEnabled::Up(node)),
            Choice::Pause(node) => must(!up(node)?.paused, NotEnabled::Already),
            Choice::Resume(node) => must(up(node)?.paused, NotEnabled::NotSo),
            Choice::HandOver(node) => {
                let node = up(node)?;
                must(!node.paused && !node.backlog.is_empty(), NotEnabled::NotSo)
            }
            Choice::Clock(node, rate) => {
                let mut clock = exists(node)?.clock.clone();
                must(clock.set_rate(rate, self.now), NotEnabled::OutOfRange)
            }
            Choice::Offset(node, _) => exists(node).map(|_| ()),
            Choice::Cut(from, to) | Choice::Mend(from, to) => {
                exists(from)?;
                exists(to)?;
                let cut = matches!(choice, Choice::Cut(..));
                let otherwise = if cut { NotEnabled::Already } else { NotEnabled::NotSo };
                must(self.network.is_cut(from, to) != cut, otherwise)
            }
            Choice::Rule(ref rule) => {
                rule.from.map_or(Ok(()), |node| exists(node).map(|_| ()))?;
                rule.to.map_or(Ok(()), |node| exists(node).map(|_| ()))?;
                let kinds = Message::<L>::KINDS.len();
                let known = rule.kind.is_none_or(|kind| usize::from(kind) < kinds);
                must(known && rule.left != Some(0), NotEnabled::OutOfRange)
            }
            Choice::Unrule(id) => {
                must(self.rules.iter().any(|(other, _)| *other == id), NotEnabled::NoRule(id))
            }
            Choice::Tune(ref dial) => dial.check(self.node_count()),
            Choice::Request(node, ref words) => {
                up(node)?;
                must(L::request(words).is_some(), NotEnabled::Request)
            }
        }
    }

    /// Carries out a choice that was found possible.
    fn carry_out(&mut self, choice: Choice) {
        const FOUND: &str = "the choice was found possible";
        match choice {
            Choice::Deliver(id) => {
                let place = self.mail.find(id).expect(FOUND);
                let envelope = self.mail.take(place).expect(FOUND);
                self.last.cause = envelope.sent_step;
                self.deliver(envelope);
            }
            Choice::Drop(id) => {
                let place = self.mail.find(id).expect(FOUND);
                self.last.cause = self.mail.take(place).expect(FOUND).sent_step;
            }
            Choice::Duplicate(id) => {
                let original = self.envelope(id).expect(FOUND).clone();
                let free = |&copy: &u8| self.mail.find(EnvelopeId { copy, ..id }).is_none();
                let copy = (0..=u8::MAX).find(free).expect(FOUND);
                self.post(Envelope { id: EnvelopeId { copy, ..id }, ..original });
            }
            // A hand on a message also saves it from being lost on its way.
            Choice::Hold(id) => self.reschedule(id, |envelope| {
                (envelope.held, envelope.lost) = (true, false);
            }),
            Choice::Release(id) => self.reschedule(id, |envelope| envelope.held = false),
            Choice::Delay(id, span) => self.reschedule(id, |envelope| envelope.arrives += span),
            Choice::Fire(node, code) => {
                let timers = &mut self.node_mut(node).timers;
                let place = timers.iter().position(|armed| armed.timer.code() == code);
                let armed = timers.swap_remove(place.expect(FOUND));
                self.last.cause = armed.step;
                self.feed(node, Input::Fired(armed.timer));
            }
            Choice::PutOff(node, code, by) => {
                let mut timers = self.nodes[node.index()].timers.iter();
                let armed = timers.find(|armed| armed.timer.code() == code).expect(FOUND);
                let (timer, pure) = (armed.timer, armed.pure.saturating_add(by.micros()));
                self.arm(node, timer, pure);
            }
            Choice::Persist(node) => self.persist(node),
            Choice::Stall(node) => self.node_mut(node).stalled = true,
            Choice::Unstall(node) => {
                self.node_mut(node).stalled = false;
                self.schedule_disk(node);
            }
            Choice::Lie(node, lies) => self.node_mut(node).lies = lies,
            Choice::Wipe(node) => {
                let kept = self.node_mut(node).crash(0, 0);
                debug_assert!(kept, "nothing kept is always possible");
                self.node_mut(node).disk = DiskOf::<L>::default();
                self.last.disk_changed = true;
            }
            Choice::Crash { node, kept, torn } => {
                let possible = self.node_mut(node).crash(kept, torn);
                debug_assert!(possible, "{FOUND}");
                self.last.disk_changed = true;
            }
            Choice::Restart(node) => self.start(node),
            Choice::Pause(node) => self.node_mut(node).paused = true,
            Choice::Resume(node) => {
                self.node_mut(node).paused = false;
                self.schedule_hand_over(node);
            }
            Choice::HandOver(node) => self.hand_over(node),
            Choice::Clock(node, rate) => {
                let now = self.now;
                let fits = self.node_mut(node).clock.set_rate(rate, now);
                debug_assert!(fits, "{FOUND}");
                let armed: Vec<_> =
                    self.node(node).timers.iter().map(|armed| (armed.timer, armed.pure)).collect();
                for (timer, pure) in armed {
                    self.arm(node, timer, pure);
                }
            }
            Choice::Offset(node, by) => self.node_mut(node).clock.shift(by),
            Choice::Cut(from, to) => self.network.set_cut(from, to, true),
            Choice::Mend(from, to) => self.network.set_cut(from, to, false),
            Choice::Rule(rule) => {
                self.rules_made += 1;
                self.rules.push((self.rules_made, rule));
            }
            Choice::Unrule(id) => self.rules.retain(|(other, _)| *other != id),
            Choice::Tune(dial) => self.tune(dial),
            Choice::Request(node, words) => {
                let request = L::request(&words).expect(FOUND);
                self.feed(node, Input::Requested(request));
            }
        }
    }

    fn tune(&mut self, dial: crate::choice::Dial) {
        if let crate::choice::Dial::Save(scope, takes) = dial {
            for node in self.ids() {
                if scope.is_none_or(|only| only == node) {
                    self.node_mut(node).save_takes = takes;
                }
            }
        } else {
            self.network.tune(&dial);
        }
    }

    // ── A step ─────────────────────────────────────────────────────────────

    #[inline]
    fn set_now(&mut self, now: Time) {
        if now > self.now {
            self.now = now;
            self.steps_now = 0;
        }
    }

    #[inline]
    fn begin(&mut self, choice: Choice, cause: u64) {
        self.steps += 1;
        self.last.choice = choice;
        self.last.outcome = Outcome::Done;
        self.last.node = None;
        self.last.cause = cause;
        self.last.effects.clear();
        self.last.left.clear();
        self.last.disk_changed = false;
    }

    #[inline]
    fn end(&mut self) {
        self.steps_now += 1;
        let step = &self.last;
        self.fingerprint.add(&(
            self.now.micros(),
            u64::from(self.steps_now) << 8 | step.outcome as u64,
            &step.choice,
            &step.effects[..],
        ));
    }

    #[inline]
    fn node_mut(&mut self, node: NodeId) -> &mut Node<L> {
        Rc::make_mut(&mut self.nodes[node.index()])
    }

    fn start(&mut self, node: NodeId) {
        let (options, seed) = (Rc::clone(&self.options), self.options.seed);
        let nodes = self.node_count();
        let it = self.node_mut(node);
        it.incarnation += 1;
        it.saves = 0;
        it.told = 0;
        let own = Rng::new(seed).split(u64::from(node.number()) << 32 | u64::from(it.incarnation));
        it.rng = own;
        it.machine = Some(L::boot(node, nodes, &options.lab, &it.disk));
        self.feed(node, Input::Started);
    }

    fn deliver(&mut self, envelope: Envelope<Message<L>>) {
        let EnvelopeId { from, to, .. } = envelope.id;
        let outcome = if self.network.course.is_some() {
            let receiver = self.node(to);
            let sender = self.node(from);
            // A call ends with its caller and with its callee; an ask on its way
            // survives its sender, its reply does not.
            let callee_is_gone = envelope.message.is_reply()
                && (!sender.is_up() || sender.incarnation != envelope.from_incarnation);
            if !receiver.is_up() {
                Outcome::LostToCrash
            } else if receiver.incarnation != envelope.to_incarnation || callee_is_gone {
                Outcome::LostToRestart
            } else {
                Outcome::Done
            }
        } else if self.network.is_cut(from, to) {
            Outcome::LostToCut
        } else if !self.node(to).is_up() {
            Outcome::LostToCrash
        } else {
            Outcome::Done
        };
        if outcome != Outcome::Done {
            self.last.outcome = outcome;
            return;
        }
        self.traffic.delivered += 1;
        if envelope.message.is_reply() {
            self.traffic.bytes += envelope.message.bytes();
        } else {
            self.traffic.handled[to.index()] += 1;
        }
        self.answering = Some((from, envelope.from_incarnation));
        self.feed(to, Input::Received { from, message: envelope.message });
        self.answering = None;
    }

    /// Gives a node an input, or queues it while the node is not run.
    #[inline]
    fn feed(&mut self, node: NodeId, input: Input<L::Protocol>) {
        let it = &self.nodes[node.index()];
        if it.paused || !it.backlog.is_empty() {
            let cause = self.last.cause;
            self.node_mut(node).backlog.push_back(Queued { input, cause });
            self.last.outcome = Outcome::Queued;
            return;
        }
        self.run(node, input);
    }

    /// Runs a node's machine on one input and carries out its effects; then, as
    /// long as its disk takes no time, tells it that its saves are durable.
    #[inline]
    fn run(&mut self, node: NodeId, input: Input<L::Protocol>) {
        self.last.node = Some(node);
        let mut effects = std::mem::take(&mut self.last.effects);
        let mut input = input;
        loop {
            let first = effects.len();
            let now = self.now;
            let it = Rc::make_mut(&mut self.nodes[node.index()]);
            let Some(machine) = &mut it.machine else { break };
            let mut cx =
                Context::new(it.clock.local(now), node, &mut it.rng, &mut it.saves, &mut effects);
            machine.handle(input, &mut cx);
            let durable = self.carry_out_effects(node, &effects[first..]);
            if !durable {
                break;
            }
            input = Input::Durable(self.node(node).told);
        }
        self.last.effects = effects;
    }

    /// Carries out what a node asked for, in order. True when saves became
    /// durable, or were said to be, with this very step.
    fn carry_out_effects(&mut self, node: NodeId, effects: &[Effect<L::Protocol>]) -> bool {
        let mut durable = false;
        for effect in effects {
            match effect {
                Effect::Send { to, message, at_once } => {
                    let it = &self.nodes[node.index()];
                    // Effects are in order, so the newest pending save is the
                    // last one recorded before this message.
                    let after = it.pending.back().map_or(0, |save| save.number);
                    if *at_once || after <= it.told {
                        self.send(node, *to, message.clone(), self.steps);
                    } else {
                        let (to, message, step) = (*to, message.clone(), self.steps);
                        let waiting = Waiting { after, to, message, step };
                        self.node_mut(node).waiting.push_back(waiting);
                    }
                }
                Effect::Save { number, change } => {
                    durable |= self.save(node, *number, change);
                }
                Effect::Arm { timer, after } => {
                    let now = self.now;
                    let pure = self.node(node).clock.pure(now).saturating_add(after.micros());
                    self.arm(node, *timer, pure);
                }
                Effect::Disarm(timer) => {
                    self.node_mut(node).timers.retain(|armed| armed.timer != *timer);
                }
                Effect::Notify(_) => {}
            }
        }
        durable
    }

    // ── Disk ───────────────────────────────────────────────────────────────

    /// Takes a save. True when the machine may be told at once that it is
    /// durable.
    fn save(&mut self, node: NodeId, number: u64, change: &crate::lab::Durable<L>) -> bool {
        let now = self.now.micros();
        let it = Rc::make_mut(&mut self.nodes[node.index()]);
        let at_once = it.save_takes == Span::ZERO && !it.stalled && it.pending.is_empty();
        if at_once {
            it.disk.write(change);
            it.told = number;
            self.last.disk_changed = true;
            return true;
        }
        let last = it.pending.back().map_or(0, |save| save.at);
        let at = (now + it.save_takes.micros()).max(last);
        let told = it.lies && it.told + 1 == number;
        if told {
            it.told = number;
        }
        it.pending.push_back(Pending { number, change: change.clone(), at, seq: 0 });
        if it.pending.len() == 1 {
            self.schedule_disk(node);
        }
        told
    }

    /// Schedules the oldest pending save, unless the disk is stalled.
    fn schedule_disk(&mut self, node: NodeId) {
        let now = self.now.micros();
        let it = self.node(node);
        let Some(first) = it.pending.front().filter(|_| !it.stalled) else { return };
        let seq = self.schedule(first.at.max(now), What::Disk(node.index() as u16));
        let it = self.node_mut(node);
        it.pending.front_mut().expect("it was there just now").seq = seq;
    }

    /// The oldest pending saves become durable: all that were to be at the same
    /// time. What waited for them leaves, and the machine is told.
    fn persist(&mut self, node: NodeId) {
        let it = self.node_mut(node);
        let Some(at) = it.pending.front().map(|save| save.at) else { return };
        let before = it.told;
        while let Some(save) = it.pending.pop_front_if(|save| save.at == at) {
            it.disk.write(&save.change);
            it.told = it.told.max(save.number);
        }
        let told = it.told;
        self.last.disk_changed = true;
        while let Some(waiting) =
            self.node_mut(node).waiting.pop_front_if(|waiting| waiting.after <= told)
        {
            self.last.cause = waiting.step;
            self.send(node, waiting.to, waiting.message, waiting.step);
        }
        self.schedule_disk(node);
        if told > before && self.node(node).is_up() {
            self.feed(node, Input::Durable(told));
        }
    }

    // ── Pause ──────────────────────────────────────────────────────────────

    fn schedule_hand_over(&mut self, node: NodeId) {
        if self.node(node).backlog.is_empty() {
            return;
        }
        let seq = self.schedule(self.now.micros(), What::HandOver(node.index() as u16));
        self.node_mut(node).hand_over_seq = seq;
    }

    /// A resumed node takes the oldest thing that came while it was paused.
    fn hand_over(&mut self, node: NodeId) {
        let it = self.node_mut(node);
        it.hand_over_seq = 0;
        let Some(queued) = it.backlog.pop_front() else { return };
        self.last.cause = queued.cause;
        self.run(node, queued.input);
        self.schedule_hand_over(node);
    }

    // ── Timers ─────────────────────────────────────────────────────────────

    /// Lets a timer run out at a pure time. A timer that is only put off keeps
    /// its item in the queue, which is moved when it comes up: most timers are
    /// put off again and again and never run out.
    fn arm(&mut self, node: NodeId, timer: crate::lab::Timer<L>, pure: u64) {
        self.seq += 1;
        let (seq, step, now) = (self.seq, self.steps, self.now);
        let it = Rc::make_mut(&mut self.nodes[node.index()]);
        let at = it.clock.real(pure, now);
        let fresh = Armed { timer, pure, at, seq, queued_at: at, queued_seq: seq, step };
        match it.timers.iter_mut().find(|armed| armed.timer == timer) {
            Some(armed) if armed.queued_at <= at => {
                let (queued_at, queued_seq) = (armed.queued_at, armed.queued_seq);
                *armed = Armed { queued_at, queued_seq, ..fresh };
                return;
            }
            Some(armed) => *armed = fresh,
            None => it.timers.push(fresh),
        }
        self.queue.push(Item { at, seq, what: What::Timer(node.index() as u16) });
    }

    // ── Mail ───────────────────────────────────────────────────────────────

    /// A message leaves a node.
    #[inline]
    fn send(&mut self, from: NodeId, to: NodeId, message: Message<L>, step: u64) {
        let reply = message.is_reply();
        self.traffic.sent += 1;
        let course = self.network.course.is_some();
        if course && !reply {
            self.traffic.asked += 1;
            self.traffic.bytes += message.bytes();
        }
        let number = self.network.number(from, to);
        let id = EnvelopeId { from, to, number, copy: 0 };
        let dead = course && !reply && !self.node(to).is_up();
        if self.network.is_cut(from, to) || dead {
            return;
        }
        let now = self.now;
        let fate = self.network.fate((from, to), number, reply, || message.bytes(), now.micros());
        let to_incarnation = match self.answering {
            Some((asker, incarnation)) if reply && asker == to => incarnation,
            _ => self.nodes[to.index()].incarnation,
        };
        let mut envelope = Envelope {
            id,
            message,
            sent: now,
            arrives: now + fate.delay,
            sent_step: step,
            held: false,
            lost: fate.lost,
            from_incarnation: self.nodes[from.index()].incarnation,
            to_incarnation,
            seq: 0,
        };
        if !self.rules.is_empty() && !self.obey_rules(&mut envelope) {
            return;
        }
        if let Some(delay) = fate.duplicate {
            let id = EnvelopeId { copy: 1, ..id };
            let copy = Envelope { id, arrives: now + delay, lost: false, ..envelope.clone() };
            self.post(envelope);
            return self.post(copy);
        }
        self.post(envelope);
    }

    /// Lets the standing rules change a message that is being sent. False when
    /// one of them loses it.
    fn obey_rules(&mut self, envelope: &mut Envelope<Message<L>>) -> bool {
        let EnvelopeId { from, to, .. } = envelope.id;
        let kind = envelope.message.kind();
        let mut copies = 0;
        let mut stays = true;
        for (_, rule) in &mut self.rules {
            let catches = rule.from.is_none_or(|node| node == from)
                && rule.to.is_none_or(|node| node == to)
                && rule.kind.is_none_or(|other| other == kind);
            if !catches {
                continue;
            }
            match rule.action {
                RuleAction::Hold => (envelope.held, envelope.lost) = (true, false),
                RuleAction::Drop => stays = false,
                RuleAction::Delay(span) => envelope.arrives += span,
                RuleAction::Duplicate => copies += 1,
            }
            rule.left = rule.left.map(|left| left - 1);
        }
        self.rules.retain(|(_, rule)| rule.left != Some(0));
        if stays {
            // Copies by rule are numbered from 2: 1 is the network's own.
            for copy in 2..2 + copies {
                let id = EnvelopeId { copy, ..envelope.id };
                self.post(Envelope { id, ..envelope.clone() });
            }
        }
        stays
    }

    /// Puts a message under way.
    #[inline]
    fn post(&mut self, mut envelope: Envelope<Message<L>>) {
        self.seq += 1;
        envelope.seq = self.seq;
        let (seq, at, held) = (self.seq, envelope.comes_up(self.now), envelope.held);
        let place = self.mail.put(envelope);
        self.last.left.push(place);
        if !held {
            self.queue.push(Item { at, seq, what: What::Mail(place) });
        }
    }

    /// Changes a message under way and queues it anew.
    fn reschedule(&mut self, id: EnvelopeId, change: impl FnOnce(&mut Envelope<Message<L>>)) {
        const FOUND: &str = "the choice was found possible";
        self.seq += 1;
        let (seq, now) = (self.seq, self.now);
        let place = self.mail.find(id).expect(FOUND);
        let envelope = self.mail.get_mut(place).expect(FOUND);
        change(envelope);
        envelope.seq = seq;
        let (at, held) = (envelope.comes_up(now), envelope.held);
        if !held {
            self.queue.push(Item { at, seq, what: What::Mail(place) });
        }
    }

    // ── Queue ──────────────────────────────────────────────────────────────

    fn schedule(&mut self, at: u64, what: What) -> u64 {
        self.seq += 1;
        self.queue.push(Item { at, seq: self.seq, what });
        self.seq
    }

    /// The first item of the queue that still stands. Items of what was called
    /// off go; a timer that was put off since moves to its place.
    #[inline]
    fn head(&mut self) -> Option<Item> {
        loop {
            let item = *self.queue.first()?;
            let stands = match item.what {
                What::Mail(place) => self.mail.get(place).is_some_and(|mail| mail.seq == item.seq),
                What::Timer(node) => match self.put_off(item, node) {
                    Some(moved) => {
                        self.queue.replace_first(moved);
                        continue;
                    }
                    None => self.nodes[usize::from(node)]
                        .timers
                        .iter()
                        .any(|armed| armed.seq == item.seq),
                },
                What::Disk(node) => {
                    let node = &self.nodes[usize::from(node)];
                    !node.stalled && node.pending.front().is_some_and(|save| save.seq == item.seq)
                }
                What::Start(node) => self.nodes[usize::from(node)].incarnation == 0,
                What::HandOver(node) => {
                    let node = &self.nodes[usize::from(node)];
                    !node.paused && node.hand_over_seq == item.seq
                }
            };
            if stands {
                return Some(item);
            }
            self.queue.pop();
        }
    }

    /// Where the item of a timer belongs that was put off since it was queued.
    #[inline]
    fn put_off(&mut self, item: Item, node: u16) -> Option<Item> {
        let behind =
            |armed: &Armed<_>| armed.queued_seq == item.seq && armed.seq != armed.queued_seq;
        let node = &mut self.nodes[usize::from(node)];
        if !node.timers.iter().any(behind) {
            return None;
        }
        let timers = &mut Rc::make_mut(node).timers;
        let armed = timers.iter_mut().find(|armed| behind(armed))?;
        (armed.queued_at, armed.queued_seq) = (armed.at, armed.seq);
        Some(Item { at: armed.at, seq: armed.seq, ..item })
    }
}

impl<M> Envelope<M> {
    /// When something happens to it: it arrives, or is lost half-way there.
    #[inline]
    fn comes_up(&self, now: Time) -> u64 {
        let (sent, arrives) = (self.sent.micros(), self.arrives.micros());
        let at = if self.lost { sent + (arrives - sent) / 2 } else { arrives };
        at.max(now.micros())
    }
}

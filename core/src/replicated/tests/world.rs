//! Servers and clients, mail that takes a while and may be lost or come twice, disks that take a
//! while, and clocks that may be wrong: as much as the tests need.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::NodeId;
use crate::machine::{Context, Disk as _, Effect, Input, Machine};
use crate::raft::disk::Disk;
use crate::raft::message::Durable;
use crate::replicated::clerk::Clients;
use crate::replicated::message::{Message, Notice, Replicated, Request, Returned, Timer};
use crate::replicated::options::Options;
use crate::replicated::server::Server;
use crate::replicated::service::Service;
use crate::rng::Rng;
use crate::time::{Span, Time};

/// A node of either kind.
#[derive(Clone, Debug, PartialEq)]
enum Node<S> {
    Server(Box<Server<S>>),
    Clients(Clients<S>),
}

/// What will happen.
#[derive(Clone, Debug)]
enum Event {
    Deliver(NodeId, NodeId, Message),
    Fire(NodeId, u32, Timer),
    Persist(NodeId, u32, u64, Durable),
}

/// The whole of it.
pub struct World<S> {
    pub options: Options,
    servers: u32,
    nodes: Vec<Option<Node<S>>>,
    disks: Vec<Disk>,
    saves: Vec<u64>,
    incarnations: Vec<u32>,
    armed: BTreeMap<(NodeId, Timer), u64>,
    queue: BTreeMap<(Time, u64), Event>,
    number: u64,
    pub now: Time,
    rng: Rng,
    /// Directions in which nothing arrives.
    pub cuts: BTreeSet<(NodeId, NodeId)>,
    /// Directions in which nothing leaves.
    cut_sends: BTreeSet<(NodeId, NodeId)>,
    /// One message in so many is lost, one is sent twice; 0: none.
    pub one_in: u64,
    /// How long a save takes.
    pub save: Span,
    /// The speed of each node's clock, in percent.
    pub speeds: Vec<u64>,
    /// All that was told.
    pub told: Vec<(Time, NodeId, Notice)>,
}

/// Node number `number`.
pub fn n(number: u32) -> NodeId {
    NodeId::from_number(number).expect("the tests count from 1")
}

impl<S: Service + Default> World<S> {
    /// So many servers, and one client after them.
    pub fn new(servers: u32, options: Options, seed: u64) -> World<S> {
        World::with_clients(servers, 1, options, seed)
    }

    pub fn with_clients(servers: u32, clients: u32, options: Options, seed: u64) -> World<S> {
        let count = (servers + clients) as usize;
        let mut world = World {
            options,
            servers,
            nodes: vec![None; count],
            disks: vec![Disk::default(); count],
            saves: vec![0; count],
            incarnations: vec![0; count],
            armed: BTreeMap::new(),
            queue: BTreeMap::new(),
            number: 0,
            now: Time::ZERO,
            rng: Rng::new(seed),
            cuts: BTreeSet::new(),
            cut_sends: BTreeSet::new(),
            one_in: 0,
            save: Span::from_millis(1),
            speeds: vec![100; count],
            told: Vec::new(),
        };
        for number in 1..=count as u32 {
            world.start(n(number));
        }
        world
    }

    /// The node starts from its disk.
    pub fn start(&mut self, node: NodeId) {
        let servers: Vec<NodeId> = (1..=self.servers).map(n).collect();
        let place = node.index();
        self.nodes[place] = Some(if node.number() <= self.servers {
            let disk = &self.disks[place];
            Node::Server(Box::new(Server::boot(node, &servers, &self.options, S::default(), disk)))
        } else {
            Node::Clients(Clients::boot(&servers, &self.options))
        });
        self.saves[place] = 0;
        self.give(node, Input::Started);
    }

    /// The node is gone, with what its disk has not written yet.
    pub fn crash(&mut self, node: NodeId) {
        self.nodes[node.index()] = None;
        self.incarnations[node.index()] += 1;
        self.armed.retain(|(of, _), _| *of != node);
    }

    pub fn server(&self, node: NodeId) -> &Server<S> {
        match &self.nodes[node.index()] {
            Some(Node::Server(server)) => server,
            other => panic!("{node} is no server that is up: {other:?}"),
        }
    }

    pub fn clients(&self) -> &Clients<S> {
        match self.nodes.last() {
            Some(Some(Node::Clients(clients))) => clients,
            _ => panic!("the last node is a client"),
        }
    }

    /// The servers that are up.
    pub fn servers(&self) -> impl Iterator<Item = &Server<S>> {
        self.nodes.iter().flatten().filter_map(|node| match node {
            Node::Server(server) => Some(&**server),
            Node::Clients(_) => None,
        })
    }

    /// Who leads the highest term.
    pub fn leader(&self) -> Option<NodeId> {
        let leaders = self.servers().filter(|server| server.leads());
        leaders.max_by_key(|server| server.raft().current_term()).map(|server| server.me)
    }

    /// A node is asked for something.
    pub fn ask(&mut self, node: NodeId, request: Request) {
        self.give(node, Input::Requested(request));
    }

    /// A clerk of the first client is asked to call.
    pub fn call(&mut self, clerk: u32, command: &str) {
        self.call_at(clerk, command, None);
    }

    pub fn call_at(&mut self, clerk: u32, command: &str, at: Option<NodeId>) {
        let command = command.into();
        self.ask(n(self.servers + 1), Request::Call { clerk, command, at });
    }

    /// Calls, and runs until there is an answer.
    pub fn does(&mut self, clerk: u32, command: &str) -> String {
        let before = self.told.len();
        self.call(clerk, command);
        let returned = self.run_until(20_000, |world| world.returned_since(before, clerk));
        match returned {
            Returned::Reply(reply) => reply.to_string(),
            other => format!("{other:?}"),
        }
    }

    /// What a clerk's call came to, told after a place in the list.
    pub fn returned_since(&self, place: usize, of: u32) -> Option<Returned> {
        self.told[place..].iter().find_map(|(_, _, notice)| match notice {
            Notice::Returned { clerk, returned, .. } if *clerk == of => Some(returned.clone()),
            _ => None,
        })
    }

    /// All replies that clerks have had, in order.
    pub fn replies(&self) -> Vec<(u32, String)> {
        let reply = |(_, _, notice): &(Time, NodeId, Notice)| match notice {
            Notice::Returned { clerk, returned: Returned::Reply(reply), .. } => {
                Some((*clerk, reply.to_string()))
            }
            _ => None,
        };
        self.told.iter().filter_map(reply).collect()
    }

    /// Runs until something is so, at most so many milliseconds.
    pub fn run_until<T>(&mut self, millis: u64, is: impl Fn(&World<S>) -> Option<T>) -> T {
        let end = self.now + Span::from_millis(millis);
        loop {
            if let Some(found) = is(self) {
                return found;
            }
            assert!(self.step(end), "not so within {millis} ms");
        }
    }

    pub fn elect(&mut self) -> NodeId {
        self.run_until(20_000, |world| {
            let leader = world.leader()?;
            let raft = world.server(leader).raft();
            let own = raft.log().term_at(raft.commit_index()) == Some(raft.current_term());
            own.then_some(leader)
        })
    }

    pub fn run(&mut self, millis: u64) {
        self.run_watched(millis, |_| {});
    }

    /// The same, with a look at the world after each step.
    pub fn run_watched(&mut self, millis: u64, mut look: impl FnMut(&World<S>)) {
        let end = self.now + Span::from_millis(millis);
        while self.step(end) {
            look(self);
        }
        self.now = end;
    }

    /// What is sent from now on in this direction does not arrive; what is under way does.
    pub fn cut_from_now(&mut self, from: NodeId, to: NodeId) {
        self.cut_sends.insert((from, to));
    }

    /// Leaders' answers to followers' questions that are under way take so much longer. How many.
    pub fn hold_up_read_indices(&mut self, millis: u64) -> usize {
        let is_one = |event: &Event| {
            matches!(event, Event::Deliver(_, _, Message::ReadIndexReply { index: Some(_), .. }))
        };
        let (late, rest): (BTreeMap<_, _>, _) =
            std::mem::take(&mut self.queue).into_iter().partition(|(_, event)| is_one(event));
        let count = late.len();
        let later = |((at, number), event)| ((at + Span::from_millis(millis), number), event);
        self.queue = late.into_iter().map(later).chain::<BTreeMap<_, _>>(rest).collect();
        count
    }

    /// Nothing passes between a node and all others.
    pub fn isolate(&mut self, node: NodeId) {
        for other in (1..=self.nodes.len() as u32).map(n).filter(|&other| other != node) {
            self.cuts.extend([(node, other), (other, node)]);
        }
    }

    /// The next thing happens, if there is one before the end.
    fn step(&mut self, end: Time) -> bool {
        let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= end) else {
            return false;
        };
        let ((at, number), event) = entry.remove_entry();
        self.now = at;
        match event {
            Event::Deliver(from, to, message) if !self.cuts.contains(&(from, to)) => {
                self.give(to, Input::Received { from, message });
            }
            Event::Deliver(..) => {}
            Event::Fire(node, incarnation, timer) => {
                let current = self.armed.get(&(node, timer)) == Some(&number);
                if current && incarnation == self.incarnations[node.index()] {
                    self.armed.remove(&(node, timer));
                    self.give(node, Input::Fired(timer));
                }
            }
            Event::Persist(node, incarnation, number, change) => {
                if incarnation == self.incarnations[node.index()] {
                    self.disks[node.index()].write(&change);
                    self.give(node, Input::Durable(number));
                }
            }
        }
        true
    }

    fn give(&mut self, node: NodeId, input: Input<Replicated>) {
        let place = node.index();
        let Some(machine) = &mut self.nodes[place] else { return };
        let mut effects = Vec::new();
        let clock = Time::from_micros(self.now.micros() * self.speeds[place] / 100);
        let saves = &mut self.saves[place];
        let mut cx = Context::new(clock, node, &mut self.rng, saves, &mut effects);
        match machine {
            Node::Server(server) => server.handle(input, &mut cx),
            Node::Clients(clients) => clients.handle(input, &mut cx),
        }
        let mut unsaved = false;
        for effect in effects {
            match effect {
                Effect::Save { number, change } => {
                    unsaved = true;
                    let event = Event::Persist(node, self.incarnations[place], number, change);
                    self.put(self.save, event);
                }
                Effect::Send { to, message, at_once } => {
                    // What waits for the disk is on its way when the disk has it.
                    let waits = if at_once || !unsaved { Span::ZERO } else { self.save };
                    self.send(node, to, message, waits);
                }
                Effect::Arm { timer, after } => {
                    let real = Span::from_micros(after.micros() * 100 / self.speeds[place]);
                    let number = self.put(real, Event::Fire(node, self.incarnations[place], timer));
                    self.armed.insert((node, timer), number);
                }
                Effect::Disarm(timer) => {
                    self.armed.remove(&(node, timer));
                }
                Effect::Notify(notice) => self.told.push((self.now, node, notice)),
                Effect::Work { .. } => unreachable!("a service asks for no work"),
            }
        }
    }

    fn send(&mut self, from: NodeId, to: NodeId, message: Message, waits: Span) {
        let chance = if self.one_in == 0 { u64::MAX } else { self.rng.below(self.one_in) };
        let copies = match chance {
            _ if self.cut_sends.contains(&(from, to)) => 0,
            0 => 0,
            1 => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let flies = Span::from_micros(self.rng.between(1_000, 6_000));
            self.put(waits + flies, Event::Deliver(from, to, message.clone()));
        }
    }

    fn put(&mut self, after: Span, event: Event) -> u64 {
        self.number += 1;
        self.queue.insert((self.now + after, self.number), event);
        self.number
    }
}

//! What the tests are written with: servers that are partitioned, shut down and started, clients that
//! reach some of them, and calls that are waited for.
//!
//! Servers and clients are numbered from 0, as in the course; server 0 is n1, client 0 is c1.

use std::cell::RefCell;
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::machine::Disk as _;
use netsplit_core::raft::role::RoleName;
use netsplit_core::replicated::message::Returned;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use crate::choice::Choice;
use crate::director::{Asserted, Cluster, Failure, Joined};
use crate::world::World;

use super::Recorded;
use super::told::{ClerkName, Ended, Told};

pub(super) use crate::director::ensure;

/// A server, by its number from 0.
pub type Server = u32;

/// A node with clerks, by its number from 0.
pub type Client = u32;

/// A cluster under test. Copies are the same cluster.
#[derive(Debug)]
pub struct Harness<L: Recorded> {
    cluster: Cluster<L>,
    told: Rc<RefCell<Told>>,
    /// How many clerks each client has had.
    clerks: Rc<RefCell<Vec<u32>>>,
}

impl<L: Recorded> Clone for Harness<L> {
    fn clone(&self) -> Harness<L> {
        let (told, clerks) = (Rc::clone(&self.told), Rc::clone(&self.clerks));
        Harness { cluster: self.cluster.clone(), told, clerks }
    }
}

/// What became of a command that was given to one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It was done; this is the reply.
    Done(String),
    /// The server does not do it: it does not lead, or does not run any more. Another may.
    NotHere,
}

impl<L: Recorded> Harness<L> {
    /// All servers run; all reach each other, and clients reach all of them.
    pub fn new(cluster: Cluster<L>, told: Rc<RefCell<Told>>) -> Harness<L> {
        let clients = cluster.look(|world| world.cast().clients);
        Harness { cluster, told, clerks: Rc::new(RefCell::new(vec![0; clients as usize])) }
    }

    /// Says what comes now: a note of the run.
    pub fn note(&self, sentence: impl Into<String>) {
        self.cluster.note(sentence);
    }

    /// A server as people name it: `n1` for server 0.
    pub fn name(&self, server: Server) -> NodeId {
        self.cluster.look(|world| world.cast().at(server))
    }

    /// A client as people name it: `c1` for client 0.
    pub fn client(&self, client: Client) -> NodeId {
        self.cluster.look(|world| world.cast().at(world.cast().servers + client))
    }

    // ── Servers and links ──────────────────────────────────────────────────

    /// How many servers there are.
    pub fn count(&self) -> u32 {
        self.cluster.look(|world| world.cast().servers)
    }

    /// All servers.
    pub fn servers(&self) -> std::ops::Range<Server> {
        0..self.count()
    }

    /// How many clients there are.
    pub fn client_count(&self) -> u32 {
        self.cluster.look(|world| world.cast().clients)
    }

    /// True while the server runs.
    pub fn is_up(&self, server: Server) -> bool {
        self.cluster.is_up(self.name(server))
    }

    /// Cuts all links between servers of different sides, and mends those within a side. Clients
    /// notice nothing of it.
    pub fn partition(&self, side: impl Fn(Server) -> bool) {
        for one in self.servers() {
            for other in (0..one).rev() {
                self.set_link(self.name(one), self.name(other), side(one) == side(other));
            }
        }
    }

    /// Mends all links between servers.
    pub fn connect_all(&self) {
        self.partition(|_| true);
    }

    /// Lets a client reach these servers alone.
    pub fn reach(&self, client: Client, servers: impl Fn(Server) -> bool) {
        for server in self.servers() {
            self.set_link(self.client(client), self.name(server), servers(server));
        }
    }

    fn set_link(&self, one: NodeId, other: NodeId, open: bool) {
        for (from, to) in [(one, other), (other, one)] {
            match (self.cluster.look(|world| world.network().is_cut(from, to)), open) {
                (true, true) => self.cluster.mend(from, to),
                (false, false) => self.cluster.cut(from, to),
                _ => {}
            }
        }
    }

    /// Shuts a server down; what is on its disk stays.
    pub fn shut_down(&self, server: Server) {
        self.cluster.crash(self.name(server));
    }

    /// Shuts all servers down.
    pub fn shut_all_down(&self) {
        self.servers().for_each(|server| self.shut_down(server));
    }

    /// Starts a server from its disk.
    pub fn start(&self, server: Server) {
        self.cluster.restart(self.name(server));
    }

    /// Starts all servers and connects them.
    pub fn start_all(&self) {
        self.servers().for_each(|server| self.start(server));
        self.connect_all();
    }

    /// Asks a server, not a clerk, for something.
    pub fn ask_server(&self, server: Server, words: &str) {
        // A server that is down has nothing to do.
        let _ = self.cluster.act(Choice::Request(self.name(server), words.into()));
    }

    /// A server that leads, as far as it knows.
    pub fn leader(&self) -> Option<Server> {
        let leads = |world: &World<L>, server| {
            let machine = world.node(world.cast().at(server)).machine();
            let peer = machine.and_then(L::peer);
            peer.is_some_and(|peer| peer.role().name() == RoleName::Leader)
        };
        self.cluster.look(|world| self.servers().find(|&server| leads(world, server)))
    }

    // ── Time and chance ────────────────────────────────────────────────────

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.cluster.now()
    }

    /// Lets so many milliseconds pass.
    pub async fn sleep(&self, millis: u64) {
        self.cluster.sleep(Span::from_millis(millis)).await;
    }

    /// Draws from the director's own generator.
    pub fn draw(&self, low: u64, high: u64) -> u64 {
        self.cluster.random(|rng| rng.between(low, high))
    }

    /// True in so many of a hundred draws.
    pub fn chance(&self, percent: u64) -> bool {
        self.cluster.random(|rng| rng.chance(percent, 100))
    }

    /// A random number as a word.
    pub fn random_word(&self) -> String {
        format!("{:x}", self.cluster.random(Rng::next_u64))
    }

    /// Starts a task beside the test; its failure ends the run. What is returned waits for it.
    pub fn spawn<T: 'static>(
        &self,
        task: impl Future<Output = Asserted<T>> + 'static,
    ) -> Joined<L, T> {
        self.cluster.spawn(task)
    }

    // ── Sizes ──────────────────────────────────────────────────────────────

    /// The largest Raft state on a disk, in bytes; snapshots do not count.
    pub fn log_size(&self) -> u64 {
        self.largest(|world, server| world.node(server).disk().bytes())
    }

    /// The largest snapshot on a disk, in bytes.
    pub fn snapshot_size(&self) -> u64 {
        self.largest(|world, server| world.node(server).disk().snapshot.data.len() as u64)
    }

    fn largest(&self, size: impl Fn(&World<L>, NodeId) -> u64) -> u64 {
        let sizes = |world: &World<L>| world.servers().map(|server| size(world, server)).max();
        self.cluster.look(sizes).unwrap_or(0)
    }

    /// Logs are at most so many times as long as their bound; where there is none, nobody takes a
    /// snapshot.
    ///
    /// # Errors
    /// When one is longer, or somebody took one.
    pub fn check_sizes(&self, times: u64) -> Asserted<()> {
        match self.cluster.look(|world| L::of_service(&world.options().lab).log_bytes_max) {
            Some(most) => {
                let (size, most) = (self.log_size(), times * most);
                ensure(size <= most, || format!("logs were not trimmed ({size} > {most})"))
            }
            None => {
                let size = self.snapshot_size();
                ensure(size == 0, || format!("snapshot too large ({size}), should not be used"))
            }
        }
    }

    // ── Calling ────────────────────────────────────────────────────────────

    /// A clerk that nobody has used.
    pub(in crate::course) fn new_clerk(&self, client: Client) -> ClerkName {
        let mut clerks = self.clerks.borrow_mut();
        let number = &mut clerks[client as usize];
        *number += 1;
        (self.client(client), *number - 1)
    }

    /// Lets a clerk call something and waits until it returns, which it may never do.
    pub(in crate::course) async fn call(
        &self,
        clerk: ClerkName,
        words: &str,
    ) -> Asserted<Returned> {
        match self.end_of(clerk, words).await? {
            Ended::Returned(returned) => Ok(returned),
            Ended::SentAway | Ended::Crashed => unreachable!("the call is for any server"),
        }
    }

    async fn end_of(&self, clerk: ClerkName, words: &str) -> Asserted<Ended> {
        let (node, number) = clerk;
        let request = format!("clerk {} {words}", number + 1);
        let asked = self.cluster.act(Choice::Request(node, request.as_str().into()));
        ensure(asked.is_ok(), || format!("{node} cannot be asked to {}", beginning(words)))?;
        let told = Rc::clone(&self.told);
        self.cluster.run_on_until(move |_| told.borrow().is_over(clerk)).await;
        let ended = self.told.borrow_mut().take(clerk);
        ended.ok_or_else(|| Failure(format!("{node} was never answered: {}", beginning(words))))
    }

    /// Gives a command to one server alone, through the client of the same number. The course calls
    /// its server as a function; here it is a clerk that reaches no other.
    pub async fn submit(&self, server: Server, words: &str) -> Asserted<Submitted> {
        let clerk = self.new_clerk(server);
        self.told.borrow_mut().is_submitted(clerk, self.name(server));
        let words = format!("{words} at {}", self.name(server));
        Ok(match self.end_of(clerk, &words).await? {
            Ended::Returned(Returned::Reply(reply)) => Submitted::Done(reply.text().into_owned()),
            Ended::Returned(_) | Ended::SentAway | Ended::Crashed => Submitted::NotHere,
        })
    }

    /// All that clients asked and were told has an order.
    ///
    /// # Errors
    /// When it has none, and when that cannot be decided.
    pub fn check_history(&self) -> Asserted<()> {
        self.cluster.look_at_run(|scene| L::check_history(scene.checks()))
    }

    /// Looks at the world.
    pub(in crate::course) fn look<T>(&self, at: impl FnOnce(&World<L>) -> T) -> T {
        self.cluster.look(at)
    }
}

/// Words as a failure shows them.
pub(in crate::course) fn beginning(words: &str) -> String {
    let text: String = words.chars().take(30).collect();
    if text.len() < words.len() { text + "…" } else { text }
}

//! What the tests are written with: servers that are connected, disconnected,
//! crashed and started, and the harness's own assertions.
//!
//! Servers are numbered from 0, as in the course; server 0 is n1.

use std::cell::RefCell;
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::machine::Disk as _;
use netsplit_core::raft::message::{Index, Notice, Term};
use netsplit_core::raft::role::RoleName;
use netsplit_core::rng::Rng;
use netsplit_core::time::Span;

use crate::choice::{Choice, Dial};
use crate::director::{Asserted, Cluster, Failure, Joined};
use crate::labs::raft::RaftLab;
use crate::world::World;

use super::tester::{Tester, shown};

pub(super) use crate::director::ensure;

/// A server, by its number from 0.
pub type Server = u32;

/// The tester's own unit, not the servers': "one election time-out".
pub const ELECTION_TIMEOUT: Span = Span::from_millis(1_000);

/// How long [`Harness::one`] tries.
const ONE_TRIES: Span = Span::from_millis(10_000);
/// How long it waits for one proposal to be committed.
const ONE_WAITS: Span = Span::from_millis(2_000);

/// A cluster under test. Copies are the same cluster.
#[derive(Clone, Debug)]
pub struct Harness {
    cluster: Cluster<RaftLab>,
    tester: Rc<RefCell<Tester>>,
    connected: Rc<RefCell<Vec<bool>>>,
    servers: u32,
}

/// An accepted proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Started {
    /// Where it stands in the leader's log.
    pub index: Index,
    /// The leader's term.
    pub term: Term,
}

/// What became of an entry that was waited for.
#[derive(Clone, Debug, PartialEq)]
pub enum Waited {
    /// So many servers applied it; this is it.
    Committed(Bytes),
    /// Some server is in a later term: the entry may be gone.
    MovedOn,
}

fn node(server: Server) -> NodeId {
    NodeId::from_index(server)
}

impl Harness {
    /// All servers run and are connected.
    pub fn new(cluster: Cluster<RaftLab>, tester: Rc<RefCell<Tester>>, servers: u32) -> Harness {
        let connected = Rc::new(RefCell::new(vec![true; servers as usize]));
        Harness { cluster, tester, connected, servers }
    }

    /// Says what comes now: a note of the run.
    pub fn note(&self, sentence: impl Into<String>) {
        self.cluster.note(sentence);
    }

    /// Servers as people name them, each once: `n1 and n3`.
    pub fn names(&self, servers: &[Server]) -> String {
        let mut named: Vec<NodeId> = servers.iter().map(|&server| node(server)).collect();
        named.sort_unstable();
        named.dedup();
        crate::words::nodes(&named)
    }

    /// A server as people name it: `n1` for server 0.
    pub fn name(&self, server: Server) -> NodeId {
        node(server)
    }

    // ── Servers and links ──────────────────────────────────────────────────

    /// How many servers there are.
    pub fn count(&self) -> u32 {
        self.servers
    }

    /// All servers.
    pub fn servers(&self) -> std::ops::Range<Server> {
        0..self.servers
    }

    /// The server so many places behind another, round the circle.
    pub fn after(&self, server: Server, places: u32) -> Server {
        (server + places) % self.servers
    }

    /// True while the server is not crashed.
    pub fn is_up(&self, server: Server) -> bool {
        self.cluster.is_up(node(server))
    }

    /// True while the server is connected.
    pub fn is_connected(&self, server: Server) -> bool {
        self.connected.borrow()[server as usize]
    }

    /// Connects a server with all that are connected, both ways.
    pub fn connect(&self, server: Server) {
        self.connected.borrow_mut()[server as usize] = true;
        self.set_links(server, |other| self.is_connected(other), false);
    }

    /// Disconnects a server from all others, both ways. It goes on running.
    pub fn disconnect(&self, server: Server) {
        self.connected.borrow_mut()[server as usize] = false;
        self.set_links(server, |_| true, true);
    }

    fn set_links(&self, server: Server, with: impl Fn(Server) -> bool, cut: bool) {
        for other in self.servers().filter(|&other| other != server && with(other)) {
            for (from, to) in [(node(server), node(other)), (node(other), node(server))] {
                if self.cluster.look(|world| world.network().is_cut(from, to)) == cut {
                    continue;
                }
                if cut { self.cluster.cut(from, to) } else { self.cluster.mend(from, to) }
            }
        }
    }

    /// Crashes a server: it is disconnected first, and its disk stays.
    pub fn crash(&self, server: Server) {
        self.disconnect(server);
        if self.is_up(server) {
            self.cluster.crash(node(server));
        }
    }

    /// Starts a server anew from its disk, after a crash if it still ran. It is
    /// not connected.
    pub fn start(&self, server: Server) {
        self.crash(server);
        self.cluster.restart(node(server));
    }

    /// Starts a server anew and connects it.
    pub fn start_connected(&self, server: Server) {
        self.start(server);
        self.connect(server);
    }

    /// Makes the network reliable or not.
    pub fn set_unreliable(&self, on: bool) {
        self.tune(Dial::Unreliable(on));
    }

    /// Lets two replies in three come much later, or not.
    pub fn set_long_reordering(&self, on: bool) {
        self.tune(Dial::LongReordering(on));
    }

    fn tune(&self, dial: Dial) {
        // The course's network has both dials.
        let _ = self.cluster.act(Choice::Tune(dial));
    }

    // ── Time and chance ────────────────────────────────────────────────────

    /// Lets so many milliseconds pass.
    pub async fn sleep(&self, millis: u64) {
        self.cluster.sleep(Span::from_millis(millis)).await;
    }

    /// Lets the tester's election time-out pass so many times.
    pub async fn sleep_timeouts(&self, times: u64) {
        self.cluster.sleep(Span::from_micros(ELECTION_TIMEOUT.micros() * times)).await;
    }

    /// Draws from the director's own generator.
    pub fn draw(&self, low: u64, high: u64) -> u64 {
        self.cluster.random(|rng| rng.between(low, high))
    }

    /// True in so many of a thousand draws.
    pub fn chance(&self, of_a_thousand: u64) -> bool {
        self.cluster.random(|rng| rng.chance(of_a_thousand, 1_000))
    }

    /// Any server, all as likely.
    pub fn any_server(&self) -> Server {
        self.cluster.random(|rng| rng.below(self.servers.into())) as u32
    }

    /// A random number as a command.
    pub fn random_command(&self) -> String {
        self.cluster.random(Rng::next_u64).to_string()
    }

    /// Random letters.
    pub fn random_text(&self, length: u32) -> String {
        let letter = |_| char::from(b'a' + self.cluster.random(|rng| rng.below(26)) as u8);
        (0..length).map(letter).collect()
    }

    // ── Asking ─────────────────────────────────────────────────────────────

    /// Asks a server to replicate a command. `None` when it is down, or does not
    /// lead as far as it knows.
    pub fn propose(&self, server: Server, command: &str) -> Option<Started> {
        let told = self.cluster.request(node(server), &format!("propose {command}"))?;
        told.iter().find_map(|notice| match notice {
            Notice::Proposed { index, term } => Some(Started { index: *index, term: *term }),
            _ => None,
        })
    }

    /// A server's term, and whether it thinks that it leads; `None` when it is
    /// down.
    pub fn state(&self, server: Server) -> Option<(Term, bool)> {
        self.cluster.look(|world| {
            let peer = world.node(node(server)).machine()?;
            Some((peer.current_term(), peer.role().name() == RoleName::Leader))
        })
    }

    fn connected_states(&self) -> impl Iterator<Item = (Server, Term, bool)> {
        let connected = self.servers().filter(|&server| self.is_connected(server));
        connected.filter_map(|server| {
            let (term, leads) = self.state(server)?;
            Some((server, term, leads))
        })
    }

    /// RPCs so far. The course counts those that a server handled; here those to
    /// a server out of reach count as well.
    pub fn rpcs(&self) -> u64 {
        self.cluster.look(|world| world.traffic().asked)
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.cluster.look(|world| world.traffic().bytes)
    }

    /// The largest Raft state on a disk, in bytes; snapshots do not count.
    pub fn log_size(&self) -> u64 {
        let size = |world: &World<RaftLab>| {
            self.servers().map(|server| world.node(node(server)).disk().bytes()).max()
        };
        self.cluster.look(size).unwrap_or(0)
    }

    // ── Asserting ──────────────────────────────────────────────────────────

    /// Exactly one connected server leads the highest term that has a leader,
    /// within about five seconds.
    ///
    /// # Errors
    /// When a term has two leaders, or there is none.
    pub async fn check_one_leader(&self) -> Asserted<Server> {
        for _ in 0..10 {
            self.sleep(self.draw(450, 549)).await;
            let leaders = || self.connected_states().filter(|(_, _, leads)| *leads);
            for (_, term, _) in leaders() {
                let count = leaders().filter(|(_, other, _)| *other == term).count();
                ensure(count == 1, || format!("term {term} has {count} (>1) leaders"))?;
            }
            if let Some((server, _, _)) = leaders().max_by_key(|(_, term, _)| *term) {
                return Ok(server);
            }
        }
        Err(Failure::new("expected one leader, got none"))
    }

    /// No connected server thinks that it leads.
    ///
    /// # Errors
    /// When one does.
    pub fn check_no_leader(&self) -> Asserted<()> {
        match self.connected_states().find(|(_, _, leads)| *leads) {
            None => Ok(()),
            Some((server, _, _)) => Err(Failure(format!(
                "expected no leader among connected servers, but {server} claims to be leader"
            ))),
        }
    }

    /// The term that all connected servers are in.
    ///
    /// # Errors
    /// When they are in different ones.
    pub fn check_terms(&self) -> Asserted<Term> {
        let mut terms = self.connected_states().map(|(_, term, _)| term);
        let first = terms.next().unwrap_or(0);
        ensure(terms.all(|term| term == first), || "servers disagree on term".to_owned())?;
        Ok(first)
    }

    /// How many servers applied an index, and what.
    ///
    /// # Errors
    /// When they applied different commands.
    pub fn committed(&self, index: Index) -> Asserted<(u32, Option<Bytes>)> {
        self.tester.borrow().committed(index)
    }

    /// Nobody has applied an index.
    ///
    /// # Errors
    /// When `otherwise`.
    pub fn check_not_committed(&self, index: Index, otherwise: &str) -> Asserted<()> {
        let (count, _) = self.committed(index)?;
        ensure(count == 0, || otherwise.replace("{}", &count.to_string()))
    }

    /// Waits about half a minute until `count` servers applied an index. With
    /// `term`, gives up when a server is in a later one.
    ///
    /// # Errors
    /// When fewer did in the end, or they applied different commands.
    pub async fn wait(&self, index: Index, count: u32, term: Option<Term>) -> Asserted<Waited> {
        let mut pause = 10;
        for _ in 0..30 {
            if self.committed(index)?.0 >= count {
                break;
            }
            self.sleep(pause).await;
            if pause < 1_000 {
                pause *= 2;
            }
            let later = |server| self.state(server).is_some_and(|(now, _)| term < Some(now));
            if term.is_some() && self.servers().any(later) {
                return Ok(Waited::MovedOn);
            }
        }
        let (applied, command) = self.committed(index)?;
        let too_few = || format!("only {applied} decided for index {index}; wanted {count}");
        ensure(applied >= count, too_few)?;
        Ok(Waited::Committed(command.unwrap_or_default()))
    }

    /// A complete agreement: finds the leader, proposes a command, and waits
    /// until `count` servers applied it. Returns its index. With `retry`, a
    /// command that is not committed is proposed again, for ten seconds in all.
    ///
    /// # Errors
    /// When there is no agreement.
    pub async fn one(&self, command: &str, count: u32, retry: bool) -> Asserted<Index> {
        let failed =
            || Failure(format!("one({}) failed to reach agreement", shown(command.as_bytes())));
        let begun = self.cluster.now();
        let mut next = 0;
        while self.cluster.now().since(begun) < ONE_TRIES {
            // Ask all in turn: one of them may lead.
            let mut index = None;
            for _ in 0..self.servers {
                next = self.after(next, 1);
                if self.is_connected(next)
                    && let Some(started) = self.propose(next, command)
                {
                    index = Some(started.index);
                    break;
                }
            }
            let Some(index) = index else {
                self.sleep(50).await;
                continue;
            };
            let proposed = self.cluster.now();
            while self.cluster.now().since(proposed) < ONE_WAITS {
                let (applied, value) = self.committed(index)?;
                if applied >= count.max(1) && value.as_deref() == Some(command.as_bytes()) {
                    return Ok(index);
                }
                self.sleep(20).await;
            }
            if !retry {
                return Err(failed());
            }
        }
        Err(failed())
    }

    /// The same with a random number.
    ///
    /// # Errors
    /// When there is no agreement.
    pub async fn one_more(&self, count: u32) -> Asserted<Index> {
        self.one(&self.random_command(), count, true).await
    }

    /// Starts a task beside the test; its failure ends the run. What is returned
    /// waits for it.
    pub fn spawn<T: 'static>(
        &self,
        task: impl Future<Output = Asserted<T>> + 'static,
    ) -> Joined<RaftLab, T> {
        self.cluster.spawn(task)
    }
}

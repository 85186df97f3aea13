//! What the tests are written with: groups that join, leave, are shut down and started, clerks, and
//! what is kept on disks.
//!
//! Groups, servers of a group and clients are numbered from 0, as in the course: group 0 is g1, its
//! server 0 is g1.n1, client 0 is c1.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::machine::Disk as _;
use netsplit_core::raft::role::RoleName;
use netsplit_core::replicated::message::Returned;
use netsplit_core::shardctrl::{Config, Gid};
use netsplit_core::time::Span;

use crate::choice::{Choice, Dial};
use crate::course::kv::clerk::{Calls, Clerk};
use crate::course::kv::harness::beginning;
use crate::course::kv::told::ClerkName;
use crate::director::{Asserted, Cluster, Failure, Joined, ensure};
use crate::labs::shardkv::ShardLab;
use crate::world::World;

use super::told::{Called, Told};

/// A group, by its number from 0.
pub type Group = u32;

/// A node with clerks, by its number from 0.
pub type Client = u32;

/// A clerk of the store.
pub type ShardClerk = Clerk<Harness>;

/// Keys with what they hold.
pub type Pairs = Vec<(String, String)>;

/// When nobody has been answered for so long, nobody else will be.
const SILENCE: u64 = 2_000;

/// A cluster under test. Copies are the same cluster.
#[derive(Clone, Debug)]
pub struct Harness {
    pub(super) cluster: Cluster<ShardLab>,
    told: Rc<RefCell<Told>>,
    /// How many clerks each client has had.
    clerks: Rc<RefCell<Vec<u32>>>,
}

/// The number of a group in configurations.
pub(super) const fn gid(group: Group) -> Gid {
    group + 1
}

impl Harness {
    /// All servers run; all reach each other, and clients reach all of them. No group has joined.
    pub fn new(cluster: Cluster<ShardLab>, told: Rc<RefCell<Told>>) -> Harness {
        let clients = cluster.look(|world| world.cast().clients);
        Harness { cluster, told, clerks: Rc::new(RefCell::new(vec![0; clients as usize])) }
    }

    /// Says what comes now: a note of the run.
    pub fn note(&self, sentence: impl Into<String>) {
        self.cluster.note(sentence);
    }

    /// A client as people name it: `c1` for client 0.
    pub fn client(&self, client: Client) -> NodeId {
        self.cluster.look(|world| world.cast().at(world.cast().servers + client))
    }

    /// How many clients there are.
    pub fn client_count(&self) -> u32 {
        self.cluster.look(|world| world.cast().clients)
    }

    /// All clients.
    pub fn clients(&self) -> Vec<NodeId> {
        self.look(|world| world.cast().clients().collect())
    }

    // ── Servers and links ──────────────────────────────────────────────────

    /// All groups.
    pub fn groups(&self) -> std::ops::Range<Group> {
        0..self.cluster.look(|world| world.cast().groups.count)
    }

    /// The servers of a group.
    pub fn servers(&self, group: Group) -> Vec<NodeId> {
        self.cluster.look(|world| world.cast().members(gid(group)).collect())
    }

    /// The servers of the controller.
    pub fn controllers(&self) -> Vec<NodeId> {
        self.cluster.look(|world| world.cast().members(0).collect())
    }

    /// Shuts a server of a group down; what is on its disk stays.
    pub fn shut_down(&self, group: Group, server: u32) {
        self.cluster.crash(self.servers(group)[server as usize]);
    }

    /// Starts a server of a group from its disk.
    pub fn start(&self, group: Group, server: u32) {
        self.cluster.restart(self.servers(group)[server as usize]);
    }

    /// Shuts all servers of a group down.
    pub fn shut_group_down(&self, group: Group) {
        self.servers(group).into_iter().for_each(|server| self.cluster.crash(server));
    }

    /// Starts all servers of a group.
    pub fn start_group(&self, group: Group) {
        self.servers(group).into_iter().for_each(|server| self.cluster.restart(server));
    }

    /// Starts and connects everything that is not.
    pub fn start_all(&self) {
        self.groups().for_each(|group| self.start_group(group));
        let all: Vec<NodeId> = self.look(|world| world.cast().ids().collect());
        for &from in &all {
            self.set_links(from, &all, true);
        }
    }

    /// Cuts all links of a node with these others, both ways.
    pub fn cut_off(&self, node: NodeId, others: &[NodeId]) {
        self.set_links(node, others, false);
    }

    /// Mends all links of a node with these others, both ways.
    pub fn connect(&self, node: NodeId, others: &[NodeId]) {
        self.set_links(node, others, true);
    }

    fn set_links(&self, node: NodeId, others: &[NodeId], open: bool) {
        for &other in others.iter().filter(|other| **other != node) {
            for (from, to) in [(node, other), (other, node)] {
                match (self.look(|world| world.network().is_cut(from, to)), open) {
                    (true, true) => self.cluster.mend(from, to),
                    (false, false) => self.cluster.cut(from, to),
                    _ => {}
                }
            }
        }
    }

    /// Makes the network reliable.
    pub fn set_reliable(&self) {
        // The course's network has the dial.
        let _ = self.cluster.act(Choice::Tune(Dial::Unreliable(false)));
    }

    /// The server of a group that leads, as far as it knows.
    pub fn leader(&self, group: Group) -> Option<NodeId> {
        let leads = |world: &World<ShardLab>, server: NodeId| {
            let peer = world.node(server).machine().and_then(|it| it.peer());
            peer.is_some_and(|peer| peer.role().name() == RoleName::Leader)
        };
        let servers = self.servers(group);
        self.look(|world| servers.into_iter().find(|&server| leads(world, server)))
    }

    // ── Time and chance ────────────────────────────────────────────────────

    /// The virtual time in milliseconds.
    pub fn now_millis(&self) -> u64 {
        self.cluster.now().micros() / 1_000
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

    /// Random letters.
    pub fn random_text(&self, length: u32) -> String {
        let letter = |_| char::from(b'a' + self.cluster.random(|rng| rng.below(26)) as u8);
        (0..length).map(letter).collect()
    }

    /// Starts a task beside the test; its failure ends the run. What is returned waits for it.
    pub fn spawn<T: 'static>(
        &self,
        task: impl Future<Output = Asserted<T>> + 'static,
    ) -> Joined<ShardLab, T> {
        self.cluster.spawn(task)
    }

    /// Lets something be done within a time.
    ///
    /// # Errors
    /// When it takes longer, or fails.
    pub async fn within<T: 'static>(
        &self,
        millis: u64,
        what: &str,
        task: impl Future<Output = Asserted<T>> + 'static,
    ) -> Asserted<T> {
        let joined = self.spawn(task);
        let done = self.cluster.run_until(|_| joined.is_done(), Span::from_millis(millis)).await;
        ensure(done, || format!("{what} took longer than {millis} ms"))?;
        Ok(joined.await)
    }

    /// How many of these tasks get done until nothing more is heard for two seconds.
    pub async fn completions<T>(&self, tasks: &[Joined<ShardLab, T>]) -> usize {
        let count = || tasks.iter().filter(|task| task.is_done()).count();
        loop {
            let done = count();
            let more = self.cluster.run_until(|_| count() > done, Span::from_millis(SILENCE));
            if !more.await {
                return done;
            }
        }
    }

    // ── Sizes ──────────────────────────────────────────────────────────────

    /// Logs of groups are at most eight times as long as their bound; where there is none, nobody
    /// takes a snapshot.
    ///
    /// # Errors
    /// When one is longer, or somebody took one.
    pub fn check_sizes(&self) -> Asserted<()> {
        let sizes: Vec<(u64, u64)> = self.groups().flat_map(|group| self.sizes(group)).collect();
        let log = sizes.iter().map(|(log, _)| *log).max().unwrap_or(0);
        let snapshot = sizes.iter().map(|(_, snapshot)| *snapshot).max().unwrap_or(0);
        match self.look(|world| world.options().lab.replicated.log_bytes_max) {
            Some(most) => {
                ensure(log <= 8 * most, || format!("logs were not trimmed ({log} > {})", 8 * most))
            }
            None => ensure(snapshot == 0, || {
                format!("snapshot too large ({snapshot}), should not be used")
            }),
        }
    }

    /// Bytes of the log and of the snapshot on the disk of each server of a group.
    pub fn sizes(&self, group: Group) -> Vec<(u64, u64)> {
        let size = |world: &World<ShardLab>, server| {
            let disk = world.node(server).disk();
            (disk.bytes(), disk.snapshot.data.len() as u64)
        };
        let servers = self.servers(group);
        self.look(|world| servers.into_iter().map(|server| size(world, server)).collect())
    }

    // ── Calling ────────────────────────────────────────────────────────────

    /// A new clerk of a client.
    pub fn clerk(&self, client: Client) -> ShardClerk {
        let mut clerks = self.clerks.borrow_mut();
        let number = &mut clerks[client as usize];
        *number += 1;
        Clerk::new(self.clone(), (self.client(client), *number - 1))
    }

    /// Puts so many keys that are called as numbers, each with a random value of so many letters.
    ///
    /// # Errors
    /// When a clerk's call has no answer.
    pub async fn put_numbers(
        &self,
        clerk: &ShardClerk,
        count: u32,
        length: u32,
    ) -> Asserted<Pairs> {
        let pairs: Pairs =
            (0..count).map(|key| (key.to_string(), self.random_text(length))).collect();
        for (key, value) in &pairs {
            clerk.put(key, value).await?;
        }
        Ok(pairs)
    }

    /// Reads keys one after the other; each must hold what it should.
    ///
    /// # Errors
    /// When one does not.
    pub async fn check_all(&self, clerk: &ShardClerk, pairs: &Pairs) -> Asserted<()> {
        for (key, value) in pairs {
            clerk.check(key, value).await?;
        }
        Ok(())
    }

    /// Reads keys one after the other, and appends so many letters to each.
    ///
    /// # Errors
    /// When one does not hold what it should.
    pub async fn check_and_append(
        &self,
        clerk: &ShardClerk,
        pairs: &mut Pairs,
        length: u32,
    ) -> Asserted<()> {
        for (key, value) in pairs {
            clerk.check(key, value).await?;
            let more = self.random_text(length);
            clerk.append(key, &more).await?;
            value.push_str(&more);
        }
        Ok(())
    }

    /// Lets a clerk of its own read each key, all at the same time, by clients from this one on.
    pub fn read_beside(&self, from: Client, pairs: &Pairs) -> Vec<Joined<ShardLab, ()>> {
        let clients = (from..self.client_count()).cycle();
        let reads = pairs.iter().zip(clients).map(|((key, value), client)| {
            let (clerk, key, value) = (self.clerk(client), key.clone(), value.clone());
            self.spawn(async move { clerk.check(&key, &value).await })
        });
        reads.collect()
    }

    /// With a group shut down its keys are not answered, and all others are.
    ///
    /// # Errors
    /// When there are more or fewer answers, or wrong ones.
    pub async fn check_sharding(
        &self,
        down: Group,
        config: &Config,
        pairs: &Pairs,
    ) -> Asserted<()> {
        self.note(format!("Without g{} its keys are not answered, and all others are.", gid(down)));
        self.shut_group_down(down);
        let reads = self.read_beside(1, pairs);
        let done = self.completions(&reads).await;
        let expected = pairs.iter().filter(|(key, _)| !self.serves(config, down, key)).count();
        ensure(done == expected, || {
            let down = gid(down);
            format!("expected {expected} completions with one shard dead (g{down}); got {done}")
        })?;
        self.start_group(down);
        for read in reads {
            read.await;
        }
        Ok(())
    }

    /// All that clients asked and were told has an order.
    ///
    /// # Errors
    /// When it has none, and when that cannot be decided.
    pub fn check_history(&self) -> Asserted<()> {
        self.cluster.look_at_run(|scene| {
            crate::course::kv::has_order(scene.checks().decide(crate::course::kv::BUDGET))
        })
    }

    pub(super) async fn ask(&self, node: NodeId, call: Called, words: &str) -> Asserted<Returned> {
        let asked = self.cluster.act(Choice::Request(node, words.into()));
        let short = || beginning(words);
        ensure(asked.is_ok(), || format!("{node} cannot be asked to {}", short()))?;
        let told = Rc::clone(&self.told);
        self.cluster.run_on_until(move |_| told.borrow().is_over(call)).await;
        let ended = self.told.borrow_mut().take(call);
        ended.ok_or_else(|| Failure(format!("{node} was never answered: {}", short())))
    }

    /// Looks at the world.
    pub(super) fn look<T>(&self, at: impl FnOnce(&World<ShardLab>) -> T) -> T {
        self.cluster.look(at)
    }
}

impl Calls for Harness {
    async fn call(&self, (node, number): ClerkName, words: &str) -> Asserted<Returned> {
        let request = format!("clerk {} {words}", number + 1);
        self.ask(node, Called::Store(node, number), &request).await
    }
}

/// What a task beside others looks at to know when to stop.
pub(super) type Stop = Rc<Cell<bool>>;

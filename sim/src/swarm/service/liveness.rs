//! What clients may expect once a majority is healed: answers, soon, and the same state everywhere.

use netsplit_core::history::{History, OpId};
use netsplit_core::id::NodeId;
use netsplit_core::time::Time;

use crate::check::linearizability::Verdict;
use crate::check::service::property::LINEARIZABLE;
use crate::property::Checks as _;
use crate::run::OpShown;
use crate::swarm::driver::Driver;
use crate::swarm::liveness::{STAYS, property};
use crate::swarm::service::ServiceSwarm;

/// What must come in the end, beside what Raft must.
pub mod own {
    /// What a client asks is answered.
    pub const ANSWERS: &str = "live-answer";
    /// While nothing fails, it asks at once and once.
    pub const PROMPT: &str = "live-prompt";
    /// Whether the history is linearizable is decided.
    pub const DECIDED: &str = "decided";
}

impl<L: ServiceSwarm> Driver<L> {
    pub(in crate::swarm) fn demand_of_service(
        &mut self,
        core: &[NodeId],
    ) -> Result<(), &'static str> {
        let patience = self.patience();
        self.elects(core)?;
        // What was asked before is answered first, and then what is asked now.
        for _ in 0..2 {
            for client in self.scene.world.cast().clients() {
                if !self.scene.world.node(client).is_up() {
                    self.act(crate::choice::Choice::Restart(client));
                }
                self.request(client, L::LAST);
            }
            let last = self.scene.checks().history().len();
            // Each of a queue takes its turn.
            let longest = patience + patience;
            self.wait(longest, own::ANSWERS, |driver| {
                are_over(driver.scene.checks().history(), last)
            })?;
        }
        self.catches_up(core)?;
        let (began, longest) = (self.scene.world.now(), self.times().election_max);
        self.hand_over_within(core);
        for _ in 0..STAYS {
            if !self.run_to(self.scene.world.now() + longest) {
                return Ok(());
            }
        }
        // Elsewhere a clerk may still ask a server that is down.
        let all = core.len() == self.servers().len();
        self.was_prompt(began, all)?;
        self.catches_up(core)?;
        let checks = self.scene.checks();
        is_decided(checks.undecided().is_empty(), || checks.decide(5 * L::BUDGET))
    }

    /// All of the core apply what is committed, however far one of them was behind.
    fn catches_up(&mut self, core: &[NodeId]) -> Result<(), &'static str> {
        let committed = core.iter().filter_map(|&node| Some(self.peer(node)?.commit_index())).max();
        let least = committed.unwrap_or(0);
        let core = core.to_vec();
        self.wait(self.patience(), property::APPLIES, move |driver| {
            let applied = |node: &NodeId| {
                let machine = driver.scene.world.node(*node).machine();
                machine.and_then(|it| it.server()).map_or(0, |server| server.applied())
            };
            core.iter().all(|node| applied(node) >= least)
        })
    }

    /// Leadership goes to another of the core: who waited is sent on, and asks again at once.
    fn hand_over_within(&mut self, core: &[NodeId]) {
        let Some(leader) = self.leader_of(core) else { return };
        let others: Vec<NodeId> = core.iter().copied().filter(|node| *node != leader).collect();
        if let Some(to) = self.one_of(&others) {
            self.request(leader, &format!("transfer to {to}"));
        }
    }

    /// Whoever called since then asked at once; and where clerks are patient and all servers
    /// are well, nobody was left waiting so long that it had to ask again.
    fn was_prompt(&self, since: Time, all: bool) -> Result<(), &'static str> {
        let operations = self.scene.checks().operations(0).changed;
        let retry = L::of_service(&self.plan.world.lab).retry;
        let is_late = |op: &&OpShown| {
            let first = op.tries.first().map_or(op.called, |(at, _)| *at);
            let gaps = op.tries.windows(2).any(|pair| pair[1].0.since(pair[0].0) >= retry);
            first > op.called || all && self.plan.own.patient && gaps
        };
        let late = operations.iter().filter(|op| op.called >= since).any(|op| is_late(&op));
        if late { Err(own::PROMPT) } else { Ok(()) }
    }
}

/// What the live check gave up for lack of budget is decided with all that is known at the end.
///
/// # Errors
/// When it is not decided, or in the wrong way.
pub fn is_decided<K, S>(
    already: bool,
    decide: impl FnOnce() -> Verdict<K, S>,
) -> Result<(), &'static str> {
    if already {
        return Ok(());
    }
    match decide() {
        Verdict::Linearizable(_) => Ok(()),
        Verdict::Violation(_) => Err(LINEARIZABLE),
        Verdict::NotDecided { .. } => Err(own::DECIDED),
    }
}

/// Whether all operations up to a number are over.
pub fn are_over<C: Clone, R: Clone>(history: &History<C, R>, last: usize) -> bool {
    (0..last as u32).rev().all(|row| {
        let op = history.get(OpId::from_index(row));
        op.is_none_or(|op| op.returned.is_some())
    })
}

//! Who changes configurations, and when a change is over.

use netsplit_core::id::NodeId;
use netsplit_core::replicated::message::Returned;
use netsplit_core::replicated::service::Text;
use netsplit_core::shardctrl::message::Reply;
use netsplit_core::shardctrl::{Config, Shard};
use netsplit_core::time::Span;

use crate::director::{Asserted, Failure};
use crate::labs::shardkv::ShardLab;
use crate::scene::Scene;
use crate::world::World;

use super::harness::{Client, Group, Harness, gid};
use super::told::Called;

/// Who changes configurations: a client with its clerk at the controller.
#[derive(Clone, Debug)]
pub struct Admin {
    cluster: Harness,
    client: NodeId,
}

/// When a change of configuration has to be done with.
const SETTLES: u64 = 10_000;

impl Admin {
    async fn ask(&self, words: &str) -> Asserted<Reply> {
        let call = Called::Controller(self.client);
        let returned = self.cluster.ask(self.client, call, words).await?;
        let reply = match &returned {
            Returned::Reply(reply) => Reply::from_text(&reply.text()),
            Returned::Failed | Returned::Unknown => None,
        };
        reply.ok_or_else(|| Failure(format!("the controller refuses to {words}: {returned:?}")))
    }

    async fn change(&self, verb: &str, groups: &[Group]) -> Asserted<()> {
        let named: String = groups.iter().map(|group| format!(" {}", gid(*group))).collect();
        match self.ask(&format!("{verb}{named}")).await? {
            Reply::Done => Ok(()),
            Reply::Config(_) => Err(Failure(format!("{verb} was answered by a configuration"))),
        }
    }

    /// Lets groups join, in one configuration.
    ///
    /// # Errors
    /// When the controller does not answer; so for all that follow.
    pub async fn join(&self, groups: &[Group]) -> Asserted<()> {
        self.change("join", groups).await
    }

    /// Lets groups leave, in one configuration.
    ///
    /// # Errors
    /// As for [`join`](Admin::join).
    pub async fn leave(&self, groups: &[Group]) -> Asserted<()> {
        self.change("leave", groups).await
    }

    /// The configuration of this number; the latest when none is named.
    ///
    /// # Errors
    /// As for [`join`](Admin::join).
    pub async fn query(&self, number: Option<u64>) -> Asserted<Config> {
        let number = number.map_or(String::new(), |number| format!(" {number}"));
        match self.ask(&format!("query{number}")).await? {
            Reply::Config(config) => Ok(config),
            Reply::Done => Err(Failure::new("a query was answered without a configuration")),
        }
    }
}

impl Harness {
    /// Who changes configurations by way of a client.
    pub fn admin(&self, client: Client) -> Admin {
        Admin { cluster: self.clone(), client: self.client(client) }
    }

    /// The shard of a key.
    pub fn shard_of(&self, key: &str) -> Shard {
        self.look(|world| world.options().lab.sharding.shard_of(key.as_bytes()))
    }

    /// Whether the group of this number serves the key in a configuration.
    pub fn serves(&self, config: &Config, group: Group, key: &str) -> bool {
        config.owner(self.shard_of(key)) == gid(group)
    }

    /// Every group whose servers run is in the controller's latest configuration or a later one, and
    /// nothing is under way there. What is not, in a sentence.
    fn not_settled(world: &World<ShardLab>) -> Option<String> {
        let machines = || world.servers().filter_map(|id| Some((id, world.node(id).machine()?)));
        let controllers = machines().filter_map(|(_, it)| it.controller());
        let latest = controllers.map(|it| it.service().latest().number).max().unwrap_or(0);
        for (id, machine) in machines() {
            let Some(shards) = machine.server().map(|it| it.shards()) else { continue };
            let at = shards.config().number;
            if at != latest {
                return Some(format!("{id} is in configuration {at}, and the latest is {latest}"));
            }
            if let Some((shard, here)) = shards.iter().find(|(_, it)| !it.state.is_settled()) {
                return Some(format!("shard {shard} in {id} is still {}", here.state));
            }
        }
        None
    }

    /// Waits until the latest change of configuration is done with in all groups whose servers run.
    ///
    /// # Errors
    /// When it is not after ten seconds.
    pub async fn settle(&self) -> Asserted<()> {
        self.settle_within(SETTLES).await
    }

    /// The same within another time.
    ///
    /// # Errors
    /// When it takes longer.
    pub async fn settle_within(&self, millis: u64) -> Asserted<()> {
        let settled = |scene: &Scene<ShardLab>| Harness::not_settled(&scene.world).is_none();
        let within = Span::from_millis(millis);
        match self.cluster.run_until(settled, within).await {
            true => Ok(()),
            false => {
                let why = self.look(Harness::not_settled).unwrap_or_default();
                Err(Failure(format!("the change did not end in {millis} ms: {why}")))
            }
        }
    }

    /// Waits for a time and returns whether the latest change of configuration is done with at its
    /// end or was meanwhile.
    pub async fn settles_in(&self, millis: u64) -> bool {
        self.settle_within(millis).await.is_ok()
    }
}

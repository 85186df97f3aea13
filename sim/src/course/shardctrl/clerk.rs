//! Clerks of the controller.

use netsplit_core::bytes::Bytes;
use netsplit_core::replicated::message::Returned;
use netsplit_core::replicated::service::Text;
use netsplit_core::shardctrl::{Call, Config, ConfigNumber, Gid, Reply, Shard};

use crate::course::kv::told::ClerkName;
use crate::director::{Asserted, Failure};

use super::{Controllers, check_config};

/// A clerk: one call after the other, each until it returns.
#[derive(Clone, Debug)]
pub struct Clerk {
    cluster: Controllers,
    name: ClerkName,
}

impl Controllers {
    /// A new clerk.
    pub fn clerk(&self) -> Clerk {
        Clerk { cluster: self.clone(), name: self.new_clerk(0) }
    }
}

/// A group, with the names of its servers.
pub type Group<'a> = (Gid, &'a [&'a str]);

impl Clerk {
    async fn call(&self, call: Call) -> Asserted<Reply> {
        let words = call.to_text();
        let returned = self.cluster.call(self.name, &words).await?;
        let reply = match &returned {
            Returned::Reply(reply) => Reply::from_text(&reply.text()),
            Returned::Failed | Returned::Unknown => None,
        };
        reply.ok_or_else(|| {
            Failure(format!("{} has no answer to {words}: {returned:?}", self.name.0))
        })
    }

    async fn command(&self, call: Call) -> Asserted<()> {
        match self.call(call).await? {
            Reply::Done => Ok(()),
            Reply::Config(_) => Err(Failure::new("a command was answered with a configuration")),
        }
    }

    /// Groups are there.
    ///
    /// # Errors
    /// When there is no answer, or one to something else; so for all that follow.
    pub async fn join(&self, groups: &[Group<'_>]) -> Asserted<()> {
        let names = |names: &[&str]| names.iter().map(|name| Bytes::from(*name)).collect();
        self.command(Call::Join(groups.iter().map(|(gid, it)| (*gid, names(it))).collect())).await
    }

    /// Groups are not there any more.
    ///
    /// # Errors
    /// As for [`join`](Clerk::join).
    pub async fn leave(&self, gids: &[Gid]) -> Asserted<()> {
        self.command(Call::Leave(gids.to_vec())).await
    }

    /// A shard is a group's.
    ///
    /// # Errors
    /// As for [`join`](Clerk::join).
    pub async fn move_shard(&self, shard: Shard, to: Gid) -> Asserted<()> {
        self.command(Call::Move(shard, to)).await
    }

    /// The configuration under a number.
    ///
    /// # Errors
    /// As for [`join`](Clerk::join).
    pub async fn query(&self, number: ConfigNumber) -> Asserted<Config> {
        self.ask(Some(number)).await
    }

    /// The configuration in force: the course asks for number −1.
    ///
    /// # Errors
    /// As for [`join`](Clerk::join).
    pub async fn latest(&self) -> Asserted<Config> {
        self.ask(None).await
    }

    async fn ask(&self, number: Option<ConfigNumber>) -> Asserted<Config> {
        match self.call(Call::Query(number)).await? {
            Reply::Config(config) => Ok(config),
            Reply::Done => Err(Failure::new("a query was answered with done")),
        }
    }

    /// The configuration in force has these groups, evenly.
    ///
    /// # Errors
    /// When it has not.
    pub async fn check(&self, gids: &[Gid]) -> Asserted<Config> {
        let config = self.latest().await?;
        check_config(&config, gids)?;
        Ok(config)
    }
}

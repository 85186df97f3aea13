//! A mistake that a test of the course can be run with: of Raft, of a service over it, of the shard
//! controller, or of the sharded store.

use netsplit_core::mapreduce::mutants as mapreduce;
use netsplit_core::raft::mutants as raft;
use netsplit_core::replicated::mutants as service;
use netsplit_core::shardctrl::mutants as controller;
use netsplit_core::shardkv::mutants as shards;

use super::Setting;

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// Of Raft.
    OfRaft(raft::Mutant),
    /// Of a service or its clerks.
    OfService(service::Mutant),
    /// Of the shard controller.
    OfController(controller::Mutant),
    /// Of the sharded store or its clerks.
    OfShards(shards::Mutant),
    /// Of a MapReduce.
    OfMapReduce(mapreduce::Mutant),
}

impl Mistake {
    /// The one of this name in the catalogue.
    pub fn from_id(id: &str) -> Option<Mistake> {
        let of_raft = raft::Mutant::from_id(id).map(Mistake::OfRaft);
        let of_service = || service::Mutant::from_id(id).map(Mistake::OfService);
        let of_controller = || controller::Mutant::from_id(id).map(Mistake::OfController);
        let of_shards = || shards::Mutant::from_id(id).map(Mistake::OfShards);
        let of_mapreduce = || mapreduce::Mutant::from_id(id).map(Mistake::OfMapReduce);
        let of_stores = of_service().or_else(of_controller).or_else(of_shards);
        of_raft.or(of_stores).or_else(of_mapreduce)
    }

    /// Its name in the catalogue.
    pub const fn id(self) -> &'static str {
        match self {
            Mistake::OfRaft(mutant) => mutant.id(),
            Mistake::OfService(mutant) => mutant.id(),
            Mistake::OfController(mutant) => mutant.id(),
            Mistake::OfShards(mutant) => mutant.id(),
            Mistake::OfMapReduce(mutant) => mutant.id(),
        }
    }
}

impl Setting {
    /// The same with one more mistake.
    pub const fn with(self, mistake: Mistake) -> Setting {
        match mistake {
            Mistake::OfRaft(it) => Setting { mutants: self.mutants.with(it), ..self },
            Mistake::OfService(it) => Setting { of_service: self.of_service.with(it), ..self },
            Mistake::OfController(it) => {
                Setting { of_controller: self.of_controller.with(it), ..self }
            }
            Mistake::OfShards(it) => Setting { of_shards: self.of_shards.with(it), ..self },
            Mistake::OfMapReduce(it) => {
                Setting { of_mapreduce: self.of_mapreduce.with(it), ..self }
            }
        }
    }
}

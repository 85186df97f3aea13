//! A shard with versions as the checks of groups see it: what they sum up of it.

use netsplit_core::bytes::Bytes;
use netsplit_core::replicated::server::Server;
use netsplit_core::shardctrl::controller::Controller;
use netsplit_core::shardkv::server::ShardServer;
use netsplit_core::txn::command::{Command, Deed};
use netsplit_core::txn::node::Node;
use netsplit_core::txn::server::TxnServer;
use netsplit_core::txn::shard::TxnShard;

use crate::check::groups::{Grouped, Keys, Summed};
use crate::fingerprint::Fingerprint;
use crate::labs::txn::TxnLab;

impl Grouped for TxnLab {
    type Content = TxnShard;

    fn controller(node: &Node) -> Option<&Server<Controller>> {
        match node {
            Node::Controller(node) => node.controller(),
            Node::Server(_) | Node::Client(_) => None,
        }
    }

    fn server(node: &Node) -> Option<&ShardServer<TxnShard>> {
        node.server().map(TxnServer::server)
    }
}

impl Summed for TxnShard {
    fn keys(&self) -> impl Iterator<Item = &Bytes> {
        self.keys().map(|(key, _)| key)
    }

    fn of_key(&self, key: &Bytes) -> Option<u64> {
        self.versions(key).first().map(|_| Fingerprint::of(&(key, self.versions(key))))
    }

    /// Stamps, locks, who is under way, who waits, and what was decided.
    fn beside(&self) -> u64 {
        let locks: Vec<_> = self.locks().collect();
        let open: Vec<_> = self.open().collect();
        let waits: Vec<_> = self.waits().collect();
        let decided: Vec<_> = self.decided().collect();
        Fingerprint::of(&(self.clock(), locks, open, waits, decided))
    }

    /// What is carried out stands in the promise, and not in the command.
    fn changes(command: &Command) -> Keys {
        match command.deed {
            Deed::Finish(_) | Deed::CommitAlone(_) => Keys::All,
            _ => Keys::None,
        }
    }
}

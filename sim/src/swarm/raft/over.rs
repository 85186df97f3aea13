//! What of a run is Raft's, in every lab whose servers have a peer of Raft within.

use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message::{Message, Notice};
use netsplit_core::raft::peer::Peer;

use crate::lab::{self, DiskOf, Lab};

/// A lab over Raft: each of its servers has a peer.
pub trait OverRaft: Lab {
    /// The peer of a server; `None` of a client.
    fn peer(node: &Self::Node) -> Option<&Peer>;
    /// What of a disk is the peer's.
    fn raft_disk(disk: &DiskOf<Self>) -> &Disk;
    /// What peers say to each other; `None` for what others say.
    fn raft_message(message: &lab::Message<Self>) -> Option<&Message>;
    /// What a peer told; `None` for what others told.
    fn raft_notice(notice: &lab::Notice<Self>) -> Option<&Notice>;
}

//! Raft as a lab: how its peers are made, asked, shown and checked.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::NodeId;
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message::{Raft, Request};
use netsplit_core::raft::options::Options;
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;
use netsplit_core::view::NodeView;

use crate::check::raft::RaftChecks;
use crate::choice::TimerCode;
use crate::lab::Lab;
use crate::verb::Glance;

/// One group of Raft peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaftLab;

impl Lab for RaftLab {
    const NAME: &'static str = "raft";
    type Protocol = Raft;
    type Node = Peer;
    type Options = Options;
    type Checks = RaftChecks;

    fn boot(node: NodeId, nodes: u32, options: &Options, disk: &Disk) -> Peer {
        let peers: Vec<NodeId> = (0..nodes).map(NodeId::from_index).collect();
        Peer::boot(node, &peers, options, disk)
    }

    /// `propose x=3`: a command; `snapshot 12 text`: the service's state after
    /// entry 12.
    fn request(words: &str) -> Option<Request> {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        match verb {
            "propose" => Some(Request::Propose(Bytes::from(rest))),
            "snapshot" => {
                let (index, data) = rest.split_once(' ').unwrap_or((rest, ""));
                Some(Request::Snapshot { index: index.parse().ok()?, data: Bytes::from(data) })
            }
            _ => None,
        }
    }

    fn glance(peer: &Peer) -> Glance {
        Glance {
            leads: peer.role().name() == RoleName::Leader,
            term: peer.current_term(),
            committed: peer.commit_index(),
            last_index: peer.log().last_index(),
        }
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = &[("election", 0), ("heartbeat", 1)];

    const VERBS: &'static [&'static str] = &["propose", "snapshot"];

    fn view(peer: &Peer) -> NodeView {
        peer.view()
    }
}

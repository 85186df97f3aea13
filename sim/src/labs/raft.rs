//! Raft as a lab: how its peers are made, asked, shown and checked.

use netsplit_core::bytes::Bytes;
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::raft::disk::Disk;
use netsplit_core::raft::message::{Appended, Message, Notice, Raft, Request};
use netsplit_core::raft::options::Options;
use netsplit_core::raft::peer::Peer;
use netsplit_core::raft::role::RoleName;
use netsplit_core::view::{Field, NodeView};

use crate::check::raft::RaftChecks;
use crate::choice::TimerCode;
use crate::lab::{Lab, OverRaft};
use crate::labs::raft_disk::DiskText;
use crate::labs::raft_options::options_from_pairs;
use crate::labs::{LabCode, LabReading, LabWords, Misplaced, Pair, raft_disk, raft_options};
use crate::open;
use crate::run::{LogShown, MessageShown, Told};
use crate::trial::Tried;
use crate::verb::Glance;
use crate::words;

/// One group of Raft peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RaftLab;

/// Its words.
pub static WORDS: LabWords = LabWords {
    cast: Cast::new(5, 0),
    options: raft_options::NUMBERS,
    code: |_| Some(&CODE),
    ..LabWords::of::<RaftLab>(1)
};

/// Its code. What reads its words is not named here: the first view does without.
pub static CODE: LabCode = LabCode::of::<RaftLab>(&words::raft::STORIES, None);

/// What reads its words.
pub(super) static READING: LabReading = LabReading {
    set_options: raft_options::canonical,
    values: raft_options::values,
    set_disk: raft_disk::canonical,
    over_raft: true,
    tried: &const { Tried::of::<RaftLab>() },
    course: &open::COURSE_OF_RAFT,
    ..LabReading::of::<RaftLab>()
};

impl Lab for RaftLab {
    const NAME: &'static str = "raft";
    type Protocol = Raft;
    type Node = Peer;
    type Options = Options;
    type Checks = RaftChecks;

    fn options(given: &[Pair]) -> Result<Options, Misplaced> {
        options_from_pairs(given)
    }

    fn disk_from_text(text: &str, nodes: u32) -> Result<Disk, Misplaced> {
        DiskText::parse(text, nodes).map(|read| read.disk())
    }

    fn boot(node: NodeId, cast: Cast, options: &Options, disk: &Disk) -> Peer {
        let peers: Vec<NodeId> = cast.servers().collect();
        Peer::boot(node, &peers, options, disk)
    }

    /// `propose x=3`: a command; `snapshot 12 text`: the service's state after
    /// entry 12.
    fn request(words: &str) -> Option<Request> {
        // The one a run is full of needs no search.
        if let Some(command) = words.strip_prefix("propose ") {
            return Some(Request::Propose(Bytes::from(command)));
        }
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
            settled: 0,
            leads: peer.role().name() == RoleName::Leader,
            term: peer.current_term(),
            committed: peer.commit_index(),
            last_index: peer.log().last_index(),
            answered: 0,
        }
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = &[("election", 0), ("heartbeat", 1)];

    const VERBS: &'static [&'static str] = &["propose", "snapshot"];

    fn view(peer: &Peer) -> NodeView {
        peer.view()
    }

    fn disk(disk: &Disk) -> Vec<Field> {
        disk.view()
    }

    fn log(peer: Option<&Peer>, disk: &Disk) -> LogShown {
        let log = peer.map_or(&disk.log, Peer::log);
        LogShown {
            start: log.start(),
            entries: log.iter().map(|(_, entry)| (entry.term, entry.command.to_string())).collect(),
            committed: peer.map_or(0, Peer::commit_index),
            applied: peer.map_or(0, Peer::last_applied),
            durable: peer.map_or(log.last_index(), Peer::durable_index),
        }
    }

    fn message(message: &Message) -> MessageShown {
        let field = |name, value: u64| Field::new(name, value);
        let (positive, quiet, fields) = match message {
            Message::RequestVote(ask) => {
                let mut fields = vec![
                    field("last log index", ask.last_log_index),
                    field("last log term", ask.last_log_term),
                ];
                fields.extend(ask.pre_vote.then(|| Field::new("pre-vote", true)));
                fields.extend(ask.transfer.then(|| Field::new("transfer", true)));
                (true, false, fields)
            }
            Message::RequestVoteReply(vote) => {
                (vote.granted, false, vec![Field::new("vote granted", vote.granted)])
            }
            Message::AppendEntries(batch) => {
                let fields = vec![
                    field("prev log index", batch.prev_log_index),
                    field("prev log term", batch.prev_log_term),
                    field("entries", batch.entries.len() as u64),
                    field("leader commit", batch.leader_commit),
                ];
                (true, batch.entries.is_empty(), fields)
            }
            Message::AppendEntriesReply(ack) => match ack.outcome {
                Appended::Matched { match_index } => {
                    let fields =
                        vec![Field::new("success", true), field("match index", match_index)];
                    (true, false, fields)
                }
                Appended::Conflict { prev_log_index, conflict_term, conflict_index } => {
                    let fields = vec![
                        Field::new("success", false),
                        field("prev log index", prev_log_index),
                        Field::new("conflict term", conflict_term),
                        field("conflict index", conflict_index),
                    ];
                    (false, false, fields)
                }
                Appended::OldTerm => (false, false, vec![Field::new("success", false)]),
            },
            Message::InstallSnapshot(piece) => {
                let fields = vec![
                    field("last included index", piece.last_included_index),
                    field("last included term", piece.last_included_term),
                    field("offset", piece.offset),
                    field("bytes", piece.data.len() as u64),
                    Field::new("done", piece.done),
                ];
                (true, false, fields)
            }
            Message::InstallSnapshotReply(at) => {
                let fields = vec![
                    field("last included index", at.last_included_index),
                    field("offset", at.offset),
                    Field::new("done", at.done),
                ];
                (true, false, fields)
            }
            Message::Heartbeat(ask) => (true, true, vec![field("round", ask.round)]),
            Message::HeartbeatReply(reply) => (true, true, vec![field("round", reply.round)]),
            Message::TimeoutNow(_) => (true, false, Vec::new()),
        };
        let mut all = vec![field("term", message.term())];
        all.extend(fields);
        MessageShown { positive, term: message.term(), quiet, fields: all }
    }

    /// Terms, entries, commits and the first word of a leader are news; so is what
    /// an answer adds to what its leader knows. What goes to a node that is down
    /// changes nothing there, and a leader says it again and again.
    fn is_news(from: NodeId, message: &Message, receiver: Option<&Peer>) -> bool {
        let Some(peer) = receiver else {
            return matches!(message, Message::RequestVote(_));
        };
        let is_other_term = message.term() != peer.current_term();
        match message {
            Message::AppendEntries(batch) => {
                is_other_term
                    || !batch.entries.is_empty()
                    || peer.leader() != Some(from)
                    || batch.leader_commit > peer.commit_index()
            }
            Message::AppendEntriesReply(ack) => match ack.outcome {
                Appended::Matched { match_index } => {
                    let known = peer.progress(from).map(|progress| progress.match_index);
                    is_other_term || known.is_some_and(|known| match_index > known)
                }
                Appended::Conflict { .. } | Appended::OldTerm => true,
            },
            Message::Heartbeat(_) => is_other_term || peer.leader() != Some(from),
            _ => true,
        }
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        words::raft_notice(node, notice)
    }

    fn tell_of(node: NodeId, machine: Option<&Peer>, notice: &Notice) -> Option<Told> {
        words::raft::told(node, machine, notice, words::entry::as_written)
    }
}

impl OverRaft for RaftLab {
    #[inline]
    fn peer(peer: &Peer) -> Option<&Peer> {
        Some(peer)
    }

    #[inline]
    fn raft_notice(notice: &Notice) -> Option<&Notice> {
        Some(notice)
    }

    #[inline]
    fn raft_message(message: &Message) -> Option<&Message> {
        Some(message)
    }
}

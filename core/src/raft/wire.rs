//! How large messages and saves are, and how the network and the disk tell them apart.

use crate::machine::{Change, Mail};

use super::message::{Appended, Durable, Message};

impl Mail for Message {
    const KINDS: &'static [&'static str] = &[
        "RequestVote",
        "RequestVoteReply",
        "AppendEntries",
        "AppendEntriesReply",
        "InstallSnapshot",
        "InstallSnapshotReply",
        "Heartbeat",
        "HeartbeatReply",
        "TimeoutNow",
    ];

    fn kind(&self) -> u8 {
        match self {
            Message::RequestVote(_) => 0,
            Message::RequestVoteReply(_) => 1,
            Message::AppendEntries(_) => 2,
            Message::AppendEntriesReply(_) => 3,
            Message::InstallSnapshot(_) => 4,
            Message::InstallSnapshotReply(_) => 5,
            Message::Heartbeat(_) => 6,
            Message::HeartbeatReply(_) => 7,
            Message::TimeoutNow(_) => 8,
        }
    }

    fn is_reply(&self) -> bool {
        matches!(
            self,
            Message::RequestVoteReply(_)
                | Message::AppendEntriesReply(_)
                | Message::InstallSnapshotReply(_)
                | Message::HeartbeatReply(_)
        )
    }

    fn bytes(&self) -> u64 {
        Message::FRAME
            + match self {
                Message::RequestVote(_) => 4 * 8,
                Message::RequestVoteReply(_) => 3 * 8,
                Message::AppendEntries(batch) => 4 * 8 + batch.entries.bytes(),
                Message::AppendEntriesReply(ack) => match ack.outcome {
                    Appended::Matched { .. } => 2 * 8,
                    Appended::Conflict { .. } => 4 * 8,
                    Appended::OldTerm => 8,
                },
                Message::InstallSnapshot(image) => 5 * 8 + image.data.len() as u64,
                Message::InstallSnapshotReply(_) => 4 * 8,
                Message::Heartbeat(_) | Message::HeartbeatReply(_) => 2 * 8,
                Message::TimeoutNow(_) => 8,
            }
    }
}

impl Change for Durable {
    fn bytes(&self) -> u64 {
        match self {
            Durable::Vote { .. } => 2 * 8,
            Durable::Append { entries, .. } => 8 + entries.bytes(),
            Durable::Snapshot { data, .. } => 2 * 8 + data.len() as u64,
        }
    }

    /// An append is a run of entries, one after another; the rest is replaced as
    /// a whole.
    fn parts(&self) -> u32 {
        match self {
            Durable::Append { entries, .. } => entries.len().max(1) as u32,
            _ => 1,
        }
    }

    fn torn(&self, kept: u32) -> Option<Durable> {
        if kept >= self.parts() {
            return Some(self.clone());
        }
        match self {
            Durable::Append { after, entries } if kept > 0 => Some(Durable::Append {
                after: *after,
                entries: entries.iter().take(kept as usize).cloned().collect(),
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_eight_words() {
        assert_eq!(size_of::<Message>(), 64);
    }
}

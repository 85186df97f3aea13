//! All the words of %lab%: what its nodes say to each other, what they keep, what
//! is asked of them and what they tell. Written first.

use crate::machine::{Alarm, Change, Mail, Protocol};

/// The protocol of a %lab% cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct %Lab%;

impl Protocol for %Lab% {
    type Message = Message;
    type Timer = Timer;
    type Durable = Durable;
    type Disk = Disk;
    type Request = Request;
    type Notice = Notice;
}

/// What nodes say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Asks the receiver to count one more.
    Ask,
    /// The answer.
    AskReply {
        /// How many the receiver has counted.
        count: u64,
    },
}

impl Mail for Message {
    const KINDS: &'static [&'static str] = &["Ask", "AskReply"];

    fn kind(&self) -> u8 {
        match self {
            Message::Ask => 0,
            Message::AskReply { .. } => 1,
        }
    }

    fn is_reply(&self) -> bool {
        matches!(self, Message::AskReply { .. })
    }

    fn bytes(&self) -> u64 {
        match self {
            Message::Ask => 100,
            Message::AskReply { .. } => 108,
        }
    }
}

/// The timers of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Time to ask again.
    Retry,
}

impl Alarm for Timer {
    fn name(self) -> String {
        "retry".into()
    }

    fn code(self) -> u32 {
        0
    }
}

/// One change of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Durable {
    /// So many have been counted.
    Count(u64),
}

impl Change for Durable {
    fn bytes(&self) -> u64 {
        8
    }
}

/// What the disk holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// How many have been counted.
    pub count: u64,
}

impl crate::machine::Disk<Durable> for Disk {
    fn write(&mut self, change: &Durable) {
        match change {
            Durable::Count(count) => self.count = *count,
        }
    }

    fn bytes(&self) -> u64 {
        8
    }
}

/// What the owner asks of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// Ask n1 to count one more.
    Count,
}

/// What a node tells its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// n1 has counted so many.
    Counted(u64),
}

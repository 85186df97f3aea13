//! A counter: the smallest service, and that of the course's lab on replicated state machines.

use crate::bytes::Bytes;
use crate::spec::Spec;

use super::service::{Service, Text};

/// The counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    value: i64,
}

/// What it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Count one up.
    Inc,
    /// Count one down.
    Dec,
    /// Do nothing, in its turn.
    Null,
    /// How much is it?
    Read,
}

impl Counter {
    /// What it has counted to.
    pub fn value(&self) -> i64 {
        self.value
    }
}

impl Service for Counter {
    type Command = Command;
    /// The value after the command.
    type Reply = i64;

    fn apply(&mut self, command: Command) -> i64 {
        self.value += command.adds();
        self.value
    }

    fn query(&self, _: Command) -> i64 {
        self.value
    }

    fn is_query(command: &Command) -> bool {
        *command == Command::Read
    }

    fn snapshot(&self) -> Bytes {
        Bytes::from(self.value.to_string().as_str())
    }

    fn restore(&self, snapshot: &[u8]) -> Option<Counter> {
        Some(Counter { value: std::str::from_utf8(snapshot).ok()?.parse().ok()? })
    }

    fn bytes(&self) -> u64 {
        8
    }
}

impl Command {
    fn adds(self) -> i64 {
        match self {
            Command::Inc => 1,
            Command::Dec => -1,
            Command::Null | Command::Read => 0,
        }
    }
}

/// The counter as it is with one client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counting;

impl Spec for Counting {
    type Call = Command;
    type Reply = i64;
    type State = i64;
    type Key = ();

    fn start(&self) -> i64 {
        0
    }

    fn step(&self, value: &i64, command: &Command, reply: Option<&i64>) -> Option<i64> {
        let after = value + command.adds();
        reply.is_none_or(|reply| *reply == after).then_some(after)
    }

    fn key(&self, _: &Command) -> Option<()> {
        None
    }

    fn changes(&self, command: &Command, _: Option<&i64>) -> bool {
        command.adds() != 0
    }
}

impl Text for Command {
    fn to_text(&self) -> String {
        let word = match self {
            Command::Inc => "inc",
            Command::Dec => "dec",
            Command::Null => "null",
            Command::Read => "read",
        };
        word.to_owned()
    }

    fn from_text(text: &str) -> Option<Command> {
        let all = [Command::Inc, Command::Dec, Command::Null, Command::Read];
        all.into_iter().find(|command| command.to_text() == text)
    }
}

impl Text for i64 {
    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<i64> {
        text.parse().ok()
    }
}

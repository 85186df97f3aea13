//! A lock service with leases and fencing tokens.
//!
//! A holder may crash, so a lock is held for a time only, which is what clients say it is. A slow one
//! may think that it holds what went to another: each grant has a greater token, and whatever the
//! lock protects refuses an older one than it has seen.

use std::collections::BTreeMap;

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::words::{quoted, strings};

use super::service::{Service, Text};

/// The locks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locks {
    held: BTreeMap<String, Grant>,
    /// The last token that was given.
    token: u64,
    /// The latest time that anybody told, in milliseconds.
    now: u64,
}

/// A lock that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// By whom.
    pub owner: String,
    /// Greater than that of every grant before it.
    pub token: u64,
    /// Until when, in milliseconds.
    pub until: u64,
}

/// What clients ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Give this lock to me, from now for so long, both in milliseconds; or let me keep it.
    Acquire(String, String, u64, u64),
    /// I am done with it; this was my token.
    Release(String, u64),
    /// Who holds it?
    Holder(String),
}

impl Service for Locks {
    type Command = Command;
    /// Who holds the lock then; whoever asked for it, if that was free.
    type Reply = Option<Grant>;

    fn apply(&mut self, command: Command) -> Option<Grant> {
        match command {
            Command::Acquire(name, owner, now, lasts) => {
                self.now = self.now.max(now);
                let token = match self.query(Command::Holder(name.clone())) {
                    Some(held) if held.owner != owner => return Some(held),
                    Some(held) => held.token,
                    None => self.token + 1,
                };
                self.token = self.token.max(token);
                let grant = Grant { owner, token, until: self.now.saturating_add(lasts) };
                self.held.insert(name, grant.clone());
                Some(grant)
            }
            Command::Release(name, token) => {
                if self.held.get(&name).is_some_and(|held| held.token == token) {
                    self.held.remove(&name);
                }
                self.query(Command::Holder(name))
            }
            Command::Holder(_) => self.query(command),
        }
    }

    fn query(&self, command: Command) -> Option<Grant> {
        let Command::Holder(name) = command else { return None };
        self.held.get(&name).filter(|held| held.until > self.now).cloned()
    }

    fn is_query(command: &Command) -> bool {
        matches!(command, Command::Holder(_))
    }

    fn snapshot(&self) -> Bytes {
        let mut out = Writer::new();
        out.number(self.token).number(self.now).number(self.held.len() as u64);
        for (name, Grant { owner, token, until }) in &self.held {
            out.bytes(name.as_bytes()).bytes(owner.as_bytes()).number(*token).number(*until);
        }
        out.end().into()
    }

    fn restore(&self, snapshot: &[u8]) -> Option<Locks> {
        let mut from = Reader::new(snapshot);
        let mut locks = Locks { token: from.number()?, now: from.number()?, ..Locks::default() };
        for _ in 0..from.number()? {
            let (name, owner) = (from.text()?, from.text()?);
            let grant = Grant { owner, token: from.number()?, until: from.number()? };
            locks.held.insert(name, grant);
        }
        Some(locks)
    }

    fn bytes(&self) -> u64 {
        let row = |(name, held): (&String, &Grant)| (name.len() + held.owner.len() + 16) as u64;
        16 + self.held.iter().map(row).sum::<u64>()
    }
}

/// `acquire door n7 120 500`, `release door 3`, `holder door`.
impl Text for Command {
    fn to_text(&self) -> String {
        let quoted = |name: &String| quoted(name.as_bytes());
        match self {
            Command::Acquire(name, owner, now, lasts) => {
                format!("acquire {} {} {now} {lasts}", quoted(name), quoted(owner))
            }
            Command::Release(name, token) => format!("release {} {token}", quoted(name)),
            Command::Holder(name) => format!("holder {}", quoted(name)),
        }
    }

    fn from_text(text: &str) -> Option<Command> {
        Some(match strings(text)?.iter().map(|word| &**word).collect::<Vec<&str>>()[..] {
            ["acquire", name, owner, now, lasts] => {
                Command::Acquire(name.into(), owner.into(), now.parse().ok()?, lasts.parse().ok()?)
            }
            ["release", name, token] => Command::Release(name.into(), token.parse().ok()?),
            ["holder", name] => Command::Holder(name.into()),
            _ => return None,
        })
    }
}

/// `held n7 3 620`, `free`.
impl Text for Option<Grant> {
    fn to_text(&self) -> String {
        let Some(Grant { owner, token, until }) = self else { return "free".to_owned() };
        format!("held {} {token} {until}", quoted(owner.as_bytes()))
    }

    fn from_text(text: &str) -> Option<Option<Grant>> {
        let words = strings(text)?;
        let [_, owner, token, until] = &words[..] else { return (text == "free").then_some(None) };
        let (token, until) = (token.parse().ok()?, until.parse().ok()?);
        (words[0] == "held").then_some(Some(Grant { owner: owner.clone(), token, until }))
    }
}

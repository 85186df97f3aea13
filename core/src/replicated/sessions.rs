//! Each command takes effect once (6.3): for every session the number of its last command and what
//! that came to. The table is part of the replicated state: it is changed by entries of the log
//! alone, the same way on every server, and is in every snapshot.

use crate::bytes::Bytes;
use crate::codec::{Reader, Writer};
use crate::raft::message::Index;
use crate::table::Table;

/// The name of a session: the index of the entry that opened it, or what its clerk chose.
pub type SessionId = u64;

/// A client's session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// The number of its last command that was done; 0 before the first.
    pub sequence: u64,
    /// What that came to.
    pub reply: Bytes,
    /// Index of the last entry of this session.
    pub used_at: Index,
}

/// All sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sessions {
    open: Table<SessionId, Session>,
    /// Bytes of the replies that are kept.
    reply_bytes: u64,
}

/// What the table says of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It was not done yet.
    New,
    /// It was the last one done; its reply was this.
    Done(Bytes),
    /// It was done, and its clerk has had the answer: a later command says so.
    Past,
    /// There is no such session.
    Expired,
}

impl Sessions {
    /// A number that was done before gets the answer of then, and is not done again (6.3).
    pub fn look(&self, session: SessionId, sequence: u64) -> Known {
        match self.open.get(&session) {
            None => Known::Expired,
            Some(it) if sequence > it.sequence => Known::New,
            Some(it) if sequence == it.sequence => Known::Done(it.reply.clone()),
            Some(_) => Known::Past,
        }
    }

    /// Opens a session at an entry of the log.
    pub fn open(&mut self, session: SessionId, index: Index) {
        let fresh = Session { sequence: 0, reply: Bytes::EMPTY, used_at: index };
        if let Some(old) = self.open.insert(session, fresh) {
            self.reply_bytes -= old.reply.len() as u64;
        }
    }

    /// Keeps what a command came to.
    pub fn record(&mut self, session: SessionId, sequence: u64, reply: Bytes, index: Index) {
        let Some(it) = self.open.get_mut(&session) else { return };
        self.reply_bytes = self.reply_bytes + reply.len() as u64 - it.reply.len() as u64;
        *it = Session { sequence, reply, used_at: index };
    }

    /// Notes that a session was used.
    pub fn touch(&mut self, session: SessionId, index: Index) {
        if let Some(it) = self.open.get_mut(&session) {
            it.used_at = index;
        }
    }

    /// Ends a session. False when there is none.
    pub fn close(&mut self, session: SessionId) -> bool {
        let closed = self.open.remove(&session);
        self.reply_bytes -= closed.as_ref().map_or(0, |it| it.reply.len() as u64);
        closed.is_some()
    }

    /// The session that was not used for longest.
    pub fn oldest(&self) -> Option<SessionId> {
        self.open.iter().min_by_key(|(id, it)| (it.used_at, **id)).map(|(id, _)| *id)
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.open.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The session of this name.
    pub fn get(&self, session: SessionId) -> Option<&Session> {
        self.open.get(&session)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.open.iter().map(|(id, it)| (*id, it))
    }

    /// Bytes that are kept: 8 a number, and the replies.
    pub fn bytes(&self) -> u64 {
        3 * 8 * self.len() + self.reply_bytes
    }

    /// Writes them into a snapshot.
    pub fn write(&self, out: &mut Writer) {
        out.number(self.len());
        for (id, it) in self.iter() {
            out.number(id).number(it.sequence).number(it.used_at).bytes(&it.reply);
        }
    }

    /// Reads them from a snapshot.
    pub fn read(from: &mut Reader<'_>) -> Option<Sessions> {
        let mut sessions = Sessions::default();
        for _ in 0..from.number()? {
            let id = from.number()?;
            let (sequence, used_at) = (from.number()?, from.number()?);
            sessions.open(id, used_at);
            sessions.record(id, sequence, Bytes::from(from.bytes()?), used_at);
        }
        Some(sessions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_new_done_past_or_of_no_session() {
        let mut sessions = Sessions::default();
        assert_eq!(sessions.look(3, 1), Known::Expired);
        sessions.open(3, 3);
        assert_eq!(sessions.look(3, 1), Known::New);
        sessions.record(3, 1, "one".into(), 4);
        sessions.record(3, 2, "two".into(), 5);
        assert_eq!(sessions.look(3, 1), Known::Past);
        assert_eq!(sessions.look(3, 2), Known::Done("two".into()));
        assert_eq!(sessions.look(3, 3), Known::New);
        assert!(sessions.close(3) && !sessions.close(3));
        assert_eq!((sessions.look(3, 3), sessions.bytes()), (Known::Expired, 0));
    }

    #[test]
    fn the_one_not_used_for_longest_is_the_oldest() {
        let mut sessions = Sessions::default();
        for id in [3, 5, 9] {
            sessions.open(id, id);
        }
        sessions.record(3, 1, Bytes::EMPTY, 10);
        assert_eq!(sessions.oldest(), Some(5));
        sessions.touch(5, 11);
        assert_eq!(sessions.oldest(), Some(9));
    }

    #[test]
    fn a_snapshot_has_all_of_them() {
        let mut sessions = Sessions::default();
        for id in 1..200 {
            sessions.open(id, id);
            sessions.record(id, id % 7, Bytes::from("a reply\n").clone(), id + 3);
        }
        let mut out = Writer::new();
        sessions.write(&mut out);
        let text = out.end();
        assert_eq!(Sessions::read(&mut Reader::new(&text)), Some(sessions));
        assert_eq!(Sessions::read(&mut Reader::new(&text[..text.len() - 4])), None);
    }
}

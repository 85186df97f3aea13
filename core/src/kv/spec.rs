//! The store as it is with one client: what the checkers hold answers against.

use crate::bytes::Bytes;
use crate::spec::{Deed, Spec};

use super::message::{Call, Refusal, Reply};

/// The store of the course's key/value labs, in all their editions. A key that nobody has written
/// reads as no bytes; to append to it is to put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kv;

/// What a key holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Held {
    /// The bytes.
    pub value: Bytes,
    /// How often it has changed since it was created; 0 when it is not there.
    pub version: u64,
}

impl Held {
    /// What it holds after one more change.
    fn then(&self, value: Bytes) -> Held {
        Held { value, version: self.version + 1 }
    }

    /// What a call makes of a key, and what it is answered. This is all that the store does.
    pub fn after(&self, call: &Call) -> (Held, Reply) {
        let stays = |reply| (self.clone(), reply);
        let appended = |more: &Bytes| self.then([&self.value[..], more].concat().into());
        match call {
            Call::Get { .. } => stays(Reply::Value(self.value.clone())),
            Call::Version { .. } if self.version == 0 => stays(Reply::Refused(Refusal::NoKey)),
            Call::Version { .. } => stays(Reply::Versioned(self.value.clone(), self.version)),
            Call::Put { value, .. } => (self.then(value.clone()), Reply::Done),
            Call::Append { value, .. } => (appended(value), Reply::Done),
            Call::AppendGet { value, .. } => (appended(value), Reply::Value(self.value.clone())),
            Call::PutIf { version, value, .. } if *version == self.version => {
                (self.then(value.clone()), Reply::Done)
            }
            Call::PutIf { .. } if self.version == 0 => stays(Reply::Refused(Refusal::NoKey)),
            Call::PutIf { .. } => stays(Reply::Refused(Refusal::Version)),
            Call::Swap { held, value, .. } if *held == self.value => {
                (self.then(value.clone()), Reply::Done)
            }
            Call::Swap { .. } => stays(Reply::Refused(Refusal::Differs)),
            Call::Delete { .. } => (Held::default(), Reply::Done),
        }
    }
}

impl Spec for Kv {
    type Call = Call;
    type Reply = Reply;
    type State = Held;
    type Key = Bytes;

    fn start(&self) -> Held {
        Held::default()
    }

    fn step(&self, held: &Held, call: &Call, reply: Option<&Reply>) -> Option<Held> {
        let (after, answer) = held.after(call);
        match (call, reply) {
            (_, None) => Some(after),
            (_, Some(reply)) if *reply == answer => Some(after),
            // What an attempt before this one may have done, nobody knows: the call takes effect
            // or it does not, and this answer is right in both cases.
            (Call::PutIf { .. }, Some(Reply::Refused(Refusal::Maybe))) => Some(after),
            _ => None,
        }
    }

    fn key(&self, call: &Call) -> Option<Bytes> {
        Some(call.key().clone())
    }

    fn changes(&self, call: &Call, reply: Option<&Reply>) -> bool {
        let refused = |it: &Reply| matches!(it, Reply::Refused(why) if *why != Refusal::Maybe);
        !call.is_query() && !reply.is_some_and(refused)
    }

    fn deed(&self, call: &Call, reply: Option<&Reply>) -> Deed {
        match (call, reply) {
            (Call::Get { .. }, Some(Reply::Value(value))) => Deed::Read(value.clone()),
            (Call::Put { value, .. }, None | Some(Reply::Done)) => Deed::Write(value.clone()),
            (Call::Append { value, .. }, None | Some(Reply::Done)) => Deed::Append(value.clone()),
            _ => Deed::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replicated::service::Text;

    /// Each call with what it must be answered, one after the other.
    fn check(steps: &[(&str, &str)]) {
        let mut held = Kv.start();
        for (call, reply) in steps {
            let words = call;
            let call = Call::from_text(call).unwrap_or_else(|| panic!("{call}"));
            let reply = Reply::from_text(reply).unwrap_or_else(|| panic!("{reply}"));
            let without = Kv.step(&held, &call, None);
            let before = held.clone();
            held = Kv.step(&held, &call, Some(&reply)).unwrap_or_else(|| panic!("{words}"));
            assert_eq!(Some(&held), without.as_ref(), "{words}");
            if !Kv.changes(&call, Some(&reply)) {
                assert_eq!(held, before, "{words}");
            }
            let others = [Reply::Value("other".into()), Reply::Versioned("1".into(), 99)];
            assert!(others.iter().all(|other| Kv.step(&before, &call, Some(other)).is_none()));
        }
    }

    #[test]
    fn a_key_holds_what_was_put_and_appended() {
        check(&[
            ("get x", "= \"\""),
            ("append x a", "done"),
            ("get x", "= a"),
            ("put x b", "done"),
            ("append x c", "done"),
            ("append-get x d", "= bc"),
            ("get x", "= bcd"),
            ("delete x", "done"),
            ("get x", "= \"\""),
        ]);
    }

    #[test]
    fn a_version_counts_the_changes() {
        check(&[
            ("version x", "ErrNoKey"),
            ("put-if x 3 a", "ErrNoKey"),
            ("put-if x 0 a", "done"),
            ("version x", "= a 1"),
            ("put-if x 0 b", "ErrVersion"),
            ("put-if x 1 b", "done"),
            ("put-if x 1 c", "ErrMaybe"),
            ("version x", "= b 2"),
            ("put-if x 2 d", "ErrMaybe"),
            ("version x", "= d 3"),
            ("delete x", "done"),
            ("version x", "ErrNoKey"),
        ]);
    }

    #[test]
    fn a_swap_compares_first() {
        check(&[
            ("swap x 1 2", "ErrDiffers"),
            ("swap x \"\" 1", "done"),
            ("swap x 1 2", "done"),
            ("swap x 1 3", "ErrDiffers"),
            ("get x", "= 2"),
        ]);
    }
}

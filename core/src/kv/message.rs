//! What clients ask of the store, and what they are told.

use std::fmt;

use crate::bytes::Bytes;
use crate::replicated::service::Text;
use crate::words::{quoted, split};

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// What does the key hold?
    Get {
        /// The key.
        key: Bytes,
    },
    /// What does the key hold, and in which version?
    Version {
        /// The key.
        key: Bytes,
    },
    /// Let the key hold this.
    Put {
        /// The key.
        key: Bytes,
        /// What it is to hold.
        value: Bytes,
    },
    /// Add this at the end of what the key holds.
    Append {
        /// The key.
        key: Bytes,
        /// What is added.
        value: Bytes,
    },
    /// The same, and what did it hold before?
    AppendGet {
        /// The key.
        key: Bytes,
        /// What is added.
        value: Bytes,
    },
    /// Let the key hold this if it is in this version; 0: if it is not there.
    PutIf {
        /// The key.
        key: Bytes,
        /// The version it must have.
        version: u64,
        /// What it is to hold.
        value: Bytes,
    },
    /// Let the key hold `value` if it holds `held`.
    Swap {
        /// The key.
        key: Bytes,
        /// What it must hold.
        held: Bytes,
        /// What it is to hold.
        value: Bytes,
    },
    /// Let the key hold nothing.
    Delete {
        /// The key.
        key: Bytes,
    },
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reply {
    /// What the key holds, or held before.
    Value(Bytes),
    /// What it holds, and the version of that.
    Versioned(Bytes, u64),
    /// It is done.
    Done,
    /// It is not done.
    Refused(Refusal),
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The key is in another version.
    Version,
    /// There is no such key.
    NoKey,
    /// The key is in another version, and may have been brought there by an earlier attempt of the
    /// same client: nobody knows.
    Maybe,
    /// The key holds something else.
    Differs,
}

impl Refusal {
    const ALL: [Refusal; 4] = [Refusal::Version, Refusal::NoKey, Refusal::Maybe, Refusal::Differs];

    /// The one of this name.
    pub fn from_word(word: &str) -> Option<Refusal> {
        Refusal::ALL.into_iter().find(|refusal| refusal.word() == word)
    }

    /// The course's name for it.
    pub const fn word(self) -> &'static str {
        match self {
            Refusal::Version => "ErrVersion",
            Refusal::NoKey => "ErrNoKey",
            Refusal::Maybe => "ErrMaybe",
            Refusal::Differs => "ErrDiffers",
        }
    }
}

impl Call {
    /// The key it is about.
    pub fn key(&self) -> &Bytes {
        match self {
            Call::Get { key }
            | Call::Version { key }
            | Call::Put { key, .. }
            | Call::Append { key, .. }
            | Call::AppendGet { key, .. }
            | Call::PutIf { key, .. }
            | Call::Swap { key, .. }
            | Call::Delete { key } => key,
        }
    }

    /// The same, of another key.
    #[must_use]
    pub fn with_key(mut self, to: Bytes) -> Call {
        let (Call::Get { key }
        | Call::Version { key }
        | Call::Put { key, .. }
        | Call::Append { key, .. }
        | Call::AppendGet { key, .. }
        | Call::PutIf { key, .. }
        | Call::Swap { key, .. }
        | Call::Delete { key }) = &mut self;
        *key = to;
        self
    }

    /// Whether it changes nothing, whatever the store holds.
    pub fn is_query(&self) -> bool {
        matches!(self, Call::Get { .. } | Call::Version { .. })
    }
}

/// As it is written in scripts and in the log: `put x 1`.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = quoted(self.key());
        match self {
            Call::Get { .. } => write!(f, "get {key}"),
            Call::Version { .. } => write!(f, "version {key}"),
            Call::Put { value, .. } => write!(f, "put {key} {}", quoted(value)),
            Call::Append { value, .. } => write!(f, "append {key} {}", quoted(value)),
            Call::AppendGet { value, .. } => write!(f, "append-get {key} {}", quoted(value)),
            Call::PutIf { version, value, .. } => {
                write!(f, "put-if {key} {version} {}", quoted(value))
            }
            Call::Swap { held, value, .. } => {
                write!(f, "swap {key} {} {}", quoted(held), quoted(value))
            }
            Call::Delete { .. } => write!(f, "delete {key}"),
        }
    }
}

impl Text for Call {
    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<Call> {
        let words = split(text)?;
        let (verb, rest) = words.split_first()?;
        let key = rest.first()?.clone();
        Some(match (&verb[..], &rest[1..]) {
            (b"get", []) => Call::Get { key },
            (b"version", []) => Call::Version { key },
            (b"put", [value]) => Call::Put { key, value: value.clone() },
            (b"append", [value]) => Call::Append { key, value: value.clone() },
            (b"append-get", [value]) => Call::AppendGet { key, value: value.clone() },
            (b"put-if", [version, value]) => {
                Call::PutIf { key, version: number(version)?, value: value.clone() }
            }
            (b"swap", [held, value]) => {
                Call::Swap { key, held: held.clone(), value: value.clone() }
            }
            (b"delete", []) => Call::Delete { key },
            _ => return None,
        })
    }
}

/// As people read it: `"1"`, `"1" version 3`, `done`, `ErrVersion`.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reply::Value(value) => write!(f, "{value:?}"),
            Reply::Versioned(value, version) => write!(f, "{value:?} version {version}"),
            Reply::Done => f.write_str("done"),
            Reply::Refused(refusal) => f.write_str(refusal.word()),
        }
    }
}

/// As it travels: `= 1`, `= 1 3`, `done`, `ErrVersion`.
impl Text for Reply {
    fn to_text(&self) -> String {
        match self {
            Reply::Value(value) => format!("= {}", quoted(value)),
            Reply::Versioned(value, version) => format!("= {} {version}", quoted(value)),
            Reply::Done => "done".to_owned(),
            Reply::Refused(refusal) => refusal.word().to_owned(),
        }
    }

    fn from_text(text: &str) -> Option<Reply> {
        let words = split(text)?;
        Some(match words.iter().map(|word| &word[..]).collect::<Vec<_>>()[..] {
            [b"=", value] => Reply::Value(value.into()),
            [b"=", value, version] => Reply::Versioned(value.into(), number(version)?),
            [b"done"] => Reply::Done,
            [word] => Reply::Refused(Refusal::from_word(std::str::from_utf8(word).ok()?)?),
            _ => return None,
        })
    }
}

fn number(word: &[u8]) -> Option<u64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

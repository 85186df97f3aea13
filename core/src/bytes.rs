//! A run of bytes that is cheap to copy: short ones stand in place, long ones
//! are shared.
//!
//! Commands, values and pieces of a snapshot travel through logs, messages,
//! disks and notices; a copy of one costs a few machine words at most.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// As many bytes as fit without sharing.
const INLINE_MAX: usize = 16;

/// An immutable run of bytes; reads as a slice.
#[derive(Clone)]
pub struct Bytes(Kept);

#[derive(Clone)]
enum Kept {
    Inline(Short),
    Shared(Arc<[u8]>),
}

/// Bytes that stand in place, zero behind their length.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Short {
    length: Length,
    content: [u8; INLINE_MAX],
}

/// A length as a word that has values to spare: the enum around it finds room
/// for its tag there. So all of it is whole words, and a copy of a copy need not
/// wait until stores of single bytes have met in memory.
#[rustfmt::skip]
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
enum Length {
    L0, L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11, L12, L13, L14, L15, L16,
}

#[rustfmt::skip]
const LENGTHS: [Length; INLINE_MAX + 1] = {
    use Length::*;
    [L0, L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11, L12, L13, L14, L15, L16]
};

impl Bytes {
    /// No bytes.
    pub const EMPTY: Bytes =
        Bytes(Kept::Inline(Short { content: [0; INLINE_MAX], length: Length::L0 }));

    /// The content as text, with a replacement mark for what is not UTF-8.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self)
    }
}

impl Default for Bytes {
    fn default() -> Bytes {
        Bytes::EMPTY
    }
}

impl Deref for Bytes {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Kept::Inline(Short { content, length }) => &content[..*length as usize],
            Kept::Shared(content) => content,
        }
    }
}

impl From<&[u8]> for Bytes {
    #[inline]
    fn from(bytes: &[u8]) -> Bytes {
        if bytes.len() > INLINE_MAX {
            return Bytes(Kept::Shared(bytes.into()));
        }
        let mut content = [0; INLINE_MAX];
        content[..bytes.len()].copy_from_slice(bytes);
        Bytes(Kept::Inline(Short { content, length: LENGTHS[bytes.len()] }))
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Bytes {
        text.as_bytes().into()
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Bytes {
        if bytes.len() > INLINE_MAX { Bytes(Kept::Shared(bytes.into())) } else { bytes[..].into() }
    }
}

impl PartialEq for Bytes {
    #[inline]
    fn eq(&self, other: &Bytes) -> bool {
        match (&self.0, &other.0) {
            (Kept::Inline(one), Kept::Inline(two)) => one == two,
            (Kept::Shared(one), Kept::Shared(two)) => Arc::ptr_eq(one, two) || one == two,
            // Each length is kept in one way only.
            _ => false,
        }
    }
}

impl Eq for Bytes {}

impl PartialOrd for Bytes {
    fn partial_cmp(&self, other: &Bytes) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bytes {
    fn cmp(&self, other: &Bytes) -> std::cmp::Ordering {
        self[..].cmp(&other[..])
    }
}

impl Hash for Bytes {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self[..].hash(state);
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// As a run of bytes, not as a list of numbers.
#[cfg(feature = "serde")]
mod serial {
    use serde::de::{Error, SeqAccess, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Bytes, fmt};

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(self)
        }
    }

    struct Run;

    impl<'de> Visitor<'de> for Run {
        type Value = Bytes;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a run of bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
            Ok(bytes.into())
        }

        fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
            Ok(bytes.into())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Bytes, A::Error> {
            let mut bytes = Vec::new();
            while let Some(byte) = sequence.next_element::<u8>()? {
                bytes.push(byte);
            }
            Ok(bytes.into())
        }
    }

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
            deserializer.deserialize_bytes(Run)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_read_the_same() {
        for length in [0, 1, INLINE_MAX, INLINE_MAX + 1, 5_000] {
            let content: Vec<u8> = (0..length).map(|i| i as u8).collect();
            assert_eq!(Bytes::from(&content[..])[..], content[..]);
            assert_eq!(Bytes::from(content.clone()), Bytes::from(&content[..]));
        }
    }

    #[test]
    fn a_copy_is_three_words() {
        assert_eq!(size_of::<Bytes>(), 24);
    }
}

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
const INLINE_MAX: usize = 22;

/// An immutable run of bytes; reads as a slice.
#[derive(Clone)]
pub struct Bytes(Kept);

#[derive(Clone)]
enum Kept {
    Inline { length: u8, content: [u8; INLINE_MAX] },
    Shared(Arc<[u8]>),
}

impl Bytes {
    /// No bytes.
    pub const EMPTY: Bytes = Bytes(Kept::Inline { length: 0, content: [0; INLINE_MAX] });

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
            Kept::Inline { length, content } => &content[..usize::from(*length)],
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
        Bytes(Kept::Inline { length: bytes.len() as u8, content })
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
        if let (Kept::Shared(one), Kept::Shared(two)) = (&self.0, &other.0)
            && Arc::ptr_eq(one, two)
        {
            return true;
        }
        self[..] == other[..]
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

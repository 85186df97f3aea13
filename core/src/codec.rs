//! Numbers and runs of bytes as one text: what goes into logs and snapshots, and can be read there.
//!
//! `12 5:hello 0:` is a number and two runs. Written by a machine and read by a machine of the same
//! build; whoever reads checks all the same, since a disk may lie.

/// Puts parts together.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// One that has nothing yet.
    pub fn new() -> Writer {
        Writer::default()
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) -> &mut Writer {
        self.out.extend_from_slice(number.to_string().as_bytes());
        self.out.push(b' ');
        self
    }

    /// Adds a run of bytes.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Writer {
        self.out.extend_from_slice(bytes.len().to_string().as_bytes());
        self.out.push(b':');
        self.out.extend_from_slice(bytes);
        self.out.push(b' ');
        self
    }

    /// All of it.
    pub fn end(self) -> Vec<u8> {
        self.out
    }
}

/// Takes parts off the front; `None` where something else stands there.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// One at the start of a text.
    pub fn new(text: &'a [u8]) -> Reader<'a> {
        Reader { rest: text }
    }

    /// True at the end.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The number that stands here.
    pub fn number(&mut self) -> Option<u64> {
        self.digits(b' ')
    }

    /// The run of bytes that stands here.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.digits(b':')?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest.strip_prefix(b" ")?;
        Some(bytes)
    }

    /// The run of bytes that stands here, if it is text.
    pub fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    /// Digits up to a mark, which is taken, too.
    fn digits(&mut self, mark: u8) -> Option<u64> {
        let count = self.rest.iter().position(|&byte| byte == mark)?;
        let (digits, rest) = self.rest.split_at(count);
        let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
        self.rest = &rest[1..];
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut writer = Writer::new();
        writer.number(12).bytes(b"hello").bytes(b"").number(u64::MAX).bytes(b"3:a 7 ");
        let text = writer.end();
        let mut reader = Reader::new(&text);
        assert_eq!(reader.number(), Some(12));
        assert_eq!(reader.bytes(), Some(&b"hello"[..]));
        assert_eq!(reader.bytes(), Some(&b""[..]));
        assert_eq!(reader.number(), Some(u64::MAX));
        assert!(!reader.is_at_end());
        assert_eq!(reader.text().as_deref(), Some("3:a 7 "));
        assert!(reader.is_at_end());
    }

    #[test]
    fn what_is_something_else_is_nothing() {
        for text in ["", "x ", "12", "-1 ", "99999999999999999999 "] {
            assert_eq!(Reader::new(text.as_bytes()).number(), None, "{text}");
        }
        for text in ["", "5:abc ", "3:abc", "3:abcd", "99999999999999:a ", "a:b "] {
            assert_eq!(Reader::new(text.as_bytes()).bytes(), None, "{text}");
        }
    }
}

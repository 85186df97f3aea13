//! The values of EDN and JSON, as far as histories need them, with their places.
//!
//! The two are near enough to be read by one reader: to EDN a comma is a space,
//! and only JSON puts a colon behind a key, which is a text then.

use super::limits;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Nil,
    Flag(bool),
    Number(i64),
    Text(String),
    /// A keyword without its colon, a symbol, or a number that is not whole.
    Word(String),
    List(Vec<Value>),
    Map(Map),
}

/// A map in the order of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Map {
    /// Key, value, and where the value stands, in bytes.
    pub(super) entries: Vec<(Value, Value, usize)>,
}

impl Map {
    /// The value under a name, a text or a keyword, and its place.
    pub(super) fn get(&self, name: &str) -> Option<(&Value, usize)> {
        let is_it =
            |key: &Value| matches!(key, Value::Text(text) | Value::Word(text) if text == name);
        let entry = self.entries.iter().find(|(key, ..)| is_it(key))?;
        Some((&entry.1, entry.2))
    }
}

/// What is wrong, and at which byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Wrong {
        Wrong { at, message: message.into() }
    }
}

/// Reads values from a text, one after the other.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Values read since the last one that stood alone began.
    values: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Reader<'a> {
        Reader { text, at, values: 0 }
    }

    /// Where it stands, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes a character when it stands here.
    pub(super) fn accept(&mut self, wanted: char) -> bool {
        let is_here = self.peek() == Some(wanted);
        if is_here {
            self.at += wanted.len_utf8();
        }
        is_here
    }

    /// Goes over spaces, commas and comments, and tells whether anything is left.
    pub(super) fn is_at_value(&mut self) -> bool {
        loop {
            let trimmed = self.rest().trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            self.at = self.text.len() - trimmed.len();
            if !trimmed.starts_with(';') {
                return !trimmed.is_empty();
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// Reads a value.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value, Wrong> {
        if !self.is_at_value() {
            return Err(Wrong::new(self.at, "expected a value, found the end"));
        }
        let start = self.at;
        if depth > limits::DEPTH {
            let message =
                format!("expected no more than {} values inside of each other", limits::DEPTH);
            return Err(Wrong::new(start, message));
        }
        self.values = if depth == 0 { 1 } else { self.values + 1 };
        if self.values > limits::VALUES {
            let message = format!("expected no more than {} values in one event", limits::VALUES);
            return Err(Wrong::new(start, message));
        }
        let Some(first) = self.peek() else {
            return Err(Wrong::new(start, "expected a value, found the end"));
        };
        self.at += first.len_utf8();
        match first {
            '{' => self.map(start, depth),
            '[' => self.list(start, ']', depth),
            '(' => self.list(start, ')', depth),
            '"' => self.text(start).map(Value::Text),
            '#' if self.accept('{') => self.list(start, '}', depth),
            '#' => {
                // A tag says what kind of value follows, which is of no use here.
                self.word();
                self.value(depth + 1)
            }
            '}' | ']' | ')' => Err(Wrong::new(start, format!("expected a value, found `{first}`"))),
            ':' => {
                let word = self.word();
                match word.is_empty() {
                    true => Err(Wrong::new(start, "expected a name behind the colon")),
                    false => Ok(Value::Word(word.to_owned())),
                }
            }
            _ => {
                self.at = start;
                Ok(value_of(self.word()))
            }
        }
    }

    /// Takes all up to the next character that ends a word.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || ",;\"()[]{}".contains(c);
        // JSON puts a colon right behind what ends there; EDN has some in names.
        let end = rest.find(ends).unwrap_or(rest.len());
        let end = end.max(rest.chars().next().filter(|c| *c == ';').map_or(0, char::len_utf8));
        self.at += end;
        &rest[..end]
    }

    fn list(&mut self, start: usize, end: char, depth: usize) -> Result<Value, Wrong> {
        let mut values = Vec::new();
        loop {
            if !self.is_at_value() {
                return Err(Wrong::new(start, format!("expected a `{end}` for this")));
            }
            if self.accept(end) {
                return Ok(Value::List(values));
            }
            values.push(self.value(depth + 1)?);
        }
    }

    fn map(&mut self, start: usize, depth: usize) -> Result<Value, Wrong> {
        let mut entries = Vec::new();
        loop {
            if !self.is_at_value() {
                return Err(Wrong::new(start, "expected a `}` for this"));
            }
            if self.accept('}') {
                return Ok(Value::Map(Map { entries }));
            }
            let key = self.value(depth + 1)?;
            let is_more = self.is_at_value();
            if matches!(key, Value::Text(_)) && !self.accept(':') {
                return Err(Wrong::new(self.at, "expected a `:` behind this key"));
            }
            if !is_more || !self.is_at_value() || self.peek() == Some('}') {
                return Err(Wrong::new(self.at, "expected a value for this key"));
            }
            let at = self.at;
            entries.push((key, self.value(depth + 1)?, at));
        }
    }

    /// The rest of a text in quotation marks.
    fn text(&mut self, start: usize) -> Result<String, Wrong> {
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(['"', '\\']) else {
                return Err(Wrong::new(start, "expected a `\"` at the end of this text"));
            };
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if rest[end..].starts_with('"') {
                return Ok(text);
            }
            text.push(self.escaped()?);
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Result<char, Wrong> {
        let at = self.at - 1;
        let first = self.peek();
        self.at += first.map_or(0, char::len_utf8);
        Ok(match first {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('u') => {
                let high = self.four_digits(at)?;
                let code = match high {
                    0xD800..0xDC00 if self.rest().starts_with("\\u") => {
                        self.at += 2;
                        let low = self.four_digits(at)?;
                        // A wrong second half gives no character.
                        let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400);
                        low.map_or(high, |low| 0x1_0000 + ((high - 0xD800) << 10) + low)
                    }
                    _ => high,
                };
                let character = char::from_u32(code);
                character
                    .ok_or_else(|| Wrong::new(at, "expected a character, found half of one"))?
            }
            _ => {
                return Err(Wrong::new(
                    at,
                    "expected one of \\n \\t \\r \\b \\f \\\" \\\\ \\/ \\u",
                ));
            }
        })
    }

    fn four_digits(&mut self, at: usize) -> Result<u32, Wrong> {
        let digits =
            self.rest().get(..4).filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += if code.is_some() { 4 } else { 0 };
        code.ok_or_else(|| Wrong::new(at, "expected four hexadecimal digits behind \\u"))
    }
}

/// What a word without a colon says.
fn value_of(word: &str) -> Value {
    match word {
        "nil" | "null" => Value::Nil,
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => word.parse().map_or_else(|_| Value::Word(word.to_owned()), Value::Number),
    }
}

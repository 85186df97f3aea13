//! Words of a line, as people and machines write them: a word with a blank in it, or with nothing in
//! it, stands in quotes.

use std::fmt::Write as _;

use crate::bytes::Bytes;

/// Splits a line into its words; `None` where a quote does not end, or more follows on it than a
/// blank.
pub fn split(line: &str) -> Option<Vec<Bytes>> {
    let mut words = Vec::new();
    let mut rest = line.trim_matches(' ');
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = rest.find(' ').unwrap_or(rest.len());
                (rest.as_bytes()[..end].to_vec(), &rest[end..])
            }
        };
        if !after.is_empty() && !after.starts_with(' ') {
            return None;
        }
        words.push(Bytes::from(word));
        rest = after.trim_start_matches(' ');
    }
    Some(words)
}

/// The same, where every word is text.
pub fn strings(line: &str) -> Option<Vec<String>> {
    split(line)?.iter().map(|word| String::from_utf8(word.to_vec()).ok()).collect()
}

/// Up to the closing quote, and what stands behind it.
fn unquoted(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut word = Vec::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((word, &text[at + 1..])),
            '\\' => match letters.next()?.1 {
                'n' => word.push(b'\n'),
                'x' => {
                    let digits = [letters.next()?.1, letters.next()?.1].map(|it| it.to_digit(16));
                    let [Some(high), Some(low)] = digits else { return None };
                    word.push((high << 4 | low) as u8);
                }
                other @ ('"' | '\\') => word.push(other as u8),
                _ => return None,
            },
            other => word.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    None
}

/// A word as it stands in a line.
pub fn quoted(word: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"';
    if !word.is_empty() && word.iter().all(plain) {
        return String::from_utf8_lossy(word).into_owned();
    }
    let mut text = String::from("\"");
    for chunk in word.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '"' | '\\' => text.extend(['\\', letter]),
                '\n' => text.push_str("\\n"),
                letter if letter.is_control() && letter.is_ascii() => hex(&mut text, letter as u8),
                letter => text.push(letter),
            }
        }
        chunk.invalid().iter().for_each(|byte| hex(&mut text, *byte));
    }
    text.push('"');
    text
}

fn hex(text: &mut String, byte: u8) {
    write!(text, "\\x{byte:02x}").expect("a string takes all");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn words_are_split_at_blanks_and_quotes_hold_together() {
        let split = |line| {
            let words = split(line)?;
            Some(words.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(split("put x 1"), Some(vec!["put".into(), "x".into(), "1".into()]));
        assert_eq!(
            split("  put  x   \"a b\" "),
            Some(vec!["put".into(), "x".into(), "a b".into()])
        );
        assert_eq!(split(r#""" "\"\\\n\x41""#), Some(vec!["".into(), "\"\\\nA".into()]));
        assert_eq!(split(""), Some(Vec::new()));
        for wrong in ["\"", "a \"b", "\"a\"b", r#""\q""#, r#""\x4""#, r#""\xzz""#] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_was_quoted_is_split_again() {
        let mut rng = Rng::new(3);
        for _ in 0..2_000 {
            let length = rng.below(12) as usize;
            let word: Vec<u8> = (0..length).map(|_| rng.below(256) as u8).collect();
            let line = format!("{} {}", quoted(&word), quoted(b"x"));
            let words = split(&line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(words, [Bytes::from(word), Bytes::from("x")], "{line}");
        }
    }
}

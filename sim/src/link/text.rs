//! The text around a link's body: finding it in what was pasted, its letters,
//! its checksum.

use std::borrow::Cow;

use data_encoding::BASE64URL_NOPAD;

use super::limits;
use super::problem::Problem;

/// Body packed by deflate.
const DEFLATED: u8 = 1;
/// Where the number of the codec stands in the flags.
const CODEC: u8 = 0b1110;

/// The parts of what stands after `#`.
pub(super) struct Fragment {
    pub(super) generation: u32,
    /// The code, in the letters of base64url.
    code: String,
    /// The parameter `t`, if it is there.
    pub(super) moment: Option<String>,
}

/// Finds the link in a pasted text: of any host, with or without one, with
/// signs behind it that an author's sentence left there.
pub(super) fn fragment(text: &str) -> Result<Fragment, Problem> {
    // Only what could be a link of bounded length is looked at.
    const PASTED: usize = 8 * limits::FRAGMENT;
    if text.len() > PASTED {
        return Err(Problem::TooLong(text.len()));
    }
    let text = if text.contains('%') { Cow::Owned(percent_decoded(text)) } else { text.into() };
    let (generation, rest) = after_mark(&text).ok_or(Problem::NotALink)?;
    let end = rest.find(|c: char| c.is_control() || " \t\"'<>\\`{}|^".contains(c));
    let rest = &rest[..end.unwrap_or(rest.len())];
    let rest = rest.trim_end_matches(['.', ',', ')', ';', '!', '?', ':', ']', '*', '…']);
    if rest.len() > limits::FRAGMENT {
        return Err(Problem::TooLong(rest.len()));
    }
    let mut parts = rest.split('&');
    let code = parts.next().unwrap_or("");
    let moment = parts.find_map(|part| {
        let part = part.strip_prefix("amp;").unwrap_or(part);
        Some(part.strip_prefix("t=")?.to_owned())
    });
    let letter = |letter| match letter {
        '+' => '-',
        '/' => '_',
        other => other,
    };
    let code = code.trim_end_matches('=').chars().map(letter).collect();
    Ok(Fragment { generation, code, moment })
}

/// The generation of the last `#s1:`, or of an `s1:` that begins the text, and
/// what follows it.
fn after_mark(text: &str) -> Option<(u32, &str)> {
    let begins = |rest: &'_ str| {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let follows = rest[digits..].strip_prefix(':')?;
        let generation = rest[..digits].parse().ok()?;
        Some((generation, text.len() - follows.len()))
    };
    let bare = text.trim_start().strip_prefix('s').and_then(begins);
    let mut found = None;
    for (at, _) in text.match_indices("#s") {
        found = begins(&text[at + 2..]).or(found);
    }
    let (generation, at) = found.or(bare)?;
    Some((generation, &text[at..]))
}

/// Once, and only what becomes ASCII.
fn percent_decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        decoded.push_str(&rest[..at]);
        let digits = rest.get(at + 1..at + 3);
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                decoded.push(byte.into());
                rest = &rest[at + 3..];
            }
            None => {
                decoded.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

/// The body of a link, unpacked and checked.
pub(super) fn body(fragment: &Fragment) -> Result<Vec<u8>, Problem> {
    let code = &fragment.code;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if let Some((place, letter)) = code.chars().enumerate().find(|(_, letter)| !plain(*letter)) {
        return Err(Problem::Letter(letter, place + 1));
    }
    let bytes = BASE64URL_NOPAD.decode(code.as_bytes()).map_err(|_| Problem::Damaged)?;
    let Some((sealed, check)) = bytes.split_last_chunk::<2>() else {
        return Err(Problem::Damaged);
    };
    if checksum(sealed) != u16::from_le_bytes(*check) {
        return Err(Problem::Damaged);
    }
    let (flags, packed) = sealed.split_first().ok_or(Problem::Damaged)?;
    if flags & !DEFLATED != 0 {
        return Err(Problem::Codec((flags & CODEC) >> 1));
    }
    if flags & DEFLATED == 0 {
        return Ok(packed.to_vec());
    }
    miniz_oxide::inflate::decompress_to_vec_with_limit(packed, limits::BODY).map_err(|error| {
        let more = error.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput;
        if more { Problem::TooLarge } else { Problem::Body }
    })
}

/// The code of a body: packed only where that is shorter.
pub(super) fn payload(body: &[u8]) -> String {
    let packed = miniz_oxide::deflate::compress_to_vec(body, 9);
    let (flags, content) = if packed.len() < body.len() { (DEFLATED, &*packed) } else { (0, body) };
    let mut bytes = Vec::with_capacity(content.len() + 3);
    bytes.push(flags);
    bytes.extend_from_slice(content);
    sealed(bytes)
}

/// Flags and content with their checksum, as letters.
pub(super) fn sealed(mut bytes: Vec<u8>) -> String {
    bytes.extend(checksum(&bytes).to_le_bytes());
    BASE64URL_NOPAD.encode(&bytes)
}

/// CRC-16 with the polynomial x^16 + x^12 + x^5 + 1, from 0xFFFF: finds a letter
/// lost or changed on the way; nobody is kept from forging one.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |sum: u16, byte| {
        (0..8).fold(sum ^ u16::from(*byte) << 8, |sum, _| {
            let carry = sum & 0x8000 != 0;
            (sum << 1) ^ if carry { 0x1021 } else { 0 }
        })
    })
}

/// A piece of a stranger's text as an error shows it.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 40;
    let plain = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut short: String = plain.take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

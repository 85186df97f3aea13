//! A link as a square of dots that phones read.

use qrcodegen::{QrCode, QrCodeEcc};

/// The quiet zone around the dots, without which no reader finds them.
const QUIET: i32 = 4;

/// More dots a side than this are too small on a screen to be read.
const SIDE_MOST: i32 = 101;

/// The dots of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dots {
    /// The side with its quiet zone, in dots.
    pub side: i32,
    /// The dark dots, as the path of a drawing: one rectangle a run.
    pub path: String,
}

/// The dots of a text; `None` when it is too long.
pub fn dots(text: &str) -> Option<Dots> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    if size > SIDE_MOST {
        return None;
    }
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let from = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > from {
                let (left, top, wide) = (from + QUIET, y + QUIET, x - from);
                path.push_str(&format!("M{left} {top}h{wide}v1h-{wide}z"));
            }
            x += 1;
        }
    }
    Some(Dots { side: size + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_its_three_finders_and_a_quiet_zone() {
        let dots = dots("https://netsplit.example/#s1:AAEBZw&t=0").expect("it is short");
        assert_eq!((dots.side - 2 * QUIET - 17) % 4, 0, "a size there is");
        // The upper edge of the finders at the left and at the right.
        let right = dots.side - QUIET - 7;
        assert!(dots.path.starts_with("M4 4h7v1h-7z"), "{}", dots.path);
        assert!(dots.path.contains(&format!("M{right} 4h7v1h-7z")));
        assert_eq!(super::dots(&"x".repeat(3_000)), None);
    }
}

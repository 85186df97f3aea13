//! Numbers of a drawing as text, to a tenth: no eye asks for more, and the standard
//! way of writing any number there is weighs more than all drawings.

use std::fmt;

/// A length or a place, written to a tenth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tenths(pub f64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() as i64;
        let sign = if tenths < 0 { "-" } else { "" };
        let tenths = tenths.unsigned_abs();
        write!(f, "{sign}{}.{}", tenths / 10, tenths % 10)
    }
}

/// A number within two others. That of the standard library can say of any number that
/// it is none, and so writes numbers as well.
pub fn within(number: f64, least: f64, most: f64) -> f64 {
    number.max(least).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_to_a_tenth() {
        let written: Vec<String> =
            [0.0, -0.01, 1.25, -0.3, 12.98].iter().map(|it| Tenths(*it).to_string()).collect();
        assert_eq!(written, ["0.0", "0.0", "1.3", "-0.3", "13.0"]);
        assert_eq!([within(-1.0, 0.0, 2.0), within(3.0, 0.0, 2.0)], [0.0, 2.0]);
    }
}

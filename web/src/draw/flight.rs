//! How far a message is on its way.

use super::tenths::within;
use netsplit_core::time::Time;

/// What a message leaves free before the end of its lane: the bar of a cut
/// stands there.
pub const BAR_BEFORE_END: f64 = 14.0;
/// How far apart held messages of one lane wait.
pub const QUEUE_STEP: f64 = 24.0;

/// The share of its way that a message has gone, from 0 to 1.
pub fn share(sent: Time, arrives: Time, now: Time) -> f64 {
    let whole = arrives.since(sent).micros();
    let gone = now.since(sent).micros();
    if whole == 0 { 1.0 } else { within(gone as f64 / whole as f64, 0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_goes_its_way_evenly() {
        let at = Time::from_micros;
        assert_eq!(share(at(100), at(300), at(150)), 0.25);
        assert_eq!(share(at(100), at(300), at(50)), 0.0);
        assert_eq!(share(at(100), at(300), at(900)), 1.0);
        assert_eq!(share(at(100), at(100), at(100)), 1.0);
    }
}

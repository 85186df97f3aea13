//! What an act leads to, in one line: for the pale future, and for the wall of
//! other luck.

use netsplit_core::time::{Span, Time};

use crate::labs::LabWords;
use crate::run::{self, WorldView};

/// Something that was told, and when.
pub type Told = (Time, run::Told);

/// What an act leads to, without its full stop: `n2 leads term 2 after 187 ms`,
/// `nobody leads within 5 s`. `before` is the moment of the act, `after` one
/// some time later on the same run; `told` is what was told in between, oldest
/// first.
pub fn leads_to(
    lab: &'static LabWords,
    before: &WorldView,
    after: &WorldView,
    told: &[Told],
) -> String {
    (lab.code().stories.outcome)(before, after, told)
}

/// A wait as people say it: `187 ms`, `5 s`, `2.4 s`.
pub fn wait_text(span: Span) -> String {
    match span.micros() {
        micros @ 0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{} ms", span.millis(0)),
        micros if micros % 1_000_000 < 100_000 => format!("{} s", span.seconds(0)),
        _ => format!("{} s", span.seconds(1)),
    }
}

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
    let millis = span.micros() / 1_000;
    match millis {
        0 => format!("{} µs", span.micros()),
        1..1_000 => format!("{millis} ms"),
        _ if millis % 1_000 < 100 => format!("{} s", millis / 1_000),
        _ => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
    }
}

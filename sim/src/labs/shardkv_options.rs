//! The sharded store's options by name: those of its groups, which are the key/value store's, and its
//! own.

use netsplit_core::replicated::options::Kept;
use netsplit_core::shardctrl::mutants::{self as controller, Mutants as OfController};
use netsplit_core::shardkv::mutants::{Mutant, Mutants};
use netsplit_core::shardkv::options::{By, Options};
use netsplit_core::time::Span;

use super::{Misplaced, Pair, kv_options};
use crate::script::{span_from_text, span_text};

/// Names with their numbers in links. Frozen: a number is never reused. Those of a group have the
/// numbers that they have in the key/value store's lab.
pub const NUMBERS: &[(&str, u32)] = &{
    let mut numbers = [("", 0); kv_options::NUMBERS.len() + OWN.len()];
    let mut place = 0;
    while place < numbers.len() {
        numbers[place] = match place < kv_options::NUMBERS.len() {
            true => kv_options::NUMBERS[place],
            false => OWN[place - kv_options::NUMBERS.len()],
        };
        place += 1;
    }
    numbers
};

/// Its own.
const OWN: [(&str, u32); 3] = [("shards", 128), ("by", 129), ("poll", 130)];

/// Shards of a scenario at most.
const SHARDS: u32 = 64;

/// What a sharded store is told when nothing is said.
pub(super) fn paper() -> Options {
    of_service(kv_options::paper())
}

/// Where sessions are kept is no option: beside what moves.
fn of_service(replicated: netsplit_core::replicated::options::Options) -> Options {
    let mut options = Options::paper();
    options.replicated = replicated;
    options.replicated.sessions = Kept::ByService;
    options
}

pub(super) fn set_option(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    let expected = |what: &str| format!("expected {what} for `{key}`, found `{value}`");
    match key {
        "shards" => {
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            let count = value.parse().ok().filter(|n| digits && (1..=SHARDS).contains(n));
            let what = format!("a number from 1 to {SHARDS}");
            options.sharding.count = count.ok_or_else(|| expected(&what))?;
        }
        "by" => {
            options.sharding.by = match value {
                "first-byte" => By::FirstByte,
                "hash" => By::Hash,
                _ => return Err(expected("first-byte or hash")),
            };
        }
        "poll" => {
            let most = Span::from_millis(60_000);
            let span = span_from_text(value).filter(|span| Span::ZERO < *span && *span <= most);
            options.poll = span.ok_or_else(|| expected("a time like 100ms, a minute at most"))?;
        }
        "sessions" => return Err("sessions are kept with their shards".to_owned()),
        "mistake" if value == "none" => {
            options.mutants = Mutants::NONE;
            options.controller_mutants = OfController::NONE;
            return kv_options::set_option(&mut options.replicated, key, value);
        }
        "mistake" => {
            let id = value.to_ascii_uppercase();
            match (Mutant::from_id(&id), controller::Mutant::from_id(&id)) {
                (Some(mutant), _) => options.mutants = options.mutants.with(mutant),
                (None, Some(mutant)) => {
                    options.controller_mutants = options.controller_mutants.with(mutant);
                }
                (None, None) => kv_options::set_option(&mut options.replicated, key, value)
                    .map_err(|_| expected("a mistake like SK01, SC01, KV01 or EL01"))?,
            }
        }
        _ => kv_options::set_option(&mut options.replicated, key, value)?,
    }
    options.replicated.sessions = Kept::ByService;
    Ok(())
}

/// The options that were given, in whatever order.
///
/// # Errors
/// The place of the wrong one among them, and what was expected.
pub fn options_from_pairs(given: &[Pair]) -> Result<Options, Misplaced> {
    let mut options = paper();
    for now in 0..3 {
        for (place, (key, value)) in given.iter().enumerate() {
            if kv_options::rank(key, value) == now {
                set_option(&mut options, key, value).map_err(|why| (place, why))?;
            }
        }
    }
    Ok(options)
}

/// The options that differ from the default, each once and in the order of [`NUMBERS`]; by way of a
/// preset where that says less.
pub fn options_as_pairs(options: &Options) -> Vec<Pair> {
    let ways = kv_options::PRESETS.iter().map(|name| {
        let preset = of_service(kv_options::preset(name).expect("it is one of them"));
        let mut pairs = Vec::new();
        if *name != kv_options::PRESETS[0] {
            pairs.push(("preset".to_owned(), (*name).to_owned()));
        }
        pairs.extend(pairs_of(options, Some(&preset)));
        pairs
    });
    ways.min_by_key(Vec::len).expect("there are presets")
}

/// What was given, in the one form in which it is printed.
pub(super) fn canonical(given: &[Pair]) -> Result<Vec<Pair>, Misplaced> {
    options_from_pairs(given).map(|options| options_as_pairs(&options))
}

/// Every option with its value, in the order of [`NUMBERS`]. Options that are wrong count as the
/// default.
pub(super) fn values(given: &[Pair]) -> Vec<Pair> {
    pairs_of(&options_from_pairs(given).unwrap_or_else(|_| paper()), None)
}

pub(super) fn pairs_of(options: &Options, from: Option<&Options>) -> Vec<Pair> {
    let all = from.is_none();
    let mut pairs = kv_options::pairs_of(&options.replicated, from.map(|it| &it.replicated));
    let from = from.unwrap_or(options);
    // Where sessions are kept is no option here.
    pairs.retain(|(key, _)| key != "sessions");
    let mut pair = |differs: bool, key: &str, value: String| {
        if differs || all {
            pairs.push((key.to_owned(), value));
        }
    };
    for mutant in options.mutants.iter() {
        pair(true, "mistake", mutant.id().to_owned());
    }
    for mutant in options.controller_mutants.iter() {
        pair(true, "mistake", mutant.id().to_owned());
    }
    let (own, other) = (options.sharding, from.sharding);
    pair(own.count != other.count, "shards", own.count.to_string());
    let by = match own.by {
        By::FirstByte => "first-byte",
        By::Hash => "hash",
    };
    pair(own.by != other.by, "by", by.to_owned());
    pair(options.poll != from.poll, "poll", span_text(options.poll));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, printed: &str) {
        let pairs = |text: &str| -> Vec<Pair> {
            let pair = |word: &str| {
                let (key, value) = word.split_once('=').expect("the tests write pairs");
                (key.to_owned(), value.to_owned())
            };
            text.split_whitespace().map(pair).collect()
        };
        assert_eq!(canonical(&pairs(given)), Ok(pairs(printed)), "{given}");
    }

    #[test]
    fn options_are_printed_once_and_in_order() {
        check("", "");
        check("by=hash shards=12", "shards=12 by=hash");
        check("poll=100ms shards=10", "");
        check("mistake=sk01 work=on preset=course", "preset=course work=on mistake=SK01");
        check("reads=read-index mistake=none", "reads=read-index");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let wrong = |key: &str, value: &str| {
            options_from_pairs(&[(key.to_owned(), value.to_owned())]).expect_err("it is wrong").1
        };
        assert_eq!(wrong("shards", "0"), "expected a number from 1 to 64 for `shards`, found `0`");
        assert_eq!(wrong("by", "x"), "expected first-byte or hash for `by`, found `x`");
        assert_eq!(wrong("sessions", "none"), "sessions are kept with their shards");
    }
}

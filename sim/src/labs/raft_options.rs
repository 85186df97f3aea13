//! Raft's options by name: what scenarios say and links carry.

use netsplit_core::raft::mutants::{Mutant, Mutants};
use netsplit_core::raft::options::{CommitTold, Options};
use netsplit_core::raft::progress::IN_FLIGHT_LIMIT;
use netsplit_core::time::Span;

use crate::script::{span_from_text, span_text, switch_from_text, switch_text};

/// Names with their numbers in links. Frozen: a number is never reused.
pub const NUMBERS: &[(&str, u32)] = &[
    ("preset", 64),
    ("election", 65),
    ("heartbeat", 66),
    ("pre-vote", 67),
    ("check-quorum", 68),
    ("commit-told", 69),
    ("in-flight", 70),
    ("append-entries", 71),
    ("append-bytes", 72),
    ("chunk", 73),
    ("mistake", 74),
];

/// The presets by name.
const PRESETS: &[(&str, Options)] = &[
    ("paper", Options::paper()),
    ("course", Options::course()),
    ("production", Options::production()),
];

/// Sets one option. `preset` replaces all others, so it comes first.
///
/// # Errors
/// What was expected, when the value is not one of the option's, or there is no
/// such option.
pub fn set_option(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    const MINUTE: Span = Span::from_millis(60_000);
    let expected = |what: &str| format!("expected {what} for `{key}`, found `{value}`");
    let switch = || switch_from_text(value).ok_or_else(|| expected("`on` or `off`"));
    let number = |most: u64| {
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.parse().ok().filter(|n| digits && (1..=most).contains(n));
        number.ok_or_else(|| expected(&format!("a number from 1 to {most}")))
    };
    match key {
        "preset" => {
            let preset = PRESETS.iter().find(|(name, _)| *name == value);
            let (_, preset) = preset.ok_or_else(|| expected("paper, course or production"))?;
            *options = Options { mutants: options.mutants, ..preset.clone() };
        }
        "election" => {
            let range = range_from_text(value)
                .filter(|(low, high)| Span::ZERO < *low && low <= high && *high <= MINUTE);
            (options.election_min, options.election_max) =
                range.ok_or_else(|| expected("two times like 150ms..300ms, a minute at most"))?;
        }
        "heartbeat" => {
            let span = span_from_text(value).filter(|span| Span::ZERO < *span && *span <= MINUTE);
            options.heartbeat = span.ok_or_else(|| expected("a time like 50ms"))?;
        }
        "pre-vote" => options.pre_vote = switch()?,
        "check-quorum" => options.check_quorum = switch()?,
        "commit-told" => {
            options.commit_told = match value {
                "at-once" => CommitTold::AtOnce,
                "next-append" => CommitTold::NextAppend,
                _ => return Err(expected("`at-once` or `next-append`")),
            };
        }
        "in-flight" => options.in_flight_max = number(IN_FLIGHT_LIMIT.into())? as u32,
        "append-entries" => options.append_entries_max = number(100_000)? as u32,
        "append-bytes" => options.append_bytes_max = number(1 << 30)?,
        "chunk" => options.chunk_bytes = number(1 << 30)?,
        "mistake" if value == "none" => options.mutants = Mutants::NONE,
        "mistake" => {
            let mutant = Mutant::from_id(value);
            let mutant = mutant.ok_or_else(|| expected("a mistake like EL01"))?;
            options.mutants = options.mutants.with(mutant);
        }
        _ => return Err(format!("Raft has no option `{key}`")),
    }
    Ok(())
}

/// The options that were given, in whatever order.
///
/// # Errors
/// The place of the wrong one among them, and what was expected.
pub fn options_from_pairs(given: &[(String, String)]) -> Result<Options, (usize, String)> {
    let mut options = Options::default();
    let is_preset = |(_, (key, _)): &(usize, &(String, String))| key == "preset";
    let presets = given.iter().enumerate().filter(is_preset);
    let others = given.iter().enumerate().filter(|pair| !is_preset(pair));
    for (place, (key, value)) in presets.chain(others) {
        set_option(&mut options, key, value).map_err(|why| (place, why))?;
    }
    Ok(options)
}

/// The options that differ from the default, each once and in the order of
/// [`NUMBERS`]; by way of a preset where that says less.
pub fn options_as_pairs(options: &Options) -> Vec<(String, String)> {
    let ways = PRESETS.iter().map(|(name, preset)| {
        let mut pairs = Vec::new();
        if *preset != Options::default() {
            pairs.push(("preset".to_owned(), (*name).to_owned()));
        }
        pairs.extend(pairs_of(options, Some(preset)));
        pairs
    });
    ways.min_by_key(Vec::len).expect("there are presets")
}

/// What was given, in the one form in which it is printed.
pub(super) fn canonical(
    given: &[(String, String)],
) -> Result<Vec<(String, String)>, (usize, String)> {
    options_from_pairs(given).map(|options| options_as_pairs(&options))
}

/// Every option with its value, in the order of [`NUMBERS`]; a `mistake` for each
/// that is on. Options that are wrong count as the default.
pub(super) fn values(given: &[(String, String)]) -> Vec<(String, String)> {
    pairs_of(&options_from_pairs(given).unwrap_or_default(), None)
}

/// The options that differ from others, or all.
pub(super) fn pairs_of(options: &Options, from: Option<&Options>) -> Vec<(String, String)> {
    let all = from.is_none();
    let from = from.unwrap_or(options);
    let mut pairs = Vec::new();
    let mut pair = |differs: bool, key: &str, value: String| {
        if differs || all {
            pairs.push((key.to_owned(), value));
        }
    };
    let election = (options.election_min, options.election_max);
    let range = format!("{}..{}", span_text(election.0), span_text(election.1));
    pair(election != (from.election_min, from.election_max), "election", range);
    pair(options.heartbeat != from.heartbeat, "heartbeat", span_text(options.heartbeat));
    pair(options.pre_vote != from.pre_vote, "pre-vote", switch_text(options.pre_vote).into());
    pair(
        options.check_quorum != from.check_quorum,
        "check-quorum",
        switch_text(options.check_quorum).into(),
    );
    let told = match options.commit_told {
        CommitTold::AtOnce => "at-once",
        CommitTold::NextAppend => "next-append",
    };
    pair(options.commit_told != from.commit_told, "commit-told", told.into());
    let (in_flight, entries) = (options.in_flight_max, options.append_entries_max);
    pair(in_flight != from.in_flight_max, "in-flight", in_flight.to_string());
    pair(entries != from.append_entries_max, "append-entries", entries.to_string());
    let (bytes, chunk) = (options.append_bytes_max, options.chunk_bytes);
    pair(bytes != from.append_bytes_max, "append-bytes", bytes.to_string());
    pair(chunk != from.chunk_bytes, "chunk", chunk.to_string());
    for mutant in options.mutants.iter() {
        pair(true, "mistake", mutant.id().to_owned());
    }
    pairs
}

/// `150ms..300ms`, also `150..300ms`.
pub(super) fn range_from_text(text: &str) -> Option<(Span, Span)> {
    let (low, high) = text.split_once("..")?;
    let unit = high.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let low = span_from_text(low).or_else(|| span_from_text(&format!("{low}{unit}")))?;
    Some((low, span_from_text(high)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let pair = |word: &str| {
            let (key, value) = word.split_once('=').expect("the tests write pairs");
            (key.to_owned(), value.to_owned())
        };
        text.split_whitespace().map(pair).collect()
    }

    fn check(given: &str, printed: &str) {
        assert_eq!(canonical(&pairs(given)), Ok(pairs(printed)), "{given}");
    }

    #[test]
    fn options_print_in_one_form() {
        check("", "");
        check("pre-vote=off election=150..300ms", "");
        check("mistake=LD01 pre-vote=on mistake=el01", "pre-vote=on mistake=EL01 mistake=LD01");
        check("heartbeat=100ms preset=course", "preset=course");
        check("election=400ms..800ms heartbeat=100ms", "preset=course");
        check("preset=production chunk=7", "preset=production chunk=7");
        check("election=1s..1.5s", "election=1s..1500ms");
    }

    #[test]
    fn wrong_values_are_refused_with_what_was_expected() {
        for text in ["election=0ms..1ms", "election=2s..1s", "in-flight=9", "in-flight=0"] {
            assert!(canonical(&pairs(text)).is_err(), "{text}");
        }
        let (place, why) = canonical(&pairs("pre-vote=on mistake=XX99")).expect_err("no mistake");
        assert_eq!((place, &*why), (1, "expected a mistake like EL01 for `mistake`, found `XX99`"));
    }

    #[test]
    fn numbers_are_not_used_twice() {
        let mut numbers: Vec<u32> = NUMBERS.iter().map(|(_, number)| *number).collect();
        numbers.dedup();
        assert_eq!(numbers, (64..=74).collect::<Vec<u32>>());
    }
}

//! The store's options by name: those of its Raft, and its own.

use netsplit_core::replicated::mutants::Mutant;
use netsplit_core::replicated::options::{Kept, Options, Reading, Work};
use netsplit_core::time::Span;

use super::raft_options;
use super::{Misplaced, Pair};
use crate::script::{span_from_text, span_text, switch_from_text, switch_text};

/// Names with their numbers in links. Frozen: a number is never reused. Those of Raft have the
/// numbers that they have in its lab.
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
    ("quiet-start", 96),
    ("sessions", 97),
    ("reads", 98),
    ("drift", 99),
    ("log-bytes", 100),
    ("retry", 101),
    ("back-off", 102),
    ("work", 103),
    ("clerks", 104),
    ("calls", 105),
    ("think", 106),
    ("keys", 107),
    ("hot", 108),
    ("queries", 109),
    ("own-key", 110),
];

/// What clerks do when only `work=on` is said.
const WORK: Work = Work {
    clerks: 1,
    most: 1_000_000,
    think_min: Span::from_millis(5),
    think_max: Span::from_millis(40),
    keys: 3,
    hot_percent: 0,
    query_percent: 50,
    own_key: false,
};

/// What a store is told when nothing is said: as in the paper, with what a lease rests on, so that
/// every way to read can be chosen while it runs.
pub(super) fn paper() -> Options {
    let options = Options::paper().with_lease();
    Options { reading: Reading::Log, ..options }
}

/// The presets by name.
pub(super) fn preset(name: &str) -> Option<Options> {
    let raft = netsplit_core::raft::options::Options::production();
    Some(match name {
        "paper" => paper(),
        "course" => Options::course(),
        "production" => Options { raft, reading: Reading::ReadIndex, ..paper() },
        _ => return None,
    })
}

/// The names of the presets.
pub(super) const PRESETS: [&str; 3] = ["paper", "course", "production"];

/// Sets one option by its name.
pub(super) fn set_option(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    const MINUTE: Span = Span::from_millis(60_000);
    let expected = |what: &str| format!("expected {what} for `{key}`, found `{value}`");
    let switch = || switch_from_text(value).ok_or_else(|| expected("`on` or `off`"));
    let number = |least: u64, most: u64| {
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.parse().ok().filter(|n| digits && (least..=most).contains(n));
        number.ok_or_else(|| expected(&format!("a number from {least} to {most}")))
    };
    let percent = || {
        let digits = value.strip_suffix('%').unwrap_or(value);
        let number = digits.parse::<u32>().ok().filter(|n| *n <= 100);
        number.ok_or_else(|| expected("percent from 0% to 100%"))
    };
    let span = || {
        let span = span_from_text(value).filter(|span| Span::ZERO < *span && *span <= MINUTE);
        span.ok_or_else(|| expected("a time like 50ms, a minute at most"))
    };
    match key {
        "preset" => {
            let preset = preset(value).ok_or_else(|| expected("paper, course or production"))?;
            *options = preset;
        }
        "mistake" if value == "none" => {
            options.mutants = Options::default().mutants;
            options.raft.mutants = Options::default().raft.mutants;
        }
        "mistake" if Mutant::from_id(&value.to_ascii_uppercase()).is_some() => {
            let mutant = Mutant::from_id(&value.to_ascii_uppercase());
            options.mutants = options.mutants.with(mutant.expect("it was looked up"));
        }
        "mistake" => raft_options::set_option(&mut options.raft, key, value)
            .map_err(|_| expected("a mistake like KV01 or EL01"))?,
        "quiet-start" => options.raft.quiet_start = switch()?,
        "sessions" => {
            options.sessions = match value {
                "chosen" => Kept::Chosen,
                "none" => Kept::None,
                _ => Kept::Opened {
                    most: number(1, 1_000_000)
                        .map_err(|_| expected("`chosen`, `none` or how many are kept"))?
                        as u32,
                },
            };
        }
        "reads" => {
            let reading = Reading::from_word(value);
            options.reading =
                reading.ok_or_else(|| expected("log, read-index, lease or follower"))?;
        }
        "drift" => options.drift_percent = percent()?,
        "log-bytes" if value == "unlimited" => options.log_bytes_max = None,
        "log-bytes" => options.log_bytes_max = Some(number(1, 1 << 30)?),
        "retry" => options.retry = span()?,
        "back-off" => options.back_off = span()?,
        "work" => options.work = switch()?.then_some(options.work.unwrap_or(WORK)),
        "clerks" => work(options).clerks = number(1, 1_000)? as u32,
        "calls" => work(options).most = number(1, 1_000_000)?,
        "keys" => work(options).keys = number(1, 1_000_000)? as u32,
        "hot" => work(options).hot_percent = percent()?,
        "queries" => work(options).query_percent = percent()?,
        "own-key" => work(options).own_key = switch()?,
        "think" => {
            let range = raft_options::range_from_text(value).or_else(|| {
                let span = span_from_text(value)?;
                Some((span, span))
            });
            let range = range.filter(|(low, high)| low <= high && *high <= MINUTE);
            let (low, high) = range.ok_or_else(|| expected("a time like 5ms or 5ms..40ms"))?;
            (work(options).think_min, work(options).think_max) = (low, high);
        }
        _ => return raft_options::set_option(&mut options.raft, key, value),
    }
    Ok(())
}

/// What clerks do; from here on they do something.
fn work(options: &mut Options) -> &mut Work {
    options.work.get_or_insert(WORK)
}

/// When an option is set: a preset replaces all, and `work=off` ends what the others would begin.
pub(super) fn rank(key: &str, value: &str) -> u32 {
    match (key, value) {
        ("preset", _) => 0,
        ("work", "off") => 2,
        _ => 1,
    }
}

/// The options that were given, in whatever order.
///
/// # Errors
/// The place of the wrong one among them, and what was expected.
pub fn options_from_pairs(given: &[Pair]) -> Result<Options, Misplaced> {
    let mut options = paper();
    for now in 0..3 {
        for (place, (key, value)) in given.iter().enumerate() {
            if rank(key, value) == now {
                set_option(&mut options, key, value).map_err(|why| (place, why))?;
            }
        }
    }
    Ok(options)
}

/// The options that differ from the default, each once and in the order of [`NUMBERS`]; by way of a
/// preset where that says less.
pub fn options_as_pairs(options: &Options) -> Vec<Pair> {
    let ways = PRESETS.iter().map(|name| {
        let preset = preset(name).expect("it is one of them");
        let mut pairs = Vec::new();
        if *name != PRESETS[0] {
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

/// The options that differ from others, or all.
pub(super) fn pairs_of(options: &Options, from: Option<&Options>) -> Vec<Pair> {
    let all = from.is_none();
    let from = from.unwrap_or(options);
    let raft = raft_options::pairs_of(&options.raft, (!all).then_some(&from.raft));
    let is_mistake = |(key, _): &Pair| key == "mistake";
    let (of_raft, mut pairs): (Vec<Pair>, Vec<Pair>) = raft.into_iter().partition(is_mistake);
    pairs.extend(of_raft);
    for mutant in options.mutants.iter() {
        pairs.push(("mistake".to_owned(), mutant.id().to_owned()));
    }
    let mut pair = |differs: bool, key: &str, value: String| {
        if differs || all {
            pairs.push((key.to_owned(), value));
        }
    };
    let quiet = options.raft.quiet_start;
    pair(quiet != from.raft.quiet_start, "quiet-start", switch_text(quiet).into());
    let sessions = match options.sessions {
        Kept::Opened { most } => most.to_string(),
        Kept::Chosen | Kept::ByService => "chosen".to_owned(),
        Kept::None => "none".to_owned(),
    };
    pair(options.sessions != from.sessions, "sessions", sessions);
    pair(options.reading != from.reading, "reads", options.reading.word().to_owned());
    let drift = options.drift_percent;
    pair(drift != from.drift_percent, "drift", format!("{drift}%"));
    let bytes = options.log_bytes_max.map_or("unlimited".to_owned(), |most| most.to_string());
    pair(options.log_bytes_max != from.log_bytes_max, "log-bytes", bytes);
    pair(options.retry != from.retry, "retry", span_text(options.retry));
    pair(options.back_off != from.back_off, "back-off", span_text(options.back_off));
    work_pairs(options.work, from.work, &mut pair);
    pairs
}

/// What clerks do by themselves: nothing of it where they do nothing.
fn work_pairs(work: Option<Work>, from: Option<Work>, pair: &mut impl FnMut(bool, &str, String)) {
    pair(work.is_some() != from.is_some(), "work", switch_text(work.is_some()).into());
    let Some(work) = work else { return };
    let from = from.unwrap_or(WORK);
    pair(work.clerks != from.clerks, "clerks", work.clerks.to_string());
    pair(work.most != from.most, "calls", work.most.to_string());
    let (low, high) = (span_text(work.think_min), span_text(work.think_max));
    let think = if low == high { low } else { format!("{low}..{high}") };
    let thinks = (work.think_min, work.think_max) != (from.think_min, from.think_max);
    pair(thinks, "think", think);
    pair(work.keys != from.keys, "keys", work.keys.to_string());
    pair(work.hot_percent != from.hot_percent, "hot", format!("{}%", work.hot_percent));
    let queries = work.query_percent;
    pair(queries != from.query_percent, "queries", format!("{queries}%"));
    pair(work.own_key != from.own_key, "own-key", switch_text(work.own_key).into());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<Pair> {
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
        check("preset=paper", "");
        check("reads=lease heartbeat=20ms", "heartbeat=20ms reads=lease");
        check("preset=course sessions=100", "preset=course sessions=100");
        check("mistake=KV03 mistake=el01", "mistake=EL01 mistake=KV03");
        check("queries=90", "work=on queries=90%");
        check("queries=90 work=off", "");
        check("think=5ms work=on clerks=2", "work=on clerks=2 think=5ms");
        check("log-bytes=1000 drift=0 sessions=none", "sessions=none drift=0% log-bytes=1000");
        check("log-bytes=unlimited sessions=chosen", "sessions=chosen");
    }

    #[test]
    fn every_option_has_a_value_and_reads_back() {
        for given in ["work=on", "preset=course", "reads=follower own-key=on mistake=KV01"] {
            let values = values(&pairs(given));
            let (options, read) = (options_from_pairs(&pairs(given)), options_from_pairs(&values));
            assert_eq!(options, read, "{given}");
            let known = |(key, _): &Pair| NUMBERS.iter().any(|(name, _)| name == key);
            assert!(values.iter().all(known), "{values:?}");
        }
    }

    #[test]
    fn wrong_values_are_refused_with_what_was_expected() {
        for text in ["sessions=0", "reads=fast", "drift=101%", "think=2s..1s", "clerks=0", "keys=x"]
        {
            assert!(canonical(&pairs(text)).is_err(), "{text}");
        }
        let (place, why) = canonical(&pairs("reads=log mistake=XX99")).expect_err("no mistake");
        let expected = "expected a mistake like KV01 or EL01 for `mistake`, found `XX99`";
        assert_eq!((place, &*why), (1, expected));
    }
}

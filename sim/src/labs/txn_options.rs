//! Options of a store with transactions, by name: those of the sharded store beneath, and its own.

use netsplit_core::time::Span;
use netsplit_core::txn::mutants::{Mutant, Mutants};
use netsplit_core::txn::options::{DecidedBy, Isolation, Options, Work, WorkKind};

use super::{Misplaced, Pair, kv_options, raft_options, shardkv_options};
use crate::script::{span_from_text, span_text, switch_from_text, switch_text};

/// Names with their numbers in links. Frozen: a number is never reused. Those of the sharded store
/// have the numbers that they have in its lab; what clerks do there is here what clients do.
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
    ("reads", 98),
    ("drift", 99),
    ("log-bytes", 100),
    ("retry", 101),
    ("back-off", 102),
    ("shards", 128),
    ("by", 129),
    ("poll", 130),
    ("isolation", 160),
    ("decision", 161),
    ("wound-wait", 162),
    ("again", 163),
    ("in-doubt", 164),
    ("versions", 165),
    ("attempts", 166),
    ("work", 167),
    ("keys", 168),
    ("ops", 169),
    ("only-reads", 170),
    ("transactions", 171),
    ("think", 172),
];

/// What clients do when only the kind is said.
const WORK: Work = Work {
    kind: WorkKind::Lists,
    keys: 6,
    ops_max: 4,
    read_percent: 25,
    most: 1_000_000,
    think_min: Span::from_millis(5),
    think_max: Span::from_millis(40),
};

/// What it is told when nothing is said.
fn paper() -> Options {
    Options { sharded: shardkv_options::paper(), ..Options::paper() }
}

fn set_option(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    const MINUTE: Span = Span::from_millis(60_000);
    let expected = |what: &str| format!("expected {what} for `{key}`, found `{value}`");
    let number = |least: u64, most: u64| {
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.parse().ok().filter(|n| digits && (least..=most).contains(n));
        number.ok_or_else(|| expected(&format!("a number from {least} to {most}")))
    };
    let span = || {
        let span = span_from_text(value).filter(|span| Span::ZERO < *span && *span <= MINUTE);
        span.ok_or_else(|| expected("a time like 50ms, a minute at most"))
    };
    match key {
        "isolation" => {
            let words = "serializable, snapshot or read-committed";
            options.isolation = Isolation::from_word(value).ok_or_else(|| expected(words))?;
        }
        "decision" => {
            options.decision = match value {
                "group" => DecidedBy::Group,
                "client" => DecidedBy::Client,
                _ => return Err(expected("group or client")),
            };
        }
        "wound-wait" => {
            options.wound_wait =
                switch_from_text(value).ok_or_else(|| expected("`on` or `off`"))?;
        }
        "again" => options.again = span()?,
        "in-doubt" => options.in_doubt = span()?,
        "versions" => options.versions_max = number(1, 10_000)? as u32,
        "attempts" => options.attempts_max = number(1, 10_000)? as u32,
        "work" => {
            let kind = match value {
                "off" => None,
                "lists" => Some(WorkKind::Lists),
                "bank" => Some(WorkKind::Bank),
                _ => return Err(expected("off, lists or bank")),
            };
            let kept = options.work.unwrap_or(WORK);
            options.work = kind.map(|kind| Work { kind, ..kept });
        }
        "keys" => work(options).keys = number(1, 1_000)? as u32,
        "ops" => work(options).ops_max = number(1, 16)? as u32,
        "only-reads" => {
            let digits = value.strip_suffix('%').unwrap_or(value);
            let percent = digits.parse::<u32>().ok().filter(|n| *n <= 100);
            work(options).read_percent =
                percent.ok_or_else(|| expected("percent from 0% to 100%"))?;
        }
        "transactions" => work(options).most = number(1, 1_000_000)?,
        "think" => {
            let range = raft_options::range_from_text(value).or_else(|| {
                let span = span_from_text(value)?;
                Some((span, span))
            });
            let range = range.filter(|(low, high)| low <= high && *high <= MINUTE);
            let (low, high) = range.ok_or_else(|| expected("a time like 5ms or 5ms..40ms"))?;
            (work(options).think_min, work(options).think_max) = (low, high);
        }
        "mistake" if value == "none" => {
            options.mutants = Mutants::NONE;
            return shardkv_options::set_option(&mut options.sharded, key, value);
        }
        "mistake" => match Mutant::from_id(&value.to_ascii_uppercase()) {
            Some(mutant) => options.mutants = options.mutants.with(mutant),
            None => shardkv_options::set_option(&mut options.sharded, key, value)
                .map_err(|_| expected("a mistake like TX01, SK01, KV01 or EL01"))?,
        },
        _ => shardkv_options::set_option(&mut options.sharded, key, value)?,
    }
    Ok(())
}

fn work(options: &mut Options) -> &mut Work {
    options.work.get_or_insert(WORK)
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
    let mut pairs = shardkv_options::options_as_pairs(&options.sharded);
    pairs.extend(own_pairs(options, Some(&paper())));
    pairs
}

/// What was given, in the one form in which it is printed.
pub(super) fn canonical(given: &[Pair]) -> Result<Vec<Pair>, Misplaced> {
    options_from_pairs(given).map(|options| options_as_pairs(&options))
}

/// Every option with its value, in the order of [`NUMBERS`]. Options that are wrong count as the
/// default.
pub(super) fn values(given: &[Pair]) -> Vec<Pair> {
    let options = options_from_pairs(given).unwrap_or_else(|_| paper());
    let mut pairs = shardkv_options::pairs_of(&options.sharded, None);
    // What clerks do is not said: clients do other things.
    pairs.retain(|(key, _)| key != "work");
    pairs.extend(own_pairs(&options, None));
    pairs
}

fn own_pairs(options: &Options, from: Option<&Options>) -> Vec<Pair> {
    let all = from.is_none();
    let from = from.unwrap_or(options);
    let mut pairs = Vec::new();
    for mutant in options.mutants.iter() {
        pairs.push(("mistake".to_owned(), mutant.id().to_owned()));
    }
    let mut pair = |differs: bool, key: &str, value: String| {
        if differs || all {
            pairs.push((key.to_owned(), value));
        }
    };
    pair(options.isolation != from.isolation, "isolation", options.isolation.word().to_owned());
    let decision = match options.decision {
        DecidedBy::Group => "group",
        DecidedBy::Client => "client",
    };
    pair(options.decision != from.decision, "decision", decision.to_owned());
    let wounds = options.wound_wait;
    pair(wounds != from.wound_wait, "wound-wait", switch_text(wounds).to_owned());
    pair(options.again != from.again, "again", span_text(options.again));
    pair(options.in_doubt != from.in_doubt, "in-doubt", span_text(options.in_doubt));
    pair(options.versions_max != from.versions_max, "versions", options.versions_max.to_string());
    pair(options.attempts_max != from.attempts_max, "attempts", options.attempts_max.to_string());
    let kind = match options.work.map(|work| work.kind) {
        None => "off",
        Some(WorkKind::Lists) => "lists",
        Some(WorkKind::Bank) => "bank",
    };
    pair(options.work.is_some() != from.work.is_some(), "work", kind.to_owned());
    let Some(work) = options.work else { return pairs };
    let other = from.work.unwrap_or(WORK);
    pair(work.keys != other.keys, "keys", work.keys.to_string());
    pair(work.ops_max != other.ops_max, "ops", work.ops_max.to_string());
    let reads = work.read_percent;
    pair(reads != other.read_percent, "only-reads", format!("{reads}%"));
    pair(work.most != other.most, "transactions", work.most.to_string());
    let (low, high) = (span_text(work.think_min), span_text(work.think_max));
    let think = if low == high { low } else { format!("{low}..{high}") };
    let thinks = (work.think_min, work.think_max) != (other.think_min, other.think_max);
    pair(thinks, "think", think);
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
        check("isolation=serializable decision=group", "");
        check("work=bank keys=4 isolation=snapshot", "isolation=snapshot work=bank keys=4");
        check("mistake=tx03 shards=4", "shards=4 mistake=TX03");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |key: &str, value: &str| {
            options_from_pairs(&[(key.to_owned(), value.to_owned())]).expect_err("it is wrong").1
        };
        assert_eq!(wrong("decision", "x"), "expected group or client for `decision`, found `x`");
        assert_eq!(wrong("work", "on"), "expected off, lists or bank for `work`, found `on`");
    }
}

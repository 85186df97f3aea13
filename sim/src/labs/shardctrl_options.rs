//! The shard controller's options by name: those of every service over Raft, as far as they mean
//! something here, and its own.

use netsplit_core::replicated::options as service;
use netsplit_core::shardctrl::mutants::{Mutant, Mutants};

use super::kv_options;
use super::{Misplaced, Pair};

/// Names with their numbers in links. Frozen: a number is never reused. Those of a service have the
/// numbers that they have in the store's lab; workloads know no keys.
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
    ("queries", 109),
    ("shards", 128),
    ("gids", 129),
];

/// What controllers and their clerks can be told at their start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// What every service can be told. Of a workload's keys there are as many as it joins groups.
    pub service: service::Options,
    /// How many shards there are.
    pub shards: u32,
    /// Mistakes made on purpose.
    pub mutants: Mutants,
}

impl Options {
    /// These of every service; ten shards, as in the course.
    pub const fn of(service: service::Options) -> Options {
        Options { service, shards: 10, mutants: Mutants::NONE }
    }

    /// What servers and clerks are told: mistakes that they make for the controller among it.
    pub fn of_nodes(&self) -> service::Options {
        let mutants = self.mutants.of_framework().iter();
        let mutants = mutants.fold(self.service.mutants, |all, mutant| all.with(mutant));
        service::Options { mutants, ..self.service.clone() }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::of(kv_options::paper())
    }
}

/// The name of an option among those of the store, where it has another there.
fn name_of_store(name: &str) -> Option<&str> {
    match name {
        "gids" => Some("keys"),
        "keys" | "hot" | "own-key" => None,
        _ => Some(name),
    }
}

/// The name of an option of the store here.
fn name_from_store(name: &str) -> Option<&str> {
    match name {
        "keys" => Some("gids"),
        "hot" | "own-key" => None,
        _ => Some(name),
    }
}

fn set_option(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    let expected = |what: &str| format!("expected {what} for `{key}`, found `{value}`");
    let mutant = Mutant::from_id(&value.to_ascii_uppercase());
    match (key, mutant) {
        ("mistake", Some(mutant)) => options.mutants = options.mutants.with(mutant),
        ("mistake", None) => {
            if value == "none" {
                options.mutants = Mutants::NONE;
            }
            kv_options::set_option(&mut options.service, key, value)
                .map_err(|_| expected("a mistake like SC01, KV01 or EL01"))?;
        }
        ("shards", _) => {
            let digits = value.bytes().all(|byte| byte.is_ascii_digit());
            let number = value.parse().ok().filter(|n| digits && (1..=1_000).contains(n));
            options.shards = number.ok_or_else(|| expected("a number from 1 to 1000"))?;
        }
        _ => {
            let known = name_of_store(key).ok_or_else(|| format!("there is no option `{key}`"))?;
            kv_options::set_option(&mut options.service, known, value)
                .map_err(|why| why.replace("`keys`", "`gids`"))?;
        }
    }
    Ok(())
}

/// The options that were given, in whatever order.
///
/// # Errors
/// The place of the wrong one among them, and what was expected.
pub fn options_from_pairs(given: &[Pair]) -> Result<Options, Misplaced> {
    let mut options = Options::default();
    for now in 0..3 {
        for (place, (key, value)) in given.iter().enumerate() {
            if kv_options::rank(key, value) == now {
                set_option(&mut options, key, value).map_err(|why| (place, why))?;
            }
        }
    }
    Ok(options)
}

/// The options that differ from the default, each once and in the order of [`NUMBERS`].
pub fn options_as_pairs(options: &Options) -> Vec<Pair> {
    let own = options.shards != Options::default().shards;
    pairs(kv_options::options_as_pairs(&options.service), options, own)
}

/// What was given, in the one form in which it is printed.
pub(super) fn canonical(given: &[Pair]) -> Result<Vec<Pair>, Misplaced> {
    options_from_pairs(given).map(|options| options_as_pairs(&options))
}

/// Every option with its value, in the order of [`NUMBERS`]. Options that are wrong count as the
/// default.
pub(super) fn values(given: &[Pair]) -> Vec<Pair> {
    let options = options_from_pairs(given).unwrap_or_default();
    pairs(kv_options::pairs_of(&options.service, None), &options, true)
}

/// Those of the service, and with them the controller's own.
fn pairs(of_service: Vec<Pair>, options: &Options, with_shards: bool) -> Vec<Pair> {
    let named = |(name, value): Pair| Some((name_from_store(&name)?.to_owned(), value));
    let mut pairs: Vec<Pair> = of_service.into_iter().filter_map(named).collect();
    let mistakes = options.mutants.iter();
    pairs.extend(mistakes.map(|mutant| ("mistake".to_owned(), mutant.id().to_owned())));
    if with_shards {
        pairs.push(("shards".to_owned(), options.shards.to_string()));
    }
    pairs.sort_by_key(|(name, _)| NUMBERS.iter().position(|(known, _)| known == name));
    pairs
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
        check("shards=10 preset=paper", "");
        check("shards=4 reads=lease", "reads=lease shards=4");
        check("preset=course shards=4", "preset=course shards=4");
        check("mistake=sc03 mistake=KV03 mistake=el01", "mistake=EL01 mistake=KV03 mistake=SC03");
        check("mistake=SC03 mistake=none", "");
        check("gids=7 queries=20", "work=on queries=20% gids=7");
    }

    #[test]
    fn every_option_has_a_value_and_reads_back() {
        for given in ["work=on", "preset=course shards=3", "reads=follower mistake=SC01 gids=2"] {
            let values = values(&pairs(given));
            let (options, read) = (options_from_pairs(&pairs(given)), options_from_pairs(&values));
            assert_eq!(options, read, "{given}");
            let known = |(key, _): &Pair| NUMBERS.iter().any(|(name, _)| name == key);
            assert!(values.iter().all(known), "{values:?}");
        }
    }

    #[test]
    fn wrong_values_are_refused_with_what_was_expected() {
        for text in ["shards=0", "shards=+1", "keys=3", "hot=1%", "own-key=on", "sessions=0"] {
            assert!(canonical(&pairs(text)).is_err(), "{text}");
        }
        let why = |text: &str| canonical(&pairs(text)).expect_err("it is wrong").1;
        assert_eq!(
            why("mistake=XX99"),
            "expected a mistake like SC01, KV01 or EL01 for `mistake`, found `XX99`"
        );
        assert_eq!(why("gids=x"), "expected a number from 1 to 1000000 for `gids`, found `x`");
    }
}

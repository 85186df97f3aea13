//! The options of a MapReduce by name: what scenarios say and links carry.

use std::sync::Arc;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::mapreduce::functions::built_in;
use netsplit_core::mapreduce::mutants::{Mutant, Mutants};
use netsplit_core::mapreduce::options::{Detection, DiskModel, Options as Machines, Split};
use netsplit_core::rng::Rng;
use netsplit_core::time::Span;

use super::mapreduce::costs;
use super::mapreduce::input::Input;
use super::mapreduce::tables;
use super::{Misplaced, Pair};
use crate::script::{span_from_text, span_text, switch_from_text, switch_text};

/// Names with their numbers in links. Frozen: a number is never reused.
pub const NUMBERS: &[(&str, u32)] = &[
    ("preset", 64),
    ("job", 65),
    ("input", 66),
    ("splits", 67),
    ("bytes", 68),
    ("parts", 69),
    ("rounds", 70),
    ("disk", 71),
    ("detect", 72),
    ("time-out", 73),
    ("ping", 74),
    ("retry", 75),
    ("backup", 76),
    ("locality", 77),
    ("combine", 78),
    ("skip", 79),
    ("overlap", 80),
    ("checkpoint", 81),
    ("start", 82),
    ("cost", 83),
    ("scale", 84),
    ("replicas", 85),
    ("bad-disk", 86),
    ("mistake", 87),
];

/// What a run of the lab can be told at its start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// What the machines are told, but for the splits.
    pub machines: Machines,
    /// The job, by its word.
    pub job: String,
    /// What it reads, …
    pub input: Input,
    /// … in how many splits, …
    pub splits: u32,
    /// … of about how many bytes each.
    pub bytes: u64,
    /// On how many workers' disks each split lies.
    pub replicas: u32,
    /// Whether work takes time, as in the paper's cluster.
    pub cost: bool,
    /// Workers with a bad disk.
    pub bad_disk: Vec<NodeId>,
}

impl Options {
    /// As the paper has it, small enough to be watched.
    pub fn paper() -> Options {
        Options {
            machines: Machines { costs: costs::CODE, ..Machines::paper() },
            job: "wc".to_owned(),
            input: Input::Corpus,
            splits: 8,
            bytes: 3_000,
            replicas: 2,
            cost: true,
            bad_disk: Vec::new(),
        }
    }

    /// As the course has it: eight texts, ten parts, a shared disk, and no costs.
    pub fn course() -> Options {
        Options {
            machines: Machines::course(),
            input: Input::Course,
            cost: false,
            ..Options::paper()
        }
    }

    /// The paper's sort in the small: as many map and reduce tasks for each worker as there were
    /// for each of its 1746 machines when there are fourteen (section 5.3).
    pub fn sort() -> Options {
        let machines = Machines {
            parts: 32,
            combine: false,
            costs: costs::CODE_OF_SORT,
            // 20 records stand for the 671,089 of a split of 64 MB.
            scale: 32_000,
            start: Span::from_millis(60_000),
            ping: Span::from_millis(5_000),
            time_out: Span::from_millis(20_000),
            retry: Span::from_millis(20_000),
            ..Machines::paper()
        };
        Options {
            machines,
            job: "sort".to_owned(),
            input: Input::Records,
            splits: 120,
            bytes: 2_000,
            replicas: 3,
            ..Options::paper()
        }
    }

    /// What the machines are told in a cluster, splits and all.
    pub fn of(&self, cast: Cast) -> Arc<Machines> {
        let texts = self.input.splits(self.splits, self.bytes);
        let split = |(number, (name, _)): (usize, &(String, _))| Split {
            name: name.clone(),
            replicas: self.replicas(number as u32, cast),
        };
        let splits = texts.iter().enumerate().map(split).collect();
        Arc::new(Machines { splits, ..self.machines.clone() })
    }

    /// How many map tasks a job of the chain has.
    pub fn maps(&self, round: u32) -> u32 {
        match round {
            0 => self.input.splits(self.splits, self.bytes).len() as u32,
            _ => self.machines.parts,
        }
    }

    /// The workers that have a split on their disks: drawn, each split by itself.
    fn replicas(&self, split: u32, cast: Cast) -> Vec<NodeId> {
        if self.machines.disk == DiskModel::Shared {
            return Vec::new();
        }
        let mut rng = Rng::new(u64::from(split)).split(0x7265_706C);
        let mut workers: Vec<NodeId> = cast.servers().skip(1).collect();
        let count = (self.replicas as usize).min(workers.len());
        // The first goes round, so that no worker has much more than another.
        let first = split as usize % workers.len().max(1);
        let mut chosen = Vec::new();
        while chosen.len() < count {
            let place =
                if chosen.is_empty() { first } else { rng.below(workers.len() as u64) as usize };
            chosen.push(workers.remove(place));
        }
        chosen
    }
}

/// The options with which this code is run.
pub(super) fn with_code(code: &str, given: &[Pair]) -> Result<Vec<Pair>, String> {
    let mut options = options_from_pairs(given).map_err(|(_, why)| why)?;
    if !code.is_empty() {
        options.job = tables::know(code);
    } else if tables::is_of_code(&options.job) && !tables::is_here(&options.job) {
        return Err(format!("the code of the job `{}` is missing", options.job));
    }
    Ok(options_as_pairs(&options))
}

const PRESETS: [&str; 3] = ["paper", "course", "sort"];

fn preset(name: &str) -> Option<Options> {
    Some(match name {
        "paper" => Options::paper(),
        "course" => Options::course(),
        "sort" => Options::sort(),
        _ => return None,
    })
}

fn set_option(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    const HOUR: Span = Span::from_millis(3_600_000);
    let expected = |what: &str| format!("expected {what} for `{key}`, found `{value}`");
    let switch = || switch_from_text(value).ok_or_else(|| expected("`on` or `off`"));
    let number = |least: u64, most: u64| {
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let number = value.parse().ok().filter(|n| digits && (least..=most).contains(n));
        number.ok_or_else(|| expected(&format!("a number from {least} to {most}")))
    };
    let span = |least: Span| {
        let span = span_from_text(value).filter(|span| least <= *span && *span <= HOUR);
        span.ok_or_else(|| expected("a time like 500ms, an hour at most"))
    };
    let some = Span::from_millis(1);
    let machines = &mut options.machines;
    match key {
        "preset" => {
            *options = preset(value).ok_or_else(|| expected("paper, course or sort"))?;
        }
        "job" => {
            let known =
                built_in(value).is_some() || tables::is_here(value) || tables::is_of_code(value);
            options.job = known.then(|| value.to_owned()).ok_or_else(|| {
                expected(
                    "a job like wc, indexer, grep, sort, url-count, reverse-links or page-rank",
                )
            })?;
        }
        "input" => {
            let input = Input::from_word(value);
            options.input = input
                .ok_or_else(|| expected("corpus, course, log, graph, records, skew or fragile"))?;
        }
        "splits" => options.splits = number(1, 1_000)? as u32,
        "bytes" => options.bytes = number(1, 1_000_000)?,
        "replicas" => options.replicas = number(0, 10)? as u32,
        "parts" => machines.parts = number(1, 1_000)? as u32,
        "rounds" => machines.rounds = number(1, 50)? as u32,
        "disk" => {
            machines.disk = match value {
                "local" => DiskModel::Local,
                "shared" => DiskModel::Shared,
                _ => return Err(expected("`local` or `shared`")),
            };
        }
        "detect" => {
            machines.detection = match value {
                "ping" => Detection::Ping,
                "deadline" => Detection::Deadline,
                _ => return Err(expected("`ping` or `deadline`")),
            };
        }
        "time-out" => machines.time_out = span(some)?,
        "ping" => machines.ping = span(some)?,
        "retry" => machines.retry = span(some)?,
        "start" => machines.start = span(Span::ZERO)?,
        "backup" => machines.backup = switch()?,
        "locality" => machines.locality = switch()?,
        "combine" => machines.combine = switch()?,
        "skip" => machines.skip = switch()?,
        "overlap" => machines.overlap = switch()?,
        "checkpoint" => machines.checkpoint = switch()?,
        "cost" => options.cost = switch()?,
        "scale" => machines.scale = number(1, 1_000_000)?,
        "bad-disk" if value == "none" => options.bad_disk.clear(),
        "bad-disk" => {
            let node =
                NodeId::from_name(value).filter(|node| !node.is_client() && node.number() > 1);
            let node = node.ok_or_else(|| expected("a worker like n3"))?;
            if !options.bad_disk.contains(&node) {
                options.bad_disk.push(node);
                options.bad_disk.sort_unstable();
            }
        }
        "mistake" if value == "none" => machines.mutants = Mutants::NONE,
        "mistake" => {
            let mutant = Mutant::from_id(&value.to_ascii_uppercase());
            let mutant = mutant.ok_or_else(|| expected("a mistake like MR01"))?;
            machines.mutants = machines.mutants.with(mutant);
        }
        _ => return Err(format!("a MapReduce has no option `{key}`")),
    }
    Ok(())
}

/// The options that were given, in whatever order; a preset replaces all others.
///
/// # Errors
/// The place of the wrong one among them, and what was expected.
pub fn options_from_pairs(given: &[Pair]) -> Result<Options, Misplaced> {
    let mut options = Options::paper();
    for presets in [true, false] {
        for (place, (key, value)) in given.iter().enumerate() {
            if (key == "preset") == presets {
                set_option(&mut options, key, value).map_err(|why| (place, why))?;
            }
        }
    }
    if let Some((of, why)) = too_large(&options) {
        let place = given.iter().rposition(|(key, _)| key == "preset" || of.contains(&&**key));
        return Err((place.unwrap_or(0), why));
    }
    Ok(options)
}

/// A job may read so many bytes in all its rounds, and have so many buckets: each is there several
/// times, on disks, under way, and in what the output is compared with.
const BYTES_MOST: u64 = 32_000_000;
const BUCKETS_MOST: u64 = 250_000;

/// What is too large to be simulated, and by which options.
fn too_large(options: &Options) -> Option<(&'static [&'static str], String)> {
    let (splits, parts) = (u64::from(options.splits), u64::from(options.machines.parts));
    let rounds = u64::from(options.machines.rounds);
    if splits * options.bytes * rounds > BYTES_MOST {
        let why = format!("expected {BYTES_MOST} bytes at most, of all `splits` in all `rounds`");
        return Some((&["splits", "bytes", "rounds"], why));
    }
    if (splits + parts * (rounds - 1)) * parts > BUCKETS_MOST {
        let why = format!("expected {BUCKETS_MOST} buckets at most: `parts` for each map task");
        return Some((&["splits", "parts", "rounds"], why));
    }
    None
}

/// The options that differ from the default, each once and in the order of [`NUMBERS`]; by way of a
/// preset where that says less.
pub fn options_as_pairs(options: &Options) -> Vec<Pair> {
    let ways = presets_of(options).map(|(name, preset)| {
        let mut pairs = Vec::new();
        if name != PRESETS[0] {
            pairs.push(("preset".to_owned(), name.to_owned()));
        }
        pairs.extend(pairs_of(options, Some(&preset)));
        pairs
    });
    ways.min_by_key(Vec::len).expect("what code costs comes from a preset")
}

/// The presets from which options can have come: what code costs is no option of its own.
fn presets_of(options: &Options) -> impl Iterator<Item = (&'static str, Options)> {
    let costs = options.machines.costs;
    let all = PRESETS.iter().filter_map(|name| Some((*name, preset(name)?)));
    all.filter(move |(_, preset)| preset.machines.costs == costs)
}

/// What was given, in the one form in which it is printed.
pub(super) fn canonical(given: &[Pair]) -> Result<Vec<Pair>, Misplaced> {
    options_from_pairs(given).map(|options| options_as_pairs(&options))
}

/// Every option with its value, in the order of [`NUMBERS`]. Options that are wrong count as the
/// default.
pub(super) fn values(given: &[Pair]) -> Vec<Pair> {
    let options = options_from_pairs(given).unwrap_or_else(|_| Options::paper());
    let named = presets_of(&options).next().filter(|(name, _)| *name != PRESETS[0]);
    let mut pairs: Vec<Pair> = Vec::new();
    pairs.extend(named.map(|(name, _)| ("preset".to_owned(), name.to_owned())));
    pairs.extend(pairs_of(&options, None));
    if options.bad_disk.is_empty() {
        pairs.push(("bad-disk".to_owned(), "none".to_owned()));
    }
    pairs
}

/// The options that differ from others, or all.
fn pairs_of(options: &Options, from: Option<&Options>) -> Vec<Pair> {
    let texts = |it: &Options| -> Vec<(&'static str, String)> {
        let m = &it.machines;
        let switch = |on: bool| switch_text(on).to_string();
        vec![
            ("job", it.job.clone()),
            ("input", it.input.word()),
            ("splits", it.splits.to_string()),
            ("bytes", it.bytes.to_string()),
            ("parts", m.parts.to_string()),
            ("rounds", m.rounds.to_string()),
            ("disk", m.disk.word().to_owned()),
            ("detect", m.detection.word().to_owned()),
            ("time-out", span_text(m.time_out)),
            ("ping", span_text(m.ping)),
            ("retry", span_text(m.retry)),
            ("backup", switch(m.backup)),
            ("locality", switch(m.locality)),
            ("combine", switch(m.combine)),
            ("skip", switch(m.skip)),
            ("overlap", switch(m.overlap)),
            ("checkpoint", switch(m.checkpoint)),
            ("start", span_text(m.start)),
            ("cost", switch(it.cost)),
            ("scale", m.scale.to_string()),
            ("replicas", it.replicas.to_string()),
        ]
    };
    let before = from.map(texts);
    let differs = |place: usize, text: &str| before.as_ref().is_none_or(|it| it[place].1 != text);
    let mut pairs: Vec<Pair> = texts(options)
        .into_iter()
        .enumerate()
        .filter(|(place, (_, text))| differs(*place, text))
        .map(|(_, (key, text))| (key.to_owned(), text))
        .collect();
    pairs.extend(options.bad_disk.iter().map(|node| ("bad-disk".to_owned(), node.to_string())));
    let mutants = options.machines.mutants.iter();
    pairs.extend(mutants.map(|mutant| ("mistake".to_owned(), mutant.id().to_owned())));
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
        check("job=wc preset=paper", "");
        check("mistake=mr03 job=grep", "job=grep mistake=MR03");
        check("splits=4 preset=course", "preset=course splits=4");
        check("bad-disk=n4 bad-disk=n2 backup=off", "backup=off bad-disk=n2 bad-disk=n4");
        check("preset=sort backup=off", "preset=sort backup=off");
    }

    #[test]
    fn every_option_has_a_value_and_reads_back() {
        for given in ["", "preset=course", "preset=sort mistake=MR01 bad-disk=n9"] {
            let values = values(&pairs(given));
            assert_eq!(options_from_pairs(&pairs(given)), options_from_pairs(&values), "{given}");
            let known = |(key, _): &Pair| NUMBERS.iter().any(|(name, _)| name == key);
            assert!(values.iter().all(known), "{values:?}");
        }
    }

    #[test]
    fn wrong_values_are_refused_with_what_was_expected() {
        for text in ["job=cook", "parts=0", "disk=cloud", "detect=luck", "bad-disk=c1", "cost=2"] {
            assert!(canonical(&pairs(text)).is_err(), "{text}");
        }
        assert!(canonical(&pairs("bad-disk=n1")).is_err(), "the coordinator is no worker");
        let (place, why) = canonical(&pairs("job=wc mistake=XX99")).expect_err("no mistake");
        let expected = "expected a mistake like MR01 for `mistake`, found `XX99`";
        assert_eq!((place, &*why), (1, expected));
    }

    #[test]
    fn what_is_too_large_together_is_refused() {
        let most = "splits=1000 bytes=32000 parts=250";
        assert!(canonical(&pairs(most)).is_ok());
        let check = |text: &str, expected: usize, word: &str| {
            let (place, why) = canonical(&pairs(text)).expect_err(text);
            assert!(place == expected && why.contains(word), "{text}: {place}, {why}");
        };
        check("splits=1000 job=wc bytes=32001 parts=1", 2, "bytes at most");
        check("bytes=1000000 rounds=50 job=wc", 1, "bytes at most");
        check("parts=1000 splits=251 job=grep", 1, "buckets at most");
        check("splits=1 parts=80 rounds=50", 2, "buckets at most");
    }
}

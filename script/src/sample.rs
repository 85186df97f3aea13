//! What a script makes of a few short texts: the pairs, the output, the records that it cannot take,
//! and both checks.

use std::collections::BTreeMap;

use netsplit_core::mapreduce::emit::{Emit, pairs_in};
use netsplit_core::mapreduce::job::{Combine, add_counters, by_hash};

use crate::calling::Failed;
use crate::check::{Groups, deterministic, insensitive_in};
use crate::fault::Fault;
use crate::found::Sampled;
use crate::program::{self, Program};
use crate::script::Script;

/// Short texts, each with its name. Several show more than one: of a word that is in two of them the
/// values may differ, and so their order may matter.
pub type Sample = [(String, String)];

/// Lines that are shown of pairs, and of output.
const LINES: usize = 200;
/// Letters that are shown of a key or a value.
const LETTERS: usize = 200;
/// Records that may be thrown at.
const BAD: usize = 100;
/// What orders of values are drawn from.
const SEED: u64 = 1;

/// What map makes of a sample without the records that it throws at.
pub(crate) struct Mapped {
    pub(crate) groups: Groups,
    counters: Vec<(String, u64)>,
    bad: Vec<(String, u64, String)>,
}

/// Maps a sample, and again without each record that is thrown at.
pub(crate) fn mapped(
    script: &Script,
    program: &mut Program,
    texts: &Sample,
) -> Result<Mapped, Fault> {
    let mut all = Mapped { groups: Groups::new(), counters: Vec::new(), bad: Vec::new() };
    let mut counters = BTreeMap::new();
    for (name, text) in texts {
        let emit = mapped_one(script, program, (name, text), &mut all.bad)?;
        group(emit, &mut all.groups, &mut counters);
    }
    all.counters = counters.into_iter().collect();
    Ok(all)
}

fn mapped_one(
    script: &Script,
    program: &mut Program,
    (name, text): (&str, &str),
    bad: &mut Vec<(String, u64, String)>,
) -> Result<Emit, Fault> {
    let mut left: Vec<(u64, &str)> = (1..).zip(text.split_inclusive('\n')).collect();
    loop {
        let whole: String = left.iter().map(|(_, line)| *line).collect();
        let mut emit = Emit::new(Combine::Nothing);
        match script.map_in(program, name, whole.as_bytes(), &mut emit) {
            Ok(()) => return Ok(emit),
            Err(Failed::Record(line, message)) if bad.len() < BAD => {
                let (number, _) = left.remove(line as usize);
                bad.push((name.to_owned(), number, message));
            }
            Err(Failed::Record(_, message)) => {
                let message = format!("map throws at more than {BAD} lines: {message}");
                let place = crate::fault::Place::Map { split: name.to_owned(), line: None };
                return Err(Fault::whole(message, place).or_at(script.text(), "map"));
            }
            Err(Failed::Fault(fault)) => return Err(fault),
        }
    }
}

fn group(mut emit: Emit, groups: &mut Groups, counters: &mut BTreeMap<String, u64>) {
    add_counters(counters, &emit.take_counters());
    for bucket in emit.into_buckets(1, |key| by_hash(key, 1)) {
        for (key, value) in pairs_in(&bucket) {
            groups.entry(key.to_vec()).or_default().push(value.to_vec());
        }
    }
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

impl Script {
    /// Runs map and reduce on short texts, with an allowance of its own, and both checks.
    ///
    /// # Errors
    /// What the script fails with.
    pub fn sample(&self, texts: &Sample) -> Result<Sampled, Fault> {
        let script = self.fresh();
        let deterministic = deterministic(&script, texts)?;
        program::with(&script, |program| {
            let Mapped { groups, counters, bad } = mapped(&script, program, texts)?;
            let (mut pairs, mut output) = (Vec::new(), Vec::new());
            for (key, values) in &groups {
                let room = LINES - pairs.len();
                pairs.extend(values.iter().take(room).map(|value| (shown(key), shown(value))));
                let slices: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
                let made = script.group_in(program, "reduce", key, &slices)?;
                if output.len() < LINES {
                    output.push((shown(key), shown(&made)));
                }
            }
            let all: usize = groups.values().map(Vec::len).sum();
            Ok(Sampled {
                pairs_left: (all - pairs.len()) as u64,
                output_left: (groups.len() - output.len()) as u64,
                insensitive: insensitive_in(&script, program, &groups, SEED)?,
                pairs,
                output,
                counters,
                bad,
                deterministic,
            })
        })
    }
}

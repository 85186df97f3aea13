//! What a script makes of a short text: the pairs, the output, the records that it cannot take, and
//! both checks.

use netsplit_core::mapreduce::emit::{Emit, pairs_in};
use netsplit_core::mapreduce::job::{Combine, by_hash};

use crate::calling::Failed;
use crate::check::{Groups, deterministic, insensitive_in};
use crate::fault::Fault;
use crate::found::Sampled;
use crate::program::{self, Program};
use crate::script::Script;

/// The name of the split that a sample is.
const NAME: &str = "sample";
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
    bad: Vec<(u64, String)>,
}

/// Maps a sample, and again without each record that is thrown at.
pub(crate) fn mapped(script: &Script, program: &mut Program, text: &str) -> Result<Mapped, Fault> {
    let mut left: Vec<(u64, &str)> = (1..).zip(text.split_inclusive('\n')).collect();
    let mut bad = Vec::new();
    loop {
        let whole: String = left.iter().map(|(_, line)| *line).collect();
        let mut emit = Emit::new(Combine::Nothing);
        match script.map_in(program, NAME, whole.as_bytes(), &mut emit) {
            Ok(()) => {
                let counters = emit.take_counters().into_iter().collect();
                return Ok(Mapped { groups: grouped(emit), counters, bad });
            }
            Err(Failed::Record(line, message)) if bad.len() < BAD => {
                let (number, _) = left.remove(line as usize);
                bad.push((number, message));
            }
            Err(Failed::Record(_, message)) => {
                let message = format!("map throws at more than {BAD} lines: {message}");
                let place = crate::fault::Place::Map { split: NAME.to_owned(), line: None };
                return Err(Fault::whole(message, place));
            }
            Err(Failed::Fault(fault)) => return Err(fault),
        }
    }
}

fn grouped(emit: Emit) -> Groups {
    let mut groups = Groups::new();
    for bucket in emit.into_buckets(1, |key| by_hash(key, 1)) {
        for (key, value) in pairs_in(&bucket) {
            groups.entry(key.to_vec()).or_default().push(value.to_vec());
        }
    }
    groups
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

impl Script {
    /// Runs map and reduce on a short text, with an allowance of its own, and both checks.
    ///
    /// # Errors
    /// What the script fails with.
    pub fn sample(&self, text: &str) -> Result<Sampled, Fault> {
        let script = self.fresh();
        let deterministic = deterministic(&script, text)?;
        program::with(&script, |program| {
            let Mapped { groups, counters, bad } = mapped(&script, program, text)?;
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

//! What can be found out about a script before it runs on a cluster: whether it does the same each
//! time, and whether it minds in which order, and in which portions, values of a key arrive.
//!
//! A library that runs a task again, twice at once, or combines some of the values and not others
//! relies on both (sections 3.3 and 4.3); nothing in the paper checks either.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::found::{Deterministic, Insensitive, Sensitive};
use crate::helpers::text_from_bytes;
use crate::program::{self, Program};
use crate::sample::{Sample, mapped};
use crate::script::Script;
use netsplit_core::rng::Rng;

/// Keys that are looked at: those with the most values.
const KEYS: usize = 200;
/// Values of a key that are looked at.
const VALUES: usize = 1_000;
/// Orders that are tried for each.
const ORDERS: u64 = 4;
/// Values that are shown.
const SHOWN: usize = 12;

/// Values by key.
pub(crate) type Groups = BTreeMap<Vec<u8>, Vec<Vec<u8>>>;

fn slices(values: &[Vec<u8>]) -> Vec<&[u8]> {
    values.iter().map(Vec::as_slice).collect()
}

/// Runs a script twice, each time in an engine of its own, and compares.
///
/// # Errors
/// What the script fails with.
pub fn deterministic(script: &Script, sample: &Sample) -> Result<Deterministic, Fault> {
    let fresh = || Program::new(&script.0.text).expect("the script was compiled before");
    deterministic_in(script, sample, fresh)
}

pub(crate) fn deterministic_in(
    script: &Script,
    sample: &Sample,
    fresh: impl Fn() -> Program,
) -> Result<Deterministic, Fault> {
    let once = || -> Result<Vec<String>, Fault> {
        let (script, mut program) = (script.fresh(), fresh());
        let groups = mapped(&script, &mut program, sample)?.groups;
        let mut lines = Vec::new();
        for (key, values) in &groups {
            lines.push(format!(
                "{} {}",
                text_from_bytes(key),
                text_from_bytes(&values.join(&b' '))
            ));
            let made = script.group_in(&mut program, "reduce", key, &slices(values))?;
            lines.push(format!("{} {}", text_from_bytes(key), text_from_bytes(&made)));
        }
        Ok(lines)
    };
    let (first, second) = (once()?, once()?);
    let longest = first.len().max(second.len());
    let line = |lines: &[String], place: usize| lines.get(place).cloned().unwrap_or_default();
    let differs = (0..longest).find(|place| line(&first, *place) != line(&second, *place));
    Ok(match differs {
        None => Deterministic::Same,
        Some(place) => {
            Deterministic::Differs { first: line(&first, place), second: line(&second, place) }
        }
    })
}

/// Gives reduce the values of each key in other orders, and where there is a combiner as what that
/// makes of portions, and compares what comes out.
///
/// # Errors
/// What the script fails with.
pub fn insensitive(script: &Script, sample: &Sample, seed: u64) -> Result<Insensitive, Fault> {
    let script = script.fresh();
    program::with(&script, |program| {
        let groups = mapped(&script, program, sample)?.groups;
        insensitive_in(&script, program, &groups, seed)
    })
}

pub(crate) fn insensitive_in(
    script: &Script,
    program: &mut Program,
    groups: &Groups,
    seed: u64,
) -> Result<Insensitive, Fault> {
    let several = |(_, values): &(&Vec<u8>, &Vec<Vec<u8>>)| values.len() > 1;
    let mut ordered: Vec<_> = groups.iter().filter(several).collect();
    let keys = ordered.len() as u64;
    ordered.sort_by_key(|(_, values)| std::cmp::Reverse(values.len()));
    ordered.truncate(KEYS);
    let combines = script.has_combine();
    // A combiner is called for a value alone as well: every key has something to show.
    let alone = groups.iter().filter(|(_, values)| combines && values.len() == 1).take(KEYS);
    ordered.extend(alone);
    let mut rng = Rng::new(seed);
    let mut smallest: Option<(usize, Insensitive)> = None;
    for (key, values) in ordered {
        // An example with fewer values says more.
        if smallest.as_ref().is_some_and(|(count, _)| *count <= values.len()) {
            continue;
        }
        let values = &values[..values.len().min(VALUES)];
        let first = script.group_in(program, "reduce", key, &slices(values))?;
        let sensitive = |combined, second: &[Vec<u8>], made: &[u8]| {
            Insensitive::Differs(Sensitive {
                key: text_from_bytes(key),
                combined,
                first: values.iter().take(SHOWN).map(|value| text_from_bytes(value)).collect(),
                first_result: text_from_bytes(&first),
                second: second.iter().take(SHOWN).map(|value| text_from_bytes(value)).collect(),
                second_result: text_from_bytes(made),
            })
        };
        for _ in 0..ORDERS {
            let mut other = values.to_vec();
            for place in (1..other.len()).rev() {
                other.swap(place, rng.below(place as u64 + 1) as usize);
            }
            let made = script.group_in(program, "reduce", key, &slices(&other))?;
            if made != first {
                smallest = Some((values.len(), sensitive(false, &other, &made)));
                break;
            }
            if !combines {
                continue;
            }
            let mut portions = Vec::new();
            let mut rest = &other[..];
            while !rest.is_empty() {
                let most = rest.len() as u64;
                let (portion, behind) = rest.split_at(rng.between(1, most) as usize);
                portions.push(script.group_in(program, "combine", key, &slices(portion))?);
                rest = behind;
            }
            let made = script.group_in(program, "reduce", key, &slices(&portions))?;
            if made != first {
                smallest = Some((values.len(), sensitive(true, &portions, &made)));
                break;
            }
        }
    }
    Ok(smallest.map_or(Insensitive::Same { keys }, |(_, found)| found))
}

//! What a sequential run makes of the input: the truth that a job's files are compared with.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use netsplit_core::bytes::Bytes;
use netsplit_core::mapreduce::job::{
    Counters, Habit, MapAsk, Mapped, ReduceAsk, Reduced, Table, add_counters,
};

use crate::labs::mapreduce::input::Text;
use crate::labs::mapreduce::tables;
use crate::labs::mapreduce_options::Options;

/// A job of the chain, done by one alone.
#[derive(Clone, Debug)]
pub struct Round {
    /// The texts that it reads, by map task.
    pub inputs: Vec<Bytes>,
    /// What map makes of each.
    pub mapped: Vec<Arc<Mapped>>,
    /// What it writes, by part of the keys.
    pub outputs: Vec<Arc<Reduced>>,
}

/// All jobs of the chain.
#[derive(Clone, Debug)]
pub struct Truth(pub Vec<Round>);

impl Truth {
    /// What a run with these options must write; `None` where the functions do more than compute,
    /// results are not known yet, or the input is not here.
    pub fn of(options: &Options) -> Option<Rc<Truth>> {
        if !options.input.is_here() {
            return None;
        }
        type Known = BTreeMap<String, Rc<Truth>>;
        thread_local! {
            // One for all runs with the same input: swarms and searches make many.
            static KNOWN: RefCell<Known> = const { RefCell::new(BTreeMap::new()) };
        }
        const KNOWN_MOST: usize = 64;
        let machines = &options.machines;
        let key = format!(
            "{} {} {} {} {} {} {} {}",
            options.job,
            options.input.word(),
            options.splits,
            options.bytes,
            machines.parts,
            machines.rounds,
            machines.combine,
            machines.skip
        );
        KNOWN.with_borrow_mut(|known| {
            if let Some(truth) = known.get(&key) {
                return Some(Rc::clone(truth));
            }
            let truth = Rc::new(Truth::make(options)?);
            if known.len() >= KNOWN_MOST {
                known.clear();
            }
            known.insert(key, Rc::clone(&truth));
            Some(truth)
        })
    }

    fn make(options: &Options) -> Option<Truth> {
        let code = tables::of(&options.job);
        let table = &*code.0;
        // What is written where calls crash and wait is what it is where they do not.
        if !matches!(table.habit(), Habit::Pure | Habit::Crashes(_) | Habit::Lingers(_)) {
            return None;
        }
        let texts = options.input.splits(options.splits, options.bytes);
        let (mut rounds, mut inputs) = (Vec::new(), texts.to_vec());
        for _ in 0..options.machines.rounds {
            let round = round(table, &inputs, options)?;
            let name = |(part, made): (usize, &Arc<Reduced>)| {
                (format!("mr-out-{part}"), made.text.clone())
            };
            inputs = round.outputs.iter().enumerate().map(name).collect();
            rounds.push(round);
        }
        Some(Truth(rounds))
    }
}

impl Truth {
    /// What the user's code counts in all jobs together (section 4.9).
    pub fn counters(&self) -> Counters {
        let mut sums = Counters::new();
        let mapped = self.0.iter().flat_map(|round| &round.mapped);
        mapped.for_each(|made| add_counters(&mut sums, &made.counters));
        sums
    }
}

/// A job of the chain. Of what is not known yet all is asked before this gives up, so that it can be
/// computed at once.
fn round(table: &dyn Table, inputs: &[Text], options: &Options) -> Option<Round> {
    let machines = &options.machines;
    let mut mapped = Vec::new();
    for (name, text) in inputs {
        let mut skip = BTreeSet::new();
        mapped.push(loop {
            let text = std::slice::from_ref(text);
            let (parts, combine) = (machines.parts, machines.combine);
            let ask = MapAsk { name, text, parts, combine, skip: &skip, salt: 0 };
            let Some(made) = table.map(&ask) else { break None };
            match made.failed {
                Some(line) if machines.skip && skip.insert(line) => {}
                Some(_) => return None,
                None => break Some(made),
            }
        });
    }
    let mapped = mapped.into_iter().collect::<Option<Vec<_>>>()?;
    let output = |part: u32| {
        let buckets: Vec<Bytes> =
            mapped.iter().map(|it| it.buckets[part as usize].clone()).collect();
        table.reduce(&ReduceAsk { buckets: &buckets, grouped: true })
    };
    let outputs: Vec<Option<Arc<Reduced>>> = (0..machines.parts).map(output).collect();
    let outputs = outputs.into_iter().collect::<Option<Vec<_>>>()?;
    let inputs = inputs.iter().map(|(_, text)| text.clone()).collect();
    Some(Round { inputs, mapped, outputs })
}

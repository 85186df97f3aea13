//! `luck` and `find`: one thing under many seeds.

use std::io::Write;

use netsplit_core::time::Time;
use netsplit_sim::find::{Ground, Mark, Progress, Search};
use netsplit_sim::luck::{Draw, SEEDS, groups};
use netsplit_sim::trial::Case;
use netsplit_sim::words;

use crate::asked::Asked;
use crate::list;
use crate::prepared::Prepared;
use crate::trouble::{Ending, Trouble, did_you_mean};
use crate::what::Subject;

/// Steps between looks at whether a run is at its end.
const SLICE: u64 = 100_000;

/// The seeds asked for: a range, or so many that follow from the subject's own.
fn seeds(asked: &Asked, case: &Case) -> Result<Vec<u64>, Trouble> {
    match &asked.seeds {
        None => Ok(case.seeds(SEEDS)),
        Some(seeds) if seeds.start() < seeds.end() => Ok(seeds.clone().collect()),
        Some(count) if (1..=9_999).contains(count.start()) => Ok(case.seeds(*count.start())),
        Some(_) => Err(Trouble::bad("`--seeds` of luck is a number from 1 to 9999, or a range")),
    }
}

/// Where runs of a subject end, when nothing else is said: where its own does.
fn end_of(subject: &Subject, asked: &Asked) -> Result<Time, Trouble> {
    match subject.stops_at(asked.until) {
        Some(moment) => Ok(moment.at),
        None => Ok(Prepared::of(subject, None)?.play().moment.at),
    }
}

/// Runs `luck`.
pub(crate) fn luck(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let subject = Subject::asked(asked)?;
    let until = end_of(&subject, asked)?;
    // What is asked for is exact; else the acts get the time they need.
    let case = match asked.until {
        Some(_) => Case { link: subject.link.clone(), until },
        None => Case::new(subject.link.clone(), until),
    };
    let mut lots = Vec::new();
    for seed in seeds(asked, &case)? {
        let wrong = |why| Trouble::Bad(format!("{}: {why}", subject.name));
        let mut draw = Draw::new(&case, seed).map_err(wrong)?;
        while !draw.advance(SLICE) {}
        lots.push(draw.lot().expect("a run at its end has no director any more"));
    }
    for group in groups(&lots) {
        for lot in group.places.iter().map(|place| &lots[*place]) {
            writeln!(out, "seed {:>5}  {}  {}", lot.seed, lot.fingerprint, words::lot(lot))?;
        }
    }
    writeln!(out, "{}", words::lots(&lots))?;
    Ok(Ending::well_if(lots.iter().all(|lot| lot.broken.is_empty())))
}

/// Runs `find`.
pub(crate) fn find(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let lab = list::lab(asked.lab.as_deref().unwrap_or("raft"))?.name;
    let Some(word) = asked.words.first() else {
        for mark in Mark::of_lab(lab) {
            writeln!(out, "{:<20}  {}", mark.id, mark.sentence)?;
        }
        return Ok(Ending::Well);
    };
    let unknown = || {
        let hint = did_you_mean(word, Mark::of_lab(lab).map(|mark| mark.id));
        Trouble::Bad(format!("there is no mark `{word}`{hint}: `netsplit find` lists them"))
    };
    let mark = Mark::of_lab(lab).find(|mark| mark.id == word).ok_or_else(unknown)?;
    let ground = match asked.words.get(1) {
        None => Ground::Swarm(lab),
        Some(what) => {
            let subject = Subject::named(what, asked)?;
            let until = end_of(&subject, asked)?;
            Ground::of(subject.link, until)
        }
    };
    let mut search = Search::new(mark, ground);
    loop {
        match search.advance(SLICE).map_err(|why| Trouble::Bad(why.to_string()))? {
            Progress::Going => {}
            Progress::Found(found) => {
                let (seed, tried, moment) = (found.seed, found.tried, found.link.moment);
                writeln!(
                    out,
                    "seed {seed}, after {tried} tried: {} after {moment}",
                    mark.sentence
                )?;
                writeln!(out, "{}{}", asked.address.as_deref().unwrap_or(""), found.link)?;
                return Ok(Ending::Well);
            }
            Progress::Nowhere => {
                writeln!(out, "in none of {} runs: {}", search.tried(), mark.sentence)?;
                return Ok(Ending::Red);
            }
        }
    }
}

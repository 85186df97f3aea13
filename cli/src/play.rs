//! `run`: something from its start to its end.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use netsplit_sim::moment::Seconds;
use netsplit_sim::open::Said;
use netsplit_sim::trace::Event;
use netsplit_sim::words;

use crate::asked::Asked;
use crate::prepared::{Played, Prepared};
use crate::trouble::{Ending, Trouble};
use crate::what::Subject;

/// Runs the command.
pub(crate) fn run(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let subject = Subject::asked(asked)?;
    let prepared = Prepared::of(&subject, subject.stops_at(asked.until))?;
    let to_out = to_out(asked);
    if !asked.json {
        for remark in &subject.remarks {
            writeln!(out, "{remark}")?;
        }
        for remark in &prepared.remarks {
            writeln!(out, "{remark}")?;
        }
    }
    if asked.trace.is_some() {
        trace(prepared.trace(), prepared.nodes(), asked, out)?;
    }
    let played = prepared.play();
    if !asked.json && !to_out {
        chapters(&played, out)?;
    }
    let is_at_claim = asked.until.is_none_or(|until| until == subject.link.moment);
    let claim = subject.link.fingerprint.filter(|_| subject.is_link && is_at_claim);
    let (well, verdict) = verdict(&prepared, &played, claim);
    let (lab, seed, steps) = (prepared.lab.name, subject.link.seed, played.steps);
    let (at, fingerprint) = (played.moment.at, played.fingerprint);
    if asked.json {
        let (at, verdict) = (at.micros(), Json(&verdict));
        writeln!(
            out,
            "{{\"lab\":\"{lab}\",\"seed\":{seed},\"steps\":{steps},\"at\":{at},\
             \"fingerprint\":\"{fingerprint}\",\"well\":{well},\"verdict\":{verdict}}}"
        )?;
    } else {
        let at = Seconds(at);
        writeln!(out, "{lab}, seed {seed}, {steps} steps, {at}, {fingerprint}, {verdict}")?;
    }
    Ok(Ending::well_if(well))
}

/// What is worth a line, each with its time.
pub(crate) fn chapters(played: &Played, out: &mut dyn Write) -> io::Result<()> {
    for (moment, text) in &played.chapters {
        writeln!(out, "{:>11}s  {text}", moment.at.seconds(6))?;
    }
    Ok(())
}

/// Whether the trace is the output.
pub(crate) fn to_out(asked: &Asked) -> bool {
    asked.trace.as_deref() == Some(Path::new("-"))
}

/// Writes a trace to where it was asked for.
pub(crate) fn trace(
    events: impl Iterator<Item = Event>,
    nodes: u32,
    asked: &Asked,
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    let Some(path) = asked.trace.as_deref().filter(|_| !to_out(asked)) else {
        return Ok(lines(events, nodes, asked, out)?);
    };
    let cannot = |error| Trouble::Bad(format!("{} cannot be written: {error}", path.display()));
    let mut file = BufWriter::new(File::create(path).map_err(cannot)?);
    lines(events, nodes, asked, &mut file).and_then(|()| file.flush()).map_err(cannot)
}

/// A line a step; with `--brief`, only what matters.
fn lines(
    events: impl Iterator<Item = Event>,
    nodes: u32,
    asked: &Asked,
    out: &mut dyn Write,
) -> io::Result<()> {
    for event in events.filter(|event| !asked.brief || event.matters()) {
        if asked.json {
            writeln!(out, "{}", event.json())?;
        } else {
            writeln!(out, "{}", event.line(nodes))?;
        }
    }
    Ok(())
}

/// Whether all is well, and the word for it.
fn verdict(prepared: &Prepared, played: &Played, claim: Option<u64>) -> (bool, String) {
    if let Some(claimed) = claim.filter(|claimed| *claimed != played.fingerprint.value()) {
        return (false, format!("not the run that was sent: its fingerprint is {claimed:016x}"));
    }
    // What the code made since it failed says nothing.
    if let Some(fault) = &played.fault {
        return (false, fault.clone());
    }
    match &prepared.directed {
        Some(Said::Verdict(verdict)) if !verdict.passed() => (false, verdict.to_string()),
        _ => match (played.broken.first(), played.stop) {
            (Some(first), _) => {
                (false, format!("{} at {}", words::violation(first), Seconds(first.moment.at)))
            }
            (None, Some(stop)) => (false, words::stop(stop).to_owned()),
            (None, None) if matches!(prepared.directed, Some(Said::ChangedByHand)) => {
                (true, "changed by hand".to_owned())
            }
            (None, None) => match played.undone {
                0 => (true, "passed".to_owned()),
                1 => (true, "passed, with 1 line not done".to_owned()),
                lines => (true, format!("passed, with {lines} lines not done")),
            },
        },
    }
}

/// A text as JSON writes it.
struct Json<'a>(&'a str);

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' | '\\' => write!(f, "\\{letter}")?,
                other if other.is_control() => write!(f, "\\u{:04x}", u32::from(other))?,
                other => write!(f, "{other}")?,
            }
        }
        f.write_str("\"")
    }
}

//! `link` and `show`: from a run to a link, and back.

use std::io::Write;

use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::words;
use netsplit_sim::{course, scenarios};

use crate::asked::Asked;
use crate::play;
use crate::prepared::{Played, Prepared};
use crate::trouble::{Ending, Trouble};
use crate::what::{Content, Subject};

/// Runs `link`: the link to a moment, by default the end.
pub(crate) fn link(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let subject = Subject::asked(asked)?;
    let asked_for = subject.stops_at(asked.at);
    let played = Prepared::of(&subject, asked_for)?.play();
    let link = link_to(&subject, asked_for, &played);
    let address = asked.address.as_deref().unwrap_or("");
    let text = link.to_string();
    // What the sender's program cannot read nobody can.
    if let Err(why) = Link::read(&text) {
        return Err(Trouble::Bad(format!("{} does not fit into a link: {why}", subject.name)));
    }
    // Whatever an address already holds behind `#` gives way.
    let page = address.split('#').next().unwrap_or("");
    writeln!(out, "{page}{text}")?;
    Ok(Ending::Well)
}

fn link_to(subject: &Subject, asked_for: Option<Moment>, played: &Played) -> Link {
    // A time alone reads better than the same with its number of steps; a run
    // that was stopped before is where it is.
    let moment = match asked_for {
        Some(moment) if moment.at == played.moment.at => moment,
        _ => played.moment,
    };
    let mut link = subject.link.clone();
    link.acts.retain(|(at, _)| *at <= moment);
    link.generation = netsplit_sim::link::GENERATION;
    link.fingerprint = Some(played.fingerprint.value());
    link.moment = moment;
    link
}

/// Runs `show`: what a link says, and whether its fingerprint holds.
pub(crate) fn show(asked: &Asked, out: &mut dyn Write) -> Result<Ending, Trouble> {
    let subject = Subject::find(&asked.words[0])?;
    if !subject.is_link {
        return Err(Trouble::bad("`netsplit show` wants a link: one has #s1: and a code after it"));
    }
    let prepared = Prepared::of(&subject, Some(subject.link.moment))?;
    let played = prepared.play();
    let Link { what, seed, acts, moment, note, generation, selected, .. } = &subject.link;
    let mut row = |name: &str, value: &str| writeln!(out, "{name:<12} {value}");
    match what {
        What::Listed { number } => {
            let title = scenarios::by_number(*number).map_or("", |scenario| scenario.title);
            row("scenario", &format!("{} ({number}): {title}", subject.name))?;
        }
        What::Course { lab, test } => {
            let part = course::by_number(*lab, *test).map(|test| test.part_shown().to_string());
            row("test", &format!("{}, {}", subject.name, part.unwrap_or_default()))?;
        }
        What::Written(_) => row("script", "its own, below")?,
    }
    row("lab", prepared.lab.name)?;
    row("seed", &seed.to_string())?;
    let options = subject.link.options().map_err(|why| Trouble::Bad(why.to_string()))?;
    for (key, value) in options {
        row("option", &format!("{key}={value}"))?;
    }
    for (at, verb) in acts {
        row("act", &format!("at {at} {}", prepared.lab.show(verb)))?;
    }
    row("moment", &moment.to_string())?;
    row("steps", &played.steps.to_string())?;
    if !note.is_empty() {
        row("note", note)?;
    }
    if let Some(selected) = selected {
        row("selected", selected)?;
    }
    row("generation", &generation.to_string())?;
    let holds = match subject.link.fingerprint {
        None => {
            row("fingerprint", &format!("{}, none claimed", played.fingerprint))?;
            true
        }
        Some(claimed) if claimed == played.fingerprint.value() => {
            row("fingerprint", &format!("{}, as claimed", played.fingerprint))?;
            true
        }
        Some(claimed) => {
            let text = format!("{}, not {claimed:016x} as claimed", played.fingerprint);
            row("fingerprint", &text)?;
            false
        }
    };
    for remark in &subject.remarks {
        row("remark", &remark.to_string())?;
    }
    for remark in &prepared.remarks {
        row("remark", remark)?;
    }
    for broken in &played.broken {
        row("broken", &format!("{} at {}", words::violation(broken), broken.moment))?;
    }
    writeln!(out)?;
    match subject.content()? {
        Content::Script(script) => writeln!(out, "{script}")?,
        Content::Test(test) => writeln!(out, "{}", test.about)?,
    }
    play::chapters(&played, out)?;
    Ok(Ending::well_if(holds))
}

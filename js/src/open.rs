//! Opening: from a scenario's id, a link or a script to a run at its moment, and what
//! is to be said about it.

use netsplit_sim::course;
use netsplit_sim::link::{Link, Problem, Problems, What};
use netsplit_sim::open::{self, CannotOpen, Claim};
use netsplit_sim::property::Property;
use netsplit_sim::run::Run;
use netsplit_sim::scenario::{Scenario, Script};
use netsplit_sim::scenarios;
use serde::Serialize;

use crate::trouble::Trouble;

/// Steps that a director does between two looks at whether it is done.
const DIRECTED_AT_ONCE: u64 = 100_000;

/// Characters of a text that a sentence about it repeats.
const REPEATED: usize = 40;

/// What was opened.
pub struct Opened {
    /// The run: of a scenario or a script at its start, of a link at its moment.
    pub run: Box<dyn Run>,
    /// The script that runs.
    pub script: Script,
    /// The link to its start, from which links to other moments are made.
    pub link: Link,
    /// What is to be said about it.
    pub about: About,
}

/// `About` in `types.ts`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    of: &'static str,
    id: Option<String>,
    title: String,
    look_for: Option<&'static str>,
    lab: String,
    servers: u32,
    clients: u32,
    seed: String,
    note: String,
    claim: &'static str,
    remarks: Vec<String>,
    verdict: Option<String>,
    properties: Vec<PropertyShown>,
}

/// `Property` in `types.ts`.
#[derive(Clone, Debug, Serialize)]
pub struct PropertyShown {
    id: &'static str,
    title: &'static str,
    source: &'static str,
}

/// Opens what a text names: a scenario of the list, a link, or a script.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub fn text(text: &str) -> Result<Opened, Trouble> {
    if let Some(scenario) = scenarios::by_id(text.trim()) {
        return listed(scenario);
    }
    let begins_script = |line: &str| line.split_whitespace().next() == Some("scenario");
    if text.lines().any(begins_script) {
        return written(text);
    }
    match Link::read(text) {
        Ok((link, remarks)) => {
            let remarks = remarks.iter().map(|remark| Trouble::new(remark.to_string()).message);
            linked(link, remarks.collect())
        }
        Err(Problems(problems)) if problems == [Problem::NotALink] => {
            let short: String = text.trim().chars().take(REPEATED).collect();
            Err(Trouble::new(format!(
                "`{short}` is no scenario's id, no link (one has #s1: and a code after it) \
                 and no script (one has a line that begins with `scenario`)"
            )))
        }
        Err(problems) => Err(Trouble::from(CannotOpen::Link(problems))),
    }
}

fn listed(scenario: &'static Scenario) -> Result<Opened, Trouble> {
    let script = scenario.parse();
    let link = Link::to(What::Listed { number: scenario.number }, script.setup.seed);
    at_start(script, link)
}

fn written(text: &str) -> Result<Opened, Trouble> {
    let script = Script::parse(text)?;
    let link = Link::to(What::Written(text.to_owned()), script.setup.seed);
    at_start(script, link)
}

fn at_start(script: Script, link: Link) -> Result<Opened, Trouble> {
    let run = open::script(&script, Vec::new())?;
    Ok(opened(run, script, link, Claim::None, Vec::new(), None))
}

/// A test of the course is run to its end, so that whoever acts in it makes a branch;
/// with a person's acts, which end the director's part, to the link's moment.
fn linked(link: Link, remarks: Vec<String>) -> Result<Opened, Trouble> {
    let What::Course { .. } = link.what else {
        let read = open::ours(link)?;
        let (mut run, script, link) = (read.run, read.script, read.link);
        run.run_to(link.moment, u64::MAX);
        let claim = Claim::of(&link, run.fingerprint());
        return Ok(opened(run, script, link, claim, remarks, None));
    };
    let until = (!link.acts.is_empty()).then_some(link.moment);
    let mut directing = open::direction(&link, until)?;
    while !directing.advance(DIRECTED_AT_ONCE) {}
    let record = directing.record();
    let verdict = record.said.as_ref().map(|said| format!("{}: {said}", directing.test().name));
    let mut run = directing.run(&record);
    run.run_to(record.until.max(link.moment), u64::MAX);
    run.seek(link.moment, u64::MAX);
    let claim = Claim::of(&link, run.fingerprint());
    Ok(opened(run, record.script, link, claim, remarks, verdict))
}

fn opened(
    run: Box<dyn Run>,
    script: Script,
    link: Link,
    claim: Claim,
    remarks: Vec<String>,
    verdict: Option<String>,
) -> Opened {
    let (of, scenario, test) = match link.what {
        What::Listed { number } => ("scenario", scenarios::by_number(number), None),
        What::Course { lab, test } => ("course", None, course::by_number(lab, test)),
        What::Written(_) => ("script", None, None),
    };
    let title = scenario.map(|scenario| scenario.title).or(test.map(|test| test.name));
    let properties = run.properties().iter();
    let about = About {
        of,
        id: scenario.map(|scenario| scenario.id.to_owned()),
        title: title.unwrap_or("A script of your own").to_owned(),
        look_for: scenario.map(|scenario| scenario.look_for),
        lab: run.lab().to_owned(),
        servers: script.setup.nodes,
        clients: script.setup.clients,
        seed: script.setup.seed.to_string(),
        note: link.note.clone(),
        claim: match claim {
            Claim::Holds => "holds",
            Claim::Differs => "differs",
            Claim::None => "none",
        },
        remarks,
        verdict,
        properties: properties
            .map(|&Property { id, title, source }| PropertyShown { id, title, source })
            .collect(),
    };
    Opened { run, script, link, about }
}

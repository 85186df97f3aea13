//! Running what was named, to its end or to a moment, and what it came to.

use std::rc::Rc;

use netsplit_core::time::Time;
use netsplit_sim::fingerprint::Fingerprint;
use netsplit_sim::labs::raft::RaftLab;
use netsplit_sim::labs::raft_disk::{DiskText, impossible_starts};
use netsplit_sim::labs::{self, LabWords};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, Directing, Said};
use netsplit_sim::property::Violation;
use netsplit_sim::scenario::{Line, Script};
use netsplit_sim::scene::{Act, Advanced, Deed, Limits, Planned, Scene, Stop, note_holds};
use netsplit_sim::trace::{Tracer, Until};
use netsplit_sim::words;
use netsplit_sim::world::WorldOptions;

use crate::trouble::Trouble;
use crate::what::{Content, Subject};

/// How long a script runs that never waits for anything.
pub(crate) const ENDLESS: Time = Time::from_micros(10_000_000);

/// Steps between looks at how far a director got.
const SLICE: u64 = 2_000;

/// A run before its start: all that follows is decided.
pub(crate) struct Prepared {
    /// The lab's words.
    pub(crate) lab: &'static LabWords,
    /// What the world is made of.
    options: WorldOptions<RaftLab>,
    /// The lines of the script.
    lines: Rc<[Line]>,
    /// What is done from outside.
    acts: Vec<Act>,
    /// Where it ends.
    until: Until,
    /// What is to be said before anything happens.
    pub(crate) remarks: Vec<String>,
    /// What a director said of it, who ran it to its end.
    pub(crate) directed: Option<Said>,
}

/// A run at its end.
#[derive(Debug)]
pub(crate) struct Played {
    /// Steps since the start.
    pub(crate) steps: u64,
    /// The moment.
    pub(crate) moment: Moment,
    /// Everything that happened, as one number.
    pub(crate) fingerprint: Fingerprint,
    /// The first violation of each property.
    pub(crate) broken: Vec<Violation>,
    /// Lines and acts that could not be done, and waits that were given up.
    pub(crate) undone: usize,
    /// The limit that stopped it.
    pub(crate) stop: Option<Stop>,
    /// What is worth a line, with its moment and in order.
    pub(crate) chapters: Vec<(Moment, String)>,
}

impl Prepared {
    /// Prepares a run up to a moment, or to the end that the subject itself has.
    pub(crate) fn of(subject: &Subject, until: Option<Moment>) -> Result<Prepared, Trouble> {
        let lab = |name: &str| labs::lab(name).expect("a script that was read names a lab");
        match subject.content()? {
            Content::Script(script) => {
                let wrong = |why| Trouble::Bad(format!("{}: {why}", subject.name));
                let acts = open::acts_of(&subject.link);
                Ok(Prepared {
                    lab: lab(&script.setup.lab),
                    options: open::world(&script.setup).map_err(wrong)?,
                    lines: open::lines(&script),
                    until: end_of(&script, &acts, until),
                    acts,
                    remarks: impossible(&script),
                    directed: None,
                })
            }
            Content::Test(_) => {
                let wrong = |why| Trouble::Bad(format!("{}: {why}", subject.name));
                let mut directing = Directing::new(&subject.link, until).map_err(wrong)?;
                while !directing.advance(SLICE) {}
                let record = directing.record();
                Ok(Prepared {
                    lab: lab(&record.script.setup.lab),
                    options: record.world,
                    lines: Rc::from([]),
                    acts: record.acts,
                    until: Until::Moment(record.until),
                    remarks: Vec::new(),
                    directed: record.said,
                })
            }
        }
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> u32 {
        self.options.nodes
    }

    fn scene(&self) -> Scene<RaftLab> {
        Scene::new(self.options.clone(), Rc::clone(&self.lines), Limits::default())
    }

    /// All that happens, event by event.
    pub(crate) fn trace(&self) -> Tracer<RaftLab> {
        Tracer::new(self.scene(), Rc::clone(&self.lines), self.acts.clone(), self.until)
    }

    /// Runs it.
    pub(crate) fn play(&self) -> Played {
        let mut scene = self.scene();
        let until = match self.until {
            Until::Moment(moment) => moment,
            Until::Done => Moment::after(Time::from_micros(Limits::default().time.micros() + 1)),
        };
        let stop = loop {
            let done = scene.script_is_done() && scene.acts_done() as usize == self.acts.len();
            if self.until == Until::Done && done {
                break None;
            }
            match scene.advance(&self.acts, until) {
                Advanced::Reached => break None,
                Advanced::Stopped(stop) => break Some(stop),
                Advanced::Step | Advanced::Line | Advanced::Act => {}
            }
        };
        Played {
            steps: scene.world.steps(),
            moment: scene.world.moment(),
            fingerprint: scene.world.fingerprint(),
            broken: scene.broken().to_vec(),
            undone: scene.skipped().len(),
            stop,
            chapters: self.chapters(&scene),
        }
    }

    /// Notes, what could not be done, and what broke.
    fn chapters(&self, scene: &Scene<RaftLab>) -> Vec<(Moment, String)> {
        let notes = scene.lines_done().iter().filter_map(|(line, moment)| {
            let Line::Note { text, .. } = &self.lines[*line as usize] else { return None };
            note_holds(&self.lines, *line, scene.skipped()).then(|| (*moment, text.clone()))
        });
        let skipped = scene.skipped().iter().map(|skipped| {
            let what = match skipped.what {
                Planned::Line(line) => self.lab.show(&self.lines[line as usize]).to_string(),
                Planned::Act(act) => match &self.acts[act as usize].deed {
                    Deed::Verb(verb) => self.lab.show(verb).to_string(),
                    Deed::Choice(choice) => words::choice(self.lab, choice),
                },
            };
            let text = match &skipped.why {
                Some(why) => format!("not done: {what}: {}", words::not_possible(self.lab, why)),
                None => format!("given up: {what}"),
            };
            (skipped.moment, text)
        });
        let broken = scene.broken().iter().map(|it| (it.moment, words::violation(it)));
        let mut chapters: Vec<_> = notes.chain(skipped).chain(broken).collect();
        chapters.sort_by_key(|(moment, _)| *moment);
        chapters
    }
}

/// Where a run of a script ends: at the moment asked for; else with the last line
/// and act; where no line waits for anything, at [`ENDLESS`].
fn end_of(script: &Script, acts: &[Act], asked: Option<Moment>) -> Until {
    let waits = script.lines.iter().any(|(_, line)| match line {
        Line::RunFor(_) | Line::RunUntil { .. } => true,
        Line::Act { at, .. } | Line::Note { at, .. } => at.is_some(),
        Line::Expect { .. } | Line::Try { .. } => false,
    });
    match asked {
        Some(moment) => Until::Moment(moment),
        None if waits || !acts.is_empty() => Until::Done,
        None => Until::Moment(Moment::after(ENDLESS)),
    }
}

/// Starts that no correct run leads to.
fn impossible(script: &Script) -> Vec<String> {
    let read = |(node, text): &(_, String)| {
        let disk = DiskText::parse(text, script.setup.nodes).ok()?;
        Some((*node, disk))
    };
    let disks: Vec<_> = script.setup.disks.iter().filter_map(read).collect();
    impossible_starts(&disks).iter().map(words::impossible_start).collect()
}

//! Running what was named, to its end or to a moment, and what it came to.

use std::rc::Rc;

use netsplit_core::time::Time;
use netsplit_script::Script as Program;
use netsplit_sim::course::CourseLab;
use netsplit_sim::each_lab;
use netsplit_sim::fingerprint::Fingerprint;
use netsplit_sim::lab::Lab;
use netsplit_sim::labs::counter::CounterLab;
use netsplit_sim::labs::raft_disk::{DiskText, impossible_starts};
use netsplit_sim::labs::{self, LabWords};
use netsplit_sim::link::Link;
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, CannotOpen, Directing, Said};
use netsplit_sim::property::Violation;
use netsplit_sim::scenario::{Line, Script};
use netsplit_sim::scene::{Act, Advanced, Deed, Limits, Planned, Scene, Stop, note_holds};
use netsplit_sim::trace::{Event, Tracer, Until};
use netsplit_sim::words;
use netsplit_sim::world::WorldOptions;

use crate::mapreduce::code_of;
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
    /// The run, whatever its lab.
    run: Box<dyn Plays>,
    /// The code that it brings.
    code: Option<Program>,
    /// What is to be said before anything happens.
    pub(crate) remarks: Vec<String>,
    /// What a director said of it, who ran it to its end.
    pub(crate) directed: Option<Said>,
}

/// What a run before its start is once the types of its lab are taken away.
trait Plays {
    fn nodes(&self) -> u32;
    fn trace(&self) -> Box<dyn Iterator<Item = Event>>;
    fn play(&self) -> Played;
}

/// A run of a lab before its start.
struct Plan<L: Lab> {
    lab: &'static LabWords,
    /// What the world is made of.
    options: WorldOptions<L>,
    /// The lines of the script.
    lines: Rc<[Line]>,
    /// What is done from outside.
    acts: Vec<Act>,
    /// Where it ends.
    until: Until,
}

/// A run of a script.
type Undirected = Box<dyn Plays>;

/// A run of a test of the course, and what its director said of it.
type Directed = (Box<dyn Plays>, Option<Said>);

/// What prepares the runs of a lab, by the lab's name.
struct Prepares {
    lab: &'static str,
    script: fn(&Script, Vec<Act>, Until) -> Result<Undirected, CannotOpen>,
    test: fn(&Link, Option<Moment>) -> Result<Directed, CannotOpen>,
}

/// All labs, and what the course tests a service with.
const PREPARES: &[Prepares] = each_lab!(Prepares, CounterLab);

impl Prepares {
    const fn of<L: CourseLab>() -> Prepares {
        Prepares { lab: L::NAME, script: script_of::<L>, test: test_of::<L> }
    }

    fn by_name(lab: &str) -> Result<&'static Prepares, CannotOpen> {
        let found = PREPARES.iter().find(|prepares| prepares.lab == lab);
        found.ok_or_else(|| CannotOpen::NoLab(lab.to_owned()))
    }
}

fn words_of(lab: &str) -> &'static LabWords {
    labs::lab(lab).expect("what prepares a lab's runs knows a lab of the list")
}

/// The run of a script.
fn script_of<L: Lab>(
    script: &Script,
    acts: Vec<Act>,
    until: Until,
) -> Result<Undirected, CannotOpen> {
    let options = open::world::<L>(&script.setup)?;
    let (lab, lines) = (words_of(L::NAME), open::lines(script));
    Ok(Box::new(Plan { lab, options, lines, acts, until }))
}

/// The run of a test of the course by its record, and what its director said.
fn test_of<L: CourseLab>(link: &Link, until: Option<Moment>) -> Result<Directed, CannotOpen> {
    let mut directing = Directing::<L>::new(link, until)?;
    while !directing.advance(SLICE) {}
    let record = directing.record();
    let plan = Plan {
        lab: link.lab().expect("a test is of a lab of the list"),
        options: directing.world(),
        lines: Rc::from([]),
        acts: record.acts,
        until: Until::Moment(record.until),
    };
    Ok((Box::new(plan), record.said))
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
    /// What is wrong with the code that it brought.
    pub(crate) fault: Option<String>,
    /// The limit that stopped it.
    pub(crate) stop: Option<Stop>,
    /// What is worth a line, with its moment and in order.
    pub(crate) chapters: Vec<(Moment, String)>,
}

impl Prepared {
    /// Prepares a run up to a moment, or to the end that the subject itself has.
    pub(crate) fn of(subject: &Subject, until: Option<Moment>) -> Result<Prepared, Trouble> {
        let wrong = |why| Trouble::Bad(format!("{}: {why}", subject.name));
        let content = subject.content()?;
        let lab = subject.link.lab().expect("whatever is found has a lab");
        let runs_on = match &content {
            Content::Script(_) => lab.name,
            Content::Test(test) => test.runs_on(),
        };
        let prepares = Prepares::by_name(runs_on).map_err(wrong)?;
        let mut code = None;
        let (run, directed, remarks) = match content {
            Content::Script(script) => {
                code = code_of(&script)?;
                let acts = open::acts_of(&subject.link);
                let until = end_of(&script, &acts, until);
                let run = (prepares.script)(&script, acts, until).map_err(wrong)?;
                (run, None, impossible(&script))
            }
            Content::Test(_) => {
                let (run, said) = (prepares.test)(&subject.link, until).map_err(wrong)?;
                (run, said, Vec::new())
            }
        };
        Ok(Prepared { lab, run, code, remarks, directed })
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> u32 {
        self.run.nodes()
    }

    /// All that happens, event by event.
    pub(crate) fn trace(&self) -> Box<dyn Iterator<Item = Event>> {
        self.run.trace()
    }

    /// Runs it.
    pub(crate) fn play(&self) -> Played {
        let mut played = self.run.play();
        let fault = self.code.as_ref().and_then(Program::fault);
        played.fault = fault.map(|fault| format!("the code: {fault}"));
        played
    }
}

impl<L: Lab> Plays for Plan<L> {
    fn nodes(&self) -> u32 {
        self.options.nodes
    }

    fn trace(&self) -> Box<dyn Iterator<Item = Event>> {
        let (lines, acts) = (Rc::clone(&self.lines), self.acts.clone());
        Box::new(Tracer::new(self.scene(), lines, acts, self.until))
    }

    fn play(&self) -> Played {
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
            fault: None,
            stop,
            chapters: self.chapters(&scene),
        }
    }
}

impl<L: Lab> Plan<L> {
    fn scene(&self) -> Scene<L> {
        Scene::new(self.options.clone(), Rc::clone(&self.lines), Limits::default())
    }

    /// Notes, what could not be done, and what broke.
    fn chapters(&self, scene: &Scene<L>) -> Vec<(Moment, String)> {
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

/// Starts that no correct run leads to, as far as the lab's disks can be read.
fn impossible(script: &Script) -> Vec<String> {
    let read = |(node, text): &(_, String)| {
        let disk = DiskText::parse(text, script.setup.nodes).ok()?;
        Some((*node, disk))
    };
    let disks: Vec<_> = script.setup.disks.iter().filter_map(read).collect();
    impossible_starts(&disks).iter().map(words::impossible_start).collect()
}

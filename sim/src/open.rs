//! Opening: from a script, a scenario or a link to a run that can be watched.

mod course;

use std::fmt;
use std::rc::Rc;

use netsplit_core::id::NodeId;

use crate::fingerprint::Fingerprint;
use crate::lab::Lab;
use crate::labs::lab;
use crate::link::{Link, Problem, Problems, Remark, What};
use crate::moment::Moment;
use crate::run::{Run, Running};
use crate::scenario::{Line, Script, Setup};
use crate::scene::{Act, Deed, Limits};
use crate::timeline::{Progress, Timeline};
use crate::world::WorldOptions;

pub(crate) use course::{
    COURSE_OF_KV, COURSE_OF_MAPREDUCE, COURSE_OF_RAFT, COURSE_OF_SHARDCTRL, COURSE_OF_SHARDS,
    CourseOf,
};
pub use course::{Directing, Direction, Record, Said, course_setting, course_test, direction};

/// Why something cannot be opened.
#[derive(Clone, Debug, PartialEq)]
pub enum CannotOpen {
    /// A lab that is not here.
    NoLab(String),
    /// An option of the lab that is wrong.
    Option(String),
    /// A disk at the start that is wrong, and on which node.
    Disk(NodeId, String),
    /// What is wrong with a link.
    Link(Problems),
}

impl fmt::Display for CannotOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CannotOpen::NoLab(name) => write!(f, "there is no lab called {name}"),
            CannotOpen::Option(why) => f.write_str(why),
            CannotOpen::Disk(node, why) => write!(f, "the disk of {node}: {why}"),
            CannotOpen::Link(problems) => write!(f, "{problems}"),
        }
    }
}

/// The world of a lab that a setup describes.
///
/// # Errors
/// The first thing in it that is wrong; that it is of another lab.
pub fn world<L: Lab>(setup: &Setup) -> Result<WorldOptions<L>, CannotOpen> {
    if setup.lab != L::NAME {
        return Err(CannotOpen::NoLab(setup.lab.clone()));
    }
    let lab = L::options(&setup.options).map_err(|(_, why)| CannotOpen::Option(why))?;
    let first = |node: NodeId| L::first_disk(node, setup.cast(), &lab);
    let mut disks: Vec<_> = setup.cast().servers().map(first).collect();
    for (node, text) in &setup.disks {
        let disk = L::disk_from_text(text, setup.nodes)
            .map_err(|(_, why)| CannotOpen::Disk(*node, why))?;
        if let Some(place) = disks.get_mut(node.index()) {
            *place = disk;
        }
    }
    Ok(WorldOptions {
        nodes: setup.nodes,
        groups: setup.groups,
        clients: setup.clients,
        seed: setup.seed,
        network: setup.network.clone(),
        save_takes: setup.save_takes,
        lab,
        disks,
    })
}

/// The lines of a script, as runs share them.
pub fn lines(script: &Script) -> Rc<[Line]> {
    script.lines.iter().map(|(_, line)| line.clone()).collect()
}

/// A run at its start, with acts that are known already.
///
/// # Errors
/// What is wrong with the script's setup.
pub fn script(script: &Script, acts: Vec<Act>) -> Result<Box<dyn Run>, CannotOpen> {
    let lab = lab(&script.setup.lab).ok_or_else(|| CannotOpen::NoLab(script.setup.lab.clone()))?;
    (lab.code().open)(script, acts)
}

/// The same for a lab whose types are known.
pub(crate) fn script_of<L: Lab>(
    script: &Script,
    acts: Vec<Act>,
) -> Result<Box<dyn Run>, CannotOpen> {
    let lines = lines(script);
    let world = world::<L>(&script.setup)?;
    let timeline = Timeline::with_acts(world, Rc::clone(&lines), Limits::default(), acts);
    Ok(Box::new(Running::new(timeline, lines)))
}

/// What a link opens, to be taken to its moment.
pub struct Opened {
    /// The link.
    pub link: Link,
    /// What is remarkable about it.
    pub remarks: Vec<Remark>,
    /// The script that runs; of a test of the course, its setup alone.
    pub script: Script,
    /// The run, at its start.
    pub run: Box<dyn Run>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("link", &self.link).finish_non_exhaustive()
    }
}

/// What became of a link's claim when its moment was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The fingerprint is the one it names.
    Holds,
    /// It is another: the run differs from the one that was sent.
    Differs,
    /// It names none.
    None,
}

impl Claim {
    /// What a link's claim is worth where its moment has this fingerprint.
    pub fn of(link: &Link, here: Fingerprint) -> Claim {
        match link.fingerprint {
            None => Claim::None,
            Some(claimed) if claimed == here.value() => Claim::Holds,
            Some(_) => Claim::Differs,
        }
    }
}

/// Opens a pasted text that holds a link.
///
/// # Errors
/// All that is wrong with it.
pub fn link(text: &str) -> Result<Opened, CannotOpen> {
    let (link, remarks) = Link::read(text).map_err(CannotOpen::Link)?;
    Ok(Opened { remarks, ..ours(link)? })
}

/// Opens a link that was made here, or read already.
///
/// # Errors
/// What is wrong with what it names.
pub fn ours(link: Link) -> Result<Opened, CannotOpen> {
    let read = link.script().map_err(|problem| CannotOpen::Link(Problems(vec![problem])))?;
    let Some(found) = read else {
        let unknown = Problem::Unknown(link.what.clone());
        return Err(CannotOpen::Link(Problems(vec![unknown])));
    };
    let run = script(&found, acts_of(&link))?;
    Ok(Opened { link, remarks: Vec::new(), script: found, run })
}

/// What a person did in a link, as acts of a run.
pub fn acts_of(link: &Link) -> Vec<Act> {
    let act = |(moment, verb): &(Moment, _)| Act {
        moment: *moment,
        deed: Deed::Verb(Clone::clone(verb)),
    };
    link.acts.iter().map(act).collect()
}

impl Opened {
    /// Runs on towards the link's moment, at most so many steps.
    pub fn advance(&mut self, steps: u64) -> Progress {
        self.run.run_to(self.link.moment, steps)
    }

    /// Whether the run is the one that was sent; to be asked at the moment.
    pub fn claim(&self) -> Claim {
        Claim::of(&self.link, self.run.fingerprint())
    }
}

/// A link to another branch of the same run: its acts, and a moment of it whose
/// fingerprint is not claimed.
pub fn link_of_acts(link: Link, acts: &[Act], moment: Moment) -> Link {
    let verbs = acts.iter().filter_map(|act| match &act.deed {
        Deed::Verb(verb) => Some((act.moment, verb.clone())),
        Deed::Choice(_) => None,
    });
    Link { acts: verbs.collect(), moment, fingerprint: None, ..link }
}

/// The link to a moment of a run: the acts done up to it, and, when
/// `with_later`, those after it too.
pub fn link_to(what: What, setup: &Setup, run: &dyn Run, with_later: bool) -> Link {
    let here = run.moment();
    let acts = run.acts();
    let verbs = acts.iter().filter_map(|act| match &act.deed {
        Deed::Verb(verb) if with_later || act.moment < here => Some((act.moment, verb.clone())),
        _ => None,
    });
    let fingerprint: Fingerprint = run.fingerprint();
    Link {
        acts: verbs.collect(),
        moment: here,
        fingerprint: Some(fingerprint.value()),
        ..Link::to(what, setup.seed)
    }
}

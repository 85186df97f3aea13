//! One thing tried under many seeds: for the wall of other luck, and for the
//! search for a run that shows something.

use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use crate::course::CourseLab;
use crate::find::{self, Look, Looks};
use crate::labs;
use crate::link::{Link, Problem, Problems};
use crate::luck::{Drawing, Draws};
use crate::moment::Moment;
use crate::open::{self, CannotOpen, Directing};
use crate::scene::{Act, Advanced, Limits, Scene};
use crate::swarm::kind::{Kind, Kinds};
use crate::swarm::lab::SwarmLab;
use crate::world::World;

/// How long a run goes on at least after its last act: long enough for another
/// leader to be elected.
const AFTER_ACTS: Span = Span::from_millis(1_000);
/// The highest seed that is drawn: short enough to say aloud.
const SEED_MOST: u64 = 9_999;
/// What the generator of seeds is split off for.
const PURPOSE: u64 = 0x6C75_636B;

/// What is tried: the content of a link, under any seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What is run, with its options, its own seed and the acts.
    pub link: Link,
    /// Where a run ends; a test of the course ends when its director does.
    pub until: Time,
}

impl Case {
    /// A case that ends at a time, or later if its acts need longer to show what
    /// they lead to.
    pub fn new(link: Link, until: Time) -> Case {
        let last = link.acts.last().map_or(Time::ZERO, |(moment, _)| moment.at);
        Case { link, until: until.max(last + AFTER_ACTS) }
    }

    /// So many seeds: the link's own, and others that follow from it.
    pub fn seeds(&self, count: u64) -> Vec<u64> {
        let mut rng = Rng::new(self.link.seed).split(PURPOSE);
        let mut seeds = vec![self.link.seed];
        while (seeds.len() as u64) < count.min(SEED_MOST) {
            let drawn = rng.between(1, SEED_MOST);
            if !seeds.contains(&drawn) {
                seeds.push(drawn);
            }
        }
        seeds.truncate(count as usize);
        seeds
    }

    /// The link to a moment of the run under a seed. It claims nothing.
    pub fn link_to(&self, seed: u64, moment: Moment) -> Link {
        let link = self.link.clone();
        Link { seed, moment, fingerprint: None, selected: None, note: String::new(), ..link }
    }

    /// What makes its runs.
    ///
    /// # Errors
    /// When nothing does: its lab is not in the list.
    pub(crate) fn tried(&self) -> Result<&'static Tried, CannotOpen> {
        let name = self.link.lab().map_or("", |lab| lab.name);
        tried(name).ok_or_else(|| CannotOpen::NoLab(name.to_owned()))
    }

    /// The run under a seed, at its start.
    ///
    /// # Errors
    /// What is wrong with the link.
    pub fn trial<L: CourseLab>(&self, seed: u64) -> Result<Trial<L>, CannotOpen> {
        let link = self.link_to(seed, Moment::after(self.until));
        let wrong = |problem: Problem| CannotOpen::Link(Problems(vec![problem]));
        let stage = match link.script().map_err(wrong)? {
            None => Stage::Directing(Box::new(Directing::new(&link, None)?)),
            Some(script) => {
                let (world, lines) = (open::world(&script.setup)?, open::lines(&script));
                let scene = Scene::new(world, lines, Limits::default());
                Stage::Playing(Box::new(scene), open::acts_of(&link))
            }
        };
        Ok(Trial { seed, until: self.until, stage })
    }
}

/// What was to be opened, its types taken away.
type Opened<T> = Result<Box<T>, CannotOpen>;

/// What makes runs of a lab under many seeds, its types taken away.
#[derive(Debug)]
pub(crate) struct Tried {
    /// Everything that its runs are looked at for.
    pub(crate) kinds: Kinds,
    /// A run of a case, for the wall of other luck.
    pub(crate) draw: fn(&Case, u64) -> Opened<dyn Draws>,
    /// A run of a case, for the search.
    pub(crate) look: fn(&Case, u64, Kind) -> Opened<dyn Looks>,
    /// The run of the swarm of a seed, if it shows what is looked for.
    pub(crate) sight: fn(u64, Kind) -> Option<Link>,
}

impl Tried {
    /// That of a lab whose runs are not looked at for anything, since it has no swarm.
    pub(crate) const fn without_swarm<L: CourseLab>() -> Tried {
        Tried {
            kinds: &[],
            draw: |case, seed| Ok(Box::new(Drawing::<L>::new(case, seed)?)),
            look: |_, _, _| Err(CannotOpen::NoLab(L::NAME.to_owned())),
            sight: |_, _| None,
        }
    }

    /// That of a lab with a swarm.
    pub(crate) const fn of<L: CourseLab + SwarmLab>() -> Tried {
        Tried {
            kinds: L::KINDS,
            look: |case, seed, kind| Ok(Box::new(Look::<L>::new(case, seed, kind)?)),
            sight: find::sight::<L>,
            ..Tried::without_swarm::<L>()
        }
    }
}

/// What makes runs of a lab, by its name; `None` before its code is here.
pub(crate) fn tried(lab: &str) -> Option<&'static Tried> {
    labs::lab(lab).filter(|lab| lab.is_here()).map(|lab| lab.reading().tried)
}

/// A run in motion.
#[derive(Debug)]
pub struct Trial<L: CourseLab> {
    seed: u64,
    until: Time,
    stage: Stage<L>,
}

#[derive(Debug)]
enum Stage<L: CourseLab> {
    /// The director of a test of the course decides what is done.
    Directing(Box<Directing<L>>),
    /// All that is done is known.
    Playing(Box<Scene<L>>, Vec<Act>),
}

impl<L: CourseLab> Trial<L> {
    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Runs on, at most about so many steps, and shows each to `see`, with the
    /// moment before it, until that has seen enough. True when it has, or the run
    /// is at its end.
    pub fn advance(&mut self, steps: u64, mut see: impl FnMut(Moment, &World<L>) -> bool) -> bool {
        let (scene, acts) = match &mut self.stage {
            Stage::Playing(scene, acts) => (scene, acts),
            Stage::Directing(directing) => {
                if directing.advance(steps) {
                    let record = directing.record();
                    self.until = record.until.at;
                    let scene = Scene::new(directing.world(), [].into(), Limits::default());
                    self.stage = Stage::Playing(Box::new(scene), record.acts);
                }
                return false;
            }
        };
        let end = Moment::after(self.until);
        let last = scene.world.steps().saturating_add(steps);
        while scene.world.steps() < last {
            let (before, made) = (scene.world.moment(), scene.world.steps());
            if matches!(scene.advance(acts, end), Advanced::Reached | Advanced::Stopped(_)) {
                return true;
            }
            if scene.world.steps() > made && see(before, &scene.world) {
                return true;
            }
        }
        false
    }

    /// The run as it stands; `None` while a director still decides what is done.
    pub fn scene(&self) -> Option<&Scene<L>> {
        match &self.stage {
            Stage::Playing(scene, _) => Some(scene),
            Stage::Directing(_) => None,
        }
    }
}

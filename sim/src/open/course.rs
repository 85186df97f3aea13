//! Opening a test of the course: its director runs once, and what it did is the
//! record from which any moment follows.

use std::fmt;
use std::rc::Rc;

use netsplit_core::id::Groups;

use super::{CannotOpen, acts_of};
use crate::course::kv::Recorded;
use crate::course::mistake::Mistake;
use crate::course::{
    self, CourseLab, CourseTest, Perform, Plan, Setting, kv, mapreduce, shardctrl, shardkv,
};
use crate::director::{Advance, Verdict};
use crate::lab::Lab;
use crate::labs::counter::CounterLab;
use crate::labs::kv::KvLab;
use crate::labs::mapreduce::MapReduceLab;
use crate::labs::raft::RaftLab;
use crate::labs::shardctrl::ShardctrlLab;
use crate::labs::shardkv::ShardLab;
use crate::labs::{self, Pair, kv_options, mapreduce_options, shardctrl_options, shardkv_options};
use crate::link::{Link, Problem, Problems, What};
use crate::moment::Moment;
use crate::run::{Run, Running};
use crate::scenario::{Line, Script};
use crate::scene::{Act, Limits};
use crate::timeline::Timeline;
use crate::world::WorldOptions;

/// What a director said of its run.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// How it ended.
    Verdict(Verdict),
    /// Somebody acted, so that it says nothing.
    ChangedByHand,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Said::Verdict(verdict) => write!(f, "{verdict}"),
            Said::ChangedByHand => f.write_str("changed by hand"),
        }
    }
}

/// The test that a link names.
///
/// # Errors
/// When it names none, or one of another version.
pub fn course_test(link: &Link) -> Result<&'static CourseTest, CannotOpen> {
    let found = match link.what {
        What::Course { lab, test } => course::by_number(lab, test),
        _ => None,
    };
    let unknown = || CannotOpen::Link(Problems(vec![Problem::Unknown(link.what.clone())]));
    found.ok_or_else(unknown)
}

/// What a link tells a test: its seed, and those options a test knows.
///
/// # Errors
/// The first option that it cannot be told.
pub fn course_setting(test: &CourseTest, link: &Link) -> Result<Setting, CannotOpen> {
    let mut setting = Setting::plain(link.seed);
    let options = link.options().map_err(|why| CannotOpen::Link(Problems(vec![why])))?;
    for (name, value) in &options {
        match (&**name, &**value, Mistake::from_id(value)) {
            ("pre-vote" | "check-quorum", "on", _) => setting.pre_vote = true,
            ("pre-vote" | "check-quorum", "off", _) => {}
            ("mistake", "none", _) => {
                setting = Setting { pre_vote: setting.pre_vote, ..Setting::plain(link.seed) };
            }
            ("mistake", _, Some(mistake)) if test.knows(mistake) => {
                setting = setting.with(mistake);
            }
            _ => {
                let why = format!("{} cannot be told `{name}={value}`", test.name);
                return Err(CannotOpen::Option(why));
            }
        }
    }
    Ok(setting)
}

/// A test of the course while its director is at work, whatever its lab.
pub trait Direction: fmt::Debug {
    /// The test.
    fn test(&self) -> &'static CourseTest;
    /// How far it is.
    fn moment(&self) -> Moment;
    /// Goes on by about so many steps. True when what follows is known.
    fn advance(&mut self, steps: u64) -> bool;
    /// See [`Directing::record`].
    fn record(&self) -> Record;
    /// The run of a record at its start, with all acts known.
    fn run(&self, record: &Record) -> Box<dyn Run>;
}

/// The test of a link at its start; see [`Directing::new`].
///
/// # Errors
/// When the link names no test, or options that it cannot be told.
pub fn direction(link: &Link, until: Option<Moment>) -> Result<Box<dyn Direction>, CannotOpen> {
    (of_lab(course_test(link)?).open)(link, until)
}

/// The course's tests of a lab, and what opens them. It comes with the lab: a page that has no
/// store needs no test of it.
#[derive(Debug)]
pub(crate) struct CourseOf {
    /// The tests, in the order of the course.
    pub(crate) tests: &'static [CourseTest],
    open: Open,
    /// The first line of its setup as a script writes it.
    head: fn(&CourseTest, &Setting) -> String,
}

impl CourseOf {
    /// Those of a lab that the course does not have.
    pub(crate) const NONE: CourseOf = CourseOf {
        tests: &[],
        open: |link, _| {
            course_test(link).and_then(|test| Err(CannotOpen::NoLab(test.runs_on().to_owned())))
        },
        head: |_, _| String::new(),
    };
}

/// See [`direction`].
type Open = fn(&Link, Option<Moment>) -> Result<Box<dyn Direction>, CannotOpen>;

/// Raft's.
pub(crate) static COURSE_OF_RAFT: CourseOf =
    CourseOf { tests: course::raft::TESTS, open: direction_of::<RaftLab>, head: head_of_raft };

/// The store's, and of services that are tested with it.
pub(crate) static COURSE_OF_KV: CourseOf = CourseOf {
    tests: kv::TESTS,
    open: |link, until| match course_test(link)?.runs_on() {
        CounterLab::NAME => direction_of::<CounterLab>(link, until),
        _ => direction_of::<KvLab>(link, until),
    },
    head: head_of_service,
};

/// The shard controller's.
pub(crate) static COURSE_OF_SHARDCTRL: CourseOf =
    CourseOf { tests: shardctrl::TESTS, open: direction_of::<ShardctrlLab>, head: head_of_service };

/// The sharded store's.
pub(crate) static COURSE_OF_SHARDS: CourseOf =
    CourseOf { tests: shardkv::TESTS, open: direction_of::<ShardLab>, head: head_of_shards };

/// MapReduce's.
pub(crate) static COURSE_OF_MAPREDUCE: CourseOf =
    CourseOf { tests: mapreduce::TESTS, open: direction_of::<MapReduceLab>, head: head_of_job };

/// What is of the lab of a test, which is here since the test is.
fn of_lab(test: &CourseTest) -> &'static CourseOf {
    labs::lab_by_number(test.lab()).expect("tests name labs that are here").reading().course
}

/// The same for a lab whose types are known.
fn direction_of<L: CourseLab>(
    link: &Link,
    until: Option<Moment>,
) -> Result<Box<dyn Direction>, CannotOpen> {
    Ok(Box::new(Directing::<L>::new(link, until)?))
}

/// A test of the course while its director is at work.
#[derive(Debug)]
pub struct Directing<L: Lab> {
    test: &'static CourseTest,
    setting: Setting,
    performance: Box<dyn Perform<L>>,
    /// What a person did in it: from the first act on, the director does nothing.
    by_hand: Vec<Act>,
    /// The moment asked for; without one, the end.
    until: Option<Moment>,
    verdict: Option<Verdict>,
}

/// A directed run, to be repeated without its director.
#[derive(Clone, Debug)]
pub struct Record {
    /// What the world is made of, as text, and what the director said, since it is code.
    pub script: Script,
    /// What the director did, then what a person did.
    pub acts: Vec<Act>,
    /// The moment asked for, or the last one.
    pub until: Moment,
    /// What the director said, where it came to its end.
    pub said: Option<Said>,
    /// When it saw a failure, where it did.
    pub failed_at: Option<Moment>,
}

impl<L: CourseLab> Directing<L> {
    /// The test of a link at its start, with the acts in the link. It is run to
    /// the moment asked for; without one, or past it, to its end.
    ///
    /// # Errors
    /// When the link names no test, or options that it cannot be told.
    pub fn new(link: &Link, until: Option<Moment>) -> Result<Directing<L>, CannotOpen> {
        let test = course_test(link)?;
        let setting = course_setting(test, link)?;
        let performance = L::perform(test, &setting);
        let performance = performance.ok_or_else(|| CannotOpen::NoLab(L::NAME.to_owned()))?;
        let by_hand = acts_of(link);
        Ok(Directing { test, setting, performance, by_hand, until, verdict: None })
    }

    /// What its world is made of.
    pub fn world(&self) -> WorldOptions<L> {
        self.performance.directed().timeline().scene().world.options().clone()
    }

    /// How far it is.
    pub fn moment(&self) -> Moment {
        self.performance.directed().timeline().moment()
    }

    /// Goes on by about so many steps. True when what follows is known.
    pub fn advance(&mut self, steps: u64) -> bool {
        if self.verdict.is_none()
            && let Advance::Ended(verdict) = self.performance.advance(steps)
        {
            self.verdict = Some(verdict);
        }
        let last = self.by_hand.first().map(|act| act.moment).or(self.until);
        self.verdict.is_some() || last.is_some_and(|last| self.moment() > last)
    }

    /// What was done so far, with a person's acts in place of what the director
    /// did after the first of them.
    pub fn record(&self) -> Record {
        let end = self.moment();
        let mut acts = self.performance.directed().record();
        let said = match self.by_hand.first() {
            Some(first) => {
                acts.retain(|act| act.moment < first.moment);
                Some(Said::ChangedByHand)
            }
            None if self.until.is_none() => self.verdict.clone().map(Said::Verdict),
            None => None,
        };
        let failed_at = match &said {
            Some(Said::Verdict(Verdict::Failed { moment, .. })) => Some(*moment),
            Some(Said::Verdict(Verdict::Broken(violation))) => Some(violation.moment),
            _ => None,
        };
        let last_by_hand = self.by_hand.last().map(|act| act.moment);
        acts.extend_from_slice(&self.by_hand);
        Record {
            script: script(self.test, &self.setting, self.notes()),
            acts,
            until: self.until.or(last_by_hand).unwrap_or(end),
            said,
            failed_at,
        }
    }

    /// What the director said it does, up to the first act of a person.
    fn notes(&self) -> Vec<(u32, Line)> {
        let first = self.by_hand.first().map(|act| act.moment);
        let said = self.performance.directed().notes().into_iter();
        let before = said.filter(|(moment, _)| first.is_none_or(|first| *moment < first));
        before.map(|(at, text)| (0, Line::Note { at: Some(at), text })).collect()
    }
}

impl<L: CourseLab> Direction for Directing<L> {
    fn test(&self) -> &'static CourseTest {
        self.test
    }

    fn moment(&self) -> Moment {
        Directing::moment(self)
    }

    fn advance(&mut self, steps: u64) -> bool {
        Directing::advance(self, steps)
    }

    fn record(&self) -> Record {
        Directing::record(self)
    }

    fn run(&self, record: &Record) -> Box<dyn Run> {
        let (lines, acts) = (super::lines(&record.script), record.acts.clone());
        let limits = Limits::default();
        let timeline = Timeline::with_acts(self.world(), Rc::clone(&lines), limits, acts);
        Box::new(Running::new(timeline, lines))
    }
}

/// The setup of a test as a script writes it, with notes.
fn script(test: &CourseTest, setting: &Setting, lines: Vec<(u32, Line)>) -> Script {
    let text = (of_lab(test).head)(test, setting);
    let read = Script::parse(&text).expect("the setup of a test is in the language of scripts");
    Script { lines, ..read }
}

fn head_of_raft(test: &CourseTest, setting: &Setting) -> String {
    let Plan::Raft(plan) = test.plan else { return String::new() };
    let ids = setting.mutants.iter().map(|mutant| format!(" mistake={}", mutant.id()));
    let pre_vote = if setting.pre_vote { " pre-vote=on check-quorum=on" } else { "" };
    let options = format!(" preset=course{pre_vote}{}", ids.collect::<String>());
    let servers = format!("raft nodes={}", plan.servers);
    setup(&servers, 0, setting.seed, plan.unreliable, &options)
}

/// The counter is in no list of labs; its cluster is like one of the store.
fn head_of_service(test: &CourseTest, setting: &Setting) -> String {
    let of_store = kv_options::options_as_pairs;
    match test.plan {
        Plan::Kv(plan) => head_of(KvLab::NAME, &plan, setting, of_store),
        Plan::Counter(plan) => head_of(KvLab::NAME, &plan, setting, of_store),
        Plan::Controller(plan) => {
            head_of(ShardctrlLab::NAME, &plan, setting, shardctrl_options::options_as_pairs)
        }
        Plan::Raft(_) | Plan::Shards(_) | Plan::MapReduce(_) => String::new(),
    }
}

fn head_of<L: Recorded>(
    lab: &str,
    plan: &kv::Plan<L>,
    setting: &Setting,
    as_pairs: fn(&L::Options) -> Vec<Pair>,
) -> String {
    let options = text_of(as_pairs(&kv::world(plan, setting).lab));
    let servers = format!("{lab} nodes={}", plan.servers);
    setup(&servers, plan.clients, setting.seed, plan.unreliable, &options)
}

fn head_of_shards(test: &CourseTest, setting: &Setting) -> String {
    let Plan::Shards(plan) = test.plan else { return String::new() };
    let world = shardkv::world(&plan, setting);
    let Groups { count, size } = world.groups;
    let servers = format!("shardkv nodes={} groups={count}x{size}", world.nodes);
    let options = text_of(shardkv_options::options_as_pairs(&world.lab));
    setup(&servers, world.clients, setting.seed, plan.unreliable, &options)
}

fn head_of_job(test: &CourseTest, setting: &Setting) -> String {
    let Plan::MapReduce(plan) = test.plan else { return String::new() };
    let world = mapreduce::world(&plan, setting);
    let options = text_of(mapreduce_options::options_as_pairs(&world.lab));
    let servers = format!("mapreduce nodes={}", world.nodes);
    setup(&servers, world.clients, setting.seed, false, &options)
}

fn setup(servers: &str, clients: u32, seed: u64, unreliable: bool, options: &str) -> String {
    let clients = if clients > 0 { format!(" clients={clients}") } else { String::new() };
    let unreliable = if unreliable { " unreliable=on" } else { "" };
    format!(
        "scenario {servers}{clients} seed={seed} network=course{unreliable} save=0ms{options}\n"
    )
}

fn text_of(options: Vec<Pair>) -> String {
    options.into_iter().map(|(name, value)| format!(" {name}={value}")).collect()
}

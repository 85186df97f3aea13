//! One open run with all that was written down about it.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use netsplit_core::time::Time;
use netsplit_sim::labs::{self, LabWords, Mistake};
use netsplit_sim::link::{Link, What};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::{self, CannotOpen};
use netsplit_sim::run::Run;
use netsplit_sim::scenario::{Scenario, Script, Setup};
use netsplit_sim::scene::Act;
use netsplit_sim::timeline::{BranchId, Progress};
use netsplit_sim::verb::{NotPossible, Verb};
use netsplit_sim::{course, link, scenarios};

use super::ahead::Ahead;
use super::asked::Asked;
use super::dials;
use super::history::History;
use super::pace::Pace;
use super::travels::Travels;

/// A run, what it is of, and the history of each of its branches.
pub struct Play {
    /// What is run.
    pub what: What,
    /// The scenario it is of, if it is one of the list.
    pub scenario: Option<&'static Scenario>,
    /// The test of the course it is of, if it is of one.
    pub test: Option<&'static str>,
    /// The script that runs.
    pub script: Script,
    /// What `own` answers, once it was asked.
    own: OnceCell<Setup>,
    /// The run.
    pub run: Box<dyn Run>,
    /// What a test of the course said of it.
    pub verdict: Option<String>,
    /// When a test of the course saw a failure.
    pub failed_at: Option<Moment>,
    /// Options that differ from what is run, as links number them.
    pub overrides: Vec<(u32, String)>,
    /// What was changed to make it from the run beside.
    pub change: Option<String>,
    /// Acts on it when it was opened beside another.
    pub opened_with: usize,
    /// What clients asked, once somebody looks at it.
    pub asked: RefCell<Asked>,
    /// What shards and requests passed, once somebody looks at it.
    pub travels: RefCell<Travels>,
    /// What the part of a lab keeps of the run that the first view knows nothing of.
    pub kept: RefCell<Option<Box<dyn Any>>>,
    histories: BTreeMap<BranchId, History>,
    shown: BranchId,
    /// Acts that were made as one and are taken back as one.
    together: Vec<Together>,
    /// A copy that goes before it, while Auto plays near the edge.
    ahead: Option<Ahead>,
}

/// Acts made as one: the last so many of the first so many of a branch.
struct Together {
    branch: BranchId,
    up_to: usize,
    count: usize,
}

impl Play {
    /// A run at its start, of a script whose seed and options are set.
    ///
    /// # Errors
    /// What is wrong with the script.
    pub fn new(what: What, script: Script, acts: Vec<Act>) -> Result<Play, CannotOpen> {
        let run = open::script(&script, acts)?;
        Ok(Play::of(what, script, run))
    }

    /// A run that is open already, at its start.
    pub fn of(what: What, script: Script, run: Box<dyn Run>) -> Play {
        let (scenario, test) = match what {
            What::Listed { number } => (scenarios::by_number(number), None),
            What::Course { lab, test } => (None, course::by_number(lab, test).map(|it| it.name)),
            What::Written(_) => (None, None),
        };
        let mut play = Play::with((what, scenario, test), script, run);
        if let Some(scenario) = play.scenario {
            play.run.carry(scenario.carried());
        }
        play.observe();
        play
    }

    /// The first scenario, without a look at the list of all and without a reader of scripts,
    /// which come later. It carries no branches.
    ///
    /// # Panics
    /// When it cannot be opened, which a test rules out.
    pub fn first() -> Play {
        let scenario = scenarios::first();
        let (what, script) = (What::Listed { number: scenario.number }, scenarios::first_script());
        let run = open::script(&script, Vec::new()).expect("it can be opened");
        let mut play = Play::with((what, Some(scenario), None), script, run);
        play.observe();
        play
    }

    fn with(
        (what, scenario, test): (What, Option<&'static Scenario>, Option<&'static str>),
        script: Script,
        run: Box<dyn Run>,
    ) -> Play {
        Play {
            what,
            scenario,
            test,
            script,
            own: OnceCell::new(),
            run,
            verdict: None,
            failed_at: None,
            overrides: Vec::new(),
            change: None,
            opened_with: 0,
            asked: RefCell::default(),
            travels: RefCell::default(),
            kept: RefCell::default(),
            histories: BTreeMap::new(),
            shown: 0,
            together: Vec::new(),
            ahead: None,
        }
    }

    /// The words of its lab.
    ///
    /// # Panics
    /// When the lab is not in the list, which opening has ruled out.
    pub fn lab(&self) -> &'static LabWords {
        labs::lab(self.run.lab()).expect("a run is of a lab of the list")
    }

    /// What it is called.
    pub fn title(&self) -> String {
        let title = self.scenario.map(|scenario| scenario.title).or(self.test);
        title.unwrap_or("A script of your own").to_owned()
    }

    /// The history of the shown branch.
    pub fn history(&self) -> &History {
        self.histories.get(&self.shown).expect("observing made one for every shown branch")
    }

    /// Writes down what the last step did.
    fn observe(&mut self) {
        self.histories.entry(self.shown).or_default().observe(&*self.run);
    }

    /// Runs on to a moment, at most so many steps, and writes down what is new.
    pub fn advance(&mut self, to: Moment, steps: u64) -> Progress {
        let last = self.run.steps().saturating_add(steps);
        loop {
            // What is written down already is run through without looking.
            let known = self.history().steps().saturating_sub(self.run.steps());
            let left = last.saturating_sub(self.run.steps());
            let progress = self.run.run_to(to, known.clamp(1, left.max(1)));
            self.observe();
            if progress != Progress::Budget || self.run.steps() >= last {
                return progress;
            }
        }
    }

    /// The pace of the shown branch, as far as it is known without looking ahead
    /// any further.
    pub fn pace(&self) -> Pace<'_> {
        match &self.ahead {
            Some(ahead) if self.serves(ahead) => ahead.pace(),
            _ => Pace::new(self.history().things.list(), self.run.edge().at),
        }
    }

    /// Looks ahead up to a time, and returns the steps of so many that are left.
    pub fn look_ahead(&mut self, to: Time, steps: u64) -> u64 {
        if !self.ahead.as_ref().is_some_and(|ahead| self.serves(ahead)) {
            self.ahead = Some(Ahead::of(&*self.run, self.history()));
        }
        self.ahead.as_mut().map_or(0, |ahead| ahead.look(to, steps))
    }

    /// A copy still goes before the run: nothing was done since, and the run has
    /// not come further.
    fn serves(&self, ahead: &Ahead) -> bool {
        ahead.holds_for(&*self.run) && ahead.steps() >= self.history().steps()
    }

    /// One step on. False when nothing comes.
    pub fn step(&mut self) -> bool {
        let made = self.run.step();
        self.observe();
        made
    }

    /// Shows a moment of the branch, no later than its edge.
    pub fn seek(&mut self, moment: Moment) {
        let moment = moment.min(self.run.edge());
        self.run.seek(moment, u64::MAX);
    }

    /// Acts at the moment shown; before the edge, that makes a branch.
    ///
    /// # Errors
    /// When it is not possible; then nothing has changed.
    pub fn act(&mut self, verb: Verb) -> Result<(), NotPossible> {
        let before = self.history().up_to(&*self.run);
        self.run.act(verb)?;
        let shown = self.shown_branch();
        if shown != self.shown {
            self.shown = shown;
            self.histories.insert(shown, before);
        }
        self.observe();
        Ok(())
    }

    /// Acts several times at the moment shown, up to the first that is not
    /// possible; all of it is taken back as one.
    ///
    /// # Errors
    /// The act that was not possible, and why; those before it stand.
    pub fn act_together(&mut self, verbs: Vec<Verb>) -> Result<(), Box<(Verb, NotPossible)>> {
        let mut refused = None;
        let mut count = 0;
        for verb in verbs {
            match self.act(verb.clone()) {
                Ok(()) => count += 1,
                Err(why) => {
                    refused = Some(Box::new((verb, why)));
                    break;
                }
            }
        }
        let up_to = self.run.acts().len();
        self.together.push(Together { branch: self.shown, up_to, count });
        refused.map_or(Ok(()), Err)
    }

    /// Takes the last act back, with those that were made with it. False when
    /// there is none.
    pub fn undo(&mut self) -> bool {
        let (branch, acts) = (self.shown, self.run.acts().len());
        let made = self.together.iter().rev().find(|it| (it.branch, it.up_to) == (branch, acts));
        let count = made.map_or(1, |made| made.count.max(1));
        (0..count).filter(|_| self.undo_one()).count() > 0
    }

    fn undo_one(&mut self) -> bool {
        let (branch, undone) = (self.shown, self.run.undo());
        self.shown = self.shown_branch();
        if undone && branch == self.shown {
            let before = self.history().up_to(&*self.run);
            self.histories.insert(branch, before);
        }
        self.observe();
        undone
    }

    /// Brings back what was taken back last, as one. False when there is nothing.
    pub fn redo(&mut self) -> bool {
        let done = self.redo_one();
        let within = |play: &Play| {
            let acts = play.run.acts().len();
            let mut of_branch = play.together.iter().filter(|it| it.branch == play.shown);
            of_branch.any(|it| acts > it.up_to - it.count && acts < it.up_to)
        };
        while done && within(self) && self.redo_one() {}
        done
    }

    fn redo_one(&mut self) -> bool {
        let done = self.run.redo();
        self.shown = self.shown_branch();
        self.observe();
        done
    }

    /// Replaces all acts of the branch, which makes another one that is shown at
    /// the same moment. False when none differs.
    pub fn change_acts(&mut self, acts: Vec<Act>) -> bool {
        let here = self.run.moment();
        if !self.run.change_acts(acts) {
            return false;
        }
        self.shown = self.shown_branch();
        // All that is new is written down from the start.
        let edge = self.run.edge();
        self.run.seek(Moment::START, u64::MAX);
        self.observe();
        self.advance(edge, u64::MAX);
        self.seek(here);
        true
    }

    /// Shows another branch.
    pub fn show(&mut self, branch: BranchId) {
        self.run.show(branch);
        self.shown = self.shown_branch();
        // A branch that came with the scenario has the story of the run it leaves.
        if !self.histories.contains_key(&self.shown)
            && let Some(before) = self.histories.get(&0)
        {
            let before = before.up_to(&*self.run);
            self.histories.insert(self.shown, before);
        }
        self.observe();
    }

    /// Puts a branch back that was written down, and shows it at its start.
    /// `None` when it is there already.
    pub fn graft(&mut self, acts: &[(Moment, Verb)], name: Option<&str>) -> Option<BranchId> {
        let branch = self.run.graft(acts)?;
        if let Some(name) = name {
            self.run.name_branch(name);
        }
        self.shown = branch;
        self.observe();
        Some(branch)
    }

    /// The shown branch.
    pub fn shown_branch(&self) -> BranchId {
        let shown = self.run.branches().into_iter().find(|branch| branch.shown);
        shown.map_or(0, |branch| branch.id)
    }

    /// What a file of the run is called.
    pub fn file_name(&self) -> String {
        let id = self.scenario.map_or("run", |scenario| scenario.id);
        format!("{id}-seed-{}.netsplit", self.script.setup.seed)
    }

    /// The link to the moment shown.
    pub fn link(&self, with_later: bool) -> Link {
        let link = open::link_to(self.what.clone(), &self.script.setup, &*self.run, with_later);
        let overrides = self.overrides.iter().take(link::limits::OVERRIDES).cloned().collect();
        Link { overrides, ..link }
    }

    /// The start that what is run has by itself, before any change. Its script is read
    /// once: the dials ask in every frame, and the first view never.
    pub fn own(&self) -> &Setup {
        self.own.get_or_init(|| own_setup(&self.what, self.scenario, &self.script.setup))
    }

    /// Whether what is run gives an option this value by itself.
    pub fn is_own(&self, key: &str, value: &str) -> bool {
        match key {
            "mistake" => value == "none" && !self.own().options.iter().any(|(name, _)| name == key),
            _ => dials::option(key, self.own()).as_deref() == Some(value),
        }
    }

    /// The mistakes that are on, by their names in the catalogue.
    pub fn mistakes(&self) -> Vec<&str> {
        let options = self.script.setup.options.iter();
        let mistakes = options.filter(|(name, _)| name == "mistake");
        mistakes.map(|(_, value)| &**value).collect()
    }

    /// The same with what is said of them.
    pub fn mistakes_shown(&self) -> Vec<Mistake> {
        let on = self.mistakes();
        if on.is_empty() {
            return Vec::new();
        }
        self.lab().mistakes().into_iter().filter(|mistake| on.contains(&mistake.id)).collect()
    }

    /// What the run is called beside another.
    pub fn run_name(&self) -> String {
        match &self.change {
            Some(change) => format!("“{change}”"),
            None => "the run before".to_owned(),
        }
    }
}

/// The start that what is run has by itself, before any change of it to `setup`.
fn own_setup(what: &What, scenario: Option<&Scenario>, setup: &Setup) -> Setup {
    let told = ["pre-vote", "check-quorum", "mistake"];
    let own = match what {
        What::Listed { .. } => scenario.map(|found| found.parse().setup),
        What::Written(text) => Script::parse(text).ok().map(|script| script.setup),
        // A test of the course has none of what it can be told.
        What::Course { .. } => {
            let mut setup = setup.clone();
            setup.options.retain(|(name, _)| !told.contains(&&**name));
            Some(setup)
        }
    };
    own.unwrap_or_else(|| setup.clone())
}

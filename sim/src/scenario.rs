//! Scenarios: what is shown, as a value. One and the same is the test, the page,
//! the documentation's picture and the link.

use netsplit_core::id::{Cast, Groups, NodeId};
use netsplit_core::time::Span;

use crate::labs::LabWords;
use crate::moment::Moment;
use crate::network::NetworkOptions;
use crate::verb::{Condition, Verb};

/// What a run starts from: everything that is decided before anything happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The lab's name.
    pub lab: String,
    /// How many servers.
    pub nodes: u32,
    /// Which groups the last of them form.
    pub groups: Groups,
    /// How many clients.
    pub clients: u32,
    /// The number the run grows from.
    pub seed: u64,
    /// The network's preset, by name, where it was given by one …
    pub preset: &'static str,
    /// … and what it is, with what was changed.
    pub network: NetworkOptions,
    /// How long a save takes.
    pub save_takes: Span,
    /// The lab's own options that differ from its default, by name, in the
    /// lab's order: `pre-vote=on`, `mistake=EL01`.
    pub options: Vec<(String, String)>,
    /// The reader's own code, where the lab runs such; each line ends with a line break.
    pub code: String,
    /// What disks hold at the start, in the lab's words, by node.
    pub disks: Vec<(NodeId, String)>,
    /// Letters of a figure: `label n2 "(a)"`.
    pub labels: Vec<(NodeId, String)>,
    /// Rows in a figure's order; empty for the order of the names.
    pub order: Vec<NodeId>,
}

impl Setup {
    /// What a run of a lab starts from when nothing more is said.
    pub fn of(lab: &LabWords) -> Setup {
        Setup {
            lab: lab.name.to_owned(),
            nodes: lab.cast.servers,
            groups: lab.cast.groups,
            clients: lab.cast.clients,
            seed: 1,
            preset: "calm",
            network: NetworkOptions::preset("calm").expect("it is one of the presets"),
            save_takes: Span::from_millis(1),
            options: Vec::new(),
            code: String::new(),
            disks: Vec::new(),
            labels: Vec::new(),
            order: Vec::new(),
        }
    }

    /// Who there is.
    pub fn cast(&self) -> Cast {
        Cast { servers: self.nodes, groups: self.groups, clients: self.clients }
    }
}

/// A line of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// An act, at a moment or when the line before it is done.
    Act {
        /// When; `None` at once.
        at: Option<Moment>,
        /// What.
        verb: Verb,
    },
    /// `run for 300ms`.
    RunFor(Span),
    /// `run until leader`, `run until committed 5 within 2s`.
    RunUntil {
        /// What is waited for.
        condition: Condition,
        /// For how long at most.
        within: Option<Span>,
    },
    /// `expect leader n3`, `expect not committed 2`: what the next note builds on.
    /// Where it is otherwise, the note is not said.
    Expect {
        /// What …
        condition: Condition,
        /// … is so, or not.
        holds: bool,
    },
    /// `note "…"`, `at 1.2s note "…"`: a chapter with a sentence.
    Note {
        /// When; `None` at once.
        at: Option<Moment>,
        /// The sentence.
        text: String,
    },
    /// `try "Crash the leader" crash leader`: a suggestion from here on.
    Try {
        /// What the button says.
        label: String,
        /// What it does.
        verb: Verb,
    },
}

/// A script: a setup and its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// What it starts from.
    pub setup: Setup,
    /// What happens, each with its line in the text it was read from (from 1;
    /// 0 when it was not read).
    pub lines: Vec<(u32, Line)>,
}

/// A scenario as it stands in the list.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its frozen number in links.
    pub number: u32,
    /// Its word in addresses and on the command line: `first-election`.
    pub id: &'static str,
    /// Its title, in sentence case.
    pub title: &'static str,
    /// One sentence: what to look for.
    pub look_for: &'static str,
    /// The part of the course's lab it belongs to: `2A`.
    pub part: &'static str,
    /// What it answers, as a question.
    pub question: &'static str,
    /// Where the paper says so: `5.4.2, Figure 8`.
    pub section: &'static str,
    /// The property it is about, by its short name.
    pub property: &'static str,
    /// Properties that it is expected to break; empty for correct runs.
    pub breaks: &'static [&'static str],
    /// The script's text.
    pub script: &'static str,
    /// Ways to see the opposite.
    pub switches: &'static [Switch],
    /// Branches that it carries.
    pub branches: &'static [Branch],
}

/// What shows the opposite of a scenario: the same story with one thing changed,
/// told as it goes then. It opens beside the scenario.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    /// What the button says: `An honest disk`.
    pub label: &'static str,
    /// The changed scenario, with a frozen number of its own; it stands in no
    /// list. Its `look_for` says what is to be seen.
    pub shows: &'static Scenario,
}

impl Switch {
    /// The changed script.
    pub fn script(&self) -> Script {
        self.shows.parse()
    }
}

/// A branch that a scenario carries: it leaves the run at a note, by one act.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// What it is called: `(e)`.
    pub name: &'static str,
    /// How the note begins at which it leaves.
    pub note: &'static str,
    /// The act, as a script writes it; `None` names the run itself.
    pub act: Option<&'static str>,
}

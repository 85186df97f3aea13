//! One running lab with its types erased: all that a front end knows.
//!
//! What it shows is plain data, made when it is asked for and only where
//! something changed: a node that did not move keeps its [`Rc`].

mod dials;
mod glimpse;
mod jobs;
mod operations;
mod passages;
mod running;
mod showing;
mod shown;
mod step;
mod transactions;

use std::rc::Rc;

use netsplit_core::id::{Cast, NodeId};

use crate::choice::{Choice, Rule, RuleId};
use crate::fingerprint::Fingerprint;
use crate::moment::Moment;
use crate::property::{Property, Violation};
use crate::scenario::Line;
use crate::scene::{Act, Skipped};
use crate::timeline::{BranchId, Carried, Progress};
use crate::verb::{Condition, NotPossible, Verb};
#[cfg(doc)]
use crate::{property::Checks, timeline::Timeline};

pub use dials::{Dials, NodeDials};
pub use glimpse::Glimpse;
pub use jobs::{JobEvent, JobNote, JobNotes, JobOutput, JobPart};
pub use operations::{OpOutcome, OpShown, Operations, Points};
pub use passages::{Passage, Passages, Passed};
pub use running::Running;
pub use shown::{BranchShown, Flying, Gone, LogShown, Loss, MessageShown, NodeShown, WorldView};
pub use step::{Fact, Sent, Standing, Told};
pub use transactions::{Attempt, End, Mark, MarkAt, TxnShown};

/// One running lab.
pub trait Run {
    /// The lab's name.
    fn lab(&self) -> &'static str;
    /// Who there is.
    fn cast(&self) -> Cast;
    /// The properties that are checked.
    fn properties(&self) -> &'static [Property];
    /// The moment shown.
    fn moment(&self) -> Moment;
    /// The latest moment the branch has been run to.
    fn edge(&self) -> Moment;
    /// Steps up to the moment shown.
    fn steps(&self) -> u64;
    /// Everything that happened up to the moment shown.
    fn fingerprint(&self) -> Fingerprint;
    /// Properties broken so far.
    fn broken(&self) -> &[Violation];
    /// See [`Checks::was_tried`].
    fn was_tried(&self, property: &str) -> bool;
    /// See [`Checks::undecided`].
    fn undecided(&self) -> Vec<(&'static str, u64)>;
    /// What clients asked up to the moment shown and what they were told, as far as it has changed
    /// since so many changes; empty in a lab without clients.
    fn operations(&self, since: u64) -> Operations;
    /// When each operation took effect, in an order that makes the history linearizable; `None`
    /// where there is none, or it was not found within what a look may take.
    fn points(&self) -> Option<Points>;
    /// What shards and requests passed up to the moment shown, behind the first so many; empty in a
    /// lab without shards.
    fn passages(&self, since: u64) -> Passages;
    /// What a job came to up to the moment shown, behind the first so many; empty in a lab without
    /// jobs.
    fn job(&self, since: u64) -> JobNotes;
    /// What a job has written at the moment shown; empty in a lab without jobs.
    fn output(&self) -> JobOutput;
    /// What could not be done so far.
    fn skipped(&self) -> &[Skipped];
    /// See [`Timeline::carry`].
    fn carry(&mut self, branches: Vec<Carried>);
    /// What is to be seen now.
    fn view(&mut self) -> Rc<WorldView>;
    /// See [`Timeline::run_to`].
    fn run_to(&mut self, moment: Moment, steps: u64) -> Progress;
    /// See [`Timeline::seek`].
    fn seek(&mut self, moment: Moment, steps: u64) -> Progress;
    /// See [`Timeline::seek_step`].
    fn seek_step(&mut self, step: u64);
    /// See [`Timeline::step`].
    fn step(&mut self) -> bool;
    /// See [`Timeline::act`].
    ///
    /// # Errors
    /// When it is not possible; then nothing has changed.
    fn act(&mut self, verb: Verb) -> Result<(), NotPossible>;
    /// See [`Timeline::undo`].
    fn undo(&mut self) -> bool;
    /// See [`Timeline::redo`].
    fn redo(&mut self) -> bool;
    /// See [`Timeline::change_act`].
    fn change_act(&mut self, number: usize, to: Option<Act>) -> bool;
    /// See [`Timeline::change_acts`].
    fn change_acts(&mut self, acts: Vec<Act>) -> bool;
    /// See [`Timeline::graft`].
    fn graft(&mut self, acts: &[(Moment, Verb)]) -> Option<BranchId>;
    /// All branches.
    fn branches(&self) -> Vec<BranchShown>;
    /// See [`Timeline::show`].
    fn show(&mut self, branch: BranchId) -> bool;
    /// See [`Timeline::name_branch`].
    fn name_branch(&mut self, name: &str);
    /// The acts on the path from the root, of the shown branch.
    fn acts(&self) -> Rc<Vec<Act>>;
    /// The acts of another branch; `None` when there is no such branch.
    fn acts_of(&self, branch: BranchId) -> Option<Rc<Vec<Act>>>;
    /// The script's lines.
    fn script(&self) -> &[Line];
    /// Lines of the script done so far, each with its moment.
    fn lines_done(&self) -> &[(u32, Moment)];
    /// The step just made, for the list of events: what happened in the world,
    /// and what the acting node told.
    fn told(&self) -> Vec<Told>;
    /// The messages that are gone with the step just made, or never left.
    fn gone(&self) -> Vec<Gone>;
    /// How each node stands, cheaply: for lanes of the time line, after a step.
    fn standings(&self) -> Vec<Standing>;
    /// Whether something that can be waited for is so at the moment shown.
    fn holds(&self, condition: &Condition) -> bool;
    /// How the dials stand at the moment shown.
    fn dials(&self) -> Dials;
    /// Messages that left in the step just made, or that an act put on their way
    /// again, cheaply: for the pace and the time line.
    fn sent(&self) -> Vec<Sent>;
    /// The step just made was an act from outside: a person's, the script's, a
    /// director's.
    fn intervened(&self) -> bool;
    /// How many acts were done so far.
    fn acts_done(&self) -> u32;
    /// Directions that are cut.
    fn cuts(&self) -> Vec<(NodeId, NodeId)>;
    /// Rules that stand.
    fn rules(&self) -> &[(RuleId, Rule)];
    /// See [`Timeline::fork_off`].
    fn fork(&self) -> Box<dyn Run>;
    /// What the step just made was; `None` before the first.
    fn last(&self) -> Option<&Choice>;
    /// Steps up to the edge of the shown branch.
    fn edge_steps(&self) -> u64;
    /// The shown branch after so many steps, without showing it; a few looks are
    /// kept. A step within an act of several is looked at after the whole act.
    fn glimpse(&mut self, step: u64) -> Rc<Glimpse>;
    /// The parent of the shown branch at the moment shown; `None` on the first
    /// run, and where the parent has gone or would take too long.
    fn parent(&mut self) -> Option<Rc<Glimpse>>;
}

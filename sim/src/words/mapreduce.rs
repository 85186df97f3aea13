//! What the nodes of a MapReduce tell, what is said of its moments, and of what is broken there.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::file::FileName;
use netsplit_core::mapreduce::message::{GivenUp, Notice, Stage, Why};
use netsplit_core::mapreduce::mutants::{Breaks, Mutant};
use netsplit_core::mapreduce::task::{Attempt, Phase, Task};
use netsplit_core::time::{Span, Time};
use netsplit_core::view::{Field, Value};

use crate::choice::Choice;
use crate::labs::Mistake;
use crate::run::{Flying, JobEvent, JobNote, NodeShown, Told, WorldView};
use crate::verb::{Selector, Verb};

use super::caption::{Offer, Stories};
use super::service::some;
use super::{capital, first_sentence};

/// What a node told.
pub fn notice(node: NodeId, notice: &Notice) -> Option<Told> {
    let (matters, text) = match notice {
        Notice::Begins { done: 0, .. } => {
            (true, format!("{node} begins: no task is given out yet."))
        }
        Notice::Begins { done, .. } => {
            (true, format!("{node} goes on from what it wrote down: {} done.", are(*done, "task")))
        }
        Notice::Assigned { attempt, worker, backup: true, .. } => {
            (true, format!("{node} gives {attempt} to {worker} as a backup (3.6)."))
        }
        Notice::Assigned { attempt, worker, local: true, .. } => {
            (true, format!("{node} gives {attempt} to {worker}, which has its input (3.4)."))
        }
        Notice::Assigned { attempt, worker, .. } => {
            (true, format!("{node} gives {attempt} to {worker}."))
        }
        Notice::Adopted { attempt, worker } => (
            true,
            format!(
                "{node} hears that {worker} is at {attempt}, which was given out before it started."
            ),
        ),
        Notice::Waits { worker, .. } => (false, format!("{node} has nothing for {worker} now.")),
        Notice::Dismissed(worker) => (true, format!("{node} tells {worker} that the job is over.")),
        Notice::Committed { attempt, worker } => (
            true,
            format!("{} is done: what {worker} wrote counts.", capital(&attempt.to_string())),
        ),
        Notice::Late { attempt, worker } => (
            true,
            format!("{worker} has done {attempt}, too: it was done before, and is ignored (3.3)."),
        ),
        Notice::GivenUp { attempt, worker, why } => {
            (true, format!("{node} gives up {attempt} on {worker}: {}.", given_up(*why)))
        }
        Notice::Lost(worker) => {
            (true, format!("{worker} has not answered for too long: it is lost (3.3)."))
        }
        Notice::Unread { task, worker } => {
            (true, format!("The output of {task} cannot be read on {worker}."))
        }
        Notice::Reopened { task, worker } => (
            true,
            format!(
                "{} is to be done again: its output was on {worker} (3.3).",
                capital(&task.to_string())
            ),
        ),
        Notice::Skips { split, record } => (
            true,
            format!(
                "Line {} of split {split} is skipped from now on: the user's code fails on it (4.6).",
                record + 1
            ),
        ),
        Notice::PhaseDone { phase: Phase::Map, .. } => (true, "All maps are done.".to_owned()),
        Notice::PhaseDone { phase: Phase::Reduce, .. } => {
            (true, "All reduces are done.".to_owned())
        }
        Notice::JobDone => (true, "The job is over.".to_owned()),
        Notice::Process(_) => (false, format!("A process begins on {node}.")),
        Notice::Took { attempt, map: None, from, weight, .. } => (
            true,
            format!("{node} has read the input of {}: {weight} bytes from {from}.", attempt.task),
        ),
        Notice::Took { attempt, map: Some(map), from, weight, .. } => (
            false,
            format!(
                "{node} has read the bucket of map {map} for {}: {weight} bytes from {from}.",
                attempt.task
            ),
        ),
        Notice::Goes { attempt, to } => {
            let matters = matches!(to, Stage::Sort | Stage::Compute);
            (matters, format!("{node}: {} goes on to {}.", attempt.task, to.word()))
        }
        Notice::Wrote { attempt, weight } => {
            (true, format!("{node} has written the output of {}: {weight} bytes.", attempt.task))
        }
        Notice::Dropped { attempt } => (false, format!("{node} drops {attempt}.")),
        Notice::Failed { attempt, why } => {
            (true, format!("{node} cannot do {attempt}: {}.", self::why(*why)))
        }
        Notice::Exits { crashed: true } => (true, format!("The process on {node} is gone.")),
        Notice::Exits { crashed: false } => (true, format!("{node} exits: the job is over.")),
        Notice::Wanted(attempt) => {
            (true, format!("{node} waits for what the user's code makes of {}.", attempt.task))
        }
        Notice::Renamed(names) => match &names[..] {
            [only] => (true, format!("The file {only} is complete.")),
            [first, ..] => {
                (true, format!("The file {first} is complete, and {} more.", names.len() - 1))
            }
            [] => return None,
        },
    };
    Some(Told::new(node, matters, text))
}

/// The same of what a job has come to; nothing of what nobody needs to read.
pub fn noted(note: &JobNote) -> Option<String> {
    match &note.what {
        JobEvent::Told(told) => notice(note.node, told).map(|told| told.text),
        JobEvent::Down => Some(format!("{} crashes.", note.node)),
    }
}

/// A number of bytes in three figures at most: `812 B`, `3.1 KB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if count < 1_000 {
        return format!("{count} B");
    }
    let mut tenths = (count + 50) / 100;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while tenths >= 10_000
        && let Some(next) = units.next()
    {
        (tenths, unit) = ((tenths + 500) / 1_000, Some(next));
    }
    let unit = unit.copied().unwrap_or_default();
    match tenths {
        0..1_000 => format!("{}.{} {unit}", tenths / 10, tenths % 10),
        _ => format!("{} {unit}", (tenths + 5) / 10),
    }
}

fn are(count: u64, what: &str) -> String {
    let verb = if count <= 1 { "is" } else { "are" };
    format!("{} {verb}", some(count, what))
}

/// Why a task cannot be done, without a full stop.
pub fn why(why: Why) -> String {
    match why {
        Why::Record(record) => format!("the user's code fails on line {}", record + 1),
        Why::NoBucket { map, .. } => format!("the bucket of map {map} is not where it was"),
        Why::NoInput => "its input is nowhere to be read".to_owned(),
    }
}

fn given_up(why: GivenUp) -> String {
    match why {
        GivenUp::TimeOut => "its time is over".to_owned(),
        GivenUp::WorkerLost => "that process is gone".to_owned(),
        GivenUp::Failed(why) => self::why(why),
        GivenUp::Beaten => "another was first".to_owned(),
        GivenUp::Unknown => "its worker knows nothing of it".to_owned(),
    }
}

// ── What is said of a moment ───────────────────────────────────────────────

/// The lab's stories.
pub static STORIES: Stories =
    Stories { moment, offer, entry: |_, _, _, _| String::new(), node, message, outcome };

fn record(node: &NodeShown, name: &str) -> Vec<Field> {
    match node.view.get(name) {
        Some(Value::Record(fields)) => fields.clone(),
        _ => Vec::new(),
    }
}

fn number(fields: &[Field], name: &str) -> u64 {
    match fields.iter().find(|field| field.name == name).map(|field| &field.value) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    }
}

fn text(fields: &[Field], name: &str) -> String {
    match fields.iter().find(|field| field.name == name).map(|field| &field.value) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

/// What is broken; else how far the phases are, and who is missing.
fn moment(view: &WorldView) -> String {
    let now = present(view);
    match view.broken.first() {
        None => now,
        Some(first) => {
            let because =
                first.because.as_deref().map_or_else(|| super::violation(first), str::to_owned);
            let sentence = first_sentence(&now);
            format!("{because} {sentence}")
        }
    }
}

fn present(view: &WorldView) -> String {
    let Some(coordinator) = view.nodes.first() else { return String::new() };
    if coordinator.incarnation == 0 {
        return "The coordinator and its workers, about to start.".to_owned();
    }
    if !coordinator.up {
        return format!("{} is down: nobody gives tasks out.", coordinator.id);
    }
    let (maps, reduces) = (record(coordinator, "map tasks"), record(coordinator, "reduce tasks"));
    let share =
        |tasks: &[Field]| format!("{} of {}", number(tasks, "completed"), number(tasks, "all"));
    let down: Vec<NodeId> = view.nodes.iter().filter(is_down).map(|node| node.id).collect();
    let missing = match &down[..] {
        [] => String::new(),
        [only] => format!(" {only} is down."),
        several => format!(" {} are down.", super::nodes(several)),
    };
    let what = match coordinator.view.role {
        "done" => "The job is over: all output is there.".to_owned(),
        "reducing" => format!("All maps are done, and {} reduces.", share(&reduces)),
        _ => {
            let going = number(&maps, "in progress") + number(&reduces, "in progress");
            format!("{} maps are done; {} in progress.", share(&maps), are(going, "task"))
        }
    };
    format!("{what}{missing}")
}

/// Who is not up, and had been.
fn is_down(node: &&Rc<NodeShown>) -> bool {
    !node.up && node.incarnation > 0
}

/// Somebody who is down starts again.
fn offer(view: &WorldView) -> Option<Offer> {
    let idle = view.next.as_ref().is_none_or(|(_, next)| matches!(next, Choice::Drop(_)));
    let down = view.nodes.iter().find(is_down)?;
    let coordinator = view.nodes.first().is_some_and(|first| first.id == down.id);
    (coordinator || idle).then(|| Offer {
        label: format!("Restart {}", down.id),
        verb: Verb::Restart(Selector::node(down.id)),
    })
}

fn node(view: &WorldView, id: NodeId) -> String {
    let Some(it) = view.nodes.iter().find(|node| node.id == id) else { return String::new() };
    if it.incarnation == 0 {
        return format!("{id} has not started.");
    }
    if !it.up {
        return format!("{id} is down. What is on its disk stays there, and nobody can read it.");
    }
    if id.is_client() {
        let outputs = it.view.number("outputs");
        return format!(
            "{id} is the disk that all share. It has {} of output.",
            some(outputs, "file")
        );
    }
    if id.number() == 1 {
        return format!("{id} coordinates. {}", present(view));
    }
    let doing: Vec<String> = ["map", "reduce"]
        .iter()
        .map(|phase| record(it, phase))
        .filter(|fields| !fields.is_empty())
        .map(|fields| format!("It is at {}: {}.", text(&fields, "task"), text(&fields, "stage")))
        .collect();
    match (it.view.role, doing.is_empty()) {
        ("exited", _) => format!("{id} has exited: the job is over."),
        ("crashed", _) => format!("The process on {id} is gone; its disk is still there."),
        (_, true) => format!("{id} has nothing to do."),
        _ => format!("{id} works. {}", doing.join(" ")),
    }
}

fn message(flying: &Flying, _: &WorldView) -> String {
    let (from, to, fields) = (flying.id.from, flying.id.to, &flying.fields);
    let task = text(fields, "task");
    match flying.kind {
        "AskTask" => format!("{from} asks for a task: it could {}.", text(fields, "free")),
        "Task" if task.is_empty() => format!("{to} is told: {}.", text(fields, "orders")),
        "Task" => format!("{to} is to do {task}."),
        "Ping" => format!("{from} asks whether {to} is there (3.3)."),
        "Pong" => format!("{from} is there."),
        "TaskDone" => format!("{from} has done {task}."),
        "TaskFailed" => format!("{from} cannot do {task}: {}.", text(fields, "because")),
        "Noted" => format!("{from} knows how {task} ended."),
        "Located" => format!("{to} hears where more buckets are (3.1)."),
        "LocatedReply" => format!("{from} knows where buckets are."),
        "Read" => format!("{from} wants to read {}.", files(fields)),
        "Content" => format!("{to} gets {}, {} bytes.", files(fields), number(fields, "bytes")),
        "Write" => format!("{from} writes piece {} of {}.", number(fields, "piece"), files(fields)),
        "Rename" => format!("{from} gives {} its final name.", files(fields)),
        "Delete" => format!("{from} deletes {}.", files(fields)),
        "Stored" => format!("{to} hears that it is on the disk."),
        kind => format!("{kind} from {from} to {to}."),
    }
}

fn files(fields: &[Field]) -> String {
    match number(fields, "files") {
        0 => text(fields, "file"),
        count => format!("{} and {} more", text(fields, "first file"), count - 1),
    }
}

/// The first two things that followed.
fn outcome(_: &WorldView, after: &WorldView, told: &[(Time, Told)]) -> String {
    let matters: Vec<&str> =
        told.iter().filter(|(_, it)| it.matters).map(|(_, it)| it.text.as_str()).take(2).collect();
    match matters.is_empty() {
        true => present(after),
        false => matters.join(" "),
    }
}

// ── What is broken ─────────────────────────────────────────────────────────

/// A file is not what a sequential run writes.
pub fn wrong_output(name: FileName) -> String {
    format!("The file {name} is not what a sequential run writes.")
}

/// Keys are out of order, or a key comes twice.
pub fn out_of_order(name: FileName, key: &str) -> String {
    format!("The file {name} has the key {key} where it does not belong.")
}

/// A task commits a second time.
pub fn committed_twice(attempt: Attempt, worker: NodeId) -> String {
    format!(
        "{} of {worker} commits, and the task had committed before.",
        capital(&attempt.to_string())
    )
}

/// A task is at work, and given out once more.
pub fn given_out_twice(attempt: Attempt) -> String {
    format!("{} is given out while the task is at work elsewhere.", capital(&attempt.to_string()))
}

/// An attempt is given up too early.
pub fn given_up_early(attempt: Attempt, waited: Span) -> String {
    format!("{} is given up after {waited}.", capital(&attempt.to_string()))
}

/// A worker is taken for lost too early.
pub fn lost_early(worker: NodeId, silent: Span) -> String {
    format!("{worker} is taken for lost after {silent} of silence.")
}

/// A map task whose output is lost is not done again.
pub fn not_run_again(worker: NodeId, map: u32) -> String {
    format!("{worker} is lost, and map {map}, whose output it has, is not done again.")
}

/// A task is done again without need.
pub fn run_again_for_nothing(task: Task, worker: NodeId) -> String {
    format!("{} is done again, and its output on {worker} is not lost.", capital(&task.to_string()))
}

/// A reduce task is given out while there are maps to be done.
pub fn reduce_given_out_early(attempt: Attempt) -> String {
    format!("{} is given out before all maps are done.", capital(&attempt.to_string()))
}

/// A reduce function begins without some of its input.
pub fn reduces_early(attempt: Attempt, has: u32, all: u32) -> String {
    format!("{} begins to reduce with {has} buckets of {all}.", capital(&attempt.to_string()))
}

/// A file was read that is not whole.
pub fn read_a_part(attempt: Attempt, name: &str) -> String {
    format!("{} has read a part of {name}.", capital(&attempt.to_string()))
}

/// A worker waits while there is something to do.
pub fn waits_for_nothing(worker: NodeId, phase: Phase) -> String {
    format!("{worker} is told to wait while a {} task is idle.", phase.word())
}

/// A worker does not wait when it is told to.
pub fn asks_too_often(worker: NodeId, most: usize) -> String {
    format!("{worker} was told to wait, and has asked more than {most} times since.")
}

/// A worker is told that the job is over, and it is not.
pub fn dismissed_early(worker: NodeId, missing: FileName) -> String {
    format!("{worker} is told that the job is over, and {missing} is not there.")
}

/// A worker exits before the job is over.
pub fn left_early(worker: NodeId, missing: FileName) -> String {
    format!("{worker} exits, and {missing} is not there.")
}

/// The coordinator takes the job for over, and it is not.
pub fn over_early(missing: FileName) -> String {
    format!("The job is taken for over, and {missing} is not there.")
}

/// A node breaks a rule.
pub fn breaks_rule(node: NodeId, rule: &str) -> String {
    format!("{node} breaks a rule: {rule}.")
}

// ── Mistakes ───────────────────────────────────────────────────────────────

/// Those of a MapReduce.
pub fn mistakes() -> Vec<Mistake> {
    let shown = |mutant: &Mutant| Mistake {
        id: mutant.id(),
        who: who_makes(*mutant),
        does: mistake(*mutant),
        breaks: breaks(mutant.breaks()),
    };
    Mutant::ALL.iter().map(shown).collect()
}

fn who_makes(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::WritesInPlace
        | Mutant::SharedTempName
        | Mutant::OwnHash
        | Mutant::NoGrouping
        | Mutant::NeverExits
        | Mutant::DeletesEarly
        | Mutant::BusyLoop => "a worker",
        _ => "the coordinator",
    }
}

/// What a mistake breaks, as people say it.
pub fn breaks(breaks: Breaks) -> &'static str {
    match breaks {
        Breaks::Output => "the output is what a sequential run writes (3.3)",
        Breaks::MapsFirst => "no reduce function begins before all maps are done (3.1)",
        Breaks::WholeFiles => "only whole files are read (3.3)",
        Breaks::Patience => "an attempt is given up for a reason (3.3)",
        Breaks::NoIdleHands => "nobody waits while there is something to do (3.1)",
        Breaks::EndsComplete => "the job ends when all output is there (3.1)",
        Breaks::LiveJob => "the job ends, and workers exit",
        Breaks::Traffic => "who is told to wait waits",
    }
}

/// What somebody does that makes the mistake, in the third person and without a full stop.
pub fn mistake(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::ReduceEarly => "gives reduce tasks out before the last map is done",
        Mutant::NeverAgain => "never gives a task out again",
        Mutant::Impatient => "gives attempts up after a quarter of their time",
        Mutant::CountsCompletions => "counts completions instead of tasks",
        Mutant::RefusesLate => {
            "refuses what an attempt has done that was given up, and forgets the one in its place"
        }
        Mutant::WritesInPlace => "writes output under its final name",
        Mutant::SharedTempName => {
            "writes what it has not finished under a name that all attempts share"
        }
        Mutant::OwnHash => "divides the keys in its own way",
        Mutant::NoGrouping => "does not sort before it reduces",
        Mutant::WaitMeansOver => "says that the job is over when nothing is to be done now",
        Mutant::DoneWhenAssigned => "takes the job for over when the last task is given out",
        Mutant::NeverExits => "never exits",
        Mutant::OneAtATime => "gives one task out at a time",
        Mutant::DeletesEarly => "deletes what it has read before it has written anything",
        Mutant::BusyLoop => "asks again at once when it is told to wait",
        Mutant::TimeOfWorker => "counts the time of a worker, not of what it does",
    }
}

//! What the nodes of a MapReduce tell, and what is said of its moments.

pub mod broken;
pub mod mistakes;

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::mapreduce::message::{GivenUp, Notice, Stage, Why};
use netsplit_core::mapreduce::task::Phase;
use netsplit_core::time::Time;
use netsplit_core::view::{Field, Value};

use crate::choice::Choice;
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
            format!(
                "{node} has read the input of {}: {} from {from}.",
                attempt.task,
                bytes(*weight)
            ),
        ),
        Notice::Took { attempt, map: Some(map), from, weight, .. } => (
            false,
            format!(
                "{node} has read the bucket of map {map} for {}: {} from {from}.",
                attempt.task,
                bytes(*weight)
            ),
        ),
        Notice::Goes { attempt, to } => {
            let matters = matches!(to, Stage::Sort | Stage::Compute);
            (matters, format!("{node}: {} goes on to {}.", attempt.task, to.word()))
        }
        Notice::Wrote { attempt, weight } => (
            true,
            format!("{node} has written the output of {}: {}.", attempt.task, bytes(*weight)),
        ),
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
    Stories { moment, offer, is_over, entry: |_, _, _, _| String::new(), node, message, outcome };

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
        DONE => "The job is over: all output is there.".to_owned(),
        "reducing" => format!("All maps are done, and {} reduces.", share(&reduces)),
        _ => {
            let going = number(&maps, "in progress") + number(&reduces, "in progress");
            format!("{} maps are done; {} in progress.", share(&maps), are(going, "task"))
        }
    };
    format!("{what}{missing}")
}

/// The coordinator's role when the job is over.
const DONE: &str = "done";

fn is_over(view: &WorldView) -> bool {
    view.nodes.first().is_some_and(|coordinator| coordinator.up && coordinator.view.role == DONE)
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
        "Content" => format!("{to} gets {}, {}.", files(fields), bytes(number(fields, "bytes"))),
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

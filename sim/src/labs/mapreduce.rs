//! MapReduce as a lab: a coordinator, workers and a shared disk, how they are made, asked, shown and
//! checked.

pub mod costs;
pub mod input;
pub mod tables;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::mapreduce::file::{Content, FileName, Files};
use netsplit_core::mapreduce::message::{MapReduce, Message, Notice, Orders, Request};
use netsplit_core::mapreduce::node::Node;
use netsplit_core::mapreduce::task::{Phase, Standing};
use netsplit_core::mapreduce::view::files_view;
use netsplit_core::view::{Field, NodeView, Value};

use crate::check::mapreduce::MapReduceChecks;
use crate::choice::TimerCode;
use crate::cost::Costs;
use crate::lab::Lab;
use crate::labs::mapreduce_options::{Options, options_from_pairs};
use crate::labs::{LabCode, LabReading, LabWords, Misplaced, Pair, mapreduce_options};
use crate::open;
use crate::run::{JobNotes, JobOutput, MessageShown, Told};
use crate::trial::Tried;
use crate::verb::Glance;
use crate::words;
use crate::world::World;

/// A MapReduce: n1 coordinates, the other servers work, c1 is the disk that they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapReduceLab;

/// Its words.
pub static WORDS: LabWords = LabWords {
    cast: Cast::new(5, 1),
    slots: &[("exit", &[])],
    options: mapreduce_options::NUMBERS,
    ..LabWords::of::<MapReduceLab>(6)
};

/// Its code.
pub static CODE: LabCode = LabCode::of::<MapReduceLab>(&words::mapreduce::STORIES, Some(&READING));

static READING: LabReading = LabReading {
    set_options: mapreduce_options::canonical,
    values: mapreduce_options::values,
    with_code: Some(mapreduce_options::with_code),
    mistakes: words::mapreduce::mistakes::mistakes,
    tried: &const { Tried::of::<MapReduceLab>() },
    course: &open::COURSE_OF_MAPREDUCE,
    ..LabReading::of::<MapReduceLab>()
};

impl Lab for MapReduceLab {
    const NAME: &'static str = "mapreduce";
    type Protocol = MapReduce;
    type Node = Node;
    type Options = Options;
    type Checks = MapReduceChecks;

    fn options(given: &[Pair]) -> Result<Options, Misplaced> {
        options_from_pairs(given)
    }

    fn disk_from_text(_: &str, _: u32) -> Result<Files, Misplaced> {
        Err((0, "disks of the lab `mapreduce` have the input at the start".to_owned()))
    }

    /// The input: all of it on the shared disk, and splits on the disks of workers.
    fn first_disk(node: NodeId, cast: Cast, options: &Options) -> Files {
        let (mut disk, scale) = (Files::default(), options.machines.scale);
        let machines = options.of(cast);
        let texts = options.input.splits(options.splits, options.bytes);
        for (number, (_, text)) in texts.iter().enumerate() {
            let replicas = &machines.splits[number].replicas;
            if node.is_client() || replicas.contains(&node) {
                let content = Content::new(text.clone(), text.len() as u64 * scale);
                disk = disk.with(FileName::Split(number as u32), content);
            }
        }
        disk
    }

    fn costs(cast: Cast, options: &Options) -> Option<Costs> {
        options.cost.then(|| costs::cluster(cast, &options.bad_disk))
    }

    fn boot(node: NodeId, cast: Cast, options: &Options, disk: &Files) -> Node {
        Node::boot(node, cast, &options.of(cast), tables::of(&options.job), disk)
    }

    fn wanted() -> Option<u64> {
        tables::wanted_so_far()
    }

    fn waits() -> bool {
        tables::waits()
    }

    /// Of a worker: `exit`, as a process that is killed does.
    fn request(words: &str) -> Option<Request> {
        (words == "exit").then_some(Request::Exit)
    }

    fn can_be_asked(node: NodeId, _: &Request) -> bool {
        !node.is_client() && node.number() > 1
    }

    /// The coordinator leads. What it counts as committed are tasks that are done, of all; its term
    /// is the job of the chain, and it is settled when the last is over.
    fn glance(node: &Node) -> Glance {
        let Some(it) = node.coordinator() else { return Glance::default() };
        let tasks = || Phase::BOTH.into_iter().flat_map(|phase| it.tasks(phase));
        let done = tasks().filter(|task: &&Standing| task.done.is_some()).count() as u64;
        let all = tasks().count() as u64;
        let before = it.tasks_before();
        Glance {
            leads: true,
            term: u64::from(it.round()) + 1,
            committed: before + done,
            last_index: before + all,
            answered: 0,
            settled: u64::from(it.is_over()),
        }
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = &[
        ("ask", 0),
        ("retry", 1),
        ("ping", 2),
        ("time-out", 3),
        ("tell", 4),
        ("begin", 5),
        ("map", 6),
        ("reduce", 7),
        ("serve", 100),
    ];

    const VERBS: &'static [&'static str] = &["exit"];

    fn view(node: &Node) -> NodeView {
        node.view()
    }

    fn disk(disk: &Files) -> Vec<Field> {
        vec![Field { name: "files", value: files_view(disk) }]
    }

    fn message(message: &Message) -> MessageShown {
        let shown = |positive, quiet, fields| MessageShown { positive, term: 0, quiet, fields };
        let text = |name, text: String| Field { name, value: Value::Text(text) };
        match message {
            Message::AskTask { free, .. } => {
                let free: Vec<&str> = free.iter().map(|phase| phase.word()).collect();
                shown(true, false, vec![text("free", free.join(" and "))])
            }
            Message::Task { orders: Orders::Do(orders), .. } => {
                let rows = orders.iter().map(|it| text("task", it.of.attempt.to_string()));
                shown(true, false, rows.collect())
            }
            Message::Task { orders, .. } => {
                let over = matches!(orders, Orders::Exit);
                let word = if over { "the job is over" } else { "wait" };
                shown(over, !over, vec![Field::new("orders", word)])
            }
            Message::Ping { number, .. } => shown(true, true, vec![Field::new("number", *number)]),
            Message::Pong { number, running, .. } => {
                let mut fields = vec![Field::new("number", *number)];
                fields.extend(
                    running
                        .iter()
                        .map(|(of, done)| text("at work on", format!("{}: {done} %", of.attempt))),
                );
                shown(true, true, fields)
            }
            Message::TaskDone { of, weight, .. } => shown(
                true,
                false,
                vec![text("task", of.attempt.to_string()), Field::new("bytes", *weight)],
            ),
            Message::TaskFailed { of, why } => {
                let why = words::mapreduce::why(*why);
                shown(
                    false,
                    false,
                    vec![text("task", of.attempt.to_string()), text("because", why)],
                )
            }
            Message::Noted { of } => shown(true, false, vec![text("task", of.attempt.to_string())]),
            Message::Located { number, maps, .. } => {
                let lost = maps.iter().filter(|(_, place)| place.is_none()).count() as u64;
                let found = maps.len() as u64 - lost;
                let fields = vec![
                    Field::new("number", *number),
                    Field::new("map tasks", found),
                    Field::new("lost", lost),
                ];
                shown(lost == 0, false, fields)
            }
            Message::LocatedReply { number, .. } => {
                shown(true, true, vec![Field::new("number", *number)])
            }
            Message::Read { files, .. } => shown(true, false, names(files.iter().copied())),
            Message::Content { files, .. } => {
                let all_there = files.iter().all(|(_, content)| content.is_some());
                let weight = files.iter().flat_map(|(_, content)| content).map(|it| it.weight);
                let mut fields = names(files.iter().map(|(name, _)| *name));
                fields.push(Field::new("bytes", weight.sum::<u64>()));
                shown(all_there, false, fields)
            }
            Message::Write { piece, files, .. } => {
                let mut fields = names(files.iter().map(|(name, _)| *name));
                fields.push(Field::new("piece", u64::from(*piece) + 1));
                let weight = files.iter().map(|(_, content)| content.weight).sum::<u64>();
                fields.push(Field::new("bytes", weight));
                shown(true, false, fields)
            }
            Message::Rename { names: pairs, .. } => {
                shown(true, false, names(pairs.iter().map(|(_, to)| *to)))
            }
            Message::Delete { names: files, .. } => {
                shown(true, false, names(files.iter().copied()))
            }
            Message::Stored { .. } => shown(true, false, Vec::new()),
        }
    }

    /// Whoever is there, and has not exited, hears something.
    fn is_news(_: NodeId, message: &Message, receiver: Option<&Node>) -> bool {
        let exited = receiver.and_then(Node::worker).is_some_and(|it| it.exited().is_some());
        let quiet = matches!(
            message,
            Message::Ping { .. } | Message::Pong { .. } | Message::LocatedReply { .. }
        );
        receiver.is_some() && !exited && !quiet
    }

    fn job(checks: &MapReduceChecks, since: u64) -> JobNotes {
        checks.job(since)
    }

    fn output(world: &World<MapReduceLab>, checks: &MapReduceChecks) -> JobOutput {
        checks.output(world)
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        words::mapreduce::notice(node, notice)
    }
}

/// The first file and how many there are.
fn names(files: impl ExactSizeIterator<Item = FileName>) -> Vec<Field> {
    let count = files.len() as u64;
    let mut files = files;
    let Some(first) = files.next() else { return vec![Field::new("files", 0)] };
    let text = Value::Text(first.to_string());
    match count {
        1 => vec![Field { name: "file", value: text }],
        _ => vec![Field { name: "first file", value: text }, Field::new("files", count)],
    }
}

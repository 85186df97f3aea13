//! How the nodes of a MapReduce show themselves: the coordinator as the paper's status pages do
//! (section 4.8), a worker by what it does, the shared disk by what it holds.

use crate::view::{Field, NodeView, Value};

use super::coordinator::Coordinator;
use super::file::{FileName, Files};
use super::node::Node;
use super::storage::Storage;
use super::task::{Phase, Standing};
use super::worker::{Doing, Worker};

/// Files that are listed one by one at most.
const FILES_MOST: usize = 60;

impl Node {
    /// The node as it shows itself.
    pub fn view(&self) -> NodeView {
        match self {
            Node::Coordinator(it) => it.view(),
            Node::Worker(it) => it.view(),
            Node::Storage(it) => it.view(),
        }
    }
}

fn count(tasks: &[Standing], which: fn(&Standing) -> bool) -> u64 {
    tasks.iter().filter(|task| which(task)).count() as u64
}

impl Coordinator {
    fn view(&self) -> NodeView {
        let role = match (self.is_over(), self.is_done(Phase::Map)) {
            (true, _) => "done",
            (false, true) => "reducing",
            (false, false) => "mapping",
        };
        let mut fields = vec![Field::new("run", u64::from(self.run() as u32))];
        if self.options.rounds > 1 {
            fields.push(Field::new("job", u64::from(self.round()) + 1));
        }
        for (phase, name) in [(Phase::Map, "map tasks"), (Phase::Reduce, "reduce tasks")] {
            let tasks = self.tasks(phase);
            let rows = vec![
                Field::new("all", tasks.len() as u64),
                Field::new("idle", count(tasks, Standing::is_idle)),
                Field::new(
                    "in progress",
                    count(tasks, |it| it.done.is_none() && !it.running.is_empty()),
                ),
                Field::new("completed", count(tasks, |it| it.done.is_some())),
                Field::new("attempts", tasks.iter().map(|it| u64::from(it.attempts)).sum::<u64>()),
            ];
            fields.push(Field { name, value: Value::Record(rows) });
        }
        for (phase, name) in [(Phase::Map, "maps"), (Phase::Reduce, "reduces")] {
            let row = |(number, it): (usize, &Standing)| Value::Text(task_text(number, it));
            let rows = self.tasks(phase).iter().enumerate().map(row).collect();
            fields.push(Field { name, value: Value::List(rows) });
        }
        let lost = self.workers().iter().filter(|(_, it)| it.lost).map(|(id, _)| Value::Node(*id));
        fields.push(Field { name: "lost workers", value: Value::List(lost.collect()) });
        let skips = self
            .skips()
            .iter()
            .map(|(split, line)| Value::Text(format!("{line} of split {split}")));
        fields.push(Field { name: "skipped records", value: Value::List(skips.collect()) });
        let counters =
            self.counters().into_iter().map(|(name, sum)| Value::Text(format!("{name} = {sum}")));
        fields.push(Field { name: "counters", value: Value::List(counters.collect()) });
        NodeView { role, fields }
    }
}

/// `3 in progress on n2 and n4`.
fn task_text(number: usize, it: &Standing) -> String {
    if let Some(done) = &it.done {
        return format!("{number} completed by {}", done.worker);
    }
    let at: Vec<String> =
        it.running.iter().map(|it| format!("{} ({} %)", it.worker, it.progress)).collect();
    if at.is_empty() {
        format!("{number} idle")
    } else {
        format!("{number} in progress on {}", at.join(" and "))
    }
}

fn doing_view(doing: &Doing) -> Value {
    let mut rows = vec![
        Field::new("task", doing.attempt().to_string().as_str()),
        Field::new("stage", doing.stage.word()),
        Field::new("progress", u64::from(doing.progress())),
    ];
    if doing.attempt().task.phase == Phase::Reduce {
        rows.push(Field::new("buckets", doing.taken.len() as u64));
        rows.push(Field::new("of", u64::from(doing.order.maps)));
    }
    Value::Record(rows)
}

impl Worker {
    fn view(&self) -> NodeView {
        let role = match (self.exited(), self.doing(Phase::Map), self.doing(Phase::Reduce)) {
            (Some(false), ..) => "exited",
            (Some(true), ..) => "crashed",
            (None, Some(_), Some(_)) => "both phases",
            (None, Some(_), None) => "map",
            (None, None, Some(_)) => "reduce",
            (None, None, None) => "idle",
        };
        let doing = |phase| self.doing(phase).map_or(Value::Absent, doing_view);
        let fields = vec![
            Field::new("process", u64::from(self.process() as u32)),
            Field { name: "map", value: doing(Phase::Map) },
            Field { name: "reduce", value: doing(Phase::Reduce) },
            Field::new("asked of its disk", self.serving().len() as u64),
            Field::new("bytes on disk", weight(self.files())),
            Field { name: "files", value: files_view(self.files()) },
        ];
        NodeView { role, fields }
    }
}

impl Storage {
    fn view(&self) -> NodeView {
        let outputs = self.files().files.keys().filter(|it| matches!(it, FileName::Output { .. }));
        let fields = vec![
            Field::new("outputs", outputs.count() as u64),
            Field::new("bytes on disk", weight(self.files())),
            Field { name: "files", value: files_view(self.files()) },
        ];
        NodeView { role: "shared disk", fields }
    }
}

fn weight(files: &Files) -> u64 {
    files.files.values().map(|file| file.content.weight).sum()
}

/// Files with what they weigh.
pub fn files_view(files: &Files) -> Value {
    let row = |(name, file): (&FileName, &super::file::File)| {
        Value::Text(format!("{name}: {} bytes", file.content.weight))
    };
    let mut rows: Vec<Value> = files.files.iter().take(FILES_MOST).map(row).collect();
    if files.files.len() > FILES_MOST {
        rows.push(Value::Text(format!("and {} more", files.files.len() - FILES_MOST)));
    }
    Value::List(rows)
}

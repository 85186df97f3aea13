//! Who keeps the input and the output: the shared disk of the course, or what stands for the paper's
//! file system, which is spread over all machines and does not fail.

use std::collections::BTreeMap;

use crate::id::NodeId;
use crate::machine::{Context, Disk, Input, Machine, Resource};

use super::file::{Durable, FileName, Files};
use super::message::{Call, MapReduce, Message, Notice, Timer};
use super::serving::Serving;

/// The shared disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    files: Files,
    serving: Serving,
    /// Changes that the disk is busy with, and for whom.
    writing: BTreeMap<u32, (NodeId, Call, Durable)>,
    /// How many copies are written of each file.
    copies: u64,
}

impl Storage {
    /// The disk at its start, and after a crash.
    pub fn boot(disk: &Files, copies: u64) -> Storage {
        let serving = Serving::default();
        Storage { files: disk.clone(), serving, writing: BTreeMap::new(), copies }
    }

    /// What it holds, and what is on its way there.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Changes something: when the disk has got to it.
    fn change(
        &mut self,
        from: NodeId,
        call: Call,
        change: Durable,
        cx: &mut Context<'_, MapReduce>,
    ) {
        let weight = match &change {
            Durable::Write { files, .. } => files.iter().map(|(_, it)| it.weight).sum(),
            _ => 0,
        };
        // Who asks again, since the disk takes long, is on the list already.
        if self.writing.values().any(|(other, asked, _)| (*other, *asked) == (from, call)) {
            return;
        }
        let number = self.serving.number();
        self.writing.insert(number, (from, call, change));
        cx.work(Resource::Disk, weight * self.copies, Timer::Serve(number));
    }

    /// The disk has got to what was asked.
    fn serve(&mut self, number: u32, cx: &mut Context<'_, MapReduce>) {
        let Some((to, call, change)) = self.writing.remove(&number) else {
            return self.serving.send(number, &self.files, cx);
        };
        self.files.write(&change);
        if let Durable::Rename { names, .. } = &change {
            let names: Vec<FileName> = names.iter().map(|(_, to)| *to).collect();
            cx.notify(Notice::Renamed(names));
        }
        cx.save(change);
        cx.send(to, Message::Stored { call, markers: self.files.markers() });
    }
}

impl Machine<MapReduce> for Storage {
    fn handle(&mut self, input: Input<MapReduce>, cx: &mut Context<'_, MapReduce>) {
        match input {
            Input::Received { from, message } => match message {
                Message::Read { call, files } => {
                    self.serving.read(from, call, files, &self.files, cx);
                }
                Message::Write { call, writer, piece, files } => {
                    self.change(from, call, Durable::Write { writer, piece, files }, cx);
                }
                Message::Rename { call, writer, names } => {
                    self.change(from, call, Durable::Rename { writer, names }, cx);
                }
                Message::Delete { call, names } => {
                    self.change(from, call, Durable::Delete(names), cx);
                }
                _ => {}
            },
            Input::Fired(Timer::Serve(number)) => self.serve(number, cx),
            _ => {}
        }
    }
}

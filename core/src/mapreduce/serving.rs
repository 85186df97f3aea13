//! A disk that others read from: one thing after the other, and each as fast as the disk does.

use std::collections::BTreeMap;

use crate::id::NodeId;
use crate::machine::{Context, Resource};

use super::file::{FileName, Files};
use super::message::{Call, MapReduce, Message, Timer};

/// What a disk is asked for and has not read yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Serving {
    asked: BTreeMap<u32, (NodeId, Call, Vec<FileName>)>,
    count: u32,
}

impl Serving {
    /// Reads files for somebody, as fast as the disk does.
    pub(super) fn read(
        &mut self,
        from: NodeId,
        call: Call,
        names: Vec<FileName>,
        files: &Files,
        cx: &mut Context<'_, MapReduce>,
    ) {
        // What a map task has written a short time ago is still in memory: four gigabytes (section
        // 5.1) hold all of it.
        let read = names.iter().filter(|name| !matches!(name, FileName::Part { .. }));
        let weight = read.filter_map(|name| files.content(*name)).map(|it| it.weight);
        // Who asks again, since the disk takes long, is on the list already.
        if self.asked.values().any(|(other, asked, _)| (*other, *asked) == (from, call)) {
            return;
        }
        let (weight, number) = (weight.sum(), self.count);
        self.count = self.count.wrapping_add(1) % 1_000_000;
        self.asked.insert(number, (from, call, names));
        cx.work(Resource::Disk, weight, Timer::Serve(number));
    }

    /// The disk has read them: they are sent as they are now.
    pub(super) fn send(&mut self, number: u32, files: &Files, cx: &mut Context<'_, MapReduce>) {
        let Some((to, call, names)) = self.asked.remove(&number) else { return };
        let content = |name: FileName| (name, files.content(name).cloned());
        let files = names.into_iter().map(content).collect();
        cx.send_now(to, Message::Content { call, files });
    }

    /// The number of something else that the disk does.
    pub(super) fn number(&mut self) -> u32 {
        let number = self.count;
        self.count = self.count.wrapping_add(1) % 1_000_000;
        number
    }

    /// How much is asked for.
    pub fn len(&self) -> usize {
        self.asked.len()
    }

    /// Nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }
}

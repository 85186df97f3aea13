//! Where buckets are: reduce workers are told of every map task that is done, and of those whose output
//! is lost (sections 3.1 and 3.3).

use std::collections::BTreeSet;

use crate::id::NodeId;
use crate::machine::Context;
use crate::time::Span;

use super::coordinator::Coordinator;
use super::message::{MapReduce, Message, Timer};
use super::options::DiskModel;

impl Coordinator {
    /// Where the output of a map task is has changed.
    pub(super) fn tell(&mut self, map: u32, cx: &mut Context<'_, MapReduce>) {
        if !self.options.overlap && self.options.disk == DiskModel::Shared {
            return;
        }
        self.news.push(map);
        self.begin_to_tell(cx);
    }

    /// There is something to be told.
    pub(super) fn begin_to_tell(&mut self, cx: &mut Context<'_, MapReduce>) {
        if !self.telling {
            self.telling = true;
            cx.arm(Timer::Tell, self.tell_every());
        }
    }

    fn tell_every(&self) -> Span {
        Span::from_micros(self.options.ping.micros() / 10)
    }

    /// All who reduce are told what they do not know yet.
    pub(super) fn tell_all(&mut self, cx: &mut Context<'_, MapReduce>) {
        let number = self.news.len() as u64;
        // Who was given up may be at work all the same; who is silent for long is not.
        let now = cx.now();
        let silence = Span::from_micros(self.options.time_out.micros() * 4);
        let mut some = false;
        for worker in self.reducing.iter().copied() {
            let Some(known) = self.known.get(&worker).filter(|known| !known.lost) else { continue };
            if known.told >= number || now.since(known.heard) > silence {
                continue;
            }
            some = true;
            let news: BTreeSet<u32> = self.news[known.told as usize..].iter().copied().collect();
            let maps = news.into_iter().map(|map| (map, self.place_of(map))).collect();
            let (run, round, number) = (self.run, self.round, self.news_from + number);
            cx.send(worker, Message::Located { run, round, number, maps });
        }
        self.telling = some;
        if some {
            let again = self.tell_every().micros().max(self.options.retry.micros() / 4);
            cx.arm(Timer::Tell, Span::from_micros(again));
        }
    }

    /// Which attempt's output of a map task counts, and who has it.
    pub(super) fn place_of(&self, map: u32) -> Option<(u32, NodeId)> {
        let done = self.maps.get(map as usize)?.done?;
        Some(match self.options.disk {
            DiskModel::Local => (done.attempt, done.worker),
            DiskModel::Shared => (done.attempt, self.store),
        })
    }
}

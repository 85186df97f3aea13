//! What is drawn of the messages under way in one frame: where each is, which
//! fan out, and which are one bundle. The painter draws it and a press takes
//! from it, so that a press takes what was drawn.

use netsplit_core::id::NodeId;
use netsplit_sim::choice::EnvelopeId;
use netsplit_sim::order::{by_rank, rank};
use netsplit_sim::run::{Flying, WorldView};

use super::flight::{QUEUE_STEP, share};
use super::ring::{Point, Ring};

/// Half the length of a message that matters, and of one that does not.
const HALF: (f64, f64) = (10.0, 4.0);
/// How long a row of messages on one lane may be to count as one place.
const CROWD: f64 = 24.0;
/// More messages than this at one place are a bundle.
const FAN_MOST: usize = 5;

/// A message, or a bundle of them, in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Where.
    pub at: Point,
    /// Which way it goes, of length 1.
    pub along: Point,
    /// What it is.
    pub what: What,
}

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A message, by its place among those under way.
    One {
        /// Its place.
        place: u32,
        /// It can change something.
        matters: bool,
        /// Its number in the queue before its receiver, if it is held.
        queue: Option<u32>,
    },
    /// So many messages that would cover each other, in the list of those that
    /// are in bundles.
    Bundle {
        /// The first.
        first: u32,
        /// How many.
        count: u32,
        /// One of them can change something.
        matters: bool,
    },
}

/// Everything that is drawn of the messages under way. Kept from frame to
/// frame, so that a frame asks for no memory.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    marks: Vec<Mark>,
    bundled: Vec<u32>,
    lane: Vec<OnLane>,
    queues: Vec<(NodeId, u64, EnvelopeId)>,
}

/// A message on the lane that is being arranged.
#[derive(Clone, Copy, Debug)]
struct OnLane {
    place: u32,
    /// Pixels from the start of the lane.
    gone: f64,
    half: f64,
    matters: bool,
    queue: Option<u32>,
    /// It stands for itself whatever is near it.
    alone: bool,
}

impl Picture {
    /// Draws the messages of a view. `selected` is in no bundle.
    pub fn draw(&mut self, ring: &Ring, view: &WorldView, selected: Option<EnvelopeId>) {
        self.marks.clear();
        self.bundled.clear();
        self.number_queues(view);
        // They are sorted by name, so those of a lane are together.
        let mut place = 0;
        while let Some(first) = view.flying.get(place) {
            let (from, to) = (first.id.from, first.id.to);
            let (start, end) = ring.lane(from, to);
            let length = start.distance(end);
            self.lane.clear();
            let mut waiting = 0;
            while let Some(flying) = view.flying.get(place) {
                if (flying.id.from, flying.id.to) != (from, to) {
                    break;
                }
                let matters = view.news[place];
                let (gone, queue) = if flying.held {
                    let number = self.queue_number(flying);
                    waiting += 1;
                    (length - QUEUE_STEP * f64::from(waiting - 1) - HALF.0, Some(number))
                } else {
                    (length * share(flying.sent, flying.arrives, view.moment.at), None)
                };
                self.lane.push(OnLane {
                    place: place as u32,
                    gone: gone.max(0.0),
                    half: if matters || flying.held { HALF.0 } else { HALF.1 },
                    matters,
                    queue,
                    alone: selected == Some(flying.id),
                });
                place += 1;
            }
            if ring.sees(from, to) {
                self.arrange(start, start.direction(end));
            }
        }
    }

    /// The marks, in the order in which they are drawn.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The messages of a bundle, by their places.
    pub fn bundle(&self, first: u32, count: u32) -> &[u32] {
        &self.bundled[first as usize..(first + count) as usize]
    }

    /// Whoever waits before a receiver, in the order of sending.
    fn number_queues(&mut self, view: &WorldView) {
        self.queues.clear();
        let held = view.flying.iter().filter(|flying| flying.held);
        self.queues.extend(held.map(|it| (it.id.to, it.sent.micros(), it.id)));
        by_rank(&mut self.queues, |(.., id)| id.rank());
        by_rank(&mut self.queues, |(to, sent, _)| rank(u64::from(to.number()), *sent));
    }

    fn queue_number(&self, flying: &Flying) -> u32 {
        let key = (flying.id.to, flying.sent.micros(), flying.id);
        let first = self.queues.partition_point(|other| other.0 < flying.id.to);
        let place = self.queues.binary_search(&key).unwrap_or(first);
        (place - first) as u32 + 1
    }

    /// Puts the messages of a lane into the picture.
    fn arrange(&mut self, start: Point, along: Point) {
        let mut lane = std::mem::take(&mut self.lane);
        // In parts of a pixel, of which a whole number can be told.
        by_rank(&mut lane, |it| u128::from((it.gone * 1024.0) as u64));
        let mut from = 0;
        while from < lane.len() {
            let mut to = from + 1;
            while to < lane.len() {
                let (before, next) = (&lane[to - 1], &lane[to]);
                let touches = next.gone - before.gone < before.half + next.half;
                if !touches || next.gone - lane[from].gone > CROWD {
                    break;
                }
                to += 1;
            }
            self.put(&lane[from..to], start, along);
            from = to;
        }
        self.lane = lane;
    }

    /// Puts messages of one place: side by side, or as a bundle.
    fn put(&mut self, crowd: &[OnLane], start: Point, along: Point) {
        let aside = along.aside();
        let bundled = crowd.iter().filter(|it| !it.alone).count();
        let is_bundle = crowd.len() > FAN_MOST && bundled > 1;
        let mut off = 0.0;
        let mut before = 0.0;
        for it in crowd.iter().filter(|it| !is_bundle || it.alone) {
            if before > 0.0 {
                off += before + it.half + 1.0;
            }
            before = it.half;
            let what = What::One { place: it.place, matters: it.matters, queue: it.queue };
            // The other lane of the link lies on the other side.
            self.marks.push(Mark {
                at: start.offset(along, it.gone).offset(aside, off),
                along,
                what,
            });
        }
        if is_bundle {
            if before > 0.0 {
                off += before + HALF.0 + 3.0;
            }
            let first = self.bundled.len() as u32;
            let rest = || crowd.iter().filter(|it| !it.alone);
            self.bundled.extend(rest().map(|it| it.place));
            let gone = rest().map(|it| it.gone).sum::<f64>() / bundled as f64;
            let matters = rest().any(|it| it.matters);
            let what = What::Bundle { first, count: bundled as u32, matters };
            self.marks.push(Mark { at: start.offset(along, gone).offset(aside, off), along, what });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::hit::{Hit, hit};
    use crate::draw::ring::Size;
    use crate::state::action::Action;
    use crate::state::model::Model;
    use netsplit_sim::link::What as Of;

    const SIZE: Size = Size { width: 880.0, height: 502.0 };

    /// Nine nodes, far apart, whose leader says a lot: entries and heartbeats.
    fn busy() -> String {
        let head = "scenario raft nodes=9 seed=3 election=400ms..800ms heartbeat=12ms\n";
        let wait = "set delay 40ms..80ms\nrun until leader within 5s\n";
        let ask = |number: u32| format!("propose x={number}\nrun for 7ms\n");
        head.to_owned() + wait + (1..200).map(ask).collect::<String>().as_str()
    }

    fn drawn(model: &Model, ring: &Ring) -> Picture {
        let mut picture = Picture::default();
        picture.draw(ring, model.view(), None);
        picture
    }

    #[test]
    fn what_is_pressed_in_a_frame_is_what_was_drawn_there() {
        let mut model = Model::new();
        model.update(Action::OpenText(busy()));
        while model.opening.is_some() {
            model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
        }
        assert!(matches!(model.play.what, Of::Written(_)));
        model.update(Action::Play);
        let ring = Ring::new(9, SIZE);
        let (mut frames, mut tried) = (0, 0);
        for _ in 0..6_000 {
            model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
            if model.view().flying.len() < 60 || frames >= 20 {
                continue;
            }
            frames += 1;
            let picture = drawn(&model, &ring);
            for mark in picture.marks() {
                tried += 1;
                let taken = hit(&ring, &picture, model.view(), mark.at, false);
                let id = |place: &u32| model.view().flying[*place as usize].id;
                match mark.what {
                    What::One { place, .. } => assert_eq!(taken, Hit::Message(id(&place))),
                    What::Bundle { first, count, .. } => {
                        let ids = picture.bundle(first, count).iter().map(id).collect();
                        assert_eq!(taken, Hit::Bundle(ids));
                    }
                }
            }
        }
        assert!(frames == 20 && tried > 20 * 30, "{frames} frames, {tried} tries");
    }
}

//! Where a message under way is.

use netsplit_core::time::Time;
use netsplit_sim::run::{Flying, WorldView};

use super::ring::{Point, Ring};

/// A message in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Where.
    pub at: Point,
    /// Which way it goes, of length 1.
    pub along: Point,
    /// It is gone already, and its end is told by a small cross.
    pub died: bool,
}

/// The share of its way that a message has gone, from 0 to 1.
pub fn share(sent: Time, arrives: Time, now: Time) -> f64 {
    let whole = arrives.since(sent).micros();
    let gone = now.since(sent).micros();
    if whole == 0 { 1.0 } else { (gone as f64 / whole as f64).clamp(0.0, 1.0) }
}

/// Where a message is at a time; `queue` is its place among those held before
/// the same receiver on the same link.
pub fn place(ring: &Ring, flying: &Flying, now: Time, queue: usize) -> Place {
    let (start, end) = ring.lane(flying.id.from, flying.id.to);
    let along = start.direction(end);
    if flying.held {
        let at = end.offset(along, -(4.0 + 18.0 * queue as f64));
        return Place { at, along, died: false };
    }
    let share = share(flying.sent, flying.arrives, now);
    let died = flying.lost && share > 0.5;
    Place { at: start.towards(end, if died { 0.5 } else { share }), along, died }
}

/// Where all messages are, in their order.
pub fn places<'a>(
    ring: &'a Ring,
    view: &'a WorldView,
    now: Time,
) -> impl Iterator<Item = (&'a Flying, Place)> {
    let mut queues: Vec<((u32, u32), usize)> = Vec::new();
    view.flying.iter().map(move |flying| {
        let link = (flying.id.from.number(), flying.id.to.number());
        let mut queue = 0;
        if flying.held {
            match queues.iter_mut().find(|(other, _)| *other == link) {
                Some((_, count)) => {
                    *count += 1;
                    queue = *count;
                }
                None => queues.push((link, 0)),
            }
        }
        (flying, place(ring, flying, now, queue))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_goes_its_way_evenly() {
        let at = Time::from_micros;
        assert_eq!(share(at(100), at(300), at(150)), 0.25);
        assert_eq!(share(at(100), at(300), at(50)), 0.0);
        assert_eq!(share(at(100), at(300), at(900)), 1.0);
        assert_eq!(share(at(100), at(100), at(100)), 1.0);
    }
}

//! The lanes: hue by term, full height for the leader, half for others, hatched
//! when down, hollow when paused.

use std::ops::Range;

use netsplit_core::id::Cast;
use netsplit_core::time::Time;
use netsplit_sim::run::Standing;

use super::Picture;
use crate::draw::ring::Point;
use crate::state::history::Stretch;

/// The least distance between two names.
const NAMED: f64 = 11.0;

/// The names of the nodes that are seen; where lanes are narrow, of every other or third. Where there
/// are groups, the first lane of each has its name.
pub(super) fn names(picture: &Picture<'_>, cast: Cast, seen: &Range<usize>) {
    let Picture { brush, palette, layout, .. } = picture;
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_baseline("middle");
    brush.canvas.set_text_align("left");
    let mut free = f64::NEG_INFINITY;
    let grouped = cast.groups.count > 0 && seen.len() == cast.servers as usize;
    let nodes = cast.servers().skip(seen.start).take(seen.len());
    for node in nodes.filter(|node| !grouped || node.number() == 1) {
        let y = layout.lane_top(node.index() - seen.start) + layout.lane.height / 2.0 + 0.5;
        if y < free {
            continue;
        }
        free = y + NAMED;
        let words = match node.group() {
            Some(group) if grouped => format!("g{group}"),
            _ => format!("n{}", node.number()),
        };
        brush.text(&words, Point::new(8.0, y), &palette.ink_soft);
    }
}

/// What of the lanes lies between two times.
pub(super) fn paint(picture: &Picture<'_>, lanes: &[Vec<Stretch>], from: Time, to: Time) {
    for (place, lane) in lanes.iter().enumerate() {
        let ends = lane.iter().skip(1).map(|stretch| stretch.from).chain([to]);
        let top = picture.layout.lane_top(place);
        for (stretch, end) in lane.iter().zip(ends) {
            if let Some((left, right)) = picture.ends(stretch.from.max(from), end.min(to)) {
                one(picture, stretch.standing, (left, top, right - left));
            }
        }
    }
}

fn one(picture: &Picture<'_>, standing: Standing, (x, top, width): (f64, f64, f64)) {
    let Picture { brush, palette, layout, .. } = picture;
    let Standing { up, paused, leads, term } = standing;
    let (hue, canvas, height) = (palette.term(term), &brush.canvas, layout.lane.height);
    let (middle, half) = (top + height / 4.0, height / 2.0);
    if !up {
        // Short strokes instead of a pattern: they stay sharp at every ratio.
        let mut at = x;
        while at < x + width {
            let end = (at + 3.0).min(x + width);
            brush.line(Point::new(at, middle + half), Point::new(end, middle));
            brush.stroke(&palette.ink_soft, 1.0);
            at += 5.0;
        }
    } else if paused {
        brush.draw_with(hue, 1.0);
        canvas.stroke_rect(x + 0.5, middle + 0.5, (width - 1.0).max(0.5), half - 1.0);
    } else {
        brush.fill_with(hue);
        match leads {
            true => canvas.fill_rect(x, top, width, height),
            false => canvas.fill_rect(x, middle, width, half),
        }
    }
}

//! Above the rows: who led when, in the hue of the term; and the faults that stood.

use netsplit_core::id::NodeId;

use super::Picture;
use crate::components::time_text;
use crate::draw::clients::{HEAD, NAMES};
use crate::draw::ring::Point;
use crate::state::history::Stretch;
use crate::state::marks::MarkKind;
use crate::state::model::Model;

/// Of the strip of leaders: its upper end and its height.
const LEADERS: (f64, f64) = (2.0, 15.0);
/// Of the strip of faults.
const FAULTS: (f64, f64) = (18.0, 6.0);
/// What a letter takes.
const LETTER: f64 = 7.3;
/// How much of a band is left to see behind the rows.
const PALE: f64 = 0.35;

/// The faults, from top to bottom behind everything.
pub(super) fn bands(picture: &Picture<'_>, model: &Model) {
    let Picture { brush, palette, layout, .. } = picture;
    brush.canvas.set_global_alpha(PALE);
    brush.fill_with(&palette.hairline);
    for mark in model.marks().iter().filter(|mark| mark.kind == MarkKind::Fault) {
        if let Some((from, to)) = picture.ends(mark.from, mark.to) {
            brush.canvas.fill_rect(from, HEAD, to - from, layout.size.height - HEAD);
        }
    }
    brush.canvas.set_global_alpha(1.0);
}

/// The strips.
pub(super) fn paint(picture: &Picture<'_>, model: &Model) {
    let Picture { brush, palette, layout, .. } = picture;
    brush.fill_with(&palette.paper);
    brush.canvas.fill_rect(0.0, 0.0, layout.size.width, HEAD - 1.0);
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_baseline("middle");
    brush.canvas.set_text_align("left");
    let (top, height) = LEADERS;
    brush.text("leads", Point::new(4.0, top + height / 2.0), &palette.ink_soft);
    leaders(picture, model);
    marks(picture, model);
}

/// The time at each line of the ruler.
pub(super) fn times(picture: &Picture<'_>) {
    times_beside(picture, &[]);
}

/// The same, but for those that would run into other words: from where to where these stand.
pub(super) fn times_beside(picture: &Picture<'_>, words: &[(f64, f64)]) {
    let Picture { brush, palette, layout, scale, .. } = picture;
    brush.fill_with(&palette.paper);
    brush.canvas.fill_rect(0.0, 0.0, layout.size.width, HEAD - 1.0);
    for tick in scale.ticks(84.0) {
        let at = picture.x(tick);
        let text = time_text(tick);
        let end = at + 3.0 + text.len() as f64 * LETTER;
        if at >= NAMES && words.iter().all(|(from, to)| end < *from || at > *to) {
            let place = Point::new(at + 3.0, LEADERS.0 + LEADERS.1 / 2.0);
            brush.text(&text, place, &palette.ink_soft);
        }
    }
}

/// The faults, and where something broke, from top to bottom.
pub(super) fn marks(picture: &Picture<'_>, model: &Model) {
    let Picture { brush, palette, layout, .. } = picture;
    for mark in model.marks() {
        if mark.kind == MarkKind::Broken {
            let at = picture.x(mark.from).round() + 0.5;
            if at >= NAMES {
                brush.line(Point::new(at, 0.0), Point::new(at, layout.size.height));
                brush.stroke(&palette.broken, 2.0);
            }
        } else if mark.kind == MarkKind::Fault
            && let Some((from, to)) = picture.ends(mark.from, mark.to)
        {
            let (top, bottom) = (FAULTS.0, FAULTS.0 + FAULTS.1);
            let mut at = from;
            while at < to {
                brush.line(Point::new(at, bottom), Point::new((at + 4.0).min(to), top));
                brush.stroke(&palette.ink_soft, 1.0);
                at += 4.0;
            }
        }
    }
}

/// One stretch for each that led, with its name and term where there is room; a line down through
/// the rows where each began.
fn leaders(picture: &Picture<'_>, model: &Model) {
    let Picture { brush, palette, layout, .. } = picture;
    let (edge, (top, height)) = (model.times().1, LEADERS);
    for (place, lane) in model.play.history().lanes.iter().enumerate() {
        let ends = lane.iter().skip(1).map(|stretch| stretch.from).chain([edge]);
        for (Stretch { from, standing, .. }, to) in lane.iter().zip(ends) {
            if !standing.up || !standing.leads {
                continue;
            }
            let Some((left, right)) = picture.ends(*from, to) else { continue };
            // Of two that lead at once each has half.
            let others = model.play.history().lanes.iter().enumerate();
            let shares = others
                .filter(|(other, _)| *other != place)
                .any(|(other, _)| leads(model, other, *from) || leads(model, other, to));
            let (y, high) = match shares {
                false => (top, height),
                true if standing.term % 2 == 0 => (top + height / 2.0, height / 2.0),
                true => (top, height / 2.0),
            };
            brush.fill_with(palette.term(standing.term));
            brush.canvas.fill_rect(left, y, right - left, high);
            let words =
                format!("n{} term {}", NodeId::from_index(place as u32).number(), standing.term);
            if right - left > words.len() as f64 * LETTER + 8.0 && !shares {
                let at = Point::new(left + 4.0, top + height / 2.0 + 0.5);
                brush.text(&words, at, &palette.on_hue);
            }
            if picture.x(*from) >= NAMES {
                let at = left.round() + 0.5;
                brush.dashes(&[2.0, 3.0]);
                brush.line(Point::new(at, HEAD), Point::new(at, layout.size.height));
                brush.stroke(&palette.ink_soft, 1.0);
                brush.dashes(&[]);
            }
        }
    }
}

fn leads(model: &Model, place: usize, time: netsplit_core::time::Time) -> bool {
    super::stood(model.play.history(), place, time).is_some_and(|it| it.up && it.leads)
}

//! Messages under way and the timers around nodes.

use netsplit_core::time::{Span, Time};
use netsplit_sim::run::Flying;

use super::brush::Brush;
use super::palette::Palette;
use crate::draw::flight::{self, Place};
use crate::draw::ring::{Point, Ring};
use crate::labs::Shape;
use crate::state::model::Model;

/// The span that a full timer ring stands for.
const TIMER_WHOLE: u64 = 300_000;

/// Paints what moves.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model) {
    let view = model.view();
    let now = view.moment.at;
    let ring = Ring::new(view.nodes.len(), brush.size);
    timers(brush, palette, model, &ring, now);
    brush.canvas.set_text_align("center");
    brush.canvas.set_text_baseline("middle");
    let look = model.look();
    // What matters lies above what does not.
    for above in [false, true] {
        for (flying, place) in flight::places(&ring, view, now) {
            let matters = (look.matters)(flying, view);
            if matters != above {
                continue;
            }
            let selected = model.selection.message() == Some(flying.id);
            if place.died {
                cross(brush, palette, place.at);
                continue;
            }
            message(brush, palette, flying, place, (look.shape)(flying.kind), matters);
            if selected {
                brush.circle(place.at, 15.0);
                brush.stroke(&palette.ink, 2.0);
            }
            if selected || (matters && !model.playback.playing) {
                label(brush, palette, flying, place);
            }
        }
    }
}

/// The election timers: a ring around each node that empties.
fn timers(brush: &Brush, palette: &Palette, model: &Model, ring: &Ring, now: Time) {
    let racing = model.look().racing;
    for node in model.view().nodes.iter().filter(|node| node.up) {
        let timer = node.timers.iter().find(|(name, ..)| racing.contains(&name.as_str()));
        let Some((.., at)) = timer else { continue };
        let left = at.since(now).micros();
        let share = (left as f64 / TIMER_WHOLE as f64).min(1.0);
        let centre = ring.node(node.id);
        brush.circle(centre, ring.radius + 5.0);
        brush.stroke(&palette.hairline, 3.0);
        brush.arc(centre, ring.radius + 5.0, share);
        let near = left < 30_000;
        brush.stroke(if near { &palette.ink } else { &palette.ink_soft }, 3.0);
        if !model.playback.playing || model.selection.node() == Some(node.id) {
            brush.canvas.set_font(&palette.font(12));
            brush.canvas.set_text_align("center");
            brush.canvas.set_text_baseline("middle");
            let below = Point::new(centre.x, centre.y + ring.radius + 17.0);
            let words = Span::from_millis(left / 1_000).to_string();
            over_paper(brush, palette, &words, below, &palette.ink_soft);
        }
    }
}

fn message(
    brush: &Brush,
    palette: &Palette,
    flying: &Flying,
    place: Place,
    shape: Shape,
    matters: bool,
) {
    let hue = palette.term(flying.term);
    let Place { at, along, .. } = place;
    let aside = Point::new(-along.y, along.x);
    if !matters {
        brush.circle(at, if flying.reply { 2.0 } else { 3.0 });
        brush.canvas.set_global_alpha(0.55);
        brush.fill(hue);
        brush.canvas.set_global_alpha(1.0);
        return;
    }
    if flying.reply {
        brush.circle(at, 8.0);
        brush.fill(hue);
        brush.stroke(&palette.ink, 1.0);
        brush.line(Point::new(at.x - 4.0, at.y), Point::new(at.x + 4.0, at.y));
        brush.stroke(&palette.on_hue, 2.0);
        if flying.positive {
            brush.line(Point::new(at.x, at.y - 4.0), Point::new(at.x, at.y + 4.0));
            brush.stroke(&palette.on_hue, 2.0);
        }
        return;
    }
    let corner = |forward: f64, side: f64| at.offset(along, forward).offset(aside, side);
    match shape {
        Shape::Triangle => {
            brush.outline(&[corner(11.0, 0.0), corner(-8.0, 9.0), corner(-8.0, -9.0)])
        }
        Shape::Square => {
            brush.outline(&[
                corner(8.0, 8.0),
                corner(8.0, -8.0),
                corner(-8.0, -8.0),
                corner(-8.0, 8.0),
            ]);
        }
        Shape::Block => brush.outline(&[
            corner(14.0, 8.0),
            corner(14.0, -8.0),
            corner(-14.0, -8.0),
            corner(-14.0, 8.0),
        ]),
    }
    brush.fill(hue);
    brush.stroke(&palette.ink, 1.0);
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_align("center");
    brush.canvas.set_text_baseline("middle");
    brush.text(&flying.term.to_string(), Point::new(at.x, at.y + 0.5), &palette.on_hue);
}

/// What a message is, beside it.
fn label(brush: &Brush, palette: &Palette, flying: &Flying, place: Place) {
    brush.canvas.set_font(&palette.font(12));
    let right = place.along.y >= 0.0;
    brush.canvas.set_text_align(if right { "left" } else { "right" });
    brush.canvas.set_text_baseline("middle");
    let at = Point::new(place.at.x + if right { 18.0 } else { -18.0 }, place.at.y);
    over_paper(brush, palette, flying.kind, at, &palette.ink);
}

/// Words with a rim of the ground's colour, so that lines do not run through them.
fn over_paper(brush: &Brush, palette: &Palette, words: &str, at: Point, colour: &str) {
    brush.canvas.set_stroke_style_str(&palette.paper);
    brush.canvas.set_line_width(4.0);
    brush.canvas.set_line_join("round");
    let _ = brush.canvas.stroke_text(words, at.x, at.y);
    brush.text(words, at, colour);
}

/// Where a message died.
fn cross(brush: &Brush, palette: &Palette, at: Point) {
    for side in [-1.0, 1.0] {
        brush.line(
            Point::new(at.x - 4.0, at.y - 4.0 * side),
            Point::new(at.x + 4.0, at.y + 4.0 * side),
        );
        brush.stroke(&palette.ink_soft, 1.5);
    }
}

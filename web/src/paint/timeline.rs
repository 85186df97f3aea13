//! The time line: one lane a node, the overview above, the play head.

use netsplit_core::time::Time;
use netsplit_sim::run::Standing;

use super::brush::Brush;
use super::palette::Palette;
use crate::draw::ring::Point;
use crate::draw::scale::Scale;
use crate::state::history::{Kind, Stretch};
use crate::state::model::Model;

/// Room for the nodes' names at the left.
pub const NAMES: f64 = 36.0;
/// Height of the ruler.
const RULER: f64 = 16.0;
/// The least and the greatest height of a lane.
const LANE: (f64, f64) = (4.0, 14.0);

/// The window of the time line for a width in pixels, as it is painted now.
pub fn scale(model: &Model, width: f64) -> Scale {
    let (now, edge) = model.times();
    Scale::following(now, edge, (width - NAMES).max(1.0))
}

/// Paints it.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model) {
    let (now, edge) = model.times();
    let scale = scale(model, brush.size.width);
    let x = |time: Time| NAMES + scale.screen_from_time(time);
    let bottom = brush.size.height;
    ruler(brush, palette, &scale);
    let history = model.play.history();
    let lanes = &history.lanes;
    let room = (bottom - RULER - 4.0) / lanes.len().max(1) as f64;
    let height = (room - 2.0).clamp(LANE.0, LANE.1);
    brush.canvas.set_text_baseline("middle");
    brush.canvas.set_text_align("left");
    for (place, lane) in lanes.iter().enumerate() {
        let top = RULER + 2.0 + room * place as f64;
        if room >= 11.0 {
            brush.canvas.set_font(&palette.font(12));
            let at = Point::new(8.0, top + height / 2.0);
            brush.text(&format!("n{}", place + 1), at, &palette.ink_soft);
        }
        let ends = lane.iter().skip(1).map(|stretch| stretch.from).chain([edge]);
        for (stretch, end) in lane.iter().zip(ends) {
            let (from, to) = (x(stretch.from).max(NAMES), x(end).min(brush.size.width));
            if to > from {
                stretch_of_lane(brush, palette, stretch, (from, top, to - from, height));
            }
        }
    }
    for event in history.events.iter().filter(|event| event.kind != Kind::Told) {
        let at = x(event.moment.at);
        if at < NAMES || at > brush.size.width {
            continue;
        }
        let (from, colour) = match event.kind {
            Kind::Broken => (0.0, &palette.broken),
            Kind::Note => (RULER - 5.0, &palette.ink),
            _ => (RULER - 3.0, &palette.ink_soft),
        };
        let to = if event.kind == Kind::Broken { bottom } else { RULER };
        brush.line(Point::new(at, from), Point::new(at, to));
        brush.stroke(colour, 2.0);
    }
    later_is_pale(brush, palette, x(now), x(edge));
    let head = x(now).round() + 0.5;
    brush.line(Point::new(head, 2.0), Point::new(head, bottom));
    brush.stroke(&palette.ink, 1.5);
    brush.outline(&[
        Point::new(head - 5.0, 0.0),
        Point::new(head + 5.0, 0.0),
        Point::new(head, 7.0),
    ]);
    brush.fill(&palette.ink);
}

fn ruler(brush: &Brush, palette: &Palette, scale: &Scale) {
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_baseline("top");
    brush.canvas.set_text_align("left");
    for tick in scale.ticks(72.0) {
        let at = NAMES + scale.screen_from_time(tick);
        brush.line(
            Point::new(at.round() + 0.5, 0.0),
            Point::new(at.round() + 0.5, brush.size.height),
        );
        brush.stroke(&palette.hairline, 1.0);
        let millis = tick.micros() / 1_000;
        let words = match scale.width.micros() {
            0..=2_000_000 => format!("{millis} ms"),
            _ => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        };
        brush.text(&words, Point::new(at + 4.0, 1.0), &palette.ink_soft);
    }
}

/// Hue by term; full height for the leader, half for others; hatched when down,
/// hollow when paused.
fn stretch_of_lane(
    brush: &Brush,
    palette: &Palette,
    stretch: &Stretch,
    (x, top, width, height): (f64, f64, f64, f64),
) {
    let Standing { up, paused, leads, term } = stretch.standing;
    let hue = palette.term(term);
    let canvas = &brush.canvas;
    let (middle, half) = (top + height / 4.0, height / 2.0);
    if !up {
        // Short strokes instead of a pattern: they stay sharp at every ratio.
        let mut at = x;
        while at < x + width {
            brush
                .line(Point::new(at, middle + half), Point::new((at + 3.0).min(x + width), middle));
            brush.stroke(&palette.ink_soft, 1.0);
            at += 5.0;
        }
    } else if paused {
        canvas.set_stroke_style_str(hue);
        canvas.set_line_width(1.0);
        canvas.stroke_rect(x + 0.5, middle + 0.5, (width - 1.0).max(0.5), half - 1.0);
    } else {
        canvas.set_fill_style_str(hue);
        match leads {
            true => canvas.fill_rect(x, top, width, height),
            false => canvas.fill_rect(x, middle, width, half),
        }
    }
}

/// What lies after the moment shown is pale, up to the edge, which is marked.
fn later_is_pale(brush: &Brush, palette: &Palette, now: f64, edge: f64) {
    let end = edge.min(brush.size.width);
    if end <= now {
        return;
    }
    let from = now.max(NAMES);
    brush.canvas.set_global_alpha(0.6);
    brush.canvas.set_fill_style_str(&palette.paper);
    brush.canvas.fill_rect(from, RULER, end - from, brush.size.height - RULER);
    brush.canvas.set_global_alpha(1.0);
    brush.line(Point::new(end, RULER), Point::new(end, brush.size.height));
    brush.stroke(&palette.ink_soft, 1.0);
}

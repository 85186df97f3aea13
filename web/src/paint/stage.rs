//! Messages under way and the timers around nodes.

use netsplit_core::time::{Span, Time};
use netsplit_sim::run::Flying;

use super::brush::Brush;
use super::palette::Palette;
use crate::draw::flight::{self, Place};
use crate::draw::ring::{Point, Ring, Size};
use crate::labs::Shape;
use crate::state::model::Model;

/// Paints what moves.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model) {
    let view = model.view();
    let now = view.moment.at;
    let ring = Ring::new(view.nodes.len(), brush.size);
    brush.canvas.set_text_align("center");
    brush.canvas.set_text_baseline("middle");
    let look = model.look();
    let mut labels = Labels::new(&ring, brush.size);
    timers(brush, palette, model, &ring, now, &mut labels);
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
                labels.put(brush, palette, &words_of(flying), place.at);
            }
        }
    }
}

/// The election timers: a ring around each node that empties.
fn timers(
    brush: &Brush,
    palette: &Palette,
    model: &Model,
    ring: &Ring,
    now: Time,
    labels: &mut Labels,
) {
    let racing = model.look().racing;
    let whole = (model.look().race)(&model.play.script.setup.options).micros().max(1);
    for node in model.view().nodes.iter().filter(|node| node.up) {
        let timer = node.timers.iter().find(|(name, ..)| racing.contains(&name.as_str()));
        let Some((.., at)) = timer else { continue };
        let left = at.since(now).micros();
        let share = (left as f64 / whole as f64).min(1.0);
        let centre = ring.node(node.id);
        brush.circle(centre, ring.radius + 5.0);
        brush.stroke(&palette.hairline, 3.0);
        brush.arc(centre, ring.radius + 5.0, share);
        let near = left < whole / 10;
        brush.stroke(if near { &palette.ink } else { &palette.ink_soft }, 3.0);
        if !model.playback.playing || model.selection.node() == Some(node.id) {
            brush.canvas.set_font(&palette.font(12));
            brush.canvas.set_text_align("center");
            brush.canvas.set_text_baseline("middle");
            let below = Point::new(centre.x, centre.y + ring.radius + 17.0);
            let words = Span::from_millis(left / 1_000).to_string();
            over_paper(brush, palette, &words, below, &palette.ink_soft);
            labels.take([below.x - 24.0, below.y - 7.0, below.x + 24.0, below.y + 7.0]);
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

/// What a message is, in as few words as say it.
fn words_of(flying: &Flying) -> String {
    let answer = if flying.positive { "" } else { ", no" };
    match flying.kind.strip_suffix("Reply") {
        Some(asked) => format!("{asked} reply{answer}"),
        None => flying.kind.to_owned(),
    }
}

/// Labels that were put already, so that none covers another or a node.
struct Labels {
    /// Left, top, right, bottom.
    taken: Vec<[f64; 4]>,
    stage: Size,
}

/// The height of a line of a label.
const LABEL: f64 = 14.0;

impl Labels {
    fn new(ring: &Ring, stage: Size) -> Labels {
        let reach = ring.radius + 2.0;
        let disc = |at: &Point| [at.x - reach, at.y - reach, at.x + reach, at.y + reach];
        Labels { taken: ring.nodes.iter().map(disc).collect(), stage }
    }

    /// Keeps a place free.
    fn take(&mut self, place: [f64; 4]) {
        self.taken.push(place);
    }

    /// Puts a label beside a place where it is free: at the right, at the left,
    /// below or above; nowhere when all are taken.
    fn put(&mut self, brush: &Brush, palette: &Palette, words: &str, at: Point) {
        brush.canvas.set_font(&palette.font(12));
        let width = brush.canvas.measure_text(words).map_or(0.0, |measured| measured.width());
        let (half, up) = (width / 2.0, LABEL / 2.0);
        let centres = [
            Point::new(at.x + 15.0 + half, at.y),
            Point::new(at.x - 15.0 - half, at.y),
            Point::new(at.x, at.y + 20.0),
            Point::new(at.x, at.y - 20.0),
        ];
        let frame = |it: &Point| [it.x - half, it.y - up, it.x + half, it.y + up];
        let is_free = |it: &&Point| {
            let new = frame(it);
            let apart = |old: &[f64; 4]| {
                new[0] > old[2] || new[2] < old[0] || new[1] > old[3] || new[3] < old[1]
            };
            let inside = new[0] > 2.0 && new[2] < self.stage.width - 2.0;
            inside && self.taken.iter().all(apart)
        };
        if let Some(free) = centres.iter().find(is_free) {
            self.taken.push(frame(free));
            brush.canvas.set_text_align("center");
            brush.canvas.set_text_baseline("middle");
            over_paper(brush, palette, words, *free, &palette.ink);
        }
    }
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

//! The lanes of clients: who leads and which faults stand above, a row of bars each below, drawn by
//! what came of each operation.

mod bars;
mod head;
pub mod tasks;
pub mod transactions;

use netsplit_core::time::Time;
use netsplit_sim::run::Standing;

use super::brush::Brush;
use super::palette::Palette;
use crate::draw::bars::Lanes;
use crate::draw::clients::{Axis, HEAD, Layout, NAMES};
use crate::draw::ring::Point;
use crate::draw::scale::Scale;
use crate::state::history::{History, Stretch};
use crate::state::model::Model;

/// What all parts of a picture need.
struct Picture<'a> {
    brush: &'a Brush,
    palette: &'a Palette,
    layout: Layout,
    scale: Scale,
    now: Time,
}

impl Picture<'_> {
    fn x(&self, time: Time) -> f64 {
        self.layout.x(&self.scale, time)
    }

    /// The ends of a stretch within what is seen; `None` when it lies outside.
    fn ends(&self, from: Time, to: Time) -> Option<(f64, f64)> {
        let (from, to) = (self.x(from).max(NAMES), self.x(to).min(self.layout.size.width));
        (to > from).then_some((from, to))
    }
}

/// Paints them.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model, axis: Axis) {
    model.lens.painted.set(Some((axis, brush.size)));
    let mut asked = model.asked();
    if model.shows_points(&asked) {
        asked.work_out_points(&*model.play.run);
    }
    let layout = Layout::new(brush.size, axis, asked.lanes().row_count(), model.lens.scrolled);
    let (now, _) = model.times();
    let picture = Picture { brush, palette, layout, scale: model.window(axis.pixels), now };
    ruler(&picture);
    head::bands(&picture, model);
    bars::paint(&picture, model, &asked);
    lane_names(&picture, asked.lanes());
    head::paint(&picture, model);
    play_head(&picture);
}

/// The same lines as on the time line.
fn ruler(picture: &Picture<'_>) {
    let Picture { brush, palette, layout, scale, .. } = picture;
    for tick in scale.ticks(84.0) {
        let at = picture.x(tick).round() + 0.5;
        if at >= NAMES && at <= layout.size.width {
            brush.line(Point::new(at, HEAD), Point::new(at, layout.size.height));
            brush.stroke(&palette.hairline, 1.0);
        }
    }
}

/// The nodes' names, over whatever went below them, and a hairline between two nodes.
fn lane_names(picture: &Picture<'_>, lanes: &Lanes) {
    let Picture { brush, palette, layout, .. } = picture;
    brush.fill_with(&palette.paper);
    brush.canvas.fill_rect(0.0, 0.0, NAMES - 4.0, layout.size.height);
    brush.canvas.set_font(&palette.font(13));
    brush.canvas.set_text_baseline("middle");
    brush.canvas.set_text_align("left");
    let seen = layout.seen();
    for (place, (lane, first, _)) in lanes.rows().enumerate() {
        if !first || place + 1 < seen.start || place > seen.end {
            continue;
        }
        let top = layout.top(place);
        let at = Point::new(8.0, top + layout.step / 2.0 + 0.5);
        if top >= HEAD - layout.step / 2.0 {
            brush.text(&lane.client.to_string(), at, &palette.ink);
        }
        let line = (top - 1.0).round() + 0.5;
        if line > HEAD {
            brush.line(Point::new(0.0, line), Point::new(layout.size.width, line));
            brush.stroke(&palette.hairline, 1.0);
        }
    }
}

fn play_head(picture: &Picture<'_>) {
    let Picture { brush, palette, layout, now, .. } = picture;
    let at = picture.x(*now).round() + 0.5;
    if at >= NAMES - 1.0 && at <= layout.size.width {
        brush.line(Point::new(at, 0.0), Point::new(at, layout.size.height));
        brush.stroke(&palette.ink, 1.5);
    }
}

/// How a node stood at a time.
fn stood(history: &History, place: usize, time: Time) -> Option<Standing> {
    let lane: &Vec<Stretch> = history.lanes.get(place)?;
    let count = lane.partition_point(|stretch| stretch.from <= time);
    lane.get(count.checked_sub(1)?).map(|stretch| stretch.standing)
}

//! The time line: the whole run on top, branches, marks, a ruler, one lane a
//! node, the play head, and what is still to come, pale.

mod lanes;
mod marks;

use netsplit_core::time::Time;

use super::brush::Brush;
use super::palette::Palette;
use crate::draw::ring::Point;
use crate::draw::scale::Scale;
use crate::draw::timeline::{Layout, NAMES};
use crate::later;
use crate::state::history::{Kind, Stretch};
use crate::state::model::Model;

/// How much of what is not shown now is left to see.
const PALE: f64 = 0.4;

/// What all parts of a picture need.
struct Picture<'a> {
    brush: &'a Brush,
    palette: &'a Palette,
    layout: Layout,
    scale: Scale,
}

impl Picture<'_> {
    fn x(&self, time: Time) -> f64 {
        self.layout.x(&self.scale, time)
    }

    /// The ends of a stretch within the window; `None` when it lies outside.
    fn ends(&self, from: Time, to: Time) -> Option<(f64, f64)> {
        let (from, to) = (self.x(from).max(NAMES), self.x(to).min(self.layout.size.width));
        (to > from).then_some((from, to))
    }
}

/// Paints it.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model) {
    let (now, edge) = model.times();
    let branches = model.branches();
    let seen = model.seen_servers();
    let layout = Layout::new(brush.size, seen.len(), branches.len());
    let scale = model.window(layout.width());
    let picture = Picture { brush, palette, layout, scale };
    overview(&picture, model);
    ruler(&picture);
    let history = model.play.history();
    lanes::names(&picture, model.view().cast(), &seen);
    let servers = history.servers_of(&seen);
    lanes::paint(&picture, servers, Time::ZERO, now.min(edge));
    // What was run already and is still to come from here, and what would come.
    pale(brush, || {
        lanes::paint(&picture, servers, now, edge);
        if let Some(future) = &model.future {
            lanes::paint(&picture, future.history.servers_of(&seen), future.from.at, future.until);
        }
    });
    marks::paint(&picture, &model.marks(), &branches);
    if let Some(groups) = later::groups(model.view().cast()) {
        way(&picture, &(groups.stations)(model));
    }
    if edge > now {
        let at = picture.x(edge).round() + 0.5;
        brush.line(Point::new(at, layout.ruler.top), Point::new(at, layout.size.height));
        brush.stroke(&palette.ink_soft, 1.0);
    }
    marks::ends_of_loop(&picture, model.playback.looped);
    head(&picture, now);
}

fn pale(brush: &Brush, draw: impl FnOnce()) {
    brush.canvas.set_global_alpha(PALE);
    draw();
    brush.canvas.set_global_alpha(1.0);
}

/// The whole run in one strip: who led, what broke, which part is seen below.
fn overview(picture: &Picture<'_>, model: &Model) {
    let Picture { brush, palette, layout, scale } = picture;
    let (until, row) = (model.known_until(), layout.overview);
    let whole = layout.whole(until);
    let x = |time: Time| layout.x(&whole, time);
    let history = model.play.history();
    brush.fill_with(&palette.hairline);
    let middle = row.top + row.height / 2.0;
    brush.canvas.fill_rect(NAMES, middle - 0.5, x(model.times().1) - NAMES, 1.0);
    for lane in history.servers_of(&model.seen_servers()) {
        let ends = lane.iter().skip(1).map(|stretch| stretch.from).chain([model.times().1]);
        for (Stretch { from, standing, .. }, to) in lane.iter().zip(ends) {
            if standing.up && standing.leads {
                brush.fill_with(palette.term(standing.term));
                let width = (x(to) - x(*from)).max(1.0);
                brush.canvas.fill_rect(x(*from), row.top + 2.0, width, row.height - 4.0);
            }
        }
    }
    for event in history.events.iter().filter(|event| event.kind != Kind::Told) {
        let colour = if event.kind == Kind::Broken { &palette.broken } else { &palette.ink_soft };
        let at = x(event.moment.at).round() + 0.5;
        let from = if event.kind == Kind::Broken { row.top } else { row.top + row.height - 3.0 };
        brush.line(Point::new(at, from), Point::new(at, row.top + row.height));
        brush.stroke(colour, if event.kind == Kind::Broken { 2.0 } else { 1.0 });
    }
    let end = scale.time_from_screen(layout.width());
    let (from, to) = (x(scale.from), x(end).min(layout.size.width - 0.5));
    brush.draw_with(&palette.ink_soft, 1.0);
    let (left, top) = (from.round() + 0.5, row.top + 0.5);
    brush.canvas.stroke_rect(left, top, (to - left).max(2.0).round(), row.height - 1.0);
    let now = x(model.times().0).round() + 0.5;
    brush.line(Point::new(now, row.top), Point::new(now, row.top + row.height));
    brush.stroke(&palette.ink, 1.5);
}

/// The way of what is selected: a dot for each station, below the times.
fn way(picture: &Picture<'_>, stations: &[Time]) {
    let Picture { brush, palette, layout, .. } = picture;
    let (Some(first), Some(last)) = (stations.first(), stations.last()) else { return };
    let y = layout.ruler.top + layout.ruler.height - 1.0;
    if let Some((from, to)) = picture.ends(*first, *last) {
        brush.line(Point::new(from, y), Point::new(to, y));
        brush.stroke(&palette.ink, 1.0);
    }
    for at in stations.iter().map(|at| picture.x(*at)).filter(|at| *at >= NAMES) {
        brush.circle(Point::new(at, y), 3.0);
        brush.fill(&palette.ink);
    }
}

fn ruler(picture: &Picture<'_>) {
    let Picture { brush, palette, layout, scale } = picture;
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_baseline("middle");
    brush.canvas.set_text_align("left");
    let (top, bottom) = (layout.ruler.top, layout.size.height);
    for tick in scale.ticks(84.0) {
        let at = picture.x(tick).round() + 0.5;
        brush.line(Point::new(at, top), Point::new(at, bottom));
        brush.stroke(&palette.hairline, 1.0);
        let words = crate::draw::scale::tick_words(tick, scale.width);
        // What would be cut off at the end is left out.
        if at + 64.0 < layout.size.width {
            let place = Point::new(at + 4.0, top + layout.ruler.height / 2.0);
            brush.text(&words, place, &palette.ink_soft);
        }
    }
}

/// The play head, over everything.
fn head(picture: &Picture<'_>, now: Time) {
    let Picture { brush, palette, layout, .. } = picture;
    let at = picture.x(now).round() + 0.5;
    if at < NAMES - 1.0 || at > layout.size.width {
        return;
    }
    let top = layout.ruler.top + 2.0;
    brush.line(Point::new(at, top), Point::new(at, layout.size.height));
    brush.stroke(&palette.ink, 1.5);
    let corner = |x: f64, y: f64| Point::new(at + x, top + y);
    brush.outline(&[corner(-5.0, -2.0), corner(5.0, -2.0), corner(0.0, 6.0)]);
    brush.fill(&palette.ink);
}

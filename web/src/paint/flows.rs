//! Shards along the time line: configurations above, a band of rows for each group, and the ways
//! between them. Hue is the group here; how a shard stands is told by form. What comes later is pale.

use netsplit_core::time::Time;

use super::brush::Brush;
use super::clients;
use super::palette::Palette;
use crate::draw::clients::{Axis, NAMES};
use crate::draw::flows::{HEAD, Layout, NUMBERED, curve};
use crate::draw::point::Point;
use crate::draw::scale::Scale;
use crate::state::flows::{Flows, Stay, Way};
use crate::state::model::Model;
use crate::state::selection::Selection;
use crate::state::shards::State;

/// How much is left to see of what comes later, and of shards that are not the selected one.
const PALE: f64 = 0.35;
const DIM: f64 = 0.25;
/// What a letter takes.
const LETTER: f64 = 7.9;
/// What is free between two words of configurations.
const AIR: f64 = 10.0;
/// Pieces of which a way is drawn.
const PIECES: u32 = 20;

/// What all parts of a picture need.
struct Picture<'a> {
    brush: &'a Brush,
    palette: &'a Palette,
    layout: Layout,
    scale: Scale,
    now: Time,
    edge: Time,
    /// The shard that is selected.
    selected: Option<u32>,
    over: Option<(u32, u32)>,
}

/// Paints what lies along the time line beside groups of servers: their shards, or what clients
/// asked.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model, axis: Axis) {
    if !model.draws_flows() {
        return clients::paint(brush, palette, model, axis);
    }
    model.lens.painted.set(Some((axis, brush.size)));
    let travels = model.travels();
    let flows = travels.flows();
    let layout = Layout::new(flows, brush.size, axis, model.lens.scrolled);
    let (now, edge) = model.times();
    let selected = match model.selection {
        Selection::Shard(shard) => Some(shard),
        _ => None,
    };
    let (scale, over) = (model.window(axis.pixels), model.lens.over);
    let picture = Picture { brush, palette, layout, scale, now, edge, selected, over };
    ruler(&picture);
    for stay in &flows.stays {
        picture.stay(stay);
    }
    for way in &flows.ways {
        picture.way(way);
    }
    picture.names(flows);
    picture.configs(flows);
    picture.head();
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

impl Picture<'_> {
    fn x(&self, time: Time) -> f64 {
        self.layout.x(&self.scale, time)
    }

    /// The ends of a stretch within what is seen; `None` when it lies outside.
    fn ends(&self, from: Time, to: Time) -> Option<(f64, f64)> {
        let (from, to) = (self.x(from).max(NAMES), self.x(to).min(self.layout.size.width));
        (to > from).then_some((from, to))
    }

    /// How strong something of a shard is drawn, that is there by now, or comes later.
    fn strength(&self, shard: u32, later: bool) -> f64 {
        let later = if later { PALE } else { 1.0 };
        let other = self.selected.is_some_and(|selected| selected != shard);
        later * if other { DIM } else { 1.0 }
    }

    /// A stretch up to now, and the rest of it, which is later.
    fn stay(&self, stay: &Stay) {
        let to = stay.to.unwrap_or(self.edge.max(self.now));
        let parts = [(stay.from, to.min(self.now), false), (stay.from.max(self.now), to, true)];
        for (from, to, later) in parts.into_iter().filter(|(from, to, _)| from < to) {
            self.brush.canvas.set_global_alpha(self.strength(stay.shard, later));
            self.part(stay, from, to);
        }
        self.brush.canvas.set_global_alpha(1.0);
    }

    fn part(&self, stay: &Stay, from: Time, to: Time) {
        let Picture { brush, palette, layout, .. } = self;
        let (Some(y), Some((left, right))) =
            (layout.y(stay.group, stay.shard), self.ends(from, to))
        else {
            return;
        };
        let height = (layout.step - if layout.step > 8.0 { 3.0 } else { 1.5 }).max(2.5);
        let (top, width) = (y - height / 2.0, right - left);
        let hue = palette.term(u64::from(stay.group));
        let canvas = &brush.canvas;
        match stay.state {
            State::Serving => {
                brush.fill_with(hue);
                canvas.fill_rect(left, top, width, height);
            }
            State::Arrived => {
                brush.fill_with(hue);
                canvas.fill_rect(left, top, width, height);
                brush.fill_with(&palette.paper);
                canvas.fill_rect(left, y - 0.75, width, 1.5);
            }
            State::Leaving => {
                // Short strokes instead of a pattern: they stay sharp at every ratio.
                let mut at = left;
                while at < right {
                    let end = (at + height * 0.6).min(right);
                    brush.line(Point::new(at, top + height), Point::new(end, top));
                    brush.stroke(hue, 1.2);
                    at += 4.0;
                }
            }
            State::Pulling => {
                brush.dashes(&[3.0, 2.0]);
                brush.draw_with(&palette.ink_soft, 1.0);
                canvas.stroke_rect(left + 0.5, top + 0.5, (width - 1.0).max(0.5), height - 1.0);
                brush.dashes(&[]);
            }
            State::Kept => {
                brush.draw_with(hue, 1.2);
                canvas.stroke_rect(left + 0.5, top + 0.5, (width - 1.0).max(0.5), height - 1.0);
            }
            State::Nothing => {}
        }
        if self.over == Some((stay.group, stay.shard)) || self.selected == Some(stay.shard) {
            brush.draw_with(&palette.ink, 1.0);
            canvas.stroke_rect(left - 0.5, top - 1.0, width + 1.0, height + 2.0);
        }
    }

    /// A way: from the end of a row to the beginning of another.
    fn way(&self, way: &Way) {
        let Picture { brush, palette, layout, scale, .. } = self;
        let known = self.now.max(self.edge);
        let Some((from, to)) = layout.way(scale, way, known) else { return };
        if to.x < NAMES || from.x > layout.size.width {
            return;
        }
        let is_it = self.selected == Some(way.shard) || self.over == Some((way.to, way.shard));
        let begins = way.leaves.unwrap_or(way.known);
        brush.canvas.set_global_alpha(self.strength(way.shard, begins > self.now));
        brush.canvas.begin_path();
        for piece in 0..=PIECES {
            let x = from.x + (to.x - from.x) * f64::from(piece) / f64::from(PIECES);
            let at = Point::new(x.max(NAMES), curve(from, to, x));
            match piece {
                0 => brush.canvas.move_to(at.x, at.y),
                _ => brush.canvas.line_to(at.x, at.y),
            }
        }
        let width = if is_it { 3.0 } else { (layout.step * 0.3).min(2.5) };
        let hue = palette.term(u64::from(way.to));
        if way.arrives.is_none_or(|arrives| arrives > self.now) {
            brush.dashes(&[4.0, 3.0]);
        }
        brush.stroke(if is_it { &palette.ink } else { hue }, width);
        brush.dashes(&[]);
        brush.canvas.set_global_alpha(1.0);
    }

    /// The groups' names with how many shards they answer for now, and where there is room the
    /// shards' numbers, over whatever went below them.
    fn names(&self, flows: &Flows) {
        let Picture { brush, palette, layout, now, .. } = self;
        brush.fill_with(&palette.paper);
        brush.canvas.fill_rect(0.0, 0.0, NAMES - 4.0, layout.size.height);
        brush.canvas.set_text_baseline("middle");
        brush.canvas.set_text_align("left");
        for band in &layout.bands {
            brush.canvas.set_font(&palette.font(13));
            let serves = |stay: &&Stay| {
                let is_now = stay.from <= *now && stay.to.is_none_or(|to| *now < to);
                is_now && stay.group == band.group && stay.state.serves()
            };
            let count = flows.stays.iter().filter(serves).count();
            let middle = band.top + if band.used { 7.0 } else { band.height / 2.0 };
            let name = format!("g{}", band.group);
            brush.text(&name, Point::new(8.0, middle), &palette.ink);
            if band.used {
                brush.text(&count.to_string(), Point::new(8.0, middle + 15.0), &palette.ink_soft);
            }
            let numbered = band.used && layout.step >= NUMBERED;
            brush.canvas.set_font(&palette.font(12));
            for shard in (0..layout.shards).filter(|_| numbered) {
                if let Some(y) = layout.y(band.group, shard) {
                    let at = Point::new(NAMES - 14.0, y + 0.5);
                    brush.text(&format!("{shard}"), at, &palette.ink_soft);
                }
            }
            let line = (band.top - 4.0).round() + 0.5;
            if line > HEAD {
                brush.line(Point::new(0.0, line), Point::new(layout.size.width, line));
                brush.stroke(&palette.hairline, 1.0);
            }
        }
        // What has been scrolled away is not seen above.
        brush.fill_with(&palette.paper);
        brush.canvas.fill_rect(0.0, 0.0, layout.size.width, HEAD - 2.0);
    }

    /// The configurations, each from when the controller had it; their words where there is room.
    fn configs(&self, flows: &Flows) {
        let Picture { brush, palette, layout, now, .. } = self;
        brush.canvas.set_font(&palette.font(13));
        let mut free = NAMES;
        let here = flows.config_at(*now);
        for (place, config) in flows.configs.iter().enumerate() {
            let x = self.x(config.moment.at).max(NAMES);
            let next = flows.configs.get(place + 1);
            let ends = next.map_or(f64::INFINITY, |next| self.x(next.moment.at));
            if ends <= NAMES || x > layout.size.width || config.number == 0 {
                continue;
            }
            let later = config.moment.at > *now;
            brush.canvas.set_global_alpha(if later { PALE } else { 1.0 });
            let at = x.round() + 0.5;
            brush.line(Point::new(at, 4.0), Point::new(at, layout.size.height));
            brush.stroke(&palette.ink_soft, 1.0);
            let number = config.number.to_string();
            let whole = match config.call.is_empty() {
                true => number.clone(),
                false => format!("{number} {}", config.call),
            };
            let room = ends.min(layout.size.width) - x - AIR;
            let fits = |words: &str| words.chars().count() as f64 * LETTER <= room;
            let words = [whole, number].into_iter().find(|words| fits(words));
            if let Some(words) = words.filter(|_| x >= free) {
                let colour = if here == Some(place) { &palette.ink } else { &palette.ink_soft };
                brush.text(&words, Point::new(x + 5.0, 12.0), colour);
                free = x + words.chars().count() as f64 * LETTER + AIR;
            }
            brush.canvas.set_global_alpha(1.0);
        }
    }

    fn head(&self) {
        let Picture { brush, palette, layout, now, .. } = self;
        let at = self.x(*now).round() + 0.5;
        if at >= NAMES - 1.0 && at <= layout.size.width {
            brush.line(Point::new(at, 0.0), Point::new(at, layout.size.height));
            brush.stroke(&palette.ink, 1.5);
        }
    }
}

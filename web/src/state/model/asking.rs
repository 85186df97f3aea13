//! What clients asked: pointed at, gone through, and moved to what shows that something is broken.

use std::cell::RefMut;

use netsplit_core::history::OpId;
use netsplit_core::time::{Span, Time};
use netsplit_sim::property::Violation;

use super::{Model, Pointed};
use crate::draw::bars::{Lanes, Way};
use crate::draw::clients::{Axis, Layout, NAMES, Spot};
use crate::draw::point::{Point, Size};
use crate::draw::scale::Zoom;
use crate::later;
use crate::state::action::Tab;
use crate::state::asked::{Asked, POINTS_AT_ONCE};
use crate::state::lens::Asking;
use crate::state::selection::Selection;
use crate::state::views::View;

/// Where the lanes lie on a laptop's page, until they were painted.
pub(super) const USUAL: (Axis, Size) =
    (Axis { offset: 224.0, pixels: 1_404.0 }, Size { width: 880.0, height: 190.0 });
/// Room beside what shows that something is broken, in pixels.
const ROOM: f64 = 32.0;
/// The narrowest window in which that is shown, in microseconds.
const WINDOW_LEAST: f64 = 20_000.0;

impl Model {
    /// The views that can stand beside the stage.
    pub fn views(&self) -> &'static [View] {
        later::views(self.play.run.lab())
    }

    /// The one that does.
    pub fn shown_view(&self) -> View {
        let all = self.views();
        let first = if self.alone.is_some() { View::Logs } else { all[0] };
        self.lens.views[self.level()].filter(|view| all.contains(view)).unwrap_or(first)
    }

    /// Shows a view there.
    pub(super) fn choose_view(&mut self, view: View) {
        self.lens.views[self.level()] = Some(view);
    }

    /// Whether one group stands alone on the stage, as a place among the views chosen.
    fn level(&self) -> usize {
        usize::from(self.alone.is_some())
    }

    /// Whether a view stands there.
    pub fn is_seen(&self, view: View) -> bool {
        self.shown_view() == view
    }

    /// What clients asked, as far as the branch was run.
    pub fn asked(&self) -> RefMut<'_, Asked> {
        let mut asked = self.play.asked.borrow_mut();
        let clients = self.view.nodes.iter().map(|node| node.id).filter(|id| id.is_client());
        asked.catch_up(&*self.play.run, self.play.shown_branch(), clients);
        asked
    }

    /// Whether it is shown when each operation took effect: while time stands, where it was wanted,
    /// or costs little.
    pub fn shows_points(&self, asked: &Asked) -> bool {
        let stands = !self.playback.playing && !self.playback.holds && self.dragged.is_none();
        stands && self.lens.points.unwrap_or(asked.ops().len() <= POINTS_AT_ONCE)
    }

    /// What was broken, up to the moment shown or later on the branch.
    pub fn violation(&self, property: &str) -> Option<&Violation> {
        let known = self.view.broken.iter().chain(&self.play.history().violations);
        known.into_iter().find(|it| it.property == property)
    }

    /// The broken property whose witness is lit.
    pub fn lit(&self) -> Option<&Violation> {
        self.violation(self.lens.lit?)
    }

    /// Does something about what clients asked.
    pub fn ask(&mut self, asking: Asking) -> bool {
        match asking {
            Asking::Point(spot) => return self.point_at_lanes(spot),
            Asking::Press(spot) => match self.bar_at(spot) {
                Some(op) => self.choose(op),
                // The ground is a time, as it is on the time line.
                None => self.press_timeline(on_timeline(spot)),
            },
            Asking::Zoom(spot, by) => self.zoom_timeline(on_timeline(spot), by),
            Asking::Scroll(to) => self.lens.scrolled = to,
            Asking::Go(way) => self.go_to_bar(way),
            Asking::Leave => self.lens.cursor = None,
            Asking::Choose => match self.lens.cursor {
                Some(op) => self.choose(op),
                None => return false,
            },
            Asking::Witness(property, in_column) => {
                self.go_to_ops(property);
                if in_column {
                    self.tab = Tab::Logs;
                }
            }
            Asking::All => self.lens.lit = None,
            Asking::Points(on) => self.lens.points = Some(on),
            Asking::Table(on) => self.lens.table = on,
        }
        true
    }

    pub(super) fn choose(&mut self, op: OpId) {
        self.lens.cursor = Some(op);
        self.select(Selection::Operation(op));
    }

    fn point_at_lanes(&mut self, spot: Option<Spot>) -> bool {
        let op = spot.and_then(|spot| self.bar_at(spot));
        self.point_at_bar(spot, op)
    }

    /// What is pointed at is this, unless time is dragged.
    pub(super) fn point_at_bar(&mut self, spot: Option<Spot>, op: Option<OpId>) -> bool {
        if let (Some(spot), true) = (spot, self.is_dragged()) {
            self.point_at_timeline(Some(on_timeline(spot)));
            return true;
        }
        let changed = self.lens.pointed != op;
        self.lens.pointed = op;
        changed
    }

    /// The operation whose bar lies at a place.
    fn bar_at(&self, spot: Spot) -> Option<OpId> {
        self.bar_of(self.asked().lanes(), spot)
    }

    /// The same of other lanes.
    pub(super) fn bar_of(&self, lanes: &Lanes, spot: Spot) -> Option<OpId> {
        let layout = Layout::new(spot.size, spot.axis, lanes.row_count(), self.lens.scrolled);
        let scale = self.window(spot.axis.pixels);
        layout.under(lanes, &scale, spot.at).map(|bar| bar.op)
    }

    /// The keyboard goes from bar to bar; it begins at the last one that was called.
    fn go_to_bar(&mut self, way: Way) {
        let now = self.times().0;
        let to = {
            let asked = self.asked();
            let last = || asked.called_by(now).last().map(|op| op.id);
            let here = self.lens.cursor.filter(|op| asked.op(*op).is_some());
            match here {
                None => last(),
                Some(here) => asked.lanes().beside(here, way).or(Some(here)),
            }
        };
        self.lens.cursor = to;
        if let Some(to) = to {
            self.bring_into_sight(to);
        }
    }

    fn bring_into_sight(&mut self, op: OpId) {
        let place = {
            let asked = self.asked();
            let from = asked.op(op).map_or(Time::ZERO, |op| op.called);
            (asked.lanes().row_count(), asked.lanes().row_of(op).unwrap_or(0), from)
        };
        self.bring_place_into_sight(place);
    }

    /// A row of so many, at a time.
    pub(super) fn bring_place_into_sight(&mut self, (rows, row, from): (usize, usize, Time)) {
        let (axis, size) = self.lens.painted.get().unwrap_or(USUAL);
        let layout = Layout::new(size, axis, rows, self.lens.scrolled);
        self.lens.scrolled = layout.scrolled_to(row);
        let scale = self.window(axis.pixels);
        let x = layout.x(&scale, from);
        if x < NAMES || x > size.width - ROOM {
            // It comes to the middle of what is seen.
            let middle = layout.time(&scale, (NAMES + size.width) / 2.0);
            let at = scale.from.micros() + from.micros();
            let from = Time::from_micros(at.saturating_sub(middle.micros()));
            self.zoom = Some(Zoom { from, width: scale.width });
        }
    }

    /// Goes to where a property is broken, and shows the operations that show it and no others.
    fn go_to_ops(&mut self, property: &'static str) {
        let Some(violation) = self.violation(property).cloned() else { return };
        let moment = violation.moment;
        self.by_hand(|play| play.seek(moment));
        let all = self.views();
        let clients = all.contains(&View::Clients);
        self.choose_view(if clients { View::Clients } else { View::Transactions });
        self.lens.lit = Some(property);
        let (axis, size) = self.lens.painted.get().unwrap_or(USUAL);
        let (from, first) = {
            let asked = self.asked();
            let ops = violation.ops.iter().filter_map(|op| asked.op(*op));
            let first = ops.min_by_key(|op| op.called);
            (first.map_or(moment.at, |op| op.called), first.map(|op| op.id))
        };
        self.zoom = Some(window_over((from, moment.at), axis, size));
        self.lens.cursor = violation.ops.last().copied().or(first);
        if let Some(op) = self.lens.cursor {
            self.bring_into_sight(op);
        }
    }
}

/// The window in which a stretch of time takes what is seen of lanes.
pub(super) fn window_over((from, to): (Time, Time), axis: Axis, size: Size) -> Zoom {
    let left = axis.offset + NAMES + ROOM - crate::draw::timeline::NAMES;
    let room = (size.width - NAMES - 2.0 * ROOM).max(ROOM);
    let stretch = (to.since(from).micros() as f64).max(WINDOW_LEAST);
    let micros = stretch / room;
    let from = (from.micros() as f64 - left * micros).max(0.0);
    let width = Span::from_micros((micros * axis.pixels) as u64);
    Zoom { from: Time::from_micros(from as u64), width }
}

/// The place of the time line that is at the same time, in its lanes.
pub(super) fn on_timeline(spot: Spot) -> Pointed {
    let Spot { at, axis, timeline, .. } = spot;
    Pointed { at: Point::new(at.x + axis.offset, timeline.height - 1.0), size: timeline }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::scale::Scale;

    #[test]
    fn what_is_to_be_seen_takes_the_lanes_from_end_to_end() {
        let (axis, size) = USUAL;
        let at = |millis: u64| Time::from_micros(millis * 1_000);
        let zoom = window_over((at(3_000), at(3_400)), axis, size);
        let scale = Scale::shown(at(3_400), at(5_000), Some(zoom), axis.pixels);
        let layout = Layout::new(size, axis, 3, 0.0);
        assert!((layout.x(&scale, at(3_000)) - (NAMES + ROOM)).abs() < 1.0);
        assert!((layout.x(&scale, at(3_400)) - (size.width - ROOM)).abs() < 1.0);
    }
}

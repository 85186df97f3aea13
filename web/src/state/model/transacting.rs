//! The lanes of transactions: pointed at, pressed, and gone through.

use netsplit_core::history::OpId;

use super::Model;
use super::asking::{USUAL, on_timeline};
use crate::draw::bars::Way;
use crate::draw::clients::{Layout, NAMES, Spot};
use crate::draw::transactions::{Lane, room, shown};
use crate::state::lens::Asking;
use crate::state::views::View;

/// How near to a lane's ends the pointer must be, in pixels.
const NEAR: f64 = 5.0;

impl Model {
    /// Does something about transactions; where another view is shown, about that.
    pub fn ask_of_transactions(&mut self, asking: Asking) -> bool {
        if !self.is_seen(View::Transactions) {
            return self.ask_of_shards(asking);
        }
        match asking {
            Asking::Point(spot) => {
                if let (Some(spot), true) = (spot, self.is_dragged()) {
                    self.point_at_timeline(Some(on_timeline(spot)));
                    return true;
                }
                let op = spot.and_then(|spot| self.lane_at(spot));
                let changed = self.lens.pointed != op;
                self.lens.pointed = op;
                changed
            }
            Asking::Press(spot) => {
                match self.lane_at(spot) {
                    Some(op) => self.choose(op),
                    // The ground is a time, as it is on the time line.
                    None => self.press_timeline(on_timeline(spot)),
                }
                true
            }
            Asking::Go(way) => {
                self.lens.cursor = self.lane_beside(way);
                true
            }
            other => self.ask(other),
        }
    }

    /// The transactions that are shown, from the top, with the lanes of some.
    fn lanes_shown(&self, spot: Option<Spot>) -> (Layout, Vec<(OpId, Lane)>) {
        let (axis, size) = spot.map_or_else(
            || self.lens.painted.get().unwrap_or(USUAL),
            |spot| (spot.axis, spot.size),
        );
        let scale = self.window(axis.pixels);
        let (_, until) = Layout::new(size, axis, 0, 0.0).window(&scale);
        let asked = self.asked();
        let rows = shown(asked.ops(), self.times().0, until, room(size));
        let lanes: Vec<(OpId, Lane)> = rows.iter().map(|op| (op.id, Lane::of(op))).collect();
        (Layout::new(size, axis, lanes.len(), 0.0), lanes)
    }

    /// The transaction whose lane lies at a place.
    fn lane_at(&self, spot: Spot) -> Option<OpId> {
        let (layout, lanes) = self.lanes_shown(Some(spot));
        let (op, lane) = lanes.get(layout.row_at(spot.at.y)?)?;
        // Its name stands for it.
        if spot.at.x < NAMES {
            return Some(*op);
        }
        let scale = self.window(spot.axis.pixels);
        let from = layout.x(&scale, lane.pieces.first()?.from) - NEAR;
        let to = layout.x(&scale, lane.end().min(self.times().1)) + NEAR;
        (from..=to).contains(&spot.at.x).then_some(*op)
    }

    /// The one to which an arrow leads; the last where none has the keyboard.
    fn lane_beside(&self, way: Way) -> Option<OpId> {
        let (_, lanes) = self.lanes_shown(None);
        let here = self.lens.cursor.and_then(|op| lanes.iter().position(|(id, _)| *id == op));
        let place = match (here, way) {
            (None, _) => lanes.len().checked_sub(1)?,
            (Some(here), Way::Earlier | Way::Up) => here.saturating_sub(1),
            (Some(here), Way::Later | Way::Down) => (here + 1).min(lanes.len() - 1),
        };
        lanes.get(place).map(|(op, _)| *op)
    }
}

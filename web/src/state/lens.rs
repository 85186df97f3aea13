//! How what clients asked is looked at, and what can be asked of that.

use std::cell::Cell;

use netsplit_core::history::OpId;

use super::views::View;
use crate::draw::bars::Way;
use crate::draw::clients::{Axis, Spot};
use crate::draw::ring::Size;

/// How it is looked at.
#[derive(Debug, Default)]
pub struct Lens {
    /// The view beside the stage that was chosen, and the one beside a group that stands there alone.
    pub views: [Option<View>; 2],
    /// The operation that is pointed at.
    pub pointed: Option<OpId>,
    /// The one that has the keyboard.
    pub cursor: Option<OpId>,
    /// The broken property whose witness is lit.
    pub lit: Option<&'static str>,
    /// When each took effect is wanted, or not; else it is told where that is cheap.
    pub points: Option<bool>,
    /// How far the lanes are scrolled, in pixels.
    pub scrolled: f64,
    /// The group and the shard that are pointed at.
    pub over: Option<(u32, u32)>,
    /// How shards stand now is a table; else it is drawn along the time line.
    pub table: bool,
    /// Where the lanes were painted last.
    pub painted: Cell<Option<(Axis, Size)>>,
}

/// What is done with it.
#[derive(Clone, Debug, PartialEq)]
pub enum Asking {
    /// Something is pointed at, or no longer.
    Point(Option<Spot>),
    /// The lanes are pressed.
    Press(Spot),
    /// The wheel is turned over them: so many times as much of time is seen.
    Zoom(Spot, f64),
    /// They are scrolled so far.
    Scroll(f64),
    /// The keyboard goes from bar to bar.
    Go(Way),
    /// It leaves them.
    Leave,
    /// What has the keyboard is selected.
    Choose,
    /// Goes to what shows that a property is broken; the lanes are in the column, where the middle
    /// has no room.
    Witness(&'static str, bool),
    /// Nothing is lit any more.
    All,
    /// When each took effect is to be seen, or not.
    Points(bool),
    /// How shards stand now is to be a table, or not.
    Table(bool),
}

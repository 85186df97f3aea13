//! What a hand does on the stage: what it has pressed, the cut it draws, and
//! where its menu opens.

use netsplit_sim::choice::EnvelopeId;

use super::selection::Press;
use crate::draw::hit::Hit;
use crate::draw::ring::Point;

/// The hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hand {
    /// Where it went down, and what was there; until it lets go.
    pub pressed: Option<(Press, Hit)>,
    /// Where the line ends that it draws over empty ground.
    pub cut_to: Option<Point>,
    /// Where on the stage the menu opens; `None` when a key opens it.
    pub menu_at: Option<Point>,
    /// The messages of the bundle that was pressed: the menu lists them.
    pub bundle: Vec<EnvelopeId>,
    /// The legend was closed, now or on an earlier visit.
    pub knows_legend: bool,
}

impl Hand {
    /// The line that is being drawn, from where it began.
    pub fn cut(&self) -> Option<(Press, Point)> {
        let (press, _) = self.pressed.as_ref()?;
        self.cut_to.map(|to| (*press, to))
    }
}

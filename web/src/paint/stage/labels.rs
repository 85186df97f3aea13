//! Labels of messages, so put that none covers another or a node.

use netsplit_core::id::NodeId;

use crate::draw::ring::{CALL_BELOW, Point, Ring, Size};
use crate::paint::brush::Brush;
use crate::paint::palette::Palette;

use super::shapes::over_paper;

/// The height of a line of a label, as a share of its size.
const LINE: f64 = 1.17;
/// Half of what a message takes.
const MESSAGE: f64 = 11.0;
/// The width of a letter of the page's monospaced font, as a share of its size.
const LETTER: f64 = 0.61;

/// What is taken already: left, top, right, bottom.
#[derive(Default)]
pub struct Labels {
    taken: Vec<[f64; 4]>,
    stage: Option<Size>,
    size: f64,
}

impl Labels {
    /// Begins a frame: only the nodes are there, each with its timer. Words are of this size, in
    /// pixels.
    pub fn begin(&mut self, ring: &Ring, stage: Size, size: f64) {
        let disc = |node: NodeId| {
            let (at, reach) = (ring.node(node), ring.radius_of(node) + 8.0);
            let call = if node.is_client() { CALL_BELOW } else { 0.0 };
            [at.x - reach, at.y - reach, at.x + reach, at.y + reach + call]
        };
        self.taken.clear();
        self.taken.extend(ring.ids().map(disc));
        self.stage = Some(stage);
        self.size = size;
    }

    /// Keeps the place of a message free.
    pub fn take_message(&mut self, at: Point) {
        self.take([at.x - MESSAGE, at.y - MESSAGE, at.x + MESSAGE, at.y + MESSAGE]);
    }

    /// Keeps a place free.
    pub fn take(&mut self, place: [f64; 4]) {
        self.taken.push(place);
    }

    /// Half of what words take: to the side, and up.
    pub fn half(&self, words: &str) -> (f64, f64) {
        let width = words.chars().count() as f64 * LETTER * self.size;
        (width / 2.0, self.size * LINE / 2.0)
    }

    /// Puts words below a place, so far that they begin there; whatever is there.
    pub fn put_below(
        &mut self,
        brush: &Brush,
        palette: &Palette,
        words: &str,
        at: Point,
        gap: f64,
    ) {
        let (half, up) = self.half(words);
        let at = Point::new(at.x, at.y + gap + self.size / 2.0);
        self.take([at.x - half, at.y - up, at.x + half, at.y + up]);
        over_paper(brush, palette, words, at, &palette.ink_soft);
    }

    /// The same where nothing else is; else they are nowhere.
    pub fn put_below_if_free(
        &mut self,
        brush: &Brush,
        palette: &Palette,
        words: &str,
        at: Point,
        gap: f64,
    ) {
        let (half, up) = self.half(words);
        let middle = at.y + gap + self.size / 2.0;
        if self.is_free([at.x - half, middle - up, at.x + half, middle + up]) {
            self.put_below(brush, palette, words, at, gap);
        }
    }

    /// Nothing is there, and it is on the stage.
    fn is_free(&self, new: [f64; 4]) -> bool {
        let Size { width, height } = self.stage.unwrap_or(Size { width: 0.0, height: 0.0 });
        let apart = |old: &[f64; 4]| {
            new[0] > old[2] || new[2] < old[0] || new[1] > old[3] || new[3] < old[1]
        };
        let inside = new[0] > 2.0 && new[2] < width - 2.0 && new[1] > 2.0 && new[3] < height - 2.0;
        inside && self.taken.iter().all(apart)
    }

    /// Puts a label so far beside a place where it is free: at the right, at the left, below or
    /// above. False when all are taken, and then it is nowhere.
    pub fn put(
        &mut self,
        brush: &Brush,
        palette: &Palette,
        words: &str,
        at: Point,
        gap: f64,
    ) -> bool {
        let (half, up) = self.half(words);
        let beyond = gap - 3.0 + up;
        let centres = [
            Point::new(at.x + gap + half, at.y),
            Point::new(at.x - gap - half, at.y),
            Point::new(at.x, at.y + beyond),
            Point::new(at.x, at.y - beyond),
        ];
        let frame = |it: &Point| [it.x - half, it.y - up, it.x + half, it.y + up];
        let Some(free) = centres.iter().find(|it| self.is_free(frame(it))) else { return false };
        self.taken.push(frame(free));
        over_paper(brush, palette, words, *free, &palette.ink);
        true
    }
}

//! Messages under way, the timers around nodes, and the cut that a hand draws.

pub mod labels;
mod shapes;
pub mod workers;

use netsplit_core::id::Cast;
use netsplit_core::time::{Span, Time};
use netsplit_sim::run::{Flying, Loss};

use super::brush::Brush;
use super::palette::Palette;
use crate::draw::flight::BAR_BEFORE_END;
use crate::draw::islands::are_joined;
use crate::draw::picture::{Picture, What};
use crate::draw::ring::{NARROW, Point, RIM_GAP, Ring, Size};
use crate::draw::sweep;
use crate::later;
use crate::state::action::Frame;
use crate::state::model::Model;

use labels::Labels;

/// How high the crown of a candidate's pips is, and half of what a pip takes to the side.
const CROWN: (f64, f64) = (34.0, 7.0);
/// How far from its message a label stands, and from one with the ring of the selected one.
const ASIDE: (f64, f64) = (16.0, 22.0);
/// The size of words in pixels: for one who sits before it, and for a room.
const WORDS: (u32, u32) = (12, 18);
/// The same for a room, where there are more nodes than few.
const WORDS_OF_MANY: u32 = 15;
const FEW: usize = 5;

/// What is kept from frame to frame, so that a frame asks for little memory.
#[derive(Default)]
pub struct StagePainter {
    ring: Ring,
    of: Option<(Cast, Option<u32>, Size)>,
    picture: Picture,
    labels: Labels,
}

/// What a frame paints with.
struct Scene<'a> {
    brush: &'a Brush,
    palette: &'a Palette,
    model: &'a Model,
    ring: &'a Ring,
}

impl StagePainter {
    /// Paints what moves.
    pub fn paint(&mut self, brush: &Brush, palette: &Palette, model: &Model) {
        let view = model.view();
        let cast = view.cast();
        let of = Some((cast, model.alone, brush.size));
        if self.of != of {
            self.ring = later::ring(cast, model.alone, brush.size);
            self.of = of;
        }
        let selected = model.selection.message();
        // Paused one reads them; presenting, those at the back want to know as well.
        let presents = model.frame == Frame::Present;
        let labelled = !model.playback.playing || presents;
        // A narrow one is in a hand, and large words would cover it.
        let words = match presents && brush.size.width >= NARROW {
            true if cast.servers as usize <= FEW => WORDS.1,
            true => WORDS_OF_MANY,
            false => WORDS.0,
        };
        self.picture.draw(&self.ring, view, selected);
        self.labels.begin(&self.ring, brush.size, f64::from(words));
        let named = self.ring.islands.iter().filter(|_| self.ring.alone.is_none());
        for island in named.chain(&self.ring.gates).filter(|_| cast.groups.count > 0) {
            self.labels.take(island.name_room());
        }
        for (node, letter) in &model.play.script.setup.labels {
            self.labels.take(self.ring.letter_room(*node, letter));
        }
        let pips = CROWN.1 * f64::from(cast.servers);
        let seen = |id| self.ring.has(id);
        for node in view.nodes.iter().filter(|it| seen(it.id) && it.view.role.contains("candidate"))
        {
            let (at, top) = (self.ring.node(node.id), self.ring.radius + CROWN.0);
            self.labels.take([at.x - pips, at.y - top, at.x + pips, at.y]);
        }
        // Words are drawn together, and so are the numbers inside of shapes: a font costs more to
        // set than a word to draw.
        let font = |size: u32| brush.canvas.set_font(&palette.font(size));
        font(words);
        brush.canvas.set_text_align("center");
        brush.canvas.set_text_baseline("middle");
        let scene = Scene { brush, palette, model, ring: &self.ring };
        scene.timers(&mut self.labels);
        scene.far_ways();
        if let Some(of) = later::of_lab(model.play.run.lab()).and_then(|lab| lab.stage) {
            (of.paint)(brush, palette, model, &self.ring, &mut self.labels);
        }
        scene.losses();
        if words != WORDS.0 {
            font(WORDS.0);
        }
        // What matters lies above what does not, and the selected one on top.
        for above in [0, 1, 2] {
            for mark in self.picture.marks() {
                let level = match mark.what {
                    What::One { place, .. } if selected == Some(view.flying[place as usize].id) => {
                        2
                    }
                    What::One { matters: true, .. } | What::Bundle { matters: true, .. } => 1,
                    _ => 0,
                };
                if level == above {
                    scene.mark(mark.at, mark.along, mark.what);
                    self.labels.take_message(mark.at);
                    if let What::One { queue: Some(_), .. } = mark.what {
                        self.labels.take_message(number_at(mark.at, mark.along, level == 2));
                    }
                }
            }
        }
        if words != WORDS.0 {
            font(words);
        }
        // The selected one has the first choice of a place.
        for wanted in [true, false] {
            for mark in self.picture.marks() {
                let What::One { place, matters, .. } = mark.what else { continue };
                let flying = &view.flying[place as usize];
                let is_selected = selected == Some(flying.id);
                if is_selected == wanted && (is_selected || matters && labelled) {
                    let (words, short) = words_of(flying);
                    let gap = if is_selected { ASIDE.1 } else { ASIDE.0 };
                    let mut put =
                        |words: &str| self.labels.put(brush, palette, words, mark.at, gap);
                    let _ = put(&words) || short.is_some_and(&mut put);
                }
            }
        }
        scene.cut();
    }
}

impl Scene<'_> {
    /// The timers that race: a ring around each node that empties.
    fn timers(&self, labels: &mut Labels) {
        let Scene { brush, palette, model, ring } = self;
        let racing = model.look().racing;
        let whole = (model.look().race)(&model.play.script.setup.options).micros().max(1);
        let now: Time = model.view().moment.at;
        let nodes = model.marked_selection().nodes();
        for node in model.view().nodes.iter().filter(|node| node.up && ring.has(node.id)) {
            let timer = node.timers.iter().find(|(name, ..)| racing.contains(&name.as_str()));
            let Some((.., at)) = timer else { continue };
            let left = at.since(now).micros();
            let share = (left as f64 / whole as f64).min(1.0);
            let (centre, radius) = (ring.node(node.id), ring.radius + 5.0);
            brush.circle(centre, radius);
            brush.stroke(&palette.hairline, 3.0);
            brush.arc(centre, radius, share);
            let near = left < whole / 10;
            brush.stroke(if near { &palette.ink } else { &palette.ink_soft }, 3.0);
            if !model.playback.playing || nodes.has(node.id) {
                let words = format!("{} ms", Span::from_micros(left).millis(0));
                let gap = ring.radius + 12.0;
                // In the small rings of groups a time may have no room; a selected one has it.
                match ring.cast.groups.count > 0 && !nodes.has(node.id) {
                    true => labels.put_below_if_free(brush, palette, &words, centre, gap),
                    false => labels.put_below(brush, palette, &words, centre, gap),
                }
            }
        }
    }

    /// A light line below each message to or from a client, or to another group: such links are not
    /// drawn otherwise.
    fn far_ways(&self) {
        let Scene { brush, palette, model, ring } = self;
        for flying in &model.view().flying {
            let (from, to) = (flying.id.from, flying.id.to);
            if !are_joined(from, to) && ring.sees(from, to) {
                let (start, end) = (ring.node(from), ring.node(to));
                let along = start.direction(end);
                let rim = |node| ring.radius_of(node) + RIM_GAP;
                brush.line(start.offset(along, rim(from)), end.offset(along, -rim(to)));
                brush.stroke(&palette.hairline, 1.0);
            }
        }
    }

    /// A small cross where a message came to nothing, until the next thing that
    /// matters: in mid-link by loss, at the bar by a cut, at the node by a crash.
    fn losses(&self) {
        let model = self.model;
        for (_, gone) in model.play.history().fresh_losses(model.view().moment) {
            let (from, to) = gone.link;
            if !self.ring.sees(from, to) {
                continue;
            }
            let (start, end) = self.ring.lane(from, to);
            let along = start.direction(end);
            let at = match gone.why {
                Loss::Lost => start.towards(end, 0.5),
                Loss::Cut => end.offset(along, -BAR_BEFORE_END - 9.0),
                Loss::Crash | Loss::Restart => end,
            };
            shapes::cross(self.brush, self.palette, at);
        }
    }

    fn mark(&self, at: Point, along: Point, what: What) {
        let Scene { brush, palette, model, .. } = self;
        let view = model.view();
        match what {
            What::Bundle { count, matters, .. } => {
                shapes::bundle(brush, palette, at, count, matters)
            }
            What::One { place, matters, queue } => {
                let flying = &view.flying[place as usize];
                let shape = (model.look().shape)(flying.kind);
                match matters || queue.is_some() {
                    true => shapes::message(brush, palette, flying, at, along, shape),
                    false => shapes::quiet(brush, palette, flying, at),
                }
                let selected = model.selection.message() == Some(flying.id);
                if let Some(number) = queue {
                    shapes::number(brush, palette, number_at(at, along, selected), number);
                }
                if selected || model.lens.marked.messages.contains(&flying.id) {
                    brush.circle(at, 16.0);
                    brush.stroke(&palette.ink, 2.0);
                }
            }
        }
    }

    /// The cut that is being drawn, and the links it crosses.
    fn cut(&self) {
        let Some((press, to)) = self.model.hand.cut() else { return };
        let Scene { brush, palette, ring, .. } = self;
        for (one, two) in sweep::crossed(ring, press.at, to) {
            brush.line(ring.node(one), ring.node(two));
            brush.stroke(&palette.paper, 3.0);
            brush.line(ring.node(one), ring.node(two));
            brush.dashes(&[2.0, 6.0]);
            brush.stroke(&palette.ink_soft, 1.0);
            brush.dashes(&[]);
        }
        brush.line(press.at, to);
        brush.stroke(&palette.ink, 2.0);
    }
}

/// Where the number of a held message stands: outside of the ring around the selected one.
fn number_at(at: Point, along: Point, selected: bool) -> Point {
    at.offset(along.aside(), if selected { 25.0 } else { 16.0 })
}

/// What a message is, in as few words as say it; and in fewer, of an answer.
fn words_of(flying: &Flying) -> (String, Option<&'static str>) {
    let short = if flying.positive { "reply" } else { "reply, no" };
    match flying.kind.strip_suffix("Reply") {
        Some(asked) => (format!("{asked} {short}"), Some(short)),
        None => (flying.kind.to_owned(), None),
    }
}

//! Transactions, a lane each: what each is about, as pieces that grow up to its decision; what
//! happens in them, as signs; and beside them what it does and how it ended.

use netsplit_core::time::Time;
use netsplit_sim::run::OpShown;
use netsplit_sim::words::transaction;

use super::{Picture, head, play_head, ruler};
use crate::draw::clients::{Axis, HEAD, Layout, NAMES};
use crate::draw::ring::Point;
use crate::draw::transactions::{Lane, Phase, Sign, room, shown};
use crate::paint::brush::Brush;
use crate::paint::flows;
use crate::paint::palette::Palette;
use crate::state::model::Model;
use crate::state::selection::Selection;
use crate::state::views::View;

/// How much is left to see of what comes later.
const PALE: f64 = 0.35;
/// What a letter takes.
const LETTER: f64 = 7.3;
/// The height of a lane that is all of its row, at most.
const HIGH: f64 = 16.0;
/// Between a lane and its words.
const GAP: f64 = 8.0;
/// Half of a sign.
const SIGN: f64 = 3.5;

/// Paints the lanes of transactions, or what else lies along the time line beside groups.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model, axis: Axis) {
    if !model.is_seen(View::Transactions) {
        return flows::paint(brush, palette, model, axis);
    }
    model.lens.painted.set(Some((axis, brush.size)));
    let asked = model.asked();
    let scale = model.window(axis.pixels);
    let (now, _) = model.times();
    let empty = Layout::new(brush.size, axis, 0, 0.0);
    let (_, until) = empty.window(&scale);
    let rows = shown(asked.ops(), now, until, room(brush.size));
    let layout = Layout::new(brush.size, axis, rows.len(), 0.0);
    let picture = Picture { brush, palette, layout, scale, now };
    ruler(&picture);
    head::bands(&picture, model);
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_baseline("middle");
    brush.canvas.set_text_align("left");
    for (place, op) in rows.iter().enumerate() {
        one(&picture, model, op, place);
    }
    names(&picture, &rows);
    head::times(&picture);
    head::marks(&picture, model);
    play_head(&picture);
}

/// Where a lane lies: the upper end and the height of what is as high as it.
fn span(picture: &Picture<'_>, place: usize) -> (f64, f64) {
    let height = (picture.layout.step - 5.0).min(HIGH);
    (picture.layout.top(place) + (picture.layout.step - height) / 2.0 - 1.0, height)
}

fn one(picture: &Picture<'_>, model: &Model, op: &OpShown, place: usize) {
    let Picture { brush, palette, now, layout, .. } = picture;
    let lane = Lane::of(op);
    let (top, height) = span(picture, place);
    for piece in &lane.pieces {
        // What comes later is pale, of the piece that time is in as well.
        for (from, to, pale) in
            [(piece.from, piece.to.min(*now), false), (piece.from.max(*now), piece.to, true)]
        {
            if from >= to || pale && piece.to == crate::draw::bars::FAR {
                continue;
            }
            let Some((left, right)) = picture.ends(from, to) else { continue };
            brush.canvas.set_global_alpha(if pale { PALE } else { 1.0 });
            shape(picture, piece.phase, (left, right), (top, height));
        }
    }
    for (at, sign) in &lane.signs {
        let x = picture.x(*at);
        if x >= NAMES && x <= layout.size.width {
            brush.canvas.set_global_alpha(if at > now { PALE } else { 1.0 });
            self::sign(picture, *sign, x, (top, height));
        }
    }
    brush.canvas.set_global_alpha(1.0);
    let end = lane.end().min(*now).max(op.called);
    let seen = if op.called > *now { lane.end() } else { end };
    words(picture, op, (op.called, lane.end().min(picture_end(picture)), seen), (top, height));
    let selected = model.selection == Selection::Operation(op.id);
    let pointed = model.lens.pointed == Some(op.id) || model.lens.cursor == Some(op.id);
    let lit = model.lit().is_some_and(|violation| violation.ops.contains(&op.id));
    if let Some((left, right)) = picture.ends(op.called, lane.end().min(picture_end(picture)))
        && (selected || pointed || lit)
    {
        match (selected, lit) {
            (_, true) => brush.draw_with(&palette.broken, 2.0),
            (true, _) => brush.draw_with(&palette.ink, 2.0),
            _ => brush.draw_with(&palette.ink, 1.0),
        }
        brush.canvas.stroke_rect(left - 2.0, top - 2.0, right - left + 4.0, height + 4.0);
    }
}

/// The last time that is seen.
fn picture_end(picture: &Picture<'_>) -> Time {
    picture.layout.window(&picture.scale).1
}

/// A piece by what it is about.
fn shape(
    picture: &Picture<'_>,
    phase: Phase,
    (left, right): (f64, f64),
    (top, height): (f64, f64),
) {
    let Picture { brush, palette, .. } = picture;
    let high = height * phase.height();
    let (top, width) = (top + height - high, right - left);
    match phase {
        Phase::Reads | Phase::Prepares | Phase::Decides | Phase::Releases => {
            brush.fill_with(palette.term(phase.hue()));
            brush.canvas.fill_rect(left, top, width.max(1.0), high);
        }
        Phase::Waits => {
            brush.canvas.save();
            brush.canvas.begin_path();
            brush.canvas.rect(left, top, width, high);
            brush.canvas.clip();
            let mut at = left - high;
            while at < right {
                brush.line(Point::new(at, top + high), Point::new(at + high, top));
                brush.stroke(&palette.ink_soft, 1.0);
                at += 5.0;
            }
            brush.canvas.restore();
            brush.draw_with(&palette.ink_soft, 1.0);
            brush.canvas.stroke_rect(left + 0.5, top + 0.5, (width - 1.0).max(1.0), high - 1.0);
        }
        Phase::InDoubt => {
            brush.dashes(&[3.0, 3.0]);
            brush.draw_with(&palette.ink, 1.0);
            brush.canvas.stroke_rect(left + 0.5, top + 0.5, (width - 1.0).max(1.0), high - 1.0);
            brush.dashes(&[]);
            let mut at = left + 6.0;
            while at + LETTER < right {
                brush.text("?", Point::new(at, top + high / 2.0 + 0.5), &palette.ink);
                at += 24.0;
            }
        }
    }
}

fn sign(picture: &Picture<'_>, sign: Sign, x: f64, (top, height): (f64, f64)) {
    let Picture { brush, palette, .. } = picture;
    let (middle, bottom) = (top + height / 2.0, top + height);
    let x = x.round() + 0.5;
    match sign {
        Sign::Lock => {
            brush.line(Point::new(x, bottom - 3.0), Point::new(x, bottom + 2.5));
            brush.stroke(&palette.ink, 1.5);
        }
        Sign::Decision(commit) => {
            let around = [(0.0, -SIGN), (SIGN, 0.0), (0.0, SIGN), (-SIGN, 0.0)];
            let points = around.map(|(right, down)| Point::new(x + right, middle + down));
            brush.outline(&points);
            brush.fill(if commit { &palette.ink } else { &palette.paper });
            brush.stroke(&palette.ink, 1.0);
        }
        Sign::Told(_) => {
            brush.line(Point::new(x, top - 2.0), Point::new(x, bottom + 1.0));
            brush.stroke(&palette.ink, 2.0);
        }
        Sign::Refused | Sign::Gone => {
            let bold = if sign == Sign::Gone { 2.0 } else { 1.5 };
            for (from, to) in [(-SIGN, SIGN), (SIGN, -SIGN)] {
                brush.line(Point::new(x + from, middle - SIGN), Point::new(x + to, middle + SIGN));
                brush.stroke(&palette.ink, bold);
            }
        }
    }
}

/// What it does and how it stands, behind its lane where there is room, else before it.
fn words(
    picture: &Picture<'_>,
    op: &OpShown,
    (from, to, seen): (Time, Time, Time),
    (top, height): (f64, f64),
) {
    let Picture { brush, palette, now, layout, .. } = picture;
    let text = transaction::label(op, *now);
    let middle = top + height / 2.0 + 0.5;
    let wide = text.chars().count() as f64 * LETTER;
    let (left, right) = (picture.x(from) - GAP - wide, picture.x(to.max(seen)) + GAP);
    let fits_behind = right + wide < layout.size.width;
    let x = match (fits_behind, left > NAMES) {
        (true, _) => right.max(NAMES),
        (false, true) => left,
        // Nowhere beside it: over its end.
        (false, false) => (layout.size.width - wide - 4.0).max(NAMES),
    };
    let colour = if op.called > *now { &palette.ink_soft } else { &palette.ink };
    if !fits_behind && left <= NAMES {
        brush.fill_with(&palette.paper);
        brush.canvas.set_global_alpha(0.8);
        brush.canvas.fill_rect(x - 2.0, top - 1.0, wide + 4.0, height + 2.0);
        brush.canvas.set_global_alpha(1.0);
    }
    brush.text(&text, Point::new(x, middle), colour);
}

/// Their names, over whatever went below them.
fn names(picture: &Picture<'_>, rows: &[&OpShown]) {
    let Picture { brush, palette, layout, now, .. } = picture;
    brush.fill_with(&palette.paper);
    brush.canvas.fill_rect(0.0, 0.0, NAMES - 4.0, layout.size.height);
    for (place, op) in rows.iter().enumerate() {
        let (top, height) = span(picture, place);
        if top + height > HEAD {
            let at = Point::new(2.0, top + height / 2.0 + 0.5);
            brush.text(&transaction::name(op, *now), at, &palette.ink);
        }
    }
}

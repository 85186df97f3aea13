//! The bars: done filled, failed hollow and hatched, unknown open at its right end, waiting growing
//! up to now. What is still to come from here is pale.

use netsplit_core::history::OpId;
use netsplit_core::time::Time;
use netsplit_sim::run::{OpOutcome, OpShown};
use netsplit_sim::words::operation::stands;

use super::Picture;
use crate::draw::bars::{Bar, Piece, pieces, seen};
use crate::draw::clients::NAMES;
use crate::draw::ring::Point;
use crate::state::asked::Asked;
use crate::state::history::History;
use crate::state::model::Model;
use crate::state::selection::Selection;

/// How much is left to see of what comes later, and of what is not lit.
const PALE: f64 = 0.35;
const DIM: f64 = 0.18;
/// What a letter takes.
const LETTER: f64 = 7.9;
/// How far the open end of what nobody knows goes on.
const OPEN: f64 = 7.0;
/// The least width of a bar.
const LEAST: f64 = 2.0;

/// Where a bar is painted.
struct Box {
    left: f64,
    right: f64,
    top: f64,
    height: f64,
}

/// All bars that are seen.
pub(super) fn paint(picture: &Picture<'_>, model: &Model, asked: &Asked) {
    let layout = &picture.layout;
    let (from, to) = layout.window(&picture.scale);
    let seen_rows = layout.seen();
    picture.brush.canvas.set_font(&picture.palette.font(13));
    picture.brush.canvas.set_text_baseline("middle");
    picture.brush.canvas.set_text_align("left");
    let lit: Option<&[OpId]> = model.lit().map(|violation| &violation.ops[..]);
    let rows = asked.lanes().rows().enumerate();
    for (place, (_, _, row)) in rows.skip(seen_rows.start).take(seen_rows.len()) {
        let (top, height) = (layout.top(place) + 2.0, layout.step - 5.0);
        for piece in pieces(seen(row, from, to), |time| layout.x(&picture.scale, time)) {
            match piece {
                Piece::One(bar) => {
                    if let Some(op) = asked.op(bar.op) {
                        one(picture, model, asked, (bar, op, lit), (top, height));
                    }
                }
                Piece::Many(bars) => many(picture, model, asked, (bars, lit), (top, height)),
            }
        }
    }
}

/// Bars within one column: as dark as they are many, with a tick where not all of them were done.
fn many(
    picture: &Picture<'_>,
    model: &Model,
    asked: &Asked,
    (bars, lit): (&[Bar], Option<&[OpId]>),
    (top, height): (f64, f64),
) {
    let (Picture { brush, palette, now, .. }, Some(first)) = (picture, bars.first()) else {
        return;
    };
    let is_lit = lit.is_none_or(|lit| bars.iter().any(|bar| lit.contains(&bar.op)));
    let dense = 0.45 + (bars.len().min(12) as f64) / 12.0 * 0.55;
    let alpha = if first.from > *now { PALE } else { dense };
    brush.canvas.set_global_alpha(if is_lit { alpha } else { DIM });
    let ops = || bars.iter().filter_map(|bar| asked.op(bar.op));
    let hue = ops().next().map_or(0, |op| term(model.play.history(), op));
    brush.fill_with(palette.term(hue));
    let left = picture.x(first.from).floor().max(NAMES);
    brush.canvas.fill_rect(left, top, 1.0, height);
    if ops().any(|op| matches!(op.outcome, OpOutcome::Failed | OpOutcome::Unknown)) {
        brush.fill_with(&palette.ink);
        brush.canvas.fill_rect(left, top - 2.0, 1.0, 3.0);
    }
    brush.canvas.set_global_alpha(1.0);
}

fn one(
    picture: &Picture<'_>,
    model: &Model,
    asked: &Asked,
    (bar, op, lit): (&Bar, &OpShown, Option<&[OpId]>),
    (top, height): (f64, f64),
) {
    let Picture { brush, now, layout, .. } = picture;
    let is_lit = lit.is_none_or(|lit| lit.contains(&bar.op));
    let (left, right) =
        (picture.x(bar.from), picture.x(bar.to.min(Time::from_micros(u64::MAX / 2))));
    let to = right.max(left + LEAST).min(layout.size.width + 20.0);
    let area = Box { left: left.max(NAMES - 6.0), right: to, top, height };
    let here = picture.x(*now);
    let alpha = |pale: bool| match (is_lit, pale) {
        (false, _) => DIM,
        (true, true) => PALE,
        (true, false) => 1.0,
    };
    let term = term(model.play.history(), op);
    if bar.from > *now {
        brush.canvas.set_global_alpha(alpha(true));
        shape(picture, &area, op.outcome, term);
    } else if bar.to > *now {
        // It waits now; what becomes of it is pale.
        if op.returned.is_some() {
            brush.canvas.set_global_alpha(alpha(true));
            let rest = Box { left: here.max(area.left), ..area };
            shape(picture, &rest, op.outcome, term);
        }
        brush.canvas.set_global_alpha(alpha(false));
        let known = Box { right: here.max(area.left + LEAST), ..area };
        shape(picture, &known, OpOutcome::Waiting, 0);
        ticks(picture, op, &known);
        words(picture, op, OpOutcome::Waiting, &known);
    } else {
        brush.canvas.set_global_alpha(alpha(false));
        shape(picture, &area, op.outcome, term);
        ticks(picture, op, &area);
        words(picture, op, op.outcome, &area);
    }
    brush.canvas.set_global_alpha(1.0);
    outlines(picture, model, (bar, op, lit.is_some() && is_lit), &area);
    if model.shows_points(asked)
        && let Some(at) = asked.point(bar.op, model.view().steps)
    {
        point(picture, picture.x(at), &area);
    }
}

/// A bar by what came of it.
fn shape(picture: &Picture<'_>, area: &Box, outcome: OpOutcome, term: u64) {
    let Picture { brush, palette, .. } = picture;
    let (canvas, Box { left, right, top, height }) = (&brush.canvas, area);
    let (width, bottom) = (right - left, top + height);
    match outcome {
        OpOutcome::Ok => {
            brush.fill_with(palette.term(term));
            canvas.fill_rect(*left, *top, width, *height);
        }
        OpOutcome::Failed => {
            let mut at = *left;
            while at < *right && *right - left > 4.0 {
                brush.line(
                    Point::new(at, bottom),
                    Point::new((at + height / 2.0).min(*right), *top),
                );
                brush.stroke(&palette.ink_soft, 1.0);
                at += 6.0;
            }
            brush.draw_with(&palette.ink_soft, 1.0);
            canvas.stroke_rect(left + 0.5, top + 0.5, (width - 1.0).max(1.0), height - 1.0);
        }
        OpOutcome::Unknown => {
            open(picture, area);
            // It goes on, nobody knows how far.
            brush.dashes(&[2.0, 2.0]);
            for y in [top + 0.5, bottom - 0.5] {
                brush.line(Point::new(*right, y), Point::new(right + OPEN, y));
                brush.stroke(&palette.ink_soft, 1.0);
            }
            brush.dashes(&[]);
        }
        OpOutcome::Waiting => open(picture, area),
    }
}

/// Without a right end.
fn open(picture: &Picture<'_>, area: &Box) {
    let Picture { brush, palette, .. } = picture;
    let Box { left, right, top, height } = area;
    brush.fill_with(&palette.hairline);
    brush.canvas.fill_rect(*left, *top, right - left, *height);
    let bottom = top + height;
    let corners = [(*right, top + 0.5), (left + 0.5, top + 0.5), (left + 0.5, bottom - 0.5)];
    brush.canvas.begin_path();
    for (place, (x, y)) in corners.iter().chain(&[(*right, bottom - 0.5)]).enumerate() {
        match place {
            0 => brush.canvas.move_to(*x, *y),
            _ => brush.canvas.line_to(*x, *y),
        }
    }
    brush.stroke(&palette.ink_soft, 1.0);
}

/// Each time a server was asked again.
fn ticks(picture: &Picture<'_>, op: &OpShown, area: &Box) {
    let Picture { brush, palette, now, .. } = picture;
    for (at, _) in op.tries.iter().skip(1).take_while(|(at, _)| at <= now) {
        let x = picture.x(*at).round();
        if x >= area.left && x <= area.right {
            brush.fill_with(&palette.ink);
            brush.canvas.fill_rect(x, area.top + area.height - 5.0, 2.0, 7.0);
        }
    }
}

/// What was asked and answered, and by whom, as far as there is room.
fn words(picture: &Picture<'_>, op: &OpShown, outcome: OpOutcome, area: &Box) {
    let Picture { brush, palette, layout, .. } = picture;
    let (from, to) = (area.left.max(NAMES) + 4.0, area.right.min(layout.size.width) - 3.0);
    let mut room = ((to - from) / LETTER).max(0.0) as usize;
    if room < 3 || area.height < 11.0 {
        return;
    }
    let middle = area.top + area.height / 2.0 + 0.5;
    let colour = if outcome == OpOutcome::Ok { &palette.on_hue } else { &palette.ink };
    let server = op.from.filter(|_| outcome != OpOutcome::Waiting).map(|from| from.to_string());
    let reply = op.reply.as_deref().filter(|_| outcome == OpOutcome::Ok && op.query).unwrap_or("");
    let mut text = op.call.clone();
    if !reply.is_empty() && (text.len() + reply.len() < room) {
        text = format!("{text} {reply}");
    }
    if outcome == OpOutcome::Unknown {
        text.push_str(" ?");
    }
    if let Some(server) = server.filter(|server| text.chars().count() + server.len() < room) {
        let at = Point::new(to - server.len() as f64 * LETTER, middle);
        brush.text(&server, at, colour);
        room -= server.len() + 1;
    }
    if text.chars().count() > room {
        text = text.chars().take(room.saturating_sub(1)).chain(['…']).collect();
    }
    brush.text(&text, Point::new(from, middle), colour);
}

/// What is selected, has the keyboard, is pointed at, or shows that something is broken.
fn outlines(
    picture: &Picture<'_>,
    model: &Model,
    (bar, op, is_witness): (&Bar, &OpShown, bool),
    area: &Box,
) {
    let Picture { brush, palette, now, .. } = picture;
    let around = |by: f64| {
        // What waits is known up to now alone.
        let waits = bar.from <= *now && stands(op, *now) == OpOutcome::Waiting;
        let right = if waits { area.right.min(picture.x(*now)) } else { area.right };
        let width = (right - area.left).max(LEAST);
        brush.canvas.stroke_rect(
            area.left - by,
            area.top - by,
            width + 2.0 * by,
            area.height + 2.0 * by,
        );
    };
    if is_witness {
        brush.draw_with(&palette.broken, 2.0);
        around(1.0);
    }
    if model.selection == Selection::Operation(bar.op) {
        brush.draw_with(&palette.ink, 2.0);
        around(1.0);
    } else if model.lens.cursor == Some(bar.op) || model.lens.pointed == Some(bar.op) {
        brush.draw_with(&palette.ink, 1.0);
        around(0.5);
    }
}

/// When it took effect.
fn point(picture: &Picture<'_>, x: f64, area: &Box) {
    let Picture { brush, palette, .. } = picture;
    if x < NAMES {
        return;
    }
    let bottom = area.top + area.height;
    brush.line(Point::new(x, bottom - 7.0), Point::new(x, bottom + 1.0));
    brush.stroke(&palette.ink, 1.0);
    brush.circle(Point::new(x, bottom), 3.0);
    brush.fill(&palette.ink);
    brush.stroke(&palette.paper, 1.0);
}

/// The term of who answered, as it was last up when the answer came: nobody's is grey.
fn term(history: &History, op: &OpShown) -> u64 {
    let Some((from, at)) = op.from.zip(op.returned) else { return 0 };
    let lane = history.lanes.get(from.index()).map_or(&[][..], Vec::as_slice);
    let until = lane.partition_point(|stretch| stretch.from <= at);
    let was_up = lane[..until].iter().rev().find(|stretch| stretch.standing.up);
    was_up.map_or(0, |stretch| stretch.standing.term)
}

//! Attempts at tasks, a lane for each worker: the stages of each, told apart by what fills them and
//! how high they are; and how it ended. What was for nothing is hatched.

use netsplit_core::mapreduce::message::Stage;
use netsplit_core::mapreduce::task::Phase;
use netsplit_core::time::Time;

use super::{Picture, head, play_head, ruler};
use crate::draw::bars::Piece as Drawn;
use crate::draw::bars::{Bar, FAR, pieces, seen};
use crate::draw::clients::{Axis, Layout, NAMES};
use crate::draw::point::Point;
use crate::paint::brush::Brush;
use crate::paint::palette::Palette;
use crate::state::job::{Job, Piece, Stands, Try};
use crate::state::model::Model;
use crate::state::selection::Selection;
use crate::state::views::View;

/// How much is left to see of what comes later.
const PALE: f64 = 0.35;
/// What a letter takes.
const LETTER: f64 = 7.3;
/// The least height of a bar with words on it.
const LETTERS: f64 = 10.0;
/// Half of the sign of a commit.
const SIGN: f64 = 4.0;
/// From one line of a filling to the next.
const FILLING: f64 = 4.0;
/// From one line of a hatching to the next.
const HATCHING: f64 = 7.0;

/// The hue of the user's code, by phase.
const fn hue(phase: Phase) -> u64 {
    match phase {
        Phase::Map => 1,
        Phase::Reduce => 2,
    }
}

/// Where something is painted.
#[derive(Clone, Copy)]
struct Area {
    left: f64,
    right: f64,
    top: f64,
    height: f64,
}

/// Paints the lanes of workers, where they are what stands beside the stage.
pub fn paint(brush: &Brush, palette: &Palette, model: &Model, axis: Axis) {
    if !model.is_seen(View::Tasks) {
        return;
    }
    model.lens.painted.set(Some((axis, brush.size)));
    let job = model.job();
    let layout = Layout::new(brush.size, axis, job.lanes().row_count(), model.lens.scrolled);
    let (now, _) = model.times();
    let picture = Picture { brush, palette, layout, scale: model.window(axis.pixels), now };
    ruler(&picture);
    head::bands(&picture, model);
    lanes(&picture, model, &job);
    super::lane_names(&picture, job.lanes());
    phases(&picture, &job);
    head::marks(&picture, model);
    play_head(&picture);
}

fn lanes(picture: &Picture<'_>, model: &Model, job: &Job) {
    let Picture { brush, palette, layout, scale, .. } = picture;
    let (from, to) = layout.window(scale);
    let shown = layout.seen();
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_baseline("middle");
    brush.canvas.set_text_align("left");
    let rows = job.lanes().rows().enumerate();
    for (place, (_, _, row)) in rows.skip(shown.start).take(shown.len()) {
        let (top, height) = (layout.top(place) + 3.0, layout.step - 7.0);
        for piece in pieces(seen(row, from, to), |time| layout.x(scale, time)) {
            match piece {
                Drawn::One(bar) => {
                    if let Some(it) = job.get(bar.op) {
                        one(picture, model, it, (top, height));
                    }
                }
                Drawn::Many(bars) => many(picture, job, bars, (top, height)),
            }
        }
    }
}

/// Attempts within one column: as dark as they are many, with a tick where one was for nothing.
fn many(picture: &Picture<'_>, job: &Job, bars: &[Bar], (top, height): (f64, f64)) {
    let (Picture { brush, palette, now, .. }, Some(first)) = (picture, bars.first()) else {
        return;
    };
    let dense = 0.45 + (bars.len().min(12) as f64) / 12.0 * 0.55;
    brush.canvas.set_global_alpha(if first.from > *now { PALE } else { dense });
    let tries = || bars.iter().filter_map(|bar| job.get(bar.op));
    let phase = tries().next().map_or(Phase::Map, |it| it.attempt.task.phase);
    brush.fill_with(palette.term(hue(phase)));
    let left = picture.x(first.from).floor().max(NAMES);
    brush.canvas.fill_rect(left, top, 1.0, height);
    if tries().any(|it| matches!(it.stands(*now), Stands::Wasted(_))) {
        brush.fill_with(&palette.ink);
        brush.canvas.fill_rect(left, top - 2.0, 1.0, 3.0);
    }
    brush.canvas.set_global_alpha(1.0);
}

fn one(picture: &Picture<'_>, model: &Model, it: &Try, (top, height): (f64, f64)) {
    let Picture { brush, palette, now, .. } = picture;
    for piece in &it.pieces() {
        // What comes later is pale, of the stage that time is in as well.
        for (from, to, pale) in
            [(piece.from, piece.to.min(*now), false), (piece.from.max(*now), piece.to, true)]
        {
            if from >= to || pale && piece.to == FAR {
                continue;
            }
            let Some((left, right)) = picture.ends(from, to) else { continue };
            brush.canvas.set_global_alpha(if pale { PALE } else { 1.0 });
            stage(picture, it, piece, Area { left, right, top, height });
        }
    }
    // What has not begun is drawn as it will end.
    let later = it.from > *now;
    brush.canvas.set_global_alpha(if later { PALE } else { 1.0 });
    let stands = if later { it.ended() } else { it.stands(*now) };
    let to = if later { it.to } else { it.to.min(*now) };
    if let Some((left, right)) = picture.ends(it.from, to) {
        let area = Area { left, right: right.max(left + 2.0), top, height };
        if it.backup {
            brush.fill_with(&palette.ink);
            brush.canvas.fill_rect(left, top - 2.0, area.right - left, 2.0);
        }
        if matches!(stands, Stands::Wasted(_)) {
            hatch(picture, area);
        }
        words(picture, it, area);
        let end = picture.x(to);
        if stands == Stands::Committed && it.to <= *now && end >= NAMES {
            committed(picture, end, top + height / 2.0);
        }
        outline(picture, model, it, area);
    }
    brush.canvas.set_global_alpha(1.0);
}

/// A stage: what it is fills it.
fn stage(picture: &Picture<'_>, it: &Try, piece: &Piece, area: Area) {
    let Picture { brush, palette, .. } = picture;
    let Area { left, right, top, height } = area;
    let (bottom, width) = (top + height, right - left);
    let rect = |share: f64| {
        let high = (height * share).round();
        brush.canvas.fill_rect(left, bottom - high, width.max(1.0), high);
    };
    match piece.stage {
        Stage::Read => {
            brush.fill_with(&palette.hairline);
            rect(0.5);
            brush.line(Point::new(left, bottom - 0.5), Point::new(right, bottom - 0.5));
            brush.stroke(&palette.ink_soft, 1.0);
        }
        Stage::Shuffle => {
            let mut y = bottom - 0.5;
            while y > top + height * 0.3 {
                brush.line(Point::new(left, y), Point::new(right, y));
                brush.stroke(&palette.ink_soft, 1.0);
                y -= FILLING;
            }
        }
        Stage::Sort => {
            // The lines stay where they are, however much of it is seen.
            let mut x = (left / FILLING).ceil() * FILLING + 0.5;
            while x < right {
                brush.line(Point::new(x, top + height * 0.2), Point::new(x, bottom));
                brush.stroke(&palette.ink_soft, 1.0);
                x += FILLING;
            }
        }
        Stage::Compute => {
            brush.fill_with(palette.term(hue(it.attempt.task.phase)));
            rect(1.0);
        }
        Stage::Write => {
            brush.fill_with(&palette.ink_soft);
            rect(0.6);
        }
        Stage::Rename | Stage::Report => {
            brush.fill_with(&palette.ink_soft);
            rect(0.2);
        }
    }
}

/// It was for nothing.
fn hatch(picture: &Picture<'_>, area: Area) {
    let Picture { brush, palette, .. } = picture;
    let Area { left, right, top, height } = area;
    brush.canvas.save();
    brush.canvas.begin_path();
    brush.canvas.rect(left, top, right - left, height);
    brush.canvas.clip();
    for (colour, width) in [(&palette.paper, 3.0), (&palette.ink, 1.0)] {
        let mut x = ((left - height) / HATCHING).floor() * HATCHING;
        while x < right {
            brush.line(Point::new(x, top + height), Point::new(x + height, top));
            brush.stroke(colour, width);
            x += HATCHING;
        }
    }
    brush.canvas.restore();
    brush.dashes(&[3.0, 2.0]);
    brush.draw_with(&palette.ink, 1.0);
    brush.canvas.stroke_rect(left + 0.5, top + 0.5, (right - left - 1.0).max(1.0), height - 1.0);
    brush.dashes(&[]);
}

/// Which task it is at, on paper of its own so that what fills the bar does not run through it.
fn words(picture: &Picture<'_>, it: &Try, area: Area) {
    let Picture { brush, palette, .. } = picture;
    let task = it.attempt.task;
    let long = format!("{} {}", task.phase.word(), task.number);
    let short = format!("{}{}", if task.phase == Phase::Map { "m" } else { "r" }, task.number);
    let room = area.right - area.left - 8.0;
    let wide = |text: &str| text.chars().count() as f64 * LETTER;
    let fits = |text: &String| area.height >= LETTERS && wide(text) <= room;
    let Some(text) = [long, short].into_iter().find(fits) else { return };
    let at = Point::new(area.left + 4.0, area.top + area.height / 2.0 + 0.5);
    brush.fill_with(&palette.paper);
    brush.canvas.fill_rect(at.x - 2.0, area.top + 1.0, wide(&text) + 4.0, area.height - 2.0);
    brush.text(&text, at, &palette.ink);
}

fn committed(picture: &Picture<'_>, x: f64, y: f64) {
    let Picture { brush, palette, .. } = picture;
    let around = [(0.0, -SIGN), (SIGN, 0.0), (0.0, SIGN), (-SIGN, 0.0)];
    brush.outline(&around.map(|(right, down)| Point::new(x + right, y + down)));
    brush.fill(&palette.ink);
    brush.stroke(&palette.paper, 1.0);
}

fn outline(picture: &Picture<'_>, model: &Model, it: &Try, area: Area) {
    let Picture { brush, palette, .. } = picture;
    let selected = model.selection == Selection::Operation(it.id);
    let pointed = model.lens.cursor == Some(it.id) || model.lens.pointed == Some(it.id);
    if !selected && !pointed {
        return;
    }
    brush.draw_with(&palette.ink, if selected { 2.0 } else { 1.0 });
    let Area { left, right, top, height } = area;
    brush.canvas.stroke_rect(left - 1.0, top - 1.0, right - left + 2.0, height + 2.0);
}

/// Where all tasks of a phase were done: a line from top to bottom, with words in the head in the place
/// of times.
fn phases(picture: &Picture<'_>, job: &Job) {
    let Picture { brush, palette, layout, now, .. } = picture;
    let seen = |at: &Time| (NAMES..=layout.size.width).contains(&picture.x(*at));
    let marks: Vec<_> = job.phases().iter().filter(|(at, ..)| seen(at)).collect();
    let words = |phase: Phase| match phase {
        Phase::Map => "maps done",
        Phase::Reduce => "reduces done",
    };
    let place = |at: Time, phase: Phase| {
        let wide = words(phase).len() as f64 * LETTER;
        let left = (picture.x(at) + 4.0).min(layout.size.width - wide - 4.0);
        (left, left + wide)
    };
    let taken: Vec<(f64, f64)> = marks.iter().map(|(at, _, phase)| place(*at, *phase)).collect();
    head::times_beside(picture, &taken);
    let mut end = NAMES;
    for ((at, _, phase), (left, right)) in marks.into_iter().zip(taken) {
        let x = picture.x(*at).round() + 0.5;
        brush.canvas.set_global_alpha(if at > now { PALE } else { 1.0 });
        brush.dashes(&[2.0, 3.0]);
        brush.line(Point::new(x, 2.0), Point::new(x, layout.size.height));
        brush.stroke(&palette.ink, 1.0);
        brush.dashes(&[]);
        // Where there is no room for both, the first is said.
        if left > end {
            brush.text(words(*phase), Point::new(left, 10.0), &palette.ink);
            end = right;
        }
        brush.canvas.set_global_alpha(1.0);
    }
}

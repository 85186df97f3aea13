//! Above the lanes: branches as lines that fork, faults as hatched bands, notes,
//! and what was broken.

use netsplit_core::time::Time;
use netsplit_sim::run::BranchShown;

use super::Picture;
use crate::draw::ring::Point;
use crate::draw::timeline::{NAMES, branches_with_rows};
use crate::state::marks::{Mark, MarkKind};
use crate::state::playback::Looped;

/// The least length of a branch's line that bears its name.
const NAMED: f64 = 24.0;
/// The least length of a branch's line: one that goes nowhere yet is seen, too.
const BRANCH_LEAST: f64 = 6.0;

/// Marks and branches.
pub(super) fn paint(picture: &Picture<'_>, marks: &[Mark], branches: &[(BranchShown, String)]) {
    for mark in marks {
        let right = picture.x(mark.to);
        if right < NAMES || picture.x(mark.from) > picture.layout.size.width {
            continue;
        }
        match mark.kind {
            MarkKind::Fault => band(picture, mark),
            _ => tick(picture, mark),
        }
    }
    forks(picture, branches);
}

/// A fault that stood: a grey hatch as long as it stood.
fn band(picture: &Picture<'_>, mark: &Mark) {
    let Picture { brush, palette, layout, .. } = picture;
    let Some((from, to)) = picture.ends(mark.from, mark.to) else { return };
    let (top, bottom) = (layout.marks.top, layout.marks.top + layout.marks.height - 1.0);
    let mut at = from;
    while at < to {
        let end = (at + 4.0).min(to);
        brush.line(Point::new(at, bottom), Point::new(end, top));
        at += 4.0;
        brush.stroke(&palette.ink_soft, 1.0);
    }
    brush.line(Point::new(from, bottom + 0.5), Point::new(to, bottom + 0.5));
    brush.stroke(&palette.ink_soft, 1.0);
    if picture.x(mark.from) >= NAMES {
        brush.line(Point::new(from + 0.5, top), Point::new(from + 0.5, bottom));
        brush.stroke(&palette.ink_soft, 1.0);
    }
}

/// A note is a small flag, an act a stroke; what was broken goes through all rows.
fn tick(picture: &Picture<'_>, mark: &Mark) {
    let Picture { brush, palette, layout, .. } = picture;
    let at = picture.x(mark.from).round() + 0.5;
    if at < NAMES {
        return;
    }
    let (top, bottom) = (layout.marks.top, layout.marks.top + layout.marks.height);
    match mark.kind {
        MarkKind::Broken => {
            brush.line(Point::new(at, top), Point::new(at, layout.size.height));
            brush.stroke(&palette.broken, 2.0);
            let corner = |x: f64, y: f64| Point::new(at + x, top + y);
            brush.outline(&[corner(-4.0, 0.0), corner(4.0, 0.0), corner(0.0, 8.0)]);
            brush.fill(&palette.broken);
        }
        MarkKind::Note => {
            brush.line(Point::new(at, top), Point::new(at, bottom + 2.0));
            brush.stroke(&palette.ink, 1.0);
            let corner = |x: f64, y: f64| Point::new(at + x, top + y);
            brush.outline(&[corner(0.0, 0.0), corner(7.0, 2.5), corner(0.0, 5.0)]);
            brush.fill(&palette.ink);
        }
        MarkKind::Act | MarkKind::Fault => {
            brush.line(Point::new(at, top + 3.0), Point::new(at, bottom + 2.0));
            brush.stroke(&palette.ink_soft, 1.5);
        }
    }
}

/// Branches: a line each from where it leaves its parent to its edge, named; the
/// shown one is thick.
fn forks(picture: &Picture<'_>, branches: &[(BranchShown, String)]) {
    let Picture { brush, palette, layout, .. } = picture;
    let shown = branches.iter().position(|(branch, _)| branch.shown).unwrap_or(0);
    let (rows, without) = branches_with_rows(branches.len(), shown);
    let row_of = |place: usize| rows.iter().position(|other| *other == place);
    let y = |row: usize| layout.branch.top + layout.branch.height * (row as f64 + 1.0) - 2.5;
    brush.canvas.set_font(&palette.font(12));
    brush.canvas.set_text_align("left");
    for (row, (branch, name)) in rows.iter().map(|place| &branches[*place]).enumerate() {
        let from = branch.parent.map_or(Time::ZERO, |(_, moment)| moment.at);
        let (left, right) = (picture.x(from).max(NAMES), picture.x(branch.edge.at));
        let right = right.max(picture.x(from) + BRANCH_LEAST).min(layout.size.width);
        if right <= left {
            continue;
        }
        let (colour, width) = match branch.shown {
            true => (&palette.ink, 2.0),
            false => (&palette.ink_soft, 1.0),
        };
        brush.line(Point::new(left, y(row)), Point::new(right, y(row)));
        brush.stroke(colour, width);
        let parent = branch.parent.and_then(|(parent, _)| {
            row_of(branches.iter().position(|(other, _)| other.id == parent)?)
        });
        if let (Some(parent), true) = (parent, picture.x(from) >= NAMES) {
            brush.line(Point::new(left, y(parent)), Point::new(left, y(row)));
            brush.stroke(colour, width);
        }
        // On its line, or behind one that is too short to bear it.
        let (at, baseline) = match right - left >= NAMED {
            true => (Point::new(left + 4.0, y(row) - 0.5), "bottom"),
            false => (Point::new(right + 5.0, y(row)), "middle"),
        };
        brush.canvas.set_text_baseline(baseline);
        let cut = fitting(picture, name, layout.size.width - at.x - 4.0);
        brush.text(&cut, at, colour);
    }
    if without > 0 {
        brush.canvas.set_text_baseline("middle");
        let at = Point::new(8.0, layout.branch.top + layout.branch.height / 2.0);
        brush.text(&format!("+{without}"), at, &palette.ink_soft);
    }
}

/// As much of a name as fits.
fn fitting(picture: &Picture<'_>, name: &str, room: f64) -> String {
    let width = |text: &str| {
        picture.brush.canvas.measure_text(text).map_or(0.0, |measured| measured.width())
    };
    let mut cut = name.to_owned();
    while width(&cut) > room && cut.chars().count() > 2 {
        cut = cut.chars().take(cut.chars().count() - 2).chain(['…']).collect();
    }
    cut
}

/// Where playing goes round.
pub(super) fn ends_of_loop(picture: &Picture<'_>, looped: Looped) {
    let Picture { brush, palette, layout, .. } = picture;
    for (end, towards) in [(looped.from, 4.0), (looped.to, -4.0)] {
        let Some(at) = end.map(|end| picture.x(end.at).round() + 0.5) else { continue };
        if at < NAMES || at > layout.size.width {
            continue;
        }
        let (top, bottom) = (layout.ruler.top, layout.size.height - 1.0);
        for y in [top, bottom] {
            brush.line(Point::new(at, y), Point::new(at + towards, y));
            brush.stroke(&palette.ink, 1.5);
        }
        brush.line(Point::new(at, top), Point::new(at, bottom));
        brush.stroke(&palette.ink, 1.5);
    }
}

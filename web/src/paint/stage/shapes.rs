//! The shapes of the stage: messages by their kind, bundles, crosses.

use netsplit_sim::run::Flying;

use crate::draw::ring::Point;
use crate::labs::Shape;
use crate::paint::brush::Brush;
use crate::paint::palette::Palette;

/// A message that changes nothing: small and pale.
pub fn quiet(brush: &Brush, palette: &Palette, flying: &Flying, at: Point) {
    brush.circle(at, if flying.reply { 2.5 } else { 3.5 });
    brush.canvas.set_global_alpha(0.55);
    brush.fill(palette.term(flying.term));
    brush.canvas.set_global_alpha(1.0);
}

/// A message by its kind, with its term; a reply is a small disc with + or −.
pub fn message(
    brush: &Brush,
    palette: &Palette,
    flying: &Flying,
    at: Point,
    along: Point,
    shape: Shape,
) {
    let hue = palette.term(flying.term);
    if flying.reply {
        brush.circle(at, 8.0);
        brush.fill(hue);
        brush.stroke(&palette.ink, 1.0);
        brush.line(Point::new(at.x - 4.0, at.y), Point::new(at.x + 4.0, at.y));
        brush.stroke(&palette.on_hue, 2.0);
        if flying.positive {
            brush.line(Point::new(at.x, at.y - 4.0), Point::new(at.x, at.y + 4.0));
            brush.stroke(&palette.on_hue, 2.0);
        }
        return;
    }
    let aside = along.aside();
    let corner = |forward: f64, side: f64| at.offset(along, forward).offset(aside, side);
    let block = |long: f64| {
        let corners = [(long, 8.0), (long, -8.0), (-long, -8.0), (-long, 8.0)];
        brush.outline(&corners.map(|(forward, side)| corner(forward, side)));
    };
    match shape {
        Shape::Triangle => {
            brush.outline(&[corner(12.0, 0.0), corner(-8.0, 10.0), corner(-8.0, -10.0)]);
        }
        Shape::Square => block(8.0),
        Shape::Block => block(14.0),
    }
    brush.fill(hue);
    brush.stroke(&palette.ink, 1.0);
    // What is said to and by clients has none.
    if flying.term == 0 {
        return;
    }
    brush.text(&flying.term.to_string(), Point::new(at.x, at.y + 0.5), &palette.on_hue);
}

/// Messages that would cover each other: how many.
pub fn bundle(brush: &Brush, palette: &Palette, at: Point, count: u32, matters: bool) {
    brush.circle(at, 11.0);
    brush.fill(&palette.paper);
    let colour = if matters { &palette.ink } else { &palette.ink_soft };
    brush.stroke(colour, if matters { 2.0 } else { 1.0 });
    brush.text(&count.to_string(), Point::new(at.x, at.y + 0.5), colour);
}

/// A place in the queue before a receiver.
pub fn number(brush: &Brush, palette: &Palette, at: Point, number: u32) {
    over_paper(brush, palette, &number.to_string(), at, &palette.ink);
}

/// Words with a rim of the ground's colour, so that lines do not run through them.
pub fn over_paper(brush: &Brush, palette: &Palette, words: &str, at: Point, colour: &str) {
    brush.draw_with(&palette.paper, 4.0);
    brush.canvas.set_line_join("round");
    let _ = brush.canvas.stroke_text(words, at.x, at.y);
    brush.text(words, at, colour);
}

/// Where a message came to nothing.
pub fn cross(brush: &Brush, palette: &Palette, at: Point) {
    for side in [-1.0, 1.0] {
        brush.line(
            Point::new(at.x - 4.0, at.y - 4.0 * side),
            Point::new(at.x + 4.0, at.y + 4.0 * side),
        );
        brush.stroke(&palette.ink_soft, 1.5);
    }
}

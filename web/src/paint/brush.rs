//! A canvas that fits its element, with the few shapes the page is made of.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};
use yew::{Callback, NodeRef};

use crate::browser::{self, Resizing};
use crate::draw::ring::{Point, Size};

/// A canvas, cleared and scaled so that one unit is one pixel of the page.
pub struct Brush {
    /// The context.
    pub canvas: CanvasRenderingContext2d,
    /// The size in pixels of the page.
    pub size: Size,
    /// How far its left end is from that of the page.
    pub left: f64,
    /// What was set last to fill and to draw lines with: a colour costs more to set than a small
    /// shape to draw.
    colours: [RefCell<String>; 2],
}

/// A canvas of the page, whose size is asked for only when it has changed: asked in
/// a frame, it makes the browser lay the page out within it.
pub struct Canvas {
    /// The element.
    pub element: NodeRef,
    /// Its name in the document, where the element is found by that.
    name: Option<&'static str>,
    resized: Callback<()>,
    watched: Option<Watched>,
}

/// The element that is watched, and the size it has had since it was told last.
struct Watched {
    element: HtmlCanvasElement,
    size: Rc<Cell<Option<Measured>>>,
    resizing: Option<Resizing>,
}

/// Width, height, and how far it is from the left end of the page.
type Measured = (i32, i32, f64);

impl Watched {
    fn new(element: HtmlCanvasElement, resized: Callback<()>) -> Watched {
        let size = Rc::new(Cell::new(None));
        let told = Rc::clone(&size);
        let resizing = Resizing::of(&element, move || {
            told.set(None);
            resized.emit(());
        });
        Watched { element, size, resizing }
    }

    fn size(&self) -> Measured {
        let measure = || {
            let left = self.element.get_bounding_client_rect().left();
            (self.element.client_width(), self.element.client_height(), left)
        };
        let size = self.size.get().unwrap_or_else(measure);
        // What nobody would tell of is not kept.
        self.size.set(self.resizing.is_some().then_some(size));
        size
    }
}

impl Canvas {
    /// A canvas that is not in the document yet; `resized` is told when it has to be
    /// painted anew.
    pub fn new(resized: Callback<()>) -> Canvas {
        Canvas { element: NodeRef::default(), name: None, resized, watched: None }
    }

    /// One that comes and goes with the panel that it is in, and is found by its name.
    pub fn named(name: &'static str, resized: Callback<()>) -> Canvas {
        Canvas { name: Some(name), ..Canvas::new(resized) }
    }

    /// Cleared, to paint on, if it is in the document.
    pub fn brush(&mut self) -> Option<Brush> {
        let element = match self.name {
            None => self.element.cast::<HtmlCanvasElement>()?,
            Some(name) => browser::document()?.get_element_by_id(name)?.dyn_into().ok()?,
        };
        if self.watched.as_ref().is_none_or(|watched| watched.element != element) {
            self.watched = Some(Watched::new(element, self.resized.clone()));
        }
        let watched = self.watched.as_ref()?;
        Brush::new(&watched.element, watched.size())
    }
}

impl Brush {
    /// A canvas of a size.
    fn new(element: &HtmlCanvasElement, (width, height, left): Measured) -> Option<Brush> {
        if width <= 0 || height <= 0 {
            return None;
        }
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let fine = |length: i32| (f64::from(length) * ratio).round() as u32;
        if (element.width(), element.height()) != (fine(width), fine(height)) {
            element.set_width(fine(width));
            element.set_height(fine(height));
        }
        let canvas: CanvasRenderingContext2d =
            element.get_context("2d").ok().flatten()?.dyn_into().ok()?;
        let size = Size { width: f64::from(width), height: f64::from(height) };
        // Of these, only a canvas that is gone can complain; then nothing is drawn.
        let _ = canvas.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        canvas.clear_rect(0.0, 0.0, size.width, size.height);
        Some(Brush { canvas, size, left, colours: Default::default() })
    }

    /// Sets the colour to fill with.
    pub fn fill_with(&self, colour: &str) {
        if changes(&self.colours[0], colour) {
            self.canvas.set_fill_style_str(colour);
        }
    }

    /// Sets the colour and the width of lines.
    pub fn draw_with(&self, colour: &str, width: f64) {
        if changes(&self.colours[1], colour) {
            self.canvas.set_stroke_style_str(colour);
        }
        self.canvas.set_line_width(width);
    }

    /// Fills what the path holds.
    pub fn fill(&self, colour: &str) {
        self.fill_with(colour);
        self.canvas.fill();
    }

    /// Draws the path as a line.
    pub fn stroke(&self, colour: &str, width: f64) {
        self.draw_with(colour, width);
        self.canvas.stroke();
    }

    /// A path along points, closed.
    pub fn outline(&self, points: &[Point]) {
        self.canvas.begin_path();
        for (place, point) in points.iter().enumerate() {
            match place {
                0 => self.canvas.move_to(point.x, point.y),
                _ => self.canvas.line_to(point.x, point.y),
            }
        }
        self.canvas.close_path();
    }

    /// A path of one line.
    pub fn line(&self, from: Point, to: Point) {
        self.canvas.begin_path();
        self.canvas.move_to(from.x, from.y);
        self.canvas.line_to(to.x, to.y);
    }

    /// A path of a circle.
    pub fn circle(&self, centre: Point, radius: f64) {
        self.arc(centre, radius, 1.0);
    }

    /// A path of a share of a circle, clockwise from the top.
    pub fn arc(&self, centre: Point, radius: f64, share: f64) {
        let top = -std::f64::consts::FRAC_PI_2;
        self.canvas.begin_path();
        let _ = self.canvas.arc(
            centre.x,
            centre.y,
            radius.max(0.1),
            top,
            top + std::f64::consts::TAU * share,
        );
    }

    /// Lines are drawn in dashes of these lengths; without any they are whole.
    pub fn dashes(&self, lengths: &[f64]) {
        let list: js_sys::Array =
            lengths.iter().map(|it| wasm_bindgen::JsValue::from(*it)).collect();
        let _ = self.canvas.set_line_dash(&list);
    }

    /// Words at a place, in the font that was set.
    pub fn text(&self, words: &str, at: Point, colour: &str) {
        self.fill_with(colour);
        let _ = self.canvas.fill_text(words, at.x, at.y);
    }
}

/// Keeps the new text in the place of the old; true when it is another.
fn changes(kept: &RefCell<String>, new: &str) -> bool {
    let mut kept = kept.borrow_mut();
    let changes = *kept != new;
    if changes {
        new.clone_into(&mut kept);
    }
    changes
}

//! What is painted sixty times a second: messages, timers, the time line, the lanes of clients. It
//! reads the model and draws on canvases, past Yew.

mod brush;
mod clients;
mod flows;
mod palette;
mod stage;
mod timeline;

use yew::Callback;

use crate::browser;
use crate::draw::clients::Axis;
use crate::later;
use crate::state::model::Model;

pub use brush::{Brush, Canvas};
pub use clients::paint as paint_clients;
pub use clients::tasks::paint as paint_tasks;
pub use clients::transactions::paint as paint_transactions;
pub use flows::paint as paint_beside_groups;
pub use palette::Palette;
pub use palette::hue;
use stage::StagePainter;
pub use stage::labels::Labels;
pub use stage::workers::paint as paint_workers;
pub use timeline::paint as paint_timeline;

/// The names in the document of the lanes of clients.
pub const CLIENTS: [&str; 2] = ["clients-middle", "clients-column"];

/// The canvases and the colours.
pub struct Painter {
    /// The canvas over the stage.
    pub stage: Canvas,
    /// The canvas of the time line.
    pub timeline: Canvas,
    /// Those of the lanes of clients: in the middle of the page, and in its column.
    clients: [Canvas; 2],
    palette: Option<Palette>,
    stage_painter: StagePainter,
}

impl Painter {
    /// Nothing is painted yet; `resized` is told when a canvas has another size.
    pub fn new(resized: &Callback<()>) -> Painter {
        Painter {
            stage: Canvas::new(resized.clone()),
            timeline: Canvas::new(resized.clone()),
            clients: CLIENTS.map(|name| Canvas::named(name, resized.clone())),
            palette: None,
            stage_painter: StagePainter::default(),
        }
    }

    /// The colours have changed: they are read again.
    pub fn forget_colours(&mut self) {
        self.palette = None;
    }

    /// Paints the moment that the model shows.
    pub fn paint(&mut self, model: &Model) {
        let palette = self.palette.get_or_insert_with(Palette::read);
        if let Some(brush) = self.stage.brush() {
            self.stage_painter.paint(&brush, palette, model);
        }
        if let Some(brush) = self.timeline.brush()
            && let Some(later) = later::there()
        {
            for canvas in &mut self.clients {
                if let Some(of) = later::of_lab(model.play.run.lab()).and_then(|lab| lab.clients)
                    && let Some(lanes) = canvas.brush()
                {
                    let axis = Axis::new(lanes.left, brush.left, brush.size.width);
                    (of.paint)(&lanes, palette, model, axis);
                }
            }
            (later.paint_timeline)(&brush, palette, model);
        }
        browser::write("clock", &clock(model));
    }
}

/// The time as the transport bar shows it: milliseconds while it plays,
/// microseconds and the step when it is paused.
pub fn clock(model: &Model) -> String {
    let at = model.view().moment.at;
    match model.playback.playing {
        true => format!("{} s", at.seconds(3)),
        false => format!("{} {:03} s", at.seconds(3), at.micros() % 1_000),
    }
}

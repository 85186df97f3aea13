//! The root of the page, and the only component with state of its own.
//!
//! It owns the [`Model`], hands every [`Action`] to it, and keeps the browser in
//! step: frames while something plays, the address bar, the theme.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_render::AnimationFrame;
use gloo_timers::callback::{Interval, Timeout};
use yew::prelude::*;

use self::turns::{Part, Turns};
use self::visits::Written;
use crate::browser;
use crate::components::{Caption, Details, Header, ToastBar};
use crate::later::{self, Later};
use crate::paint::{Painter, clock};
use crate::state::action::{Action, Drawer, Float, Frame, Theme};
use crate::state::announcer::Announcer;
use crate::state::model::{Model, Toast};
use crate::state::opening::Opening;

mod dropping;
mod frames;
pub mod listening;
pub mod pages;
mod turns;
mod visits;

/// Steps tried in the first frame; what they take decides about the next.
const STEPS_FIRST: u64 = 200;
/// How often the address bar follows the moment, in milliseconds.
const ADDRESS_MILLIS: u32 = 1_000;

/// What the browser or a component tells the root.
pub enum Message {
    /// To be done.
    Do(Action),
    /// A frame of the screen, at this time in milliseconds.
    Frame(f64),
    /// A second has passed: the address bar follows.
    Tick,
    /// The address is another one: edited, or by going back or forward.
    AddressEdited,
    /// The colours or the size of things changed.
    Repaint,
    /// What is painted on has another size.
    Resized,
    /// The page is about to be printed, which is done in light, or has been.
    Printing(bool),
    /// The tab is hidden, or shown again.
    Visibility,
    /// The message of the page has stood long enough.
    ToastOver,
    /// The later part of the program has come.
    Come(&'static Later),
    /// It could not be fetched.
    NotCome,
    /// The code of a lab has come, or could not be fetched.
    LabCame(Option<&'static later::Part>),
}

/// The whole page.
pub struct App {
    model: Model,
    painter: Painter,
    frame: Option<AnimationFrame>,
    last_frame: Option<f64>,
    steps: u64,
    turns: Turns,
    /// When the script of this frame began, until all of it is drawn.
    began: Option<f64>,
    /// When drawing began in it.
    draws_from: f64,
    /// What moves is painted as the model is.
    painted: bool,
    /// What was written into the address bar and the tab's storage.
    written: Written,
    announcer: Announcer,
    toast: Option<(Toast, Timeout)>,
    /// Letters are keys: what the listener for keys has to know at once.
    letters: Rc<Cell<bool>>,
    /// Nothing plays: something else is to be opened first.
    holds: bool,
    on: Callback<Action>,
    /// The later part of the program is on its way.
    fetches: bool,
    /// The code of a lab is.
    fetches_lab: bool,
    /// What was asked for before it had come.
    waiting: Vec<Action>,
    /// They end with the page.
    listeners: Vec<EventListener>,
    _tick: Option<Interval>,
}

impl Component for App {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let mut model = Model::new();
        let letters = Rc::new(Cell::new(true));
        let mut listeners = Vec::new();
        let mut tick = None;
        // Drawn on a host, the page has no browser to listen to.
        if cfg!(target_arch = "wasm32") {
            model.calm = browser::wants_calm();
            model.playback.playing = !model.calm;
            model.theme = browser::kept_theme();
            model.letters = browser::kept_letters();
            model.foresees = browser::kept_future();
            model.hand.knows_legend = browser::knows_legend();
            model.chance = browser::some_number();
            browser::set_theme(model.theme);
            letters.set(model.letters);
            listeners = listening::listen(ctx, &letters);
            let link = ctx.link().clone();
            tick = Some(Interval::new(ADDRESS_MILLIS, move || link.send_message(Message::Tick)));
        }
        let mut app = App {
            model,
            painter: Painter::new(&ctx.link().callback(|()| Message::Resized)),
            frame: None,
            last_frame: None,
            steps: STEPS_FIRST,
            turns: Turns::default(),
            began: None,
            draws_from: 0.0,
            painted: false,
            written: Written::default(),
            announcer: Announcer::default(),
            toast: None,
            letters,
            holds: false,
            on: ctx.link().callback(Message::Do),
            fetches: false,
            fetches_lab: false,
            waiting: Vec::new(),
            listeners,
            _tick: tick,
        };
        match later::there() {
            Some(later) if cfg!(target_arch = "wasm32") => app.start(ctx, later),
            // What the address names is opened then; until then nothing else plays.
            None => app.holds = browser::names_a_run(),
            _ => {}
        }
        app.draw_panels(true, false);
        app
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        let frame = matches!(message, Message::Frame(_));
        self.began = None;
        let changed = match message {
            Message::Do(action) => self.act_or_wait(ctx, action),
            Message::Frame(now) => self.play_frame(now),
            Message::Tick => {
                self.announce();
                if let Some(later) = later::there().filter(|_| self.model.playback.playing) {
                    (later.write_address)(self);
                }
                false
            }
            // Before the later part is there, it has the address still to open.
            Message::AddressEdited => {
                later::there().is_some_and(|later| (later.follow_address)(self))
            }
            Message::Resized => false,
            Message::Repaint => {
                self.painter.forget_colours();
                true
            }
            Message::Printing(now) => {
                let theme = if now { Theme::Light } else { self.model.theme };
                browser::show_theme(theme);
                self.painter.forget_colours();
                false
            }
            Message::Visibility => {
                self.last_frame = None;
                false
            }
            Message::ToastOver => {
                (self.toast, self.model.toast) = (None, None);
                true
            }
            Message::NotCome => {
                self.fetches = false;
                self.model.toast = Some(Toast {
                    text: "A part of the page did not arrive. What you do next asks for it again."
                        .to_owned(),
                    can_undo: false,
                    is_trouble: true,
                });
                true
            }
            Message::LabCame(of) => {
                if let Some(later) = later::there() {
                    (later.lab_came)(self, of);
                }
                true
            }
            Message::Come(later) => {
                later::keep(later);
                self.holds = false;
                self.start(ctx, later);
                for action in std::mem::take(&mut self.waiting) {
                    (later.act)(self, action);
                }
                true
            }
        };
        if let Some(later) = later::there().filter(|_| self.model.opening.is_some()) {
            (later.fetch_lab)(self, ctx);
        }
        self.keep_toast(ctx);
        let draws = changed || frame && self.turns.are_behind();
        // In a frame the canvases come first: words on them make the browser work out the styles of
        // all that was changed before.
        self.painted = frame || !draws;
        if self.painted {
            self.painter.paint(&self.model);
        }
        if draws {
            self.draw_panels(changed, frame || self.model.is_dragged());
        } else {
            self.ask_for_frame(ctx);
        }
        draws
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let (model, on) = (&self.model, &self.on);
        let view = model.view();
        let frame = match model.frame {
            Frame::Whole => None,
            Frame::StageOnly => Some("stage-only"),
            Frame::Present => Some("present"),
        };
        let swapped = model.swapped.then_some("swapped");
        let opening = model.opening.is_some().then_some("opening");
        let fold = match model.drawer {
            Drawer::Closed => None,
            Drawer::Scenarios => Some("show-scenarios"),
            Drawer::Details => Some("show-details"),
        };
        html! {
            <div class={classes!("page", fold, frame, swapped, opening)}>
                <Header lab={model.look().title} choices={later::there().map(|later| (later.choices)(model))} title={model.play.title()} seed={model.play.script.setup.seed}
                    theme={model.theme} {on} />
                { later::framed("first-picture-left", |_| self.turns.shown(Part::Left)) }
                <main class="centre">
                    <Caption ..pages::caption(model, on) />
                    { later::framed("bars", |later| (later.bars)(model, on)) }
                    { pages::stage(model, &self.painter.stage.element, on) }
                    { later::framed("first-picture-logs", |_| self.turns.shown(Part::Logs)) }
                    if model.float == Float::Nothing && let Some(toast) = model.done() {
                        <ToastBar toast={toast.clone()} {on} />
                    }
                </main>
                <Details tab={model.tab} views={model.views().len() > 1} broken={!view.broken.is_empty()} {on}>
                    { later::drawn(|_| self.turns.shown(Part::Details)) }
                </Details>
                <footer class="footer">
                    { pages::transport(model, clock(model), on) }
                    { pages::timeline(model, &self.painter.timeline.element, later::drawn(|_| self.turns.shown(Part::Marks)), on) }
                </footer>
                <p class="sr-only" id="announcer" aria-live="polite"></p>
                if model.float != Float::Nothing {
                    { later::drawn(|later| (later.float)(model, on)) }
                }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if self.began.take().is_some() {
            self.turns.took(browser::now_millis() - self.draws_from);
        }
        if !self.painted {
            self.painter.paint(&self.model);
        }
        if first && later::there().is_none() {
            self.fetch(ctx);
        }
        // The components, which are told before their root, have asked before it: what they
        // measure they measure before the next frame changes anything.
        self.ask_for_frame(ctx);
    }
}

impl App {
    /// Opens what the address names, and listens for more.
    fn start(&mut self, ctx: &Context<Self>, later: &Later) {
        browser::add_sheet("floats.css");
        (later.start)(self);
        self.listeners.extend((later.listen)(ctx));
    }

    /// Does an action, as soon as what it takes is there.
    fn act_or_wait(&mut self, ctx: &Context<Self>, action: Action) -> bool {
        match later::there() {
            Some(later) => (later.act)(self, action),
            None => {
                self.waiting.push(action);
                self.fetch(ctx);
                false
            }
        }
    }

    /// Fetches the later part of the program.
    fn fetch(&mut self, ctx: &Context<Self>) {
        if !std::mem::replace(&mut self.fetches, true) {
            ctx.link().send_future(async {
                later::fetch().await.map_or(Message::NotCome, Message::Come)
            });
        }
    }

    /// Fetches the lab that what is being opened waits for, if it does.
    pub(crate) fn fetch_lab(&mut self, ctx: &Context<Self>) {
        let wanted = self.model.opening.as_ref().and_then(Opening::waits_for);
        if let Some(lab) = wanted
            && !std::mem::replace(&mut self.fetches_lab, true)
        {
            let fetch = async move { Message::LabCame(later::fetch_lab(lab.name).await) };
            ctx.link().send_future(fetch);
        }
    }

    /// The code of a lab has come, or did not arrive.
    pub(crate) fn lab_came(&mut self, part: Option<&'static later::Part>) {
        self.fetches_lab = false;
        match part {
            Some(part) => {
                later::keep_labs(part);
                for of in part.0 {
                    if let Some(code) = of.code_of_readers {
                        (code.open)(&self.on);
                    }
                    of.sheets.iter().for_each(|sheet| browser::add_sheet(sheet));
                }
            }
            None => self.model.lab_did_not_come(),
        }
    }

    /// Does an action, and keeps the browser in step with what it changed.
    pub(crate) fn act(&mut self, action: Action) -> bool {
        let action = match self.model.meant(action) {
            Ok(action) => action,
            Err(changed) => return changed,
        };
        let Some(action) = self.instead(action) else { return false };
        let (theme, was_playing) = (self.model.theme, self.model.playback.playing);
        let foresaw = self.model.foresees;
        let drags = self.model.is_dragged();
        if action == Action::SaveFile {
            let name = self.model.play.file_name();
            browser::save_file(&name, self.model.file().as_bytes());
        }
        if action.opens() {
            // What is left is left where it is, and Back leads there.
            self.write_address();
        }
        if action == Action::CloseLegend {
            browser::keep_legend_known();
        }
        let changed = self.model.update(action);
        self.give();
        if self.letters.get() != self.model.letters {
            self.letters.set(self.model.letters);
            browser::keep_letters(self.model.letters);
        }
        if self.model.foresees != foresaw {
            browser::keep_future(self.model.foresees);
        }
        if self.model.theme != theme {
            browser::set_theme(self.model.theme);
            self.painter.forget_colours();
        }
        // Paused, the address holds the moment at once; a drag is told when it ends.
        if !self.model.playback.playing && !drags || was_playing != self.model.playback.playing {
            self.write_address();
        }
        changed
    }
}

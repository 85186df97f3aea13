//! What the page does in each frame: it plays, looks ahead, and draws what has changed.

use gloo_render::request_animation_frame;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::browser;
use crate::later::{self};
use crate::state::action::Action;

use super::{App, Message};

/// How long of that stepping is to take: what a number of steps takes is only known afterwards, and
/// is now and then half as much again.
const STEPPING_MILLIS: f64 = 2.5;
/// How long of that it may look ahead.
const AHEAD_MILLIS: f64 = 4.0;
/// Steps looked ahead between two looks at the clock.
const AHEAD_STEPS: u64 = 20;
/// The fewest and the most steps a frame makes.
const STEPS_RANGE: (u64, u64) = (20, 20_000);
/// How long the page says what was done, in milliseconds.
const TOAST_MILLIS: u32 = 6_000;
/// How long a frame may compute, in milliseconds.
const FRAME_MILLIS: f64 = 6.0;

impl App {
    /// Draws the panels: all of them, or in a hurry the one whose turn it is.
    pub(super) fn draw_panels(&mut self, changed: bool, hurry: bool) {
        let Some(later) = later::there() else { return };
        match hurry {
            true => {
                self.draws_from = browser::now_millis();
                let spent = self.began.map_or(0.0, |began| self.draws_from - began);
                self.turns.one(changed, spent, later, &self.model, &self.on);
            }
            false => self.turns.all(later, &self.model, &self.on),
        }
    }

    /// One frame: as many steps as fit into it.
    pub(super) fn play_frame(&mut self, now: f64) -> bool {
        self.frame = None;
        let elapsed = self.last_frame.map_or(0.0, |last| (now - last).max(0.0));
        self.last_frame = Some(now);
        let began = browser::now_millis();
        self.began = Some(began);
        let opened = self.model.opening.is_some();
        let (elapsed, steps) = ((elapsed * 1_000.0) as u64, self.steps);
        let changed = match later::there().filter(|_| !self.model.only_plays()) {
            Some(later) => (later.update)(&mut self.model, Action::Frame { elapsed, steps }),
            None => self.model.play_on(elapsed, steps),
        };
        let took = browser::now_millis() - began;
        let (least, most) = STEPS_RANGE;
        if took > STEPPING_MILLIS {
            self.steps = (self.steps / 2).max(least);
        } else if took < STEPPING_MILLIS / 2.0 {
            self.steps = (self.steps * 2).min(most);
        }
        if let Some(later) = later::there().filter(|_| opened && self.model.opening.is_none()) {
            (later.arrived)(self);
        }
        self.look_ahead(took) || changed
    }

    /// Uses what a frame has left for looking ahead.
    fn look_ahead(&mut self, took: f64) -> bool {
        let Some(later) = later::there() else { return false };
        let end = browser::now_millis() + AHEAD_MILLIS.min(FRAME_MILLIS - took);
        let mut changed = false;
        while browser::now_millis() < end
            && let Some(news) = (later.foresee)(&mut self.model, AHEAD_STEPS)
        {
            changed |= news;
        }
        changed
    }

    /// Asks for a frame when something moves; else none is drawn.
    pub(super) fn ask_for_frame(&mut self, ctx: &Context<Self>) {
        if self.holds || !self.model.wants_frames() && !self.turns.are_behind() {
            (self.frame, self.last_frame) = (None, None);
        } else if self.frame.is_none() && cfg!(target_arch = "wasm32") {
            let link = ctx.link().clone();
            let frame = request_animation_frame(move |now| link.send_message(Message::Frame(now)));
            self.frame = Some(frame);
        }
    }

    /// Says what happened since the last second to whoever listens.
    pub(super) fn announce(&mut self) {
        let history = self.model.play.history();
        if let Some(news) = self.announcer.next(history, self.model.view().moment) {
            browser::write("announcer", &news);
        }
    }

    /// Takes the page's message away after a while, unless it is trouble.
    pub(super) fn keep_toast(&mut self, ctx: &Context<Self>) {
        let shown = self.toast.as_ref().map(|(toast, _)| toast);
        if self.model.done() == shown {
            return;
        }
        self.toast = self.model.done().cloned().map(|toast| {
            let link = ctx.link().clone();
            let over = Timeout::new(TOAST_MILLIS, move || link.send_message(Message::ToastOver));
            (toast, over)
        });
    }
}

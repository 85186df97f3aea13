//! A job for real: the coordinator with the shared disk in one worker of the browser, and each worker
//! of the job in one of its own. Letters between them go through the page.

use std::cell::RefCell;
use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_jobs::office::Progress;
use netsplit_jobs::plan::{Job, Plan};
use netsplit_jobs::words::{Answer, Request};
use netsplit_script::Fault;
use web_sys::Blob;
use yew::Callback;

use super::desk::{Desk, NO_WORKERS};
use super::input::{Source, split_of};
use super::later;
use crate::browser;

/// How far a job is.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// At work.
    Works(Option<Progress>),
    /// Done: what each part has, in so many milliseconds from so many bytes.
    Over {
        /// What was written, part by part.
        output: Rc<Vec<Bytes>>,
        /// How long it took, in milliseconds.
        millis: f64,
        /// How much was read.
        bytes: u64,
    },
    /// The reader's code cannot go on.
    Fault(Fault),
    /// Something else was in the way.
    Failed(String),
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Order {
    /// With which functions.
    pub job: Job,
    /// Over which files.
    pub sources: Vec<Source>,
    /// Into how many parts keys are divided.
    pub parts: u32,
    /// By how many workers.
    pub workers: u32,
}

struct Kept {
    order: Order,
    desks: Vec<Desk>,
    began: f64,
    standing: Standing,
    told: Callback<Standing>,
}

/// A job that is at work as long as this is held.
pub struct Real(Rc<RefCell<Kept>>);

impl Real {
    /// Starts a job, and tells how far it is.
    pub fn start(order: Order, told: Callback<Standing>) -> Real {
        let standing = Standing::Works(None);
        let began = browser::now_millis();
        let real =
            Real(Rc::new(RefCell::new(Kept { order, desks: Vec::new(), began, standing, told })));
        let desk = real.desk(0);
        let mut kept = real.0.borrow_mut();
        let files = &kept.order.sources;
        // Of files that are not cut the desk is told so by a zero.
        let split = split_of(&kept.order.job, files).unwrap_or(0);
        let files = files.iter().map(|it| (it.name.clone(), it.bytes())).collect();
        match desk {
            Some(desk) => {
                desk.ask(&Request::Cut { files, split });
                kept.desks.push(desk);
            }
            None => kept.end(Standing::Failed(NO_WORKERS.to_owned())),
        }
        drop(kept);
        real
    }

    /// A worker with all files.
    fn desk(&self, part: u32) -> Option<Desk> {
        let kept = Rc::downgrade(&self.0);
        let desk = Desk::new(move |answer| {
            let kept = kept.clone();
            later(move || {
                if let Some(kept) = kept.upgrade() {
                    Real(kept).answered(part, answer);
                }
            });
        })?;
        let files: Vec<Blob> =
            self.0.borrow().order.sources.iter().map(|it| it.blob.clone()).collect();
        desk.give(&files);
        Some(desk)
    }

    fn answered(&self, part: u32, answer: Answer) {
        if !matches!(self.0.borrow().standing, Standing::Works(_)) {
            return;
        }
        match answer {
            Answer::Pieces(pieces) => {
                let (workers, plan) = {
                    let order = &self.0.borrow().order;
                    let (job, parts, workers) = (order.job.clone(), order.parts, order.workers);
                    (workers, Plan { job, pieces, parts, workers })
                };
                for part in 1..=workers {
                    let desk = self.desk(part);
                    self.0.borrow_mut().desks.extend(desk);
                }
                let seed = browser::some_number();
                for (part, desk) in (0..).zip(&self.0.borrow().desks) {
                    desk.ask(&Request::Begin { part, plan: plan.clone(), seed });
                }
            }
            Answer::Letters(letters) => {
                let kept = self.0.borrow();
                for (to, letter) in letters {
                    if let Some(desk) = kept.desks.get(to as usize) {
                        desk.ask(&Request::Hear(letter));
                    }
                }
            }
            Answer::Progress(progress) if part == 0 => {
                let mut kept = self.0.borrow_mut();
                kept.standing = Standing::Works(Some(progress));
                kept.tell();
            }
            Answer::Over { output, .. } => {
                let mut kept = self.0.borrow_mut();
                let bytes = kept.order.sources.iter().map(Source::bytes).sum();
                let millis = browser::now_millis() - kept.began;
                kept.end(Standing::Over { output: Rc::new(output), millis, bytes });
            }
            Answer::Fault(fault) => self.0.borrow_mut().end(Standing::Fault(fault)),
            Answer::Failed(why) => self.0.borrow_mut().end(Standing::Failed(why)),
            _ => {}
        }
    }
}

impl Kept {
    fn end(&mut self, standing: Standing) {
        self.standing = standing;
        self.desks.clear();
        self.tell();
    }

    fn tell(&self) {
        self.told.emit(self.standing.clone());
    }
}

//! A worker of the browser that runs the program of `netsplit_jobs`, as long as this is held.

use gloo_events::EventListener;
use js_sys::{Array, Uint8Array};
use netsplit_jobs::words::{Answer, Request, bytes_from, value_from};
use wasm_bindgen::JsCast;
use web_sys::{Blob, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The program, beside the page.
const PROGRAM: &str = "./jobs-worker.mjs";

/// What is said where it does not answer any more, as what stands before a full stop.
const BROKEN: &str =
    "the program for jobs did not arrive, or has stopped. Try again, or load the page again";
/// And where there cannot be one.
pub const NO_WORKERS: &str = "this browser has no workers";

/// The worker; it ends with this, whatever it is doing.
pub struct Desk {
    worker: Worker,
    _heard: [EventListener; 2],
}

impl Desk {
    /// One that hands all it answers to `answered`; `None` where the browser has no workers.
    pub fn new(answered: impl Fn(Answer) + Clone + 'static) -> Option<Desk> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(PROGRAM, &options).ok()?;
        let failed = answered.clone();
        let heard = EventListener::new(&worker, "message", move |event| {
            let bytes = event.dyn_ref::<MessageEvent>().map(|event| Uint8Array::new(&event.data()));
            if let Some(answer) = bytes.and_then(|bytes| value_from(&bytes.to_vec())) {
                answered(answer);
            }
        });
        let broken = EventListener::new(&worker, "error", move |_| {
            failed(Answer::Failed(BROKEN.to_owned()));
        });
        Some(Desk { worker, _heard: [heard, broken] })
    }

    /// Hands over the files that later requests are about.
    pub fn give(&self, files: &[Blob]) {
        let files: Array = files.iter().collect();
        // Refused only for what cannot be copied, which files can.
        let _ = self.worker.post_message(&files);
    }

    /// Asks for something.
    pub fn ask(&self, request: &Request) {
        let bytes = Uint8Array::from(&*bytes_from(request));
        let _ = self.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

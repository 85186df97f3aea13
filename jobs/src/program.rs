//! The program as JavaScript sees it: `www/jobs-worker.mjs` hands it messages, and posts what comes
//! back.

use js_sys::{Array, Function, Uint8Array};
use netsplit_core::time::Time;
use wasm_bindgen::prelude::*;

use crate::desk::Desk;
use crate::words::{Answer, Request, bytes_from, value_from};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn write_error(text: &str);
}

/// A stop of the program is a mistake of ours; without this nobody would read which.
#[wasm_bindgen(start, private)]
fn start() {
    std::panic::set_hook(Box::new(|report| write_error(&format!("Netsplit stopped: {report}"))));
}

/// A worker.
#[wasm_bindgen]
pub struct Program {
    desk: Desk,
    read: Function,
}

fn clock() -> Time {
    Time::from_micros((now() * 1_000.0) as u64)
}

#[wasm_bindgen]
impl Program {
    /// A worker; `read(file, from, to)` returns what stands in a file that was handed over.
    #[wasm_bindgen(constructor)]
    pub fn new(read: Function) -> Program {
        Program { desk: Desk::default(), read }
    }

    /// Answers a request; all that is to be posted.
    pub fn handle(&mut self, request: &[u8]) -> Array {
        match value_from(request) {
            Some(request) => self.answer(request),
            None => {
                let answer = Answer::Failed("the request cannot be read".to_owned());
                Array::of1(&Uint8Array::from(&*bytes_from(&answer)))
            }
        }
    }

    /// A timer is due.
    pub fn wake(&mut self) -> Array {
        self.answer(Request::Wake)
    }

    /// In how many milliseconds it is to be woken up; `undefined` while it waits for a request.
    #[wasm_bindgen(js_name = wakesIn)]
    pub fn wakes_in(&self) -> Option<f64> {
        let at = self.desk.wakes_at()?;
        Some(at.since(clock()).micros() as f64 / 1_000.0)
    }

    fn answer(&mut self, request: Request) -> Array {
        let read = &self.read;
        let mut read = |file: u32, from: u64, to: u64| {
            let arguments = Array::of3(&file.into(), &(from as f64).into(), &(to as f64).into());
            let found = read.apply(&JsValue::NULL, &arguments);
            match found {
                Ok(bytes) => Ok(Uint8Array::new(&bytes).to_vec()),
                Err(error) => {
                    let text = js_sys::Reflect::get(&error, &"message".into()).ok();
                    Err(text.and_then(|text| text.as_string()).unwrap_or_default())
                }
            }
        };
        let answers = self.desk.handle(request, &clock, &mut read);
        answers.iter().map(|answer| Uint8Array::from(&*bytes_from(answer))).collect()
    }
}

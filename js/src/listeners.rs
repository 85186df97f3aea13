//! Who is told after every change.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

/// A listener and its number.
type Listener = (u64, Function);

/// The listeners of a run.
#[derive(Default)]
pub struct Listeners {
    all: Rc<RefCell<Vec<Listener>>>,
    made: Cell<u64>,
    telling: Cell<bool>,
    changed: Cell<bool>,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn write_error(error: &JsValue);
}

impl Listeners {
    /// Adds a listener; what is returned takes it away again, however often it is
    /// called.
    pub fn add(&self, listener: Function) -> Function {
        let number = self.made.get();
        self.made.set(number + 1);
        self.all.borrow_mut().push((number, listener));
        let all = Rc::clone(&self.all);
        let leave = move || all.borrow_mut().retain(|(other, _)| *other != number);
        Closure::<dyn FnMut()>::new(leave).into_js_value().unchecked_into()
    }

    /// Tells everybody. A listener may change the run: then all are told once more
    /// when this round is over, so that nobody hears of an old moment after a new one.
    pub fn tell(&self, view: impl Fn() -> JsValue) {
        self.changed.set(true);
        if self.telling.replace(true) {
            return;
        }
        while self.changed.replace(false) {
            let round = self.all.borrow().clone();
            if round.is_empty() {
                break;
            }
            let view = view();
            for (number, listener) in round {
                let listens = self.all.borrow().iter().any(|(other, _)| *other == number);
                if listens && let Err(error) = listener.call1(&JsValue::UNDEFINED, &view) {
                    report(&error);
                }
            }
        }
        self.changed.set(false);
        self.telling.set(false);
    }
}

/// What a listener throws is not the business of whoever changed the run; it goes
/// where errors go that nobody catches.
fn report(error: &JsValue) {
    let global = js_sys::global();
    let reporter = Reflect::get(&global, &"reportError".into());
    match reporter.ok().and_then(|it| it.dyn_into::<Function>().ok()) {
        // It has nowhere to report its own failure.
        Some(reporter) => drop(reporter.call1(&global, error)),
        None => write_error(error),
    }
}

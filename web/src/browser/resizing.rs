//! Being told when an element has another size.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Tells of an element's size for as long as it is kept: once at first, then whenever
/// it has changed.
pub struct Resizing {
    observer: ResizeObserver,
    _told: Closure<dyn FnMut()>,
}

impl Resizing {
    /// Begins; `None` in a browser that cannot tell.
    pub fn of(element: &Element, told: impl FnMut() + 'static) -> Option<Resizing> {
        let told = Closure::<dyn FnMut()>::new(told);
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Resizing { observer, _told: told })
    }
}

impl Drop for Resizing {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

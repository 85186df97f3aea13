//! What comes into the page from outside: pasted anywhere, dropped, chosen as a
//! file.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ClipboardEvent, DragEvent, Element, File};

/// A file larger than this is no link and no script.
const FILE_MOST: f64 = 128.0 * 1024.0;

/// What came: a text, or why it was not even read.
pub type Taken = Result<String, String>;

/// Reads a file, and hands on what is in it.
pub fn read_file(file: &File, taken: impl Fn(Taken) + 'static) {
    let name = file.name();
    if file.size() > FILE_MOST {
        return taken(Err(format!("{name} is larger than any link or script (128 KiB).")));
    }
    let text = file.text();
    spawn_local(async move {
        let text = JsFuture::from(text).await.ok().and_then(|text| text.as_string());
        taken(text.ok_or_else(|| format!("{name} cannot be read as text.")));
    });
}

/// Listens for what is pasted outside of fields, and for what is dropped.
pub fn listen(taken: impl Fn(Taken) + Clone + 'static) -> Vec<EventListener> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let paste = taken.clone();
    let paste = EventListener::new(&window, "paste", move |event| {
        let Some(event) = event.dyn_ref::<ClipboardEvent>().filter(|event| !is_in_field(event))
        else {
            return;
        };
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            paste(Ok(text));
        }
    });
    // Without this the browser would leave the page for what is dropped.
    let options = EventListenerOptions::enable_prevent_default();
    let over = EventListener::new_with_options(&window, "dragover", options, |event| {
        event.prevent_default();
    });
    let drop = EventListener::new_with_options(&window, "drop", options, move |event| {
        event.prevent_default();
        let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
        let Some(data) = data else { return };
        if let Some(file) = data.files().and_then(|files| files.get(0)) {
            return read_file(&file, taken.clone());
        }
        let text = data.get_data("text/plain").unwrap_or_default();
        if !text.trim().is_empty() {
            taken(Ok(text));
        }
    });
    vec![paste, over, drop]
}

/// A text pasted into a field belongs to the field.
fn is_in_field(event: &ClipboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let field = target.map(|target| target.closest("input, textarea").ok().flatten());
    field.flatten().is_some()
}

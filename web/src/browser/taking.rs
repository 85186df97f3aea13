//! What comes into the page from outside: pasted anywhere, dropped, chosen as a
//! file.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ClipboardEvent, DragEvent, Element, File, FileList};

/// A file larger than this is no link and no script.
const FILE_MOST: f64 = 128.0 * 1024.0;

/// A file is small enough for a link or a script.
pub fn may_be_script(file: &File) -> bool {
    file.size() <= FILE_MOST
}

/// What came: a text, or why it was not even read.
pub type Taken = Result<String, String>;

/// Reads a file, and hands on what is in it.
pub fn read_file(file: &File, taken: impl Fn(Taken) + 'static) {
    let name = file.name();
    if !may_be_script(file) {
        return taken(Err(format!("{name} is larger than any link or script (128 KiB).")));
    }
    let text = file.text();
    spawn_local(async move {
        let text = JsFuture::from(text).await.ok().and_then(|text| text.as_string());
        taken(text.ok_or_else(|| format!("{name} cannot be read as text.")));
    });
}

/// What the root has as long as something is dragged over the page.
const DRAGS: &str = "data-drags";

/// Listens for what is pasted outside of fields, and for what is dropped: texts, or files.
pub fn listen(
    taken: impl Fn(Taken) + Clone + 'static,
    files: impl Fn(Vec<File>) + 'static,
) -> Vec<EventListener> {
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
        mark_drag(true);
    });
    let leave = EventListener::new(&window, "dragleave", |event| {
        // Over the page it goes from one element to the next.
        let goes_on = event.dyn_ref::<DragEvent>().and_then(|event| event.related_target());
        mark_drag(goes_on.is_some());
    });
    let drop = EventListener::new_with_options(&window, "drop", options, move |event| {
        event.prevent_default();
        mark_drag(false);
        let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
        let Some(data) = data else { return };
        let dropped = data.files().map_or_else(Vec::new, |list| all(&list));
        if !dropped.is_empty() {
            return files(dropped);
        }
        let text = data.get_data("text/plain").unwrap_or_default();
        if !text.trim().is_empty() {
            taken(Ok(text));
        }
    });
    vec![paste, over, leave, drop]
}

/// The files of a list.
pub fn all(list: &FileList) -> Vec<File> {
    (0..list.length()).filter_map(|place| list.get(place)).collect()
}

fn mark_drag(is_over: bool) {
    let root = super::root();
    // An attribute of this name can be set on any element.
    let _ = root.map(|root| match is_over {
        true => root.set_attribute(DRAGS, ""),
        false => root.remove_attribute(DRAGS),
    });
}

/// A text pasted into a field belongs to the field.
fn is_in_field(event: &ClipboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let field = target.map(|target| target.closest("input, textarea").ok().flatten());
    field.flatten().is_some()
}

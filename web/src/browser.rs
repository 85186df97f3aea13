//! The few things asked of the browser, each behind a function of its own.

use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Window};

use crate::state::action::Theme;

/// The name under which the theme is kept between visits.
const THEME_KEY: &str = "netsplit-theme";
/// The name under which it is kept whether the page looks ahead.
const FUTURE_KEY: &str = "netsplit-future";
/// The name under which it is kept whether letters are keys.
const LETTERS_KEY: &str = "netsplit-letters";

/// The window; none where components are drawn without a browser.
fn window() -> Option<Window> {
    if cfg!(target_arch = "wasm32") { web_sys::window() } else { None }
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// Milliseconds since the page was opened.
pub fn now_millis() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// The address from `#` on, or nothing.
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The whole address with another fragment.
pub fn address_with(fragment: &str) -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let base = href.split('#').next().unwrap_or_default();
    format!("{base}{fragment}")
}

/// What an entry of the browser's history says of the run it stands for, as a
/// plain object: for whoever reads `history.state`, in a test or in a console.
#[derive(Serialize)]
pub struct Entry {
    /// The moment shown, as scripts write it.
    pub moment: String,
    /// Everything that happened up to it, as 16 hexadecimal digits.
    pub fingerprint: String,
}

/// Puts a fragment into the address bar, without a new entry of the history and
/// without the browser telling us of it.
pub fn set_fragment(fragment: &str, entry: &Entry) {
    let history = window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        let entry = serde_wasm_bindgen::to_value(entry).unwrap_or(JsValue::NULL);
        // Browsers refuse when it is done too often; the next second does it again.
        let _ = history.replace_state_with_url(&entry, "", Some(&address_with(fragment)));
    }
}

/// Copies a text; the browser may refuse, and then the text still stands selected.
pub fn copy(text: &str) {
    if let Some(window) = window() {
        let clipboard = window.navigator().clipboard();
        // Pages without a secure address have none.
        if !JsValue::from(clipboard.clone()).is_undefined() {
            let _ = clipboard.write_text(text);
        }
    }
}

/// A number nobody has chosen.
pub fn some_number() -> u64 {
    (js_sys::Math::random() * 9_007_199_254_740_991.0) as u64
}

/// True where ⌘ stands for Ctrl.
pub fn is_mac() -> bool {
    let platform = window().and_then(|window| window.navigator().platform().ok());
    platform.is_some_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}

/// Whether letters are keys, as it was left at the last visit.
pub fn kept_letters() -> bool {
    kept(LETTERS_KEY).as_deref() != Some("off")
}

/// Keeps for the next visit whether letters are keys.
pub fn keep_letters(on: bool) {
    keep(LETTERS_KEY, if on { "on" } else { "off" });
}

/// Whether the page looked ahead on the last visit; it does at first.
pub fn kept_future() -> bool {
    kept(FUTURE_KEY).as_deref() != Some("off")
}

/// Keeps for the next visit whether the page looks ahead.
pub fn keep_future(on: bool) {
    keep(FUTURE_KEY, if on { "on" } else { "off" });
}

/// What was kept under a name.
fn kept(name: &str) -> Option<String> {
    let storage = window()?.local_storage().ok().flatten()?;
    storage.get_item(name).ok().flatten()
}

/// Keeps a word under a name. A browser that keeps nothing asks again next time;
/// that is all.
fn keep(name: &str, word: &str) {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok().flatten()) {
        let _ = storage.set_item(name, word);
    }
}

/// Lets the browser save a text as a file.
pub fn save_file(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence(&parts);
    let address = blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob));
    let (Ok(address), Some(document)) = (address, document()) else { return };
    if let Ok(link) = document.create_element("a") {
        let _ = link.set_attribute("href", &address);
        let _ = link.set_attribute("download", name);
        if let Ok(link) = link.dyn_into::<web_sys::HtmlElement>() {
            link.click();
        }
    }
    let _ = web_sys::Url::revoke_object_url(&address);
}

/// True when motion is unwanted.
pub fn wants_calm() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

fn matches(query: &str) -> bool {
    let list = window().and_then(|window| window.match_media(query).ok().flatten());
    list.is_some_and(|list| list.matches())
}

/// The theme of the last visit.
pub fn kept_theme() -> Theme {
    Theme::from_word(&kept(THEME_KEY).unwrap_or_default())
}

/// Shows a theme and keeps it for the next visit.
pub fn set_theme(theme: Theme) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme.word());
    }
    keep(THEME_KEY, theme.word());
}

/// The document's root element.
pub fn root() -> Option<Element> {
    document()?.document_element()
}

/// Shows a text in place of what is written in an element.
pub fn write(id: &str, text: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id))
        && element.text_content().as_deref() != Some(text)
    {
        element.set_text_content(Some(text));
    }
}

/// From now on a panic shows a page that says what happened and what to do: the
/// address still holds the last moment.
pub fn show_panics() {
    std::panic::set_hook(Box::new(|info| {
        let what = info.payload().downcast_ref::<&str>().map(|text| (*text).to_owned());
        let what = what.or_else(|| info.payload().downcast_ref::<String>().cloned());
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        let report = format!(
            "{} ({})",
            what.unwrap_or_else(|| "no reason given".to_owned()),
            place.unwrap_or_else(|| "place unknown".to_owned())
        );
        web_sys::console::error_1(&report.clone().into());
        write(
            "trouble",
            &format!(
                "Netsplit has stopped: {report}. This is a mistake of ours. The address bar holds \
                 the moment you were at: reload the page to go on from there, or go back one entry \
                 in the list of events first."
            ),
        );
        if let Some(note) = document().and_then(|document| document.get_element_by_id("trouble")) {
            let _ = note.remove_attribute("hidden");
        }
        if let Some(root) = root() {
            let _ = root.set_attribute("data-state", "failed");
        }
    }));
}

/// Gives the focus to an element.
pub fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot have it keeps the focus where it is.
        let _ = element.focus();
    }
}

//! The few things asked of the browser, each behind a function of its own.

use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Window};

use crate::state::action::Theme;

/// The name under which the theme is kept between visits.
const THEME_KEY: &str = "netsplit-theme";

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

/// A number nobody has chosen, for another seed.
pub fn some_seed() -> u64 {
    (js_sys::Math::random() * 10_000.0) as u64
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
    let kept = window().and_then(|window| window.local_storage().ok().flatten());
    let word = kept.and_then(|kept| kept.get_item(THEME_KEY).ok().flatten());
    Theme::from_word(&word.unwrap_or_default())
}

/// Shows a theme and keeps it for the next visit.
pub fn set_theme(theme: Theme) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme.word());
    }
    if let Some(kept) = window().and_then(|window| window.local_storage().ok().flatten()) {
        // A browser that keeps nothing asks again next time; that is all.
        let _ = kept.set_item(THEME_KEY, theme.word());
    }
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

//! The few things asked of the browser, each behind a function of its own.

mod entries;
mod resizing;
mod taking;

use std::cell::Cell;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, ScrollIntoViewOptions, ScrollLogicalPosition, Window};

use crate::state::action::Theme;

pub use entries::{
    Entry, address_of, entry, fragment, is_local, keep_branches, keep_in_tab, kept_branches,
    kept_in_tab, names_a_run, scenario, set_address, set_title,
};
pub use resizing::Resizing;
pub use taking::{all as files_of, listen as listen_for_texts, may_be_script, read_file};

/// The name under which the theme is kept between visits.
const THEME_KEY: &str = "netsplit-theme";
/// The name under which it is kept whether the page looks ahead.
const FUTURE_KEY: &str = "netsplit-future";
/// The name under which it is kept that the legend was closed.
const LEGEND_KEY: &str = "netsplit-legend";
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

/// Copies a text. Pages without a secure address have no clipboard of their own;
/// they copy what is selected.
pub fn copy(text: &str) {
    let Some(window) = window() else { return };
    let clipboard = window.navigator().clipboard();
    if JsValue::from(clipboard.clone()).is_undefined() {
        copy_selected(text);
    } else {
        let _ = clipboard.write_text(text);
    }
}

/// Copies by way of a field that is gone again at once.
fn copy_selected(text: &str) -> Option<()> {
    let document = document()?;
    let before = document.active_element();
    let field = document.create_element("textarea").ok()?;
    let field = field.dyn_into::<web_sys::HtmlTextAreaElement>().ok()?;
    field.set_value(text);
    // Within a dialog nothing outside of it can be selected.
    let place = document.query_selector("dialog[open]").ok().flatten();
    let place = place.or_else(|| document.body().map(Into::into))?;
    place.append_child(&field).ok()?;
    field.select();
    let document = document.dyn_into::<web_sys::HtmlDocument>().ok()?;
    let _ = document.exec_command("copy");
    field.remove();
    let before = before.and_then(|before| before.dyn_into::<web_sys::HtmlElement>().ok());
    before.and_then(|before| before.focus().ok())
}

/// A number nobody has chosen.
pub fn some_number() -> u64 {
    (js_sys::Math::random() * 9_007_199_254_740_991.0) as u64
}

/// Scrolls what has a name into sight, no further than that takes; nothing moves that is seen.
pub fn bring_into_sight(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// True where ⌘ stands for Ctrl.
pub fn is_mac() -> bool {
    let platform = window().and_then(|window| window.navigator().platform().ok());
    platform.is_some_and(|platform| platform.starts_with("Mac") || platform.starts_with("iP"))
}

/// Whether the legend was closed at an earlier visit.
pub fn knows_legend() -> bool {
    let kept = window().and_then(|window| window.local_storage().ok().flatten());
    kept.and_then(|kept| kept.get_item(LEGEND_KEY).ok().flatten()).is_some()
}

/// Keeps for the next visit that the legend was closed.
pub fn keep_legend_known() {
    if let Some(kept) = window().and_then(|window| window.local_storage().ok().flatten()) {
        // A browser that keeps nothing shows the legend again; that is all.
        let _ = kept.set_item(LEGEND_KEY, "known");
    }
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
pub fn save_file(name: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let blob = web_sys::Blob::new_with_u8_array_sequence(&parts);
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

/// Fetches a file that stands beside the page; `None` where it does not arrive.
pub async fn fetch(address: &str) -> Option<web_sys::Blob> {
    use wasm_bindgen_futures::JsFuture;
    let answer = JsFuture::from(window()?.fetch_with_str(address)).await.ok()?;
    let answer = answer.dyn_into::<web_sys::Response>().ok().filter(web_sys::Response::ok)?;
    JsFuture::from(answer.blob().ok()?).await.ok()?.dyn_into().ok()
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

/// Shows a theme.
pub fn show_theme(theme: Theme) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme.word());
    }
}

/// Shows a theme and keeps it for the next visit.
pub fn set_theme(theme: Theme) {
    show_theme(theme);
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

/// From now on a panic is told to the start-up module, which shows a page that
/// says what happened and what to do: the address still holds the last moment.
pub fn show_panics() {
    // By way of Yew, which would set a hook of its own otherwise.
    yew::set_custom_panic_hook(Box::new(|info| {
        let what = info.payload().downcast_ref::<&str>().map(|text| (*text).to_owned());
        let what = what.or_else(|| info.payload().downcast_ref::<String>().cloned());
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
        let report = format!(
            "{} ({})",
            what.unwrap_or_else(|| "no reason given".to_owned()),
            place.unwrap_or_else(|| "place unknown".to_owned())
        );
        web_sys::console::error_1(&report.clone().into());
        let told = web_sys::CustomEventInit::new();
        told.set_detail(&report.into());
        let event = web_sys::CustomEvent::new_with_event_init_dict("netsplit-stopped", &told);
        if let (Some(window), Ok(event)) = (window(), event) {
            let _ = window.dispatch_event(&event);
        }
    }));
}

thread_local! {
    /// True while the focus goes back to where it was.
    static GOING_BACK: Cell<bool> = const { Cell::new(false) };
}

/// What has the focus.
pub fn focused() -> Option<Element> {
    document()?.active_element()
}

/// Gives the focus back to what had it before something was opened over it. Nothing
/// is selected by that: what was selected meanwhile stays so.
pub fn focus_back(before: Option<&Element>) {
    let Some(before) = before else { return };
    GOING_BACK.set(true);
    // A node is a part of a drawing. What is gone by now cannot have the focus.
    let _ = match before.dyn_ref::<web_sys::SvgElement>() {
        Some(drawn) => drawn.focus(),
        None => before.dyn_ref::<web_sys::HtmlElement>().map_or(Ok(()), |it| it.focus()),
    };
    GOING_BACK.set(false);
}

/// True if an element got the focus by the keyboard: a press has selected already
/// what it took, and what goes back selects nothing.
pub fn is_reached_by_key(event: &web_sys::FocusEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let seen = target.is_some_and(|it| it.matches(":focus-visible").unwrap_or(false));
    seen && !GOING_BACK.get()
}

/// Adds a style sheet of the page's own that comes later, once.
pub fn add_sheet(address: &str) {
    let Some(document) = document() else { return };
    let selector = format!("link[href=\"{address}\"]");
    if document.query_selector(&selector).ok().flatten().is_some() {
        return;
    }
    let Ok(link) = document.create_element("link") else { return };
    // Attributes with plain names and values are never refused.
    let _ = link.set_attribute("rel", "stylesheet");
    let _ = link.set_attribute("href", address);
    if let Some(head) = document.query_selector("head").ok().flatten() {
        let _ = head.append_child(&link);
    }
}

/// Gives the focus to an element.
pub fn focus(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that cannot have it keeps the focus where it is.
        let _ = element.focus();
    }
}

//! The browser's history and what the tab keeps with it: one entry a run.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::{document, window};

/// The name in front of what is kept of the branches of a run.
const BRANCHES_KEY: &str = "netsplit-branches-";

/// What an entry of the browser's history says of the run it stands for, as a
/// plain object: for whoever reads `history.state`, in a test or in a console.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The run's number in this tab.
    pub run: u64,
    /// The moment shown, as scripts write it.
    pub moment: String,
    /// Everything that happened up to it, as 16 hexadecimal digits.
    pub fingerprint: String,
}

/// The address from `#` on, or nothing.
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The site's root, whatever page of it this is.
fn root() -> String {
    let base = document().and_then(|document| document.base_uri().ok().flatten());
    base.unwrap_or_default().split(['#', '?']).next().unwrap_or_default().to_owned()
}

/// Whether the site has a page of its own for each scenario; one that is served
/// while it is worked on has none.
fn has_places() -> bool {
    let mark = document()
        .and_then(|document| document.query_selector("meta[name=netsplit-places]").ok().flatten());
    mark.is_some()
}

/// The id of the scenario that this page is about.
pub fn scenario() -> Option<String> {
    let mark = document()?.query_selector("meta[name=netsplit-scenario]").ok().flatten()?;
    mark.get_attribute("content")
}

/// Whether the address names a run, so that something is to be opened.
pub fn names_a_run() -> bool {
    fragment().len() > 1 || scenario().is_some()
}

/// The whole address of a link, through the page that is about its scenario.
pub fn address_of(place: &str, fragment: &str) -> String {
    let place = if has_places() { place } else { "" };
    format!("{}{place}{fragment}", root())
}

/// True when the page comes from this computer, so that its address says nothing
/// to others.
pub fn is_local() -> bool {
    let Some(location) = window().map(|window| window.location()) else { return false };
    let host = location.hostname().unwrap_or_default();
    let scheme = location.protocol().unwrap_or_default();
    scheme == "file:" || host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

/// What the entry shown says; nothing when somebody else made it.
pub fn entry() -> Option<Entry> {
    let state = window()?.history().ok()?.state().ok()?;
    serde_wasm_bindgen::from_value(state).ok()
}

/// Puts an address into the address bar: in the entry that is shown, or in a new
/// one. The browser tells us of neither.
pub fn set_address(address: &str, entry: &Entry, fresh: bool) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    let entry = serde_wasm_bindgen::to_value(entry).unwrap_or(JsValue::NULL);
    // Browsers refuse when it is done too often, and where the page is a file; the
    // next second does it again.
    let _ = match fresh {
        true => history.push_state_with_url(&entry, "", Some(address)),
        false => history.replace_state_with_url(&entry, "", Some(address)),
    };
}

/// The tab's title.
pub fn set_title(title: &str) {
    if let Some(document) = document().filter(|document| document.title() != title) {
        document.set_title(title);
    }
}

/// What was kept under a name as long as the tab stays.
pub fn kept_in_tab(name: &str) -> Option<String> {
    window()?.session_storage().ok().flatten()?.get_item(name).ok().flatten()
}

/// Keeps something as long as the tab stays. A browser that keeps nothing forgets it when the page is
/// loaded again; that is all.
pub fn keep_in_tab(name: &str, text: &str) {
    if let Some(storage) = window().and_then(|window| window.session_storage().ok().flatten()) {
        let _ = storage.set_item(name, text);
    }
}

/// The branches of a run that were written down in this tab.
pub fn kept_branches(run: u64) -> String {
    kept_in_tab(&format!("{BRANCHES_KEY}{run}")).unwrap_or_default()
}

/// Writes the branches of a run down in this tab. False when the browser keeps
/// nothing, or no more.
pub fn keep_branches(run: u64, text: Option<&str>) -> bool {
    let storage = window().and_then(|window| window.session_storage().ok().flatten());
    let (Some(storage), name) = (storage, format!("{BRANCHES_KEY}{run}")) else { return false };
    match text {
        Some(text) => storage.set_item(&name, text).is_ok(),
        None => storage.remove_item(&name).is_ok(),
    }
}

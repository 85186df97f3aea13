//! The colours of `www/tokens.css`, as a canvas wants them.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser;

/// Hues for terms; term 0 has none.
const HUES: u64 = 8;

/// The colours.
pub struct Palette {
    /// Where things lie.
    pub paper: String,
    /// Words.
    pub ink: String,
    /// Words of less weight.
    pub ink_soft: String,
    /// Hairlines.
    pub hairline: String,
    /// A broken property.
    pub broken: String,
    /// Words on a hue.
    pub on_hue: String,
    /// The font of values.
    pub values: String,
    terms: Vec<String>,
}

impl Palette {
    /// Reads the colours that hold now. They are taken from an element, which
    /// has them worked out; the sheet has both themes side by side.
    pub fn read() -> Palette {
        let probe = browser::document().and_then(|document| {
            let probe: HtmlElement = document.create_element("span").ok()?.dyn_into().ok()?;
            document.body()?.append_child(&probe).ok()?;
            Some(probe)
        });
        let style = probe
            .as_ref()
            .and_then(|probe| web_sys::window()?.get_computed_style(probe).ok().flatten());
        let colour = |name: &str| {
            let (Some(probe), Some(style)) = (&probe, &style) else { return String::new() };
            let _ = probe.style().set_property("color", &format!("var(--{name})"));
            style.get_property_value("color").unwrap_or_default()
        };
        let values = match (&probe, &style) {
            (Some(probe), Some(style)) => {
                let _ = probe.style().set_property("font-family", "var(--values)");
                style.get_property_value("font-family").unwrap_or_default()
            }
            _ => String::new(),
        };
        let palette = Palette {
            paper: colour("paper"),
            ink: colour("ink"),
            ink_soft: colour("ink-soft"),
            hairline: colour("hairline"),
            broken: colour("broken"),
            on_hue: colour("on-hue"),
            values,
            terms: (0..=HUES).map(|term| colour(&format!("term-{term}"))).collect(),
        };
        if let Some(probe) = probe {
            probe.remove();
        }
        palette
    }

    /// The hue of a term.
    pub fn term(&self, term: u64) -> &str {
        self.terms.get(hue(term) as usize).map_or("", String::as_str)
    }

    /// A font of values, of one of the page's sizes in pixels.
    pub fn font(&self, size: u32) -> String {
        format!("{size}px {}", self.values)
    }
}

/// The number of a term's hue: 0 for term 0, then 1 to 8 again and again.
pub fn hue(term: u64) -> u64 {
    match term {
        0 => 0,
        term => (term - 1) % HUES + 1,
    }
}

//! What is wrong with something that came from outside, as a value and as a thrown
//! `Error`.

use js_sys::{Error, Reflect};
use netsplit_sim::open::CannotOpen;
use netsplit_sim::script::ScriptError;
use netsplit_sim::words;
use wasm_bindgen::JsValue;

/// Why something was not done; nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// A sentence: what was expected, what came, what to do.
    pub message: String,
    /// The line and the character in a text, each from 1, where it is about one.
    pub place: Option<(u32, u32)>,
}

impl Trouble {
    /// About something that has no place in a text; `message` without its full stop.
    pub fn new(message: impl AsRef<str>) -> Trouble {
        Trouble { message: sentence(message.as_ref()), place: None }
    }

    /// About one line that was typed, which begins after so many characters of ours.
    pub(crate) fn in_line(error: &ScriptError, ours: u32) -> Trouble {
        let column = error.column.saturating_sub(ours).max(1);
        let message = format!("{} (column {column})", error.message);
        Trouble { message: sentence(&message), place: Some((1, column)) }
    }
}

impl From<ScriptError> for Trouble {
    fn from(error: ScriptError) -> Trouble {
        let message = format!("{} (line {}, column {})", error.message, error.line, error.column);
        Trouble { message: sentence(&message), place: Some((error.line, error.column)) }
    }
}

impl From<CannotOpen> for Trouble {
    fn from(why: CannotOpen) -> Trouble {
        Trouble::new(why.to_string())
    }
}

/// As `NetsplitError` in `types.ts`.
impl From<Trouble> for JsValue {
    fn from(trouble: Trouble) -> JsValue {
        let error = Error::new(&trouble.message);
        error.set_name("NetsplitError");
        if let Some((line, column)) = trouble.place {
            for (name, number) in [("line", line), ("column", column)] {
                // Nothing forbids a new property on an error that was made just now.
                let _ = Reflect::set(&error, &name.into(), &number.into());
            }
        }
        error.into()
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", words::capital(text.trim_end_matches('.')))
}

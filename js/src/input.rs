//! What JavaScript hands over, read with a bound on all of it.

use js_sys::JsString;
use netsplit_core::time::{Span, Time};
use netsplit_sim::moment::{Moment, micros_from_text};
use netsplit_sim::script::limits;
use wasm_bindgen::{JsCast, JsValue};

use crate::trouble::Trouble;

/// Characters of a text that are looked at; more than a link or a script may have.
const TEXT_MOST: u32 = 256 * 1024;

/// Steps that can be asked for at once.
pub const STEPS_MOST: u32 = 100_000;

/// A text.
pub fn text(value: &JsValue, what: &str) -> Result<String, Trouble> {
    let text = value.dyn_ref::<JsString>();
    let text = text.ok_or_else(|| Trouble::new(format!("{what} is a text")))?;
    // Looked at before it is copied: the copy is what could be too large.
    if text.length() > TEXT_MOST {
        let length = text.length();
        return Err(Trouble::new(format!(
            "{what} has {length} characters; {TEXT_MOST} are the most"
        )));
    }
    Ok(text.into())
}

/// A moment: text as scripts write it, or microseconds.
pub fn moment(value: &JsValue) -> Result<Moment, Trouble> {
    let moment = match value.as_f64() {
        Some(number) => Moment::after(Time::from_micros(micros(number, "a moment")?)),
        None => {
            let text = text(value, "a moment")?;
            text.parse::<Moment>().map_err(|why| Trouble::new(why.to_string()))?
        }
    };
    within_an_hour(moment.at.micros(), "a moment")?;
    Ok(moment)
}

/// A length of time: text as scripts write it, or microseconds.
pub fn span(value: &JsValue) -> Result<Span, Trouble> {
    let micros = match value.as_f64() {
        Some(number) => micros(number, "a length of time")?,
        None => {
            let text = text(value, "a length of time")?;
            let unknown = || Trouble::new("a length of time reads like 300ms or 1.5s");
            micros_from_text(&text).ok_or_else(unknown)?
        }
    };
    within_an_hour(micros, "a length of time")?;
    Ok(Span::from_micros(micros))
}

/// How many steps; one where nothing is said.
pub fn steps(value: &JsValue) -> Result<u32, Trouble> {
    if value.is_undefined() {
        return Ok(1);
    }
    let number = value.as_f64().filter(|number| number.fract() == 0.0);
    let fits = number.filter(|number| (1.0..=f64::from(STEPS_MOST)).contains(number));
    let wrong = || Trouble::new(format!("steps are a whole number from 1 to {STEPS_MOST}"));
    Ok(fits.ok_or_else(wrong)? as u32)
}

/// The number of a step, as `view.steps` counts them.
pub fn step(value: &JsValue) -> Result<u64, Trouble> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0);
    let fits = number.filter(|number| (0.0..=f64::from(u32::MAX)).contains(number));
    let wrong = || Trouble::new("the number of a step is a whole number from 0 on");
    Ok(fits.ok_or_else(wrong)? as u64)
}

/// Whole microseconds; what is less than one is cut off.
fn micros(number: f64, what: &str) -> Result<u64, Trouble> {
    let wrong = || Trouble::new(format!("{what} is 0 or more microseconds, or a text like 1.2s"));
    // Not a number is in no range.
    if (0.0..=f64::MAX).contains(&number) { Ok(number as u64) } else { Err(wrong()) }
}

fn within_an_hour(micros: u64, what: &str) -> Result<(), Trouble> {
    let most = limits::SPAN.micros();
    if micros <= most { Ok(()) } else { Err(Trouble::new(format!("{what} is an hour at most"))) }
}

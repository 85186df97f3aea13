//! What a script may call, beside what the language has: the two effects of a map function, and
//! what jobs need often.

use std::cell::RefCell;
use std::rc::Rc;

use netsplit_core::mapreduce::functions;
use rhai::{Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString};

use crate::limits;
use crate::program::Out;

type Told<T> = Result<T, Box<EvalAltResult>>;

/// Ends a call as `throw` does: the record is to blame.
fn thrown<T>(message: impl Into<String>) -> Told<T> {
    Err(message.into().into())
}

/// Registers all of them.
pub(crate) fn register(engine: &mut Engine, out: &Rc<RefCell<Out>>) {
    effects(engine, out);
    engine
        .register_fn("words", words)
        .register_fn("lines", lines)
        .register_fn("number", |text: ImmutableString| match number_from(&text) {
            Some(number) => Ok(number),
            None => thrown::<INT>(format!("`{text}` is no whole number")),
        })
        .register_fn("number", |number: INT| number)
        .register_fn("sum", |values: Array| {
            values.iter().try_fold(0, |sum: INT, value| match value.as_int() {
                Ok(number) => match sum.checked_add(number) {
                    Some(sum) => Ok(sum),
                    None => thrown("the sum is too large"),
                },
                Err(_) => thrown(format!("`{value}` is no whole number")),
            })
        })
        .register_fn("join", |values: Array, between: ImmutableString| {
            let texts = values.iter().map(|it| text_from(it).or_else(thrown));
            let joined = texts.collect::<Told<Vec<String>>>()?.join(&between);
            match joined.len() > limits::STRING {
                true => thrown("what is joined is too long"),
                false => Ok(joined),
            }
        })
        .register_fn("sorted", |values: Array| sorted(values, false))
        .register_fn("distinct", |values: Array| sorted(values, true));
}

/// `emit` and `count`.
fn effects(engine: &mut Engine, out: &Rc<RefCell<Out>>) {
    let to = Rc::clone(out);
    engine.register_fn("emit", move |key: ImmutableString, value: INT| {
        to.borrow_mut().pair(key.as_bytes(), value.to_string().as_bytes())
    });
    let to = Rc::clone(out);
    engine.register_fn("emit", move |key: ImmutableString, value: ImmutableString| {
        to.borrow_mut().pair(key.as_bytes(), value.as_bytes())
    });
    let to = Rc::clone(out);
    engine.register_fn("emit", move |key: Dynamic, value: Dynamic| {
        let key = text_from(&key).or_else(fails)?;
        let value = text_from(&value).or_else(fails)?;
        to.borrow_mut().pair(key.as_bytes(), value.as_bytes())
    });
    let to = Rc::clone(out);
    engine.register_fn("count", move |name: ImmutableString, by: INT| {
        to.borrow_mut().count(&name, by)
    });
    let to = Rc::clone(out);
    engine.register_fn("count", move |name: ImmutableString| to.borrow_mut().count(&name, 1));
}

/// Ends a call with a mistake of the script.
fn fails<T>(message: String) -> Told<T> {
    let none = rhai::Position::NONE;
    Err(EvalAltResult::ErrorMismatchDataType("text or a whole number".into(), message, none).into())
}

impl Out {
    fn pair(&mut self, key: &[u8], value: &[u8]) -> Told<()> {
        self.take_room((key.len() + value.len()) as u64)?;
        self.emit.pair(key, value);
        Ok(())
    }

    fn count(&mut self, name: &str, by: INT) -> Told<()> {
        let Ok(up) = u64::try_from(by) else { return thrown("a counter does not go back") };
        // A counter that is there takes no room, but its name may be new.
        self.take_room(name.len() as u64)?;
        // Not a bad record: without it the next one would bring the same about.
        self.counted = self.counted.checked_add(by).ok_or_else(|| {
            let message = "what one call counts is too large for a number".to_owned();
            EvalAltResult::ErrorArithmetic(message, rhai::Position::NONE)
        })?;
        self.emit.count(name, up);
        Ok(())
    }

    fn take_room(&mut self, bytes: u64) -> Told<()> {
        let none = rhai::Position::NONE;
        let Some(room) = self.room else {
            let message = "only `map` emits and counts".to_owned();
            return Err(EvalAltResult::ErrorDotExpr(message, none).into());
        };
        let Some(left) = room.checked_sub(bytes) else {
            let what = "what one call emits".to_owned();
            return Err(EvalAltResult::ErrorDataTooLarge(what, none).into());
        };
        self.room = Some(left);
        Ok(())
    }
}

/// Runs of letters, as the jobs that are built in have them.
fn words(text: ImmutableString) -> Array {
    let words = functions::words(text.as_bytes());
    // Words end at signs of the English alphabet, so no letter of another is cut.
    words.map(|word| String::from_utf8_lossy(word).into_owned().into()).collect()
}

/// Lines, without what ends them.
fn lines(text: ImmutableString) -> Array {
    text.lines().map(|line| Dynamic::from(ImmutableString::from(line))).collect()
}

/// Numbers before texts, each in their order; then perhaps without repetitions.
fn sorted(values: Array, distinct: bool) -> Told<Array> {
    let key = |value: &Dynamic| match value.as_int() {
        Ok(number) => Ok((0, number, String::new())),
        Err(_) => text_from(value).map(|text| (1, 0, text)),
    };
    let keyed = values.into_iter().map(|value| Ok((key(&value).or_else(thrown)?, value)));
    let mut keyed = keyed.collect::<Told<Vec<_>>>()?;
    keyed.sort_by(|one, other| one.0.cmp(&other.0));
    if distinct {
        keyed.dedup_by(|one, other| one.0 == other.0);
    }
    Ok(keyed.into_iter().map(|(_, value)| value).collect())
}

/// The number that a text is, where it is nothing else and no other text is the same number.
pub(crate) fn number_from(text: &str) -> Option<INT> {
    let number: INT = text.parse().ok()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits == "0" || !digits.starts_with(['0', '+']);
    (plain && text != "-0").then_some(number)
}

/// A value as it travels.
///
/// # Errors
/// What it is, where that is neither text nor a number.
pub(crate) fn text_from(value: &Dynamic) -> Result<String, String> {
    if let Ok(number) = value.as_int() {
        return Ok(number.to_string());
    }
    if let Ok(yes) = value.as_bool() {
        return Ok(yes.to_string());
    }
    if let Ok(letter) = value.as_char() {
        return Ok(letter.to_string());
    }
    match value.read_lock::<ImmutableString>() {
        Some(text) => Ok(text.to_string()),
        None if value.is_unit() => Err("nothing".to_owned()),
        None => Err(value.type_name().to_owned()),
    }
}

/// Bytes as a script has them, and as they are shown: with marks in the place of what is no text.
pub(crate) fn text_from_bytes(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A value as a script sees it: a whole number is one.
pub(crate) fn value_from(bytes: &[u8]) -> Dynamic {
    let text = String::from_utf8_lossy(bytes);
    match number_from(&text) {
        Some(number) => Dynamic::from_int(number),
        None => Dynamic::from(ImmutableString::from(&*text)),
    }
}

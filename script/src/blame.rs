//! What the language says is wrong, as a [`Fault`].

use rhai::{EvalAltResult, ParseError, ParseErrorType, Position};

use crate::fault::{Fault, Place};

impl Fault {
    fn at(position: Position, message: String, place: Place) -> Fault {
        let line = position.line().unwrap_or(0) as u32;
        // A line without a column begins where it begins.
        let column = if line == 0 { 0 } else { position.position().unwrap_or(1) as u32 };
        Fault { line, column, message, place }
    }

    /// The text cannot be read.
    pub(crate) fn of_text(error: &ParseError) -> Fault {
        let ParseError(kind, position) = error;
        let message = match &**kind {
            ParseErrorType::VariableUndefined(name) => unknown(name),
            kind => small(&kind.to_string()),
        };
        Fault::at(*position, message, Place::Compile)
    }

    /// A call has ended with an error: the innermost, where something has a place in the text.
    pub(crate) fn of_call(error: &EvalAltResult, place: Place) -> Fault {
        let (inner, position) = innermost(error);
        let message = match inner {
            EvalAltResult::ErrorRuntime(..) => format!("it throws “{}”", thrown(error)),
            _ => message(inner),
        };
        Fault::at(position, message, place)
    }

    /// The same, at the beginning of a function of this text, where it has no place of its own.
    pub(crate) fn or_at(self, text: &str, function: &str) -> Fault {
        if self.line > 0 {
            return self;
        }
        let begins = |line: &str| {
            let rest =
                line.trim_start().strip_prefix("fn ")?.trim_start().strip_prefix(function)?;
            let is_it = rest.trim_start().starts_with('(');
            is_it.then(|| (line.chars().count() - line.trim_start().chars().count()) as u32 + 1)
        };
        let found =
            (1..).zip(text.lines()).find_map(|(number, line)| Some((number, begins(line)?)));
        let (line, column) = found.unwrap_or_default();
        Fault { line, column, ..self }
    }
}

/// The error that is behind those that only pass it on, and the innermost place that is known.
fn innermost(error: &EvalAltResult) -> (&EvalAltResult, Position) {
    let mut position = error.position();
    let mut inner = error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, cause, _) = inner {
        inner = cause;
        if !inner.position().is_none() {
            position = inner.position();
        }
    }
    (inner, position)
}

/// What a script has thrown, as text.
pub(crate) fn thrown(error: &EvalAltResult) -> String {
    match innermost(error).0 {
        EvalAltResult::ErrorRuntime(thrown, _) => {
            thrown.clone().into_string().unwrap_or_else(|_| thrown.to_string())
        }
        other => message(other),
    }
}

fn unknown(name: &str) -> String {
    format!("there is no variable `{name}`")
}

/// What the language says is wrong, as what comes behind a colon.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// A kind of value, from what the language calls it.
fn kind(name: &str) -> &str {
    match name.trim() {
        "i64" => "a number",
        "array" => "an array",
        "map" => "an object map",
        "char" => "a letter",
        "()" => "nothing",
        "bool" => "true or false",
        name if name.contains("String") => "text",
        name => name,
    }
}

/// No function takes these: `wrods (&str | ImmutableString | String)`.
fn no_function(signature: &str) -> String {
    let (name, taken) = signature.split_once('(').unwrap_or((signature, ""));
    let (name, taken) = (name.trim(), taken.trim_end().trim_end_matches(')'));
    let kinds: Vec<&str> = taken.split(',').map(kind).filter(|kind| !kind.is_empty()).collect();
    match name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
        true if kinds.is_empty() => format!("there is no function `{name}()`"),
        true => format!("there is no function `{name}` that takes {}", kinds.join(", ")),
        false => format!("`{name}` is not for {}", kinds.join(" and ")),
    }
}

/// What an error says, without its place.
fn message(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorFunctionNotFound(signature, _) => no_function(signature),
        EvalAltResult::ErrorVariableNotFound(name, _) => unknown(name),
        EvalAltResult::ErrorTooManyOperations(_) => {
            "it takes too many steps: does a loop never end?".to_owned()
        }
        EvalAltResult::ErrorTerminated(..) => {
            "all calls of the run together have taken all the steps that they may".to_owned()
        }
        EvalAltResult::ErrorStackOverflow(_) => {
            format!("functions call each other more than {} deep", crate::limits::CALLS)
        }
        EvalAltResult::ErrorDataTooLarge(what, _) => format!("too large: {}", small(what)),
        other => {
            let text = other.to_string();
            let place = format!(" ({})", other.position());
            small(text.strip_suffix(&place).unwrap_or(&text))
        }
    }
}

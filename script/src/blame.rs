//! What the language says is wrong, as a [`Fault`].

use rhai::{EvalAltResult, ParseError, Position};

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
        Fault::at(*position, kind.to_string(), Place::Compile)
    }

    /// A call has ended with an error: the innermost, where something has a place in the text.
    pub(crate) fn of_call(error: &EvalAltResult, place: Place) -> Fault {
        let mut position = error.position();
        let mut inner = error;
        while let EvalAltResult::ErrorInFunctionCall(_, _, cause, _) = inner {
            inner = cause;
            if !inner.position().is_none() {
                position = inner.position();
            }
        }
        Fault::at(position, message(inner), place)
    }
}

/// What an error says, without its place.
fn message(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorRuntime(thrown, _) => match thrown.clone().into_string() {
            Ok(text) => text,
            Err(_) => thrown.to_string(),
        },
        EvalAltResult::ErrorTooManyOperations(_) => {
            "it takes too many steps: does a loop never end?".to_owned()
        }
        EvalAltResult::ErrorTerminated(..) => {
            "all calls of the run together have taken all the steps that they may".to_owned()
        }
        EvalAltResult::ErrorStackOverflow(_) => {
            format!("functions call each other more than {} deep", crate::limits::CALLS)
        }
        EvalAltResult::ErrorDataTooLarge(what, _) => format!("too large: {what}"),
        other => {
            let text = other.to_string();
            let place = format!(" ({})", other.position());
            text.strip_suffix(&place).unwrap_or(&text).to_owned()
        }
    }
}

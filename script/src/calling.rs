//! A script as functions of a job, and what becomes of one that fails.
//!
//! A script that *throws* says that it cannot take what it was given: that is the paper's bad record
//! (section 4.6), on which the code fails each time. Map is called for a whole split, so the record
//! is looked for: the first line on which map throws when it is given that line alone. It is what
//! [`Functions::map`] returns, and the library skips it if it is told to. Everything else, and what
//! no line alone brings out, is a [`Fault`] of the script, and the run's end: a mistake in a program
//! is mended, not skipped.

use netsplit_core::mapreduce::emit::Emit;
use netsplit_core::mapreduce::job::{Combine, Functions, NO_RECORD, by_hash};
use rhai::{Array, Dynamic, EvalAltResult, INT, ImmutableString};

use crate::blame::thrown;
use crate::fault::{Fault, Place};
use crate::helpers::{text_from, text_from_bytes, value_from};
use crate::limits;
use crate::program::{self, Program};
use crate::script::Script;

/// A call that has not ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Because of a record: the line, from 0, and what the script says.
    Record(u64, String),
    /// Because of the script.
    Fault(Fault),
}

impl Functions for Script {
    fn name(&self) -> &str {
        self.word()
    }

    fn map(&self, name: &str, text: &[u8], emit: &mut Emit) -> Result<(), u64> {
        if self.has_failed() {
            return Err(NO_RECORD);
        }
        match program::with(self, |program| self.map_in(program, name, text, emit)) {
            Ok(()) => Ok(()),
            Err(Failed::Record(line, _)) => Err(line),
            Err(Failed::Fault(fault)) => {
                self.note(fault);
                Err(NO_RECORD)
            }
        }
    }

    fn reduce(&self, key: &[u8], values: &[&[u8]]) -> Vec<u8> {
        self.grouped("reduce", key, values)
    }

    fn combine(&self) -> Combine {
        if self.has_combine() { Combine::Own } else { Combine::Nothing }
    }

    fn combined(&self, key: &[u8], values: &[&[u8]]) -> Vec<u8> {
        self.grouped("combine", key, values)
    }

    fn partition(&self, key: &[u8], parts: u32) -> u32 {
        if !self.0.own.partition || self.has_failed() {
            return by_hash(key, parts);
        }
        let part = program::with(self, |program| self.partition_in(program, key, parts));
        part.unwrap_or_else(|fault| {
            self.note(fault);
            0
        })
    }
}

impl Script {
    /// What reduce or combine makes of a key; nothing any more once the run has a fault.
    fn grouped(&self, function: &str, key: &[u8], values: &[&[u8]]) -> Vec<u8> {
        if self.has_failed() {
            return Vec::new();
        }
        let made = program::with(self, |program| self.group_in(program, function, key, values));
        made.unwrap_or_else(|fault| {
            self.note(fault);
            Vec::new()
        })
    }

    /// Calls a function that was given so many bytes.
    fn call(
        &self,
        program: &mut Program,
        name: &str,
        arguments: impl rhai::FuncArgs,
        bytes: u64,
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        let (allowance, is_last) = self.allowance(bytes);
        let (result, steps) = program.call(name, arguments, allowance);
        self.spend(bytes, steps);
        result.map_err(|error| match error.unwrap_inner() {
            EvalAltResult::ErrorTooManyOperations(position) if is_last => {
                EvalAltResult::ErrorTerminated(Dynamic::UNIT, *position).into()
            }
            _ => error,
        })
    }

    /// Calls map for a split, or finds what is to blame.
    pub(crate) fn map_in(
        &self,
        program: &mut Program,
        name: &str,
        text: &[u8],
        emit: &mut Emit,
    ) -> Result<(), Failed> {
        let place = |line| Place::Map { split: name.to_owned(), line };
        if text.len() > limits::STRING {
            let message = format!(
                "the split has {} bytes, and a text at most {}",
                text.len(),
                limits::STRING
            );
            let fault = Fault::whole(message, place(None));
            return Err(Failed::Fault(fault.or_at(&self.0.text, "map")));
        }
        let of = |error: &EvalAltResult, line| {
            Fault::of_call(error, place(line)).or_at(&self.0.text, "map")
        };
        let Err(error) = self.map_once(program, name, text, emit) else { return Ok(()) };
        let throws = matches!(error.unwrap_inner(), EvalAltResult::ErrorRuntime(..));
        if is_limit(error.unwrap_inner()) {
            // It would come up anew on every line, and takes long each time.
            return Err(Failed::Fault(of(&error, None)));
        }
        let mut scratch = Emit::new(Combine::Nothing);
        for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let Err(alone) = self.map_once(program, name, line, &mut scratch) else { continue };
            let also = matches!(alone.unwrap_inner(), EvalAltResult::ErrorRuntime(..));
            if throws != also {
                continue;
            }
            return Err(match throws {
                true => Failed::Record(number as u64, thrown(&alone)),
                false => Failed::Fault(of(&alone, Some(number as u64 + 1))),
            });
        }
        Err(Failed::Fault(of(&error, None)))
    }

    fn map_once(
        &self,
        program: &mut Program,
        name: &str,
        text: &[u8],
        emit: &mut Emit,
    ) -> Result<(), Box<EvalAltResult>> {
        let bytes = text.len() as u64;
        let given: ImmutableString = String::from_utf8_lossy(text).as_ref().into();
        {
            let mut out = program.out.borrow_mut();
            out.room = Some(limits::EMITTED + limits::EMITTED_OF_BYTE * bytes);
            out.counted = 0;
            std::mem::swap(&mut out.emit, emit);
        }
        let result = self.call(program, "map", (name.to_owned(), given), bytes);
        let mut out = program.out.borrow_mut();
        out.room = None;
        std::mem::swap(&mut out.emit, emit);
        result.map(drop)
    }

    /// Calls reduce or combine for a key with its values.
    pub(crate) fn group_in(
        &self,
        program: &mut Program,
        function: &str,
        key: &[u8],
        values: &[&[u8]],
    ) -> Result<Vec<u8>, Fault> {
        let place = || match function {
            "combine" => Place::Combine { key: text_from_bytes(key) },
            _ => Place::Reduce { key: text_from_bytes(key) },
        };
        if values.len() > limits::ARRAY {
            let message = format!(
                "the key has {} values, and an array at most {}: a combiner makes them fewer",
                values.len(),
                limits::ARRAY
            );
            return Err(Fault::whole(message, place()).or_at(&self.0.text, function));
        }
        // A value costs a step or two however short it is.
        let bytes = key.len() + values.iter().map(|value| value.len() + 1).sum::<usize>();
        let given: Array = values.iter().map(|value| value_from(value)).collect();
        let arguments = (ImmutableString::from(text_from_bytes(key)), given);
        let result = self.call(program, function, arguments, bytes as u64);
        let or_at = |fault: Fault| fault.or_at(&self.0.text, function);
        let value = result.map_err(|error| or_at(Fault::of_call(&error, place())))?;
        text_from(&value).map(String::into_bytes).map_err(|found| {
            let message =
                format!("`{function}` is to return text or a whole number, and returns {found}");
            or_at(Fault::whole(message, place()))
        })
    }

    fn partition_in(&self, program: &mut Program, key: &[u8], parts: u32) -> Result<u32, Fault> {
        let place = || Place::Partition { key: text_from_bytes(key) };
        let arguments = (ImmutableString::from(text_from_bytes(key)), INT::from(parts));
        let result = self.call(program, "partition", arguments, key.len() as u64);
        let or_at = |fault: Fault| fault.or_at(&self.0.text, "partition");
        let value = result.map_err(|error| or_at(Fault::of_call(&error, place())))?;
        let part = value.as_int().ok().and_then(|part| u32::try_from(part).ok());
        part.filter(|part| *part < parts.max(1)).ok_or_else(|| {
            let message =
                format!("`partition` is to return a number below {parts}, and returns {value}");
            or_at(Fault::whole(message, place()))
        })
    }
}

/// Whether a call has come to the end of what it may use.
fn is_limit(error: &EvalAltResult) -> bool {
    matches!(
        error,
        EvalAltResult::ErrorTooManyOperations(_)
            | EvalAltResult::ErrorStackOverflow(_)
            | EvalAltResult::ErrorTooManyVariables(_)
            | EvalAltResult::ErrorDataTooLarge(..)
            | EvalAltResult::ErrorTerminated(..)
    )
}

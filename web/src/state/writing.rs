//! The branch as text, and its being rewritten: a line at a time, or all of it.

use netsplit_core::id::Cast;
use netsplit_sim::labs::LabWords;
use netsplit_sim::moment::Moment;
use netsplit_sim::scenario::{Line, Script};
use netsplit_sim::scene::{Act, Deed, Planned};
use netsplit_sim::script::{ScriptError, parse_line};

use super::play::Play;

/// Parts the script's own lines from what a person did.
const ACTS_BELOW: &str = "# What you did";

/// What is being rewritten.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Writing {
    /// Nothing.
    #[default]
    Nothing,
    /// One line; its text, and why it was refused.
    Line(Planned, String, Option<ScriptError>),
    /// All of it.
    Whole(String, Option<ScriptError>),
}

/// What can be done to the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Goes to a line's moment and offers what can be done to it.
    Open(Planned),
    /// Rewrites a line.
    Line(Planned),
    /// Rewrites everything.
    Whole,
    /// The text is now this.
    Typed(String),
    /// Runs what is written.
    Apply,
    /// Leaves it as it was.
    Cancel,
    /// Takes a line out.
    Remove(Planned),
    /// Moves an act by so many microseconds.
    Move(Planned, i64),
}

/// A line as text.
pub fn line_text(play: &Play, what: Planned) -> Option<String> {
    let lab = play.lab();
    match what {
        Planned::Line(number) => {
            let (_, line) = play.script.lines.get(number as usize)?;
            Some(lab.show(line).to_string())
        }
        Planned::Act(number) => act_text(lab, play.run.acts().get(number as usize)?),
    }
}

/// An act as the line that does it; `None` for what a director did.
pub fn act_text(lab: &'static LabWords, act: &Act) -> Option<String> {
    match &act.deed {
        Deed::Verb(verb) => Some(format!("at {} {}", act.moment, lab.show(verb))),
        Deed::Choice(_) => None,
    }
}

/// The whole branch as text.
pub fn whole_text(play: &Play) -> String {
    let acts = play.run.acts();
    let lines: Vec<String> = acts.iter().filter_map(|act| act_text(play.lab(), act)).collect();
    match lines.is_empty() {
        true => play.script.to_string(),
        false => format!("{}\n{ACTS_BELOW}\n{}\n", play.script, lines.join("\n")),
    }
}

/// Reads a whole branch.
///
/// # Errors
/// The first thing that is not as it should be, with its place in the text.
pub fn read_whole(text: &str, lab: &'static LabWords) -> Result<(Script, Vec<Act>), ScriptError> {
    let place = text.lines().position(|line| line.trim() == ACTS_BELOW);
    let own: Vec<&str> = text.lines().take(place.unwrap_or(usize::MAX)).collect();
    let script = Script::parse(&own.join("\n"))?;
    let mut acts = Vec::new();
    for (number, line) in text.lines().enumerate().skip(own.len()) {
        let number = number as u32 + 1;
        let read = parse_line(line, lab, script.setup.nodes);
        let read = read.map_err(|error| ScriptError { line: number, ..error })?;
        if let Some(line) = read {
            acts.push(act_of(line).map_err(|error| ScriptError { line: number, ..error })?);
        }
    }
    Ok((script, acts))
}

/// Reads an act with its moment.
///
/// # Errors
/// What is not as it should be, with its column.
pub fn read_act(text: &str, lab: &'static LabWords, cast: Cast) -> Result<Act, ScriptError> {
    match parse_line(text, lab, cast)? {
        Some(line) => act_of(line),
        None => Err(expected_act()),
    }
}

fn act_of(line: Line) -> Result<Act, ScriptError> {
    match line {
        Line::Act { at: Some(moment), verb } => Ok(Act { moment, deed: Deed::Verb(verb) }),
        _ => Err(expected_act()),
    }
}

fn expected_act() -> ScriptError {
    let message = "expected a moment and an act, like `at 0.412s crash n4`".to_owned();
    ScriptError { line: 1, column: 1, message }
}

/// An act at another moment, so many microseconds from its own.
pub fn moved(act: &Act, micros: i64) -> Act {
    let at = act.moment.at.micros().saturating_add_signed(micros);
    let moment = Moment::after(netsplit_core::time::Time::from_micros(at));
    Act { moment, ..act.clone() }
}

/// Where an error stands: its line, and a caret below the place.
pub fn pointed(text: &str, error: &ScriptError) -> String {
    let line = text.lines().nth(error.line.saturating_sub(1) as usize).unwrap_or("");
    let column = error.column.saturating_sub(1) as usize;
    format!(
        "{line}\n{}^\nline {}, column {}: {}",
        " ".repeat(column),
        error.line,
        error.column,
        error.message
    )
}

//! What the share dialog offers: the link with what is selected and a line from
//! the sender, in the forms people send.

#[cfg(test)]
mod tests;

use netsplit_core::time::Span;
use netsplit_sim::link::{Link, What, note_from_text};
use netsplit_sim::moment::Moment;
use netsplit_sim::scenario::{Line, Script};
use netsplit_sim::scene::{Act, Deed};
use netsplit_sim::timeline::Progress;

use super::file;
use super::model::Model;
use super::naming::place_name;
use super::play::Play;

/// Links longer than this are cut by some chats and mail programs.
pub const LONG: usize = 1_800;

/// Steps a script is run for, to see whether it says the same.
const SCRIPT_STEPS: u64 = 100_000;

/// A form in which a moment is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The whole address.
    Link,
    /// From `#` on: for any page that serves Netsplit.
    Part,
    /// `[Split vote at 12.345 s](…)`.
    Markdown,
    /// The script language.
    Script,
    /// A file.
    File,
}

/// What a person has set in the share dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sharing {
    /// The sender's line, as typed.
    pub note: String,
    /// Acts after the moment are left out.
    pub leaves_out: bool,
    /// What was copied last, and the link as it was then.
    pub copied: Option<(Form, String)>,
    /// The branch as a script, where text can say it.
    pub script: Option<String>,
}

impl Sharing {
    /// Whether the link is another than the one that was copied.
    pub fn is_stale(&self, link: &str) -> bool {
        self.copied.as_ref().is_some_and(|(_, copied)| copied != link)
    }

    /// What was copied, while it is still true.
    pub fn fresh(&self, link: &str) -> Option<Form> {
        self.copied.as_ref().filter(|(_, copied)| copied == link).map(|(form, _)| *form)
    }
}

impl Model {
    /// What the dialog begins with: nothing copied, and the line of whoever sent
    /// this moment.
    pub(super) fn begin_sharing(&mut self) {
        let note = self.senders_line().unwrap_or_default().to_owned();
        let script = self.play.script_text();
        self.sharing = Sharing { note, script, ..Sharing::default() };
    }

    /// The link to share, from `#` on.
    pub fn shared_link(&self) -> String {
        let link = self.play.link(!self.sharing.leaves_out);
        let note = note_from_text(&self.sharing.note);
        let selected = place_name(self.alone, self.selection);
        Link { note, selected, ..link }.to_string()
    }

    /// What a file of the run holds at this moment.
    pub fn file(&self) -> String {
        file::text(&self.heading(), self.play.script_text().as_deref(), &self.address())
    }

    /// What the share dialog saves.
    pub fn shared_file(&self, link: &str) -> String {
        file::text(&self.shared_title(), self.sharing.script.as_deref(), link)
    }

    /// The address bar's link: what was opened keeps its sender's line until it
    /// is another moment or another run.
    pub fn address(&self) -> String {
        let mut link = self.play.link(true);
        link.selected = place_name(self.alone, self.selection);
        link.note = self.senders_line().unwrap_or_default().to_owned();
        link.to_string()
    }

    /// What the sender says to look at, while the moment is the one that was sent.
    pub fn senders_line(&self) -> Option<&str> {
        let origin = self.origin.as_ref().filter(|origin| !origin.note.is_empty())?;
        let same = (origin.moment, origin.branch) == (self.view().moment, self.play.shown_branch());
        (same && origin.acts == self.play.run.acts().len()).then_some(&*origin.note)
    }

    /// What is shared, in one line: the run, the moment, and what it is about.
    pub fn shared_title(&self) -> String {
        let about = match note_from_text(&self.sharing.note) {
            note if !note.is_empty() => Some(note),
            _ => self.play.last_matter(),
        };
        let about = about.map(|about| format!(": {}", about.trim_end_matches('.')));
        format!("{}{}", self.heading(), about.unwrap_or_default())
    }

    /// `Split vote at 12.345 s`.
    fn heading(&self) -> String {
        format!("{} at {} s", self.play.title(), self.view().moment.at.seconds(3))
    }

    /// The tab's title: `Split vote · 12.345 s · Netsplit`; a broken property
    /// stands first.
    pub fn tab_title(&self) -> String {
        let broken = self.view().broken.first();
        let broken = broken.map(|it| format!("{} broken · ", it.property)).unwrap_or_default();
        let at = format!("{} s", self.view().moment.at.seconds(3));
        format!("{broken}{} · {at} · Netsplit", self.play.title())
    }
}

/// A link in Markdown, whose text is plain whatever stands in it.
pub fn markdown(title: &str, address: &str) -> String {
    let mut text = String::new();
    for letter in title.chars() {
        if "\\[]()*_`<>#&".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    format!("[{text}]({address})")
}

impl Play {
    /// The last thing that mattered, in the words of the list of events.
    fn last_matter(&self) -> Option<String> {
        let event = self.history().last(self.run.moment(), |event| event.matters)?;
        Some(event.text.to_string())
    }

    /// The branch as a script, if the script's run is the same at this moment.
    pub fn script_text(&self) -> Option<String> {
        let text = self.branch_text()?;
        let script = Script::parse(&text).ok()?;
        let what = What::Written(text.clone());
        let mut again = Play::new(what, script, Vec::new()).ok()?;
        let there = again.run.run_to(self.run.moment(), SCRIPT_STEPS);
        let same = again.run.fingerprint() == self.run.fingerprint();
        (there == Progress::Reached && same).then_some(text)
    }

    /// The scenario's lines with the person's acts among them. What was done up to
    /// the last act stands at its moment, since an act may fall into a wait; what
    /// waited then waits for the rest. Of a test of the course there is none,
    /// since its director is code.
    fn branch_text(&self) -> Option<String> {
        if let What::Course { .. } = self.what {
            return None;
        }
        let (lab, acts, done) = (self.lab(), self.run.acts(), self.run.lines_done());
        let last = acts.last().map_or(Moment::START, |act| act.moment);
        let done_at = |number: usize| {
            let found = done.iter().find(|(other, _)| *other as usize == number);
            found.map(|(_, moment)| *moment).filter(|moment| !acts.is_empty() && *moment < last)
        };
        let mut text = format!("{}\n", self.script.setup);
        let mut write = |line: &Line| text.push_str(&format!("{}\n", lab.show(line)));
        let mut acts = acts.iter().peekable();
        let mut begun = Moment::START;
        let mut waits = last != Moment::START;
        for (number, (_, line)) in self.script.lines.iter().enumerate() {
            if let Some(at) = done_at(number) {
                while let Some(act) = acts.next_if(|act| act.moment < at) {
                    write(&line_of(act)?);
                }
                begun = at;
                match line.clone() {
                    Line::Act { verb, .. } => write(&Line::Act { at: Some(at), verb }),
                    Line::Note { text, .. } => write(&Line::Note { at: Some(at), text }),
                    Line::Try { .. } | Line::Expect { .. } => write(line),
                    Line::RunFor(_) | Line::RunUntil { .. } => {}
                }
                continue;
            }
            for act in acts.by_ref() {
                write(&line_of(act)?);
            }
            let waited = last.at.since(begun.at);
            match line.clone() {
                Line::RunFor(span) if waits => write(&Line::RunFor(less(span, waited))),
                Line::RunUntil { condition, within } if waits => {
                    let within = within.map(|within| less(within, waited));
                    write(&Line::RunUntil { condition, within });
                }
                _ => write(line),
            }
            waits = false;
        }
        for act in acts {
            write(&line_of(act)?);
        }
        Some(text)
    }
}

/// An act as a line; a director's is none.
fn line_of(act: &Act) -> Option<Line> {
    match &act.deed {
        Deed::Verb(verb) => Some(Line::Act { at: Some(act.moment), verb: verb.clone() }),
        Deed::Choice(_) => None,
    }
}

/// What is left of a span.
fn less(span: Span, waited: Span) -> Span {
    Span::from_micros(span.micros().saturating_sub(waited.micros()))
}

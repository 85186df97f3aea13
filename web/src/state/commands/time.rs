//! Play, steps, moments, speed.

use super::{About, Chord, Command, Group, Offer};
use crate::state::action::Action;
use crate::state::playback::Speed;

const fn command(
    id: &'static str,
    name: &'static str,
    keys: &'static [Chord],
    does: fn(&super::At<'_>) -> Option<Offer>,
) -> Command {
    Command { id, name, group: Group::Time, about: About::Page, keys, does }
}

pub(super) const COMMANDS: &[Command] = &[
    command("play", "Play, pause", &[Chord::key(" "), Chord::key(".")], |at| {
        let name = if at.model.playback.playing { "Pause" } else { "Play" };
        Offer::named(name.to_owned(), Action::TogglePlay)
    }),
    command("step", "One step on", &[Chord::key("arrowright")], |_| {
        Offer::plain(Action::StepForward)
    }),
    command("step-back", "One step back", &[Chord::key("arrowleft")], |_| {
        Offer::plain(Action::StepBack)
    }),
    command("next-matter", "Next thing that matters", &[Chord::shift("arrowright")], |_| {
        Offer::plain(Action::NextMatter)
    }),
    command("previous-matter", "Previous thing that matters", &[Chord::shift("arrowleft")], |_| {
        Offer::plain(Action::PreviousMatter)
    }),
    command("next-note", "Next note, and pause", &[Chord::key("pagedown")], |_| {
        Offer::plain(Action::NextNote)
    }),
    command("previous-note", "Previous note, and pause", &[Chord::key("pageup")], |_| {
        Offer::plain(Action::PreviousNote)
    }),
    command("start", "Start", &[Chord::key("home")], |_| Offer::plain(Action::ToStart)),
    command("edge", "Edge: as far as it has been run", &[Chord::key("end")], |_| {
        Offer::plain(Action::ToEdge)
    }),
    command("faster", "Double the speed", &[Chord::key("+")], |_| Offer::plain(Action::Faster)),
    command("slower", "Halve the speed", &[Chord::key("-"), Chord::key("−")], |_| {
        Offer::plain(Action::Slower)
    }),
    command("auto", "Speed: Auto", &[Chord::key("n")], |_| {
        Offer::plain(Action::SetSpeed(Speed::Auto))
    }),
    command("loop-from", "Loop from here", &[Chord::key("[")], |_| Offer::plain(Action::LoopFrom)),
    command("loop-to", "Loop up to here", &[Chord::key("]")], |_| Offer::plain(Action::LoopTo)),
    command("loop-off", "Stop looping", &[], |at| {
        let looping = at.model.playback.looped.is_set();
        looping.then_some(Offer { name: None, action: Action::LoopOff })
    }),
];

//! The keys: one list, from which help is made and by which keys are read.

use super::action::{Action, Float, ToMessage};
use super::playback::Speed;

/// A key as the browser names it, with what was held beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// Ctrl, or ⌘.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
}

/// A line of the list.
pub struct Key {
    /// The key, lower case where it is a letter.
    key: &'static str,
    ctrl: bool,
    shift: bool,
    /// As help writes it.
    pub shown: &'static str,
    /// What it does.
    pub does: &'static str,
    action: fn() -> Action,
}

const fn key(
    key: &'static str,
    shown: &'static str,
    does: &'static str,
    action: fn() -> Action,
) -> Key {
    Key { key, ctrl: false, shift: false, shown, does, action }
}

const fn shift(mut key: Key) -> Key {
    key.shift = true;
    key
}

const fn ctrl(mut key: Key) -> Key {
    key.ctrl = true;
    key
}

/// Every key. Where two do the same, the second is not shown.
pub const KEYS: &[Key] = &[
    key(" ", "Space", "play, pause", || Action::TogglePlay),
    key(".", "", "", || Action::TogglePlay),
    key("arrowright", "→", "one step on", || Action::StepForward),
    key("arrowleft", "←", "one step back", || Action::StepBack),
    shift(key("arrowright", "Shift →", "next thing that matters", || Action::NextMatter)),
    shift(key("arrowleft", "Shift ←", "previous thing that matters", || Action::PreviousMatter)),
    key("home", "Home", "start", || Action::ToStart),
    key("end", "End", "edge: as far as it has been run", || Action::ToEdge),
    key("+", "+", "double the speed", || Action::Faster),
    key("-", "−", "halve the speed", || Action::Slower),
    key("n", "N", "Auto", || Action::SetSpeed(Speed::Auto)),
    key("x", "X", "crash or restart the selected node", || Action::CrashOrRestart),
    key("p", "P", "pause or resume it", || Action::PauseOrResume),
    key("i", "I", "isolate it, or mend its links", || Action::IsolateOrMend),
    key("e", "E", "its election time-out, now", || Action::FireTimer),
    key("m", "M", "next message under way", || Action::SelectMessage { forward: true }),
    shift(key("m", "Shift M", "previous message", || Action::SelectMessage { forward: false })),
    key("d", "D", "drop the selected message", || Action::ToMessage(ToMessage::Drop)),
    key("h", "H", "hold or release it", || Action::ToMessage(ToMessage::HoldOrRelease)),
    key("g", "G", "deliver it now", || Action::ToMessage(ToMessage::Deliver)),
    key("u", "U", "duplicate it", || Action::ToMessage(ToMessage::Duplicate)),
    key("c", "C", "command to the leader", || Action::Command),
    key("s", "S", "share this moment", || Action::Float(Float::Share)),
    ctrl(key("o", "Ctrl O", "open a link or a script", || Action::Float(Float::Open))),
    ctrl(key("z", "Ctrl Z", "undo", || Action::Undo)),
    ctrl(shift(key("z", "Ctrl Shift Z", "redo", || Action::Redo))),
    ctrl(key("y", "", "", || Action::Redo)),
    key("escape", "Esc", "close, deselect", || Action::Escape),
    key("?", "?", "these keys", || Action::Float(Float::Help)),
];

/// What a stroke does, if anything. Keys go by the character typed, so that
/// Shift counts for letters and arrows only: `?` and `+` need it on many layouts.
pub fn action(stroke: &Stroke) -> Option<Action> {
    let pressed = stroke.key.to_lowercase();
    if stroke.alt {
        return None;
    }
    if let (Ok(number), false, 1) = (pressed.parse::<u32>(), stroke.ctrl, pressed.len()) {
        return Some(Action::SelectNumber(number));
    }
    let counts = pressed.chars().count() > 1 || pressed.chars().all(char::is_alphabetic);
    let fits = |key: &&Key| {
        key.key == pressed && key.ctrl == stroke.ctrl && (!counts || key.shift == stroke.shift)
    };
    KEYS.iter().find(fits).map(|key| (key.action)())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(key: &str, ctrl: bool, shift: bool) -> Option<Action> {
        action(&Stroke { key: key.into(), ctrl, shift, alt: false })
    }

    #[test]
    fn keys_do_what_the_list_says() {
        assert_eq!(stroke(" ", false, false), Some(Action::TogglePlay));
        assert_eq!(stroke("X", false, false), Some(Action::CrashOrRestart));
        assert_eq!(stroke("?", false, true), Some(Action::Float(Float::Help)));
        assert_eq!(stroke("+", false, true), Some(Action::Faster));
        assert_eq!(stroke("z", true, false), Some(Action::Undo));
        assert_eq!(stroke("Z", true, true), Some(Action::Redo));
        assert_eq!(stroke("ArrowRight", false, true), Some(Action::NextMatter));
        assert_eq!(stroke("4", false, false), Some(Action::SelectNumber(4)));
        assert_eq!(stroke("c", true, false), None, "copying stays the browser's");
        assert_eq!(stroke("Tab", false, false), None);
    }

    #[test]
    fn no_key_is_in_the_list_twice() {
        for (place, key) in KEYS.iter().enumerate() {
            let same = |other: &Key| {
                (other.key, other.ctrl, other.shift) == (key.key, key.ctrl, key.shift)
            };
            assert!(!KEYS[place + 1..].iter().any(same), "{}", key.key);
        }
    }
}

//! Keys: how they are pressed, and how they are shown.

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

impl Stroke {
    /// A letter, a digit or a sign alone: what the switch for letters turns off.
    pub fn is_character(&self) -> bool {
        !self.ctrl && self.key.chars().count() == 1 && self.key != " "
    }

    /// The digit that was pressed.
    pub fn digit(&self) -> Option<u32> {
        match self.key.as_bytes() {
            [digit @ b'0'..=b'9'] => Some(u32::from(digit - b'0')),
            _ => None,
        }
    }
}

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// By its name or character, in lower case.
    Named(&'static str),
    /// Any digit.
    Digit,
}

/// A key with what is held beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Ctrl, or ⌘.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
}

impl Chord {
    /// A key alone.
    pub const fn key(key: &'static str) -> Chord {
        Chord { key: Key::Named(key), ctrl: false, shift: false }
    }

    /// Any digit.
    pub const fn digit() -> Chord {
        Chord { key: Key::Digit, ctrl: false, shift: false }
    }

    /// A key with Shift.
    pub const fn shift(key: &'static str) -> Chord {
        Chord { shift: true, ..Chord::key(key) }
    }

    /// A key with Ctrl or ⌘.
    pub const fn ctrl(key: &'static str) -> Chord {
        Chord { ctrl: true, ..Chord::key(key) }
    }

    /// A key with Shift and Ctrl or ⌘.
    pub const fn ctrl_shift(key: &'static str) -> Chord {
        Chord { shift: true, ..Chord::ctrl(key) }
    }

    /// Whether a stroke is this one. Keys go by the character typed, so Shift
    /// counts for letters and named keys only: `?` and `+` need it on many layouts.
    pub fn fits(self, stroke: &Stroke) -> bool {
        if stroke.alt || stroke.ctrl != self.ctrl {
            return false;
        }
        let key = match self.key {
            Key::Digit => return stroke.digit().is_some(),
            Key::Named(key) => key,
        };
        let pressed = stroke.key.to_ascii_lowercase();
        let counts =
            pressed.chars().count() > 1 || pressed.bytes().all(|key| key.is_ascii_alphabetic());
        pressed == key && (!counts || stroke.shift == self.shift)
    }

    /// As people read it: `Ctrl Shift Z`, on a Mac `⇧ ⌘ Z`.
    pub fn shown(self, mac: bool) -> String {
        let key = match self.key {
            Key::Digit => "1 … 9, 0".to_owned(),
            Key::Named(name) => match name {
                " " => "Space".to_owned(),
                "arrowright" => "→".to_owned(),
                "arrowleft" => "←".to_owned(),
                "pagedown" => "PageDown".to_owned(),
                "pageup" => "PageUp".to_owned(),
                "home" => "Home".to_owned(),
                "end" => "End".to_owned(),
                "enter" => "Enter".to_owned(),
                "contextmenu" => "menu key".to_owned(),
                "escape" => "Esc".to_owned(),
                "-" => "−".to_owned(),
                other => other.to_ascii_uppercase(),
            },
        };
        let mut held = Vec::new();
        match mac {
            true => {
                held.extend(self.shift.then_some("⇧"));
                held.extend(self.ctrl.then_some("⌘"));
            }
            false => {
                held.extend(self.ctrl.then_some("Ctrl"));
                held.extend(self.shift.then_some("Shift"));
            }
        }
        held.push(&key);
        held.join(" ")
    }
}

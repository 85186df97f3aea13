//! An act that has been done, as a sentence.

use crate::run::WorldView;
use crate::script::envelope_from_text;

/// The line of a script that does an act, with its messages and arrows as the page
/// writes them: `drop RequestVote n3 → n1` for `drop n3>n1#8`.
pub fn plain(line: &str, view: &WorldView) -> String {
    let word = |word: &str| match (word, envelope_from_text(word)) {
        ("->", _) => "→".to_owned(),
        ("|", _) => "–".to_owned(),
        (_, Some(id)) => {
            let found = view.flying.iter().find(|flying| flying.id == id);
            let kind = found.map_or("the message", |flying| flying.kind);
            format!("{kind} {} → {}", id.from, id.to)
        }
        _ => word.to_owned(),
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The line of a script that does an act, told as what was done: "Crashed n4." A word
/// that has no such form stands as it is written.
pub fn done(line: &str) -> String {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let told = match word {
        "crash" => "Crashed",
        "restart" => "Restarted",
        "pause" => "Paused",
        "resume" => "Resumed",
        "isolate" => "Isolated",
        "cut" => "Cut",
        "mend" => "Mended",
        "deliver" => "Delivered",
        "drop" => "Dropped",
        "hold" => "Held",
        "release" => "Released",
        "duplicate" => "Duplicated",
        "delay" => "Delayed",
        "wipe" => "Wiped the disk of",
        "stall" => "Stalled the disk of",
        "propose" => "Proposed",
        "set" => "Set",
        _ => return format!("Did: {line}."),
    };
    format!("{told} {rest}").trim_end().to_owned() + "."
}

#[cfg(test)]
mod tests {
    use super::done;

    #[test]
    fn an_act_is_told_in_words() {
        assert_eq!(done("crash n4"), "Crashed n4.");
        assert_eq!(done("stall n2"), "Stalled the disk of n2.");
        assert_eq!(done("clock n2 fast"), "Did: clock n2 fast.");
        assert_eq!(done("set save 4ms on n2"), "Set save 4ms on n2.");
    }
}

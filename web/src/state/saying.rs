//! What the caption says now. While it plays, a sentence stays long enough to be
//! read; what was true for an instant only is passed over.

/// Screen time that a sentence stays at least, in microseconds …
const LEAST: u64 = 1_200_000;
/// … and what each letter of a note adds to being read.
const LETTER: u64 = 35_000;
/// The most that a note stays when something else is to be said.
const MOST: u64 = 5_000_000;

/// What is said of a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// One or two sentences.
    pub text: String,
    /// They are the script's, or the sender's.
    pub is_note: bool,
}

/// The sentence shown, and for how long it has been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saying {
    shown: Sentence,
    /// Screen time, in microseconds.
    since: u64,
}

impl Saying {
    /// The sentence shown.
    pub fn shown(&self) -> &Sentence {
        &self.shown
    }

    /// Screen time passes while it plays, and this is to be said now. True when
    /// the sentence changed.
    pub fn pass(&mut self, elapsed: u64, wanted: Sentence) -> bool {
        self.since = self.since.saturating_add(elapsed);
        if wanted == self.shown {
            return false;
        }
        let letters = self.shown.text.chars().count() as u64;
        let least = match self.shown.is_note {
            // A note makes room for the next one sooner than for what follows from it.
            true if !wanted.is_note => (letters * LETTER).clamp(LEAST, MOST),
            _ => LEAST,
        };
        self.since >= least && self.say(wanted)
    }

    /// This is said at once: it is paused, or somebody has gone elsewhere. True
    /// when the sentence changed.
    pub fn say(&mut self, wanted: Sentence) -> bool {
        if wanted == self.shown {
            return false;
        }
        (self.shown, self.since) = (wanted, 0);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: &str) -> Sentence {
        Sentence { text: text.to_owned(), is_note: false }
    }

    #[test]
    fn playing_a_sentence_stays_for_its_time() {
        let mut saying = Saying::default();
        assert!(saying.say(sentence("n1 leads term 1.")));
        assert!(!saying.pass(1_199_999, sentence("n2 leads term 2.")));
        assert_eq!(saying.shown().text, "n1 leads term 1.");
        assert!(saying.pass(1, sentence("n3 leads term 3.")), "what is true by then");
        assert_eq!(saying.shown().text, "n3 leads term 3.");
        assert!(!saying.pass(1_000_000, sentence("n4 leads term 4.")));
    }

    #[test]
    fn paused_it_is_the_sentence_of_the_moment() {
        let mut saying = Saying::default();
        saying.say(sentence("one"));
        assert!(saying.say(sentence("two")));
        assert!(!saying.say(sentence("two")));
    }

    #[test]
    fn a_note_stays_until_it_can_have_been_read() {
        let note = Sentence { text: "x".repeat(100), is_note: true };
        let mut saying = Saying::default();
        saying.say(note.clone());
        assert!(!saying.pass(3_400_000, sentence("what follows")));
        assert!(saying.pass(100_000, sentence("what follows")));
        saying.say(note);
        let next = Sentence { text: "the next note".to_owned(), is_note: true };
        assert!(saying.pass(1_200_000, next));
    }
}

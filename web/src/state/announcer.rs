//! What a screen reader is told while time goes on: only what matters, and no
//! more often than it is asked for.

use netsplit_sim::moment::Moment;

use super::history::History;

/// Sentences said at once; the rest is counted.
const SENTENCES: usize = 3;

/// Remembers what was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announcer {
    said: Option<Moment>,
}

impl Announcer {
    /// What is to be said at a moment, if there is news. After a way back in time
    /// it is the last thing that mattered there.
    pub fn next(&mut self, history: &History, here: Moment) -> Option<String> {
        let said = self.said.replace(here);
        let went_back = said.is_some_and(|said| said > here);
        let after = said.filter(|_| !went_back);
        let events = history.events[..history.happened(here)].iter();
        let events = events.filter(|event| event.matters);
        let news: Vec<&str> = match after {
            Some(after) => {
                events.filter(|event| event.moment > after).map(|it| &*it.text).collect()
            }
            None => events.rev().take(1).map(|event| &*event.text).collect(),
        };
        if news.is_empty() {
            return None;
        }
        let first = news.len().saturating_sub(SENTENCES);
        let left = if first > 0 { format!("{first} more. ") } else { String::new() };
        let back = if went_back { format!("{} s. ", here.at.seconds(3)) } else { String::new() };
        Some(format!("{back}{left}{}", news[first..].join(" ")))
    }
}

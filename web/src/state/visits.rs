//! What a tab keeps besides the run that is shown: runs that were left, to go
//! back to, and the branches of each as text, for when the tab is loaded again.

use std::collections::VecDeque;

use netsplit_sim::link::Link;
use netsplit_sim::open;

use super::model::{Model, Origin};
use super::play::Play;

/// Runs that were left and stay as they are; of older ones the address is kept.
const LEFT_MOST: usize = 3;
/// What the branches of a run may take as text, in bytes.
pub const TEXT_MOST: usize = 256 * 1024;

/// A run that was left for another.
pub struct Left {
    /// Its number in this tab.
    number: u64,
    play: Play,
    origin: Option<Origin>,
}

/// The runs of a tab; each entry of the browser's history stands for one.
#[derive(Default)]
pub struct Visits {
    /// The number of the run that is shown.
    pub number: u64,
    /// The number that the address gave to what is being opened; without one,
    /// opening makes a new entry of the history.
    pub given: Option<u64>,
    /// The run shown was put where an entry of the history stood already.
    pub in_place: bool,
    left: VecDeque<Left>,
}

impl Visits {
    /// Takes in a run that is left, and counts on.
    pub fn leave(&mut self, play: Play, origin: Option<Origin>) {
        let number = self.number;
        self.in_place = self.given.is_some();
        self.number = self.given.take().unwrap_or(number + 1);
        // What could be gone forward to is gone once something else was opened.
        self.left.retain(|left| left.number < self.number && left.number != number);
        if number != self.number {
            self.left.push_back(Left { number, play, origin });
        }
        if self.left.len() > LEFT_MOST {
            self.left.pop_front();
        }
    }
}

impl Model {
    /// Shows a run that was left, where it was left. False when it is not kept.
    pub fn go_back_to(&mut self, number: u64) -> bool {
        let left = &mut self.visits.left;
        let Some(place) = left.iter().position(|left| left.number == number) else { return false };
        let Some(Left { number, play, origin }) = left.remove(place) else { return false };
        let left = Left {
            number: self.visits.number,
            play: std::mem::replace(&mut self.play, play),
            origin: std::mem::replace(&mut self.origin, origin),
        };
        self.visits.left.push_back(left);
        (self.visits.number, self.visits.in_place) = (number, true);
        self.playback.playing = false;
        self.show_anew();
        true
    }

    /// The path of the page that is about what is open, below the site's root:
    /// `s/split-vote/`.
    pub fn place(&self) -> String {
        self.play.scenario.map(|scenario| format!("s/{}/", scenario.id)).unwrap_or_default()
    }

    /// Says that other branches are lost when the page is loaded again.
    pub fn tell_only_one_is_kept(&mut self) {
        self.say("This browser keeps nothing for the tab: loaded again, it has only the branch that is shown.", false);
    }

    /// The branches of the shown run as text, a line each: a mark for the shown
    /// one, its name, its link to its edge. `None` when there is only one, or
    /// they are too long to be kept.
    pub fn branches_text(&self) -> Option<String> {
        let branches = self.play.run.branches();
        if branches.len() < 2 {
            return None;
        }
        let mut text = String::new();
        for branch in branches {
            let acts = self.play.run.acts_of(branch.id)?;
            let link = open::link_of_acts(self.play.link(true), &acts, branch.edge);
            let mark = if branch.shown { "*" } else { "" };
            let name = branch.name.unwrap_or_default().replace(['\t', '\n'], " ");
            text.push_str(&format!("{mark}\t{name}\t{link}\n"));
        }
        (text.len() <= TEXT_MOST).then_some(text)
    }
}

/// A branch that was written down.
pub struct Saved {
    /// It was the one shown.
    pub shown: bool,
    /// The name a person gave it.
    pub name: Option<String>,
    /// Its acts, up to its edge.
    pub link: Link,
}

/// Reads what [`Model::branches_text`] wrote, if it is of the run of a link: the
/// address decides what is opened, and this only adds branches to it. `None` when
/// any of it is not as it was written.
pub fn read(text: &str, of: &Link) -> Option<Vec<Saved>> {
    if text.len() > TEXT_MOST {
        return None;
    }
    let line = |line: &str| {
        let mut parts = line.split('\t');
        let (mark, name, link) = (parts.next()?, parts.next()?, parts.next()?);
        let name = Some(name).filter(|name| !name.is_empty()).map(str::to_owned);
        let (link, _) = Link::read(link).ok()?;
        let same = link.what == of.what && link.seed == of.seed && link.overrides == of.overrides;
        same.then_some(Saved { shown: mark == "*", name, link })
    };
    let saved: Vec<Saved> = text.lines().map(line).collect::<Option<_>>()?;
    let shown = saved.iter().find(|saved| saved.shown)?;
    (shown.link.acts == of.acts).then_some(saved)
}

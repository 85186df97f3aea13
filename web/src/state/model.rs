//! The page's state and everything that changes it. No document: the host tests it.

mod acting;
mod arriving;
mod asking;
pub mod beside;
mod foreseeing;
mod hand;
mod jobbing;
mod looking;
mod ordering;
mod passing;
mod rewriting;
mod saying;
mod seeing;
mod sharding;
mod timing;
mod transacting;
mod trying;
mod zooming;

use std::rc::Rc;

use netsplit_core::time::{Span, Time};
use netsplit_sim::moment::Moment;
use netsplit_sim::open::Claim;
use netsplit_sim::run::WorldView;
use netsplit_sim::scene::Planned;
use netsplit_sim::timeline::BranchId;
use netsplit_sim::verb::Condition;
use web_sys::File;

use super::action::{Action, Drawer, Float, Frame, Tab, Theme};
use super::around::Around;
use super::future::Future;
use super::hand::Hand;
use super::history::Kind;
use super::lens::Lens;
use super::listing::Filter;
use super::opening::Opening;
use super::play::Play;
use super::playback::{Looped, Playback, Speed};
use super::saying::Saying;
use super::selection::{Arrival, Selection};
use super::sharing::Sharing;
use super::trying::{Hunt, Wall};
use super::visits::Visits;
use super::writing::Writing;
use crate::draw::scale::{Scale, Zoom};
use crate::later;

use beside::Then;
use passing::{to_previous_matter, to_previous_note};
pub use saying::Suggestion;
pub use timing::{Pointed, Told};

/// The seed a test of the course opens with.
const COURSE_SEED: u64 = 1;
/// How long is waited for something when nobody says how long.
const WAIT_MOST: Span = Span::from_millis(10_000);
/// Steps looked through for the next note.
const NOTE_STEPS: u64 = 100_000;

/// What the page says: for a while at its lower edge, or of trouble in the caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// The sentence.
    pub text: String,
    /// Whether what it tells can be taken back.
    pub can_undo: bool,
    /// Something went wrong: it stays until it is closed.
    pub is_trouble: bool,
}

/// What became of a link, and whether the run is still what it opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The claim, as checked at the link's moment.
    pub claim: Claim,
    /// The moment.
    pub moment: Moment,
    /// The sender's line.
    pub note: String,
    /// The branch that was opened.
    pub branch: BranchId,
    /// Acts on it then.
    pub acts: usize,
}

/// Everything the page knows.
pub struct Model {
    /// The run that is shown.
    pub play: Play,
    /// Time control.
    pub playback: Playback,
    /// The run beside it, made from it by a change, or the one it was made from.
    pub beside: Option<Box<Play>>,
    /// What is played to, and the time at which that is given up.
    pub goal: Option<(Condition, Time)>,
    /// The time at which playing pauses.
    pub play_to: Option<Time>,
    /// The dial that was turned to an impossible value, and why it is one.
    pub dial_trouble: Option<(&'static str, String)>,
    /// Where what is being opened is to be shown.
    then: Then,
    /// What is selected.
    pub selection: Selection,
    /// The page of the right column.
    pub tab: Tab,
    /// The folded column that is open.
    pub drawer: Drawer,
    /// What floats.
    pub float: Float,
    /// The colours.
    pub theme: Theme,
    /// What is being opened.
    pub opening: Option<Opening>,
    /// Why the last thing could not be opened; its text is kept by who typed it.
    pub trouble: Option<String>,
    /// What the page says.
    pub toast: Option<Toast>,
    /// The link this run came from.
    pub origin: Option<Origin>,
    /// What a hand does on the stage.
    pub hand: Hand,
    /// How much of the page is shown.
    pub frame: Frame,
    /// The logs are the large view, and the stage the small one.
    pub swapped: bool,
    /// Letters, digits and signs are keys.
    pub letters: bool,
    /// What is written in the palette.
    pub written: String,
    /// What is set in the share dialog.
    pub sharing: Sharing,
    /// The runs of this tab.
    pub visits: Visits,
    /// Motion is unwanted: Play goes from one thing that matters to the next.
    pub calm: bool,
    /// What comes after the edge, or of the act that is considered: painted pale.
    pub future: Option<Future>,
    /// It looks ahead past the edge.
    pub foresees: bool,
    considering: Option<foreseeing::Considering>,
    /// The same acts under other seeds.
    pub wall: Option<Wall>,
    /// The search for a run that shows something.
    pub hunt: Option<Hunt>,
    /// The window of the time line that somebody chose.
    pub zoom: Option<Zoom>,
    /// Where somebody points at the time line.
    pub pointed: Option<Pointed>,
    /// The scale on which the play head is dragged.
    dragged: Option<Scale>,
    /// What the caption says.
    pub saying: Saying,
    /// Screen time since the last beat of calm playing.
    beat: u64,
    /// What seeds nobody chose are drawn from; set by whoever has a clock.
    pub chance: u64,
    /// What of the script is being rewritten.
    pub writing: Writing,
    /// The line of the script that offers what can be done to it.
    pub open_line: Option<Planned>,
    /// The message that was selected and has come to its end, until something else is.
    pub arrived: Option<Arrival>,
    /// What is wanted of the list of events.
    pub filter: Filter,
    /// The first index that the logs show, when they do not follow the newest.
    pub logs_from: Option<u64>,
    /// How what clients asked is looked at.
    pub lens: Lens,
    /// The group that stands alone on the stage, 0 for the servers of none; `None` where all do.
    pub alone: Option<u32>,
    /// Texts that were dropped where none are read, as long as it is asked what is to become of them.
    pub offered: Vec<File>,
    view: Rc<WorldView>,
    around: Around,
}

impl Model {
    /// The page at the start of the first scenario, playing.
    ///
    /// # Panics
    /// When that scenario cannot be opened, which a test rules out.
    pub fn new() -> Model {
        let mut play = Play::first();
        let view = play.run.view();
        let mut model = Model {
            play,
            playback: Playback::playing(),
            beside: None,
            goal: None,
            play_to: None,
            dial_trouble: None,
            then: Then::default(),
            selection: Selection::Nothing,
            tab: Tab::Events,
            drawer: Drawer::Closed,
            float: Float::Nothing,
            theme: Theme::System,
            opening: None,
            trouble: None,
            toast: None,
            origin: None,
            hand: Hand::default(),
            frame: Frame::Whole,
            swapped: false,
            letters: true,
            written: String::new(),
            sharing: Sharing::default(),
            visits: Visits::default(),
            calm: false,
            future: None,
            foresees: true,
            considering: None,
            wall: None,
            hunt: None,
            zoom: None,
            pointed: None,
            dragged: None,
            saying: Saying::default(),
            beat: 0,
            chance: 0,
            writing: Writing::Nothing,
            open_line: None,
            arrived: None,
            filter: Filter::default(),
            logs_from: None,
            lens: Lens::default(),
            alone: None,
            offered: Vec::new(),
            view,
            around: Around::default(),
        };
        model.say_moment();
        model
    }

    /// Does an action. True when something on the screen changed beyond what a
    /// frame draws by itself.
    pub fn update(&mut self, action: Action) -> bool {
        let elapsed = match action {
            Action::Frame { elapsed, .. } => elapsed,
            _ => 0,
        };
        let changed = self.take(action);
        self.keep_future();
        self.keep_saying(elapsed) || changed
    }

    fn take(&mut self, action: Action) -> bool {
        match action {
            Action::Frame { elapsed, steps } => return self.frame(elapsed, steps),
            Action::Play => self.playback.playing = true,
            Action::Pause => self.playback.playing = false,
            Action::TogglePlay => self.playback.playing = !self.playback.playing,
            Action::StepForward => self.by_hand(|play| {
                play.step();
            }),
            Action::StepBack => self.by_hand(|play| {
                let steps = play.run.steps();
                play.run.seek_step(steps.saturating_sub(1));
            }),
            Action::NextMatter => {
                self.playback.playing = false;
                self.go_to_next_matter();
            }
            Action::PreviousMatter => self.by_hand(to_previous_matter),
            Action::NextNote => {
                self.playback.playing = false;
                self.go_to_next(|event| event.kind == Kind::Note, NOTE_STEPS);
            }
            Action::PreviousNote => self.by_hand(to_previous_note),
            Action::LoopFrom => {
                let here = Some(self.view.moment);
                let looped = &mut self.playback.looped;
                looped.from = if looped.from == here { None } else { here };
            }
            Action::LoopTo => {
                let here = Some(self.view.moment);
                let looped = &mut self.playback.looped;
                looped.to = if looped.to == here { None } else { here };
            }
            Action::LoopOff => self.playback.looped = Looped::default(),
            Action::ToStart => self.by_hand(|play| play.seek(Moment::START)),
            Action::ToEdge => self.by_hand(|play| play.seek(play.run.edge())),
            Action::SeekTo(moment) => {
                self.play.seek(moment);
                self.look_again();
                self.say_moment();
            }
            Action::PressTimeline(pointed) => self.press_timeline(pointed),
            Action::PointAtTimeline(pointed) => return self.point_at_timeline(pointed),
            Action::LetTimelineGo => self.let_timeline_go(),
            Action::ZoomTimeline(pointed, by) => self.zoom_timeline(pointed, by),
            Action::FollowTimeline => self.zoom = None,
            Action::GoToMark(place) => {
                if let Some(mark) = self.marks().get(place) {
                    self.go_to_mark(mark);
                }
            }
            Action::SetSpeed(speed) => self.playback.speed = speed,
            Action::Faster => self.playback.speed = Speed::faster(self.pace()),
            Action::Slower => self.playback.speed = Speed::slower(self.pace()),
            Action::Act(verb) => self.act(verb),
            Action::ActTogether(verbs) => self.act_together(verbs),
            Action::SendCommand => self.send_command(),
            Action::Consider(verb) => return self.consider(verb),
            Action::Foresee(foresees) => self.foresees = foresees,
            Action::ActAt(moment, verb) => {
                self.by_hand(|play| {
                    if play.run.edge() < moment {
                        play.advance(moment, NOTE_STEPS);
                    } else {
                        play.seek(moment);
                    }
                });
                self.act(verb);
            }
            Action::PlayFor(span) => {
                let until = self.view.moment.at + span;
                self.play_to = Some(until);
                self.playback.playing = true;
            }
            Action::PlayUntil(condition, within) => {
                let until = self.view.moment.at + within.unwrap_or(WAIT_MOST);
                self.wait_for(condition, until);
            }
            Action::Turn(id, value) => self.turn(id, &value),
            Action::Mistake(id, on) => self.set_mistake(id, on),
            Action::WhatIf(id) => self.what_if(id),
            Action::GoToFailure => self.go_to_failure(),
            Action::Compare => self.compare(),
            Action::CloseBeside => self.beside = None,
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::ShowBranch(branch) => self.by_hand(|play| play.show(branch)),
            Action::NameBranch(name) => self.name_branch(&name),
            Action::Run(..) | Action::Choose(_) => {
                return self.meant(action).map_or_else(|changed| changed, |it| self.update(it));
            }
            Action::Select(selection) => self.select(selection),
            Action::SelectNumber(number) => self.select(self.numbered(number)),
            Action::SelectMessage { forward } => self.select_message(forward),
            Action::Edit(edit) => self.edit(edit),
            Action::Filter(filter) => self.filter = filter,
            Action::LogsFrom(index) => self.logs_from = index,
            Action::Press(press) => self.press(press),
            Action::Show(tab) => {
                self.tab = tab;
                self.look_around();
            }
            Action::Drag(to) => return self.drag(to),
            Action::Release => self.release(),
            Action::Enter(at, size) => self.enter(at, size),
            Action::ShowGroup(group, selection) => self.show_group(group, selection),
            Action::ShowShard(shard) => self.show_shard(shard),
            Action::Visit(moment, group, selection) => {
                self.by_hand(|play| play.seek(moment));
                self.show_group(group, Some(selection));
            }
            Action::Menu(press) => self.open_menu(press),
            Action::CloseLegend => self.hand.knows_legend = true,
            Action::Fold(drawer) => {
                self.drawer = if self.drawer == drawer { Drawer::Closed } else { drawer };
            }
            Action::Float(float) => {
                self.float = if self.float == float { Float::Nothing } else { float };
                if self.float == Float::Share {
                    self.begin_sharing();
                }
                self.trouble = None;
                self.hand.menu_at = None;
                self.hand.bundle.clear();
            }
            Action::Write(text) => (self.float, self.written) = (Float::Palette, text),
            Action::Written(text) => self.written = text,
            Action::SwapViews => self.swapped = !self.swapped,
            Action::ShowView(view) => self.choose_view(view),
            Action::Ask(asking) => {
                let of = later::of_lab(self.play.run.lab()).and_then(|lab| lab.clients);
                return of.is_some_and(|of| (of.ask)(self, asking));
            }
            Action::SetFrame(frame) => self.frame = frame,
            Action::Letters(on) => self.letters = on,
            // Written by whoever has a disk.
            Action::SaveFile | Action::TakeFiles(_) | Action::CountWords => {}
            Action::Escape => self.escape(),
            Action::SetTheme(theme) => self.theme = theme,
            Action::Open(what) => self.open(what),
            Action::Switch(number, name) => self.switch(number, name),
            Action::Reseed(seed) => self.turn("seed", &seed.to_string()),
            Action::OpenNoticed { test, mutant, seed } => self.open_noticed(test, mutant, seed),
            Action::OpenText(text) => self.begin(Opening::of_text(&text)),
            Action::OpenAgain { address, number, branches } => {
                self.visits.given = Some(number);
                self.begin(Opening::again(&address, &branches));
            }
            Action::GoBackTo(number) => return self.go_back_to(number),
            Action::Offer(files) => (self.offered, self.float) = (files, Float::Texts),
            Action::Refuse(why) => self.cannot_open(why),
            Action::Say(text, trouble) => self.say(&text, trouble),
            Action::CancelOpening => {
                (self.opening, self.visits.given, self.then) = (None, None, Then::default());
            }
            Action::ShareNote(note) => self.sharing.note = note,
            Action::ShareLater(later) => self.sharing.leaves_out = !later,
            Action::Copied(form, link) => self.sharing.copied = Some((form, link)),
            Action::TryLuck => self.try_luck(),
            Action::OpenLot(seed) => self.open_lot(seed),
            Action::Find { mark, anywhere } => self.find(mark, anywhere),
            Action::StopTrying => self.stop_trying(),
            Action::CloseToast => self.toast = None,
        }
        true
    }
}

impl Default for Model {
    fn default() -> Model {
        Model::new()
    }
}

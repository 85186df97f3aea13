//! Everything a person, the address bar or the clock can ask of the page.

use netsplit_core::id::NodeId;
use netsplit_core::raft::mutants::Mutant;
use netsplit_core::time::Span;
use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::timeline::BranchId;
use netsplit_sim::verb::{Condition, Verb};

use super::commands::CommandId;
use super::lens::Asking;
use super::listing::Filter;
use super::model::Pointed;
use super::playback::Speed;
use super::selection::{Press, Selection};
use super::sharing::Form;
use super::views::View;
use super::writing::Edit;
use crate::draw::ring::{Point, Size};
use web_sys::File;

/// Something to be done by [`Model::update`](super::model::Model::update).
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    // ── Time ───────────────────────────────────────────────────────────────
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// The one of the two that applies.
    TogglePlay,
    /// One step on, and pause.
    StepForward,
    /// One step back, and pause.
    StepBack,
    /// To the next thing that matters, and pause.
    NextMatter,
    /// To the one before, and pause.
    PreviousMatter,
    /// To the next note, and pause.
    NextNote,
    /// To the note before, and pause.
    PreviousNote,
    /// Playing goes round from here on; once more at the same moment, no longer.
    LoopFrom,
    /// Playing goes round up to here; once more at the same moment, no longer.
    LoopTo,
    /// Playing goes straight on.
    LoopOff,
    /// To the start.
    ToStart,
    /// To the latest moment the branch has been run to.
    ToEdge,
    /// Shows a moment of the branch, no later than its edge.
    SeekTo(Moment),
    /// The time line is pressed: time stands still until it is let go.
    PressTimeline(Pointed),
    /// The pointer moves over the time line, or leaves it.
    PointAtTimeline(Option<Pointed>),
    /// The time line is let go.
    LetTimelineGo,
    /// Shows so many times as much of the time line, around a place.
    ZoomTimeline(Pointed, f64),
    /// Shows as much of it as the run needs again.
    FollowTimeline,
    /// Goes to a mark of the time line, by its place in the list.
    GoToMark(usize),
    /// Plays at another speed.
    SetSpeed(Speed),
    /// Twice as fast.
    Faster,
    /// Half as fast.
    Slower,
    /// A frame of the screen.
    Frame {
        /// Microseconds of screen time since the last one.
        elapsed: u64,
        /// Steps that may be made in it.
        steps: u64,
    },

    // ── Acting ─────────────────────────────────────────────────────────────
    /// Acts at the moment shown.
    Act(Verb),
    /// Acts several times at once; taken back as one.
    ActTogether(Vec<Verb>),
    /// Rests on something that would act, or no longer: after a while the pale
    /// future is the one that the act would make.
    Consider(Option<Verb>),
    /// Looks ahead past the edge, or not.
    Foresee(bool),
    /// Sends the leader the next command.
    SendCommand,
    /// Takes the last act back.
    Undo,
    /// Brings it again.
    Redo,
    /// Acts at a moment: goes there first.
    ActAt(Moment, Verb),
    /// Plays for so long, then pauses.
    PlayFor(Span),
    /// Plays until something is so, or for so long at most.
    PlayUntil(Condition, Option<Span>),
    /// Turns a dial to a value.
    Turn(&'static str, String),
    /// Turns a mistake of this name on or off, in a run beside this one.
    Mistake(&'static str, bool),
    /// Shows what had become of this moment with a mistake, in a run beside this one.
    WhatIf(&'static str),
    /// Goes to where a property breaks or a test fails.
    GoToFailure,
    /// Shows the other of two runs that stand beside each other.
    Compare,
    /// Leaves only the run that is shown.
    CloseBeside,
    /// Shows another branch.
    ShowBranch(BranchId),
    /// Gives the shown branch a name.
    NameBranch(String),
    /// Does a command of the registry, about what is selected, with the digit
    /// that was pressed.
    Run(CommandId, Option<u32>),

    // ── Looking ────────────────────────────────────────────────────────────
    /// Selects.
    Select(Selection),
    /// Selects a node by its number, or nothing with 0.
    SelectNumber(u32),
    /// Selects the next message under way, or the one before.
    SelectMessage {
        /// The next one.
        forward: bool,
    },
    /// Rewrites the script.
    Edit(Edit),
    /// The list of events shows what is wanted of it.
    Filter(Filter),
    /// The logs show entries from this index on, or follow the newest.
    LogsFrom(Option<u64>),
    /// The stage is pressed: time stands still, and what is there is selected.
    Press(Press),
    /// The pressed pointer has moved here: over empty ground it draws a cut.
    Drag(Point),
    /// It is let go.
    Release,
    /// The stage is pressed twice in a row: what stands there is gone into.
    Enter(Point, Size),
    /// Shows a group alone on the stage, 0 for the servers of none, or all of them, with this
    /// selected; `None` for what is, as far as it is seen there.
    ShowGroup(Option<u32>, Option<Selection>),
    /// Shows a shard on the map, beside all groups.
    ShowShard(u32),
    /// Goes to a moment, and shows a group alone there, or all of them, with this selected.
    Visit(Moment, Option<u32>, Selection),
    /// Opens the menu of what is at a place of the stage.
    Menu(Press),
    /// The legend is known.
    CloseLegend,
    /// Shows a page of the right column.
    Show(Tab),
    /// Opens a column that is folded, or closes it.
    Fold(Drawer),
    /// Opens what floats over the page, or closes it.
    Float(Float),
    /// Opens the palette with a text in it.
    Write(String),
    /// What is written in the palette.
    Written(String),
    /// Does what stands in the palette's list at a place, or what is written.
    Choose(Option<usize>),
    /// Swaps the large and the small view.
    SwapViews,
    /// Shows a view beside the stage.
    ShowView(View),
    /// Something about what clients asked.
    Ask(Asking),
    /// Shows the whole page, the stage alone, or presents it.
    SetFrame(Frame),
    /// Letters are keys, or not.
    Letters(bool),
    /// One level up: closes what floats, then what is open, then selects nothing.
    Escape,
    /// Another theme.
    SetTheme(Theme),

    // ── Opening and sharing ────────────────────────────────────────────────
    /// Opens a scenario or a test.
    Open(What),
    /// Opens a scenario beside the run shown, by its number, under this name.
    Switch(u32, &'static str),
    /// Opens the same again with another seed.
    Reseed(u64),
    /// Opens a test of the course with a mistake, at the seed that shows it, and
    /// goes to the failure.
    OpenNoticed {
        /// The test's number.
        test: u32,
        /// The mistake.
        mutant: Mutant,
        /// The seed.
        seed: u64,
    },
    /// Opens what an entry of the browser's history stands for, under the number
    /// it has there, with the branches that were written down in this tab.
    OpenAgain {
        /// The address.
        address: String,
        /// The number.
        number: u64,
        /// The branches, as text.
        branches: String,
    },
    /// Shows a run that was left.
    GoBackTo(u64),
    /// Something was not even read, and why.
    Refuse(String),
    /// Says something; whether it is trouble, which stays until it is taken away.
    Say(String, bool),
    /// Opens a pasted text: a link or a script.
    OpenText(String),
    /// Takes files that were dropped: as input where the lab reads such, else as a link or a
    /// script.
    TakeFiles(Vec<File>),
    /// Texts were dropped where none are read: it is asked whether to go where they are.
    Offer(Vec<File>),
    /// Goes there with them.
    CountWords,
    /// Saves the run as a file.
    SaveFile,
    /// Stops opening; what was there stays.
    CancelOpening,
    /// Runs the same acts under other seeds.
    TryLuck,
    /// Opens what it came to under one of them.
    OpenLot(u64),
    /// Looks for a run that shows something.
    Find {
        /// The word of the mark.
        mark: &'static str,
        /// Where anything may go wrong; else in what is on the page.
        anywhere: bool,
    },
    /// Stops trying seeds.
    StopTrying,
    /// The sender's line.
    ShareNote(String),
    /// The link to share holds acts after the moment, or not.
    ShareLater(bool),
    /// The moment was copied in a form, while this was its link.
    Copied(Form, String),
    /// Takes the message of the page away.
    CloseToast,
}

impl Action {
    /// What is done with what was read: it is opened, or it is said why not.
    pub fn of_taken(taken: Result<String, String>) -> Action {
        taken.map_or_else(Action::Refuse, Action::OpenText)
    }

    /// Whether it puts something else on the page, now or when it has arrived.
    pub fn opens(&self) -> bool {
        matches!(
            self,
            Action::Open(_)
                | Action::Reseed(_)
                | Action::OpenText(_)
                | Action::OpenAgain { .. }
                | Action::GoBackTo(_)
        )
    }
}

/// A page of the right column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What happened.
    #[default]
    Events,
    /// What is selected.
    Inspect,
    /// What must hold.
    Checks,
    /// The run as text.
    Script,
    /// The logs; only where the stage has no room for them.
    Logs,
}

/// A column that is folded on narrow screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drawer {
    /// None is open.
    #[default]
    Closed,
    /// The list of scenarios.
    Scenarios,
    /// Events, Inspect, Checks, Script.
    Details,
}

/// What floats over the page; one thing at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Float {
    /// Nothing.
    #[default]
    Nothing,
    /// The link to this moment.
    Share,
    /// Where a link or a script is pasted.
    Open,
    /// The keys.
    Help,
    /// Search or act.
    Palette,
    /// The menu of the selection.
    Menu,
    /// Where logs are set up.
    Logs,
    /// The same acts under other seeds.
    Luck,
    /// The search for a run that shows something.
    Find,
    /// The question whether code that came with a run may run.
    Code,
    /// The question whether to go where texts are read.
    Texts,
}

/// How much of the page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// All of it.
    #[default]
    Whole,
    /// The stage, without the columns.
    StageOnly,
    /// The stage for a room: large type, and a stop at each note.
    Present,
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word for it in the document and in settings.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The one that comes next when it is changed.
    pub fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }

    /// The theme of a word; the system's for any other.
    pub fn from_word(word: &str) -> Theme {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// The act that cuts or mends one direction of a link.
pub fn link_act(from: NodeId, to: NodeId, cut: bool) -> Verb {
    use netsplit_sim::verb::Selector;
    let (from, to) = (Selector::node(from), Selector::node(to));
    match cut {
        true => Verb::Cut { from, to, both: false },
        false => Verb::Mend { from, to, both: false },
    }
}

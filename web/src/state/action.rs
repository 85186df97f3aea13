//! Everything a person, the address bar or the clock can ask of the page.

use netsplit_core::id::NodeId;
use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::timeline::BranchId;
use netsplit_sim::verb::Verb;

use super::playback::Speed;
use super::selection::{Press, Selection};

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
    /// To the start.
    ToStart,
    /// To the latest moment the branch has been run to.
    ToEdge,
    /// Shows a moment of the branch, no later than its edge.
    SeekTo(Moment),
    /// The time line is being dragged, or no longer: time stands still meanwhile.
    Dragging(bool),
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
    /// Sends the leader the next command.
    Command,
    /// Takes the last act back.
    Undo,
    /// Brings it again.
    Redo,
    /// Shows another branch.
    ShowBranch(BranchId),

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
    /// The stage is pressed: time stands still, and what is there is selected.
    Press(Press),
    /// It is let go.
    Release,
    /// Crashes the selected node, or restarts it.
    CrashOrRestart,
    /// Pauses the selected node, or resumes it.
    PauseOrResume,
    /// Cuts the selected node off, or mends its links.
    IsolateOrMend,
    /// Lets the selected node's election timer run out now.
    FireTimer,
    /// Does something to the selected message.
    ToMessage(ToMessage),
    /// Shows a page of the right column.
    Show(Tab),
    /// Opens a column that is folded, or closes it.
    Fold(Drawer),
    /// Opens what floats over the page, or closes it.
    Float(Float),
    /// One level up: closes what floats, then what is open, then selects nothing.
    Escape,
    /// Another theme.
    SetTheme(Theme),

    // ── Opening and sharing ────────────────────────────────────────────────
    /// Opens a scenario or a test.
    Open(What),
    /// Opens the same again with another seed.
    Reseed(u64),
    /// Opens a pasted text: a link or a script.
    OpenText(String),
    /// Stops opening; what was there stays.
    CancelOpening,
    /// The link to share holds acts after the moment, or not.
    ShareLater(bool),
    /// Takes the message of the page away.
    CloseToast,
}

/// What can be done to one message under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToMessage {
    /// Lose it.
    Drop,
    /// Keep it before its receiver, or let it go.
    HoldOrRelease,
    /// Let it arrive now.
    Deliver,
    /// Let it come twice.
    Duplicate,
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

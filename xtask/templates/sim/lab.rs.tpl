//! %Lab% as a lab: how its nodes are made, asked, shown and checked.

use netsplit_core::%lab%::{%Lab%, COUNTER, Disk, Message, Node, Notice, Request};
use netsplit_core::id::{Cast, NodeId};
use netsplit_core::view::{Field, NodeView};

use crate::check::%lab%::%Lab%Checks;
use crate::choice::TimerCode;
use crate::course::CourseLab;
use crate::lab::Lab;
use crate::labs::{LabCode, LabReading, LabWords, Misplaced, Pair, no_options};
use crate::run::{MessageShown, Told};
use crate::verb::Glance;
use crate::words;

/// A cluster that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct %Lab%Lab;

/// Its words.
pub static WORDS: LabWords = LabWords::of::<%Lab%Lab>(%number%);

/// Its code.
pub static CODE: LabCode = LabCode::of::<%Lab%Lab>(&words::%lab%::STORIES, Some(&READING));

static READING: LabReading = LabReading::of::<%Lab%Lab>();

impl Lab for %Lab%Lab {
    const NAME: &'static str = "%lab%";
    type Protocol = %Lab%;
    type Node = Node;
    type Options = ();
    type Checks = %Lab%Checks;

    fn options(given: &[Pair]) -> Result<(), Misplaced> {
        no_options(given)
    }

    fn boot(_: NodeId, _: Cast, (): &(), disk: &Disk) -> Node {
        Node::boot(disk)
    }

    /// `count`.
    fn request(words: &str) -> Option<Request> {
        (words == "count").then_some(Request::Count)
    }

    fn can_be_asked(node: NodeId, _: &Request) -> bool {
        node != COUNTER
    }

    /// What is counted stands for what is committed, so that a script can wait for it.
    fn glance(node: &Node) -> Glance {
        Glance { committed: node.count, ..Glance::default() }
    }

    const TIMERS: &'static [(&'static str, TimerCode)] = &[("retry", 0)];

    const VERBS: &'static [&'static str] = &["count"];

    fn view(node: &Node) -> NodeView {
        node.view()
    }

    fn disk(disk: &Disk) -> Vec<Field> {
        disk.view()
    }

    fn message(message: &Message) -> MessageShown {
        let fields = match message {
            Message::Ask => Vec::new(),
            Message::AskReply { count } => vec![Field::new("count", *count)],
        };
        MessageShown { positive: true, term: 0, quiet: false, fields }
    }

    fn tell(node: NodeId, notice: &Notice) -> Option<Told> {
        words::%lab%::notice(node, notice)
    }
}

/// The course has no lab on it.
impl CourseLab for %Lab%Lab {}

//! A lab that only forwards: what the world costs by itself.

use netsplit_core::id::{Cast, Groups, NodeId};
use netsplit_core::machine::{Alarm, Change, Context, Disk, Input, Machine, Mail, Protocol};
use netsplit_core::time::Span;
use netsplit_core::view::NodeView;
use netsplit_sim::choice::TimerCode;
use netsplit_sim::lab::Lab;
use netsplit_sim::labs::{Misplaced, Pair};
use netsplit_sim::network::{Delay, LinkOptions, NetworkOptions};
use netsplit_sim::property::{Checks, Property, Violation};
use netsplit_sim::run::{LogShown, MessageShown, Told};
use netsplit_sim::verb::Glance;
use netsplit_sim::world::{World, WorldOptions};

use crate::kernel::{IN_FLIGHT, NODES};

/// The words: one token, no timer, nothing kept, nothing asked, nothing told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Words;

/// What is passed on, with the hops it made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    hops: u64,
}

/// What does not exist: the lab has no timers, saves, requests or notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Never {}

/// A disk that nothing is written to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blank;

impl Protocol for Words {
    type Message = Token;
    type Timer = Never;
    type Durable = Never;
    type Disk = Blank;
    type Request = Never;
    type Notice = Never;
}

impl Mail for Token {
    const KINDS: &'static [&'static str] = &["Token"];
    fn kind(&self) -> u8 {
        0
    }
    fn is_reply(&self) -> bool {
        false
    }
    fn bytes(&self) -> u64 {
        108
    }
}

impl Alarm for Never {
    fn name(self) -> String {
        match self {}
    }
    fn code(self) -> u32 {
        match self {}
    }
}

impl Change for Never {
    fn bytes(&self) -> u64 {
        match *self {}
    }
}

impl Disk<Never> for Blank {
    fn write(&mut self, change: &Never) {
        match *change {}
    }
    fn bytes(&self) -> u64 {
        0
    }
}

/// A node: it sends each token on to the next of the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Forwarder {
    me: u32,
    next: u32,
    hops: u64,
}

impl Forwarder {
    #[inline]
    fn send(&mut self, hops: u64, cx: &mut Context<'_, Words>) {
        self.next = (self.next + 1) % NODES;
        if self.next == self.me {
            self.next = (self.next + 1) % NODES;
        }
        cx.send(NodeId::from_index(self.next), Token { hops });
    }
}

impl Machine<Words> for Forwarder {
    fn handle(&mut self, input: Input<Words>, cx: &mut Context<'_, Words>) {
        match input {
            Input::Started => (0..IN_FLIGHT / NODES).for_each(|_| self.send(0, cx)),
            Input::Received { message: Token { hops }, .. } => {
                self.hops = self.hops.max(hops);
                self.send(hops + 1, cx);
            }
            Input::Fired(never) | Input::Requested(never) => match never {},
            Input::Durable(_) => {}
        }
    }
}

/// The lab.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward;

impl Lab for Forward {
    const NAME: &'static str = "forward";
    type Protocol = Words;
    type Node = Forwarder;
    type Options = ();
    type Checks = Unchecked;
    const TIMERS: &'static [(&'static str, TimerCode)] = &[];
    const VERBS: &'static [&'static str] = &[];

    fn options(_: &[Pair]) -> Result<(), Misplaced> {
        Ok(())
    }

    fn boot(node: NodeId, _: Cast, (): &(), _: &Blank) -> Forwarder {
        let me = node.index() as u32;
        Forwarder { me, next: me, hops: 0 }
    }

    fn request(_: &str) -> Option<Never> {
        None
    }

    fn glance(_: &Forwarder) -> Glance {
        Glance::default()
    }

    fn log(_: Option<&Forwarder>, _: &Blank) -> LogShown {
        LogShown::default()
    }

    fn message(_: &Token) -> MessageShown {
        MessageShown::default()
    }

    fn tell(_: NodeId, never: &Never) -> Option<Told> {
        match *never {}
    }

    fn view(_: &Forwarder) -> NodeView {
        NodeView { role: "forwarder", fields: Vec::new() }
    }
}

/// It has no properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unchecked;

impl Checks<Forward> for Unchecked {
    const PROPERTIES: &'static [Property] = &[];
    fn observe(&mut self, _: &World<Forward>, _: &mut Vec<Violation>) {}
}

/// A world of forwarders on links of 1 to 10 ms, all nodes started.
pub fn world() -> World<Forward> {
    let delay = Delay::Uniform(Span::from_millis(1), Span::from_millis(10));
    let links = LinkOptions { delay, ..LinkOptions::calm() };
    let mut world = World::new(WorldOptions {
        nodes: NODES,
        groups: Groups::NONE,
        clients: 0,
        seed: 1,
        network: NetworkOptions { links, course: None },
        save_takes: Span::ZERO,
        lab: (),
        disks: Vec::new(),
    });
    for _ in 0..NODES {
        world.step();
    }
    world
}

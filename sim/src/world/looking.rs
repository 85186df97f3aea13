//! What can be seen of a world, and what may happen in it next.

use std::rc::Rc;

use netsplit_core::id::{Cast, NodeId};
use netsplit_core::machine::{Alarm, Effect, Mail as _};
use netsplit_core::time::Time;

use crate::choice::{Choice, EnvelopeId, Rule, RuleId};
use crate::fingerprint::Fingerprint;
use crate::lab::{Lab, Message};
use crate::mail::Envelope;
use crate::moment::Moment;
use crate::network::Network;
use crate::node::Node;
use crate::queue::{Item, What};

use super::{Step, Traffic, World, WorldOptions};

impl<L: Lab> World<L> {
    /// What the world was made of.
    pub fn options(&self) -> &WorldOptions<L> {
        &self.options
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The moment: the time and the steps applied at it.
    pub fn moment(&self) -> Moment {
        Moment::exact(self.now, self.steps_now)
    }

    /// Steps applied since the start.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Everything that happened, as one number.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Who there is.
    #[inline]
    pub fn cast(&self) -> Cast {
        self.options.cast()
    }

    /// How many nodes there are, of all kinds.
    pub fn node_count(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// The names of the nodes, servers first.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + Clone + use<L> {
        self.cast().ids()
    }

    /// The names of the servers.
    pub fn servers(&self) -> impl DoubleEndedIterator<Item = NodeId> + Clone + use<L> {
        self.cast().servers()
    }

    /// A node.
    ///
    /// # Panics
    /// When there is none of that name.
    #[inline]
    pub fn node(&self, node: NodeId) -> &Node<L> {
        &self.nodes[node.index()]
    }

    /// A node, shared: two looks give the same pointer while nothing changed.
    pub fn shared_node(&self, node: NodeId) -> &Rc<Node<L>> {
        &self.nodes[node.index()]
    }

    /// The links.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Messages under way, in no particular order.
    pub fn mail(&self) -> impl Iterator<Item = &Envelope<Message<L>>> {
        self.mail.iter()
    }

    /// What the messages under way hold together, in bytes.
    pub fn weight(&self) -> u64 {
        let cover = size_of::<Envelope<Message<L>>>() as u64;
        self.mail.iter().map(|envelope| cover + envelope.message.held()).sum()
    }

    /// A message under way, by name.
    pub fn envelope(&self, id: EnvelopeId) -> Option<&Envelope<Message<L>>> {
        self.mail.get(self.mail.find(id)?)
    }

    /// Rules that stand, with their numbers.
    pub fn rules(&self) -> &[(RuleId, Rule)] {
        &self.rules
    }

    /// What was sent and handled so far.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// The step just made.
    #[inline]
    pub fn last(&self) -> &Step<L> {
        &self.last
    }

    /// The messages that left a node in the step just made and are under way.
    pub fn left(&self) -> impl Iterator<Item = &Envelope<Message<L>>> {
        self.last.left.iter().filter_map(|&place| self.mail.get(place))
    }

    /// What the node that acted in the last step told.
    pub fn notices(&self) -> impl Iterator<Item = &crate::lab::Notice<L>> {
        self.last.effects.iter().filter_map(|effect| match effect {
            Effect::Notify(notice) => Some(notice),
            _ => None,
        })
    }

    /// What happens next if nobody interferes, and when. Clears away what was
    /// called off, which changes nothing that can be seen.
    pub fn due(&mut self) -> Option<(Time, Choice)> {
        self.head().map(|item| self.choice_of(item))
    }

    /// The same without clearing anything away: for looking. Most often the head
    /// of the queue stands; else a copy is cleared.
    pub fn next(&self) -> Option<(Time, Choice)> {
        match self.queue.first() {
            Some(first) if self.stands(first) => Some(self.choice_of(*first)),
            _ => self.clone().due(),
        }
    }

    /// What an item that stands is about.
    fn choice_of(&self, item: Item) -> (Time, Choice) {
        let node = |node: u16| self.cast().at(node.into());
        let choice = match item.what {
            What::Mail(place) => {
                let envelope = self.mail.get(place).expect("the head of the queue is live");
                if envelope.lost { Choice::Drop(envelope.id) } else { Choice::Deliver(envelope.id) }
            }
            What::Timer(at) => {
                let armed = self.nodes[usize::from(at)].timers.iter();
                let mut armed = armed.filter(|armed| armed.seq == item.seq);
                let armed = armed.next().expect("the head of the queue is live");
                Choice::Fire(node(at), armed.timer.code())
            }
            What::Disk(at) => Choice::Persist(node(at)),
            What::Start(at) => Choice::Restart(node(at)),
            What::HandOver(at) => Choice::HandOver(node(at)),
        };
        (Time::from_micros(item.at), choice)
    }

    /// When the next thing is due.
    #[inline]
    pub fn due_at(&mut self) -> Option<Time> {
        self.head().map(|item| Time::from_micros(item.at))
    }

    /// All choices that the network, the timers and the disks could make now, in
    /// a fixed order: for a search.
    pub fn enabled(&self) -> Vec<Choice> {
        let mut mail: Vec<EnvelopeId> = self.mail.iter().map(|envelope| envelope.id).collect();
        mail.sort_unstable();
        let mut choices: Vec<Choice> =
            mail.iter().flat_map(|&id| [Choice::Deliver(id), Choice::Drop(id)]).collect();
        for id in self.ids() {
            let node = self.node(id);
            if !node.is_up() {
                choices.push(Choice::Restart(id));
                continue;
            }
            let mut timers: Vec<u32> = node.timers.iter().map(|armed| armed.timer.code()).collect();
            timers.sort_unstable();
            choices.extend(timers.into_iter().map(|timer| Choice::Fire(id, timer)));
            if !node.pending.is_empty() {
                choices.push(Choice::Persist(id));
            }
            choices.push(Choice::crash(id));
        }
        choices
    }
}

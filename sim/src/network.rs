//! Links: how long a message takes and whether it arrives.
//!
//! The fate of an envelope is a pure function of the run's seed, the link, its
//! number on that link and the purpose of the draw. So losing, holding or
//! doubling one message leaves every other as it was.

use netsplit_core::id::NodeId;
use netsplit_core::rng::{mix, scale};
use netsplit_core::time::Span;

use crate::choice::{Dial, LinkScope};
use crate::cost::{Costs, Interfaces};

/// Probabilities are counted in so many parts.
pub const PARTS: u32 = 10_000;

/// How long messages take.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Delay {
    /// Always so long.
    Fixed(Span),
    /// Any time of a closed range, all as likely.
    Uniform(Span, Span),
    /// By a table of quantiles: the first value is the least, the last the
    /// most, those between at equal shares; drawn evenly between neighbours.
    Quantiles(Vec<Span>),
}

impl Delay {
    #[inline]
    fn draw(&self, word: u64) -> Span {
        match self {
            Delay::Fixed(span) => *span,
            Delay::Uniform(low, high) => Delay::between(*low, *high, word),
            Delay::Quantiles(table) => Delay::draw_from(table, word),
        }
    }

    #[inline]
    fn between(low: Span, high: Span, word: u64) -> Span {
        let width = high.micros().saturating_sub(low.micros()).saturating_add(1);
        low + Span::from_micros(scale(word, width))
    }

    fn draw_from(table: &[Span], word: u64) -> Span {
        match table.len() {
            0 => Span::ZERO,
            1 => table[0],
            count => {
                let gaps = count as u64 - 1;
                let gap = scale(word, gaps);
                // What is left of the word after it chose the gap.
                let rest = word.wrapping_mul(gaps);
                Delay::between(table[gap as usize], table[gap as usize + 1], rest)
            }
        }
    }

    /// True when every value is at most `most` and ranges are not empty.
    pub fn is_within(&self, most: Span) -> bool {
        match self {
            Delay::Fixed(span) => *span <= most,
            Delay::Uniform(low, high) => low <= high && *high <= most,
            Delay::Quantiles(table) => {
                !table.is_empty()
                    && table.len() <= 64
                    && table.is_sorted()
                    && table.iter().all(|span| *span <= most)
            }
        }
    }
}

/// The settings of one direction of a link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkOptions {
    /// How long messages take.
    pub delay: Delay,
    /// How many of 10,000 are lost.
    pub loss: u32,
    /// How many of 10,000 come twice.
    pub duplicate: u32,
    /// How many of 10,000 are late by up to `reorder_by` …
    pub reorder: u32,
    /// … so that later ones overtake them.
    pub reorder_by: Span,
    /// Bytes a second; 0 is without limit.
    pub bandwidth: u64,
}

impl LinkOptions {
    /// Links of 8 to 16 ms that lose nothing: slow enough to watch, and quick
    /// against the paper's time-outs.
    pub fn calm() -> LinkOptions {
        LinkOptions::with_delay(Delay::Uniform(Span::from_millis(8), Span::from_millis(16)))
    }

    /// A local network: 0.2 to 1 ms.
    pub fn lan() -> LinkOptions {
        LinkOptions::with_delay(Delay::Uniform(Span::from_micros(200), Span::from_millis(1)))
    }

    /// Between continents: 40 ms, seldom up to 400.
    pub fn wan() -> LinkOptions {
        let table = [40, 42, 44, 46, 50, 55, 60, 70, 90, 140, 400];
        let table = table.into_iter().map(Span::from_millis).collect();
        LinkOptions { loss: 10, ..LinkOptions::with_delay(Delay::Quantiles(table)) }
    }

    /// 1 to 30 ms; one message in ten is lost, one in twenty comes twice, one in
    /// ten is late.
    pub fn lossy() -> LinkOptions {
        LinkOptions {
            loss: 1_000,
            duplicate: 500,
            reorder: 1_000,
            reorder_by: Span::from_millis(200),
            ..LinkOptions::with_delay(Delay::Uniform(Span::from_millis(1), Span::from_millis(30)))
        }
    }

    fn with_delay(delay: Delay) -> LinkOptions {
        LinkOptions {
            delay,
            loss: 0,
            duplicate: 0,
            reorder: 0,
            reorder_by: Span::ZERO,
            bandwidth: 0,
        }
    }
}

/// The rules of the course's own network, on top of links of 1 to 10 ms. There
/// a message belongs to a call: nothing sent by or to an earlier incarnation
/// arrives, an ask is lost when link or receiver are down as it is sent, and
/// one on its way survives a cut.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Course {
    /// An ask waits a further 0 to 26 ms; asks and replies are lost one time in
    /// ten.
    pub unreliable: bool,
    /// Two replies in three come 200 ms + rand\[0, rand\[0, 1999\]\] later.
    pub long_reordering: bool,
}

/// The settings of the network of a world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NetworkOptions {
    /// What every link starts with.
    pub links: LinkOptions,
    /// The course's rules instead of a network's own.
    pub course: Option<Course>,
}

impl NetworkOptions {
    /// The course's network.
    pub fn course(unreliable: bool) -> NetworkOptions {
        let delay = Delay::Uniform(Span::from_millis(1), Span::from_millis(10));
        NetworkOptions {
            links: LinkOptions::with_delay(delay),
            course: Some(Course { unreliable, long_reordering: false }),
        }
    }

    /// A preset by name: `calm`, `lan`, `wan`, `lossy`, `course`.
    pub fn preset(name: &str) -> Option<NetworkOptions> {
        let links = match name {
            "calm" => LinkOptions::calm(),
            "lan" => LinkOptions::lan(),
            "wan" => LinkOptions::wan(),
            "lossy" => LinkOptions::lossy(),
            "course" => return Some(NetworkOptions::course(false)),
            _ => return None,
        };
        Some(NetworkOptions { links, course: None })
    }
}

/// What becomes of a message, drawn as it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// How long it takes.
    pub delay: Span,
    /// Whether it is lost on the way.
    pub lost: bool,
    /// How long its duplicate takes, if it has one.
    pub duplicate: Option<Span>,
}

/// What a draw is for; each purpose draws by itself.
#[derive(Clone, Copy)]
enum Purpose {
    Delay = 1,
    Loss = 2,
    Duplicate = 3,
    DuplicateDelay = 4,
    Reorder = 5,
    ReorderBy = 6,
    CourseWait = 7,
    CourseLate = 8,
    CourseLateMost = 9,
    CourseLateBy = 10,
}

/// What a dial changes of a link.
type Change = Box<dyn Fn(&mut LinkOptions)>;

/// One direction between two nodes.
#[derive(Clone, Debug, PartialEq)]
struct Link {
    /// Messages sent so far.
    sent: u32,
    cut: bool,
    /// When the wire is free again, in microseconds; for links with a limit.
    free_at: u64,
    /// Place in `Network::settings`.
    setting: u16,
}

/// All links of a world.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    nodes: u32,
    /// The seed, mixed once.
    word: u64,
    /// Row by sender, column by receiver.
    links: Vec<Link>,
    /// Distinct settings; links that differ from the rest have one of their own.
    settings: Vec<LinkOptions>,
    pub(crate) course: Option<Course>,
    /// Interfaces of the nodes, where messages take what they weigh.
    interfaces: Option<Interfaces>,
}

impl Network {
    /// Links between so many nodes, all alike.
    pub fn new(nodes: u32, seed: u64, options: &NetworkOptions) -> Network {
        let link = Link { sent: 0, cut: false, free_at: 0, setting: 0 };
        Network {
            nodes,
            word: mix(seed ^ 0x6C69_6E6B),
            links: vec![link; (nodes * nodes) as usize],
            settings: vec![options.links.clone()],
            course: options.course.clone(),
            interfaces: None,
        }
    }

    /// The same with interfaces through which messages go.
    pub(crate) fn costing(mut self, costs: Option<&Costs>) -> Network {
        self.interfaces = costs.map(Interfaces::new);
        self
    }

    #[inline]
    fn place(&self, from: NodeId, to: NodeId) -> usize {
        from.index() * self.nodes as usize + to.index()
    }

    /// True when messages of this direction are lost.
    #[inline]
    pub fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        self.links[self.place(from, to)].cut
    }

    pub(crate) fn set_cut(&mut self, from: NodeId, to: NodeId, cut: bool) {
        let place = self.place(from, to);
        self.links[place].cut = cut;
    }

    /// The settings of a direction now.
    pub fn options(&self, from: NodeId, to: NodeId) -> &LinkOptions {
        &self.settings[usize::from(self.links[self.place(from, to)].setting)]
    }

    /// The settings that all links share, and whether some have others.
    pub fn base(&self) -> (&LinkOptions, bool) {
        (&self.settings[0], self.links.iter().any(|link| link.setting != 0))
    }

    /// The course's rules, where they hold.
    pub fn course(&self) -> Option<&Course> {
        self.course.as_ref()
    }

    /// Messages sent so far in a direction.
    pub fn sent(&self, from: NodeId, to: NodeId) -> u32 {
        self.links[self.place(from, to)].sent
    }

    /// Numbers the next message of a link, of `bytes` bytes, sent at `now`
    /// (microseconds), and decides over it. No fate: it is not sent at all,
    /// since the link is cut or `dead`. `reply` matters on the course's network
    /// only.
    #[inline]
    pub(crate) fn send(
        &mut self,
        (from, to): (NodeId, NodeId),
        dead: bool,
        reply: bool,
        bytes: impl Fn() -> u64,
        now: u64,
    ) -> (u32, Option<Fate>) {
        let place = self.place(from, to);
        let link = &mut self.links[place];
        link.sent += 1;
        let number = link.sent;
        let lost = link.cut || dead;
        (
            number,
            (!lost).then(|| {
                let fate = self.fate(place, number, reply, &bytes, now);
                match &mut self.interfaces {
                    None => fate,
                    Some(interfaces) => {
                        let wait = interfaces.pass(from.index(), to.index(), bytes(), now);
                        let duplicate = fate.duplicate.map(|delay| delay + wait);
                        Fate { delay: fate.delay + wait, duplicate, ..fate }
                    }
                }
            }),
        )
    }

    #[inline]
    fn fate(
        &mut self,
        place: usize,
        number: u32,
        reply: bool,
        bytes: impl FnOnce() -> u64,
        now: u64,
    ) -> Fate {
        let link = &mut self.links[place];
        let options = &self.settings[usize::from(link.setting)];
        let draws = Draws(mix(self.word ^ ((place as u64) << 32 | u64::from(number))));
        let mut fate = Fate {
            delay: options.delay.draw(draws.word(Purpose::Delay)),
            lost: false,
            duplicate: None,
        };
        if let Some(course) = &self.course {
            course.change(&mut fate, reply, draws);
            return fate;
        }
        if options.loss > 0 {
            fate.lost = draws.chance(Purpose::Loss, options.loss);
        }
        if options.reorder > 0 && draws.chance(Purpose::Reorder, options.reorder) {
            fate.delay = fate.delay + draws.up_to(Purpose::ReorderBy, options.reorder_by);
        }
        if options.duplicate > 0 && draws.chance(Purpose::Duplicate, options.duplicate) {
            fate.duplicate = Some(options.delay.draw(draws.word(Purpose::DuplicateDelay)));
        }
        if options.bandwidth > 0 {
            let start = link.free_at.max(now);
            link.free_at = start + bytes().saturating_mul(1_000_000).div_ceil(options.bandwidth);
            let wait = Span::from_micros(link.free_at - now);
            fate.delay = fate.delay + wait;
            fate.duplicate = fate.duplicate.map(|delay| delay + wait);
        }
        fate
    }

    /// Changes a setting of the links in scope.
    pub(crate) fn tune(&mut self, dial: &Dial) {
        let (scope, change): (LinkScope, Change) = match dial.clone() {
            Dial::Delay(scope, delay) => (scope, Box::new(move |o| o.delay = delay.clone())),
            Dial::Loss(scope, parts) => (scope, Box::new(move |o| o.loss = parts)),
            Dial::Duplicate(scope, parts) => (scope, Box::new(move |o| o.duplicate = parts)),
            Dial::Reorder(scope, parts, by) => {
                (scope, Box::new(move |o| (o.reorder, o.reorder_by) = (parts, by)))
            }
            Dial::Bandwidth(scope, bytes) => (scope, Box::new(move |o| o.bandwidth = bytes)),
            Dial::Unreliable(on) => {
                return if let Some(course) = &mut self.course {
                    course.unreliable = on;
                };
            }
            Dial::LongReordering(on) => {
                return if let Some(course) = &mut self.course {
                    course.long_reordering = on;
                };
            }
            Dial::Save(..) => return,
        };
        match scope {
            None => self.settings.iter_mut().for_each(change),
            Some((from, to)) => {
                let place = self.place(from, to);
                let mut options = self.settings[usize::from(self.links[place].setting)].clone();
                change(&mut options);
                let setting = match self.settings.iter().position(|other| *other == options) {
                    Some(place) => place,
                    None => {
                        self.settings.push(options);
                        self.settings.len() - 1
                    }
                };
                self.links[place].setting = setting as u16;
            }
        }
    }
}

impl Course {
    fn change(&self, fate: &mut Fate, reply: bool, draws: Draws) {
        if self.unreliable {
            fate.lost = draws.chance(Purpose::Loss, PARTS / 10);
            if !reply {
                fate.delay = fate.delay + draws.up_to(Purpose::CourseWait, Span::from_millis(26));
            }
        }
        if self.long_reordering && reply && draws.chance(Purpose::CourseLate, PARTS / 3 * 2) {
            let most = draws.up_to(Purpose::CourseLateMost, Span::from_millis(1_999));
            let late = draws.up_to(Purpose::CourseLateBy, most);
            fate.delay = fate.delay + Span::from_millis(200) + late;
        }
    }
}

/// All draws over one message.
#[derive(Clone, Copy)]
struct Draws(u64);

impl Draws {
    #[inline]
    fn word(self, purpose: Purpose) -> u64 {
        mix(self.0.wrapping_add(purpose as u64))
    }

    #[inline]
    fn chance(self, purpose: Purpose, parts: u32) -> bool {
        scale(self.word(purpose), PARTS.into()) < u64::from(parts)
    }

    fn up_to(self, purpose: Purpose, most: Span) -> Span {
        Span::from_micros(scale(self.word(purpose), most.micros() + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes() -> (NodeId, NodeId) {
        (NodeId::from_index(0), NodeId::from_index(1))
    }

    #[test]
    fn a_fate_depends_on_nothing_but_the_name_of_the_message() {
        let options = NetworkOptions { links: LinkOptions::lossy(), course: None };
        let mut straight = Network::new(3, 7, &options);
        let mut disturbed = Network::new(3, 7, &options);
        let (from, to) = nodes();
        let (there, back) = (straight.place(from, to), straight.place(to, from));
        for number in 1..100 {
            disturbed.fate(back, number, false, || 0, 0);
        }
        for number in (1..1_000).rev() {
            let one = straight.fate(there, number, false, || 0, 0);
            assert_eq!(one, disturbed.fate(there, number, false, || 0, 9));
        }
    }

    #[test]
    fn losses_and_delays_are_as_set() {
        let options = NetworkOptions { links: LinkOptions::lossy(), course: None };
        let mut network = Network::new(2, 1, &options);
        let fates: Vec<Fate> =
            (1..=10_000).map(|number| network.fate(1, number, false, || 0, 0)).collect();
        let lost = fates.iter().filter(|fate| fate.lost).count();
        assert!((900..1_100).contains(&lost), "{lost} of 10,000 lost");
        let most = Span::from_millis(30) + Span::from_millis(200);
        assert!(fates.iter().all(|fate| fate.delay >= Span::from_millis(1) && fate.delay <= most));
    }

    #[test]
    fn quantiles_are_met() {
        let table = [10, 20, 40].into_iter().map(Span::from_millis).collect();
        let delay = Delay::Quantiles(table);
        let below = (0..10_000).filter(|&i| delay.draw(mix(i)) < Span::from_millis(20)).count();
        assert!((4_700..5_300).contains(&below), "{below} of 10,000 below the median");
    }

    #[test]
    fn a_narrow_wire_makes_messages_queue() {
        let links = LinkOptions {
            bandwidth: 1_000,
            ..LinkOptions::with_delay(Delay::Fixed(Span::from_millis(1)))
        };
        let mut network = Network::new(2, 1, &NetworkOptions { links, course: None });
        let delays: Vec<u64> = (1..=3)
            .map(|number| network.fate(1, number, false, || 100, 0).delay.micros())
            .collect();
        assert_eq!(delays, [101_000, 201_000, 301_000]);
    }
}

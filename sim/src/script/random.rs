//! Random values of everything the language can say, for property tests.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::rng::Rng;
use netsplit_core::time::{Span, Time};

use crate::choice::{Dial, EnvelopeId, Rate, Rule, RuleAction};
use crate::moment::Moment;
use crate::network::Delay;
use crate::scenario::{Line, Script};
use crate::verb::{Condition, Selector, Verb};

/// A source of random values.
pub(crate) struct Random(Rng);

impl Random {
    pub(crate) fn of_seed(seed: u64) -> Random {
        Random(Rng::new(seed))
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }

    fn number(&mut self) -> u32 {
        self.0.between(0, 2_000) as u32
    }

    fn node(&mut self) -> NodeId {
        NodeId::from_index(self.below(5) as u32)
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Random) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| make(self))
    }

    fn span(&mut self) -> Span {
        let unit = [1, 10, 1_000, 1_000_000][self.below(4) as usize];
        Span::from_micros(self.below(3_600) * unit)
    }

    fn short_span(&mut self) -> Span {
        let unit = [1, 1_000, 10_000][self.below(3) as usize];
        Span::from_micros(self.below(6_000) * unit)
    }

    pub(crate) fn moment(&mut self) -> Moment {
        let at = Time::from_micros(self.span().micros());
        Moment { at, step: self.maybe(Random::number) }
    }

    fn selector(&mut self) -> Selector {
        match self.below(5) {
            0 => Selector::Leader,
            1 => Selector::Followers,
            2 => Selector::All,
            3 => Selector::Down,
            _ => Selector::Nodes((0..=self.below(3)).map(|_| self.node()).collect()),
        }
    }

    fn envelope(&mut self) -> EnvelopeId {
        let (from, to) = (self.node(), self.node());
        EnvelopeId { from, to, number: self.number() + 1, copy: self.below(4) as u8 }
    }

    fn rule(&mut self) -> Rule {
        let action = match self.below(4) {
            0 => RuleAction::Hold,
            1 => RuleAction::Drop,
            2 => RuleAction::Duplicate,
            _ => RuleAction::Delay(self.span()),
        };
        Rule {
            action,
            from: self.maybe(Random::node),
            to: self.maybe(Random::node),
            kind: self.maybe(|random| random.below(7) as u8),
            left: self.maybe(|random| random.number() + 1),
        }
    }

    fn delay(&mut self) -> Delay {
        let (one, two) = (self.short_span(), self.short_span());
        match self.below(3) {
            0 => Delay::Fixed(one),
            1 => Delay::Uniform(one.min(two), one.max(two)),
            _ => {
                let mut table: Vec<Span> = (0..=self.below(5)).map(|_| self.short_span()).collect();
                table.sort_unstable();
                Delay::Quantiles(table)
            }
        }
    }

    fn dial(&mut self) -> Dial {
        let scope = self.maybe(|random| (random.node(), random.node()));
        let parts = self.below(10_001) as u32;
        match self.below(8) {
            0 => Dial::Delay(scope, self.delay()),
            1 => Dial::Loss(scope, parts),
            2 => Dial::Duplicate(scope, parts),
            3 => Dial::Reorder(scope, parts, self.short_span()),
            4 => Dial::Bandwidth(scope, self.below(1 << 40)),
            5 => Dial::Save(self.maybe(Random::node), self.short_span()),
            6 => Dial::Unreliable(self.below(2) == 0),
            _ => Dial::LongReordering(self.below(2) == 0),
        }
    }

    fn request(&mut self) -> Rc<str> {
        let words = ["x=3", "\"a # b\"", "leader", "n2", "->", "ü", "add", "1>2#3"];
        let count = 1 + self.below(3);
        let rest: Vec<&str> =
            (0..count).map(|_| words[self.below(words.len() as u64) as usize]).collect();
        format!("propose {}", rest.join(" ")).into()
    }

    pub(crate) fn verb(&mut self) -> Verb {
        let who = self.selector();
        match self.below(32) {
            0 | 1 => Verb::Crash { who, kept: self.number(), torn: self.below(3) as u32 },
            2 => Verb::Restart(who),
            3 => Verb::Pause(who),
            4 => Verb::Resume(who),
            5 => Verb::Wipe(who),
            6 => Verb::Stall(who),
            7 => Verb::Unstall(who),
            8 => Verb::Lie(who),
            9 => Verb::Honest(who),
            10 => Verb::Clock(who, Rate { local: self.number() + 1, real: self.number() + 1 }),
            11 => {
                let by = self.span().micros() as i64;
                Verb::Offset(who, if self.below(2) == 0 { by } else { -by })
            }
            12 => Verb::Isolate(who),
            13 => Verb::Cut { from: who, to: self.selector(), both: self.below(2) == 0 },
            14 => Verb::Mend { from: who, to: self.selector(), both: self.below(2) == 0 },
            15 => Verb::MendAll(who),
            16 => Verb::Deliver(self.envelope()),
            17 => Verb::Drop(self.envelope()),
            18 => Verb::Duplicate(self.envelope()),
            19 => Verb::Hold(self.envelope()),
            20 => Verb::Release(self.envelope()),
            21 => Verb::ReleaseAll,
            22 => Verb::Delay(self.envelope(), self.span()),
            23 => Verb::Fire(who, self.below(3) as u32),
            24 => Verb::PutOff(who, self.below(3) as u32, self.span()),
            25 => Verb::Persist(who),
            26 | 27 => Verb::Rule(self.rule()),
            28 => Verb::Lift(self.number()),
            29 => Verb::LiftAll,
            30 => Verb::Set(self.dial()),
            _ => Verb::Ask(who, self.request()),
        }
    }

    fn condition(&mut self) -> Condition {
        let who = self.maybe(Random::selector);
        let number = self.number().into();
        match self.below(8) {
            7 => Condition::Answered(number, who),
            0 => Condition::Leader(self.maybe(Random::node)),
            1 => Condition::NoLeader,
            2 => Condition::Committed(number, who),
            3 => Condition::Term(number, who),
            4 => Condition::Log(number, who),
            5 => Condition::Broken(self.maybe(|_| "election-safety".into())),
            _ => Condition::Quiet,
        }
    }

    pub(crate) fn text(&mut self) -> String {
        let letters = ['a', ' ', '"', '\\', 'é', '#', '>', '|', '中', '\u{202e}'];
        (0..self.below(20)).map(|_| letters[self.below(letters.len() as u64) as usize]).collect()
    }

    fn line(&mut self) -> Line {
        match self.below(9) {
            0 => Line::RunFor(self.span()),
            1 => Line::RunUntil { condition: self.condition(), within: self.maybe(Random::span) },
            2 => Line::Note { at: self.maybe(Random::moment), text: self.text() },
            8 => Line::Expect { condition: self.condition(), holds: self.below(2) == 0 },
            3 => Line::Try { label: self.text(), verb: self.verb() },
            _ => Line::Act { at: self.maybe(Random::moment), verb: self.verb() },
        }
    }

    /// A script; its head is read from text, so that it is in canonical form.
    pub(super) fn script(&mut self) -> Script {
        let heads = [
            "scenario raft nodes=5 seed=7",
            "scenario raft seed=18446744073709551615 network=course unreliable=on save=0ms",
            "scenario raft network=lossy loss=0.5% reorder=1%/40us bandwidth=1000 pre-vote=on",
            "scenario raft delay=table:1ms,2ms,40ms mistake=EL01 mistake=LD01 election=1s..2s",
            "scenario raft\ndisk n2 term 7 vote n1 snapshot 3@2 log 2 4*2\nlabel n2 \"(a)\"",
            "scenario raft\ndisk n1 log 1\ndisk n3 term 2\norder n5 n4 n3 n2 n1",
        ];
        let head = heads[self.below(heads.len() as u64) as usize];
        let mut script = Script::parse(head).expect("the heads of the test can be read");
        script.lines = (0..self.below(20)).map(|_| (0, self.line())).collect();
        script
    }
}

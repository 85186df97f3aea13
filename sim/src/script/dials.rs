//! Reading settings of the network and conditions that a script waits for.

use std::rc::Rc;

use netsplit_core::id::NodeId;
use netsplit_core::time::Span;

use super::cursor::{Cursor, Trouble, number_from_text, short};
use super::limits;
use super::values::{delay_from_text, parts_from_text, span_from_text, switch_from_text};
use crate::choice::{Dial, LinkScope};
use crate::verb::{Condition, Selector};

impl Cursor<'_> {
    /// `loss 10%`, `delay 8ms..16ms on n1 -> n2`, …
    pub(super) fn dial(&mut self) -> Result<Dial, Trouble> {
        const DIALS: &str = "delay, loss, duplicate, reorder, bandwidth, save, unreliable or \
                             long-reordering";
        self.split_at_links();
        let dial = self.take(DIALS)?;
        Ok(match dial.text {
            "delay" => {
                let delay = self.read(
                    "a delay like 8ms, 8ms..16ms or table:1ms,2ms,40ms, a minute at most",
                    delay_from_text,
                )?;
                Dial::Delay(self.scope()?, delay)
            }
            "loss" => {
                let parts = self.share()?;
                Dial::Loss(self.scope()?, parts)
            }
            "duplicate" => {
                let parts = self.share()?;
                Dial::Duplicate(self.scope()?, parts)
            }
            "reorder" => {
                let parts = self.share()?;
                self.expect("by")?;
                let by = self.short_span()?;
                Dial::Reorder(self.scope()?, parts, by)
            }
            "bandwidth" => {
                let bytes = self.read("bytes a second, or `unlimited`", bandwidth_from_text)?;
                Dial::Bandwidth(self.scope()?, bytes)
            }
            "save" => {
                let takes = self.short_span()?;
                let node = if self.accept("on") { Some(self.node()?) } else { None };
                Dial::Save(node, takes)
            }
            "unreliable" => Dial::Unreliable(self.read("`on` or `off`", switch_from_text)?),
            "long-reordering" => {
                Dial::LongReordering(self.read("`on` or `off`", switch_from_text)?)
            }
            other => {
                let message = format!("expected {DIALS}, found `{}`", short(other));
                return Err(Trouble::new(dial.start, message));
            }
        })
    }

    fn share(&mut self) -> Result<u32, Trouble> {
        self.read("a share from 0% to 100%, like 0.5%", parts_from_text)
    }

    fn short_span(&mut self) -> Result<Span, Trouble> {
        let fits = |text: &str| span_from_text(text).filter(|span| *span <= Dial::DELAY_MOST);
        self.read("a time like 150ms, a minute at most", fits)
    }

    /// `on n1 -> n2`, or nothing for all links.
    fn scope(&mut self) -> Result<LinkScope, Trouble> {
        if !self.accept("on") {
            return Ok(None);
        }
        let from = self.node()?;
        self.expect("->")?;
        Ok(Some((from, self.node()?)))
    }

    /// What a script waits for.
    pub(super) fn condition(&mut self) -> Result<Condition, Trouble> {
        const CONDITIONS: &str =
            "leader, no leader, committed 5, term 3, log 4, answered 2, broken or quiet";
        let word = self.take(CONDITIONS)?;
        Ok(match word.text {
            "leader" if self.peek().is_some_and(|word| word.text == "of") => {
                self.take("of")?;
                Condition::LeaderOf(self.group()?)
            }
            "settled" if self.cast.groups.servers() > 0 => {
                Condition::Settled(self.index()?, self.on()?)
            }
            "leader" => {
                let named = self.peek().is_some_and(|word| NodeId::from_name(word.text).is_some());
                Condition::Leader(if named { Some(self.node()?) } else { None })
            }
            "no" => {
                self.expect("leader")?;
                Condition::NoLeader
            }
            "committed" => Condition::Committed(self.index()?, self.on()?),
            "term" => Condition::Term(self.index()?, self.on()?),
            "log" => Condition::Log(self.index()?, self.on()?),
            "answered" => Condition::Answered(self.index()?, self.on()?),
            "broken" => match self.peek() {
                Some(word) if word.text != "within" => {
                    let name = self.read("the name of a property", property_from_text)?;
                    Condition::Broken(Some(name))
                }
                _ => Condition::Broken(None),
            },
            "quiet" => Condition::Quiet,
            other => {
                let message = format!("expected {CONDITIONS}, found `{}`", short(other));
                return Err(Trouble::new(word.start, message));
            }
        })
    }

    fn index(&mut self) -> Result<u64, Trouble> {
        self.read("a number", number_from_text)
    }

    fn on(&mut self) -> Result<Option<Selector>, Trouble> {
        if self.accept("on") { self.selector().map(Some) } else { Ok(None) }
    }
}

fn bandwidth_from_text(text: &str) -> Option<u64> {
    if text == "unlimited" {
        return Some(0);
    }
    number_from_text(text).filter(|bytes| (1..=1 << 40).contains(bytes))
}

/// A property's short name.
fn property_from_text(text: &str) -> Option<Rc<str>> {
    let fits = !text.is_empty()
        && text.len() <= limits::NAME_BYTES
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits.then(|| text.into())
}

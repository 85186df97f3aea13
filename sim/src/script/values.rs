//! How times, shares and delays are written.

use std::fmt;

use netsplit_core::time::Span;

use super::cursor::number_from_text;
use super::limits;
use crate::moment::micros_from_text;
use crate::network::{Delay, PARTS};

/// Microseconds as scripts write a span: `3s`, `150ms`, `8.5ms`, `40us`.
#[derive(Clone, Copy, Debug)]
pub struct TimeText(pub u64);

impl fmt::Display for TimeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = Span::from_micros(self.0);
        match self.0 {
            micros @ 1..1_000 => write!(f, "{micros}us"),
            micros if micros > 0 && micros.is_multiple_of(1_000_000) => {
                write!(f, "{}s", span.seconds(0))
            }
            _ => write!(f, "{}ms", span.millis_exact()),
        }
    }
}

/// A span as scripts write it.
pub fn span_text(span: Span) -> String {
    TimeText(span.micros()).to_string()
}

/// The span of a text like `150ms`; `None` when it is none or over an hour.
pub(crate) fn span_from_text(text: &str) -> Option<Span> {
    let span = Span::from_micros(micros_from_text(text)?);
    (span <= limits::SPAN).then_some(span)
}

/// Parts of 10,000 as a percentage: `10%`, `0.05%`.
pub fn parts_text(parts: u32) -> String {
    let (whole, part) = (parts / 100, parts % 100);
    if part == 0 {
        return format!("{whole}%");
    }
    let decimals = format!("{part:02}");
    format!("{whole}.{}%", decimals.trim_end_matches('0'))
}

/// Parts of 10,000 from a percentage; `None` when it is none or over 100 %.
pub fn parts_from_text(text: &str) -> Option<u32> {
    let text = text.strip_suffix('%')?;
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let hundredths = match part.len() {
        1 => part.parse::<u8>().ok()? * 10,
        2 if part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse::<u8>().ok()?,
        _ => return None,
    };
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = number_from_text(whole)?;
    let parts = whole.checked_mul(100)?.checked_add(u32::from(hundredths))?;
    (parts <= PARTS).then_some(parts)
}

/// A delay in one word: `8ms`, `8ms..16ms`, `table:1ms,2ms,40ms`.
pub fn delay_text(delay: &Delay) -> String {
    match delay {
        Delay::Fixed(span) => span_text(*span),
        Delay::Uniform(low, high) => format!("{}..{}", span_text(*low), span_text(*high)),
        Delay::Quantiles(table) => {
            let table: Vec<String> = table.iter().copied().map(span_text).collect();
            format!("table:{}", table.join(","))
        }
    }
}

/// The delay of such a word; `None` when it is none.
pub fn delay_from_text(text: &str) -> Option<Delay> {
    let delay = if let Some(table) = text.strip_prefix("table:") {
        Delay::Quantiles(table.split(',').map(span_from_text).collect::<Option<Vec<Span>>>()?)
    } else if let Some((low, high)) = text.split_once("..") {
        Delay::Uniform(span_from_text(low)?, span_from_text(high)?)
    } else {
        Delay::Fixed(span_from_text(text)?)
    };
    delay.is_within(crate::choice::Dial::DELAY_MOST).then_some(delay)
}

/// `on` or `off`.
pub(crate) fn switch_from_text(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// `on` or `off`.
pub(crate) fn switch_text(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

//! Whom a clerk asks next, in one call: who is said to lead, or the next in turn.

/// Whom a clerk asks, by place among the servers, and whom it has asked in vain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// How often it was sent away since it last waited.
    away: u32,
    /// Servers that it has asked in vain, as bits: once, and more than once. To the latter nobody
    /// sends it back, or a leader that was cut off and its followers would keep it for ever.
    silent: [u64; 2],
}

impl Turn {
    /// Nothing was heard of a server. Returns the one to be asked now, of so many.
    pub fn after_silence(&mut self, server: u32, count: u32) -> u32 {
        // Sent away by all, it has waited, and begins again.
        if std::mem::take(&mut self.away) > 0 {
            return server;
        }
        let [once, more] = &mut self.silent;
        let bit = 1 << (server % 64);
        *more |= *once & bit;
        *once |= bit;
        (server + 1) % count.max(1)
    }

    /// A server of so many has sent it away, to another perhaps. Returns the one to be asked next,
    /// and whether at once: after a whole round of refusals it waits, for by then another may lead.
    pub fn after_refusal(&mut self, server: u32, hint: Option<u32>, count: u32) -> (u32, bool) {
        let was_silent = |&place: &u32| self.silent[1] >> (place % 64) & 1 == 1;
        let hint = hint.filter(|place| !was_silent(place));
        let next = hint.unwrap_or((server + 1) % count.max(1));
        self.away += 1;
        let at_once = self.away < count;
        if !at_once {
            self.silent = [0; 2];
        }
        (next, at_once)
    }
}

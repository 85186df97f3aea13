//! A script: its text, which functions it has, and how much of the run's allowance is used.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use netsplit_core::mapreduce::job::digest;

use crate::fault::Fault;
use crate::program;

/// The reader's functions. A copy is the same script in the same run; [`fresh`](Script::fresh) is
/// the same in another.
#[derive(Clone, Debug)]
pub struct Script(pub(crate) Arc<Kept>);

#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) text: Arc<str>,
    name: String,
    pub(crate) own: Own,
    /// Steps that calls have taken beyond what their input allows them.
    pub(crate) steps: AtomicU64,
    fault: Mutex<Option<Fault>>,
}

/// Which functions a script has that it need not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) combine: bool,
    pub(crate) partition: bool,
}

impl Script {
    /// Reads a text.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn compile(text: &str) -> Result<Script, Fault> {
        let text: Arc<str> = text.into();
        let own = program::check(&text)?;
        let name = format!("script-{:016x}", digest([text.as_bytes()]));
        Ok(Script(Arc::new(Kept {
            text,
            name,
            own,
            steps: AtomicU64::new(0),
            fault: Mutex::default(),
        })))
    }

    /// The word of its job: of the same text the same, and of another another.
    pub fn word(&self) -> &str {
        &self.0.name
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether it has a combiner (section 4.3).
    pub fn has_combine(&self) -> bool {
        self.0.own.combine
    }

    /// The same script at the start of another run, with all of its allowance.
    #[must_use]
    pub fn fresh(&self) -> Script {
        Script(Arc::new(Kept {
            text: Arc::clone(&self.0.text),
            name: self.0.name.clone(),
            own: self.0.own,
            steps: AtomicU64::new(0),
            fault: Mutex::default(),
        }))
    }

    /// The first fault of the run. When there is one, whatever the functions have returned since is
    /// of no use: whoever drives the job ends it.
    pub fn fault(&self) -> Option<Fault> {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether there is one.
    pub(crate) fn has_failed(&self) -> bool {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Notes a fault, unless there is one.
    pub(crate) fn note(&self, fault: Fault) {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
    }

    /// How many steps a call may take that is given so many bytes, and whether the run allows it no
    /// more than that.
    pub(crate) fn allowance(&self, bytes: u64) -> (u64, bool) {
        use crate::limits::{STEPS, STEPS_OF_BYTE, STEPS_OF_RUN};
        let left = STEPS_OF_RUN.saturating_sub(self.0.steps.load(Ordering::Relaxed));
        // None at all would be no limit.
        (left.clamp(1, STEPS) + STEPS_OF_BYTE * bytes, left < STEPS)
    }

    /// A call that was given so many bytes has taken so many steps.
    pub(crate) fn spend(&self, bytes: u64, steps: u64) {
        let beyond = steps.saturating_sub(crate::limits::STEPS_OF_BYTE * bytes);
        self.0.steps.fetch_add(beyond, Ordering::Relaxed);
    }
}

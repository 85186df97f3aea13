//! What runs in workers of the browser: code of the reader's own, and jobs for real.
//!
//! A step of a run never waits for code. [`workshop`] has what runs want computed in a worker, and
//! puts it into their tables; [`real`] drives the same coordinator and workers, each in a worker of
//! its own; [`mod@bench`] is what a reader has chosen for either. They know the page by what they tell
//! it, and nothing of the model.

pub mod bench;
mod desk;
pub mod input;
pub mod real;
pub mod workshop;

use std::cell::RefCell;

use gloo_timers::callback::Timeout;
use yew::Callback;

thread_local! {
    static TOLD: RefCell<Option<Callback<()>>> = const { RefCell::new(None) };
}

/// Calls this whenever something here stands otherwise, instead of what was called before.
pub fn listen(told: Option<Callback<()>>) {
    TOLD.set(told);
}

fn tell() {
    if let Some(told) = TOLD.with_borrow(Clone::clone) {
        told.emit(());
    }
}

/// Does this when what is at work now is over.
fn later(act: impl FnOnce() + 'static) {
    Timeout::new(0, act).forget();
}

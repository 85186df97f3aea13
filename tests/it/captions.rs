//! The captions of every scenario, read as a story: what the page says while it
//! runs, a line each time that changes.
//!
//! `REWRITE=1` writes them anew; so does `cargo xtask golden`. Only commit the
//! changes if you understand what caused them.

use std::fmt::Write as _;

use netsplit_sim::labs;
use netsplit_sim::open;
use netsplit_sim::scenario::{Line, Scenario};
use netsplit_sim::scenarios;
use netsplit_sim::words;

use crate::kept::{self, Kept};

/// The captions of a scenario, one a line: time, sentence, what comes next. A
/// note of the script stands where it is said.
fn captions(scenario: &Scenario) -> String {
    let script = scenario.parse();
    let lab = labs::lab(&script.setup.lab).expect("a scenario is of a lab");
    let mut run = open::script(&script, Vec::new()).expect("a scenario can be opened");
    let mut text = format!("# {}\n", scenario.title);
    let (mut said, mut lines) = (String::new(), 0);
    loop {
        let view = run.view();
        for (number, at) in run.lines_done().iter().skip(lines) {
            if let Some(Line::Note { text: note, .. }) = run.script().get(*number as usize) {
                writeln!(text, "{:>10}  “{note}”", at.at.millis(3)).expect("a text grows");
            }
        }
        lines = run.lines_done().len();
        let caption = words::caption(lab, &view);
        if caption.text != said {
            let offer =
                caption.offer.map(|offer| format!(" [{}]", offer.label)).unwrap_or_default();
            let at = view.moment.at.millis(3);
            writeln!(text, "{at:>10}  {}\n{:>10}  → {}{offer}", caption.text, "", caption.next)
                .expect("a text grows");
            said = caption.text;
        }
        if lines == run.script().len() || !run.step() {
            return text;
        }
    }
}

#[test]
fn captions_goldens() {
    let (folder, mut kept) = (kept::path("golden/captions"), Kept::default());
    for scenario in scenarios::all() {
        kept.check(&folder.join(format!("{}.txt", scenario.id)), &captions(scenario));
    }
    kept.end();
}

//! %Lab%, whole: its machines over the simulated world.

use netsplit_sim::open;
use netsplit_sim::scenario::Script;

#[test]
fn what_was_told_survives_a_crash() {
    let text = "scenario %lab% nodes=3 seed=1\nask n2 count\nrun for 100ms\ncrash n1\nrestart n1\n";
    let script = Script::parse(text).expect("it is in the language");
    let mut run = open::script(&script, Vec::new()).expect("its lab is in the list");
    while run.lines_done().len() < script.lines.len() && run.step() {}
    assert_eq!(run.view().nodes[0].view.number("count"), 1);
    assert!(run.view().broken.is_empty());
}

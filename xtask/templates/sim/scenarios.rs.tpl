//! The scenarios of %lab%, as values: what each shows, and what to look for.

use crate::check::%lab%::property::TOLD_IS_KEPT;
use crate::scenario::Scenario;

/// The scenarios, part by part; a part is one of those in the lab's look on the page.
pub const SCENARIOS: &[&[Scenario]] = &[&[FIRST]];

const FIRST: Scenario = Scenario {
    number: %scenario%,
    id: "first-%lab%",
    title: "Counted once more",
    question: "Does a counter that crashes know what it told?",
    look_for: "n1 is down while n2 asks; when it is back it goes on counting from where it was.",
    part: "%Lab%",
    section: "the paper's section",
    property: TOLD_IS_KEPT,
    breaks: &[],
    script: r#"
scenario %lab% nodes=3 seed=1
ask n2 count
run until committed 1 on n1 within 1s
note "n1 has counted one. Nobody hears of it before it is on its disk."
try "Ask once more" ask n2 count
ask n3 count
run until committed 2 on n1 within 1s
note "Two are counted: n2 and n3 have asked once each."
try "Crash n1 before it has saved" crash n1
run for 50ms
crash n1
ask n2 count
run for 100ms
restart n1
run until committed 3 on n1 within 1s
note "n1 was down, and has not forgotten. n2 asked again until it was there."
run for 50ms
"#,
    switches: &[],
    branches: &[],
};

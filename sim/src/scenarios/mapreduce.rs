//! MapReduce's scenarios: a job that goes well, and what is done about everything that does not.

use crate::check::mapreduce::property::{
    COMMITS_ONCE, ENDS_COMPLETE, NO_IDLE_HANDS, OUTPUT, PATIENCE, RE_RUN,
};
use crate::scenario::{Scenario, Switch};

/// The scenarios, part by part.
pub const SCENARIOS: &[&[Scenario]] = &[JOBS];

const JOBS: &[Scenario] = &[
    WORD_COUNT,
    MAP_WORKER_CRASHES,
    REDUCE_WORKER_CRASHES,
    STRAGGLER,
    LATE_DUPLICATE,
    COORDINATOR_RESTARTS,
    SKEW,
    LOCALITY,
    SORT,
];

/// What they have in common unless they say otherwise.
const PART: Scenario = Scenario {
    number: 0,
    id: "",
    title: "",
    question: "",
    look_for: "",
    part: "1",
    section: "3",
    property: OUTPUT,
    breaks: &[],
    script: "",
    switches: &[],
    branches: &[],
};

const WORD_COUNT: Scenario = Scenario {
    number: 41,
    id: "word-count",
    title: "Counting words",
    question: "How do eight texts become one table of words?",
    look_for: "Splits are read where they lie, buckets go from every map to every reduce, and each output is renamed when it is complete.",
    section: "3.1",
    script: r#"
scenario mapreduce nodes=5 seed=1
run for 100ms
expect not committed 1
note "n1 has a map task for each of eight splits, and gives them to workers that ask; to those first that have the split on their own disks."
run until committed 1 within 30s
note "The first map is done. It has left a bucket for each of four reduce tasks on its worker's disk, and told n1 where."
try "Crash a worker" crash n3
run until committed 8 within 30s
note "All maps are done. Reduce workers have read their buckets meanwhile; now they sort, and run the user's code on each word with all its counts."
try "Crash the coordinator" crash n1
run until committed 9 within 30s
note "The first output is complete: written under a name of its own, and renamed."
run until committed 12 within 30s
note "The job is over: four files with every word of the eight texts, each once and in order."
run for 1s
"#,
    ..PART
};

const MAP_WORKER_CRASHES: Scenario = Scenario {
    number: 42,
    id: "map-worker-crash",
    title: "A worker is lost, and what it has mapped",
    question: "Why is a map task done again that was done?",
    look_for: "When n2 is taken for lost, the maps that it had done are idle again: their buckets were on its disk.",
    section: "3.3",
    property: RE_RUN,
    script: r#"
scenario mapreduce nodes=5 seed=2
run until committed 4 within 30s
note "Some maps are done, on the disks of their workers."
crash n2
run for 1s
expect not committed 12
note "n2 is gone. Nobody knows yet: it may be slow."
try "Let it come back" restart n2
run for 4s
expect not committed 12
note "n2 has not answered for three seconds: it is lost. What it was doing is idle again, and so is what it has mapped."
try "Crash n3" crash n3
run until committed 12 within 60s
note "Others have mapped those splits again, and reduce workers were told where the buckets are now. The output is the same."
run for 500ms
"#,
    switches: &[Switch { label: "On a shared disk", shows: &MAP_WORKER_CRASHES_SHARED }],
    ..PART
};

const MAP_WORKER_CRASHES_SHARED: Scenario = Scenario {
    number: 4201,
    id: "map-worker-crash-shared",
    title: "A worker is lost, and its output is on a shared disk",
    look_for: "Only what n2 was doing is given to others; what it had done stays done.",
    section: "3.3",
    property: RE_RUN,
    script: r#"
scenario mapreduce nodes=5 seed=2 disk=shared
run until committed 4 within 30s
note "Some maps are done, on the disk that all share."
crash n2
run for 1s
expect not committed 12
note "n2 is gone. Nobody knows yet: it may be slow."
try "Let it come back" restart n2
run for 4s
expect committed 8
note "n2 is lost. What it was doing is idle again; what it has mapped can still be read."
try "Crash n3" crash n3
run until committed 12 within 60s
note "No map that was done was done again: this is what the course's shared disk hides."
run for 500ms
"#,
    ..PART
};

const REDUCE_WORKER_CRASHES: Scenario = Scenario {
    number: 43,
    id: "reduce-worker-crash",
    title: "A worker is lost while it reduces",
    question: "What becomes of an output that is half written?",
    look_for: "The half stays under a name that nobody reads; another attempt writes its own, and renames it.",
    section: "3.3",
    property: ENDS_COMPLETE,
    script: r#"
scenario mapreduce nodes=5 seed=3 overlap=off
run until committed 9 within 60s
note "All maps are done, and one reduce. The others are at it."
crash n4
expect not committed 12
note "n4 is gone, with what it was reducing."
try "Crash another" crash n2
run for 4s
expect not committed 12
note "It is lost. Its reduce task is idle again; and so are its maps, since that task has to read them again. Reduce tasks that are done stay done: their output is in the file system."
try "Let it come back" restart n4
run until committed 12 within 60s
note "The job is over. What n4 had begun to write was never renamed."
run for 500ms
"#,
    ..PART
};

const STRAGGLER: Scenario = Scenario {
    number: 44,
    id: "straggler",
    title: "A straggler, and a backup",
    question: "Why is the last task given out twice?",
    look_for: "n4's disk is bad. Near the end, its task is given to another worker as well, and whoever is first counts.",
    section: "3.6",
    property: PATIENCE,
    script: r#"
scenario mapreduce nodes=5 seed=4 bad-disk=n4
run until committed 6 within 60s
note "n4 reads one megabyte a second where the others read thirty. Its map is still at work."
try "Crash the straggler" crash n4
run until committed 8 within 60s
note "One map was left, and nobody else had anything to map: it was given out once more, and the backup was done first."
try "Crash the coordinator" crash n1
run until committed 12 within 120s
note "The job is over. What n4 was doing is thrown away."
run for 500ms
"#,
    switches: &[Switch { label: "Without backups", shows: &STRAGGLER_ALONE }],
    ..PART
};

const STRAGGLER_ALONE: Scenario = Scenario {
    number: 4401,
    id: "straggler-alone",
    title: "A straggler, and no backup",
    look_for: "All others wait until n4's bad disk is done.",
    section: "3.6",
    property: PATIENCE,
    script: r#"
scenario mapreduce nodes=5 seed=4 backup=off bad-disk=n4
run until committed 6 within 60s
note "n4 reads one megabyte a second where the others read thirty. Its map is still at work."
try "Crash the straggler" crash n4
run until committed 8 within 60s
note "The last map is done when n4 is done."
try "Crash the coordinator" crash n1
run until committed 12 within 120s
note "The job is over, and has taken longer: nobody has helped n4."
run for 500ms
"#,
    ..PART
};

const LATE_DUPLICATE: Scenario = Scenario {
    number: 45,
    id: "late-duplicate",
    title: "Done twice",
    question: "What if a worker that was given up finishes after all?",
    look_for: "n3's word that it is done comes when another has done the task: it is ignored.",
    section: "3.3",
    property: COMMITS_ONCE,
    script: r#"
scenario mapreduce nodes=4 seed=5 splits=4 parts=6 scale=2000 disk=shared detect=deadline overlap=off backup=off time-out=3s
drop TaskDone n2 -> n1
hold TaskDone n3 -> n1
run for 2900ms
expect not committed 4
note "n2 and n3 have done their maps. n2's word is lost, n3's held up: to n1 both tasks are still at work. n4 has done the other two."
try "Let both words through" lift all
run until committed 3 within 10s
note "The time of both is over. n4 has done n3's map once more, and n2's is to come."
try "Crash n4" crash n4
lift 2
release all
run for 100ms
expect committed 3
note "Now n3's word arrives. Its task was done before: the word is ignored."
lift all
run until committed 10 within 60s
note "Each task has counted once. The file that both have written is the same, whole, whoever renamed it last."
run for 500ms
"#,
    switches: &[Switch { label: "Count completions", shows: &LATE_DUPLICATE_COUNTED }],
    ..PART
};

const LATE_DUPLICATE_COUNTED: Scenario = Scenario {
    number: 4501,
    id: "late-duplicate-counted",
    title: "Done twice, and counted twice",
    look_for: "Four completions of three maps: reduce begins without the fourth split.",
    section: "3.3",
    property: COMMITS_ONCE,
    breaks: &["maps-before-reduce"],
    script: r#"
scenario mapreduce nodes=4 seed=5 splits=4 parts=6 scale=2000 disk=shared detect=deadline overlap=off backup=off time-out=3s mistake=MR04
drop TaskDone n2 -> n1
hold TaskDone n3 -> n1
run for 2900ms
expect not committed 4
note "n2 and n3 have done their maps. n2's word is lost, n3's held up: to n1 both tasks are still at work."
try "Let both words through" lift all
run until committed 3 within 10s
note "The time of both is over. n4 has done n3's map once more, and n2's is to come."
try "Crash n4" crash n4
lift 2
release all
run until broken within 60s
note "n3's word is counted, and with it there are as many completions as maps. One map is not done."
run for 100ms
"#,
    ..PART
};

const COORDINATOR_RESTARTS: Scenario = Scenario {
    number: 46,
    id: "coordinator-restart",
    title: "The coordinator crashes",
    question: "What is known after the only one who knows is gone?",
    look_for: "It goes on from what it wrote down: done tasks stay done, and those at work are given out again.",
    section: "3.3",
    property: OUTPUT,
    script: r#"
scenario mapreduce nodes=5 seed=6
run until committed 5 within 60s
note "Five tasks are done, and each was written down before its worker was told so."
crash n1
run for 1s
expect no leader
note "Workers go on with what they have, and ask again and again."
try "Crash a worker as well" crash n2
restart n1
run for 300ms
expect committed 4
note "n1 has read what it wrote down. Who has done something meanwhile says so now, and it counts."
try "Crash it again" crash n1
run until committed 12 within 60s
note "The job is over, and no task that was done has been done again."
run for 500ms
"#,
    switches: &[Switch { label: "Write nothing down", shows: &COORDINATOR_FORGETS }],
    ..PART
};

const COORDINATOR_FORGETS: Scenario = Scenario {
    number: 4601,
    id: "coordinator-restart-forgets",
    title: "The coordinator crashes, and had written nothing down",
    look_for: "All begins anew: what the workers of the run before say counts for nothing.",
    section: "3.3",
    property: OUTPUT,
    script: r#"
scenario mapreduce nodes=5 seed=6 checkpoint=off
run until committed 5 within 60s
note "Five tasks are done, and only n1 knows."
try "Crash a worker" crash n2
crash n1
run for 1s
restart n1
run for 300ms
expect not committed 5
note "n1 begins a new run. Nothing is done."
try "Crash it again" crash n1
run until committed 12 within 120s
note "The job is over, later. The paper's own library gave up in such a case (3.3)."
run for 500ms
"#,
    ..PART
};

const SKEW: Scenario = Scenario {
    number: 47,
    id: "skew",
    title: "One word nearly everywhere",
    question: "What does a combiner save?",
    look_for: "Each map adds its ones before they cross the network: a bucket is a few hundred bytes, whatever the text.",
    section: "4.3",
    property: OUTPUT,
    script: r#"
scenario mapreduce nodes=5 seed=7 input=skew bytes=6000 scale=3000
run for 50ms
expect not committed 1
note "Eight texts, in which nine words of ten are the same one."
try "Crash n3" crash n3
run until committed 8 within 60s
note "Each map has added up what it saw of it, and sends one pair."
try "Crash the coordinator" crash n1
run until committed 12 within 60s
note "The reduce task that has that word got eight pairs for it."
run for 500ms
"#,
    switches: &[Switch { label: "Without a combiner", shows: &SKEW_UNCOMBINED }],
    ..PART
};

const SKEW_UNCOMBINED: Scenario = Scenario {
    number: 4701,
    id: "skew-uncombined",
    title: "One word nearly everywhere, and no combiner",
    look_for: "One reduce task gets nearly all there is, and all others are done long before it.",
    section: "4.3",
    property: OUTPUT,
    script: r#"
scenario mapreduce nodes=5 seed=7 input=skew bytes=6000 combine=off scale=3000
run until committed 8 within 120s
note "Nine words of ten are the same one, and each is a pair of its own."
try "Crash n3" crash n3
run until committed 11 within 120s
note "Three reduces are done. The fourth has that word, and still reads and sorts."
try "Crash the coordinator" crash n1
run until committed 12 within 120s
note "The job is over when the one large bucket is."
run for 500ms
"#,
    ..PART
};

const LOCALITY: Scenario = Scenario {
    number: 48,
    id: "locality",
    title: "The work goes to the input",
    question: "How much input crosses the network?",
    look_for: "Nearly every split is read by a worker that has it on its own disk.",
    section: "3.4",
    property: NO_IDLE_HANDS,
    script: r#"
scenario mapreduce nodes=9 seed=8 splits=16 scale=20000
run for 500ms
expect not committed 16
note "Each split lies on two of eight workers' disks. Who asks gets one of its own, as long as there is one."
try "Crash n3" crash n3
run until committed 16 within 120s
note "All maps are done, and hardly any split has crossed the network."
try "Crash the coordinator" crash n1
run until committed 20 within 120s
note "The job is over. What crossed the network were buckets, not splits."
run for 500ms
"#,
    switches: &[Switch { label: "Wherever it lies", shows: &LOCALITY_OFF }],
    ..PART
};

const LOCALITY_OFF: Scenario = Scenario {
    number: 4801,
    id: "locality-off",
    title: "The input goes to the work",
    look_for: "Most splits are sent from one worker to another before anything is done with them.",
    section: "3.4",
    property: NO_IDLE_HANDS,
    script: r#"
scenario mapreduce nodes=9 seed=8 splits=16 locality=off scale=20000
run for 500ms
expect not committed 16
note "Tasks are given out in their order, to whoever asks."
try "Crash n3" crash n3
run until committed 16 within 120s
note "All maps are done, later: what was not there had to be read through the network first."
try "Crash the coordinator" crash n1
run until committed 20 within 120s
note "The job is over. Every byte of input that was somewhere else has crossed the network as well."
run for 500ms
"#,
    ..PART
};

const SORT: Scenario = Scenario {
    number: 49,
    id: "sort-in-small",
    title: "The paper's sort, in the small",
    question: "What do backups and lost workers do to a job of fifteen minutes?",
    look_for: "Reading, shuffling and writing overlap; then the last reduces are backed up.",
    section: "5.3",
    property: OUTPUT,
    script: r#"
scenario mapreduce nodes=13 seed=9 preset=sort splits=103 parts=27 bad-disk=n7
run for 60s
expect not committed 1
note "The program is being started on all machines: that takes a minute (5.2)."
run until committed 50 within 1200s
note "Maps read their splits, and reduces read buckets as soon as there are some (Figure 3)."
try "Kill a worker" crash n3
run until committed 103 within 1200s
note "One reduce task for each worker has been shuffling; when all maps are done, it sorts, and writes."
try "Crash the coordinator" crash n1
run until committed 130 within 2400s
note "The job is over. n7 has a bad disk: what it was writing was done by another as a backup."
run for 1s
"#,
    switches: &[
        Switch { label: "No backup tasks", shows: &SORT_ALONE },
        Switch { label: "Workers killed", shows: &SORT_KILLED },
    ],
    ..PART
};

const SORT_ALONE: Scenario = Scenario {
    number: 4901,
    id: "sort-in-small-without-backups",
    title: "The paper's sort, without backup tasks",
    look_for: "A long tail: nearly all is done, and the job waits for the bad disk.",
    section: "5.4",
    property: OUTPUT,
    script: r#"
scenario mapreduce nodes=13 seed=9 preset=sort splits=103 parts=27 backup=off bad-disk=n7
run for 60s
expect not committed 1
note "The same as before, and no task is given out twice."
try "Kill the straggler" crash n7
run until committed 103 within 1800s
note "All maps are done."
try "Crash the coordinator" crash n1
run until committed 130 within 3600s
note "The job is over when n7 is."
run for 1s
"#,
    ..PART
};

const SORT_KILLED: Scenario = Scenario {
    number: 4902,
    id: "sort-in-small-killed",
    title: "The paper's sort, with workers killed",
    look_for: "Maps are done again, and the job takes little longer.",
    section: "5.5",
    property: OUTPUT,
    script: r#"
scenario mapreduce nodes=13 seed=9 preset=sort splits=103 parts=27 bad-disk=n7
run for 60s
run until committed 103 within 1200s
note "All maps are done, and reduces at work. Now one worker in twelve is killed, and what it has mapped is gone."
try "Kill the straggler instead" crash n7
wipe n3
restart n3
expect not committed 130
note "The machine works: a new process begins there at once (5.5)."
try "Kill another" crash n4
run until committed 130 within 2400s
note "What was lost has been done again, in little time: many share it."
run for 1s
"#,
    ..PART
};

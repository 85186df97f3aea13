//! Where a reader brings files and code, tries the code, and has the job run: simulated, or for real.

mod code;
mod files;
mod runs;

use std::rc::Rc;

use netsplit_jobs::plan::Job;
use netsplit_script::Fault;
use netsplit_sim::labs::mapreduce::input::Text;
use netsplit_sim::run::JobOutput;
use netsplit_sim::scenario::Setup;
use yew::prelude::*;

use super::real::RealRun;
use crate::browser;
use crate::jobs::bench::{self, Bench, CHAIN, Chosen};
use crate::jobs::input::{self, Source};
use crate::jobs::real::{Order, Standing};
use crate::jobs::{listen, workshop};
use crate::state::action::Action;

/// What it starts from.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the run on the page started from.
    pub setup: Rc<Setup>,
    /// The run's job.
    pub job: AttrValue,
    /// The word of its input.
    pub input: AttrValue,
    /// The splits of that.
    pub splits: Rc<[Text]>,
    /// The run's input was somebody's own, and is not here.
    pub missing: bool,
    /// Parts of the keys.
    pub parts: u32,
    /// What the run has written; while it plays only where that is compared.
    pub written: Option<Rc<JobOutput>>,
    /// Where on the page it stands, for the names of fields.
    pub place: &'static str,
    /// Where actions go.
    pub on: Callback<Action>,
}

impl Props {
    /// The job that is chosen: by the reader, or else that of the run.
    fn chosen(&self, bench: &Bench) -> Chosen {
        bench.chosen.clone().unwrap_or_else(|| match self.setup.code.is_empty() {
            true => Chosen::BuiltIn(self.job.to_string()),
            false => Chosen::Own,
        })
    }

    /// The same as what is run.
    fn job(&self, bench: &Bench) -> Job {
        match self.chosen(bench) {
            Chosen::BuiltIn(word) => Job::BuiltIn(word),
            Chosen::Own => Job::Script(self.code(bench)),
        }
    }

    /// The code on the bench.
    fn code(&self, bench: &Bench) -> String {
        bench.code(&self.setup.code)
    }

    /// Runs it simulated, over an input that is there.
    fn simulate(&self, given: Option<&str>) {
        let (chosen, code) = bench::look(|bench| (self.chosen(bench), self.code(bench)));
        match bench::written(&self.setup, &chosen, &code, given) {
            Ok((text, job)) => {
                match chosen {
                    Chosen::Own => {
                        bench::keep_own(&code);
                        workshop::allow(&job);
                    }
                    // Over somebody's files a step would take too long.
                    Chosen::BuiltIn(_) if given.is_some() => input::compute_elsewhere(&job),
                    Chosen::BuiltIn(_) => {}
                }
                self.on.emit(Action::OpenText(text));
            }
            Err(why) => bench::change(|bench| bench.trouble = Some(why)),
        }
    }

    /// Runs it for real, over a copy of what is on the bench.
    fn run_for_real(&self) {
        if let Some(why) = bench::look(|bench| input::nothing_in(&bench.sources)) {
            return bench::change(|bench| bench.trouble = Some(why));
        }
        let (order, over) = bench::look(|bench| {
            let job = self.job(bench);
            let word = match &job {
                Job::BuiltIn(word) => word.clone(),
                Job::Script(code) => bench::job_of(code),
            };
            let own = bench.sources.clone();
            let over = (word, own.is_empty().then(|| self.input.to_string()));
            let of_run =
                || self.splits.iter().filter_map(|(name, text)| Source::of_bytes(name, text));
            let sources = if own.is_empty() { of_run().collect() } else { own };
            (Order { job, sources, parts: self.parts, workers: bench.workers }, over)
        });
        bench::start(order, over);
    }

    /// What the run on the page has written, when it is the same job over the same input as the run
    /// for real.
    fn simulated(&self, bench: &Bench) -> Option<Rc<JobOutput>> {
        let (job, input) = bench.of.as_ref()?;
        let is_given = || bench.given.values().any(|word| *word == *self.input);
        let same = input.as_ref().map_or_else(is_given, |input| *input == *self.input);
        self.written.clone().filter(|_| *job == *self.job && same)
    }

    /// A run for real is of one job: a chain of them is none.
    fn is_chain(&self, bench: &Bench) -> bool {
        self.chosen(bench) == Chosen::BuiltIn(CHAIN.to_owned())
    }

    fn id(&self, name: &str) -> String {
        format!("mr-{}-{name}", self.place)
    }
}

/// What has come last of what was asked for here.
#[derive(Clone, PartialEq)]
struct Come {
    fault: Option<Fault>,
    sampled: bool,
    real: Option<std::mem::Discriminant<Standing>>,
}

impl Come {
    fn now(bench: &Bench) -> Come {
        let standing = workshop::standing();
        Come {
            fault: bench.fault().or(standing.fault.map(|(_, fault)| fault)),
            sampled: standing.sampled.is_some(),
            real: bench.standing.as_ref().map(std::mem::discriminant),
        }
    }

    /// The name of what is to be seen, now that this has come after that.
    fn shows(&self, before: &Come) -> Option<&'static str> {
        match () {
            () if self.fault != before.fault && self.fault.is_some() => Some("fault"),
            () if self.real != before.real && self.real.is_some() => Some("real-run"),
            () if self.sampled && !before.sampled => Some("sampled"),
            () => None,
        }
    }
}

/// The bench.
#[component]
pub fn Workbench(props: &Props) -> Html {
    let news = use_force_update();
    use_effect_with((), move |()| {
        listen(Some(Callback::from(move |()| news.force_update())));
        || listen(None)
    });
    // What was asked for may come below the end of what is seen.
    let (seen, field, place) = (use_mut_ref(|| None::<Come>), use_node_ref(), props.place);
    use_effect_with(bench::look(Come::now), move |come| {
        let before = seen.replace(Some(come.clone()));
        if let Some(name) = before.and_then(|before| come.shows(&before)) {
            browser::bring_into_sight(&format!("mr-{place}-{name}"));
        }
    });
    let stop = Callback::from(|_: MouseEvent| bench::stop());
    bench::look(|bench| {
        html! {
            <div class="mr-benches">
                { files::files(props, bench) }
                <div class="mr-bench">
                    { runs::runs(props, bench) }
                    { code::code(props, bench, &field) }
                </div>
                if let Some(standing) = bench.standing.as_ref().filter(|_| bench.fault().is_none()) {
                    <div class="mr-real" id={props.id("real-run")}>
                        <RealRun standing={standing.clone()} workers={bench.ran_with} simulated={props.simulated(bench)}
                            place={props.place} cancel={stop} />
                    </div>
                }
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_is_brought_into_sight_and_what_was_there_is_not() {
        let nothing = Come { fault: None, sampled: false, real: None };
        let works = Standing::Works(None);
        let runs = Come { real: Some(std::mem::discriminant(&works)), ..nothing.clone() };
        let tried = Come { sampled: true, ..runs.clone() };
        assert_eq!(runs.shows(&nothing), Some("real-run"));
        assert_eq!(tried.shows(&runs), Some("sampled"));
        assert_eq!([tried.shows(&tried), nothing.shows(&tried)], [None, None]);
    }
}

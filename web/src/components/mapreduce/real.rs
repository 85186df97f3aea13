//! A run for real: how far it is, and what it came to.

use std::rc::Rc;

use netsplit_core::bytes::Bytes;
use netsplit_sim::run::{JobOutput, JobPart};
use netsplit_sim::words::mapreduce::bytes;
use yew::prelude::*;

use super::OutputTable;
use crate::jobs::real::Standing;

/// What is shown of it.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// How far it is.
    pub standing: Standing,
    /// How many workers it has.
    pub workers: u32,
    /// What a simulated run of the same job over the same input has written, where there is one.
    pub simulated: Option<Rc<JobOutput>>,
    /// Where on the page it stands, for names of fields.
    pub place: &'static str,
    /// Ends it.
    pub cancel: Callback<MouseEvent>,
}

/// It.
#[component]
pub fn RealRun(props: &Props) -> Html {
    let Props { standing, workers, simulated, place, cancel } = props;
    match standing {
        Standing::Works(progress) => {
            let (maps, reduces) =
                progress.as_ref().map_or(((0, 0), (0, 0)), |it| (it.maps, it.reduces));
            let doing = progress.as_ref().map_or(&[][..], |it| &it.doing);
            let (done, all) = (maps.0 + reduces.0, (maps.1 + reduces.1).max(1));
            let row = |(number, task): (usize, &Option<String>)| {
                let task = task.as_deref().unwrap_or("waits");
                html! { <li key={number}><span class="value">{ format!("worker {}", number + 1) }</span>{ format!(": {task}") }</li> }
            };
            html! {
                <>
                    <p>
                        <progress max={all.to_string()} value={done.to_string()} aria-label="Tasks done"></progress>
                        { format!(" {} of {} maps, {} of {} reduces ", maps.0, maps.1, reduces.0, reduces.1) }
                        <button id={format!("mr-{place}-cancel-real")} onclick={cancel}>{ "Cancel" }</button>
                    </p>
                    <ul>{ for doing.iter().enumerate().map(row) }</ul>
                </>
            }
        }
        Standing::Over { output, millis, bytes: weight } => {
            let said = told(*workers, *millis, *weight);
            let (right, words) = compared(output, simulated.as_deref());
            let part = |(number, text): (usize, &Bytes)| JobPart {
                name: format!("mr-out-{number}"),
                text: Some(text.clone()),
                right: right != Some(false),
            };
            let parts = output.iter().enumerate().map(part).collect();
            let output = Rc::new(JobOutput { parts, compared: right.is_some() });
            let place = if *place == "middle" { "real" } else { "real-column" };
            html! {
                <>
                    <p id="mr-real-told" role="status">{ said }</p>
                    <OutputTable {output} name="output.txt" {place} said={(right, AttrValue::from(words))} />
                </>
            }
        }
        Standing::Fault(fault) => {
            html! { <p class="mr-fault" role="alert">{ fault.sentence() }</p> }
        }
        Standing::Failed(why) => {
            html! { <p class="mr-fault" role="alert">{ format!("It broke off: {why}.") }</p> }
        }
    }
}

/// How fast it was, in a sentence.
fn told(workers: u32, millis: f64, weight: u64) -> String {
    let seconds = millis / 1_000.0;
    let rate = bytes((weight as f64 / seconds.max(0.001)) as u64);
    let hands = if workers == 1 { "one worker".to_owned() } else { format!("{workers} workers") };
    format!("{} in {seconds:.2} s: {rate} a second with {hands}.", bytes(weight))
}

/// Whether it is what a simulated run wrote, and a sentence about that.
fn compared(output: &[Bytes], simulated: Option<&JobOutput>) -> (Option<bool>, String) {
    let Some(simulated) = simulated else {
        return (None, "No simulated run of the same job over the same input is on the page to be compared with.".to_owned());
    };
    let texts: Option<Vec<&Bytes>> =
        simulated.parts.iter().map(|part| part.text.as_ref()).collect();
    match texts {
        None => (
            None,
            "The simulated run of this job is not over: nothing can be compared yet.".to_owned(),
        ),
        Some(texts)
            if texts.len() == output.len()
                && texts.iter().zip(output).all(|(one, other)| *one == other) =>
        {
            (Some(true), "Equal to what the simulated run wrote, byte for byte.".to_owned())
        }
        Some(_) => (Some(false), "Not what the simulated run wrote.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_for_real_is_compared_with_a_whole_simulated_one() {
        let part = |text: Option<&str>| JobPart {
            name: String::new(),
            text: text.map(Bytes::from),
            right: true,
        };
        let simulated = |texts: [Option<&str>; 2]| JobOutput {
            parts: texts.map(part).to_vec(),
            compared: true,
        };
        let output = ["a 1\n", "b 2\n"].map(Bytes::from);
        let said = |texts| compared(&output, Some(&simulated(texts))).0;
        assert_eq!(said([Some("a 1\n"), Some("b 2\n")]), Some(true));
        assert_eq!(said([Some("a 1\n"), Some("b 3\n")]), Some(false));
        assert_eq!(said([Some("a 1\n"), None]), None);
        assert_eq!(compared(&output, None).0, None);
        assert_eq!(told(2, 500.0, 2_000_000), "2.0 MB in 0.50 s: 4.0 MB a second with 2 workers.");
        assert_eq!(told(1, 500.0, 1_200), "1.2 KB in 0.50 s: 2.4 KB a second with one worker.");
    }
}

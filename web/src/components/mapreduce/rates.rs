//! How many bytes a second flowed over the run: input, shuffle and output above each other, in the
//! manner of the paper's figure 3.

use netsplit_core::time::Time;
use netsplit_sim::words::mapreduce::bytes;
use netsplit_sim::words::outcome::wait_text;
use yew::prelude::*;

use crate::components::beside::Band;
use crate::components::time_text;
use crate::draw::tenths::Tenths;
use crate::state::job::{Flowing, Rates};

/// The size of a chart, in its own units.
const SIZE: (f64, f64) = (600.0, 40.0);

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The run in slots.
    pub rates: Rates,
    /// The moment shown.
    pub now: Time,
    /// The faults.
    pub bands: Vec<Band>,
    /// When all maps were done, once for each job of the chain.
    pub maps_done: Vec<Time>,
    /// What the paper's sort came to in this run, where it is that.
    pub sort: Option<Sort>,
}

/// The sort of section 5.3, as far as a run of it has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sort {
    /// How many workers it has.
    pub workers: u64,
    /// When the last bucket was read, once all reduces have read theirs.
    pub shuffled: Option<Time>,
    /// When the job was over.
    pub over: Option<Time>,
}

/// The charts.
#[component]
pub fn RateCharts(props: &Props) -> Html {
    let Props { rates, now, bands, maps_done, sort } = props;
    let whole = rates.width.micros() as f64 * rates.slots.len().max(1) as f64;
    let x = |time: Time| Tenths(time.micros() as f64 / whole * SIZE.0);
    let band = |band: &Band| {
        let wide = Tenths((x(band.to).0 - x(band.from).0).max(1.0)).to_string();
        html! {
            <rect class="load-band" x={x(band.from).to_string()} y="0" height="40" width={wide}>
                <title>{ band.words.to_string() }</title></rect>
        }
    };
    let line = |at: &Time| {
        html! {
            <path class="mr-maps-done" vector-effect="non-scaling-stroke" d={format!("M{} 0V40", x(*at))}>
                <title>{ "all maps done" }</title></path>
        }
    };
    let chart = |what: &Flowing| {
        let (most, sum) = (rates.most(*what), rates.sum(*what));
        let words = format!("{} a second at most, {} in all", bytes(most), bytes(sum));
        html! {
            <figure class="load-chart mr-rate">
                <figcaption><b>{ what.word() }</b>{ format!(" {words}") }</figcaption>
                <svg viewBox="0 0 600 40" preserveAspectRatio="none" role="img" aria-label={format!("{}: {words}.", what.word())}>
                    { for bands.iter().map(band) }
                    <path class="load-done" d={steps(rates, *what, most.max(1))} />
                    { for maps_done.iter().map(line) }
                    <path class="load-now" vector-effect="non-scaling-stroke" d={format!("M{} 0V40", x(*now))} />
                </svg>
            </figure>
        }
    };
    let end = time_text(Time::from_micros(whole as u64));
    html! {
        <div class="load mr-rates" tabindex="0" role="region" aria-label="Bytes a second over the run">
            { for Flowing::ALL.iter().map(chart) }
            <p class="load-ends value"><span>{ "0 s" }</span>
                <span class="mr-slots">{ format!("in slots of {}; dashed where all maps were done", wait_text(rates.width)) }</span>
                <span>{ format!("{end} s") }</span></p>
            if let Some(sort) = sort { { beside_the_paper(rates, maps_done.first(), sort) } }
        </div>
    }
}

/// The run's figures beside those of the paper (sections 5.3 to 5.5), which had 1746 workers.
fn beside_the_paper(rates: &Rates, maps_done: Option<&Time>, sort: &Sort) -> Html {
    let each = rates.most(Flowing::Input) / sort.workers.max(1);
    let at = |time: Option<Time>| {
        time.map_or_else(
            || "not yet".to_owned(),
            |time| format!("{:.0} s", time.micros() as f64 / 1e6),
        )
    };
    let rows = [
        (
            "input at most, a worker",
            format!("{} a second", bytes(each)),
            "7.4 MB a second, of 13 GB",
        ),
        ("all maps done", at(maps_done.copied()), "before 200 s"),
        ("all buckets read", at(sort.shuffled), "about 600 s"),
        (
            "the job over",
            at(sort.over),
            "891 s; 1283 s without backup tasks; 933 s with 200 workers killed",
        ),
    ];
    html! {
        <table class="mr-table">
            <thead><tr><th scope="col">{ "the sort" }</th><th scope="col">{ "this run" }</th><th scope="col">{ "the paper (5.3 to 5.5)" }</th></tr></thead>
            <tbody>{ for rows.into_iter().map(|(what, here, there)| html! {
                <tr><th scope="row">{ what }</th><td class="value">{ here }</td><td class="value">{ there }</td></tr>
            }) }</tbody>
        </table>
    }
}

/// The rate of each slot as steps, closed at the bottom.
fn steps(rates: &Rates, what: Flowing, most: u64) -> String {
    let width = SIZE.0 / rates.slots.len().max(1) as f64;
    let mut path = String::from("M0 40");
    for slot in 0..rates.slots.len() {
        let y = SIZE.1 - rates.rate(slot, what) as f64 / most as f64 * (SIZE.1 - 2.0);
        path.push_str(&format!("V{}H{}", Tenths(y), Tenths(width * (slot + 1) as f64)));
    }
    path.push_str("V40Z");
    path
}

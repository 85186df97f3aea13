//! How long queries took, one row for each way to read them, and the commands beside them.

use yew::prelude::*;

use crate::draw::tenths::Tenths;
use crate::state::timings::{BINS, Timing, bin_start};

use netsplit_core::time::Span;
use netsplit_sim::words::outcome::wait_text;

/// How wide a bin of a distribution is, and how high the highest.
const BIN: (f64, f64) = (8.0, 22.0);

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The timings so far.
    pub timings: Vec<Timing>,
    /// How the leader reads now.
    pub reading: Option<AttrValue>,
}

/// The table.
#[component]
pub fn Timings(props: &Props) -> Html {
    let Props { timings, reading } = props;
    let some = |timing: &Timing, place: usize| timing.bins[place] > 0;
    let first = (0..BINS).find(|place| timings.iter().any(|timing| some(timing, *place)));
    let last = (0..BINS).rev().find(|place| timings.iter().any(|timing| some(timing, *place)));
    let bins = first.unwrap_or(0)..last.unwrap_or(0) + 1;
    let ends = format!(
        "from {} to {}",
        wait_text(bin_start(bins.start)),
        wait_text(bin_start((bins.end).min(BINS - 1)))
    );
    html! {
        <div class="reads">
            <table class="reads-table">
                <caption>
                    { "Virtual time from call to return" }
                    if let Some(reading) = reading { { format!("; now read by: {reading}") } }
                </caption>
                <thead><tr>
                    <th scope="col">{ "read by" }</th><th scope="col">{ "count" }</th><th scope="col">{ "half" }</th>
                    <th scope="col">{ "99 %" }</th><th scope="col">{ "longest" }</th><th scope="col">{ ends }</th>
                </tr></thead>
                <tbody>
                    { for timings.iter().map(|timing| row(timing, bins.clone())) }
                    if timings.is_empty() {
                        <tr><td colspan="6" class="stores-empty">{ "No operation is done yet." }</td></tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

fn row(timing: &Timing, bins: std::ops::Range<usize>) -> Html {
    let most = f64::from(timing.bins.iter().copied().max().unwrap_or(1).max(1));
    let (width, height) = BIN;
    let bar = |(place, count): (usize, &u32)| {
        let high = (f64::from(*count) / most * height).max(if *count > 0 { 1.0 } else { 0.0 });
        html! {
            <rect x={Tenths(place as f64 * width).to_string()} y={Tenths(height - high).to_string()}
                width={Tenths(width - 1.0).to_string()} height={Tenths(high).to_string()} />
        }
    };
    let wide = Tenths(width * bins.len() as f64).to_string();
    let time = |span: Span| html! { <td class="value">{ wait_text(span) }</td> };
    html! {
        <tr key={timing.kind}>
            <th scope="row">{ timing.kind }</th>
            <td class="value">{ timing.count }</td>
            { time(timing.median) }{ time(timing.p99) }{ time(timing.longest) }
            <td>
                <svg class="reads-bins" width={wide} height="22" role="img" aria-label={peak(timing)}>
                    { for timing.bins[bins].iter().enumerate().map(bar) }
                </svg>
            </td>
        </tr>
    }
}

/// Where a distribution is highest, in words.
fn peak(timing: &Timing) -> String {
    let highest = (0..BINS).max_by_key(|place| (timing.bins[*place], BINS - place)).unwrap_or(0);
    let from = wait_text(bin_start(highest));
    format!("Most took about {from}: {} of {}", timing.bins[highest], timing.count)
}

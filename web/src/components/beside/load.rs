//! How much was done at a time, and how long it took, over the whole run; with faults as bands.

use netsplit_core::time::{Span, Time};
use netsplit_sim::words::outcome::wait_text;
use yew::prelude::*;

use crate::components::time_text;
use crate::draw::tenths::Tenths;
use crate::state::timings::{Load, Slot};

/// The size of a chart, in its own units.
const SIZE: (f64, f64) = (600.0, 56.0);

/// A fault that stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Since when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// What it says.
    pub words: AttrValue,
}

/// What it shows.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The run in slots.
    pub load: Load,
    /// The moment shown.
    pub now: Time,
    /// The faults.
    pub bands: Vec<Band>,
}

/// Both charts.
#[component]
pub fn LoadChart(props: &Props) -> Html {
    let Props { load, now, bands } = props;
    let whole = load.width.micros() as f64 * load.slots.len().max(1) as f64;
    let x = |time: Time| Tenths(time.micros() as f64 / whole * SIZE.0);
    let backs = html! {
        <>
            { for bands.iter().map(|band| html! {
                <rect class="load-band" x={x(band.from).to_string()} y="0" height="56"
                    width={Tenths((x(band.to).0 - x(band.from).0).max(1.0)).to_string()}><title>{ band.words.to_string() }</title></rect>
            }) }
        </>
    };
    let head = html! { <path class="load-now" vector-effect="non-scaling-stroke" d={format!("M{} 0V56", x(*now))} /> };
    let most = load.slots.iter().map(|slot| load.rate(slot)).max().unwrap_or(0);
    let longest = load.slots.iter().map(|slot| slot.longest).max().unwrap_or(0);
    let done: u32 = load.slots.iter().map(|slot| slot.done).sum();
    let lost: u32 = load.slots.iter().map(|slot| slot.lost).sum();
    let end = time_text(Time::from_micros(whole as u64));
    let of_slots = |of: fn(&Load, &Slot) -> u64, most: u64| steps(load, of, most.max(1));
    html! {
        <div class="load" tabindex="0" role="region" aria-label="Operations over the run">
            <figure class="load-chart">
                <figcaption>{ format!("{}.{} operations a second at most, in slots of {}; {done} done, {lost} failed or unknown", most / 10, most % 10, wait_text(load.width)) }</figcaption>
                <svg viewBox="0 0 600 56" preserveAspectRatio="none" role="img" aria-label={said(load, bands)}>
                    { backs.clone() }
                    <path class="load-done" d={of_slots(|load, slot| load.rate(slot), most)} />
                    { for lost_marks(load) }
                    { head.clone() }
                </svg>
            </figure>
            <figure class="load-chart">
                <figcaption>{ format!("From call to return, {} at most: half of a slot filled, its longest as a line", wait_text(Span::from_micros(longest))) }</figcaption>
                <svg viewBox="0 0 600 56" preserveAspectRatio="none" aria-hidden="true">
                    { backs }
                    <path class="load-half" d={of_slots(|_, slot| slot.median, longest)} />
                    <path class="load-longest" vector-effect="non-scaling-stroke" d={of_slots(|_, slot| slot.longest, longest)} />
                    { head }
                </svg>
                <p class="load-ends value"><span>{ "0 s" }</span><span>{ format!("{end} s") }</span></p>
            </figure>
        </div>
    }
}

/// A number of each slot as steps, closed at the bottom.
fn steps(load: &Load, of: impl Fn(&Load, &Slot) -> u64, most: u64) -> String {
    let width = SIZE.0 / load.slots.len().max(1) as f64;
    let mut path = String::from("M0 56");
    for (place, slot) in load.slots.iter().enumerate() {
        let y = SIZE.1 - of(load, slot) as f64 / most as f64 * (SIZE.1 - 2.0);
        path.push_str(&format!("V{}H{}", Tenths(y), Tenths(width * (place + 1) as f64)));
    }
    path.push_str("V56Z");
    path
}

/// A tick where something failed, or nobody knows.
fn lost_marks(load: &Load) -> impl Iterator<Item = Html> {
    let width = SIZE.0 / load.slots.len().max(1) as f64;
    load.slots.iter().enumerate().filter(|(_, slot)| slot.lost > 0).map(move |(place, slot)| {
        let x = Tenths(width * (place as f64 + 0.5));
        html! {
            <path class="load-lost" vector-effect="non-scaling-stroke" d={format!("M{x} 0V8")}>
                <title>{ format!("{} failed or unknown", slot.lost) }</title>
            </path>
        }
    })
}

/// The charts in words.
fn said(load: &Load, bands: &[Band]) -> String {
    let mut said = String::from("Throughput over the run.");
    let quiet = load.slots.iter().filter(|slot| slot.done == 0).count();
    said.push_str(&format!(" In {quiet} of {} slots nothing was done.", load.slots.len()));
    for band in bands.iter().take(5) {
        let (from, to) = (time_text(band.from), time_text(band.to));
        said.push_str(&format!(" {} from {from} to {to} s.", band.words));
    }
    said
}

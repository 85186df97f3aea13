//! What the page costs while it is used, measured inside the page in Chromium: how long its script
//! takes a frame, how long of that it steps, and how soon a scrub is answered. Limits and verdicts
//! are printed as the other benchmarks print theirs.

use crate::Page;
use crate::driver::Session;
use crate::hands::LED;
use crate::server::LESSON;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Script a frame at the 95th percentile, in milliseconds.
const FRAME_MOST: f64 = 8.0;
/// Stepping in a frame, in milliseconds.
const STEPPING_MOST: f64 = 6.0;
/// Frames until a scrub is answered.
const SCRUB_MOST: f64 = 2.0;
/// Messages that must be under way while frames are measured.
const MESSAGES: u64 = 500;

/// Watches the page's frames from before its program starts. A frame's script is its callbacks, the
/// small tasks that these leave, which are done before the next callback of the same frame, and
/// what the program puts off to a task of its own when a frame grows long. What the page steps lies
/// between the first two looks at the clock in a frame: it keeps within its own limit by them.
const PROBE: &str = "
    const ask = window.requestAnimationFrame.bind(window);
    const later = window.setTimeout.bind(window);
    const read = Performance.prototype.now;
    const clock = () => read.call(performance);
    let looks = null;
    let [spent, frame] = [null, null];
    const probe = window.probe = { on: false, frames: [], stepping: [], ask, clock };
    Performance.prototype.now = function () {
        const now = read.call(this);
        looks?.push(now);
        return now;
    };
    const keep = () => {
        const [first, second] = looks ?? [];
        looks = null;
        if (second !== undefined && probe.on) probe.stepping.push(second - first);
    };
    window.setTimeout = (task, ...rest) => later(() => {
        const began = clock();
        looks = [];
        task();
        keep();
        if (spent !== null) spent += clock() - began;
    }, ...rest);
    window.requestAnimationFrame = callback => {
        let began = null;
        const id = ask(time => {
            if (time !== frame) {
                if (spent !== null && probe.on) probe.frames.push(spent);
                [spent, frame] = [0, time];
            }
            began = clock();
            looks = [];
            callback(time);
        });
        ask(() => {
            if (began === null) return;
            keep();
            spent += clock() - began;
        });
        return id;
    };";

/// Watches so many frames.
const WATCH: &str = "
    const probe = window.probe;
    probe.frames = [];
    probe.stepping = [];
    probe.on = true;
    while (probe.frames.length < arguments[0]) await new Promise(drawn => probe.ask(drawn));
    probe.on = false;
    return [probe.frames, probe.stepping]";

/// Drags over the whole run in the strip above the time line, to places far from each other, and
/// counts the frames until the clock shows another time.
const SCRUB: &str = "
    const { ask, clock } = window.probe;
    const strip = document.getElementById('timeline');
    const box = strip.getBoundingClientRect();
    const text = () => document.getElementById('clock').textContent;
    const frame = () => new Promise(drawn => ask(drawn));
    const point = (kind, share) => strip.dispatchEvent(new PointerEvent(kind, {
        clientX: box.left + box.width * share, clientY: box.top + 5,
        button: 0, buttons: 1, pointerId: 1, pointerType: 'mouse', bubbles: true }));
    const places = Number(arguments[0]);
    const [frames, millis, shown] = [[], [], new Set()];
    point('pointerdown', 0.5);
    for (let place = 0; place < places; place += 1) {
        await frame();
        const before = text();
        const began = clock();
        point('pointermove', 0.02 + 0.96 * ((place * 0.618034) % 1));
        await new Promise(done => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = done;
            port2.postMessage(0);
        });
        millis.push(clock() - began);
        let waited = 0;
        while (waited < 60) {
            await frame();
            waited += 1;
            if (text() !== before) break;
        }
        frames.push(waited);
        shown.add(text());
    }
    point('pointerup', 0.5);
    return [frames, millis, shown.size]";

/// The run of the store that `cargo xtask bench store` makes, through `netsplit.js`: microseconds of an
/// operation, for each of forty quarters of a virtual second.
const STORE: &str = "
    const { default: init, Run } = await import(new URL('js/netsplit.js', document.baseURI));
    await init();
    const run = Run.open('scenario kv nodes=5 clients=10 seed=1 delay=1ms..10ms save=1ms ' +
        'sessions=100 work=on clerks=2 think=1ms..10ms keys=20 queries=50% log-bytes=16000');
    const [micros, clock] = [[], () => performance.now()];
    // Somebody is elected, and the program gets warm.
    run.runFor('1s');
    let before = 0;
    for (let quarter = 0; quarter <= 40; quarter += 1) {
        const began = clock();
        run.runFor('250ms');
        const took = clock() - began;
        const answered = run.history().filter(it => it.outcome === 'ok').length;
        if (quarter > 0) micros.push(1_000 * took / (answered - before));
        before = answered;
    }
    run.free();
    return micros";

/// Microseconds that an operation of the store may take.
const STORE_MOST: f64 = 200.0;

/// Measures everything and prints it; false when a limit does not hold.
pub fn run(page: &Page) -> Result<bool, String> {
    let mut table = Table::default();
    let session = page.open_watched(PROBE)?;
    busy(&session)?;
    let (frames, _) = watch(&session, 600)?;
    table.row("script a frame, nine nodes, 500 messages", "ms", &frames, FRAME_MOST);
    for (name, pace) in speeds(&session)? {
        session.set_speed(&pace)?;
        let (_, stepping) = watch(&session, 90)?;
        table.row(&format!("stepping a frame, {name}"), "ms", &stepping, STEPPING_MOST);
    }
    page.close(session)?;
    let session = page.open_watched(PROBE)?;
    a_minute(&session)?;
    let answer = session.run_async(SCRUB, &[json!(100)])?;
    let (waited, millis) = (numbers(&answer[0]), numbers(&answer[1]));
    if answer[2].as_u64().unwrap_or(0) < 50 {
        return Err(format!("100 places show {} times only", answer[2]));
    }
    table.worst("frames until a scrub is answered", "", &waited, SCRUB_MOST);
    table.row("script of a scrub", "ms", &millis, 2.0 * 1_000.0 / 60.0);
    page.close(session)?;
    let session = page.open_at(LESSON)?;
    let micros = numbers(&session.run_async(STORE, &[])?);
    table.row("an operation of the store, all checks", "µs", &micros, STORE_MOST);
    page.close(session)?;
    println!("{}", table.text);
    Ok(table.holds)
}

/// Rows as they are printed, and whether every limit holds so far.
struct Table {
    text: String,
    holds: bool,
}

impl Default for Table {
    fn default() -> Table {
        let head = ["", "median", "95th", "worst", "limit"];
        let [part, rest @ ..] = head;
        let rest: String = rest.iter().map(|word| format!("{word:>9}")).collect();
        Table { text: format!("{part:<46}{rest}\n"), holds: true }
    }
}

impl Table {
    /// A row whose 95th percentile has a limit.
    fn row(&mut self, part: &str, unit: &str, values: &[f64], limit: f64) {
        self.put(part, unit, values, limit, 0.95);
    }

    /// A row whose worst value has a limit.
    fn worst(&mut self, part: &str, unit: &str, values: &[f64], limit: f64) {
        self.put(part, unit, values, limit, 1.0);
    }

    fn put(&mut self, part: &str, unit: &str, values: &[f64], limit: f64, share: f64) {
        let holds = !values.is_empty() && percentile(values, share) <= limit;
        self.holds &= holds;
        let shown = [0.5, 0.95, 1.0].map(|share| format!("{:>9.1}", percentile(values, share)));
        let verdict = if holds { "yes" } else { "NO" };
        let (shown, count) = (shown.concat(), values.len());
        writeln!(self.text, "{part:<46}{shown}{limit:>9.1} {unit:<2} {verdict:<3} ({count})")
            .expect("a string takes all");
    }
}

/// The value below which this share of all lies.
fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.max(1) - 1).copied().unwrap_or(f64::NAN)
}

/// Nine nodes far apart, whose leader says a lot; playing at Auto with 500 messages under way.
fn busy(session: &Session) -> Result<(), String> {
    let head = "scenario raft nodes=9 seed=3 election=4s..8s heartbeat=20ms\n\
                run until leader within 20s\nset delay 900ms..1s\n";
    let ask = |number: u32| format!("propose x={number}\nrun for 40ms\n");
    session.paste(&(head.to_owned() + &(1..900).map(ask).collect::<String>()))?;
    session.wait("nine nodes", "return document.querySelectorAll('.node').length === 9")?;
    session.play()?;
    session.until("leader", LED)?;
    for _ in 0..30 {
        watch(session, 30)?;
        session.pause()?;
        let count = session.run("return document.querySelectorAll('.mail-button').length", &[])?;
        session.play()?;
        if count.as_u64().unwrap_or(0) >= MESSAGES {
            return Ok(());
        }
    }
    Err(format!("{MESSAGES} messages are never under way together"))
}

/// A run of more than a minute, paused at its end.
fn a_minute(session: &Session) -> Result<(), String> {
    session.ready()?;
    session.set_speed("8000000")?;
    session.wait(
        "a minute",
        "return parseFloat(document.getElementById('clock').textContent) >= 60",
    )?;
    session.pause()
}

/// Watches so many frames: the script of each, and how long each stepped.
fn watch(session: &Session, count: usize) -> Result<(Vec<f64>, Vec<f64>), String> {
    let (mut frames, mut stepping) = (Vec::new(), Vec::new());
    while frames.len() < count {
        // A few at a time: a driver waits for no script as long as a slow machine may take for all.
        let answer = session.run_async(WATCH, &[json!((count - frames.len()).min(60))])?;
        let [more, steps] = [0, 1].map(|part| numbers(&answer[part]));
        if more.is_empty() {
            return Err(format!("no frames to watch: {answer}"));
        }
        frames.extend(more);
        stepping.extend(steps);
    }
    Ok((frames, stepping))
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// Every speed of the list, with its name.
fn speeds(session: &Session) -> Result<Vec<(String, String)>, String> {
    let options = "return [...document.querySelectorAll('.transport-speed option')].map(it => [it.textContent, it.value])";
    let options = session.run(options, &[])?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(options.as_array().into_iter().flatten().map(|it| (text(&it[0]), text(&it[1]))).collect())
}

//! Taking a message while it moves: the nearest one that was drawn within reach of the pointer,
//! however many are under way.

use crate::Page;
use crate::driver::Session;
use crate::hands::{ESCAPE, LED};
use serde_json::json;

/// So many messages are under way at each try, at least.
const MESSAGES: u64 = 60;
/// Of so many tries each takes a message.
const TRIES: u32 = 20;
/// How far along its lane from the pointer a message may be that was taken: a press reaches 16
/// pixels, and the clock on the page is read in milliseconds while time goes on.
const REACH: f64 = 18.0;

/// What the test knows of the page: the letters as they were listed at the last pause, where each
/// is at a time (between the rims of its two nodes, on its own side of the link), and what the page
/// said when the pointer was pressed. A press must take a letter where one is near that has its lane
/// to itself, for letters that touch are drawn aside, and where there is no crowd, for that is drawn
/// as a bundle, which lists its messages and takes none.
const EYES: &str = "
    const shape = name => document.querySelector(`#${name} .node-shape`).getBoundingClientRect();
    const middle = box => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
    const eyes = window.eyes = { letters: [], pressed: null };
    const text = id => document.getElementById(id).textContent;
    eyes.clock = () => Number(text('clock').replace(/[^0-9.]/g, '')) * 1e6;
    eyes.read = () => {
        const rim = document.querySelector('circle.node-shape').getBoundingClientRect().width / 2 + 9;
        eyes.letters = [...document.querySelectorAll('.mail-button')].map(item => {
            const [lane, from, to] = /(n\\d+)>(n\\d+)/.exec(item.id);
            const [start, end] = [middle(shape(from)), middle(shape(to))];
            const length = Math.hypot(end.x - start.x, end.y - start.y);
            const along = { x: (end.x - start.x) / length, y: (end.y - start.y) / length };
            const [sent, arrives] = [Number(item.dataset.sent), Number(item.dataset.arrives)];
            return { id: item.id, lane, start, along, rim, way: length - 2 * rim, sent, arrives };
        });
        return eyes.letters.length;
    };
    eyes.share = (it, time) => (time - it.sent) / (it.arrives - it.sent);
    eyes.place = (it, time) => {
        const gone = it.rim + it.way * eyes.share(it, time);
        return [it.start.x + it.along.x * gone - it.along.y * 5, it.start.y + it.along.y * gone + it.along.x * 5];
    };
    eyes.apart = (one, two) => Math.hypot(one[0] - two[0], one[1] - two[1]);
    const around = (one, drawn) =>
        drawn.filter(it => it.it.lane === one.it.lane && eyes.apart(it.at, one.at) < 24).length;
    eyes.reached = (at, drawn) => {
        const near = drawn.filter(it => eyes.apart(it.at, at) < 24);
        return near.some(it => eyes.apart(it.at, at) < 12 && around(it, drawn) === 1)
            && !near.some(it => around(it, drawn) > 4);
    };
    addEventListener('pointerdown', () => {
        const speed = document.querySelector('.transport-speed select').value;
        eyes.pressed = [`${text('state')} at ${speed}`, eyes.clock()];
    }, true);";

/// Plays, and some frames later looks for the letter to aim at, of those that will be in the middle
/// of their way when the pointer comes: the one whose place must take a letter also if the hand is
/// a little early or late. Its place, and the time of the look; nothing when all that were listed
/// have arrived.
const AIM: &str = "
    const eyes = window.eyes, { letters, share, place, reached } = eyes;
    eyes.pressed = null;
    document.getElementById('play').click();
    for (let frame = 0; frame < 4; frame += 1) await new Promise(drawn => requestAnimationFrame(drawn));
    const now = eyes.clock(), then = now + arguments[0];
    const seen = [-60, -40, -20, 0, 20, 40, 60].map(millis => {
        const time = then + millis * 1000;
        return letters.filter(it => share(it, time) > 0.05 && share(it, time) < 0.95).map(it => ({ it, at: place(it, time) }));
    });
    const inMiddle = seen[3].filter(({ it }) => share(it, then) > 0.3 && share(it, then) < 0.7);
    const scored = inMiddle.map(one => ({ ...one, score: seen.filter(drawn => reached(one.at, drawn)).length }));
    const best = scored.sort((one, two) => two.score - one.score)[0];
    return best ? [...best.at, now] : null";

/// Whether a press at a place had to take a message when the pointer was pressed: a hand that came
/// earlier or later than it meant to may have missed them all, or have met a crowd.
const NEAR: &str = "
    const { letters, share, place, reached, pressed } = window.eyes;
    const there = letters.filter(it => share(it, pressed[1]) > 0.02 && share(it, pressed[1]) < 0.98)
        .map(it => ({ it, at: place(it, pressed[1]) }));
    return reached([arguments[0], arguments[1]], there)";

/// The message that is selected, and how far along its lane it is from a place.
const TAKEN: &str = "
    const eyes = window.eyes;
    const id = document.querySelector('.mail-button[aria-pressed=true]')?.id;
    eyes.read();
    const it = eyes.letters.find(it => it.id === id);
    if (!it || !document.querySelector('.inspect-id')) return null;
    const [x, y] = eyes.place(it, eyes.clock());
    return [id, Math.abs((arguments[0] - x) * it.along.x + (arguments[1] - y) * it.along.y)]";

/// While time goes on at Auto with sixty messages under way, one click takes one, every time. The
/// hand leads its aim by as much as the run went on between its last look and its last press.
pub fn a_moving_message_is_taken(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.ready()?;
    // A large stage: on a small one, lanes between neighbours are one bundle from end to end.
    session.resize(1440, 1200)?;
    busy(&session)?;
    session.run(EYES, &[])?;
    let (mut lead, mut tried) = (0.0, 0);
    for _ in 0..4 * TRIES {
        let count = session.run("return window.eyes.read()", &[])?.as_u64().unwrap_or(0);
        let aim = session.run_async(AIM, &[json!(lead)])?;
        let aim = [0, 1, 2].map(|part| aim[part].as_f64());
        let (true, [Some(x), Some(y), Some(looked)]) = (count >= MESSAGES, aim) else {
            // Too few yet, or the machine was so busy that all have arrived.
            session.pause()?;
            continue;
        };
        session.point_at((x, y), Some(0))?;
        let pressed = session.run("return window.eyes.pressed", &[])?;
        let (true, Some(time)) = (pressed[0] == "Playing at auto", pressed[1].as_f64()) else {
            return Err(format!("try {tried}: pressed while {pressed}"));
        };
        lead = time - looked;
        session.settle()?;
        if session.run(NEAR, &[json!(x), json!(y)])? != true {
            let_go(&session)?;
            continue;
        }
        tried += 1;
        let taken = session.run(TAKEN, &[json!(x), json!(y)])?;
        if taken[1].as_f64().is_none_or(|far| far > REACH) {
            let open =
                session.value("document.querySelector('.menu, .inspect-id')?.textContent")?;
            return Err(format!(
                "try {tried} of {count} messages: {taken} was taken, open: {open}"
            ));
        }
        let_go(&session)?;
        if tried == TRIES {
            return page.close(session);
        }
    }
    Err(format!("{MESSAGES} messages are under way {tried} times only"))
}

/// Closes what a press has opened, and selects nothing any more.
fn let_go(session: &Session) -> Result<(), String> {
    // A menu first, then what it is of.
    session.press(&ESCAPE.repeat(2))?;
    let none = "return !document.querySelector('.menu, .mail-button[aria-pressed=true]')";
    session.wait("no selection", none)
}

/// Nine nodes far apart, whose leader says a lot, in even steps: messages that would cover each other
/// are drawn aside, where the test does not look for them. Paused at the leader's first word.
fn busy(session: &Session) -> Result<(), String> {
    let head = "scenario raft nodes=9 seed=3 election=4s..8s heartbeat=32ms\n\
                run until leader within 20s\nset delay 345ms..355ms\n";
    let ask = |number: u32| format!("propose x={number}\nrun for 64ms\n");
    let script = head.to_owned() + &(1..600).map(ask).collect::<String>();
    session.paste(&script)?;
    session.wait("nine nodes", "return document.querySelectorAll('.node').length === 9")?;
    session.play()?;
    session.until("leader", LED)?;
    session.pause()
}

//! How fast the page does a job for real: words are counted over a dropped file by one, two and four
//! workers, and beside them by one thread of JavaScript. Nothing here has a limit: what is printed
//! are rates, of which only those of one run can be compared.

use crate::Page;
use crate::bench::pick;
use crate::hands::PAUSED;
use crate::states;
use serde_json::{Value, json};

/// Bytes of text at least.
const BYTES: u64 = 50_000_000;
/// Times that each number of workers has its turn; the best counts.
const ROUNDS: usize = 3;
/// Workers of a job.
const WORKERS: [u32; 3] = [1, 2, 4];
/// The word whose count is compared.
const WORD: &str = "light";

/// Drops the books of the corpus, again and again, as one file. Returns how many bytes they are, how
/// many seconds one thread took to count their words in a `Map`, and how often it found the word.
const DROP: &str = "
    const names = ['northanger-abbey', 'opticks', 'persuasion', 'tom-sawyer'];
    const book = name => fetch(new URL(`corpus/${name}.txt`, document.baseURI)).then(it => it.blob());
    const once = await new Blob(await Promise.all(names.map(book))).arrayBuffer();
    const times = Math.ceil(arguments[0] / once.byteLength);
    const file = new File(Array(times).fill(once), 'corpus.txt');
    const began = performance.now();
    const counts = new Map();
    // A book at a time: what is longer than half a gigabyte is no string.
    for (let from = 0; from < file.size; from += once.byteLength) {
        const text = await file.slice(from, from + once.byteLength).text();
        for (const [word] of text.matchAll(/[A-Za-z\\u0080-\\uffff]+/g)) {
            counts.set(word, (counts.get(word) ?? 0) + 1);
        }
    }
    const seconds = (performance.now() - began) / 1000;
    const files = new DataTransfer();
    files.items.add(file);
    for (const name of ['dragover', 'drop']) {
        document.querySelector('.stage').dispatchEvent(
            new DragEvent(name, { dataTransfer: files, bubbles: true, cancelable: true }));
    }
    return [file.size, seconds, counts.get(arguments[1])]";

/// Presses the button, and hands over what the page says when the job is over, or why it broke off.
const REAL: &str = "
    const said = () => document.getElementById('mr-real-told') ?? document.querySelector('.mr-fault');
    document.getElementById('mr-middle-real').click();
    return await new Promise(over => {
        let began = false;
        const look = () => {
            began ||= document.getElementById('mr-middle-cancel-real') !== null;
            if (began && said()) {
                watch.disconnect();
                over(said().textContent);
            }
        };
        const watch = new MutationObserver(look);
        watch.observe(document.body, { childList: true, subtree: true, characterData: true });
    })";

/// Does the job with each number of workers, and prints how fast it was.
pub fn run(page: &Page) -> Result<(), String> {
    let session = page.open(&states::job_begins().to_string())?;
    session.until("paused", PAUSED)?;
    session.until("lanes of workers", "document.querySelector('#clients-middle')")?;
    let made = session.run_async(DROP, &[json!(BYTES), json!(WORD)])?;
    let number = |place: usize| made[place].as_f64().ok_or(format!("no text was made: {made}"));
    let (megabytes, alone, count) = (number(0)? / 1e6, number(1)?, number(2)?);
    session.until(
        "the file",
        "document.getElementById('mr-middle-said')?.textContent.includes('corpus.txt')",
    )?;
    pick(&session, "mr-middle-job", "wc")?;
    let mut best = [f64::INFINITY; WORKERS.len()];
    for _ in 0..ROUNDS {
        for (workers, best) in WORKERS.into_iter().zip(&mut best) {
            pick(&session, "mr-middle-workers", &workers.to_string())?;
            let said = session.run_async(REAL, &[])?;
            *best = best.min(seconds(&said).ok_or(format!("with {workers} workers: {said}"))?);
        }
    }
    // What it wrote is right: a word occurs as often as one thread has found.
    session.run("document.getElementById('output-real-search').value = ''", &[])?;
    session.type_into("#output-real-search", WORD)?;
    session.until(
        "as many as one thread finds",
        &format!(
            "[...document.querySelectorAll('.mr-real tbody tr')].some(row => row.textContent.startsWith('{WORD}{count}mr-out'))"
        ),
    )?;
    println!("words of {megabytes:.1} MB counted in the page, best of {ROUNDS}");
    let row = |who: &str, seconds: f64| {
        let (rate, times) = (megabytes / seconds, alone / seconds);
        println!("{who:<32}{seconds:>8.2} s{rate:>8.1} MB/s{times:>8.2} times as fast");
    };
    row("one thread of JavaScript, a Map", alone);
    for (workers, seconds) in WORKERS.into_iter().zip(best) {
        row(&format!("for real, workers: {workers}"), seconds);
    }
    page.close(session)
}

/// The seconds in "X MB in Y s: Z MB a second".
fn seconds(said: &Value) -> Option<f64> {
    let (_, rest) = said.as_str()?.split_once(" MB in ")?;
    rest.split_once(" s:")?.0.parse().ok()
}

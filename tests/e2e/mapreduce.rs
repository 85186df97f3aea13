//! A MapReduce as a person uses it: words are counted step by step, the output is read and searched,
//! and the middle of it is gone back to.

use crate::Page;
use crate::hands::PAUSED;
use crate::states;

/// Lines of the attempts, as the table beside their lanes has them.
const LINES: &str = "[...document.querySelectorAll('.clients table tbody tr')].map(row => row.textContent).join('\\n')";
/// What the output panel says.
const OUTPUT: &str = "(document.querySelector('.mr-output')?.textContent ?? '')";

/// Words are counted to the end; the output is what a sequential run writes, and a word is found in
/// it. Then the middle is gone back to: there an attempt is at work again, and its story is told.
pub fn words_are_counted(page: &Page) -> Result<(), String> {
    let session = page.open(&states::job_begins().to_string())?;
    session.until("paused", PAUSED)?;
    session.until("lanes of workers", "document.querySelector('#clients-middle')")?;
    session.choose(".views-tab", "Output")?;
    session.until("nothing yet", &format!("{OUTPUT}.includes('Nothing is written yet')"))?;
    session.set_speed("1000000")?;
    session.click("#play")?;
    session.until("all output", &format!("{OUTPUT}.includes('All 4 files are there, equal')"))?;
    session.until("paused by itself at the end", PAUSED)?;
    session.until(
        "why",
        "document.querySelector('.caption-next')?.textContent.includes('nothing, unless somebody acts')",
    )?;
    session.type_into("#output-middle-search", "light")?;
    let found = "[...document.querySelectorAll('.mr-output tbody tr')].length > 0
        && [...document.querySelectorAll('.mr-output tbody tr')].every(row => /light/i.test(row.textContent))";
    session.until("lines with the word", found)?;
    session.choose(".views-tab", "Tasks")?;
    let last = format!("{LINES}.includes('committed') && !{LINES}.includes('in progress')");
    session.until("nothing is at work", &last)?;
    // A press on the ground of the time line is a time: somewhere in the middle of the job.
    session.rest_on(".timeline-canvas", (0.3, 0.8))?;
    session.drag(".timeline-canvas", (0.3, 0.8), (0.3, 0.8))?;
    let past = "document.querySelector('.footer').textContent.includes('Past')";
    session.until("a moment before the edge", past)?;
    session.until("attempts at work then", &format!("{LINES}.includes('in progress')"))?;
    // The row of the first worker has something at that time.
    session.rest_on("#clients-middle", (0.12, 0.25))?;
    session.run("document.querySelector('.clients-scroll').focus()", &[])?;
    session.press("\u{e013}\u{e007}")?;
    session.until("its story", "document.querySelector('.mr-story')")?;
    session.choose(".inspect-act", "Show its")?;
    session.until("the task in the flow", "document.querySelector('.mr-table .selected')")?;
    page.close(session)
}

//! A reader's own texts and code: dropped files are counted simulated and for real, to the same bytes;
//! code is broken, and mended where the page says; and code that comes with a link waits for a word.

use serde_json::json;

use crate::Page;
use crate::driver::Session;
use crate::hands::{ENTER, PAUSED, TITLE};
use crate::server::NO_JOBS;
use crate::states;

/// Two files, dropped where a person would: on the stage.
const DROP: &str = "
    const files = new DataTransfer();
    files.items.add(new File(['One fish two fish\\nred fish blue fish\\n'.repeat(2000)], 'fish.txt'));
    files.items.add(new File(['This one has a little star\\nThis one has a little seat\\n'.repeat(2000)], 'cars.txt'));
    const over = name => document.querySelector('.stage').dispatchEvent(
        new DragEvent(name, { dataTransfer: files, bubbles: true, cancelable: true }));
    over(arguments[0]);";
/// What the bench says is read next.
const SAID: &str = "(document.getElementById('mr-middle-said')?.textContent ?? '')";
/// What the output panel says.
const OUTPUT: &str = "(document.querySelector('.mr-output')?.textContent ?? '')";
/// What is wrong with the code.
const FAULT: &str = "(document.getElementById('mr-middle-fault')?.textContent ?? '')";
/// What a run for real came to.
const REAL: &str = "(document.querySelector('.mr-real')?.textContent ?? '')";
/// What is on the page is what was opened last.
const OPENED: &str = "!document.querySelector('.page.opening')";

/// Chooses from a list of the bench, as its users do: by a change of its value.
pub fn pick(session: &Session, list: &str, value: &str) -> Result<(), String> {
    session.until(list, &format!("document.getElementById({list:?})"))?;
    let pick = "const list = document.getElementById(arguments[0]);
        list.value = arguments[1];
        list.dispatchEvent(new Event('change', { bubbles: true }))";
    session.run(pick, &[json!(list), json!(value)]).map(|_| ())
}

/// Puts another text where one was in the code.
fn edit(session: &Session, from: &str, to: &str) -> Result<(), String> {
    let edit = "const field = document.getElementById('mr-middle-code');
        const text = field.value.replace(arguments[0], arguments[1]);
        const changed = text !== field.value;
        field.value = text;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        return changed";
    match session.run(edit, &[json!(from), json!(to)])? == true {
        true => Ok(()),
        false => Err(format!("there is no `{from}` in the code")),
    }
}

/// Something of this name is where it can be read.
fn in_sight(id: &str) -> String {
    format!(
        "(it => {{
            const box = it?.getBoundingClientRect();
            const seen = it && document.elementFromPoint(box.left + 4, box.top + box.height / 2);
            return seen && (it.contains(seen) || seen.contains(it));
        }})(document.getElementById('{id}'))"
    )
}

/// Plays to the end, and sees that the output is what a sequential run writes.
fn play_to_the_end(session: &Session) -> Result<(), String> {
    session.choose(".views-tab", "Output")?;
    session.set_speed("8000000")?;
    session.until("all output", &format!("{OUTPUT}.includes('All 4 files are there, equal')"))?;
    session.until("paused by itself", PAUSED)
}

/// Two dropped files are counted, simulated and for real, and both come to the same as a sequential
/// run; then with code of the reader's own, which is broken, found to be, and mended.
pub fn dropped_files_are_counted(page: &Page) -> Result<(), String> {
    let session = page.open(&states::job_begins().to_string())?;
    session.until("paused", PAUSED)?;
    session.until("lanes of workers", "document.querySelector('#clients-middle')")?;
    session.run(DROP, &[json!("dragover")])?;
    session.until(
        "what a drop would do",
        "getComputedStyle(document.querySelector('.mr-drop')).display === 'flex'
         && document.querySelector('.mr-drop').textContent.includes('Nothing leaves this browser')",
    )?;
    session.run(DROP, &[json!("drop")])?;
    session.until("both files", &format!("{SAID}.includes('fish.txt, cars.txt')"))?;
    session.click("#mr-middle-simulate")?;
    session.until(
        "a run over them",
        &format!(
            "{OPENED} && document.querySelector('.mr-table')?.textContent.includes('fish.txt')"
        ),
    )?;
    play_to_the_end(&session)?;
    session.type_into("#output-middle-search", "fish")?;
    session.until(
        "8000 fish",
        "[...document.querySelectorAll('.mr-output tbody tr')].some(row => /^fish8000/.test(row.textContent))",
    )?;
    session.choose(".views-tab", "Input and code")?;
    pick(&session, "mr-middle-workers", "4")?;
    session.click("#mr-middle-real")?;
    let same = format!(
        "{REAL}.includes('with 4 workers') && {REAL}.includes('Equal to what the simulated run wrote, byte for byte')"
    );
    session.until("the same for real", &same)?;
    session.until("and it is seen", &in_sight("mr-real-told"))?;

    // Lines have the numbers that they have in the file, however long that is.
    pick(&session, "mr-middle-job", "grep")?;
    session.click("#mr-middle-real")?;
    session
        .until("the run for real of another job", &format!("{REAL}.includes('compared with')"))?;
    session.type_into("#output-real-search", "cars.txt:004000")?;
    session.until(
        "the last line",
        "document.querySelector('.mr-real .mr-search [role=status]')?.textContent === '1 line with “cars.txt:004000”.'",
    )?;

    // Code of one's own, first with a word that there is not.
    pick(&session, "mr-middle-job", "own")?;
    session.until("the code", "document.getElementById('mr-middle-code')")?;
    edit(&session, "words(text)", "wrods(text)")?;
    session.click("#mr-middle-simulate")?;
    session.until(
        "what is wrong, and where",
        &format!("/^Line 4, column \\d+ of the code, in map at line 1 of .*: there is no function “wrods” that takes text\\./.test({FAULT})"),
    )?;
    session.until("and it is seen", &in_sight("mr-middle-fault"))?;
    session.choose("#mr-middle-fault button", "Go to line 4")?;
    let chosen = "(field => field.value.slice(field.selectionStart - 30, field.selectionEnd + 8).includes('wrods'))(document.getElementById('mr-middle-code'))";
    session.until("the place in the code", chosen)?;
    edit(&session, "wrods(text)", "words(text)")?;
    session.click("#mr-middle-sample")?;
    session.until(
        "both checks",
        "/same each time[^]*makes no difference/.test(document.getElementById('mr-sampled')?.textContent ?? '')",
    )?;
    session.click("#mr-middle-simulate")?;
    session.until(
        "a run of the code",
        &format!("{OPENED} && document.querySelector('.mr-code')?.textContent.includes('script-')"),
    )?;
    play_to_the_end(&session)?;
    session.choose(".views-tab", "Input and code")?;
    session.click("#mr-middle-real")?;
    session.until("the same for real", &same)?;
    page.close(session)
}

/// A link with code of its sender's: it waits, whatever the reader does but to allow it.
pub fn a_strangers_code_waits(page: &Page) -> Result<(), String> {
    let session = page.browser()?;
    page.go(&session, &states::with_code().to_string())?;
    session.until(
        "the code to be read",
        "document.getElementById('mr-strange')?.textContent.includes('emit(\"strange\", 1)')",
    )?;
    let results = "document.querySelectorAll('#mr-strange').length === 1
        && document.querySelector('.page.opening') !== null";
    session.until("nothing was opened", results)?;
    session.click("#mr-refuse")?;
    session.until("the question gone", "!document.getElementById('mr-strange')")?;
    session.until(
        "what became of it",
        "document.querySelector('.toast')?.textContent.includes('The code was not run')",
    )?;
    session.until("nothing is being opened", OPENED)?;
    page.close(session)?;

    let again = page.browser()?;
    page.go(&again, &states::with_code().to_string())?;
    again.until("the code to be read", "document.getElementById('mr-strange')")?;
    again.run("document.getElementById('mr-allow').focus()", &[])?;
    again.press(ENTER)?;
    again.until("it is opened", &format!("{OPENED} && !document.getElementById('mr-strange')"))?;
    let clock = again.value("document.getElementById('clock').textContent")?;
    if !clock.starts_with("9.000") {
        return Err(format!("the link is to 9 s, and {clock} was opened"));
    }
    again.choose(".views-tab", "Output")?;
    again.until(
        "what the code makes",
        "[...document.querySelectorAll('.mr-output tbody tr')].some(row => /^strange\\d+/.test(row.textContent))",
    )?;
    page.close(again)
}

/// A text that is dropped where none are read is offered to the lab that counts words; what is no
/// text is said to be none.
pub fn a_text_finds_its_lab(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    session.ready()?;
    session.run(DROP, &[json!("drop")])?;
    session.until(
        "what it is",
        "document.querySelector('dialog')?.textContent.includes('fish.txt and 1 more: no link')",
    )?;
    session.click("#texts-count")?;
    session.until("both files", &format!("{SAID}.includes('fish.txt, cars.txt')"))?;
    session.until("words are counted", &format!("{TITLE} === 'Counting words'"))?;

    // A text that is pasted there is input, too, and what has no text in it is not run.
    session.paste("some words\u{0} of somewhere else")?;
    session.until(
        "a text, with a doubt",
        &format!("{SAID}.includes('reads pasted') && {SAID}.includes('seems to be no text')"),
    )?;
    // A link is one also with a mistake in it, and what was read before stays.
    session.paste("http://127.0.0.1/#s1;AAAB")?;
    session.until(
        "an error",
        "document.querySelector('.caption-trouble')?.textContent.includes('no link')",
    )?;
    session.until("the text", &format!("{SAID}.includes('reads pasted')"))?;
    page.close(session)
}

/// What the reader writes is still theirs when the page is loaded again, also in a run of it.
pub fn own_code_stays_own(page: &Page) -> Result<(), String> {
    let session = page.open(&states::job_begins().to_string())?;
    session.until("paused", PAUSED)?;
    session.choose(".views-tab", "Input and code")?;
    pick(&session, "mr-middle-job", "own")?;
    session.until("the code", "document.getElementById('mr-middle-code')")?;
    edit(&session, "emit(word, 1)", "emit(word, 2)")?;
    // Of several texts, as it says which.
    session.click("#mr-middle-sample")?;
    session.until(
        "both checks, seen",
        &format!("document.getElementById('mr-sampled') && {}", in_sight("mr-sampled")),
    )?;
    session.click("#mr-middle-simulate")?;
    session.until("a run of it", &format!("{OPENED} && {TITLE} === 'A script of your own'"))?;
    session.click("#play")?;
    session.until("paused", PAUSED)?;
    session.reload()?;
    session.until("the run again", &format!("{OPENED} && {TITLE} === 'A script of your own'"))?;
    session.until("nothing is asked", "!document.getElementById('mr-strange')")?;
    session.choose(".views-tab", "Input and code")?;
    let code = "document.getElementById('mr-middle-code')?.value.includes('emit(word, 2)')";
    session.until("the code again", code)?;
    page.close(session)
}

/// Where the program for jobs does not arrive, whatever needs it says so and is over; asked for once
/// more it is done.
pub fn a_job_without_its_program_is_over(page: &Page) -> Result<(), String> {
    let session = page.open_at(&format!("{NO_JOBS}{}", states::job_begins()))?;
    session.until("paused", PAUSED)?;
    session.choose(".views-tab", "Input and code")?;
    pick(&session, "mr-middle-job", "own")?;
    let missing = "includes('the program for jobs did not arrive, or has stopped. Try again')";
    session.click("#mr-middle-real")?;
    session.until("that it broke off", &format!("{REAL}.{missing}"))?;
    let told = "(document.querySelector('.caption-trouble')?.textContent ?? '').toLowerCase()";
    for button in ["Try it on the beginning", "Simulated"] {
        // By its words: what has come is being scrolled into sight.
        session.choose(".mr-benches button", button)?;
        session.until("why it is not done", &format!("{told}.{}", missing.to_lowercase()))?;
        session.click(".caption [aria-label=Close]")?;
        session.until("nothing more is waited for", &format!("{OPENED} && {told} === ''"))?;
    }
    session.choose(".mr-benches button", "Try it on the beginning")?;
    session.until("both checks", "document.getElementById('mr-sampled')")?;
    session.choose(".mr-benches button", "For real")?;
    session.until("a run for real", &format!("{REAL}.includes('with 2 workers')"))?;
    session.choose(".mr-benches button", "Simulated")?;
    session.until("a run of it", &format!("{OPENED} && {TITLE} === 'A script of your own'"))?;
    page.leave(session);
    Ok(())
}

/// After the page was loaded again the reader's files are not here any more. Brought once more they
/// are the input of the run that was there.
pub fn files_are_brought_again(page: &Page) -> Result<(), String> {
    let session = page.open(&states::job_begins().to_string())?;
    session.until("paused", PAUSED)?;
    session.until("lanes of workers", "document.querySelector('#clients-middle')")?;
    let simulate = |session: &Session| {
        session.run(DROP, &[json!("drop")])?;
        session.until("both files", &format!("{SAID}.includes('fish.txt, cars.txt')"))?;
        session.click("#mr-middle-simulate")?;
        let table = "document.querySelector('.mr-table')?.textContent.includes('fish.txt')";
        session.until("a run over them", &format!("{OPENED} && {table}"))
    };
    simulate(&session)?;
    session.reload()?;
    session.until("the run again", OPENED)?;
    session.choose(".views-tab", "Input and code")?;
    session.until(
        "that they are missing",
        "document.querySelector('.mr-fault')?.textContent.includes('files that are not here')",
    )?;
    simulate(&session)?;
    play_to_the_end(&session)?;
    page.close(session)
}

//! What must hold in a browser, one function a test.

use crate::Page;

/// The page opens below a sub-path and shows exactly one heading of the first level.
pub fn opens_with_a_heading(page: &Page) -> Result<(), String> {
    let session = page.open("")?;
    if session.text("#app h1")?.is_empty() {
        return Err("the heading is empty".into());
    }
    // The page that says the program has stopped has one of its own, and is hidden as a whole.
    let others = "return [...document.querySelectorAll('h1')].filter(it => !it.closest('#panic[hidden]')).length";
    let count = session.run(others, &[])?;
    if count != 1 {
        return Err(format!("{count} headings of the first level, expected 1"));
    }
    page.close(session)
}

/// The policy in the page is in force (a script written into the page does not run), and yet the
/// page itself never asks for what the policy forbids: that part is checked for every test.
pub fn breaks_no_rule_of_its_own_policy(page: &Page) -> Result<(), String> {
    let quiet = page.open("")?;
    page.close(quiet)?;
    let session = page.open("")?;
    let ran = session.run(
        "const script = document.createElement('script');
         script.textContent = 'window.ran = true';
         document.body.append(script);
         return window.ran === true",
        &[],
    )?;
    if ran != false {
        return Err("a script written into the page ran: the policy is not in force".into());
    }
    session.wait_for("a report of it", || page.server.violations().first().map(|_| ()))
}

/// A page whose program did not arrive says so in words, in the page, instead of staying empty.
pub fn says_what_is_wrong_without_program(page: &Page) -> Result<(), String> {
    let session = page.open_at(crate::server::BROKEN)?;
    session.wait(
        "a sentence about what went wrong",
        "const note = document.querySelector('[role=alert]');
         return !!note && !note.hidden && note.textContent.length > 20",
    )?;
    page.leave(session);
    Ok(())
}

/// When the part of the program that comes later is not served, the run goes on and the page says
/// so; the next thing that is done asks for it again, and is done then.
pub fn what_did_not_arrive_is_asked_for_again(page: &Page) -> Result<(), String> {
    let session = page.open_at(crate::server::HALF)?;
    session.wait(
        "a sentence about it",
        "return !!document.querySelector('.caption-trouble')?.textContent.includes('did not arrive')",
    )?;
    session.wait("run that goes on", "return document.querySelectorAll('.node').length === 5")?;
    session.press("3")?;
    session.ready()?;
    session.wait(
        "what was done",
        "return document.getElementById('n3').classList.contains('selected')",
    )?;
    page.leave(session);
    Ok(())
}

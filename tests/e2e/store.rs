//! The store as a person uses it: a command is typed at a client and survives its leader, and a
//! lease that a clock breaks is followed to what shows it, and sent on.

use crate::Page;
use crate::driver::Session;
use crate::hands::{CHECKED, CTRL, ENTER, PAUSED, at_a_leader};
use crate::states;

/// The line of the palette does something.
fn act(session: &Session, line: &str) -> Result<(), String> {
    session.chord(CTRL, "k")?;
    session.until("palette", "document.activeElement?.id === 'palette'")?;
    session.press(&format!("{line}{ENTER}"))?;
    session.until("palette gone", "!document.getElementById('palette')")
}

/// The first row of the clients' table that begins so.
fn row(beginning: &str) -> String {
    format!(
        "[...document.querySelectorAll('.clients table tbody tr')]
            .map(row => row.textContent).find(text => text.startsWith('{beginning}'))"
    )
}

/// `put x 1` is typed at c1; its leader crashes before it can answer; the clerk asks again, is
/// answered, and the key has been written once.
pub fn a_put_outlives_its_leader(page: &Page) -> Result<(), String> {
    let session = page.open(&states::a_store_at_rest().to_string())?;
    session.until("paused", PAUSED)?;
    session.until("a client", "document.getElementById('c1')")?;
    session.rest()?;
    session.rest_on("#c1", (0.5, 0.5))?;
    session.drag("#c1", (0.5, 0.5), (0.5, 0.5))?;
    session.until("a line for it", "document.getElementById('ask-c1')")?;
    session.type_into("#ask-c1", &format!("put x 1{ENTER}"))?;
    session.until("it waits", "document.querySelector('#c1.waits')")?;
    act(&session, "crash leader")?;
    session.until("down", "document.querySelector('.node.role-down')")?;
    session.choose(".views-tab", "Clients")?;
    session.set_speed("100000")?;
    // The line at c1 still has the keys.
    session.click("#play")?;
    session.until("the answer", "document.querySelector('#c1:not(.waits)')")?;
    session.click("#play")?;
    session.until("paused", PAUSED)?;
    session.click("#tab-events")?;
    session.until(
        "asked again",
        "document.querySelector('.events')?.textContent.includes('c1 asks again')",
    )?;
    session.choose(".views-tab", "Store")?;
    // A version counts the writes of a key.
    let once = "[...document.querySelectorAll('.stores-table tbody tr')]
        .find(row => row.querySelector('th')?.textContent === 'x')?.textContent.includes('v1')";
    session.until("written once", once)?;
    page.close(session)
}

/// A script of the store is written over the first one, before anything of the store has come.
pub fn a_script_over_one_of_raft(page: &Page) -> Result<(), String> {
    let session = at_a_leader(page)?;
    session.click("#tab-script")?;
    session.choose(".script-acts button", "Edit as text")?;
    session.until("the text", "document.querySelector('.script-whole')")?;
    session.run(
        "const field = document.querySelector('.script-whole');
         field.value = 'scenario kv nodes=3 clients=1 seed=7\\nc1 put x 1\\n';
         field.dispatchEvent(new InputEvent('input', { bubbles: true }))",
        &[],
    )?;
    session.choose(".script-acts button", "Apply")?;
    session.until("a client", "document.getElementById('c1')")?;
    session.until("the text is closed", "!document.querySelector('.script-whole')")?;
    page.close(session)
}

/// The scenario of the slow clock breaks linearizability; Checks leads to the operations that show
/// it, and a link to that moment opens there.
pub fn a_broken_lease_is_followed_and_shared(page: &Page) -> Result<(), String> {
    let session = page.open(&states::a_broken_lease().to_string())?;
    session.until("lanes of clients", "document.querySelector('#clients-middle')")?;
    session.click("#tab-checks")?;
    session.choose("#check-linearizable button", "Show them")?;
    session.until("a sentence", "document.querySelector('.clients.lit .clients-broken')")?;
    let sentence = session.value("document.querySelector('.clients-broken').textContent")?;
    if !sentence.contains("c3 read x = old") {
        return Err(format!("the sentence is `{sentence}`"));
    }
    session.until("all three", &row("c3"))?;
    session.press("s")?;
    session.wait("link", "return !!document.getElementById('link')")?;
    let link = session.value("document.getElementById('link').value")?;
    let here = session.value("document.getElementById('clock').textContent")?;
    page.close(session)?;

    let place = link.strip_prefix(&page.address()).ok_or(format!("`{link}` is no link to here"))?;
    let other = page.open(place)?;
    other.until("claim", CHECKED)?;
    let there = other.value("document.getElementById('clock').textContent")?;
    if here != there {
        return Err(format!("{there} opened, {here} sent"));
    }
    other.click("#tab-checks")?;
    other.choose("#check-linearizable button", "Show them")?;
    other.until(
        "the same sentence",
        "document.querySelector('.clients-broken')?.textContent.includes('c3 read x = old')",
    )?;
    page.close(other)
}

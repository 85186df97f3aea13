//! Transactions as a person uses them: money is brought from one account to another by mouse, and the
//! coordinator dies, once where its group's log decides, and once where it alone does.

use crate::Page;
use crate::driver::Session;
use crate::hands::{CHECKED, CTRL, ENTER, PAUSED};
use crate::states;

/// What stands in the bank: the balances, the total, and what was counted.
const BANK: &str = "document.querySelector('.bank')?.textContent ?? ''";
/// Who waits for whom.
const WAITS: &str = "document.querySelector('.txn-words')?.textContent ?? ''";
/// Lines of the transactions, as the table beside their lanes has them.
const LINES: &str = "[...document.querySelectorAll('.clients table tbody tr')].map(row => row.textContent).join('\\n')";

/// The line of the palette does something.
fn act(session: &Session, line: &str) -> Result<(), String> {
    session.chord(CTRL, "k")?;
    session.until("palette", "document.activeElement?.id === 'palette'")?;
    session.press(&format!("{line}{ENTER}"))?;
    session.until("palette gone", "!document.getElementById('palette')")
}

/// Plays as fast as time goes until an expression holds, and pauses.
fn play_until(session: &Session, what: &str, holds: &str) -> Result<(), String> {
    session.set_speed("1000000")?;
    session.click("#play")?;
    session.until(what, holds)?;
    session.click("#play")?;
    session.until("paused", PAUSED)
}

/// Shares the moment, opens the link where nobody has seen it, and hands over that page.
fn shared<'a>(page: &'a Page<'_>, session: Session<'_>) -> Result<Session<'a>, String> {
    session.press("s")?;
    session.wait("link", "return !!document.getElementById('link')")?;
    let link = session.value("document.getElementById('link').value")?;
    let here = session.value("document.getElementById('clock').textContent")?;
    page.close(session)?;
    let place = link.strip_prefix(&page.address()).ok_or(format!("`{link}` is no link to here"))?;
    let other = page.open(place)?;
    other.until("claim", CHECKED)?;
    let there = other.value("document.getElementById('clock').textContent")?;
    match here == there {
        true => Ok(other),
        false => Err(format!("{there} opened, {here} sent")),
    }
}

/// The bank shows both accounts as they were, and that the total is right; somebody counted as much.
fn expect_whole(session: &Session) -> Result<(), String> {
    session.choose(".views-tab", "Bank")?;
    session.until("the bank", "document.querySelector('.bank')")?;
    let counted = "[...document.querySelectorAll('.txn-words li')].some(it => /200.*right/.test(it.textContent))";
    session.until("somebody counted 200", counted)?;
    let bank = session.value(BANK)?;
    match bank.contains("total200✓ right") {
        true => Ok(()),
        false => Err(format!("the bank has {bank}")),
    }
}

/// The coordinator dies with all prepared. The log of its group decides: whoever leads it next is
/// asked, and who waits goes on by itself.
pub fn nothing_blocks_where_a_group_decides(page: &Page) -> Result<(), String> {
    let session = page.open(&states::coordinator_dead().to_string())?;
    session.until("paused", PAUSED)?;
    session.choose(".views-tab", "Waits")?;
    session.until(
        "who waits",
        &format!("/T2\\.\\d+ waits for T1\\.\\d+, which has the lock of 0/.test({WAITS})"),
    )?;
    session.choose(".views-tab", "Bank")?;
    let counted = "[...document.querySelectorAll('.txn-words li')].some(it => it.textContent.includes('200'))";
    play_until(&session, "c2 counts, though c1 is down", counted)?;
    session.until("c1 is down", "document.querySelector('#c1.role-down')")?;
    expect_whole(&session)?;
    let other = shared(page, session)?;
    expect_whole(&other)?;
    page.close(other)
}

/// The same where the client alone decides, as a switch of the page has it: nobody goes on while it is
/// down, however long; once it is back, all do.
pub fn all_block_where_a_client_decides(page: &Page) -> Result<(), String> {
    let session = page.open(&states::coordinator_dead().to_string())?;
    session.until("paused", PAUSED)?;
    session.until("the switch", "document.getElementById('switch-middle-decision')")?;
    session.run(
        "const list = document.getElementById('switch-middle-decision');
         list.value = 'client';
         list.dispatchEvent(new Event('change', { bubbles: true }))",
        &[],
    )?;
    session.until(
        "the run beside",
        "document.getElementById('switch-middle-decision')?.value === 'client'
        && document.querySelector('.bars')?.textContent.includes('Decided by: client')",
    )?;
    session.until("c1 is down", "document.querySelector('#c1.role-down')")?;
    session.set_speed("1000000")?;
    session.click("#play")?;
    let late = "Number(document.getElementById('clock').textContent.split('.')[0]) >= 4";
    session.until("seconds later", late)?;
    session.click("#play")?;
    session.until("paused", PAUSED)?;
    let blocked = format!("{LINES}.includes('its client has crashed; shards 0, 1 keep its locks')");
    session.until("all are blocked", &blocked)?;
    session.choose(".views-tab", "Waits")?;
    session.until(
        "who waits still",
        &format!("/T2\\.\\d+ waits for T1\\.\\d+, which has the lock of 0/.test({WAITS})"),
    )?;
    let other = shared(page, session)?;
    other.choose(".views-tab", "Transactions")?;
    other.until("all are blocked there", &blocked)?;
    act(&other, "restart c1")?;
    other.choose(".views-tab", "Bank")?;
    let counted = "[...document.querySelectorAll('.txn-words li')].some(it => it.textContent.includes('200'))";
    play_until(&other, "c2 counts at last", counted)?;
    expect_whole(&other)?;
    let third = shared(page, other)?;
    expect_whole(&third)?;
    page.close(third)
}

/// A transfer is begun by mouse, followed to its entries, and seen to leave the total as it was.
pub fn a_transfer_is_begun_by_mouse(page: &Page) -> Result<(), String> {
    let session = page.open(&states::a_bank_at_rest().to_string())?;
    session.until("paused", PAUSED)?;
    session.choose(".views-tab", "Bank")?;
    session.until("two accounts", &format!("{BANK}.includes('total200✓ right')"))?;
    session.click("#txn-middle-transfer")?;
    session.choose(".views-tab", "Transactions")?;
    session.until("it is there", &format!("{LINES}.includes('add 0 -10; add 1 10')"))?;
    session.choose(".views-tab", "Bank")?;
    let brought = format!("/90/.test({BANK}) && /110/.test({BANK})");
    play_until(&session, "it is brought", &brought)?;
    session.choose(".views-tab", "Transactions")?;
    session.until("it is committed", &format!("{LINES}.includes('committed')"))?;
    session.choose(".views-tab", "Bank")?;
    session.click("#txn-middle-sum")?;
    let counted = "document.querySelector('.txn-words li')?.textContent.includes('200')";
    play_until(&session, "all is counted", counted)?;
    let bank = session.value(BANK)?;
    if !bank.contains("total200✓ right") || !bank.contains("90") || !bank.contains("110") {
        return Err(format!("the bank has {bank}"));
    }
    // The count leads to the transaction, and that to an entry.
    session.choose(".txn-words .txn-name", "T")?;
    session.until("its story", "document.querySelector('.txn-story')")?;
    session.choose(".txn-story .inspect-go", "g1.n")?;
    session.until(
        "an entry",
        "document.querySelector('.logs-cell.selected, .inspect h2')?.textContent",
    )?;
    page.close(session)
}

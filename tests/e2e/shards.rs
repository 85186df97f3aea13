//! Shards as a person moves them: a group joins by mouse while clients write, the leader that is to
//! have its shards crashes meanwhile, and nothing is lost; from all groups to an entry and back, by
//! hand, by key and by a link.

use crate::Page;
use crate::driver::Session;
use crate::hands::{CHECKED, ESCAPE, PAUSED, PLAYING};
use crate::states;

/// What the path says, what is shown in brackets.
const PATH: &str = "[...document.querySelectorAll('.path-part')]
    .map(part => part.matches('.here') ? `[${part.textContent}]` : part.textContent).join(' › ')";

/// How many shards the caption of the map says are where.
const TOLD: &str = "document.querySelector('.shard-map .clients-told')?.textContent ?? ''";

fn path(session: &Session, expected: &str) -> Result<(), String> {
    let found = session.until(expected, &format!("{PATH} === {expected:?}"));
    found.map_err(|trouble| match session.value(PATH) {
        Ok(path) => format!("the path is {path}; {trouble}"),
        Err(_) => trouble,
    })
}

/// Chooses from the menu of a node, by mouse.
fn choose_at(session: &Session, node: &str, words: &str) -> Result<(), String> {
    session.until(node, &format!("document.getElementById({node:?})"))?;
    // A dot in a name would be a class.
    let node = node.replace('.', "\\.");
    session.press_on(&format!("#{node}"), (0.5, 0.5), 2)?;
    session.choose(".menu-item", words)
}

/// A second group joins while clients write; whoever is to have its shards crashes before it has
/// them; in the end five shards are there, every write is done once, and a link shows the same.
pub fn a_group_joins_by_mouse(page: &Page) -> Result<(), String> {
    let session = page.open(&states::written_to().to_string())?;
    session.until("paused", PAUSED)?;
    session.until("one group has all", &format!("{TOLD}.includes('g1 0 → 10')"))?;
    choose_at(&session, "g2.n1", "Let g2 join")?;
    // As slowly as it takes to see shards on their way.
    session.set_speed("10000")?;
    session.click("#play")?;
    let goes = "[...document.querySelectorAll('.events')].some(it => /g2\\.n\\d is to have shard/.test(it.textContent))";
    session.click("#tab-events")?;
    session.until("shards on their way", goes)?;
    session.click("#play")?;
    session.until("paused", PAUSED)?;
    session.until("five move", &format!("{TOLD}.includes('g1 10 → 5, g2 0 → 5')"))?;
    let leader = "[...document.querySelectorAll('.node.role-leader')].map(it => it.id).find(id => id.startsWith('g2.'))";
    let taker = session.value(leader)?;
    choose_at(&session, &taker, "Crash")?;
    session.until("down", &format!("document.getElementById({taker:?}).matches('.role-down')"))?;
    session.set_speed("1000000")?;
    session.click("#play")?;
    session.until("playing", PLAYING)?;
    // Another leads there, finds in its log what was begun, and ends it.
    session.choose(".views-tab", "Shards")?;
    session.choose(".shard-map button", "Table")?;
    let held = "[...document.querySelectorAll('.shards-now tbody tr')].length === 10
        && [...document.querySelectorAll('.shards-now .state-serving')].length === 10";
    session.until("ten are served", held)?;
    session.click("#play")?;
    session.until("paused", PAUSED)?;
    session.click("#tab-checks")?;
    session.until("checks", "document.querySelector('#check-shard-kept')")?;
    let broken = session.value("document.querySelectorAll('.checks .broken').length")?;
    if broken != "0" {
        return Err(format!("{broken} promises are broken"));
    }
    // What was written is there, each once.
    session.choose(".views-tab", "Clients")?;
    let unanswered = "[...document.querySelectorAll('.clients tbody tr')]
        .filter(row => /failed|unknown/.test(row.textContent)).length";
    session.until("a table", "document.querySelector('.clients tbody tr')")?;
    let lost = session.value(unanswered)?;
    if lost != "0" {
        return Err(format!("{lost} writes were not done"));
    }
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
    other.until("the map", &format!("{TOLD}.includes('g1 10 → 5, g2 0 → 5')"))?;
    page.close(other)
}

/// From all groups by two presses into one, to an entry, and back by Esc; from a shard down to its
/// entry and its message, and up again; time stays, and a link opens there.
pub fn one_goes_from_all_groups_to_an_entry(page: &Page) -> Result<(), String> {
    let session = page.open(&states::moving().to_string())?;
    session.until("paused", PAUSED)?;
    path(&session, "[Shards]")?;
    // The map takes its place beside the stage: from then on nodes stand where they will.
    session.until("the map", &format!("{TOLD} !== ''"))?;
    let here = session.value("document.getElementById('clock').textContent")?;
    session.press_twice_on("#g1\\.n3", (0.5, 0.5))?;
    path(&session, "Shards › group 1 › [n3]")?;
    session
        .until("the others are apart", "document.querySelectorAll('.stage-gate').length === 3")?;
    session.click("#log-middle-g1\\.n3-2")?;
    path(&session, "Shards › group 1 › n3 › [entry 2]")?;
    session.press("s")?;
    session.wait("link", "return !!document.getElementById('link')")?;
    let link = session.value("document.getElementById('link').value")?;
    session.press(ESCAPE)?;
    path(&session, "Shards › group 1 › n3 › [entry 2]")?;
    for expected in ["Shards › group 1 › [n3]", "Shards › [group 1]", "[Shards]"] {
        session.press(ESCAPE)?;
        path(&session, expected)?;
    }
    // A name on the stage leads in, a name of another group beside it leads over.
    session.press_on(".stage-group", (0.5, 0.5), 0)?;
    session.until("a group", &format!("/^Shards › \\[(group|controller)/.test({PATH})"))?;
    session.choose(".path-part", "Shards")?;
    path(&session, "[Shards]")?;
    let after = session.value("document.getElementById('clock').textContent")?;
    if here != after {
        return Err(format!("time went from {here} to {after}"));
    }
    // From the map down, and up again.
    session.choose(".shard-map button", "Table")?;
    session.choose(".shards-now .moves .shards-number", "")?;
    session.until("its way", "document.querySelector('.station')")?;
    session.choose(".inspect-act", "Show the entry")?;
    session.until("an entry", &format!("/entry \\d+\\]$/.test({PATH})"))?;
    session.choose(".inspect-act", "Show shard")?;
    session.until("the shard", &format!("/^\\[Shards\\] › shard \\d/.test({PATH})"))?;
    session.choose(".inspect-act", "Show the message")?;
    session.until("a message", &format!("/→/.test({PATH})"))?;
    session.choose(".inspect-act", "Show shard")?;
    session.until("the shard", &format!("/^\\[Shards\\] › shard \\d/.test({PATH})"))?;
    page.close(session)?;

    let place = link.strip_prefix(&page.address()).ok_or(format!("`{link}` is no link to here"))?;
    let other = page.open(place)?;
    other.until("claim", CHECKED)?;
    path(&other, "Shards › group 1 › n3 › [entry 2]")?;
    page.close(other)
}

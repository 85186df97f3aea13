//! The first three minutes of somebody who has never seen the page, line by line: by mouse, and
//! the same by keyboard alone. How long each takes on the screen follows from the pace, which a
//! native test looks at; here nothing is measured.

use crate::Page;
use crate::driver::Session;
use crate::hands::{
    CHECKED, CTRL, DOWN, ENTER, ESCAPE, HOME, LEFT, PAGE_UP, PAUSED, PLAYING, RIGHT, TAB,
};
use serde_json::json;

/// The letter that comes late: the leader's first entry on its way to n5.
const LATE: &str = "n3>n5#3";

/// The two hands with which the story is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hand {
    Mouse,
    Keyboard,
}

/// Where a message is on the stage, in pixels of the page: between the rims of its two nodes, on
/// its own side of the link, as far as its time is over.
const PLACE: &str = "
    const item = document.getElementById(arguments[0]);
    if (!item) return null;
    const [, from, to] = /(n\\d+)>(n\\d+)/.exec(item.id);
    const shape = name => document.querySelector(`#${name} .node-shape`).getBoundingClientRect();
    const middle = box => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
    const [start, end] = [middle(shape(from)), middle(shape(to))];
    const length = Math.hypot(end.x - start.x, end.y - start.y);
    const along = { x: (end.x - start.x) / length, y: (end.y - start.y) / length };
    const rim = document.querySelector('circle.node-shape').getBoundingClientRect().width / 2 + 9;
    const now = Number(document.getElementById('clock').textContent.replace(/[^0-9.]/g, '')) * 1e6;
    const { sent, arrives } = item.dataset;
    const waits = item.textContent.endsWith('held');
    const share = waits ? 1 : Math.min(1, Math.max(0, (now - sent) / (arrives - sent)));
    const gone = rim + (length - 2 * rim) * share - (waits ? 10 : 0);
    return [start.x + along.x * gone - along.y * 5, start.y + along.y * gone + along.x * 5]";

/// By mouse.
pub fn by_mouse(page: &Page) -> Result<(), String> {
    told_with(page, Hand::Mouse)
}

/// By keyboard alone.
pub fn by_keyboard(page: &Page) -> Result<(), String> {
    told_with(page, Hand::Keyboard)
}

fn told_with(page: &Page, hand: Hand) -> Result<(), String> {
    let session = page.open("")?;
    let story = Story { session: &session, hand };
    story.a_leader_is_elected()?;
    story.the_leader_crashes()?;
    story.what_was_committed_is_still_there()?;
    story.the_past_is_changed()?;
    story.late_mail_is_refused()?;
    story.what_if_it_were_accepted()?;
    let link = story.it_is_sent()?;
    page.close(session)?;
    let (_, fragment) = link.split_once('#').ok_or("the link has no fragment")?;
    let other = page.open(&format!("#{fragment}"))?;
    other.show_at(390, 844)?;
    other.wait(
        "paused, as shared, with the line",
        &format!(
            "return {PAUSED} && {CHECKED}
               && document.querySelector('.caption').textContent.includes('A dead letter is taken')"
        ),
    )?;
    page.close(other)
}

/// The story as it goes on in one window.
struct Story<'a> {
    session: &'a Session<'a>,
    hand: Hand,
}

impl Story<'_> {
    /// 0:00 to 0:09.
    fn a_leader_is_elected(&self) -> Result<(), String> {
        self.wait("five discs", "return document.querySelectorAll('.node').length === 5")?;
        // However slowly this window came up: the first time-out may be over by now.
        self.session.press(&format!(" {HOME}{}", RIGHT.repeat(5)))?;
        self.says("^Five nodes, no leader. The first (election )?timer to run out asks for votes")?;
        self.wait(
            "what comes next",
            r"return /^Next: n3's election timer in 19\d ms/.test(document.querySelector('.caption-next').textContent)",
        )?;
        self.play()?;
        self.wait("a diamond", "return !!document.querySelector('#n3.role-candidate.term-1')")?;
        self.wait("pips", "return document.querySelectorAll('#n3 .pip').length === 5")?;
        self.says("^n3 asks for votes in term 1. It has [12] of the 3 it needs")?;
        self.wait(
            "the star that the third vote makes",
            "return !!document.querySelector('#n3.role-leader .node-star')",
        )?;
        self.says("^n3 leads term 1")?;
        self.wait(
            "all in its hue",
            "return document.querySelectorAll('.node.term-1').length === 5",
        )?;
        // By keyboard the way to Play led over the nodes, and what has the focus is inspected.
        self.open_tab("events")?;
        // Time goes on while somebody finds the way here: it is counted up to the leader.
        let lines = self.session.value(
            "String([...document.querySelectorAll('.events-line')].findIndex(it => it.textContent.includes('n3 leads term 1.')) + 1)",
        )?;
        if !(4..=15).contains(&lines.parse().unwrap_or(0)) {
            return Err(format!("{lines} lines tell of an election"));
        }
        let cell =
            |class: &str| format!("return !!document.querySelector('.logs-cell.entry{class}')");
        self.wait("x1, dashed", &cell(":not(.committed)"))?;
        self.wait("x1, committed", &cell(".committed"))?;
        self.says("(?<!not )committed")
    }

    /// 0:09 to 0:14: the suggestion, what it would do, Undo, and the next suggestion.
    fn the_leader_crashes(&self) -> Result<(), String> {
        self.rest_on_suggestion("Crash n3")?;
        self.wait(
            "what it leads to",
            r"return /n\d leads term 2 after \d+ ms/.test(document.querySelector('.caption-next').textContent)",
        )?;
        self.take_suggestion("Crash n3")?;
        self.wait(
            "a crossed disc",
            "return !!document.querySelector('#n3.role-down .node-cross')",
        )?;
        self.wait(
            "what was done",
            "return /^Crashed n3/.test(document.querySelector('.toast p')?.textContent)",
        )?;
        match self.hand {
            Hand::Mouse => self.session.click(".toast button")?,
            Hand::Keyboard => self.session.chord(CTRL, "z")?,
        }
        self.wait("n3 again", "return !document.querySelector('#n3.role-down')")?;
        self.take_suggestion("Crash n3")?;
        self.wait("a crossed disc", "return !!document.querySelector('#n3.role-down')")?;
        self.take_suggestion("Share this run")?;
        self.wait("the dialog", "return !!document.getElementById('link')")?;
        self.session.press(ESCAPE)?;
        self.wait("no dialog", "return !document.querySelector('dialog')")?;
        self.open_tab("script")?;
        self.wait(
            "the line that does it",
            r"return [...document.querySelectorAll('.details li')].some(it => /at 0\.\d+s (\+\d+ )?crash n3/.test(it.textContent))",
        )
    }

    /// 0:20: another leader, and the entry that everybody has.
    fn what_was_committed_is_still_there(&self) -> Result<(), String> {
        self.wait("the second hue", "return !!document.querySelector('.node.role-leader.term-2')")?;
        self.says(r"^n\d leads term 2")?;
        // The new leader may not know yet what is committed.
        let committed = "return !!document.querySelector('.logs-cell.entry.committed')";
        self.wait("a committed entry", committed)?;
        self.pause()?;
        match self.hand {
            Hand::Mouse => self.session.click(".logs-cell.entry.committed")?,
            Hand::Keyboard => {
                self.tab_to("it.matches('.logs-cell.entry')")?;
                for _ in 0..20 {
                    if self.session.value("document.activeElement.id")?.ends_with("-1") {
                        break;
                    }
                    self.session.press(LEFT)?;
                }
                self.session.press(ENTER)?;
            }
        }
        self.wait(
            "its story",
            r"return /Entry 1, term 1\. On (all )?\w+ disks\. Committed/.test(document.querySelector('.details').textContent)",
        )
    }

    /// 1:00 to 1:15: back to before the crash, where letters are on their way; a press takes one, its
    /// menu tells what can be done; what is done makes a branch.
    fn the_past_is_changed(&self) -> Result<(), String> {
        match self.hand {
            Hand::Mouse => {
                for (from, to) in [(0.95, 0.5), (0.5, 0.4), (0.4, 0.3), (0.3, 0.25), (0.25, 0.2)] {
                    self.session.drag("#timeline", (from, 0.6), (to, 0.6))?;
                    if self.session.run("return !document.querySelector('.node.role-down')", &[])?
                        == true
                    {
                        break;
                    }
                }
            }
            // From note to note; the last one before the crash is that of the first entry.
            Hand::Keyboard => {
                self.tab_to("it.id === 'timeline'")?;
                self.session.press(PAGE_UP)?;
            }
        }
        self.wait(
            "the past, before the crash",
            "return document.getElementById('state').textContent === 'Paused · Past'
               && !document.querySelector('#n3.role-down') && !document.querySelector('.node.term-2')",
        )?;
        self.to_four_letters()?;
        self.pick("n3>n1#3")?;
        self.menu("n3>n1#3")?;
        let items =
            "[...document.querySelectorAll('.menu-item')].map(it => it.textContent).join('|')";
        let items = self.session.value(items)?;
        for (what, key) in [("Deliver", "G"), ("Hold", "H"), ("Drop", "D"), ("Duplicate", "U")] {
            if !items.split('|').any(|item| item.starts_with(what) && item.ends_with(key)) {
                return Err(format!("no `{what}` with its key in {items}"));
            }
        }
        self.choose("Drop")?;
        for other in ["n3>n2#3", "n3>n4#3"] {
            self.pick(other)?;
            self.menu(other)?;
            self.choose("Drop")?;
        }
        self.pick(LATE)?;
        self.menu(LATE)?;
        self.choose("Hold")?;
        self.take_suggestion("Crash n3")?;
        self.wait("the crash", "return !!document.querySelector('#n3.role-down')")?;
        self.wait(
            "a second line, named by the first act, and the first",
            "const names = [...document.querySelectorAll('#branch option')].map(it => it.textContent);
             return names.length === 2 && names.some(name => name.includes('drop n3>n1#3'))",
        )
    }

    /// 1:30: the letter that was held is delivered two terms later.
    fn late_mail_is_refused(&self) -> Result<(), String> {
        self.play()?;
        self.wait("another leader", "return !!document.querySelector('.node.role-leader.term-2')")?;
        self.wait(
            "its first entry, committed",
            "return document.querySelectorAll('.logs-cell.entry.term-2.committed').length >= 4",
        )?;
        self.pause()?;
        self.pick(LATE)?;
        self.menu(LATE)?;
        self.choose("Deliver")?;
        self.open_tab("events")?;
        self.wait(
            "the refusal",
            "return [...document.querySelectorAll('.events-line')].some(it => it.textContent.includes(
               \"n5 refuses n3's message: term 1 is over, n5 is in term 2 (5.1)\"))",
        )
    }

    /// 1:50: the mistake is on, a bar says so, the same script runs beside; one red mark with
    /// its witness.
    fn what_if_it_were_accepted(&self) -> Result<(), String> {
        self.take_suggestion("What if it accepted?")?;
        self.wait(
            "the bar",
            "return document.querySelector('.mistake-bar')?.textContent.includes('TM07') ?? false",
        )?;
        self.wait("the run beside", "return !!document.getElementById('compare')")?;
        self.wait(
            "what was committed, overwritten",
            "return /^Entry 1, term 1: x1. Committed and applied.*in place of one of term 2/.test(
               document.getElementById('log-middle-n5-1')?.title)",
        )?;
        // n5 has told the second leader that it has the entry, and lost it: the only red mark,
        // named by the caption, and Checks stands open on its witness.
        self.wait(
            "one red mark with its witness",
            "const rows = [...document.querySelectorAll('.checks-row.broken')];
             return rows.length === 1 && rows[0].id === 'check-acknowledged-is-durable'
               && rows[0].querySelector('.checks-node').textContent === 'n5'",
        )?;
        self.wait(
            "the caption in red",
            "return document.querySelector('.caption-note.broken')?.textContent
               .startsWith('Acknowledged is not durable: in term 2 n5 acknowledged entry 1') ?? false",
        )
    }

    /// 2:20: a line of text, and a link of about 150 characters.
    fn it_is_sent(&self) -> Result<String, String> {
        match self.hand {
            Hand::Mouse => self.session.click("#share")?,
            Hand::Keyboard => self.session.press("s")?,
        }
        self.wait("the dialog", "return document.activeElement?.id === 'link'")?;
        match self.hand {
            Hand::Mouse => self.session.click("#share-note")?,
            Hand::Keyboard => self.tab_to("it.id === 'share-note'")?,
        }
        self.session.press("A dead letter is taken")?;
        self.wait("its code", "return !!document.querySelector('.share-code path')")?;
        match self.hand {
            Hand::Mouse => self.session.click("#copy")?,
            Hand::Keyboard => {
                self.tab_to("it.id === 'copy'")?;
                self.session.press(ENTER)?;
            }
        }
        self.wait(
            "copied",
            "return document.getElementById('share-status').textContent === 'Copied'",
        )?;
        let link = self.session.value("document.getElementById('link').value")?;
        let own = link.split_once('#').map_or(0, |(_, part)| part.len());
        match own {
            100..180 => Ok(link),
            other => Err(format!("{other} characters from # on: {link}")),
        }
    }

    /// Steps to where the leader has said its first words and four of them carry an entry.
    fn to_four_letters(&self) -> Result<(), String> {
        let there = format!(
            "return ['n3>n1#3', 'n3>n2#3', 'n3>n4#3', '{LATE}'].every(id => document.getElementById(id))"
        );
        for _ in 0..120 {
            if self.session.run(&there, &[])? == true {
                return Ok(());
            }
            let now = self.session.value("document.getElementById('clock').textContent")?;
            let is_late = now.as_str() > "0.249 330 s";
            match (self.hand, is_late) {
                (Hand::Mouse, false) => self.session.click("#step")?,
                (Hand::Mouse, true) => self.session.click("#back")?,
                (Hand::Keyboard, false) => self.session.press(RIGHT)?,
                (Hand::Keyboard, true) => self.session.press(LEFT)?,
            }
            self.session.settle()?;
        }
        Err("four letters are never under way together".into())
    }

    /// Takes a message: where it is drawn, or with M from one to the next.
    fn pick(&self, id: &str) -> Result<(), String> {
        let picked = format!(
            "return document.getElementById('{id}')?.getAttribute('aria-pressed') === 'true'"
        );
        match self.hand {
            Hand::Mouse => self.session.point_at(self.place(id)?, Some(0))?,
            Hand::Keyboard => {
                // Enter is to open its menu, not to press a button.
                self.tab_to("it.id === 'timeline'")?;
                for _ in 0..40 {
                    self.session.press("m")?;
                    if self.session.run(&picked, &[])? == true {
                        break;
                    }
                }
            }
        }
        self.wait(&format!("{id} selected"), &picked)
    }

    /// Opens the menu of the message that was taken.
    fn menu(&self, id: &str) -> Result<(), String> {
        match self.hand {
            Hand::Mouse => self.session.point_at(self.place(id)?, Some(2))?,
            Hand::Keyboard => self.session.press(ENTER)?,
        }
        self.wait("its menu", "return document.querySelectorAll('.menu-item').length > 2")
    }

    /// Takes the item of the menu that begins so.
    fn choose(&self, name: &str) -> Result<(), String> {
        let find = format!(
            "[...document.querySelectorAll('.menu-item')].findIndex(it => it.textContent.startsWith('{name}'))"
        );
        match self.hand {
            Hand::Mouse => {
                let at = self.session.run(&format!("return {find} + 1"), &[])?;
                self.session.click(&format!(".menu li:nth-child({at}) .menu-item"))?;
            }
            Hand::Keyboard => {
                let there = format!(
                    "return document.activeElement === document.querySelectorAll('.menu-item')[{find}]"
                );
                for _ in 0..12 {
                    if self.session.run(&there, &[])? == true {
                        break;
                    }
                    self.session.press(DOWN)?;
                }
                self.session.press(ENTER)?;
            }
        }
        self.wait("no menu", "return !document.querySelector('.menu')")
    }

    /// Where a message is drawn, in pixels of the page.
    fn place(&self, id: &str) -> Result<(f64, f64), String> {
        let at = self.session.run(PLACE, &[json!(id)])?;
        match (at[0].as_f64(), at[1].as_f64()) {
            (Some(x), Some(y)) => Ok((x, y)),
            _ => Err(format!("{id} is not under way")),
        }
    }

    fn play(&self) -> Result<(), String> {
        self.press_play("play", PLAYING)
    }

    fn pause(&self) -> Result<(), String> {
        self.press_play("pause", PAUSED)
    }

    /// Presses the button that plays and pauses; then the run does so.
    fn press_play(&self, what: &str, holds: &str) -> Result<(), String> {
        match self.hand {
            Hand::Mouse => self.session.click("#play")?,
            Hand::Keyboard => {
                self.tab_to("it.id === 'play'")?;
                self.session.press(ENTER)?;
            }
        }
        self.session.until(what, holds)
    }

    fn wait(&self, what: &str, script: &str) -> Result<(), String> {
        self.session.wait(what, script)
    }

    /// The caption says something of this form, or said so within its 1.2 s.
    fn says(&self, form: &str) -> Result<(), String> {
        let script = format!(
            "return [...document.querySelectorAll('.caption-note, .caption-moment')].some(it => /{form}/.test(it.textContent.trim()))"
        );
        self.wait(form, &script)
    }

    /// Waits for a suggestion and rests on it: with the pointer, or with the focus.
    fn rest_on_suggestion(&self, label: &str) -> Result<(), String> {
        let is_it = format!(
            "return document.querySelector('.caption-suggestion')?.textContent.trim() === '{label}'"
        );
        self.wait(label, &is_it)?;
        match self.hand {
            Hand::Mouse => self.session.rest_on(".caption-suggestion", (0.5, 0.5)),
            Hand::Keyboard => self.tab_to("it.matches('.caption-suggestion')"),
        }
    }

    fn take_suggestion(&self, label: &str) -> Result<(), String> {
        self.rest_on_suggestion(label)?;
        match self.hand {
            Hand::Mouse => self.session.click(".caption-suggestion"),
            Hand::Keyboard => self.session.press(ENTER),
        }
    }

    fn open_tab(&self, name: &str) -> Result<(), String> {
        match self.hand {
            Hand::Mouse => self.session.click(&format!("#tab-{name}")),
            Hand::Keyboard => {
                // One stop for all of them; the arrows go from one to the next.
                self.tab_to("it.matches('[role=tab]')")?;
                for _ in 0..5 {
                    let here = self.session.value("document.activeElement.id")?;
                    if here == format!("tab-{name}") {
                        return self.session.press(ENTER);
                    }
                    self.session.press(RIGHT)?;
                }
                Err(format!("the arrows do not come to {name}"))
            }
        }
    }

    /// Presses Tab until what has the focus fulfils a condition.
    fn tab_to(&self, condition: &str) -> Result<(), String> {
        for _ in 0..150 {
            // Past the last place Firefox gives the focus to its own controls, and from there
            // Tab comes round to the first place.
            let script = format!(
                "if (!document.hasFocus() || document.activeElement === document.body) {{
                     window.focus();
                     const within = document.querySelector('dialog[open]') ?? document;
                     [...within.querySelectorAll('button')].find(it => it.checkVisibility()).focus();
                 }}
                 const it = document.activeElement; return document.hasFocus() && {condition}"
            );
            if self.session.run(&script, &[])? == true {
                return Ok(());
            }
            self.session.press(TAB)?;
        }
        Err(format!("Tab never comes to where {condition}"))
    }
}

//! The built page in a real browser, as a person meets it: served from a sub-path, driven over
//! WebDriver, each test in a browser that has never seen it.
//!
//! `cargo xtask test` runs it once with `NETSPLIT_BROWSER=chromium` and once with `firefox`, each
//! with `NETSPLIT_DRIVER` (the driver's program), `NETSPLIT_OTHER_DRIVER` (that of the other
//! browser) and `NETSPLIT_DIST` (the built page). Without a browser it tests the part of itself that
//! needs none: the server. A name after the command picks the tests whose name contains it;
//! `NETSPLIT_SHOTS` names a folder for a picture of each page at the end of its test.
//!
//! Reading order: [`journey`], [`story`], [`aiming`], [`column`], [`lanes`], [`store`], [`shards`], [`transactions`], [`mapreduce`], [`bench`], [`sharing`], [`access`], [`page`]
//! and [`module`] (the tests), [`states`], [`pictures`] (those that are kept) and [`shots`] (the contact sheet),
//! [`measure`] (what a frame costs), [`rate`] (how fast a job for real is), [`driver`] (WebDriver), [`hands`] (what a person does with it, and that it does what it says),
//! [`server`] (static files).

#![cfg(not(target_arch = "wasm32"))]

mod access;
mod aiming;
mod bench;
mod column;
mod driver;
mod hands;
mod journey;
mod lanes;
mod mapreduce;
mod measure;
mod module;
mod page;
mod pictures;
mod rate;
mod server;
mod shards;
mod sharing;
mod shots;
mod states;
mod store;
mod story;
mod transactions;

use driver::{Browser, Driver, Session};
use server::Server;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// One test: it gets a page nobody has used yet and says what is wrong with it.
pub type Test = fn(&Page) -> Result<(), String>;

/// All tests, in the order in which they run.
const TESTS: &[(&str, Test)] = &[
    ("hands_reach_the_page", hands::reach_the_page),
    ("opens_with_a_heading", page::opens_with_a_heading),
    ("breaks_no_rule_of_its_own_policy", page::breaks_no_rule_of_its_own_policy),
    ("says_what_is_wrong_when_the_program_is_missing", page::says_what_is_wrong_without_program),
    ("what_did_not_arrive_is_asked_for_again", page::what_did_not_arrive_is_asked_for_again),
    ("a_moment_is_branched_shared_and_reopened", journey::a_moment_is_shared),
    ("every_scenario_of_the_list_opens", journey::every_scenario_opens),
    ("a_test_of_the_course_opens_and_is_shared", journey::course_test_is_shared),
    ("hostile_links_are_refused_in_words", journey::hostile_links_are_refused),
    ("keys_do_what_help_says", journey::keys_do_what_help_says),
    ("a_drag_over_the_ground_cuts", journey::a_drag_over_the_ground_cuts),
    ("a_moving_message_is_taken", aiming::a_moving_message_is_taken),
    ("reloading_reopens_the_moment", journey::reloading_reopens_the_moment),
    ("a_line_and_a_selection_arrive", sharing::a_line_and_a_selection_arrive),
    ("back_returns_to_the_run_that_was_left", sharing::back_returns_to_the_run_that_was_left),
    ("what_is_pasted_or_dropped_opens", sharing::what_is_pasted_or_dropped_opens),
    ("a_run_is_saved_as_a_file", sharing::a_run_is_saved_as_a_file),
    ("a_stop_shows_a_way_back", sharing::a_stop_shows_a_way_back),
    ("each_page_of_the_column_begins_at_its_top", column::each_page_begins_at_its_top),
    ("the_present_line_follows_the_window", column::the_present_line_follows_the_window),
    ("a_witness_is_gone_through", lanes::a_witness_is_gone_through),
    ("a_press_on_the_ground_is_a_time", lanes::a_press_on_the_ground_is_a_time),
    ("a_put_outlives_its_leader", store::a_put_outlives_its_leader),
    ("a_script_of_the_store_is_written_over_one_of_raft", store::a_script_over_one_of_raft),
    ("a_broken_lease_is_followed_and_shared", store::a_broken_lease_is_followed_and_shared),
    ("a_group_joins_by_mouse", shards::a_group_joins_by_mouse),
    ("one_goes_from_all_groups_to_an_entry", shards::one_goes_from_all_groups_to_an_entry),
    ("a_transfer_is_begun_by_mouse", transactions::a_transfer_is_begun_by_mouse),
    ("nothing_blocks_where_a_group_decides", transactions::nothing_blocks_where_a_group_decides),
    ("all_block_where_a_client_decides", transactions::all_block_where_a_client_decides),
    ("words_are_counted", mapreduce::words_are_counted),
    ("dropped_files_are_counted", bench::dropped_files_are_counted),
    ("a_strangers_code_waits", bench::a_strangers_code_waits),
    ("a_text_finds_its_lab", bench::a_text_finds_its_lab),
    ("own_code_stays_own", bench::own_code_stays_own),
    ("a_job_without_its_program_is_over", bench::a_job_without_its_program_is_over),
    ("files_are_brought_again", bench::files_are_brought_again),
    ("the_first_three_minutes_by_mouse", story::by_mouse),
    ("the_first_three_minutes_by_keyboard", story::by_keyboard),
    ("tab_walks_through_the_page", access::tab_walks_through_the_page),
    ("dialogs_keep_and_return_the_focus", access::dialogs_keep_and_return_the_focus),
    ("what_happens_is_told", access::what_happens_is_told),
    ("nothing_moves_for_who_does_not_want_it", access::nothing_moves_for_who_does_not_want_it),
    ("axe_finds_nothing", access::axe_finds_nothing),
    ("a_lesson_drives_the_module", module::a_lesson_drives_it),
];

/// Those of Chromium alone: two browsers never draw alike.
const TESTS_OF_CHROMIUM: &[(&str, Test)] =
    &[("ten_states_look_as_kept", pictures::ten_states_look_as_kept)];

/// Those that take both browsers at once: `NETSPLIT_OTHER_DRIVER` is the driver of the other one.
const TESTS_OF_BOTH: &[(&str, Test)] =
    &[("a_link_opens_in_the_other_browser", sharing::a_link_opens_in_the_other_browser)];

/// What a test works with: the site's address, and a way to get a browser that has never seen it.
pub struct Page<'a> {
    server: &'a Server,
    driver: &'a Driver,
    other: Option<&'a Driver>,
    name: &'static str,
}

impl Page<'_> {
    /// A browser that has never seen the page, at none. To start one takes longer than most tests, so
    /// it may be the one in which the last test ended: at an address where there is nothing, so that
    /// nothing of the page runs on, all that the page kept is thrown away, and the window with it.
    pub fn browser(&self) -> Result<Session<'_>, String> {
        let Some(session) = self.driver.left() else { return self.driver.session() };
        self.go_at(&session, server::EMPTY)?;
        session.run("localStorage.clear(); sessionStorage.clear()", &[])?;
        // What was complained about in the console is no complaint of the next test.
        session.troubles()?;
        session.move_to_new_window()?;
        Ok(session)
    }

    /// Ends with a browser whose page may have complained.
    pub fn leave(&self, session: Session<'_>) {
        self.driver.leave(session);
    }

    /// Opens such a browser at `fragment` (`""`, or `"#…"`) and waits until the page has drawn.
    pub fn open(&self, fragment: &str) -> Result<Session<'_>, String> {
        let session = self.browser()?;
        self.go(&session, fragment)?;
        Ok(session)
    }

    /// As [`Page::open`], in a window that has this size before it sees the page.
    pub fn open_sized(&self, size: (u32, u32), fragment: &str) -> Result<Session<'_>, String> {
        let session = self.browser()?;
        session.show_at(size.0, size.1)?;
        self.go(&session, fragment)?;
        Ok(session)
    }

    /// Goes to `fragment` and waits until the page has drawn.
    pub fn go(&self, session: &Session<'_>, fragment: &str) -> Result<(), String> {
        session.goto(&format!("{}{fragment}", self.address()))?;
        session.wait(
            "sign that the page is ready",
            &format!("return {DRAWN} && !document.querySelector('.first-picture-left')"),
        )
    }

    /// The same site for the same test in the other browser.
    pub fn in_other_browser(&self) -> Result<Page<'_>, String> {
        let other = self.other.ok_or("there is no other browser")?;
        Ok(Page { driver: other, other: Some(self.driver), ..*self })
    }

    /// The page's address.
    pub fn address(&self) -> String {
        self.server.address()
    }

    /// As [`Page::open`], with a script that runs before the page's own; Chromium alone.
    pub fn open_watched(&self, script: &str) -> Result<Session<'_>, String> {
        let session = self.browser()?;
        session.run_first(script)?;
        session.goto(&self.address())?;
        session.until("sign that the page is ready", DRAWN)?;
        Ok(session)
    }

    /// Whether the site was built with a page for each scenario.
    pub fn has_places(&self) -> bool {
        self.server.has("s/first-election/index.html")
    }

    /// The scenarios that have a page of their own.
    pub fn places(&self) -> Vec<String> {
        self.server.folders("s")
    }

    /// Opens such a browser at an address below the server's root, without waiting for anything.
    pub fn open_at(&self, path: &str) -> Result<Session<'_>, String> {
        let session = self.browser()?;
        self.go_at(&session, path)?;
        Ok(session)
    }

    /// Goes to an address below the server's root, without waiting for anything.
    pub fn go_at(&self, session: &Session<'_>, path: &str) -> Result<(), String> {
        session.goto(&format!("{}{path}", self.server.root()))
    }

    /// Ends a test in this browser: no error was written, no rule of the policy was broken.
    pub fn close(&self, session: Session<'_>) -> Result<(), String> {
        if let Some(folder) = std::env::var_os("NETSPLIT_SHOTS") {
            let file = format!("{}-{}.png", self.driver.browser().name(), self.name);
            session.screenshot(&PathBuf::from(folder).join(file))?;
        }
        let mut troubles = session.troubles()?;
        troubles.extend(self.server.violations());
        match troubles.is_empty() {
            true => {
                self.leave(session);
                Ok(())
            }
            false => Err(format!("the page complained: {}", troubles.join("; "))),
        }
    }
}

/// The page was drawn.
pub const DRAWN: &str = "document.documentElement.dataset.state === 'ready'";

/// The page is where a person can act: it was drawn, the part of the program that comes later is
/// there, and nothing is being opened.
pub const READY: &str = "return !!document.querySelector('.stage') \
    && !document.querySelector('.first-picture-left') \
    && !document.querySelector('.page.opening')";

fn main() -> ExitCode {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let outcome = match std::env::var("NETSPLIT_BROWSER") {
        Ok(browser) => drive(&browser, filter.as_deref()),
        Err(_) => {
            println!("no NETSPLIT_BROWSER: only the server is tested; `cargo xtask test` has both");
            Ok(sum_up(&[passes("server_serves_files", server::check)]))
        }
    };
    outcome.unwrap_or_else(|reason| {
        eprintln!("error: {reason}");
        ExitCode::FAILURE
    })
}

/// Runs the tests that match in one browser.
fn drive(browser: &str, filter: Option<&str>) -> Result<ExitCode, String> {
    let setting = |name: &str| std::env::var_os(name).ok_or(format!("{name} is not set"));
    let browser = Browser::named(browser)?;
    let server = Server::start(PathBuf::from(setting("NETSPLIT_DIST")?))?;
    let driver = Driver::start(browser, &PathBuf::from(setting("NETSPLIT_DRIVER")?))?;
    let other = std::env::var_os("NETSPLIT_OTHER_DRIVER").map(PathBuf::from);
    let other = other.map(|program| Driver::start(browser.other(), &program)).transpose()?;
    let page = |name| Page { server: &server, driver: &driver, other: other.as_ref(), name };
    if let Some(folder) = std::env::var_os("NETSPLIT_SHEET") {
        let page = page("shots");
        return shots::take(&page, &PathBuf::from(folder), filter).map(|()| ExitCode::SUCCESS);
    }
    let measured = std::env::var("NETSPLIT_MEASURE");
    if measured.as_deref() == Ok("mapreduce") {
        return rate::run(&page("rate")).map(|()| ExitCode::SUCCESS);
    }
    if measured.is_ok() {
        let holds = measure::run(&page("measure"))?;
        return Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let of_both = if other.is_some() { TESTS_OF_BOTH } else { &[] };
    if other.is_none() {
        println!(
            "no NETSPLIT_OTHER_DRIVER: no link goes to the other browser; `cargo xtask test` has both"
        );
    }
    let of_chromium = if browser == Browser::Chromium { TESTS_OF_CHROMIUM } else { &[] };
    let all = TESTS.iter().chain(of_chromium).chain(of_both);
    let outcomes: Vec<bool> = all
        .filter(|(name, _)| filter.is_none_or(|part| name.contains(part)))
        .map(|&(name, test)| {
            server.forget();
            passes(name, || test(&page(name)))
        })
        .collect();
    Ok(sum_up(&outcomes))
}

/// Runs a test, and prints its outcome as soon as it is known, with the seconds that it took.
fn passes(name: &str, test: impl FnOnce() -> Result<(), String>) -> bool {
    let began = Instant::now();
    let outcome = test();
    let word = if outcome.is_ok() { "ok" } else { "FAILED" };
    println!("test {name} ... {word} <{:.1}s>", began.elapsed().as_secs_f64());
    if let Err(reason) = &outcome {
        println!("    {reason}");
    }
    outcome.is_ok()
}

/// Prints the sum in the form cargo's own tests have, so that one reader sums up both.
fn sum_up(outcomes: &[bool]) -> ExitCode {
    let passed = outcomes.iter().filter(|passed| **passed).count();
    let failed = outcomes.len() - passed;
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

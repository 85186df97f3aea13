//! The page's panels as text: what a person reads at some moments of some
//! scenarios, drawn without a browser.
//!
//! `REWRITE=1` writes `tests/panels` anew. Only commit the changes when you
//! understand what caused them.

use netsplit_core::time::Time;
use netsplit_sim::link::What;
use netsplit_sim::moment::Moment;
use netsplit_sim::run::NodeShown;
use netsplit_sim::scenarios;
use netsplit_web::draw::bars::Way;
use netsplit_web::pages;
use netsplit_web::state::action::{Action, Tab};
use netsplit_web::state::lens::Asking;
use netsplit_web::state::model::Model;
use netsplit_web::state::selection::Selection;
use netsplit_web::state::views::View;
use yew::prelude::*;

use crate::kept::{self, Kept};

/// Every scenario, with the milliseconds at which it is looked at.
const MOMENTS: &[(&str, u64)] = &[
    ("first-election", 215),
    ("split-vote", 175),
    ("deaf-node", 700),
    ("one-command", 290),
    ("leader-crash", 500),
    ("two-leaders", 200),
    ("figure-7", 20),
    ("everyone-crashes", 400),
    ("vote-forgotten", 140),
    ("late-mail", 450),
    ("figure-8", 300),
    ("too-far-behind", 350),
];

#[derive(PartialEq, Properties)]
struct Props {
    content: Html,
}

/// Nothing but what it is given.
#[component]
fn Shown(props: &Props) -> Html {
    props.content.clone()
}

/// Draws to text, a tag a line, so that a change is seen where it is.
fn drawn(content: Html) -> String {
    let runtime =
        tokio::runtime::Builder::new_current_thread().build().expect("one thread can be had");
    let local = tokio::task::LocalSet::new();
    let html = local.block_on(&runtime, async move {
        let renderer = yew::LocalServerRenderer::<Shown>::with_props(Props { content });
        renderer.hydratable(false).render().await
    });
    html.replace("><", ">\n<")
}

/// A scenario, paused at its edge after so many milliseconds.
fn opened(id: &str, millis: u64) -> Model {
    let scenario = scenarios::by_id(id).unwrap_or_else(|| panic!("there is no scenario {id}"));
    let mut model = Model::new();
    model.update(Action::Open(What::Listed { number: scenario.number }));
    model.update(Action::Pause);
    model.play.advance(Moment::after(Time::from_micros(millis * 1_000)), 100_000);
    // Shows the moment the run has come to.
    model.update(Action::ToEdge);
    model
}

/// The logs and every page of the right column.
fn columns(model: &mut Model, text: &mut String) {
    let on = Callback::noop();
    let mut add = |name: &str, content: Html| {
        text.push_str(&format!("<!-- {name} -->\n{}\n", drawn(content)));
    };
    add("logs", pages::logs(model, "middle", &on));
    let tabs = [Tab::Events, Tab::Inspect, Tab::Checks, Tab::Script];
    for (tab, name) in tabs.into_iter().zip(["events", "inspect", "checks", "script"]) {
        model.tab = tab;
        add(name, pages::details(model, &on));
    }
}

/// All panels of a scenario at a moment, its leader selected.
fn panels(id: &str, millis: u64) -> String {
    let mut model = opened(id, millis);
    let title = scenarios::by_id(id).map_or("", |scenario| scenario.title);
    let leader = model.view().nodes.iter().find(|node| node.glance.leads).map(|node| node.id);
    model.selection = leader.map_or(Selection::Nothing, Selection::Node);
    let stage = drawn(pages::stage(&model, &NodeRef::default(), &Callback::noop()));
    let mut text = format!("<!-- {title} at {millis} ms -->\n<!-- stage -->\n{stage}\n");
    columns(&mut model, &mut text);
    text
}

#[test]
fn panels_show_what_they_showed() {
    let (folder, mut kept) = (kept::path("panels/raft"), Kept::default());
    for (id, millis) in MOMENTS {
        kept.check(&folder.join(format!("{id}.html")), &panels(id, *millis));
    }
    kept.end();
}

/// Scenarios of the store, each with the milliseconds at which its views are looked at.
const STORES: &[(&str, u64)] =
    &[("stale-read-without-asking", 8_000), ("snapshot-restart", 8_000), ("reply-lost", 5)];

/// The views of the store at a moment of a scenario, and the story of its last operation; where a
/// promise is broken, the operations that show it.
fn store(id: &str, millis: u64) -> String {
    let mut model = opened(id, millis);
    model.update(Action::Ask(Asking::Go(Way::Later)));
    model.update(Action::Ask(Asking::Choose));
    let on = Callback::noop();
    let mut text = String::new();
    let mut add = |name: &str, content: Html| {
        text.push_str(&format!("<!-- {name} -->\n{}\n", drawn(content)));
    };
    add("inspect", pages::details(&model, &on));
    let views = [View::Clients, View::Store, View::Snapshots, View::Reads, View::Load];
    for view in views {
        model.update(Action::ShowView(view));
        add(view.title(), pages::middle(&model, "middle", &on));
    }
    model.tab = Tab::Checks;
    add("checks", pages::details(&model, &on));
    let broken = model.view().broken.iter().find(|it| !it.ops.is_empty()).map(|it| it.property);
    if let Some(property) = broken {
        model.update(Action::Ask(Asking::Witness(property, false)));
        add("witness", pages::middle(&model, "middle", &on));
    }
    text
}

#[test]
fn the_views_of_the_store_show_what_they_showed() {
    let (folder, mut kept) = (kept::path("panels/kv"), Kept::default());
    for (id, millis) in STORES {
        kept.check(&folder.join(format!("{id}.html")), &store(id, *millis));
    }
    kept.end();
}

#[test]
fn the_views_of_the_store_use_nothing_that_the_policy_forbids() {
    for (id, millis) in STORES {
        let text = store(id, *millis);
        assert!(!text.contains(" style=") && !text.contains(" onclick="), "{id}: {text}");
    }
}

/// Runs of labs with shards, each with the milliseconds at which it is looked at, and its views.
const SHARDS: &[(&str, u64, &[View], &str)] = &[
    (
        "moving",
        1_085,
        &[View::Shards],
        "scenario shardkv nodes=12 groups=3x3 clients=2 seed=5\n\
         c1 join 1\n\
         c2 put 9 a\n\
         run for 1s\n\
         c1 join 2\n\
         run for 2s\n",
    ),
    (
        "transfers",
        1_500,
        &[View::Shards, View::Bank],
        "scenario txn nodes=9 groups=2x3 clients=3 seed=3 work=bank keys=4\n\
         c1 join 1 2\n\
         run for 2s\n",
    ),
];

/// The stage, the views beside it and what is selected: the leader of the first group, and a client.
fn shards(millis: u64, views: &[View], script: &str) -> String {
    let mut model = Model::new();
    model.update(Action::OpenText(script.to_owned()));
    while model.opening.is_some() {
        model.update(Action::Frame { elapsed: 16_667, steps: 5_000 });
    }
    model.update(Action::Pause);
    model.play.advance(Moment::after(Time::from_micros(millis * 1_000)), 100_000);
    model.update(Action::ToEdge);
    let on = Callback::noop();
    let stage = drawn(pages::stage(&model, &NodeRef::default(), &on));
    let mut text = format!("<!-- stage -->\n{stage}\n");
    for view in views {
        model.update(Action::ShowView(*view));
        let shown = drawn(pages::middle(&model, "middle", &on));
        text.push_str(&format!("<!-- {} -->\n{shown}\n", view.title()));
    }
    // One group alone, with the path to it; then a shard and a request, each with its way.
    model.update(Action::ShowGroup(Some(1), None));
    let stage = drawn(pages::stage(&model, &NodeRef::default(), &on));
    let (bars, logs) =
        (drawn(pages::bars(&model, &on)), drawn(pages::middle(&model, "middle", &on)));
    text.push_str(&format!("<!-- g1 alone -->\n{bars}\n{stage}\n{logs}\n"));
    model.update(Action::ShowShard(9));
    text.push_str(&format!("<!-- shard 9 -->\n{}\n", drawn(pages::bars(&model, &on))));
    text.push_str(&format!("{}\n", drawn(pages::details(&model, &on))));
    let last = model.asked().ops().last().map(|op| op.id);
    if let Some(last) = last {
        model.update(Action::Select(Selection::Operation(last)));
        text.push_str(&format!("<!-- a request -->\n{}\n", drawn(pages::details(&model, &on))));
    }
    let of_group = |group| move |node: &&std::rc::Rc<NodeShown>| node.id.group() == group;
    let nodes = &model.view().nodes;
    let leader = nodes.iter().filter(of_group(Some(1))).find(|node| node.glance.leads);
    let client = nodes.iter().find(|node| node.id.is_client());
    let selected: Vec<_> = leader.into_iter().chain(client).map(|node| node.id).collect();
    for node in selected {
        model.tab = Tab::Inspect;
        model.selection = Selection::Node(node);
        text.push_str(&format!("<!-- {node} -->\n{}\n", drawn(pages::details(&model, &on))));
    }
    text
}

#[test]
fn the_views_of_shards_show_what_they_showed() {
    let (folder, mut kept) = (kept::path("panels/shards"), Kept::default());
    for (id, millis, views, script) in SHARDS {
        let text = shards(*millis, views, script);
        assert!(!text.contains(" style=") && !text.contains(" onclick="), "{id}: {text}");
        kept.check(&folder.join(format!("{id}.html")), &text);
    }
    kept.end();
}

/// Scenarios of transactions and their switches, each with the milliseconds at which it is looked at.
const TRANSACTIONS: &[(u32, u64)] = &[
    (33, 1_150),
    (3401, 3_000),
    (3701, 4_000),
    (3801, 1_400),
    (38, 3_000),
    (39, 1_500),
    (3901, 1_500),
];

/// The views of transactions, and the story of the last but one that was begun.
fn transactions(number: u32, millis: u64) -> String {
    let mut model = Model::new();
    model.update(Action::Open(What::Listed { number }));
    model.update(Action::Pause);
    model.play.advance(Moment::after(Time::from_micros(millis * 1_000)), 100_000);
    model.update(Action::ToEdge);
    let on = Callback::noop();
    let mut text = format!("<!-- {} at {millis} ms -->\n", model.play.title());
    let mut add = |name: &str, content: Html| {
        text.push_str(&format!("<!-- {name} -->\n{}\n", drawn(content)));
    };
    for view in [View::Transactions, View::Waits, View::Order, View::Bank] {
        model.update(Action::ShowView(view));
        add(view.title(), pages::middle(&model, "middle", &on));
    }
    let last = model.asked().ops().iter().rev().nth(1).map(|op| op.id);
    model.update(Action::Select(last.map_or(Selection::Nothing, Selection::Operation)));
    model.update(Action::ShowView(View::Transactions));
    add("selected", pages::middle(&model, "middle", &on));
    add("its story", pages::details(&model, &on));
    text
}

#[test]
fn the_views_of_transactions_show_what_they_showed() {
    let (folder, mut kept) = (kept::path("panels/txn"), Kept::default());
    for (number, millis) in TRANSACTIONS {
        let text = transactions(*number, *millis);
        assert!(!text.contains(" style=") && !text.contains(" onclick="), "{number}: {text}");
        let id = scenarios::by_number(*number).map_or("", |scenario| scenario.id);
        kept.check(&folder.join(format!("{id}.html")), &text);
    }
    kept.end();
}

/// Scenarios of MapReduce and their switches, each with the milliseconds at which it is looked at and
/// with what is kept of that: what shows there what it does not elsewhere.
const JOBS: &[(u32, u64, &[&str])] = &[
    (41, 100, &["stage", "Input and code"]),
    (41, 2_000, &["Flow"]),
    (41, 9_000, &["Output"]),
    (42, 7_000, &["Status"]),
    (44, 9_000, &["Tasks", "its story"]),
    (4601, 8_000, &["Files"]),
    (49, 150_000, &["Rates"]),
];

/// The views of a job and the story of the attempt given out last, which is selected, each with its
/// name.
fn job(number: u32, millis: u64) -> Vec<(&'static str, String)> {
    let mut model = Model::new();
    model.update(Action::Open(What::Listed { number }));
    model.update(Action::Pause);
    model.play.advance(Moment::after(Time::from_micros(millis * 1_000)), 1_000_000);
    model.update(Action::ToEdge);
    let on = Callback::noop();
    let mut all = vec![("stage", drawn(pages::stage(&model, &NodeRef::default(), &on)))];
    let last = model.job().tries_by(model.times().0).last().map(|it| it.id);
    model.update(Action::Select(last.map_or(Selection::Nothing, Selection::Operation)));
    all.push(("its story", drawn(pages::details(&model, &on))));
    for view in model.views() {
        model.update(Action::ShowView(*view));
        let shown = drawn(pages::middle(&model, "middle", &on));
        // The beginning says it: the rest is the text of the corpus.
        let most = if *view == View::Output { 120 } else { usize::MAX };
        all.push((view.title(), shown.lines().take(most).collect::<Vec<_>>().join("\n")));
    }
    all
}

#[test]
fn the_views_of_a_job_show_what_they_showed() {
    let (folder, mut kept) = (kept::path("panels/mapreduce"), Kept::default());
    let mut unseen = None;
    for (number, millis, wanted) in JOBS {
        let scenario = scenarios::by_number(*number).expect("it is in the list");
        let mut text = format!("<!-- {} at {millis} ms -->\n", scenario.title);
        let all = job(*number, *millis);
        let unseen = unseen.get_or_insert_with(|| all.iter().map(|(name, _)| *name).collect());
        for (name, shown) in all {
            let forbids = shown.contains(" style=") || shown.contains(" onclick=");
            assert!(!forbids, "{number}, {name}: {shown}");
            if wanted.contains(&name) {
                text.push_str(&format!("<!-- {name} -->\n{shown}\n"));
                Vec::retain(unseen, |other| *other != name);
            }
        }
        kept.check(&folder.join(format!("{}-{millis}.html", scenario.id)), &text);
    }
    assert_eq!(unseen, Some(Vec::new()), "it is kept nowhere");
    kept.end();
}

#[test]
fn every_scenario_is_looked_at() {
    let shown: Vec<&str> = MOMENTS.iter().map(|(id, _)| *id).collect();
    let of_raft = scenarios::all().filter(|scenario| scenario.parse().setup.lab == "raft");
    assert_eq!(shown, of_raft.map(|scenario| scenario.id).collect::<Vec<_>>());
}

#[test]
fn no_panel_uses_what_the_policy_forbids() {
    for (id, millis) in MOMENTS {
        let text = panels(id, *millis);
        assert!(!text.contains(" style="), "{id}: an inline style");
        assert!(!text.contains(" onclick="), "{id}: an inline script");
    }
}

#[test]
fn the_whole_page_can_be_drawn_without_a_browser() {
    let text = drawn(html! { <netsplit_web::App /> });
    assert_eq!(text.matches("<h1").count(), 1);
    assert!(text.contains("First election"));
}

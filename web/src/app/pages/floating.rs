//! What floats over the page: menus and dialogs.

use netsplit_sim::find::Ground;
use netsplit_sim::moment::Moment;
use netsplit_sim::open::Claim;
use netsplit_sim::{scenarios, words};
use yew::prelude::*;

use crate::components::{
    Find, Help, Luck, Menu, Open, Palette, SearchShown, SetUp, Share, texts, time_text,
};
use crate::later;
use crate::state::action::{Action, Float, Tab};
use crate::state::commands::{self, Item, called};
use crate::state::model::Model;
use crate::state::palette;
use crate::state::selection::{Selection, flying};

/// What the act that is rested on leads to, once that is known.
fn outcome(model: &Model) -> Option<AttrValue> {
    let considered = model.future.as_ref().filter(|future| future.verb().is_some());
    considered.and_then(|future| future.label.clone()).map(AttrValue::from)
}

/// What floats.
pub fn float(model: &Model, on: &Callback<Action>) -> Html {
    match model.float {
        Float::Nothing => html! {},
        Float::Help => html! { <Help letters={model.letters} {on} /> },
        Float::Palette => {
            html! { <Palette written={model.written.clone()} found={palette::find(model)} outcome={outcome(model)} {on} /> }
        }
        Float::Logs => html! { <SetUp seed={model.play.script.setup.seed} {on} /> },
        Float::Menu => {
            if !model.hand.bundle.is_empty() {
                return bundle(model, on);
            }
            let items = commands::commands_for(model, model.selection);
            let about = match model.selection {
                Selection::Node(node) | Selection::Timer(node, _) => Some(node.to_string().into()),
                Selection::Link(one, two) => Some(format!("{one}-{two}").into()),
                Selection::Entry(node, index) => {
                    let place = if model.tab == Tab::Logs { "column" } else { "middle" };
                    Some(format!("log-{place}-{node}-{index}").into())
                }
                _ => None::<AttrValue>,
            };
            let title = match model.selection {
                Selection::Nothing => "The cluster".to_owned(),
                Selection::Node(node) => node.to_string(),
                Selection::Nodes(nodes) => words::nodes(&nodes.iter().collect::<Vec<_>>()),
                Selection::Link(one, two) => format!("{one} – {two}"),
                Selection::Message(id) => flying(model.view(), id).map_or(id.to_string(), called),
                Selection::Timer(node, _) => format!("Timer of {node}"),
                Selection::Entry(node, index) => format!("Entry {index} of {node}"),
                Selection::Branch(_) => "Branch".to_owned(),
                Selection::Operation(op) => format!("Operation {}", op.number()),
                Selection::Shard(shard) => format!("Shard {shard}"),
            };
            html! { <Menu {title} {items} outcome={outcome(model)} at={model.hand.menu_at} {about} {on} /> }
        }
        Float::Luck => match &model.wall {
            Some(wall) => html! {
                <Luck lots={wall.lots.clone()} count={wall.count()} own={wall.case.link.seed}
                    moment={format!("{} s", time_text(wall.moment.at))} goes_on={wall.goes_on()}
                    trouble={wall.trouble.clone().map(AttrValue::from)} {on} />
            },
            None => html! {},
        },
        Float::Find => {
            let lab = model.play.run.lab();
            // What was looked for in another lab is not to be found in this one.
            let hunt = model.hunt.as_ref().filter(|hunt| hunt.search.ground().lab() == Some(lab));
            let search = hunt.map(|hunt| SearchShown {
                mark: hunt.search.mark(),
                anywhere: matches!(hunt.search.ground(), Ground::Swarm(_)),
                tried: hunt.search.tried(),
                most: hunt.search.ground().seeds_most(),
                ended: hunt.ended.clone(),
            });
            html! { <Find {lab} {search} title={model.play.title()} {on} /> }
        }
        Float::Open => {
            html! { <Open trouble={model.trouble.clone().map(AttrValue::from)} {on} /> }
        }
        Float::Share => share(model, on),
        Float::Texts => texts(&model.offered, on),
        Float::Code => later::code().map_or_else(Html::default, |code| (code.ask)(on)),
    }
}

/// The dialog that shares.
fn share(model: &Model, on: &Callback<Action>) -> Html {
    let (view, sharing, part) = (model.view(), &model.sharing, model.shared_link());
    let all = model.branches();
    let shown = all.iter().find(|(branch, _)| branch.shown && all.len() > 1);
    let title = model.shared_title();
    let differs = model.origin.as_ref().is_some_and(|origin| origin.claim == Claim::Differs);
    html! {
        <Share place={model.place()} moment={moment_text(view.moment, model)}
            branch={shown.map(|(_, name)| AttrValue::from(name.clone()))} {title}
            script={sharing.script.clone().map(AttrValue::from)} file={model.play.file_name()}
            content={model.shared_file(&part)}
            fingerprint={view.fingerprint.to_string()} {differs} note={sharing.note.clone()}
            leaves_out={sharing.leaves_out} copied={sharing.fresh(&part)} stale={sharing.is_stale(&part)}
            {part} {on} />
    }
}

/// The list of messages that are drawn as one.
fn bundle(model: &Model, on: &Callback<Action>) -> Html {
    let ids = model.hand.bundle.iter();
    let found = ids.filter_map(|id| flying(model.view(), *id));
    let items: Vec<Item> = found
        .map(|message| Item {
            id: "message",
            name: called(message),
            key: None,
            action: Action::Select(Selection::Message(message.id)),
        })
        .collect();
    let title = format!("{} messages", items.len());
    html! { <Menu {title} {items} outcome={None::<AttrValue>} at={model.hand.menu_at} about={None::<AttrValue>} {on} /> }
}

/// A moment in words: `0.412 s of “First election”`.
fn moment_text(moment: Moment, model: &Model) -> AttrValue {
    let title = model.play.scenario.and_then(|open| scenarios::by_number(open.number));
    let title = title.map_or_else(|| model.play.title(), |open| open.title.to_owned());
    format!("{} s of “{title}”", time_text(moment.at)).into()
}

//! From the model to the views of labs with shards: those of a store, and its own.

use yew::prelude::*;

use super::views;
use crate::components::beside::Views;
use crate::components::shards::{PathBar, ShardMap};
use crate::state::action::Action;
use crate::state::model::Model;
use crate::state::path;
use crate::state::shards::Map;
use crate::state::views::View;

/// What stands beside the stage: tabs, and the view that was chosen; `rows` are those of logs.
pub fn beside(model: &Model, place: &'static str, rows: Html, on: &Callback<Action>) -> Html {
    let page = match model.shown_view() {
        View::Shards => html! { <ShardMap map={Map::new(model.view())} on={on.clone()} /> },
        _ => views::page(model, place, rows, on),
    };
    let (all, shown) = (model.views(), model.shown_view());
    html! { <Views {all} {shown} {place} on={on.clone()}>{ page }</Views> }
}

/// The path above the stage.
pub fn path(model: &Model, on: &Callback<Action>) -> Html {
    let parts = path::path(model.alone, model.selection);
    html! { <PathBar {parts} cast={model.view().cast()} alone={model.alone} on={on.clone()} /> }
}

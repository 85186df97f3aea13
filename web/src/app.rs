//! The root of the page, and the only component with state of its own.

use yew::prelude::*;

/// The whole page.
pub struct App;

impl Component for App {
    type Message = ();
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        App
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! { <main class="page"><h1>{ "Netsplit" }</h1></main> }
    }
}

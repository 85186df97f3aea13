//! The page as a whole.

use wasm_bindgen_test::wasm_bindgen_test;

/// Draws the page into an element of its own and returns what stands in it.
async fn drawn() -> String {
    let document = web_sys::window().and_then(|window| window.document()).expect("a browser");
    let root = document.create_element("div").expect("a div can be made");
    document.body().expect("a body").append_child(&root).expect("a body takes a div");
    yew::Renderer::<netsplit_web::App>::with_root(root.clone()).render();
    yew::scheduler::flush().await;
    root.inner_html()
}

#[wasm_bindgen_test]
async fn has_its_heading() {
    assert!(drawn().await.contains("<h1"), "the page has one heading");
}

//! The page as a whole, mounted.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

/// Mounts the page into an element of its own.
async fn mounted() -> Element {
    let document = web_sys::window().and_then(|window| window.document()).expect("a browser");
    let root = document.create_element("div").expect("a div can be made");
    document.body().expect("a body").append_child(&root).expect("a body takes a div");
    yew::Renderer::<netsplit_web::App>::with_root(root.clone()).render();
    yew::scheduler::flush().await;
    root
}

fn count(root: &Element, selector: &str) -> u32 {
    root.query_selector_all(selector).expect("the selector is one").length()
}

async fn click(root: &Element, selector: &str) {
    let found = root.query_selector(selector).expect("the selector is one");
    let button = found.and_then(|found| found.dyn_into::<HtmlElement>().ok());
    button.unwrap_or_else(|| panic!("nothing matches {selector}")).click();
    yew::scheduler::flush().await;
}

#[wasm_bindgen_test]
async fn has_one_heading_five_nodes_and_the_list() {
    let root = mounted().await;
    assert_eq!(count(&root, "h1"), 1);
    assert_eq!(count(&root, ".node"), 5);
    assert!(count(&root, ".scenarios-part .scenarios-item") >= 12);
    // Everything below the scenarios is folded until somebody asks for it.
    assert_eq!(count(&root, ".scenarios-tests"), 0);
    click(&root, "#course-tests-fold").await;
    assert_eq!(count(&root, ".scenarios-tests .scenarios-item"), 28);
    assert_eq!(count(&root, "[style]"), 0, "the page's policy forbids style attributes");
    root.remove();
}

#[wasm_bindgen_test]
async fn buttons_step_and_open_pages() {
    let root = mounted().await;
    click(&root, "#play").await;
    for _ in 0..4 {
        click(&root, "#step").await;
    }
    let steps = root.query_selector("#steps").expect("the selector is one").expect("it is there");
    let before = steps.text_content();
    click(&root, "#back").await;
    assert_ne!(steps.text_content(), before);
    for (tab, page) in
        [("checks", ".checks-row"), ("script", ".script-line"), ("inspect", ".inspect-empty")]
    {
        click(&root, &format!("#tab-{tab}")).await;
        assert!(count(&root, page) > 0, "{tab}");
    }
    root.remove();
}

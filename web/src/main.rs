//! Puts the page into the document; everything else is in the library, where tests reach it.

fn main() {
    netsplit_web::show_panics();
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("app"));
    let root = root.expect("index.html has an element with the id `app`");
    // What stood there before the program is drawn over, not added to.
    root.replace_children_with_node_0();
    yew::Renderer::<netsplit_web::App>::with_root(root).render();
}

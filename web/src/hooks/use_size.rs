//! The size of an element, kept as it changes.

use yew::prelude::*;

use crate::browser::Resizing;
use crate::draw::ring::Size;

/// The size of what a reference stands for; `before` until it is known.
#[hook]
pub fn use_size(element: NodeRef, before: Size) -> Size {
    let size = use_state_eq(|| before);
    let kept = size.clone();
    use_effect_with((), move |()| {
        let observed = element.cast::<web_sys::Element>();
        let of = element.clone();
        let measure = move || {
            if let Some(element) = of.cast::<web_sys::Element>() {
                let (width, height) = (element.client_width(), element.client_height());
                kept.set(Size { width: f64::from(width.max(1)), height: f64::from(height.max(1)) });
            }
        };
        measure();
        let resizing = observed.and_then(|observed| Resizing::of(&observed, measure));
        move || drop(resizing)
    });
    *size
}

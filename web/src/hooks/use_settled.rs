//! An effect that measures the page.

use gloo_render::request_animation_frame;
use yew::prelude::*;

/// What is done after what a component depends on has changed, at the begin of the next frame,
/// before anything is changed in it. The page is laid out then; asked for a place in the middle of
/// a frame, the browser has to lay it out twice.
#[hook]
pub fn use_settled<D: PartialEq + 'static>(of: D, effect: impl FnOnce() + 'static) {
    use_effect_with(of, move |_| {
        let frame = request_animation_frame(move |_| effect());
        move || drop(frame)
    });
}

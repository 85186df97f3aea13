//! Sines and arcs. A browser has them already, and WebAssembly would bring its own.

/// Sine and cosine of a turn.
pub fn sin_cos(turn: f64) -> (f64, f64) {
    match cfg!(target_arch = "wasm32") {
        true => (js_sys::Math::sin(turn), js_sys::Math::cos(turn)),
        false => turn.sin_cos(),
    }
}

/// The turn of a direction.
pub fn atan2(y: f64, x: f64) -> f64 {
    if cfg!(target_arch = "wasm32") { js_sys::Math::atan2(y, x) } else { y.atan2(x) }
}

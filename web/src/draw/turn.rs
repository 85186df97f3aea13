//! Sines and arcs. A browser has them already, and WebAssembly would bring its own.

/// Sine and cosine of a turn.
pub fn sin_cos(turn: f64) -> (f64, f64) {
    #[cfg(target_arch = "wasm32")]
    return (js_sys::Math::sin(turn), js_sys::Math::cos(turn));
    #[cfg(not(target_arch = "wasm32"))]
    turn.sin_cos()
}

/// The turn of a direction.
pub fn atan2(y: f64, x: f64) -> f64 {
    #[cfg(target_arch = "wasm32")]
    return js_sys::Math::atan2(y, x);
    #[cfg(not(target_arch = "wasm32"))]
    y.atan2(x)
}

//! Geometry, pure: where things are on the stage and on the time line.

pub mod flight;
pub mod hit;
pub mod lanes;
pub mod logs;
pub mod qr;
pub mod ring;
pub mod scale;
pub mod timeline;

//! Geometry, pure: where things are on the stage and on the time line.

pub mod alone;
pub mod bars;
pub mod clients;
pub mod flight;
pub mod flows;
pub mod hit;
pub mod islands;
pub mod lanes;
pub mod logs;
pub mod parts;
pub mod picture;
pub mod point;
pub mod qr;
pub mod ring;
pub mod scale;
pub mod sweep;
pub mod tenths;
pub mod timeline;
pub mod turn;

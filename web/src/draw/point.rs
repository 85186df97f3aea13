//! Places, sizes and directions, in pixels.

use super::tenths::within;

/// A place, in pixels from the upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A size in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Point {
    /// This place.
    pub const fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    /// How far another place is.
    pub fn distance(self, other: Point) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The place at a share of the way to another, from 0 to 1.
    pub fn towards(self, other: Point, share: f64) -> Point {
        Point::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    /// The place so many pixels further in a direction given by its sine and cosine.
    pub fn offset(self, direction: Point, pixels: f64) -> Point {
        Point::new(self.x + direction.x * pixels, self.y + direction.y * pixels)
    }

    /// The direction to another place, of length 1; to the right when it is the same.
    pub fn direction(self, other: Point) -> Point {
        match self.distance(other) {
            0.0 => Point::new(1.0, 0.0),
            length => Point::new((other.x - self.x) / length, (other.y - self.y) / length),
        }
    }

    /// A direction turned by a right angle, clockwise on the screen.
    pub fn aside(self) -> Point {
        Point::new(-self.y, self.x)
    }

    /// How far this place lies in a direction.
    pub fn dot(self, direction: Point) -> f64 {
        self.x * direction.x + self.y * direction.y
    }

    /// How far this place is from the line between two others.
    pub fn from_segment(self, start: Point, end: Point) -> f64 {
        let length = start.distance(end);
        if length == 0.0 {
            return self.distance(start);
        }
        let along = start.direction(end);
        let share = Point::new(self.x - start.x, self.y - start.y).dot(along) / length;
        self.distance(start.towards(end, within(share, 0.0, 1.0)))
    }
}

/// Whether two lines meet between their ends.
pub fn cross(one: (Point, Point), two: (Point, Point)) -> bool {
    let side = |(start, end): (Point, Point), at: Point| {
        ((end.x - start.x) * (at.y - start.y) - (end.y - start.y) * (at.x - start.x)).signum()
    };
    side(one, two.0) * side(one, two.1) < 0.0 && side(two, one.0) * side(two, one.1) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_from_a_line_ends_at_its_ends() {
        let (start, end) = (Point::new(0.0, 0.0), Point::new(10.0, 0.0));
        assert_eq!(Point::new(5.0, 3.0).from_segment(start, end), 3.0);
        assert_eq!(Point::new(13.0, 4.0).from_segment(start, end), 5.0);
    }

    #[test]
    fn lines_meet_between_their_ends_only() {
        let at = Point::new;
        let flat = (at(0.0, 0.0), at(10.0, 0.0));
        assert!(cross(flat, (at(5.0, -1.0), at(5.0, 1.0))));
        assert!(!cross(flat, (at(5.0, 1.0), at(5.0, 2.0))));
        assert!(!cross(flat, (at(11.0, -1.0), at(11.0, 1.0))));
    }
}

//! Desks that hear each other through bytes, as Web Workers do through the page.

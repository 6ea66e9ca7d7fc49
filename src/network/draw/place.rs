//! Where the ports are written: on their line, at the first place where nothing else is written.

use crate::network::draw::layout::{Curve, NODE_HEIGHT, NODE_WIDTH};

/// How wide a letter of a port is taken to be.
pub(crate) const LETTER: i32 = 7;
const TALL: i32 = 14;
/// Places along a piece of the line, in percent, the best first.
const PLACES: [i64; 9] = [50, 42, 58, 34, 66, 26, 74, 18, 82];

type Area = (i32, i32, i32, i32);

/// What is taken already.
#[derive(Debug)]
pub(crate) struct Labels {
    taken: Vec<Area>,
}

impl Labels {
    pub(crate) fn new(boxes: &[(i32, i32)]) -> Self {
        let area = |&(x, y): &(i32, i32)| (x, y, x + NODE_WIDTH, y + NODE_HEIGHT);
        Self { taken: boxes.iter().map(area).collect() }
    }

    /// Finds a place for so many letters; the middle of their base line.
    pub(crate) fn put(&mut self, curve: &Curve, letters: usize) -> (i32, i32) {
        let wide = i32::try_from(letters).unwrap_or(i32::MAX / 64).min(200) * LETTER;
        let area = |(x, y): (i32, i32)| (x - wide / 2, y - TALL, x + wide / 2, y + 2);
        let mut best: Option<(i64, (i32, i32))> = None;
        for piece in curve.pieces() {
            for place in PLACES {
                let (x, y) = point(piece, place);
                // A little above the line.
                let at = (x, y - 3);
                let covered: i64 = self.taken.iter().map(|other| overlap(area(at), *other)).sum();
                if best.is_none_or(|(least, _)| covered < least) {
                    best = Some((covered, at));
                }
                if covered == 0 {
                    break;
                }
            }
            if best.is_some_and(|(covered, _)| covered == 0) {
                break;
            }
        }
        let at = best.map_or((0, 0), |(_, at)| at);
        self.taken.push(area(at));
        at
    }
}

/// The point of a cubic curve at so many percent.
fn point(piece: [(i32, i32); 4], percent: i64) -> (i32, i32) {
    let (t, u) = (percent, 100 - percent);
    let mix = |a: i32, b: i32, c: i32, d: i32| {
        let sum = u * u * u * i64::from(a)
            + 3 * u * u * t * i64::from(b)
            + 3 * u * t * t * i64::from(c)
            + t * t * t * i64::from(d);
        i32::try_from(sum / 1_000_000).unwrap_or_default()
    };
    let [a, b, c, d] = piece;
    (mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1))
}

fn overlap(a: Area, b: Area) -> i64 {
    let wide = a.2.min(b.2) - a.0.max(b.0);
    let tall = a.3.min(b.3) - a.1.max(b.1);
    if wide > 0 && tall > 0 { i64::from(wide) * i64::from(tall) } else { 0 }
}

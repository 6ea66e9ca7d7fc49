//! Where the boxes go: layers from left to right, so that most arrows point one way and none runs through a box.
//!
//! The usual four steps: turn arrows that close a circle around, put every box behind all that point at it, keep a free
//! lane where a line passes a layer, then order each layer by the middle of its neighbours. No step hangs on chance.

use std::collections::BTreeMap;

/// The width of a box.
pub(crate) const NODE_WIDTH: i32 = 190;
/// The height of a box.
pub(crate) const NODE_HEIGHT: i32 = 46;
/// Room between layers, for the ports.
const GAP_X: i32 = 170;
/// Room between boxes of a layer.
const GAP_Y: i32 = 30;
/// The height of a lane for a line that passes a layer.
const LANE: i32 = 22;
const MARGIN: i32 = 28;
/// How often layers are put in order, there and back.
const SWEEPS: usize = 8;

/// A line through points, from box to box.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    pub(crate) points: Vec<(i32, i32)>,
    /// From a box to itself.
    pub(crate) own: bool,
}

impl Curve {
    /// The pieces as cubic curves: start, two handles, end.
    pub(crate) fn pieces(&self) -> Vec<[(i32, i32); 4]> {
        if self.own {
            let Some(&(x, y)) = self.points.first() else { return Vec::new() };
            return vec![[(x + 40, y), (x + 40, y - 34), (x + 110, y - 34), (x + 110, y)]];
        }
        let pairs = self.points.iter().zip(self.points.iter().skip(1));
        pairs
            .map(|(&(x1, y1), &(x2, y2))| {
                let bend = (x2 - x1) / 2;
                [(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)]
            })
            .collect()
    }

    pub(crate) fn path(&self) -> String {
        let mut text = String::new();
        for (at, [from, one, two, to]) in self.pieces().into_iter().enumerate() {
            if at == 0 {
                text.push_str(&format!("M{} {}", from.0, from.1));
            }
            text.push_str(&format!("C{} {} {} {} {} {}", one.0, one.1, two.0, two.1, to.0, to.1));
        }
        text
    }
}

/// The finished plan.
#[derive(Debug)]
pub(crate) struct Layout {
    /// Upper left corners, one a node.
    pub(crate) boxes: Vec<(i32, i32)>,
    /// One a link, in their order.
    pub(crate) curves: Vec<Curve>,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Node(usize),
    /// A lane: the link, the layer.
    Lane(usize, usize),
}

/// Places `nodes` boxes with these links, whose ends are below `nodes`.
pub(crate) fn lay_out(nodes: usize, links: &[(usize, usize)]) -> Layout {
    let forward = without_circles(nodes, links);
    let layer = layers(nodes, &forward);
    let of = |node: usize| layer.get(node).copied().unwrap_or_default();
    let count = layer.iter().copied().max().map_or(0, |last| last + 1);
    let mut rows: Vec<Vec<Item>> = vec![Vec::new(); count];
    let mut put = |at: usize, item: Item| {
        if let Some(row) = rows.get_mut(at) {
            row.push(item);
        }
    };
    (0..nodes).for_each(|node| put(of(node), Item::Node(node)));
    let mut chains: Vec<Vec<Item>> = Vec::new();
    for (at, &(from, to)) in forward.iter().enumerate() {
        let mut chain = vec![Item::Node(from)];
        for layer in of(from) + 1..of(to) {
            put(layer, Item::Lane(at, layer));
            chain.push(Item::Lane(at, layer));
        }
        chain.push(Item::Node(to));
        chains.push(chain);
    }
    order(&mut rows, &chains);
    draw(nodes, links, &rows, &chains)
}

/// The links with those turned around that would close a circle.
fn without_circles(nodes: usize, links: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    let mut reached = vec![false; nodes];
    for &(from, to) in links.iter().filter(|(from, to)| from != to) {
        if let Some(list) = next.get_mut(from) {
            list.push(to);
        }
        if let Some(flag) = reached.get_mut(to) {
            *flag = true;
        }
    }
    // Those that nobody reaches come first: what people call from is what they look for at the left.
    let roots = (0..nodes).filter(|n| reached.get(*n) == Some(&false));
    let starts: Vec<usize> = roots.chain(0..nodes).collect();
    let mut done: Vec<Option<usize>> = vec![None; nodes];
    let mut clock = 0;
    for start in starts {
        finish(start, &next, &mut done, &mut clock);
    }
    let after = |node: usize| done.get(node).copied().flatten().unwrap_or_default();
    // Who is left last stands first; a link to someone who is left later closes a circle.
    let turn = |&(from, to): &(usize, usize)| {
        if after(from) < after(to) { (to, from) } else { (from, to) }
    };
    links.iter().map(turn).collect()
}

/// Depth first, without recursion; notes in which order nodes are left.
fn finish(start: usize, next: &[Vec<usize>], done: &mut [Option<usize>], clock: &mut usize) {
    let mut entered: BTreeMap<usize, usize> = BTreeMap::new();
    let mut stack = vec![start];
    while let Some(&node) = stack.last() {
        if done.get(node).is_none_or(Option::is_some) {
            stack.pop();
            continue;
        }
        let place = entered.entry(node).or_insert(0);
        let list = next.get(node).map_or(&[][..], Vec::as_slice);
        let follow = list.get(*place).copied();
        *place += 1;
        match follow {
            Some(to) if done.get(to) == Some(&None) && !entered.contains_key(&to) => stack.push(to),
            Some(_) => {}
            None => {
                if let Some(slot) = done.get_mut(node) {
                    *slot = Some(*clock);
                    *clock += 1;
                }
                stack.pop();
            }
        }
    }
}

/// Every node one behind the farthest that points at it.
fn layers(nodes: usize, links: &[(usize, usize)]) -> Vec<usize> {
    let mut layer = vec![0_usize; nodes];
    // Without circles this settles after as many rounds as the longest way has steps.
    for _ in 0..nodes {
        let mut moved = false;
        for &(from, to) in links.iter().filter(|(from, to)| from != to) {
            let behind = layer.get(from).copied().unwrap_or_default() + 1;
            if let Some(slot) = layer.get_mut(to).filter(|slot| **slot < behind) {
                *slot = behind;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    layer
}

/// Orders each layer by where its neighbours stand.
fn order(rows: &mut [Vec<Item>], chains: &[Vec<Item>]) {
    let mut left: BTreeMap<Item, Vec<Item>> = BTreeMap::new();
    let mut right: BTreeMap<Item, Vec<Item>> = BTreeMap::new();
    for chain in chains {
        for (a, b) in chain.iter().zip(chain.iter().skip(1)).filter(|(a, b)| a != b) {
            right.entry(*a).or_default().push(*b);
            left.entry(*b).or_default().push(*a);
        }
    }
    for sweep in 0..SWEEPS {
        let there = sweep % 2 == 0;
        let (sides, count) = (if there { &left } else { &right }, rows.len());
        for step in 1..count {
            let at = if there { step } else { count - 1 - step };
            let neighbour = if there { at - 1 } else { at + 1 };
            // Shares of the whole, in thousands: layers differ in length.
            let Some(fixed) = rows.get(neighbour) else { continue };
            let length = fixed.len().max(1);
            let places: BTreeMap<Item, usize> = fixed
                .iter()
                .enumerate()
                .map(|(i, item)| (*item, (2 * i + 1) * 500_000 / length))
                .collect();
            let Some(row) = rows.get_mut(at) else { continue };
            let own_length = row.len().max(1);
            let mut keyed: Vec<(usize, usize, Item)> = row
                .iter()
                .enumerate()
                .map(|(i, item)| {
                    let near: Vec<usize> = sides
                        .get(item)
                        .into_iter()
                        .flatten()
                        .filter_map(|other| places.get(other).copied())
                        .collect();
                    let own = (2 * i + 1) * 500_000 / own_length;
                    let sum: usize = near.iter().sum();
                    (sum.checked_div(near.len()).unwrap_or(own), i, *item)
                })
                .collect();
            keyed.sort_unstable();
            *row = keyed.into_iter().map(|(_, _, item)| item).collect();
        }
    }
}

fn draw(
    nodes: usize,
    links: &[(usize, usize)],
    rows: &[Vec<Item>],
    chains: &[Vec<Item>],
) -> Layout {
    let tall = |item: &Item| match item {
        Item::Node(_) => NODE_HEIGHT + GAP_Y,
        Item::Lane(..) => LANE,
    };
    let heights: Vec<i32> = rows.iter().map(|row| row.iter().map(tall).sum()).collect();
    let height = heights.iter().copied().max().unwrap_or(0);
    let mut boxes = vec![(0, 0); nodes];
    let mut middles: BTreeMap<Item, (i32, i32)> = BTreeMap::new();
    let mut x = MARGIN;
    for (row, own) in rows.iter().zip(&heights) {
        let mut y = MARGIN + (height - own) / 2;
        for item in row {
            let center = match item {
                Item::Node(node) => {
                    let top = y + GAP_Y / 2;
                    if let Some(slot) = boxes.get_mut(*node) {
                        *slot = (x, top);
                    }
                    top + NODE_HEIGHT / 2
                }
                Item::Lane(..) => y + LANE / 2,
            };
            middles.insert(*item, (x, center));
            y += tall(item);
        }
        x += NODE_WIDTH + GAP_X;
    }
    let curves = links
        .iter()
        .zip(chains)
        .map(|(link, chain)| curve(*link, chain, &middles, &boxes))
        .collect();
    Layout {
        boxes,
        curves,
        width: (x - GAP_X + MARGIN).max(2 * MARGIN + NODE_WIDTH),
        height: (height + 2 * MARGIN).max(2 * MARGIN + NODE_HEIGHT),
    }
}

fn curve(
    link: (usize, usize),
    chain: &[Item],
    middles: &BTreeMap<Item, (i32, i32)>,
    boxes: &[(i32, i32)],
) -> Curve {
    if link.0 == link.1 {
        return Curve { points: boxes.get(link.0).copied().into_iter().collect(), own: true };
    }
    let last = chain.len().saturating_sub(1);
    let mut points = Vec::new();
    for (at, item) in chain.iter().enumerate() {
        let Some(&(x, y)) = middles.get(item) else { continue };
        match item {
            Item::Node(_) if at == 0 => points.push((x + NODE_WIDTH, y)),
            Item::Node(_) if at == last => points.push((x, y)),
            // Straight through the layer, between the boxes.
            _ => points.extend([(x, y), (x + NODE_WIDTH, y)]),
        }
    }
    let turned = chain.first() != Some(&Item::Node(link.0));
    if turned {
        points.reverse();
    }
    Curve { points, own: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arrows_point_right_where_there_is_no_circle() {
        let layout = lay_out(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]);
        let x = |node: usize| layout.boxes[node].0;
        assert!(x(0) < x(1) && x(1) < x(2) && x(3) < x(2));
        // The link that passes a layer has a lane of its own there.
        assert_eq!(layout.curves[2].points.len(), 4);
    }

    proptest! {
        #[test]
        fn boxes_never_overlap_and_any_graph_is_placed(
            links in proptest::collection::btree_set((0_usize..25, 0_usize..25), 0..80)
        ) {
            let links: Vec<_> = links.into_iter().collect();
            let layout = lay_out(25, &links);
            prop_assert_eq!(layout.curves.len(), links.len());
            for (at, one) in layout.boxes.iter().enumerate() {
                prop_assert!(one.0 >= 0 && one.1 >= 0);
                prop_assert!(one.0 + NODE_WIDTH <= layout.width && one.1 + NODE_HEIGHT <= layout.height);
                for other in layout.boxes.iter().skip(at + 1) {
                    let apart = (one.0 - other.0).abs() >= NODE_WIDTH || (one.1 - other.1).abs() >= NODE_HEIGHT;
                    prop_assert!(apart, "{:?} {:?}", one, other);
                }
            }
        }
    }
}

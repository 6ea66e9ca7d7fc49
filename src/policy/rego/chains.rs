//! Whether rules come back to themselves, and how far they stand on each other: a stack that runs over cannot be caught.

use std::collections::{BTreeMap, BTreeSet};

/// How far rules may stand on each other.
const CHAIN_MAX: usize = 100;

/// Which rule names which.
pub(crate) type Edges = BTreeMap<String, BTreeSet<String>>;

/// The rule at fault and what is wrong with it.
pub(crate) fn fault(names: &[&String], edges: &Edges) -> Option<(String, String)> {
    let mut heights = BTreeMap::new();
    for name in names {
        if let Err(cycle) = height(name, edges, &mut Vec::new(), &mut heights) {
            let message = format!(
                "`{}` comes back to itself, and nothing would end that; a variable that has the name of a rule counts \
                 too: give it another name",
                cycle.join("` -> `")
            );
            return Some((cycle.into_iter().next()?, message));
        }
    }
    let (name, _) = heights.into_iter().find(|(_, height)| *height > CHAIN_MAX)?;
    let message =
        format!("`{name}` stands on more than {CHAIN_MAX} rules, one on the other: flatten them");
    Some((name, message))
}

/// At most as deep as a module has rules, on a deep stack.
fn height(
    name: &String,
    edges: &Edges,
    way: &mut Vec<String>,
    heights: &mut BTreeMap<String, usize>,
) -> Result<usize, Vec<String>> {
    if let Some(height) = heights.get(name) {
        return Ok(*height);
    }
    if let Some(start) = way.iter().position(|on_way| on_way == name) {
        let mut cycle = way.split_off(start);
        cycle.push(name.clone());
        return Err(cycle);
    }
    way.push(name.clone());
    let mut most = 0;
    for next in edges.get(name).into_iter().flatten() {
        most = most.max(1 + height(next, edges, way, heights)?);
    }
    way.pop();
    heights.insert(name.clone(), most);
    Ok(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_and_long_chains_are_found() {
        let name = |i: usize| format!("r{i:03}");
        let chain = |length: usize| -> Edges {
            (0..length).map(|i| (name(i), BTreeSet::from([name(i + 1)]))).collect()
        };
        let asked = |edges: &Edges| {
            let names: BTreeSet<&String> = edges.keys().chain(edges.values().flatten()).collect();
            fault(&names.into_iter().collect::<Vec<_>>(), edges)
        };
        assert_eq!(asked(&chain(100)), None);
        assert_eq!(asked(&chain(101)).unwrap().0, "r000");
        let mut round = chain(5);
        round.insert(name(5), BTreeSet::from([name(2)]));
        let (at, message) = asked(&round).unwrap();
        assert!(
            at == "r002" && message.contains("`r002` -> `r003` -> `r004` -> `r005` -> `r002`"),
            "{message}"
        );
    }
}

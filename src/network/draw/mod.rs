//! The map as a drawing: one SVG file by itself, without scripts or anything to load, for light and dark screens.

mod layout;
mod place;

use crate::domain::visible;
use crate::network::build::too_many;
use crate::network::draw::layout::{Layout, NODE_HEIGHT, NODE_WIDTH, lay_out};
use crate::network::draw::place::{LETTER, Labels};
use crate::network::error::NetworkError;
use crate::network::model::{Peer, Protocol, ServiceMap};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// More services than this nobody can read.
const SERVICES_MAX: usize = 200;
/// More lines than this, neither.
const LINKS_MAX: usize = 2_000;
/// More addresses than this are drawn as one.
const ADDRESSES_MAX: usize = 12;
/// Letters of a name that fit into its box.
const NAME_LETTERS: usize = 24;
/// Ports named at one line.
const PORTS_SHOWN: usize = 3;

/// Plain values, and once more for dark screens: many viewers know no variables.
const STYLE: &str = "\
text{font-family:ui-sans-serif,system-ui,sans-serif;fill:#17202b}.name{font-size:14px;font-weight:600}.space{font-size:11px;fill:#5b6b7f}\
.port{font-size:11px;font-family:ui-monospace,monospace;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}\
.page{fill:#fff}.box{fill:#f2f5f9;stroke:#8b98a8}.out{fill:#fff4e0;stroke:#8b98a8;stroke-dasharray:4 3}\
.link{fill:none;stroke:#5b6b7f;stroke-width:1.4}.guess{stroke-dasharray:6 4}.head{fill:#5b6b7f}\
@media (prefers-color-scheme:dark){text{fill:#e8edf3}.space{fill:#a3b1c2}.port{stroke:#12171d}.page{fill:#12171d}\
.box{fill:#1f2933;stroke:#6b7a8c}.out{fill:#3a2f1a;stroke:#6b7a8c}.link{stroke:#93a4b8}.head{fill:#93a4b8}}";

/// A box of the drawing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// A service or one address.
    One(Peer),
    /// So many addresses that they are drawn as one.
    Outside(usize),
}

#[derive(Debug, Default)]
struct Link {
    ports: BTreeSet<(Protocol, u16)>,
    guessed: bool,
}

/// Draws the map as a file that stands by itself.
///
/// # Errors
/// When it holds more than anybody could read.
pub fn svg(map: &ServiceMap) -> Result<String, NetworkError> {
    drawn(map, &format!("<style>{STYLE}</style>\n"))
}

/// Draws the map for a page, whose own style sheet says how the same classes look: pages that run and load nothing foreign
/// take no style from inside either.
///
/// # Errors
/// Those of [`svg`].
pub fn svg_in_page(map: &ServiceMap) -> Result<String, NetworkError> {
    drawn(map, "")
}

fn drawn(map: &ServiceMap, style: &str) -> Result<String, NetworkError> {
    too_many(map.services.len(), SERVICES_MAX, "services in a drawing")?;
    let (nodes, links) = gather(map);
    too_many(links.len(), LINKS_MAX, "lines in a drawing")?;
    let pairs: Vec<(usize, usize)> = links.keys().copied().collect();
    let layout = lay_out(nodes.len(), &pairs);
    let mut out = String::new();
    write_all(&mut out, &nodes, &links, &layout, (map, style)).map_err(|_| {
        NetworkError::Write { name: "drawing".to_owned(), reason: "no room".to_owned() }
    })?;
    Ok(out)
}

fn gather(map: &ServiceMap) -> (Vec<Node>, BTreeMap<(usize, usize), Link>) {
    let ends = || map.edges.iter().flat_map(|edge| [&edge.source, &edge.target]);
    let addresses: BTreeSet<&Peer> = ends().filter(|peer| peer.service().is_none()).collect();
    let outside = (addresses.len() > ADDRESSES_MAX).then_some(Node::Outside(addresses.len()));
    let node = |peer: &Peer| match (&outside, peer) {
        (Some(outside), Peer::Address(_)) => outside.clone(),
        _ => Node::One(peer.clone()),
    };
    let services = map.services.iter().map(|one| Node::One(Peer::Service(one.id.clone())));
    let all: BTreeSet<Node> = services.chain(ends().map(node)).collect();
    let nodes: Vec<Node> = all.into_iter().collect();
    let mut links: BTreeMap<(usize, usize), Link> = BTreeMap::new();
    for edge in &map.edges {
        let at = |peer| nodes.binary_search(&node(peer)).unwrap_or_default();
        let fresh = || Link { guessed: true, ..Link::default() };
        let link = links.entry((at(&edge.source), at(&edge.target))).or_insert_with(fresh);
        link.ports.insert((edge.protocol, edge.port));
        link.guessed &= edge.guessed;
    }
    (nodes, links)
}

fn write_all(
    out: &mut String,
    nodes: &[Node],
    links: &BTreeMap<(usize, usize), Link>,
    layout: &Layout,
    (map, style): (&ServiceMap, &str),
) -> std::fmt::Result {
    let (width, height) = (layout.width, layout.height);
    write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" class=\"map\" role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">Services and their connections</title>\n\
         <desc id=\"d\">{} services, {} connections. Arrows point from who connects to who is reached.</desc>\n\
         {style}<defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto-start-reverse\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n",
        map.services.len(),
        map.edges.len()
    )?;
    let mut labels = Labels::new(&layout.boxes);
    let mut texts = String::new();
    for ((pair, link), curve) in links.iter().zip(&layout.curves) {
        let class = if link.guessed { "link guess" } else { "link" };
        let name = |at: usize| nodes.get(at).map(full).unwrap_or_default();
        let words = ports(link, usize::MAX);
        writeln!(
            out,
            "<path class=\"{class}\" marker-end=\"url(#a)\" d=\"{}\"><title>{} to {}: {}</title></path>",
            curve.path(),
            escape(&name(pair.0)),
            escape(&name(pair.1)),
            escape(&words)
        )?;
        let words = ports(link, PORTS_SHOWN);
        let (x, y) = labels.put(curve, words.chars().count());
        writeln!(
            texts,
            "<text class=\"port\" text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">{}</text>",
            escape(&words)
        )?;
    }
    for (node, at) in nodes.iter().zip(&layout.boxes) {
        let (name, space) = words(node);
        let class = if matches!(node, Node::One(Peer::Service(_))) { "box" } else { "out" };
        let (x, y) = (at.0, at.1);
        let middle = x + NODE_WIDTH / 2;
        writeln!(
            out,
            "<g><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{NODE_WIDTH}\" \
             height=\"{NODE_HEIGHT}\" rx=\"8\"/><text class=\"name\" text-anchor=\"middle\" x=\"{middle}\" \
             y=\"{}\">{}</text><text class=\"space\" text-anchor=\"middle\" x=\"{middle}\" y=\"{}\">{}</text></g>",
            escape(&full(node)),
            y + 20,
            escape(&name),
            y + 36,
            escape(&space)
        )?;
    }
    out.push_str(&texts);
    out.push_str("</svg>\n");
    Ok(())
}

fn cut(text: &str) -> String {
    let seen = visible::inline(text).text;
    if seen.chars().count() <= NAME_LETTERS {
        return seen;
    }
    seen.chars().take(NAME_LETTERS - 1).chain(['…']).collect()
}

fn words(node: &Node) -> (String, String) {
    match node {
        Node::One(Peer::Service(id)) => (cut(&id.name), cut(&id.namespace)),
        Node::One(Peer::Address(address)) => (cut(&address.to_string()), "outside".to_owned()),
        Node::Outside(count) => ("outside".to_owned(), format!("{count} addresses")),
    }
}

fn full(node: &Node) -> String {
    match node {
        Node::One(peer) => visible::inline(&peer.to_string()).text,
        Node::Outside(count) => format!("{count} addresses outside"),
    }
}

/// `TCP 80, 443, UDP 53`, no more than so many.
fn ports(link: &Link, most: usize) -> String {
    let (mut text, mut last) = (String::new(), None);
    for (protocol, port) in link.ports.iter().take(most) {
        let gap = if text.is_empty() { "" } else { ", " };
        let name = if last == Some(protocol) { "" } else { protocol.as_str() };
        let space = if name.is_empty() { "" } else { " " };
        let _ = write!(text, "{gap}{name}{space}{port}");
        last = Some(protocol);
    }
    match link.ports.len().saturating_sub(most) {
        0 => text,
        more => format!("{text} +{more}"),
    }
}

/// Text for XML, and nothing that XML does not take.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Kept here so that the placing of labels and the style above cannot drift apart.
const _: () =
    assert!(LETTER == 7, "a letter of 11 pixels in a monospaced font is near 7 pixels wide");

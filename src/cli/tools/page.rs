//! A definition on the screen: in full, or as what changed.

use crate::card::definition::{changes, definition};
use crate::card::page::{Line, Tone};
use crate::cli::tools::Known;
use crate::cli::view;
use crate::domain::json::{self, Limits};
use crate::domain::pin::{Pin, PinState};

/// The tool with its definition, or with what changed in it.
pub(crate) fn render(tool: &Known) -> String {
    let Known { pin, .. } = tool;
    let mut lines = vec![heading(tool)];
    match &pin.offered {
        Some(offered) => lines.extend(changes(&pin.text, offered, view::width())),
        None => lines.extend(definition(&pin.text, view::width())),
    }
    lines.extend(claims(pin));
    let mut out = String::new();
    for line in &lines {
        line.render(true, &mut out);
    }
    out.trim_end().to_owned()
}

fn heading(tool: &Known) -> Line {
    let what = match tool.pin.state {
        PinState::Accepted => "accepted by a person",
        PinState::Unreviewed => "pinned at first sight, reviewed by nobody",
        PinState::Changed => "CHANGED: the server tells another definition than the pinned one",
        PinState::New => "NEW: came after its server was pinned",
    };
    let tone = if tool.pin.state == PinState::Changed { Tone::Grave } else { Tone::Strong };
    Line::new("", format!("{}: {what}", tool.shown()), tone)
}

/// What the server says of itself; a proposal, never a proof.
fn claims(pin: &Pin) -> Vec<Line> {
    let text = pin.offered.as_deref().unwrap_or(&pin.text);
    let says = |name: &str| hint(text, name);
    let mut claims = Vec::new();
    if says("readOnlyHint") == Some(true) {
        claims.push("it only reads");
    }
    if says("destructiveHint") == Some(true) {
        claims.push("it may destroy");
    }
    if claims.is_empty() {
        return Vec::new();
    }
    vec![Line::new("  ", format!("The server claims: {}.", claims.join("; ")), Tone::Faint)]
}

/// A hint of the definition's annotations.
fn hint(text: &str, name: &str) -> Option<bool> {
    let node = json::parse(text, &Limits::LINE).ok()?;
    node.get("annotations")?.get(name)?.as_bool()
}

#[cfg(test)]
mod tests {
    use crate::cli::tools::page::hint;

    #[test]
    fn a_hint_is_read_from_annotations_only() {
        assert_eq!(hint(r#"{"annotations":{"readOnlyHint":true}}"#, "readOnlyHint"), Some(true));
        assert_eq!(hint(r#"{"readOnlyHint":true}"#, "readOnlyHint"), None);
    }
}

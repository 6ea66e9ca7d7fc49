//! The card as a client shows it to its own user: short, plain text, no commands.
//!
//! It goes to a program that may hand it to a model, so nothing in it says how a question is answered elsewhere. Texts
//! from outside are made visible and stand behind labels as on every card; what does not fit is said to be missing.

use crate::card::Card;
use crate::card::arguments::Arguments;
use crate::card::page::{Line, Tone};
use crate::domain::approval::Approval;
use crate::domain::time::Millis;
use crate::domain::visible;
use jiff::tz::TimeZone;

/// Columns of a line; clients show messages in narrow boxes and wrap for themselves.
const WIDTH: usize = 100;
/// Arguments above this are only counted: whoever serves clients has no time to lay out more, nor they the room.
const SHOWN_MAX: usize = 64 * 1024;
/// The longest message, in characters.
const LONGEST: usize = 6_000;

/// What the user of a client reads before he answers.
#[must_use]
pub(crate) fn message(approval: &Approval) -> String {
    let card = Card {
        approval,
        earlier: &[],
        pin: None,
        word: "",
        now: Millis(0),
        zone: &TimeZone::UTC,
        width: WIDTH,
        colour: false,
        full: false,
    };
    let mut out = String::new();
    let mut part = |lines: Vec<Line>| {
        if !out.is_empty() && !lines.is_empty() {
            out.push('\n');
        }
        lines.iter().for_each(|line| line.render(false, &mut out));
    };
    part(card.headline());
    part(card.risk());
    part(arguments(approval));
    let digest = approval.call_digest.short();
    part(Line::wrapped(
        "",
        &format!(
            "Nothing runs without a yes. A yes lets exactly this call run, once (digest {digest})."
        ),
        Tone::Plain,
        WIDTH,
    ));
    if out.chars().count() <= LONGEST {
        return out;
    }
    let mut cut: String = out.chars().take(LONGEST).collect();
    cut.push_str("\n! The rest is too long to be shown here. Say no unless you know it.\n");
    cut
}

fn arguments(approval: &Approval) -> Vec<Line> {
    let Some(bytes) = &approval.arguments else {
        return Line::wrapped("Arguments   ", "none", Tone::Plain, WIDTH);
    };
    let size = visible::size(bytes.len());
    if bytes.len() > SHOWN_MAX {
        let text = format!("{size}, too long to be shown here. Say no unless you know them.");
        return Line::wrapped("Arguments   ", &text, Tone::Plain, WIDTH);
    }
    let Ok(node) = bytes.node() else {
        let text = format!("{size} that cannot be shown. Say no.");
        return Line::wrapped("Arguments   ", &text, Tone::Plain, WIDTH);
    };
    let show = Arguments { width: WIDTH, full: false };
    let lines = show.lines(&node);
    let is_whole = lines == (Arguments { full: true, ..show }).lines(&node);
    let mut out = vec![Line::new("", format!("Arguments (together {size})"), Tone::Plain)];
    out.extend(lines);
    if !is_whole {
        let text = "Not everything is shown here. Say no unless you know the rest.";
        out.extend(Line::wrapped("! ", text, Tone::Plain, WIDTH));
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::card::client::{LONGEST, message};
    use crate::card::tests::approval;

    #[test]
    fn what_a_clients_user_reads_hides_nothing_and_names_no_command() {
        let shown = message(&approval(r#"{"path":"a\u202eb","text":"x\u200by"}"#));
        assert!(shown.contains("\\u{202e}") && shown.contains("\\u{200b}"), "{shown}");
        assert!(shown.contains("Tier ") && shown.contains("Nothing runs without a yes"), "{shown}");
        let plain = |c: char| !c.is_control() || c == '\n';
        assert!(shown.chars().all(plain), "{shown:?}");
        let long = format!(r#"{{"text":"{}"}}"#, "line\\n".repeat(5_000));
        let shown = message(&approval(&long));
        assert!(shown.contains("Not everything is shown"), "{shown}");
        assert!(shown.chars().count() < LONGEST + 100);
        for text in [shown, message(&approval("{}"))] {
            assert!(!text.contains("countersign "), "{text}");
        }
    }
}

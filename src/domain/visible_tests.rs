//! That what is shown is all there is, and that the mapping can be undone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;

use crate::domain::visible::*;

fn text(s: &str) -> String {
    inline(s).text
}

fn notes(s: &str) -> Vec<String> {
    inline(s).notes.iter().map(ToString::to_string).collect()
}

/// The left inverse of the mapping, written from its description and not from its code.
fn undo(shown: &str) -> String {
    let mut out = String::new();
    let mut rest = shown;
    while !rest.is_empty() {
        let run = rest.bytes().take_while(|b| *b == b'\\').count();
        let after = &rest[run..];
        if run == 0 {
            let c = rest.chars().next().unwrap();
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else if after.starts_with(['n', 'r', 't']) || after.starts_with("u{") {
            out.push_str(&"\\".repeat(run / 2));
            rest = after;
            if run % 2 == 1 {
                let end = if after.starts_with('u') { after.find('}').unwrap() } else { 0 };
                out.push(match &after[..1] {
                    "n" => '\n',
                    "r" => '\r',
                    "t" => '\t',
                    _ => char::from_u32(u32::from_str_radix(&after[2..end], 16).unwrap()).unwrap(),
                });
                rest = &after[end + 1..];
            }
        } else {
            out.push_str(&rest[..run]);
            rest = after;
        }
    }
    out
}

#[test]
fn ordinary_text_stays() {
    for s in [
        "plain `text` \"quoted\" 100% ~/a_b-c",
        "é ß ø ñ Å",
        "漢字かなカナ 한글",
        "кириллица и ещё слова",
        "Ελληνικά",
        "naïve café",
        "👍 🚀 🏳",
        "C:\\foo\\bar",
        "a – b “c” …",
        "हिन्दी",
        "ไทยที่",
        "Tiếng Việt",
        "ガギ",
        "日本語API",
    ] {
        assert_eq!(text(s), s);
        assert_eq!(notes(s), Vec::<String>::new(), "{s}");
    }
}

#[test]
fn hidden_characters_are_written_out() {
    for (raw, shown, said) in [
        ("a\u{200b}b", "a\\u{200b}b", "1 invisible character"),
        ("\u{202e}txt", "\\u{202e}txt", "1 character that would reorder the text on screen"),
        ("a\u{1b}[2J", "a\\u{1b}[2J", "1 control character"),
        ("a\u{9b}b\u{7f}", "a\\u{9b}b\\u{7f}", "2 control characters"),
        ("a\rb", "a\\rb", "1 control character"),
        ("a\u{a0}b\u{3000}", "a\\u{a0}b\\u{3000}", "2 unusual spaces"),
        ("a\u{2028}b", "a\\u{2028}b", "1 unusual space"),
        (
            "x\u{e0041}\u{e0042}\u{e007f}",
            "x\\u{e0041}\\u{e0042}\\u{e007f}",
            "3 invisible characters",
        ),
        ("❤\u{fe0f}", "❤\\u{fe0f}", "1 invisible character"),
        ("so\u{ad}ft", "so\\u{ad}ft", "1 invisible character"),
        ("\u{3164}\u{2800}\u{180e}", "\\u{3164}\\u{2800}\\u{180e}", "3 invisible characters"),
        ("\u{e000}\u{fffe}\u{378}", "\\u{e000}\\u{fffe}\\u{378}", "3 unprintable characters"),
        ("\u{301}a", "\\u{301}a", "1 combining mark"),
        ("e\u{301}", "e\u{301}", "1 combining mark"),
        ("d\u{336}", "d\\u{336}", "1 combining mark"),
        ("е\u{301}\u{301}", "е\u{301}\\u{301}", "1 combining mark"),
        ("שלום", "שלום", "4 right-to-left letters: the order on screen may not be the order sent"),
    ] {
        assert_eq!(text(raw), shown);
        assert_eq!(notes(raw)[0], said, "{raw:?}");
    }
    let flood: String = "Z".chars().chain(('\u{300}'..='\u{315}').cycle().take(500)).collect();
    assert_eq!(
        inline(&flood).text.chars().filter(|c| ('\u{300}'..'\u{370}').contains(c)).count(),
        4
    );
    assert_eq!(text("a\nb\tc"), "a\\nb\\tc");
    assert!(notes("a\nb\tc\r\n").is_empty());
}

#[test]
fn backslashes_are_doubled_where_they_could_mislead() {
    assert_eq!(text("C:\\new\\u{41}\\x"), "C:\\\\new\\\\u{41}\\x");
    assert_eq!(text("\\\n"), "\\\\\\n");
    assert_ne!(text("\\n"), text("\n"));
    assert_ne!(text("\\u{200b}"), text("\u{200b}"));
}

#[test]
fn look_alikes_are_named() {
    for (raw, said) in [
        ("p\u{430}ypal", "looks like `paypal` but holds cyrillic letters"),
        (
            "rm p\u{430}ypal and g\u{43e}\u{43e}gle",
            "looks like `paypal` but holds cyrillic letters, and 1 more word like it",
        ),
        ("\u{440}\u{430}\u{443}\u{440}\u{430}l", "looks like `paypal` but holds cyrillic letters"),
        ("сор", "looks like `cop` but holds cyrillic letters"),
        ("a\u{2215}b", "looks like `a/b` but is written with other characters"),
        ("ｐaypal", "looks like `paypal` but is written with other characters"),
        ("𝐩𝐚𝐲", "looks like `pay` but is written with other characters"),
        ("gοοgle", "looks like `google` but holds greek letters"),
        ("pайпал", "`pайпал` mixes cyrillic and latin letters"),
        ("p\u{200b}\u{430}ypal", "1 invisible character"),
    ] {
        assert_eq!(notes(raw)[0], said, "{raw}");
    }
    assert_eq!(notes("p\u{200b}\u{430}ypal")[1], "looks like `paypal` but holds cyrillic letters");
    assert!(notes("вынеси сор из избы").is_empty());
    assert!(notes("æblegrød på bordet").is_empty());
    assert_eq!(notes("run сор из избы").len(), 1);
}

#[test]
fn lines() {
    let seen: Vec<String> = block("a\r\n\tb\n").into_iter().map(|s| s.text).collect();
    assert_eq!(seen, ["a\\r", "\\tb", ""]);
}

#[test]
fn shortened_text_has_head_and_tail() {
    let long = format!("{}{}", "abc".repeat(500), "xyz");
    let short = shorten(&inline(&long), 60);
    assert!(
        short.starts_with("abcabc") && short.ends_with("xyz") && short.contains(" … 1,4"),
        "{short}"
    );
    assert!(short.chars().count() <= 60);
    assert_eq!(shorten(&inline("short"), 10), "short");
}

#[test]
fn sizes() {
    for (bytes, said) in [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1234, "1,234 bytes"),
        (9_999, "9,999 bytes"),
        (10_240, "10.0 KiB"),
        (1_048_575, "1.0 MiB"),
        (3_565_158, "3.4 MiB"),
        (5 << 30, "5.0 GiB"),
        (3 << 40, "3.0 TiB"),
    ] {
        assert_eq!(size(bytes), said);
    }
}

fn awkward() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\\",
            "\\",
            "u{",
            "u",
            "{",
            "}",
            "n",
            "r",
            "t",
            "\n",
            "\r",
            "\t",
            "\u{200b}",
            "\u{301}",
            "\u{5b0}",
            "200b}",
            "a",
            "é",
            "\u{1b}",
            "\u{202e}",
            "p\u{430}y",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// No control, format character, odd space or private character: a list of its own, so that the
/// code under test does not check itself.
fn clean(shown: &str) -> bool {
    shown.chars().all(|c| {
        !c.is_control()
            && (c == ' ' || !c.is_whitespace())
            && !matches!(c,
                '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
                | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{110bd}' | '\u{110cd}'
                | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
    })
}

#[test]
fn every_character_alone_and_behind_a_letter() {
    // Planes 4 to 13 are unassigned and 15 and 16 private as a whole: a sample of them will do.
    let all = ('\0'..'\u{34000}')
        .chain('\u{e0000}'..'\u{e1000}')
        .chain(('\u{34000}'..=char::MAX).step_by(499));
    for c in all {
        for s in [String::from(c), format!("é{c}")] {
            let shown = text(&s);
            assert!(clean(&shown), "{:x}", u32::from(c));
            assert_eq!(undo(&shown), s);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_hidden_and_nothing_lost(s in awkward(), any: String) {
        for s in [s, any] {
            let seen = inline(&s);
            prop_assert!(clean(&seen.text));
            prop_assert_eq!(undo(&seen.text), s.clone());
            for note in &seen.notes {
                prop_assert!(clean(&note.to_string()), "{}", note);
            }
            let lines: Vec<String> = block(&s).iter().map(|l| undo(&l.text)).collect();
            prop_assert_eq!(lines.join("\n"), s);
        }
    }

    #[test]
    fn shortening_keeps_its_word(s in prop::collection::vec(awkward(), 1..12), max in 0_usize..120) {
        let seen = inline(&s.concat());
        let short = shorten(&seen, max);
        prop_assert!(short.chars().count() <= max.max(40));
        prop_assert!(clean(&short));
        if let Some((head, rest)) = short.split_once(" … ").filter(|_| short != seen.text) {
            let (count, tail) = rest.split_once(" … ").unwrap();
            let left: usize = count.split(' ').next().unwrap().replace(',', "").parse().unwrap();
            let chars = |s: &str| s.chars().count();
            prop_assert_eq!(chars(head) + left + chars(tail), chars(&seen.text));
            prop_assert!(seen.text.starts_with(head) && seen.text.ends_with(tail));
            // Neither cut is inside an escape: both ends undo to an end of the original.
            prop_assert!(s.concat().starts_with(&undo(head)) || head.ends_with('\\'));
        }
    }
}

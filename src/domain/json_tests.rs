//! What the strict reader accepts and refuses, and that its output is a fixed point.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use crate::domain::json::*;

fn read(text: &str) -> Result<Node<'_>, ReadError> {
    parse(text, &Limits::ARGUMENTS)
}

fn compact(text: &str) -> String {
    Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).unwrap().as_str().to_owned()
}

fn code(bytes: &[u8]) -> &'static str {
    parse_bytes(bytes, &Limits::ARGUMENTS).map_or_else(|e| e.code(), |_| "ok")
}

/// In the manner of JSONTestSuite: `y` must pass, `n` must not, `i` is left open by the RFC and
/// settled here.
const VECTORS: &[(&str, &[u8], &str)] = &[
    ("y_null", b"null", "ok"),
    ("y_space_around", b" \t\r\n[1 , 2 ]\n", "ok"),
    ("y_empty_key", b"{\"\":0}", "ok"),
    ("y_zero", b"0", "ok"),
    ("y_minus_zero", b"-0", "ok"),
    ("y_minus_zero_fraction", b"[-0.0]", "ok"),
    ("y_exponents", b"[1E22,1e-2,1e+2,123.456e78,0e1]", "ok"),
    ("y_escapes", br#""\"\\\/\b\f\n\r\t\u00e9\u0000""#, "ok"),
    ("y_pair", br#""\ud83d\udE39""#, "ok"),
    ("y_noncharacter", br#""\uFFFF\ufdd0""#, "ok"),
    ("y_del", b"\"\x7f\"", "ok"),
    ("y_u2028", "\"\u{2028}\"".as_bytes(), "ok"),
    ("y_bom_inside", "\"\u{feff}\"".as_bytes(), "ok"),
    ("y_same_key_elsewhere", br#"{"a":{"a":1},"b":{"a":1}}"#, "ok"),
    ("y_not_normalised", "{\"e\u{301}\":1,\"\u{e9}\":2}".as_bytes(), "ok"),
    ("y_escaped_backslash_u", br#""\\ud800""#, "ok"),
    ("n_empty", b"", "syntax"),
    ("n_space_only", b"  ", "syntax"),
    ("n_two_values", b"1 2", "syntax"),
    ("n_two_lines", b"{}\n{}", "syntax"),
    ("n_trailing_comma_array", b"[1,]", "syntax"),
    ("n_trailing_comma_object", br#"{"a":1,}"#, "syntax"),
    ("n_leading_comma", b"[,1]", "syntax"),
    ("n_double_comma", b"[1,,2]", "syntax"),
    ("n_missing_comma", b"[1 2]", "syntax"),
    ("n_missing_colon", br#"{"a" 1}"#, "syntax"),
    ("n_missing_value", br#"{"a":}"#, "syntax"),
    ("n_bare_key", b"{a:1}", "syntax"),
    ("n_number_key", b"{1:1}", "syntax"),
    ("n_single_quotes", b"{'a':1}", "syntax"),
    ("n_line_comment", b"[1] // x", "syntax"),
    ("n_block_comment", b"[/* x */1]", "syntax"),
    ("n_nan", b"[NaN]", "syntax"),
    ("n_infinity", b"-Infinity", "syntax"),
    ("n_leading_zero", b"01", "syntax"),
    ("n_minus_leading_zero", b"[-01]", "syntax"),
    ("n_plus", b"+1", "syntax"),
    ("n_minus_only", b"-", "syntax"),
    ("n_point_first", b".5", "syntax"),
    ("n_point_last", b"[1.]", "syntax"),
    ("n_exponent_empty", b"[1e]", "syntax"),
    ("n_exponent_sign_only", b"[1e+]", "syntax"),
    ("n_hex", b"0x1", "syntax"),
    ("n_wide_digit", "\u{ff11}".as_bytes(), "syntax"),
    ("n_upper_case", b"True", "syntax"),
    ("n_cut_word", b"nul", "syntax"),
    ("n_long_word", b"nulll", "syntax"),
    ("n_open_array", b"[1", "syntax"),
    ("n_open_object", br#"{"a":1"#, "syntax"),
    ("n_open_string", b"\"abc", "syntax"),
    ("n_open_escape", b"\"\\", "syntax"),
    ("n_wrong_bracket", b"[1}", "syntax"),
    ("n_extra_bracket", b"[1]]", "syntax"),
    ("n_raw_newline", b"\"a\nb\"", "syntax"),
    ("n_raw_tab_after_escape", b"\"\\n\t\"", "syntax"),
    ("n_raw_nul", b"\"\0\"", "syntax"),
    ("n_nul_after", b"1\0", "syntax"),
    ("n_bad_escape", br#""\x41""#, "syntax"),
    ("n_short_unicode", br#""\u12""#, "syntax"),
    ("n_signed_unicode", br#""\u+123""#, "syntax"),
    ("n_form_feed_space", b"[\x0c]", "syntax"),
    ("n_no_break_space", "[\u{a0}]".as_bytes(), "syntax"),
    ("n_bad_utf8", b"\"\xff\"", "invalid_utf8"),
    ("n_overlong", b"\"\xc0\xaf\"", "invalid_utf8"),
    ("n_utf8_surrogate", b"\"\xed\xa0\x80\"", "invalid_utf8"),
    ("n_utf16", b"[\0\"\0]\0", "syntax"),
    ("i_bom", "\u{feff}{}".as_bytes(), "byte_order_mark"),
    ("i_huge_exponent", b"[1E400,-1e-999]", "ok"),
    ("i_huge_integer", b"123123123123123123123123123123", "ok"),
    ("i_first_half", br#""\uD800""#, "lone_surrogate"),
    ("i_second_half", br#""\uDC00""#, "lone_surrogate"),
    ("i_halves_swapped", br#""\uDE39\uD83D""#, "lone_surrogate"),
    ("i_half_then_letter", br#""\ud83dx""#, "lone_surrogate"),
    ("i_half_then_escape", br#""\ud83d\n""#, "lone_surrogate"),
    ("i_half_then_bmp", br#""\ud83d\u0041""#, "lone_surrogate"),
    ("i_half_in_key", br#"{"\ud800":1}"#, "lone_surrogate"),
    ("i_duplicate", br#"{"a":1,"a":1}"#, "duplicate_key"),
    ("i_duplicate_escaped", br#"{"a":1,"\u0061":2}"#, "duplicate_key"),
    ("i_duplicate_empty", br#"{"":1,"":2}"#, "duplicate_key"),
    ("i_duplicate_deep", br#"[{"x":[{"k":0,"l":1,"k":2}]}]"#, "duplicate_key"),
];

#[test]
fn vectors() {
    for (name, bytes, want) in VECTORS {
        assert_eq!(code(bytes), *want, "{name}");
        let serde = serde_json::from_slice::<Value>(bytes);
        match name.split_at(2).0 {
            "y_" => assert!(serde.is_ok(), "{name}"),
            "n_" => assert!(serde.is_err(), "{name}"),
            _ => {}
        }
    }
}

#[test]
fn depth_is_bounded_before_the_stack_is() {
    let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(read(&nested(64)).is_ok());
    assert_eq!(read(&nested(65)), Err(ReadError::TooDeep { limit: 64 }));
    assert_eq!(read(&"[".repeat(10_000)), Err(ReadError::TooDeep { limit: 64 }));
    assert_eq!(read(&r#"{"a":"#.repeat(10_000)), Err(ReadError::TooDeep { limit: 64 }));
    let line = format!(r#"{{"params":{{"arguments":{}}}}}"#, nested(64));
    assert!(parse(&line, &Limits::LINE).is_ok());
    let loose = Limits { depth: usize::MAX, ..Limits::LINE };
    assert_eq!(parse(&nested(600), &loose), Err(ReadError::TooDeep { limit: 512 }));
    let held = nested(512);
    let node = parse(&held, &loose).unwrap();
    assert_eq!(Canonical::of(&node), Err(ReadError::TooDeep { limit: 64 }));
}

#[test]
fn counts_are_bounded() {
    let limits = Limits { depth: 3, keys: 2, values: 4 };
    assert!(parse(r#"{"a":1,"b":[2]}"#, &limits).is_ok());
    assert_eq!(parse("[1,2,3,4]", &limits), Err(ReadError::TooManyValues { limit: 4 }));
    assert_eq!(parse(r#"{"a":{"b":{"c":1}}}"#, &limits).unwrap_err().code(), "too_many_keys");
}

#[test]
fn errors_say_where_and_never_carry_raw_text() {
    let long = "k".repeat(500);
    for key in ["a\u{202e}b", long.as_str()] {
        let text = format!(r#"[{{"{key}":1,"{key}":2}}]"#);
        let error = read(&text).unwrap_err();
        assert!(
            matches!(&error, ReadError::DuplicateKey { at: 1, key } if key.chars().count() <= 48)
        );
        assert!(error.to_string().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{error}");
    }
    assert_eq!(read("[1,]"), Err(ReadError::Syntax { at: 3, expected: "a value" }));
    assert_eq!(read("[1,]").unwrap_err().to_string(), "not json: expected a value at byte 3");
    assert_eq!(read(r#"["\ud800"]"#), Err(ReadError::LoneSurrogate { at: 2 }));
    assert_eq!(code(b"\"a\xff\""), "invalid_utf8");
}

#[test]
fn written_form() {
    assert_eq!(compact(" { \"b\" : 1.0 , \"a\" : [ 1E400, -0 ] } "), r#"{"b":1.0,"a":[1E400,-0]}"#);
    assert_eq!(
        compact(r#""\u0008\u0009\u000a\u000c\u000d\u0000\u001F\/\u00e9\u2028\"\\\u007f""#),
        "\"\\b\\t\\n\\f\\r\\u0000\\u001f/é\u{2028}\\\"\\\\\u{7f}\""
    );
    // RFC 8785 section 3.2.3.
    let keys = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    let sorted = Canonical::read(keys.as_bytes(), &Limits::ARGUMENTS).unwrap().sorted().unwrap();
    assert_eq!(
        String::from_utf8(sorted).unwrap(),
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    );
}

#[test]
fn accessors_and_pointers() {
    let node = read(r#"{"a/b":[10,{"m~n":"x"}],"":0,"t":true,"n":null,"f":1.0,"i":-5}"#).unwrap();
    let at = |p: &str| node.pointer(p);
    assert_eq!(at("/a~1b/1/m~0n").unwrap().as_str(), Some("x"));
    assert_eq!(at("/a~1b/0").unwrap().as_u64(), Some(10));
    assert_eq!(at("/").unwrap().as_i64(), Some(0));
    assert_eq!(at(""), Some(&node));
    for nothing in
        ["a", "/a~1b/01", "/a~1b/-", "/a~1b/2", "/a~1b/+1", "/a~2b", "/a~", "/t/x", "/a~1b/"]
    {
        assert_eq!(at(nothing), None, "{nothing}");
    }
    assert_eq!(node.get("f").unwrap().as_u64(), None);
    assert_eq!(node.get("i").unwrap().as_i64(), Some(-5));
    assert_eq!(node.get("t").unwrap().as_bool(), Some(true));
    assert!(node.get("n").unwrap().is_null());
    let mut seen = String::new();
    node.walk_strings(&mut |path, text| write!(seen, "{path}={text};").unwrap());
    assert_eq!(seen, "/a~1b=a/b;/a~1b/1/m~0n=m~n;/a~1b/1/m~0n=x;/=;/t=t;/n=n;/f=f;/i=i;");
}

#[test]
fn debug_never_shows_values() {
    let bytes = Canonical::read(br#"{"password":"hunter2"}"#, &Limits::ARGUMENTS).unwrap();
    assert_eq!(format!("{bytes:?}"), "Canonical(22 bytes)");
    assert_eq!(format!("{:?}", bytes.node().unwrap()), "object(1)");
}

#[test]
fn strings_without_escapes_are_borrowed() {
    let borrowed = |n: &Node<'_>| matches!(n, Node::String(std::borrow::Cow::Borrowed(_)));
    assert!(borrowed(&read("\"plain é text\"").unwrap()));
    assert!(!borrowed(&read(r#""with \n""#).unwrap()));
}

fn to_serde(node: &Node<'_>) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Bool(b) => Value::Bool(*b),
        Node::Number(n) => serde_json::from_str(n).unwrap(),
        Node::String(s) => Value::String(s.to_string()),
        Node::Array(items) => items.iter().map(to_serde).collect(),
        Node::Object(m) => m
            .iter()
            .map(|(k, v)| (k.to_string(), to_serde(v)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\"\\\\/\n\u{0}-\u{1f}é😀a]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map("[\\PC\"\\\\\n]{0,6}", inner, 0..24)
                .prop_map(|m| m.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// Every character of the strings as `\uXXXX`, so that the decoder has all the work.
fn escaped(text: &str) -> String {
    let units = text.encode_utf16().fold(String::new(), |s, unit| s + &format!("\\u{unit:04X}"));
    format!("\"{units}\"")
}

/// The tree with the members of each object turned around, at random depths.
fn turned<'a>(node: &Node<'a>, by: usize) -> Node<'a> {
    match node {
        Node::Array(items) => Node::Array(items.iter().map(|n| turned(n, by + 1)).collect()),
        Node::Object(m) => {
            let mut m: Vec<_> = m.iter().map(|(k, v)| (k.clone(), turned(v, by + 1))).collect();
            let len = m.len().max(1);
            m.rotate_left(by % len);
            m.reverse();
            Node::Object(m)
        }
        leaf => leaf.clone(),
    }
}

proptest! {
    #[test]
    fn same_value_as_serde_and_a_fixed_point(value in values(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let node = read(&text).unwrap();
        prop_assert_eq!(to_serde(&node), serde_json::from_str::<Value>(&text).unwrap());
        let once = Canonical::of(&node).unwrap();
        prop_assert_eq!(&once, &Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).unwrap());
        prop_assert_eq!(&once, &Canonical::read(once.as_bytes(), &Limits::ARGUMENTS).unwrap());
        prop_assert_eq!(once.as_str(), serde_json::to_string(&serde_json::from_str::<&serde_json::value::RawValue>(&compact(&text)).unwrap()).unwrap());
        prop_assert_eq!(once.node().unwrap(), node);
    }

    #[test]
    fn sorted_form_ignores_the_order_of_keys(value in values(), by in 0_usize..9) {
        let text = value.to_string();
        let node = read(&text).unwrap();
        let (mut a, mut b) = (Vec::new(), Vec::new());
        node.write_sorted(&mut a);
        turned(&node, by).write_sorted(&mut b);
        prop_assert_eq!(&a, &b);
        prop_assert_eq!(serde_json::from_slice::<Value>(&a).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
    }

    #[test]
    fn escapes_decode(text: String) {
        let spelled = escaped(&text);
        let node = read(&spelled).unwrap();
        prop_assert_eq!(node.as_str(), Some(text.as_str()));
        prop_assert_eq!(compact(&spelled), serde_json::to_string(&text).unwrap());
    }

    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>, json in "[\\[\\]{}\",:\\\\ue0-9.+\\- tfn\u{1}é]{0,60}") {
        let _ = parse_bytes(&bytes, &Limits::ARGUMENTS);
        // Whatever we accept, serde accepts: the reader is never laxer than the common one.
        if read(&json).is_ok() {
            prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok());
        }
    }

    #[test]
    fn duplicates_are_refused(keys in prop::collection::btree_set(any::<String>(), 1..60), pick: prop::sample::Index, at: prop::sample::Index, spell: bool) {
        let mut spelled: Vec<String> = keys.iter().map(|k| serde_json::to_string(k).unwrap()).collect();
        let alone = format!("{{{}:0}}", spelled.join(":0,"));
        prop_assert!(read(&alone).is_ok());
        let key = keys.iter().nth(pick.index(keys.len())).unwrap();
        let again = if spell { escaped(key) } else { serde_json::to_string(key).unwrap() };
        spelled.insert(at.index(keys.len() + 1), again);
        let text = format!("[[{{\"o\":{{{}:0}}}}]]", spelled.join(":0,"));
        prop_assert_eq!(read(&text).unwrap_err().code(), "duplicate_key");
    }
}

#[test]
fn by_code_point_and_by_utf16_differ_over_the_basic_plane_only() {
    let text = "{\"\u{e000}\":1,\"\u{1f600}\":2,\"b\":{\"\u{10000}\":0,\"\u{ffff}\":0},\"a\":3}";
    let (mut point, mut units) = (Vec::new(), Vec::new());
    read(text).unwrap().write_by_code_point(&mut point);
    read(text).unwrap().write_sorted(&mut units);
    let by_point =
        "{\"a\":3,\"b\":{\"\u{ffff}\":0,\"\u{10000}\":0},\"\u{e000}\":1,\"\u{1f600}\":2}";
    let by_units =
        "{\"a\":3,\"b\":{\"\u{10000}\":0,\"\u{ffff}\":0},\"\u{1f600}\":2,\"\u{e000}\":1}";
    assert_eq!(String::from_utf8(point).unwrap(), by_point);
    assert_eq!(String::from_utf8(units).unwrap(), by_units);
}

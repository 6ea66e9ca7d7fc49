//! Looks into one level of a JSON object and leaves everything below it as the bytes that came.
//!
//! What a server sends is passed on as it was written, so nothing here builds a tree: keys are decoded,
//! values stay text. Two readers could disagree about an object that holds a key twice, so such an object
//! is never half understood: it is marked, and whoever asked refuses it.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A decoded string that borrows when it held no escape.
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Up to this many members the envelope of a message may have.
const MEMBERS: usize = 64;

/// A message of JSON-RPC: the five members that matter, as the bytes they are.
#[derive(Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) id: Option<&'a RawValue>,
    pub(crate) method: Option<&'a RawValue>,
    pub(crate) params: Option<&'a RawValue>,
    pub(crate) result: Option<&'a RawValue>,
    pub(crate) error: Option<&'a RawValue>,
    /// Whether some member came twice: then the message says two things.
    pub(crate) ambiguous: bool,
    /// Whether that member was the id: then nobody knows whose message it is.
    pub(crate) whose: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EnvelopeVisitor;
        impl<'de> Visitor<'de> for EnvelopeVisitor {
            type Value = Envelope<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON-RPC message")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut read = Envelope { whose: true, ..Envelope::default() };
                let mut others: Vec<Cow<'de, str>> = Vec::new();
                while let Some((Text(key), value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    let slot = match &*key {
                        "id" => &mut read.id,
                        "method" => &mut read.method,
                        "params" => &mut read.params,
                        "result" => &mut read.result,
                        "error" => &mut read.error,
                        _ => {
                            read.ambiguous |= others.contains(&key) || others.len() >= MEMBERS;
                            if others.len() < MEMBERS {
                                others.push(key);
                            }
                            continue;
                        }
                    };
                    if slot.replace(value).is_some() {
                        read.ambiguous = true;
                        read.whose &= key != "id";
                    }
                }
                Ok(read)
            }
        }
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

/// What looking for a member comes to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found<'a> {
    /// It is there once.
    Once(&'a RawValue),
    /// It is there more than once.
    Twice,
    /// It is not there.
    Nowhere,
    /// The text is no object.
    NoObject,
}

/// Looks for one member of an object. Keeps nothing of the others, however many there are.
pub(crate) fn find<'a>(object: &'a str, key: &str) -> Found<'a> {
    struct Finder<'k>(&'k str);
    impl<'de> Visitor<'de> for Finder<'_> {
        type Value = Found<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = Found::Nowhere;
            while let Some(Text(key)) = map.next_key()? {
                let value = map.next_value::<&'de RawValue>()?;
                if key == self.0 {
                    let first = matches!(found, Found::Nowhere);
                    found = if first { Found::Once(value) } else { Found::Twice };
                }
            }
            Ok(found)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(object);
    let found = (&mut reader).deserialize_map(Finder(key));
    found.and_then(|found| reader.end().map(|()| found)).unwrap_or(Found::NoObject)
}

/// The items of an array as their bytes; `None` for any other text and for more than `limit` items.
pub(crate) fn elements(array: &str, limit: usize) -> Option<Vec<&RawValue>> {
    struct Items(usize);
    impl<'de> Visitor<'de> for Items {
        type Value = Vec<&'de RawValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut items = Vec::new();
            while let Some(item) = seq.next_element()? {
                if items.len() >= self.0 {
                    return Err(A::Error::custom("too many items"));
                }
                items.push(item);
            }
            Ok(items)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(array);
    let items = (&mut reader).deserialize_seq(Items(limit)).ok()?;
    reader.end().ok().map(|()| items)
}

/// The value of one member of an object, as its bytes. `None` when the text is no object, the member is not
/// there, or it is there twice.
#[must_use]
pub fn member<'a>(object: &'a str, key: &str) -> Option<&'a RawValue> {
    if let Found::Once(value) = find(object, key) { Some(value) } else { None }
}

/// The text of one member that is a string.
#[must_use]
pub fn member_text(object: &str, key: &str) -> Option<String> {
    serde_json::from_str(member(object, key)?.get()).ok()
}

/// The object byte for byte with only the value of one member replaced by `value`, which must be JSON.
/// `None` where [`member`] is.
#[must_use]
pub fn with_member(object: &str, key: &str, value: &str) -> Option<String> {
    let old = member(object, key)?.get();
    // `member` borrows from `object`, so the distance of the two is where the value begins.
    let at = (old.as_ptr() as usize).checked_sub(object.as_ptr() as usize)?;
    let (head, tail) = (object.get(..at)?, object.get(at + old.len()..)?);
    Some([head, value, tail].concat())
}

/// Whether a value is an object, by its first byte: a raw value has no white space around it.
pub(crate) fn is_object(value: &RawValue) -> bool {
    value.get().starts_with('{')
}

#[cfg(test)]
mod tests {
    use crate::upstream::raw::{Envelope, member, member_text, with_member};

    fn envelope(text: &str) -> Envelope<'_> {
        serde_json::from_str(text).expect("an object")
    }

    #[test]
    fn an_envelope_keeps_the_bytes_of_its_members() {
        let read = envelope("{ \"id\" : 7 ,\"result\": {\"a\":1.10, \"b\" : [ ]} ,\"x\":1}");
        assert_eq!(read.id.map(|v| v.get()), Some("7"));
        assert_eq!(read.result.map(|v| v.get()), Some("{\"a\":1.10, \"b\" : [ ]}"));
        assert!(!read.ambiguous && read.error.is_none());
    }

    #[test]
    fn null_is_there() {
        assert!(envelope(r#"{"id":null,"result":null}"#).result.is_some());
    }

    #[test]
    fn a_member_that_comes_twice_makes_the_message_ambiguous() {
        for text in [
            r#"{"id":1,"result":{},"result":{}}"#,
            r#"{"id":1,"result":{},"r\u0065sult":{}}"#,
            r#"{"id":1,"result":{},"jsonrpc":"2.0","jsonrpc":"2.0"}"#,
        ] {
            let read = envelope(text);
            assert!(read.ambiguous && read.whose, "{text}");
        }
        assert!(!envelope(r#"{"id":1,"id":2,"result":{}}"#).whose);
    }

    #[test]
    fn a_member_is_replaced_in_place() {
        let text = "{ \"title\":\"name\" , \"n\\u0061me\" : \"a\\\"b\" ,\"x\":{\"name\":1} }";
        assert_eq!(
            with_member(text, "name", "\"s__a\"").as_deref(),
            Some("{ \"title\":\"name\" , \"n\\u0061me\" : \"s__a\" ,\"x\":{\"name\":1} }")
        );
        assert_eq!(member_text(text, "name").as_deref(), Some("a\"b"));
    }

    #[test]
    fn a_member_that_is_not_there_or_twice_is_none() {
        assert!(member(r#"{"a":1}"#, "name").is_none());
        assert!(member(r#"{"name":1,"name":1}"#, "name").is_none());
        assert!(member("[1]", "name").is_none());
        assert!(with_member("nothing", "name", "1").is_none());
    }
}

//! Reads a stream of server-sent events down to what MCP uses of it: the data of each message.
//!
//! Our own, because it is small and must be bounded: an event that grows over the limit is an error, not memory. Where a
//! chunk ends never changes what is read. Ids, `retry:` and comments are passed over, events of another name dropped; an
//! event that the stream's end cuts off is none.

use memchr::memchr2;

/// An event, or a line of one, is longer than any may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

/// What was read of an unfinished event.
#[derive(Debug)]
pub(crate) struct Events {
    longest: usize,
    line: Vec<u8>,
    data: Vec<u8>,
    /// Whether the event has any data yet; its first line may be empty.
    some: bool,
    /// Whether its name is that of a message.
    message: bool,
    /// The last byte was a carriage return, so a line feed that follows ends nothing.
    returned: bool,
    /// Nothing was read yet: a byte order mark may come.
    first: bool,
}

impl Events {
    pub(crate) fn new(longest: usize) -> Self {
        Self {
            longest,
            line: Vec::new(),
            data: Vec::new(),
            some: false,
            message: true,
            returned: false,
            first: true,
        }
    }

    /// Bytes that are kept until their event is whole.
    pub(crate) fn held(&self) -> usize {
        self.line.capacity() + self.data.capacity()
    }

    /// Reads on; hands each message that is whole to `each`, in order.
    pub(crate) fn read(
        &mut self,
        mut chunk: &[u8],
        mut each: impl FnMut(&[u8]),
    ) -> Result<(), TooLong> {
        while let Some(&byte) = chunk.first() {
            if std::mem::take(&mut self.returned) && byte == b'\n' {
                chunk = chunk.get(1..).unwrap_or_default();
                continue;
            }
            let end = memchr2(b'\n', b'\r', chunk);
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            if self.line.len() + self.data.len() + part.len() > self.longest {
                return Err(TooLong);
            }
            self.line.extend_from_slice(part);
            let Some(end) = end else { return Ok(()) };
            self.returned = chunk.get(end) == Some(&b'\r');
            self.end_of_line(&mut each);
            chunk = chunk.get(end + 1..).unwrap_or_default();
        }
        Ok(())
    }

    fn end_of_line(&mut self, each: &mut impl FnMut(&[u8])) {
        let mut line = std::mem::take(&mut self.line);
        let mut text = line.as_slice();
        if std::mem::take(&mut self.first) {
            text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        }
        if text.is_empty() {
            if self.message && !self.data.is_empty() {
                each(&self.data);
            }
            // A long event must not keep its memory.
            self.data = Vec::new();
            (self.some, self.message) = (false, true);
        } else {
            let (field, value) = match memchr::memchr(b':', text) {
                Some(at) => (text.get(..at), text.get(at + 1..).unwrap_or_default()),
                None => (Some(text), [].as_slice()),
            };
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match field {
                Some(b"data") => {
                    if std::mem::replace(&mut self.some, true) {
                        self.data.push(b'\n');
                    }
                    self.data.extend_from_slice(value);
                }
                Some(b"event") => self.message = value.is_empty() || value == b"message",
                _ => {}
            }
        }
        // Most lines are short: their room is used again.
        if line.capacity() <= 4_096 {
            line.clear();
            self.line = line;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::upstream::sse::{Events, TooLong};
    use proptest::prelude::*;

    fn read(chunks: &[&[u8]]) -> Vec<String> {
        let (mut events, mut all) = (Events::new(1_000), Vec::new());
        for chunk in chunks {
            let each = |data: &[u8]| all.push(String::from_utf8_lossy(data).into_owned());
            events.read(chunk, each).expect("short enough");
        }
        all
    }

    /// The rules of the standard over a whole text, told once more and otherwise.
    fn naive(text: &str) -> Vec<String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let Some((whole, _cut)) = text.rsplit_once('\n') else { return Vec::new() };
        let (mut all, mut data, mut name) = (Vec::new(), Vec::new(), String::new());
        for line in whole.split('\n') {
            if line.is_empty() {
                let event = data.join("\n");
                if !event.is_empty() && ["", "message"].contains(&name.as_str()) {
                    all.push(event);
                }
                (data, name) = (Vec::new(), String::new());
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "data" => data.push(value.to_owned()),
                "event" => name = value.to_owned(),
                _ => {}
            }
        }
        all
    }

    #[test]
    fn only_whole_messages_are_read() {
        for (text, want) in [
            ("data: {\"a\":1}\n\n", vec!["{\"a\":1}"]),
            ("\u{feff}data:1\n\ndata: 2\r\n\r\ndata:  3\r\r", vec!["1", "2", " 3"]),
            ("id: 7\nretry: 1\n: note\nevent: message\ndata: 1\n\n", vec!["1"]),
            ("event: endpoint\ndata: /x\n\ndata: 1\n\n", vec!["1"]),
            ("data: {\ndata: }\n\n", vec!["{\n}"]),
            ("id: 1\ndata:\n\ndata\n\n\n\n", vec![]),
            ("data: cut off\n", vec![]),
            ("data: cut off", vec![]),
            ("data: 1\n\ndata: cut", vec!["1"]),
            (" data: 1\ndat: 2\nxdata: 3\nDATA: 4\n\n", vec![]),
            ("data: a\u{2028}data: b\n\n", vec!["a\u{2028}data: b"]),
        ] {
            assert_eq!(read(&[text.as_bytes()]), want, "{text:?}");
            assert_eq!(naive(text), want, "{text:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_an_error_and_not_memory() {
        for text in ["data: 123456789", "data: 12345\ndata: 6789\n", ": a comment that is long"] {
            let mut events = Events::new(10);
            assert_eq!(events.read(text.as_bytes(), |_| ()), Err(TooLong), "{text:?}");
            assert!(events.held() < 100);
        }
        let mut events = Events::new(10);
        let mut count = 0;
        for _ in 0..1_000 {
            events.read(b"data: 1234\n\n", |_| count += 1).expect("each is short");
        }
        assert_eq!(count, 1_000, "the limit is of one event, not of all");
    }

    proptest! {
        #[test]
        fn where_chunks_end_changes_nothing(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "data: ", "data:", "data", "event: ", "message", "ping", "id: 1", "\n", "\n", "\r", "\r\n", "\n\n",
                    "{\"a\":\"", "x", "\u{e9}", ": ", "\u{feff}",
                ]),
                0..40,
            ),
            cuts in prop::collection::vec(0_usize..200, 0..12),
        ) {
            let text = parts.concat();
            let whole = naive(&text);
            prop_assert_eq!(&read(&[text.as_bytes()]), &whole);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let chunks: Vec<&[u8]> =
                cuts.windows(2).map(|ends| &text.as_bytes()[ends[0]..ends[1]]).collect();
            prop_assert_eq!(&read(&chunks), &whole);
            let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            prop_assert_eq!(&read(&bytes), &whole);
        }
    }
}

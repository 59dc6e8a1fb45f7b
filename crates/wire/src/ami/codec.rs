//! The lines of the manager interface (facts/pbx-and-clients.md D.1): a banner, then messages of
//! `Key: Value` lines, each ended by an empty line.

use std::ops::Range;

/// No line is read beyond this many bytes.
pub const MAX_LINE: usize = 64 * 1024;
/// No message is read beyond this many bytes.
pub const MAX_MESSAGE: usize = 256 * 1024;
/// Nor beyond this many lines.
const MAX_FIELDS: usize = 4096;
/// What ends the answer to a command of Asterisk before 14, which may hold empty lines.
const END_OF_COMMAND: &[u8] = b"--END COMMAND--";

/// What came in.
#[derive(Debug)]
pub enum Item<'a> {
    /// The first line of the connection, whatever it says.
    Banner(&'a str),
    /// A message: an event or an answer.
    Message(&'a Message),
}

/// One event or answer: keys and values in the order in which they came; a key may come again.
#[derive(Debug, Default)]
pub struct Message {
    text: String,
    fields: Vec<(Range<usize>, Range<usize>)>,
}

impl Message {
    /// The first value of a key, in any case; it may be empty.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields()
            .find(|(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
    }

    /// The same, none when it is empty or Asterisk's word for "nothing".
    pub fn known(&self, key: &str) -> Option<&str> {
        self.get(key)
            .filter(|value| !value.is_empty() && *value != "<unknown>" && *value != "<none>")
    }

    /// All keys and values.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(key, value)| {
            let text = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
            (text(key), text(value))
        })
    }

    /// What the event is called; none for an answer.
    pub fn event(&self) -> Option<&str> {
        self.get("Event")
    }

    /// Adds a line.
    pub(super) fn add(&mut self, key: &str, value: &str) {
        let key = self.append(key.as_bytes());
        let value = self.append(value.as_bytes());
        self.fields.push((key, value));
    }

    fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    /// Takes a line; `false` when the message has grown too large.
    fn push(&mut self, line: &[u8]) -> bool {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return true; // not a header: banners repeated by proxies, output of old commands
        };
        if self.text.len() + line.len() > MAX_MESSAGE || self.fields.len() >= MAX_FIELDS {
            return false;
        }
        let (key, value) = line.split_at(colon);
        let key = self.append(key);
        let value = value.get(1..).unwrap_or_default();
        let value = self.append(value.trim_ascii_start());
        self.fields.push((key, value));
        true
    }

    fn append(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(&String::from_utf8_lossy(bytes));
        start..self.text.len()
    }

    fn is_old_command_answer(&self) -> bool {
        self.get("Response") == Some("Follows")
    }
}

/// Where in the stream we are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Banner,
    Headers,
    /// Inside the output of a command; so many bytes of it were seen.
    Output(usize),
    /// Inside a message that is too large: up to the next empty line.
    Dropping,
}

/// Reads a connection's bytes, however they are cut. What it keeps is bounded by [`MAX_MESSAGE`]
/// and [`MAX_LINE`]; a message beyond them is left out, and the next one is read again.
#[derive(Debug, Default)]
pub struct Decoder {
    place: Place,
    /// A line whose end has not come yet.
    line: Vec<u8>,
    /// That line is too long and no longer kept.
    overlong: bool,
    message: Message,
}

impl Decoder {
    /// Takes bytes and gives each item that they complete.
    pub fn feed(&mut self, mut bytes: &[u8], mut give: impl FnMut(Item<'_>)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (head, rest) = bytes.split_at(end);
            bytes = rest.get(1..).unwrap_or_default();
            if self.line.is_empty() && !self.overlong {
                self.take(head, &mut give);
                continue;
            }
            self.keep(head);
            let line = std::mem::take(&mut self.line);
            self.take(&line, &mut give);
            self.line = line;
            self.line.clear();
        }
        self.keep(bytes);
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.overlong || self.line.len() + bytes.len() > MAX_LINE {
            self.overlong = true;
            self.line.clear();
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    /// Takes a line without its LF.
    fn take(&mut self, line: &[u8], give: &mut impl FnMut(Item<'_>)) {
        let overlong = std::mem::take(&mut self.overlong) || line.len() > MAX_LINE;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match self.place {
            Place::Banner if overlong => {
                self.place = Place::Headers;
                give(Item::Banner("(a line without an end)"));
            }
            Place::Banner => {
                self.place = Place::Headers;
                give(Item::Banner(&String::from_utf8_lossy(line)));
            }
            Place::Headers if overlong => self.place = Place::Dropping,
            Place::Headers if line.is_empty() => self.end(give),
            Place::Headers => self.header(line),
            Place::Output(seen) => {
                let seen = seen + line.len() + 1;
                if line.ends_with(END_OF_COMMAND) {
                    self.place = Place::Headers;
                } else if seen > MAX_MESSAGE {
                    self.place = Place::Dropping;
                } else {
                    self.place = Place::Output(seen);
                }
            }
            Place::Dropping if line.is_empty() && !overlong => {
                self.message.clear();
                self.place = Place::Headers;
            }
            Place::Dropping => {}
        }
    }

    fn header(&mut self, line: &[u8]) {
        // An old command's answer has two or three headers, then output that knows no headers.
        let headers = [&b"Privilege:"[..], b"ActionID:", b"Response:", b"Message:"];
        if !self.message.fields.is_empty()
            && self.message.is_old_command_answer()
            && !headers.iter().any(|header| line.starts_with(header))
        {
            if !line.ends_with(END_OF_COMMAND) {
                self.place = Place::Output(line.len());
            }
        } else if !self.message.push(line) {
            self.place = Place::Dropping;
        }
    }

    fn end(&mut self, give: &mut impl FnMut(Item<'_>)) {
        if !self.message.fields.is_empty() {
            give(Item::Message(&self.message));
        }
        self.message.clear();
    }
}

/// Writes an action. Keys and values lose every line break and NUL, so that no value can smuggle
/// in a header or an action of its own.
pub fn write_action<'a>(out: &mut Vec<u8>, fields: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let clean = |text: &'a str| {
        text.bytes()
            .filter(|byte| !matches!(byte, b'\r' | b'\n' | 0))
    };
    for (key, value) in fields {
        out.extend(clean(key).filter(|byte| *byte != b':'));
        out.extend_from_slice(b": ");
        out.extend(clean(value));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;

//! A JSON reader that flattens into keys and texts.
//!
//! It is our own because what we need is not a document but what was *sent*: a number's digits
//! (Asterisk's unique id `1652030727.790` as a number loses its last digit in a double), keys in
//! their order, Latin-1 strings. It is forgiving inside strings and numbers, which scripts paste
//! together, and strict about structure. It does not recurse.

use std::borrow::Cow;

use crate::params::{MAX_DEPTH, MAX_KEY, Malformed, text};

/// Takes a key and its text.
type Emit<'e, 'a> = &'e mut dyn FnMut(Cow<'a, str>, Cow<'a, str>) -> Result<(), Malformed>;

/// Reads one object, or a list of one object, and hands over every text, number and boolean in
/// it, nested ones under a form's key (`a[b][]`). `null` counts as absent.
pub(crate) fn flatten<'a>(json: &'a [u8], emit: Emit<'_, 'a>) -> Result<(), Malformed> {
    Reader {
        json,
        at: 0,
        open: Vec::new(),
        root: Cow::Borrowed(""),
        path: String::new(),
    }
    .run(emit)
}

/// An object or list that is not closed yet.
#[derive(Clone, Copy)]
struct Open {
    list: bool,
    /// Whether its members' keys stand alone (no key above).
    top: bool,
    /// How much of the path is above it.
    path: usize,
}

struct Reader<'a> {
    json: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// The key in the outermost object.
    root: Cow<'a, str>,
    /// What follows it, as a form writes it.
    path: String,
}

impl<'a> Reader<'a> {
    fn run(&mut self, emit: Emit<'_, 'a>) -> Result<(), Malformed> {
        loop {
            if self.value(emit)? {
                continue;
            }
            if self.next_member()? {
                continue;
            }
            return match self.peek() {
                None => Ok(()),
                Some(_) => Err(self.error("there is more after the end")),
            };
        }
    }

    /// Reads what is here; true when a container was opened and its first member comes next.
    fn value(&mut self, emit: Emit<'_, 'a>) -> Result<bool, Malformed> {
        let Some(first) = self.peek() else {
            return Err(self.error("it ends where a value should be"));
        };
        if matches!(first, b'{' | b'[') {
            self.enter(first == b'[')?;
            let close = if first == b'[' { b']' } else { b'}' };
            if self.peek() == Some(close) {
                return Ok(false);
            }
            if first == b'{' {
                self.key()?;
            } else {
                self.element();
            }
            return Ok(true);
        }
        let scalar = self.scalar(first)?;
        if self.open.last().is_none_or(|open| open.top && open.list) {
            return Err(Malformed::NoObject);
        }
        if let Some(scalar) = scalar {
            emit(self.here(), scalar)?;
        }
        Ok(false)
    }

    /// After a value: closes what ends here; true when another member comes next.
    fn next_member(&mut self) -> Result<bool, Malformed> {
        while let Some(open) = self.open.last().copied() {
            let close = if open.list { b']' } else { b'}' };
            match self.peek() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    self.open.pop();
                    self.path.truncate(open.path);
                }
                Some(b',') => {
                    self.at += 1;
                    if open.list && open.top {
                        return Err(Malformed::ManyEvents);
                    }
                    if open.list {
                        self.element();
                    } else {
                        self.key()?;
                    }
                    return Ok(true);
                }
                Some(_) if open.list => return Err(self.error("expected , or ]")),
                Some(_) => return Err(self.error("expected , or }")),
                None => return Err(self.error("it ends before it is closed")),
            }
        }
        Ok(false)
    }

    fn enter(&mut self, list: bool) -> Result<(), Malformed> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Malformed::TooDeep);
        }
        let top = self.open.last().is_none_or(|open| open.top && open.list);
        // A list in a list at the top would be events in lists.
        if top && list && !self.open.is_empty() {
            return Err(Malformed::NoObject);
        }
        self.at += 1;
        self.open.push(Open {
            list,
            top,
            path: self.path.len(),
        });
        Ok(())
    }

    fn key(&mut self) -> Result<(), Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a key in quotes"));
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(self.error("expected : after a key"));
        }
        self.at += 1;
        let Some(open) = self.open.last() else {
            return Ok(());
        };
        if open.top {
            self.root = key;
        } else {
            self.path.truncate(open.path);
            self.path.push('[');
            self.path.push_str(&key);
            self.path.push(']');
        }
        // Copied for every value below: what is too long to be a key must not multiply.
        if self.root.len() + self.path.len() > MAX_KEY {
            return Err(Malformed::KeyTooLong);
        }
        Ok(())
    }

    fn element(&mut self) {
        if let Some(open) = self.open.last()
            && !open.top
        {
            self.path.truncate(open.path);
            self.path.push_str("[]");
        }
    }

    fn here(&self) -> Cow<'a, str> {
        if self.path.is_empty() {
            self.root.clone()
        } else {
            Cow::Owned(format!("{}{}", self.root, self.path))
        }
    }

    fn scalar(&mut self, first: u8) -> Result<Option<Cow<'a, str>>, Malformed> {
        if first == b'"' {
            return self.string().map(Some);
        }
        let rest = &self.json[self.at..];
        for (word, value) in [
            ("null", None),
            ("true", Some("true")),
            ("false", Some("false")),
        ] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(value.map(Cow::Borrowed));
            }
        }
        // More than JSON's numbers: a script that pastes `"from": 0660123` or `+4930…` means it.
        let length = rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let number = &rest[..length];
        if !number.iter().any(u8::is_ascii_digit) {
            return Err(self.error("expected a value"));
        }
        self.at += length;
        Ok(Some(text::decode(Cow::Borrowed(number))))
    }

    /// Reads a string; the caller has seen its opening quote.
    fn string(&mut self) -> Result<Cow<'a, str>, Malformed> {
        self.at += 1;
        let rest = &self.json[self.at..];
        let Some(end) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) else {
            return Err(self.error("it ends inside a text"));
        };
        if rest[end] == b'"' {
            self.at += end + 1;
            return Ok(text::decode(Cow::Borrowed(&rest[..end])));
        }
        let mut bytes = rest[..end].to_vec();
        self.at += end;
        loop {
            match self.json.get(self.at) {
                None => return Err(self.error("it ends inside a text")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text::decode(Cow::Owned(bytes)));
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(&mut bytes);
                }
                Some(byte) => {
                    bytes.push(*byte);
                    self.at += 1;
                }
            }
        }
    }

    /// Reads what follows a backslash. One that escapes nothing stays: `OFFICE\anna`.
    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(kind) = self.json.get(self.at) else {
            return;
        };
        let plain = match kind {
            b'"' | b'\\' | b'/' => *kind,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.unicode(bytes),
            _ => {
                bytes.push(b'\\');
                return;
            }
        };
        bytes.push(plain);
        self.at += 1;
    }

    /// Reads `u` and four digits, and the other half of a surrogate pair after it.
    fn unicode(&mut self, bytes: &mut Vec<u8>) {
        let Some(unit) = self.hex4(self.at + 1) else {
            bytes.push(b'\\');
            return;
        };
        self.at += 5;
        let mut code = unit;
        if (0xd800..0xdc00).contains(&unit)
            && self.json[self.at..].starts_with(b"\\u")
            && let Some(low @ 0xdc00..0xe000) = self.hex4(self.at + 2)
        {
            self.at += 6;
            code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        let digits = self.json.get(at..at + 4)?;
        digits.iter().try_fold(0, |code, digit| {
            Some(code << 4 | char::from(*digit).to_digit(16)?)
        })
    }

    /// The next byte that is no blank; NUL counts as one (C programs send their terminator).
    fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.json.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0) {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    fn error(&self, why: &'static str) -> Malformed {
        Malformed::Json { at: self.at, why }
    }
}

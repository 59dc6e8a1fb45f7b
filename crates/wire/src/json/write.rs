//! JSON as Rails writes it, byte for byte (facts/zammad-cti.md 1.4).

use std::fmt::Write;

/// Writes one object, keys in the order of the calls.
pub(crate) struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Object<'o> {
    /// Opens it.
    pub(crate) fn open(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Writes the key and lets the caller write its value.
    pub(crate) fn key(&mut self, key: &str) -> &mut String {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        push_string(self.out, key);
        self.out.push(':');
        self.out
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &str, value: &str) {
        push_string(self.key(key), value);
    }

    /// A text or null.
    pub(crate) fn maybe(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.key(key).push_str("null"),
        }
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, key: &str, values: &[String]) {
        let out = self.key(key);
        out.push('[');
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            push_string(out, value);
        }
        out.push(']');
    }

    /// Closes it.
    pub(crate) fn close(self) {
        self.out.push('}');
    }
}

/// Writes a text in quotes. `<`, `>`, `&` and the two line separators are escaped as Rails does, so
/// that an answer is harmless inside a page.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

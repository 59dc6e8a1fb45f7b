//! From bytes to text that can be stored.

use std::borrow::Cow;

/// The bytes as text: UTF-8, else Latin-1, which old PBXs send (facts/pbx-and-clients.md C.6
/// line 15). NUL is left out: no database takes it, and Zammad drops it as well.
pub(crate) fn decode(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    let text = match bytes {
        Cow::Borrowed(bytes) => str::from_utf8(bytes).map_or_else(|_| latin1(bytes), Cow::Borrowed),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Cow::Owned(text),
            Err(broken) => latin1(broken.as_bytes()),
        },
    };
    if text.as_bytes().contains(&0) {
        Cow::Owned(text.replace('\0', ""))
    } else {
        text
    }
}

fn latin1<'a>(bytes: &[u8]) -> Cow<'a, str> {
    Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// The first `chars` characters.
pub(crate) fn cut(text: &str, chars: usize) -> &str {
    if text.len() <= chars {
        return text;
    }
    match text.char_indices().nth(chars) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

//! Query strings and urlencoded bodies.

use std::borrow::Cow;

use super::{Malformed, Params, text};

/// Reads `key=value&key=value`.
pub(super) fn read<'a>(form: &'a [u8], params: &mut Params<'a>) -> Result<(), Malformed> {
    for pair in form.split(|byte| *byte == b'&') {
        if pair.is_empty() {
            continue;
        }
        let equals = pair.iter().position(|byte| *byte == b'=');
        let (key, value) = match equals {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        // A line end after the last value is curl's `-d @file` or a script's echo.
        let value = value.trim_ascii_end();
        params.push(decode(key), decode(value))?;
    }
    Ok(())
}

/// Undoes percent and plus. What is no escape stays as it is (`50%`): client 4 of
/// facts/pbx-and-clients.md C.4 does not escape its values. For the same reason a plus before a
/// digit at the very start is a phone number's and stays, where a form would have a blank.
fn decode(raw: &[u8]) -> Cow<'_, str> {
    if !raw.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return text::decode(Cow::Borrowed(raw));
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    if let [b'+', digit, ..] = raw
        && digit.is_ascii_digit()
    {
        bytes.push(b'+');
        rest = &raw[1..];
    }
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            _ => bytes.push(*first),
        }
    }
    text::decode(Cow::Owned(bytes))
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes() {
        for (raw, text) in [
            (&b"plain"[..], "plain"),
            (b"Anna+Lopez", "Anna Lopez"),
            (b"Ticket%20System", "Ticket System"),
            (b"Ticket%2520System", "Ticket%20System"),
            (b"%2b4930", "+4930"),
            (b"+4930+1", "+4930 1"),
            (b"+", " "),
            (b"+Anna", " Anna"),
            (b"50%", "50%"),
            (b"50%2", "50%2"),
            (b"%zz%41", "%zzA"),
            (b"M%FCller", "Müller"),
            (b"M\xfcller", "Müller"),
            (b"M%C3%BCller", "Müller"),
            (b"a%00b", "ab"),
        ] {
            assert_eq!(decode(raw), text, "{raw:?}");
        }
    }
}

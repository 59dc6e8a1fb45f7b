//! Secrets out of what is shown: tokens, passwords, cookies.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::report::extra::is_secret;

const MASK: &str = "***";
const MASKED_STRING: &str = "\"***\"";
/// A token shorter than this would mask half a page.
const SHORTEST: usize = 4;

/// The text without the token.
pub fn text(text: &str, token: &str) -> String {
    if token.len() < SHORTEST {
        text.to_owned()
    } else {
        text.replace(token, MASK)
    }
}

/// Whether a text tells the token.
pub(crate) fn tells(text: &str, token: &str) -> bool {
    token.len() >= SHORTEST && text.contains(token)
}

/// A path as it may be shown: decoded, where the token is not in it as it was sent.
pub fn path(path: &str, token: &str) -> String {
    if path.contains(token) {
        text(path, token)
    } else {
        text(&percent_decode_str(path).decode_utf8_lossy(), token)
    }
}

/// A header's value as it may be shown.
pub fn header<'v>(name: &str, value: &'v str) -> &'v str {
    if is_secret(name) { MASK } else { value }
}

/// A body or query string, with the token and the values under secret keys masked, whether it is
/// JSON, a form or multipart.
pub fn body(body: &[u8], token: &str) -> String {
    let shown = String::from_utf8_lossy(body);
    let trimmed = shown.trim_start();
    let masked = if trimmed.starts_with(['{', '[']) {
        json(&shown, token)
    } else if trimmed.starts_with("--") {
        multipart(&shown)
    } else {
        form(&shown, token)
    };
    text(&masked, token)
}

fn form(form: &str, token: &str) -> String {
    let masked = |field: &str| match field.split_once('=') {
        Some((key, _)) if is_hidden(field, token) => format!("{key}={MASK}"),
        _ => field.to_owned(),
    };
    form.split('&').map(masked).collect::<Vec<_>>().join("&")
}

/// Whether a field's key says that its value is secret, or the value tells the token in other
/// letters than these.
fn is_hidden(field: &str, token: &str) -> bool {
    form_urlencoded::parse(field.as_bytes())
        .any(|(key, value)| is_secret(&key) || tells(&value, token) && !tells(field, token))
}

/// Walks from string to string; one that is followed by a colon is a key.
fn json(json: &str, token: &str) -> String {
    let mut masked = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('"') {
        let Some(end) = string_end(&rest[start..]) else {
            break;
        };
        let (before, string) = (&rest[..start], &rest[start..start + end]);
        rest = &rest[start + end..];
        masked.push_str(before);
        let plain = unescaped(string);
        if tells(&plain, token) && !tells(string, token) {
            masked.push_str(MASKED_STRING);
        } else {
            masked.push_str(string);
        }
        let space = rest.len() - rest.trim_start().len();
        if !rest[space..].starts_with(':') || !is_secret(&plain) {
            continue;
        }
        let value = rest[space + 1..].trim_start();
        let value_end = value_end(value);
        masked.push_str(": ");
        masked.push_str(MASKED_STRING);
        rest = &value[value_end..];
    }
    masked + rest
}

/// What a JSON string says; as it stands there where it is broken.
fn unescaped(string: &str) -> Cow<'_, str> {
    if string.contains('\\')
        && let Ok(plain) = serde_json::from_str(string)
    {
        Cow::Owned(plain)
    } else {
        Cow::Borrowed(string)
    }
}

/// Where the JSON value that begins the text ends; all of the text when it does not.
fn value_end(text: &str) -> usize {
    let (mut place, mut depth) = (0, 0_usize);
    while let Some(byte) = text.as_bytes().get(place) {
        match byte {
            b'"' => {
                place += string_end(&text[place..]).unwrap_or(text.len() - place);
                if depth == 0 {
                    return place;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 1 => depth -= 1,
            b'}' | b']' => return place + depth,
            b',' if depth == 0 => return place,
            _ => {}
        }
        place += 1;
    }
    text.len()
}

/// Where the JSON string that begins the text ends.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().enumerate().skip(1).find_map(|(place, byte)| {
        let end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        end.then_some(place + 1)
    })
}

/// Masks every line of a part whose name is secret, but for its headers.
fn multipart(parts: &str) -> String {
    let mut secret = false;
    let mut inside = false;
    let mut masked = String::with_capacity(parts.len());
    for line in parts.split_inclusive('\n') {
        let plain = line.trim_end_matches(['\r', '\n']);
        if plain.starts_with("--") {
            (secret, inside) = (false, false);
        } else if inside && secret {
            masked.push_str(MASK);
            masked.push_str(&line[plain.len()..]);
            continue;
        } else if plain.is_empty() {
            inside = true;
        } else if !inside && let Some((_, name)) = plain.split_once("name=") {
            secret |= is_secret(name.split(';').next().unwrap_or(name).trim_matches('"'));
        }
        masked.push_str(line);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_in_every_encoding() {
        for (sent, shown) in [
            (
                "event=newCall&api_key=abc&from=49",
                "event=newCall&api_key=***&from=49",
            ),
            ("pass%77ord=x&from=4", "pass%77ord=***&from=4"),
            (
                r#"{"from":"49","password":"a\"b","x":1}"#,
                r#"{"from":"49","password": "***","x":1}"#,
            ),
            (
                r#"{"token" : 12, "a":{"secret":["#,
                r#"{"token": "***", "a":{"secret": "***""#,
            ),
            (
                r#"{"secrets":["a","b",{"c":"]"}],"auth":{"credentials":{"user":"x","key":"y"},"z":1}}"#,
                r#"{"secrets": "***","auth":{"credentials": "***","z":1}}"#,
            ),
            ("to=1&url=/api/v1/cti/TOKEN1", "to=1&url=/api/v1/cti/***"),
            (
                "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n--b--",
                "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n***\r\n--b--",
            ),
            ("to=1&url=x/TOKEN%31/a&x=2", "to=1&url=***&x=2"),
            ("password=TOKEN1-and-more", "password=***"),
            (
                r#"{"pass\u0077ord":"x","url":"a/TOKEN\u0031","to":"\u0031"}"#,
                r#"{"pass\u0077ord": "***","url":"***","to":"\u0031"}"#,
            ),
            (r#"{"to":"\x TOKEN1"}"#, r#"{"to":"\x ***"}"#),
            ("", ""),
            ("{\"token", "{\"token"),
        ] {
            assert_eq!(body(sent.as_bytes(), "TOKEN1"), shown, "{sent}");
        }
        for (sent, shown) in [
            ("/api/v1/cti/TOKEN1", "/api/v1/cti/***"),
            ("/api/v1/%63ti/TOKEN1", "/api/v1/%63ti/***"),
            ("/api/v1/cti/%54OKEN1", "/api/v1/cti/***"),
        ] {
            assert_eq!(path(sent, "TOKEN1"), shown, "{sent}");
        }
        assert_eq!(header("X-Api-Key", "abc"), "***");
        assert_eq!(header("Authorization", "Basic abc"), "***");
        assert_eq!(header("cookie", "a=b"), "***");
        assert_eq!(header("user-agent", "curl"), "curl");
    }
}

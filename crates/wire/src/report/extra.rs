//! Keys that we do not know: kept with the event for support and for what we learn later.

use crate::params::{Field, text};

/// So many unknown fields are kept.
const MAX_EXTRA: usize = 50;
/// Of a key, so many characters.
const MAX_KEY: usize = 100;
/// Of a value, so many characters.
const MAX_VALUE: usize = 500;
/// A key with one of these in it holds a secret.
const SECRETS: [&str; 11] = [
    "token",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "authorization",
    "apikey",
    "cookie",
    "credential",
    "signature",
];

/// The fields to keep, secrets masked, and the keys that nobody reads. `known` keys (without case,
/// `_` and `-`) are kept but not counted as ignored.
pub(super) fn keep(
    others: &[&Field<'_>],
    known: &[&str],
    warnings: &mut Vec<String>,
) -> (Vec<(String, String)>, Vec<String>) {
    let mut extra = Vec::with_capacity(others.len().min(MAX_EXTRA));
    let mut ignored: Vec<String> = Vec::new();
    for field in others.iter().take(MAX_EXTRA) {
        let key = text::cut(&field.key, MAX_KEY);
        let name = text::cut(field.name(), MAX_KEY);
        let plain = plain(name);
        let value = if holds_secret(&plain) {
            "***"
        } else {
            text::cut(&field.value, MAX_VALUE)
        };
        extra.push((key.to_owned(), value.to_owned()));
        let known = plain == "userid" || known.contains(&&*plain);
        if !known && !ignored.iter().any(|known| known == name) {
            ignored.push(name.to_owned());
        }
    }
    if others.len() > MAX_EXTRA {
        let more = others.len() - MAX_EXTRA;
        warnings.push(format!("{more} more unknown parameters were left out."));
    }
    (extra, ignored)
}

/// Whether a value under this key is to be masked wherever a request is shown or stored.
pub(crate) fn is_secret(key: &str) -> bool {
    holds_secret(&plain(key))
}

fn holds_secret(plain: &str) -> bool {
    SECRETS.iter().any(|secret| plain.contains(secret))
}

fn plain(key: &str) -> String {
    key.chars()
        .filter(|character| !matches!(character, '_' | '-' | ' '))
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

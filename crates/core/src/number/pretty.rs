use super::{NumberKey, library, read};

/// Writes a number for people: `+49 30 609854180` for an E.164 number, the digits as sent for any
/// other, nothing for a withheld number or a name (facts/zammad-cti.md 3.8).
///
/// `key` is what [`NumberKey::of`] made of `raw`.
pub fn pretty(raw: &str, key: Option<NumberKey>) -> String {
    (key.and_then(NumberKey::e164))
        .and_then(|digits| library::international(&digits))
        .unwrap_or_else(|| read(raw).digits)
}

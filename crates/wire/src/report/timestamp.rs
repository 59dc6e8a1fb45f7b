//! The sender's clock.

use jiff::Timestamp;
use offhook_core::UnixMillis;

/// An event may be this old: a bridge that was offline sends what it kept.
const MAX_AGE: i64 = 7 * 24 * 3600 * 1000;
/// A clock may be this far ahead.
const MAX_AHEAD: i64 = 60 * 1000;
/// Numbers from here on are milliseconds; as seconds they would be in the year 5138.
const MILLIS_FROM: i64 = 100_000_000_000;

/// The time, if it is one and believable, else what is wrong with it.
pub(super) fn read(sent: &str, now: UnixMillis) -> Result<UnixMillis, &'static str> {
    let at = parse(sent).ok_or("is no RFC 3339 time and no Unix time")?;
    let age = now.millis_since(at);
    if age > MAX_AGE {
        Err("is more than 7 days old")
    } else if age < -MAX_AHEAD {
        Err("is more than a minute ahead")
    } else {
        Ok(at)
    }
}

fn parse(sent: &str) -> Option<UnixMillis> {
    let number = sent
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !number {
        // An unescaped plus in a form became a blank: `2026-01-01T10:00:00 01:00`.
        let repaired = match sent.rsplit_once(' ') {
            Some((time, offset)) if time.contains(':') => format!("{time}+{offset}"),
            _ => String::new(),
        };
        let time: Timestamp = sent.parse().or_else(|_| repaired.parse()).ok()?;
        return Some(UnixMillis(time.as_millisecond()));
    }
    let (whole, fraction) = sent.split_once('.').unwrap_or((sent, ""));
    if fraction.contains('.') {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    if whole >= MILLIS_FROM {
        return Some(UnixMillis(whole));
    }
    let millis = fraction.bytes().chain(*b"000").take(3);
    let millis = millis.fold(0, |millis, digit| millis * 10 + i64::from(digit - b'0'));
    Some(UnixMillis(whole * 1000 + millis))
}

#[cfg(test)]
mod tests {
    use offhook_core::UnixMillis;

    use super::read;

    #[test]
    fn times() {
        let now = UnixMillis(1_767_603_600_000); // 2026-01-05T09:00:00Z
        let tenth = |tenths: i64| Ok(UnixMillis(now.0 + tenths * 100));
        for (sent, expected) in [
            ("2026-01-05T09:00:00Z", tenth(0)),
            ("2026-01-05T10:00:00+01:00", tenth(0)),
            ("2026-01-05T10:00:00 01:00", tenth(0)),
            ("2026-01-05T09:00:00.300Z", tenth(3)),
            ("1767603600", tenth(0)),
            ("1767603600.3", tenth(3)),
            ("1767603600.3001", tenth(3)),
            ("1767603600300", tenth(3)),
            ("1767603600300.25", tenth(3)),
            ("1767603660", tenth(600)),
            ("1767603661", Err("is more than a minute ahead")),
            ("1766998800", tenth(-6_048_000)),
            ("1766998799", Err("is more than 7 days old")),
            ("0", Err("is more than 7 days old")),
        ] {
            assert_eq!(read(sent, now), expected, "{sent}");
        }
        for sent in [
            "yesterday",
            "",
            ".",
            "1.2.3",
            "99999999999999999999",
            "-5",
            "2026-01-05",
        ] {
            assert_eq!(
                read(sent, now),
                Err("is no RFC 3339 time and no Unix time"),
                "{sent}"
            );
        }
    }
}

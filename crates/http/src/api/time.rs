use jiff::Timestamp;
use offhook_core::UnixMillis;

/// RFC 3339 in UTC with milliseconds.
pub(crate) fn rfc3339(at: UnixMillis) -> String {
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    format!("{at:.3}")
}

/// Reads RFC 3339.
pub(crate) fn parse_time(text: &str) -> Option<UnixMillis> {
    text.trim()
        .parse::<Timestamp>()
        .ok()
        .map(|at| UnixMillis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_with_milliseconds() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_767_323_045_678, "2026-01-02T03:04:05.678Z"),
        ] {
            assert_eq!(rfc3339(UnixMillis(millis)), text);
            assert_eq!(parse_time(text), Some(UnixMillis(millis)));
        }
        assert_eq!(
            parse_time("2026-01-02T04:04:05.678+01:00"),
            Some(UnixMillis(1_767_323_045_678))
        );
        assert_eq!(parse_time("yesterday"), None);
    }
}

//! Stories that a PBX tells, written as lines of text.

use std::time::{SystemTime, UNIX_EPOCH};

use offhook_testkit::FakePbx;

/// Sends one event at `now`, as [`now`] has it. It is a form, or JSON if it begins so; `AGO(90)` in it stands for the Unix
/// time 90 seconds ago and `RFC(90)` for the same in RFC 3339. The answer is expected to be
/// `200 {}` unless the line says another after ` -> `.
pub(crate) async fn play(pbx: &FakePbx, now: i64, line: &str, what: &str) {
    let (event, expected) = line.split_once(" -> ").unwrap_or((line, "200 {}"));
    let event = with_times(event, now);
    let answer = if event.starts_with('{') {
        let url = pbx.url.clone();
        pbx.client
            .send_as(&url, "application/json", event.as_bytes())
            .await
    } else {
        pbx.send(&event).await
    };
    let got = format!("{} {}", answer.status.as_u16(), answer.text);
    assert_eq!(got, expected, "{what}: {event}");
}

/// The line with every time in its place.
pub(crate) fn with_times(line: &str, now: i64) -> String {
    let mut line = line.to_owned();
    while let Some((start, end, seconds)) = place(&line, "AGO(") {
        line.replace_range(start..end, &(now - seconds).to_string());
    }
    while let Some((start, end, seconds)) = place(&line, "RFC(") {
        let at = jiff::Timestamp::from_second(now - seconds).unwrap();
        let text = at.to_string();
        line.replace_range(start..end, &text);
    }
    line
}

fn place(line: &str, word: &str) -> Option<(usize, usize, i64)> {
    let start = line.find(word)?;
    let length = line[start..].find(')')?;
    let seconds = line[start + word.len()..start + length].parse().unwrap();
    Some((start, start + length + 1, seconds))
}

/// The Unix time. A story takes it once, so that what lies between its events is exact.
#[expect(
    clippy::disallowed_methods,
    reason = "the server under test has the true time"
)]
pub(crate) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

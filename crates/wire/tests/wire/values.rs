//! Lines 14 and 15 of the tolerance list (facts/pbx-and-clients.md C.6): what values may hold, and
//! what can not be read at all.

use offhook_core::call::Direction::In;
use offhook_wire::Refusal;

use crate::expect::{FORM, JSON, event, new_call, read};

#[test]
fn line_14_numbers_stay_as_sent() {
    for number in [
        "+4930123456",
        "004930123456",
        "030123456",
        "030 123 456",
        "030/123456",
        "030-123456",
        "(030) 123456",
        "tel:+4930123456",
        "sip:4930123456@10.0.0.5;user=phone",
        "\\\"Anna\\\" <4930123456>",
        "Anna Lopez 4930123456",
        "<unknown>",
        "anonymous",
        "unknown",
        "restricted",
        "*31#030123456",
        "",
        "201",
    ] {
        let body = format!(
            r#"{{"event":"newCall","direction":"in","callId":"1","from":"{number}","to":"1"}}"#
        );
        let number = number.replace('\\', "");
        assert_eq!(event(JSON, &body), new_call("1", In, &number, "1").0);
    }
    let number =
        r#"{"event":"newCall","direction":"in","callId":"1","from":4930123456,"to":0660123}"#;
    assert_eq!(
        event(JSON, number),
        new_call("1", In, "4930123456", "0660123").0
    );
    // An unescaped plus in a form is a phone number's.
    let plus = "event=newCall&direction=in&callId=1&from=+4930123456&to=%2B4989000111";
    assert_eq!(
        event(FORM, plus),
        new_call("1", In, "+4930123456", "+4989000111").0
    );
}

#[test]
fn line_15_odd_bytes() {
    let user = |content_type, body: &[u8]| event(content_type, body).users;
    assert_eq!(
        user(FORM, b"event=answer&callId=1&user=M\xfcller"),
        ["Müller"]
    );
    assert_eq!(
        user(FORM, b"event=answer&callId=1&user=M%FCller"),
        ["Müller"]
    );
    assert_eq!(
        user(FORM, b"event=answer&callId=1&user=M%C3%BCller"),
        ["Müller"]
    );
    assert_eq!(user(FORM, b"event=answer&callId=1&user=100%"), ["100%"]);
    assert_eq!(user(FORM, b"event=answer&callId=1&user=a%00b"), ["ab"]);
    assert_eq!(
        user(
            JSON,
            b"{\"event\":\"answer\",\"callId\":\"1\",\"user\":\"M\xfcller\"}"
        ),
        ["Müller"]
    );
    assert_eq!(
        user(
            JSON,
            br#"{"event":"answer","callId":"1","user":"a\u0000b"}"#
        ),
        ["ab"]
    );
    assert_eq!(
        user(
            JSON,
            br#"{"event":"answer","callId":"1","user":"M\u00fcller \ud83d\ude00 \ud83d"}"#
        ),
        ["Müller 😀 \u{fffd}"]
    );
    assert_eq!(
        user(
            JSON,
            br#"{"event":"answer","callId":"1","user":"OFFICE\anna \u12"}"#
        ),
        ["OFFICE\\anna \\u12"]
    );
    let parts = "--X\r\nContent-Disposition: form-data; name=\"event\"\r\n\r\nanswer\r\n\
        --X\r\nContent-Disposition: form-data; name=\"user\"; filename=\"u.txt\"\r\n\r\nM\u{fc}\r\n--X--";
    let latin: Vec<u8> = parts
        .chars()
        .map(|character| u8::try_from(u32::from(character)).unwrap())
        .collect();
    assert_eq!(
        user(Some("multipart/form-data; boundary=X"), &latin),
        ["Mü"]
    );
}

#[test]
fn line_15_long_values_are_cut() {
    let long = "ü".repeat(5000);
    let body = format!(
        "event=hangup&direction=out&callId={long}&from={long}&to={long}&user={long}&queue={long}&cause={long}&answeringNumber={long}&more={long}&{}=1",
        "k".repeat(240)
    );
    let got = event(FORM, &body);
    let length = |text: &str| text.chars().count();
    assert_eq!(length(&got.call_id.unwrap()), 250);
    assert_eq!(length(&got.from.unwrap().number), 255);
    assert_eq!(length(&got.to.unwrap().number), 255);
    assert_eq!(length(&got.users[0]), 250);
    assert_eq!(length(&got.queue.unwrap()), 250);
    assert_eq!(length(&got.cause_text.unwrap()), 500);
    assert_eq!(length(&got.answering_number.unwrap()), 255);
    assert_eq!(length(&got.extra[0].1), 500);
    assert_eq!(length(&got.extra[1].0), 100);
}

#[test]
fn what_can_not_be_read() {
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    let many: Vec<String> = (0..300).map(|n| format!("k{n}=1")).collect();
    let many = many.join("&");
    for (body, text) in [
        (
            r#"{"event":"#,
            "The body is no valid JSON at byte 9: it ends where a value should be.",
        ),
        (
            r#"{"event":"newCall"#,
            "The body is no valid JSON at byte 10: it ends inside a text.",
        ),
        (
            r#"{"event" "newCall"}"#,
            "The body is no valid JSON at byte 9: expected : after a key.",
        ),
        (
            r#"{"event":"newCall",}"#,
            "The body is no valid JSON at byte 19: expected a key in quotes.",
        ),
        (
            r#"{"event":"newCall"} x"#,
            "The body is no valid JSON at byte 20: there is more after the end.",
        ),
        (
            r#"{"event":newCall}"#,
            "The body is no valid JSON at byte 9: expected a value.",
        ),
        (
            "[1]",
            "The JSON is no object: send {\"event\": …, \"direction\": …, \"callId\": …}.",
        ),
        (
            "[{},{}]",
            "The JSON is a list of several events: send one event a request.",
        ),
        ("<event/>", "The body is XML: send JSON or a form."),
        (&*deep, "The JSON is nested too deep: at most 16 levels."),
        (&*many, "Too many parameters: send at most 200."),
        (
            &*format!("{}=1", "k".repeat(300)),
            "A parameter's name is too long: names have at most 250 bytes.",
        ),
    ] {
        assert_eq!(
            read(None, body),
            Err(Refusal::Malformed(text.into())),
            "{body:.40}"
        );
    }
    let cut = "--X\r\nContent-Disposition: form-data; name=\"event\"\r\n\r\nans";
    assert!(matches!(read(FORM, cut), Err(Refusal::Malformed(_))));
    assert!(matches!(
        read(JSON, "\"newCall\""),
        Err(Refusal::Malformed(_))
    ));
    assert!(matches!(read(JSON, "newCall"), Err(Refusal::Malformed(_))));
}

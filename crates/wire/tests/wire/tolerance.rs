//! The tolerance list of facts/pbx-and-clients.md C.6, line by line; lines 7 to 10, 16, 17, 19
//! and 20 are the server's and the journal's.

use offhook_core::call::{Cause, Direction, Direction::In, Direction::Out, EventKind};
use offhook_core::number::Country;
use offhook_wire::{Refusal, Request, zammad};

use crate::expect::{
    FORM, JSON, NOW, TEXT, answer, event, hangup, new_call, party, read, understood,
};

const AS_JSON: &str = r#"{"event":"newCall","direction":"in","from":"4930123456","to":"4989000111","callId":"1","user":["Anna","Ben"]}"#;
const AS_FORM: &str =
    "event=newCall&direction=in&from=4930123456&to=4989000111&callId=1&user[]=Anna&user[]=Ben";
const AS_PARTS: &str = "--XY\r\nContent-Disposition: form-data; name=\"event\"\r\n\r\nnewCall\r\n\
    --XY\r\nContent-Disposition: form-data; name=\"direction\"\r\n\r\nin\r\n\
    --XY\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\n4930123456\r\n\
    --XY\r\ncontent-disposition: form-data; name=\"to\"\r\nContent-Type: text/plain\r\n\r\n4989000111\r\n\
    --XY\r\nContent-Disposition: form-data; name=\"callId\"\r\n\r\n1\r\n\
    --XY\r\nContent-Disposition: form-data; name=\"user[]\"\r\n\r\nAnna\r\n\
    --XY\r\nContent-Disposition: form-data; name=\"user[]\"\r\n\r\nBen\r\n--XY--\r\n";

#[test]
fn line_1_and_2_the_body_says_what_it_is() {
    let expected = new_call("1", In, "4930123456", "4989000111")
        .users(&["Anna", "Ben"])
        .0;
    let labels = [
        None,
        Some(""),
        TEXT,
        JSON,
        FORM,
        Some("application/json; charset=utf-8"),
        Some("APPLICATION/JSON"),
        Some("application/x-www-form-urlencoded; charset=UTF-8"),
        Some("multipart/form-data; boundary=XY"),
        Some("multipart/form-data; boundary=\"XY\""),
        Some("multipart/form-data"),
        Some("application/xml"),
        Some("application/vnd.api+json"),
        Some("nonsense"),
    ];
    for body in [AS_JSON, AS_FORM, AS_PARTS] {
        for label in labels {
            assert_eq!(event(label, body), expected, "{label:?} {body}");
        }
        let marked = format!("\u{feff}{body}");
        assert_eq!(event(None, &marked), expected, "byte order mark: {body}");
    }
    assert_eq!(event(JSON, &format!("[{AS_JSON}]")), expected);
    assert_eq!(event(JSON, &format!(" \r\n{AS_JSON}\n\0")), expected);
    assert_eq!(event(FORM, &format!("{AS_FORM}\r\n")), expected);
    assert_eq!(event(FORM, &format!("&&{AS_FORM}&")), expected);
    let preamble = format!("This is multi-part.\r\n{AS_PARTS}");
    assert_eq!(
        event(Some("multipart/form-data; boundary=XY"), &preamble),
        expected
    );
}

#[test]
fn line_1_a_wrong_label_is_told() {
    let told = |label, body: &str| understood(label, body).warnings;
    assert_eq!(told(JSON, AS_JSON), [""; 0]);
    assert_eq!(told(FORM, AS_FORM), [""; 0]);
    assert_eq!(
        told(TEXT, AS_JSON),
        ["The body was read as JSON, but the content type says text/plain."]
    );
    assert_eq!(
        told(None, AS_FORM),
        ["The body was read as a form, but there is no content type."]
    );
}

#[test]
fn line_3_the_query_string() {
    let query = |query, content_type, body: &'static str| {
        let request = Request {
            query: Some(query),
            content_type,
            body: body.as_bytes(),
        };
        zammad::read(&request, Country::default(), NOW)
    };
    let expected = new_call("1", In, "4930123456", "4989000111")
        .users(&["Anna", "Ben"])
        .0;
    let got = query(AS_FORM, None, "").unwrap();
    assert_eq!(*got.body, expected);
    assert_eq!(got.warnings, ["Parameters came in the query string."]);
    // It beats the body, key by key.
    let got = query("from=1&user[]=Cleo", JSON, AS_JSON).unwrap().body;
    assert_eq!(got.from, Some(party("1")));
    assert_eq!(got.to, Some(party("4989000111")));
    assert_eq!(got.users, ["Cleo"]);
    assert_eq!(query("", JSON, AS_JSON).unwrap().warnings, [""; 0]);
}

#[test]
fn line_4_the_id() {
    for (key, body) in [
        ("callId", r#""callId":"7""#),
        ("call_id", r#""call_id":"7""#),
        ("callid", r#""callid":"7""#),
        ("call-id", r#""call-id":"7""#),
        ("CallSid", r#""CallSid":"7""#),
        ("CallID", r#""CallID":"7""#),
        ("a number", r#""callId":7"#),
        ("a list", r#""callId":["7"]"#),
        ("blanks", r#""callId":" 7 ""#),
        ("empty and full", r#""callId":"","call_id":"7","callid":"""#),
        (
            "Zammad's own first",
            r#""callid":"1","callId":"7","call_id":"2""#,
        ),
        ("callId before call_id", r#""call_id":"2","callId":"7""#),
        ("twice", r#""callId":"1","callId":"7""#),
    ] {
        let body = format!(r#"{{"event":"answer","direction":"in",{body}}}"#);
        assert_eq!(event(JSON, &body), answer("7", Some(In)).0, "{key}");
    }
    for body in [
        r#""callId":"""#,
        r#""callId":null"#,
        r#""callId":"  ""#,
        r#""callId":[]"#,
        r#""x":1"#,
    ] {
        let body = format!(r#"{{"event":"answer","direction":"in",{body}}}"#);
        assert_eq!(event(JSON, &body).call_id, None, "{body}");
    }
    // Asterisk's unique id as a number must not lose a digit, nor a long one its end.
    for id in ["1652030727.790", "12345678901234567890123", "007"] {
        let body = format!(r#"{{"event":"answer","direction":"in","callId":{id}}}"#);
        assert_eq!(event(JSON, &body).call_id.as_deref(), Some(id));
    }
}

#[test]
fn line_5_users() {
    for key in ["user", "caller"] {
        for (body, users) in [
            (r#""KEY":"Anna""#, &["Anna"][..]),
            (r#""KEY":["Anna","Ben"]"#, &["Anna", "Ben"]),
            (r#""KEY[]":"Anna""#, &["Anna"]),
            (r#""KEY[]":["Anna","Ben"]"#, &["Anna", "Ben"]),
            (r#""KEY":{"0":"Anna","1":"Ben"}"#, &["Anna", "Ben"]),
            (r#""KEY":[["Anna"],["Ben"]]"#, &["Anna", "Ben"]),
            (r#""KEY":["Anna",null,""," ","Ben"]"#, &["Anna", "Ben"]),
            (r#""KEY":"Anna,Ben""#, &["Anna,Ben"]),
            (r#""KEY":201"#, &["201"]),
            (r#""KEY":"""#, &[]),
            (r#""KEY":null"#, &[]),
            (r#""KEY":[]"#, &[]),
        ] {
            let body = format!(r#"{{"event":"answer","direction":"in","callId":"1",{body}}}"#)
                .replace("KEY", key);
            assert_eq!(
                event(JSON, &body),
                answer("1", Some(In)).users(users).0,
                "{body}"
            );
        }
        for (body, users) in [
            ("KEY=Anna", &["Anna"][..]),
            ("KEY[]=Anna&KEY[]=Ben", &["Anna", "Ben"]),
            ("KEY%5B%5D=Anna&KEY%5b%5d=Ben", &["Anna", "Ben"]),
            ("KEY[0]=Anna&KEY[1]=Ben", &["Anna", "Ben"]),
            ("KEY=Anna&KEY=Ben", &["Anna", "Ben"]),
            ("KEY=Anna&KEY[]=Ben", &["Anna", "Ben"]),
            ("KEY[]=", &[]),
            ("KEY", &[]),
            ("KEY=user 1,user 2", &["user 1,user 2"]),
        ] {
            let body = format!("event=answer&direction=in&callId=1&{body}").replace("KEY", key);
            assert_eq!(
                event(FORM, &body),
                answer("1", Some(In)).users(users).0,
                "{body}"
            );
        }
    }
    let both = event(
        FORM,
        "event=answer&direction=in&callId=1&caller=Anna&user=Ben",
    );
    assert_eq!(both.users, ["Ben"]);
}

#[test]
fn line_6_answer_and_hangup_say_little() {
    assert_eq!(event(FORM, "event=answer&callId=1"), answer("1", None).0);
    assert_eq!(
        event(FORM, "event=answer&callId=1&from=&to=&direction="),
        answer("1", None).0
    );
    assert_eq!(
        event(FORM, "event=hangup&callId=1"),
        hangup("1", None, None).0
    );
    assert_eq!(
        event(FORM, "event=newCall&direction=in&callId=1"),
        new_call("1", In, "", "").0
    );
    let null = r#"{"event":"newCall","direction":"in","callId":"1","from":null}"#;
    assert_eq!(event(JSON, null), new_call("1", In, "", "").0);
}

#[test]
fn line_11_causes() {
    for (sent, cause, text) in [
        ("normalClearing", Some(Cause::NormalClearing), None),
        ("NOANSWER", Some(Cause::NoAnswer), Some("NOANSWER")),
        ("17", Some(Cause::Busy), Some("17")),
        ("USER_BUSY", Some(Cause::Busy), Some("USER_BUSY")),
        ("lost", None, Some("lost")),
        ("went for lunch", None, Some("went for lunch")),
        ("", None, None),
    ] {
        let got = event(FORM, &format!("event=hangup&callId=1&cause={sent}"));
        assert_eq!(
            (got.cause, got.cause_text.as_deref()),
            (cause, text),
            "{sent}"
        );
    }
    let number = event(JSON, r#"{"event":"hangup","callId":"1","cause":16}"#);
    assert_eq!(number.cause, Some(Cause::NormalClearing));
}

#[test]
fn line_12_directions() {
    for (word, direction) in [
        ("in", In),
        ("out", Out),
        ("IN", In),
        ("Out", Out),
        ("inbound", In),
        ("OUTBOUND", Out),
        ("%20in%20", In),
    ] {
        for kind in ["newCall", "answer", "hangup"] {
            let got = event(FORM, &format!("event={kind}&direction={word}&callId=1"));
            assert_eq!(got.direction, Some(direction), "{word}");
        }
    }
    let refused = |body: &str| read(FORM, body).unwrap_err();
    for word in ["sideways", "i", "inn", "1"] {
        for kind in ["newCall", "answer", "hangup", "dance"] {
            let body = format!("event={kind}&direction={word}&callId=1");
            assert_eq!(refused(&body), Refusal::Direction, "{body}");
        }
    }
    for body in [
        "event=newCall&callId=1",
        "event=newCall&direction=&callId=1",
        "callId=1",
        "",
    ] {
        assert_eq!(refused(body), Refusal::Direction, "{body}");
    }
}

#[test]
fn line_13_events() {
    for (word, kind) in [
        ("newCall", EventKind::NewCall),
        ("NewCall", EventKind::NewCall),
        ("newcall", EventKind::NewCall),
        ("NEWCALL", EventKind::NewCall),
        ("Answer", EventKind::Answer),
        ("HANGUP", EventKind::Hangup),
        ("+hangup", EventKind::Hangup),
    ] {
        let got = event(FORM, &format!("event={word}&direction=in&callId=1"));
        assert_eq!(got.kind, kind, "{word}");
    }
    let refused = |body: &str| read(FORM, body).unwrap_err();
    assert_eq!(
        refused("event=ring&direction=in"),
        Refusal::Event("ring".into())
    );
    assert_eq!(refused("event=ring"), Refusal::Event("ring".into()));
    assert_eq!(
        refused("event=&direction=in"),
        Refusal::Event(String::new())
    );
    assert_eq!(refused("direction=in"), Refusal::Event(String::new()));
}

#[test]
fn line_18_unknown_keys_are_kept() {
    let body = r#"{"event":"answer","direction":"in","callId":"1","site":"Berlin","tags":["a","b"],"deep":{"er":{"x":1}},
        "apiToken":"s3cret","Api-Key":"s3cret","password":"s3cret","nested":{"client_secret":"s3cret"},"ok":true,"none":null}"#;
    let got = understood(JSON, body);
    let expected = answer("1", Some(In))
        .extra("site", "Berlin")
        .extra("tags[]", "a")
        .extra("tags[]", "b")
        .extra("deep[er][x]", "1")
        .extra("apiToken", "***")
        .extra("Api-Key", "***")
        .extra("password", "***")
        .extra("nested[client_secret]", "***")
        .extra("ok", "true");
    assert_eq!(*got.body, expected.0);
    assert_eq!(
        got.ignored,
        [
            "site",
            "tags",
            "deep[er][x]",
            "apiToken",
            "Api-Key",
            "password",
            "nested[client_secret]",
            "ok"
        ]
    );
    let many: Vec<String> = (0..120).map(|n| format!("key{n}=1")).collect();
    let many = many.join("&");
    let got = understood(FORM, &format!("event=answer&callId=1&{many}"));
    assert_eq!((got.body.extra.len(), got.ignored.len()), (50, 50));
    assert_eq!(got.warnings, ["70 more unknown parameters were left out."]);
}

#[test]
fn what_is_said_twice() {
    let got = understood(
        FORM,
        "event=newCall&direction=in&callId=1&from=1&from=2&to=3&to=3",
    );
    assert_eq!(*got.body, new_call("1", In, "2", "3").0);
    assert_eq!(
        got.warnings,
        ["'from' came more than once: the last one counts."]
    );
    let none: Option<Direction> = None;
    assert_eq!(
        event(FORM, "event=answer&callId=1&direction=in&direction=").direction,
        none
    );
}

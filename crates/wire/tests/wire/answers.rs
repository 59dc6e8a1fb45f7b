//! Answers, byte for byte (facts/zammad-cti.md 1.4 and 2.1).

use offhook_core::CallId;
use offhook_core::call::Decision;
use offhook_wire::zammad::{self, Explained};
use offhook_wire::{Refusal, placetel, sipgate};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::expect::{JSON, party, understood};

const URL: &str = "https://pbx.example/api/v1/sipgate/a&b/in";

fn dial(caller_id: &str, number: &str) -> Decision {
    Decision::Dial {
        caller_id: party(caller_id),
        number: number.to_owned(),
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn zammads_answers() {
    assert_eq!(text(zammad::answer(&Decision::Pass)), "{}");
    assert_eq!(
        text(zammad::answer(&Decision::Reject)),
        r#"{"action":"reject","reason":"busy"}"#
    );
    assert_eq!(
        text(zammad::answer(&dial("4930777000000", "4912347114711"))),
        r#"{"action":"dial","caller_id":"4930777000000","number":"4912347114711"}"#
    );
    assert_eq!(
        text(zammad::answer(&dial(
            "",
            "\"A\" <49>&\u{2028}\u{2029}\n\u{1}\\"
        ))),
        r#"{"action":"dial","caller_id":"","number":"\"A\" \u003c49\u003e\u0026\u2028\u2029\n\u0001\\"}"#
    );
    assert_eq!(zammad::CONTENT_TYPE, "application/json; charset=utf-8");
}

#[test]
fn refusals() {
    for (refusal, status, message) in [
        (
            Refusal::Disabled,
            422,
            "Feature is disabled, please contact your administrator!",
        ),
        (
            Refusal::NotConfigured,
            422,
            "Feature not configured, please contact your admin!",
        ),
        (
            Refusal::Token,
            401,
            "Invalid token, please contact your admin!",
        ),
        (Refusal::Direction, 422, "Invalid 'direction'!"),
        (Refusal::Malformed("Why.".into()), 422, "Why."),
    ] {
        assert_eq!(refusal.status(), status);
        assert_eq!(
            text(zammad::refuse(&refusal)),
            format!(r#"{{"error":"{message}"}}"#)
        );
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Error>{message}</Error>\n</Response>\n"
        );
        assert_eq!(text(sipgate::refuse(&refusal)), xml);
        assert_eq!(text(placetel::refuse(&refusal)), xml);
    }
    assert_eq!(
        text(zammad::refuse(&Refusal::Event("ring<1>".into()))),
        r#"{"error":"Invalid 'event' \"ring\u003c1\u003e\"! Send one of newCall, answer, hangup."}"#
    );
    assert_eq!(
        text(zammad::refuse(&Refusal::Event(String::new()))),
        r#"{"error":"Missing 'event'! Send one of newCall, answer, hangup."}"#
    );
    assert_eq!(Refusal::Event(String::new()).status(), 422);
    assert_eq!(Refusal::Signature.status(), 401);
}

#[test]
fn sipgates_answers() {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    let url = "https://pbx.example/api/v1/sipgate/a&amp;b/in";
    assert_eq!(
        text(sipgate::answer(&Decision::Pass, URL)),
        format!("{head}<Response onHangup=\"{url}\" onAnswer=\"{url}\"/>\n")
    );
    assert_eq!(
        text(sipgate::answer(&Decision::Reject, URL)),
        format!(
            "{head}<Response onHangup=\"{url}\" onAnswer=\"{url}\">\n  <Reject reason=\"busy\"/>\n</Response>\n"
        )
    );
    assert_eq!(
        text(sipgate::answer(
            &dial("4930777000000", "4912347114711"),
            URL
        )),
        format!(
            "{head}<Response onHangup=\"{url}\" onAnswer=\"{url}\">\n  <Dial callerId=\"4930777000000\">\n    \
             <Number>4912347114711</Number>\n  </Dial>\n</Response>\n"
        )
    );
    assert_eq!(sipgate::CONTENT_TYPE, "application/xml; charset=utf-8");
}

#[test]
fn placetels_answers() {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    assert_eq!(
        text(placetel::answer(&Decision::Pass)),
        format!("{head}<Response/>\n")
    );
    assert_eq!(
        text(placetel::answer(&Decision::Reject)),
        format!("{head}<Response>\n  <Reject reason=\"busy\"/>\n</Response>\n")
    );
    assert_eq!(
        text(placetel::answer(&dial("X", "Y"))),
        format!(
            "{head}<Response>\n  <Dial callerId=\"X\">\n    <Number>Y</Number>\n  </Dial>\n</Response>\n"
        )
    );
    assert_eq!(
        text(placetel::error("a < b & \"c\"")),
        format!("{head}<Response>\n  <Error>a &lt; b &amp; &quot;c&quot;</Error>\n</Response>\n")
    );
}

#[test]
fn explained() {
    let body = r#"{"event":"NEWCALL","direction":"inbound","from":"493023125741","callid":7,"user":"Emma","site":"B"}"#;
    let understood = understood(Some("text/plain"), body);
    let explained = Explained {
        call: Some(CallId(12)),
        dry_run: false,
    };
    let got = text(zammad::explain(&Decision::Reject, &understood, explained));
    assert!(
        got.starts_with(r#"{"action":"reject","reason":"busy","understood":{"event":"newCall","#),
        "{got}"
    );
    let got: Value = serde_json::from_str(&got).unwrap();
    assert_eq!(got["understood"]["direction"], "in");
    assert_eq!(
        got["understood"]["from"],
        json!({"number": "493023125741", "e164": "493023125741", "pretty": "+49 30 23125741", "name": null})
    );
    assert_eq!(got["understood"]["to"]["number"], "");
    assert_eq!(got["understood"]["queue"], Value::Null);
    assert_eq!(got["understood"]["users"], json!(["Emma"]));
    assert_eq!(got["understood"]["cause"], Value::Null);
    assert_eq!(got["understood"]["call_id"], "7");
    assert_eq!(got["understood"]["call"], 12);
    assert_eq!(got["ignored"], json!(["site"]));
    assert_eq!(got["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(got.get("dry_run"), None);
}

#[test]
fn explained_dry() {
    let understood = understood(JSON, r#"{"event":"hangup","cause":"NOANSWER"}"#);
    let explained = Explained {
        call: None,
        dry_run: true,
    };
    let got: Value =
        serde_json::from_slice(&zammad::explain(&Decision::Pass, &understood, explained)).unwrap();
    assert_eq!(got["understood"]["cause"], "noAnswer");
    assert_eq!(got["understood"]["cause_text"], "NOANSWER");
    assert_eq!(got["understood"]["from"], Value::Null);
    assert_eq!(got["understood"]["call"], Value::Null);
    assert_eq!(got["dry_run"], true);
}

/// What a reader gets out of an attribute or element.
fn unescape(text: &str) -> String {
    let mut text = text.to_owned();
    for (escaped, plain) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#9;", "\t"),
        ("&#10;", "\n"),
        ("&#13;", "\r"),
        ("&amp;", "&"),
    ] {
        text = text.replace(escaped, plain);
    }
    text
}

fn allowed_in_xml(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
        .collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let start = text.find(before).unwrap() + before.len();
    let end = text[start..].find(after).unwrap();
    &text[start..start + end]
}

proptest! {
    #[test]
    fn json_answers_parse_back(number: String, caller_id: String) {
        let answer = zammad::answer(&dial(&caller_id, &number));
        prop_assert!(!answer.iter().any(|byte| matches!(byte, b'<' | b'>' | b'&' | 0..=0x1f)));
        let got: Value = serde_json::from_slice(&answer).unwrap();
        let expected = json!({"action": "dial", "caller_id": party(&caller_id).number, "number": number});
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn xml_answers_parse_back(number: String, caller_id: String, url: String) {
        let answer = text(sipgate::answer(&dial(&caller_id, &number), &url));
        // Five tags and the declaration, whatever the texts hold.
        prop_assert_eq!(answer.matches('<').count(), 7);
        prop_assert_eq!(answer.matches('>').count(), 7);
        prop_assert_eq!(answer.matches('"').count(), 10);
        let shown = unescape(between(&answer, "callerId=\"", "\""));
        prop_assert_eq!(shown, allowed_in_xml(&party(&caller_id).number));
        prop_assert_eq!(unescape(between(&answer, "<Number>", "</")), allowed_in_xml(&number));
        prop_assert_eq!(unescape(between(&answer, "onAnswer=\"", "\"")), allowed_in_xml(&url));
    }
}

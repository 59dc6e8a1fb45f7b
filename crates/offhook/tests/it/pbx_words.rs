//! The spellings and encodings that real bridges use (facts/pbx-and-clients.md C.4, C.6).

use offhook_testkit::{Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=B";

#[tokio::test]
async fn the_body_is_looked_at_whatever_its_label() {
    let office = Office::open(PROGRAM).await;
    let json_body =
        r#"{"event":"newCall","callId":"a","direction":"in","from":"4930111111","to":"22"}"#;
    let form_body = "event=newCall&callId=a&direction=in&from=4930111111&to=22";
    let part = |name: &str, value: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let multipart_body = [
        ("event", "newCall"),
        ("callId", "a"),
        ("direction", "in"),
        ("from", "4930111111"),
        ("to", "22"),
    ]
    .map(|(name, value)| part(name, value))
    .concat()
        + "--B--\r\n";
    let with_mark = format!("\u{feff}{json_body}");
    let cases = [
        (JSON, "", json_body),
        ("application/json; charset=utf-8", "", json_body),
        ("text/plain", "", json_body),
        ("", "", json_body),
        (FORM, "", json_body),
        ("application/xml", "", json_body),
        ("application/vnd.api+json", "", json_body),
        (JSON, "", &with_mark),
        (FORM, "", form_body),
        ("", "", form_body),
        ("text/plain", "", form_body),
        (JSON, "", form_body),
        (MULTIPART, "", &multipart_body),
        ("", "", &multipart_body),
        (FORM, "", &multipart_body),
        ("", form_body, ""),
        (JSON, form_body, ""),
        (JSON, form_body, "{}"),
        (
            FORM,
            "event=newCall&callId=a&direction=in&to=22",
            "from=4930111111&to=23",
        ),
        (
            JSON,
            "direction=in&callId=a&to=22",
            r#"{"event":"newCall","from":4930111111,"to":"23"}"#,
        ),
    ];
    for (place, (label, query, body)) in cases.iter().enumerate() {
        let pbx = office.pbx(&format!("body {place}")).await;
        let url = format!("{}?{query}", pbx.url);
        let answer = pbx.client.send_as(&url, label, body.as_bytes()).await;
        let what = format!("{label:?} {query:?} {body:?}");
        assert_eq!(
            (answer.status.as_u16(), &*answer.text),
            (200, "{}"),
            "{what}"
        );
        let expected = json!([{"call_id": "a", "direction": "in", "from": {"number": "4930111111"}, "to": {"number": "22"}}]);
        assert_part(&json!(office.calls_of(&pbx).await), &expected, &what);
    }
    // Parameters alone may also come with GET, and whoever has slashes too many is understood.
    let pbx = office.pbx("get").await;
    let get = pbx.client.get(&format!("{}?{form_body}", pbx.path)).await;
    assert_eq!((get.status.as_u16(), &*get.text), (200, "{}"));
    for path in ["{}/", "/{}", "{}//", "{}.json"] {
        let path = path.replace("{}", &pbx.path);
        let url = format!("{}{path}", office.server.url);
        let answer = pbx.client.form(&url, form_body).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.text),
            (200, "{}"),
            "{path}"
        );
    }
    assert_eq!(office.calls_of(&pbx).await.len(), 1);
}

#[tokio::test]
async fn keys_and_values_have_many_spellings() {
    let office = Office::open(PROGRAM).await;
    let base = json!({"event": "newCall", "direction": "in", "from": "4930111111", "to": "22"});
    let users = |value: &str| json!({"to": {"name": value}});
    let call_id = |value: &str| json!({"call_id": value});
    let cases: Vec<(Value, Value)> = vec![
        (json!({"callId": "a"}), call_id("a")),
        (json!({"call_id": "a"}), call_id("a")),
        (json!({"callid": "a"}), call_id("a")),
        (json!({"call-id": "a"}), call_id("a")),
        (json!({"CallSid": "a"}), call_id("a")),
        (json!({"callId": 17}), call_id("17")),
        (
            json!({"callId": 123_456_789_012_345_678_i64}),
            call_id("123456789012345678"),
        ),
        (json!({"callId": "", "call_id": "b"}), call_id("b")),
        (
            json!({"callid": "c", "call_id": "b", "callId": "a"}),
            call_id("a"),
        ),
        (json!({"user": "Emma"}), users("Emma")),
        (json!({"user": ["Emma", "Chris"]}), users("Emma, Chris")),
        (json!({"user[]": "Emma"}), users("Emma")),
        (json!({"user[]": ["Emma", "Chris"]}), users("Emma, Chris")),
        (
            json!({"user": {"0": "Emma", "1": "Chris"}}),
            users("Emma, Chris"),
        ),
        (json!({"caller": "Emma"}), users("Emma")),
        (json!({"caller[]": ["Emma", "Chris"]}), users("Emma, Chris")),
        (json!({"user": ""}), json!({"to": {"name": null}})),
        (json!({"user": ["", " "]}), json!({"to": {"name": null}})),
        (json!({"user": null}), json!({"to": {"name": null}})),
        (
            json!({"queue": "support"}),
            json!({"queue": "support", "to": {"number": "22", "name": "support"}}),
        ),
        (
            json!({"queue": "support", "user": "Emma"}),
            json!({"queue": "support", "to": {"name": "Emma"}}),
        ),
        (
            json!({"from": 4_930_222_222_i64}),
            json!({"from": {"number": "4930222222", "e164": "4930222222"}}),
        ),
        (
            json!({"from": ["4930333333"]}),
            json!({"from": {"number": "4930333333"}}),
        ),
        (
            json!({"event": ["newCall"], "direction": ["in"]}),
            json!({"direction": "in"}),
        ),
        (
            json!({"from": "\"Anna Lopez\" <493023125741>"}),
            json!({"from": {"e164": "493023125741", "name": "Anna Lopez"}}),
        ),
        (
            json!({"from": "sip:493023125741@host;user=phone"}),
            json!({"from": {"e164": "493023125741"}}),
        ),
        (
            json!({"from": "tel:+49-30-23125741"}),
            json!({"from": {"e164": "493023125741", "pretty": "+49 30 23125741"}}),
        ),
        (
            json!({"from": "<unknown>"}),
            json!({"from": {"e164": null, "pretty": ""}}),
        ),
        (
            json!({"from": "restricted"}),
            json!({"from": {"e164": null, "pretty": ""}}),
        ),
        (
            json!({"nested": {"a": [1, {"b": null}]}, "other": true}),
            json!({"state": "ringing"}),
        ),
    ];
    for (place, (more, expected)) in cases.iter().enumerate() {
        let pbx = office.pbx(&format!("key {place}")).await;
        let mut body = base.clone();
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = pbx.send_json(&body).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.text),
            (200, "{}"),
            "{body}"
        );
        assert_part(
            &json!(office.calls_of(&pbx).await),
            &json!([expected]),
            &body.to_string(),
        );
    }
    // As a form, with what only forms have.
    let forms: &[(&[u8], Value)] = &[
        (b"user[]=Emma&user[]=Chris", users("Emma, Chris")),
        (b"user%5B%5D=Emma&user%5B%5D=Chris", users("Emma, Chris")),
        (b"user=Emma&user=Chris", users("Emma, Chris")),
        (b"user[0]=Emma&user[1]=Chris", users("Emma, Chris")),
        (b"user=Emma, Chris", users("Emma, Chris")),
        (b"user=Emma+Taylor%26Co", users("Emma Taylor&Co")),
        (b"user=J%FCrgen", users("J\u{fc}rgen")),
        (b"user=J\xfcrgen", users("J\u{fc}rgen")),
        (b"user=100%&x=%zz", users("100%")),
        (b"user=Em\x00ma", users("Emma")),
        (b"callId=7@host", call_id("7@host")),
        (
            b"from=1&from=4930444444",
            json!({"from": {"number": "4930444444"}}),
        ),
    ];
    for (place, (more, expected)) in forms.iter().enumerate() {
        let pbx = office.pbx(&format!("form {place}")).await;
        let body = [
            b"event=newCall&direction=in&from=4930111111&to=22&".as_slice(),
            more,
        ]
        .concat();
        let answer = pbx.client.send_as(&pbx.url, FORM, &body).await;
        let what = String::from_utf8_lossy(&body);
        assert_eq!(
            (answer.status.as_u16(), &*answer.text),
            (200, "{}"),
            "{what}"
        );
        assert_part(
            &json!(office.calls_of(&pbx).await),
            &json!([expected]),
            &what,
        );
    }
}

#[tokio::test]
async fn causes_are_mapped_and_the_original_is_kept() {
    let office = Office::open(PROGRAM).await;
    let cases = [
        ("normalClearing", "normalClearing", false),
        ("busy", "busy", false),
        ("cancel", "cancel", false),
        ("noAnswer", "noAnswer", false),
        ("congestion", "congestion", false),
        ("notFound", "notFound", false),
        ("forwarded", "forwarded", false),
        ("voicemail", "voicemail", false),
        ("blocked", "blocked", false),
        ("NORMAL_CLEARING", "normalClearing", true),
        ("normalclearing", "normalClearing", true),
        ("16", "normalClearing", true),
        ("17", "busy", true),
        ("USER_BUSY", "busy", true),
        ("BUSY", "busy", true),
        ("19", "noAnswer", true),
        ("NOANSWER", "noAnswer", true),
        ("NO_ANSWER", "noAnswer", true),
        ("ORIGINATOR_CANCEL", "cancel", true),
        ("CANCEL", "cancel", true),
        ("34", "congestion", true),
        ("CONGESTION", "congestion", true),
        ("CHANUNAVAIL", "notFound", true),
        ("1", "notFound", true),
        ("UNALLOCATED_NUMBER", "notFound", true),
    ];
    for (place, (sent, cause, mapped)) in cases.iter().enumerate() {
        let pbx = office.pbx(&format!("cause {place}")).await;
        pbx.tell(&[
            "event=newCall&callId=a&direction=in&from=4930111111&to=22",
            &format!("event=hangup&callId=a&direction=in&cause={sent}"),
        ])
        .await;
        let call = office.calls_of(&pbx).await.remove(0);
        assert_part(&call, &json!({"cause": cause, "cause_text": null}), sent);
        let expected = !matches!(*cause, "forwarded" | "blocked");
        assert_eq!(call["missed"], expected, "{sent}");
        let detail = office
            .admin
            .read(&format!("/api/v1/calls/{}", call["id"]))
            .await;
        let original = if *mapped { json!(sent) } else { Value::Null };
        assert_eq!(detail["events"][1]["cause_text"], original, "{sent}");
    }
    let pbx = office.pbx("unknown").await;
    pbx.tell(&["event=hangup&callId=a&direction=in&cause=Rained off"])
        .await;
    assert_part(
        &json!(office.calls_of(&pbx).await),
        &json!([{"cause": null, "cause_text": "Rained off", "missed": true}]),
        "an unknown word",
    );
}

#[tokio::test]
async fn who_answered_is_found_by_phone_login_mail_or_id() {
    let office = Office::open(PROGRAM).await;
    let (emma, _) = office
        .user(
            json!({"login": "emma", "name": "Emma Taylor", "email": "emma@chrispresso.com",
            "phones": ["201", "+49 30 5557100"]}),
        )
        .await;
    let (chris, _) = office
        .user(json!({"login": "chris", "phones": ["202"]}))
        .await;
    assert!(emma >= 1_000_000, "{emma}");
    let by_id = emma.to_string();
    let answers = [
        ("answeringNumber=201", emma),
        ("answeringNumber=%2B49305557100", emma),
        ("answeringNumber=030/5557100", emma),
        ("answeringNumber=emma", emma),
        ("answeringNumber=EMMA", emma),
        ("answeringNumber=Emma@Chrispresso.com", emma),
        (&*format!("answeringNumber={by_id}"), emma),
        ("user=emma", emma),
        (&*format!("user_id={by_id}"), emma),
        ("user=Emma Taylor&answeringNumber=201", emma),
        ("user[]=Somebody&user[]=chris", chris),
        ("answeringNumber=nobody&user=chris", chris),
        ("answeringNumber=202&user=emma", chris),
        ("answeringNumber=203", 0),
        ("answeringNumber=", 0),
        ("user=", 0),
        ("answeringNumber=20", 0),
    ];
    for (place, (answer, user)) in answers.iter().enumerate() {
        let pbx = office.pbx(&format!("answer {place}")).await;
        pbx.tell(&[
            "event=newCall&callId=a&direction=in&from=4930111111&to=22&user=Both",
            &format!("event=answer&callId=a&direction=in&{answer}"),
        ])
        .await;
        let id = if *user == 0 { Value::Null } else { json!(user) };
        let call = office.calls_of(&pbx).await.remove(0);
        assert_eq!(call["answered_by"]["user_id"], id, "{answer}: {call:#}");
    }

    // A blank user says nothing, and one on an outbound answer is our own side once more.
    let pbx = office.pbx("names").await;
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=4930111111&to=22&user=Emma",
        "event=answer&callId=a&direction=in&user=",
        "event=newCall&callId=b&direction=out&from=201&to=4930111111",
        "event=answer&callId=b&direction=out&user=Emma&answeringNumber=4930111111",
        "event=newCall&callId=c&direction=in&from=4930111111&to=22",
        "event=answer&callId=c&direction=in&user=Somebody&answeringNumber=299",
    ])
    .await;
    assert_part(
        &json!(office.calls_of(&pbx).await),
        &json!([
            {"to": {"name": "Emma"}, "answered_by": {"user_id": null, "name": null, "number": null}},
            {"to": {"name": null}, "answered_by": {"user_id": null, "name": null, "number": "4930111111"}},
            {"to": {"name": "Somebody"}, "answered_by": {"user_id": null, "name": "Somebody", "number": "299"}},
        ]),
        "names",
    );
}

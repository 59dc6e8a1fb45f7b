//! What the PBX endpoints refuse, in which words, and what they explain.

use offhook_testkit::{Answer, Client, Office, assert_part};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::json;

use crate::PROGRAM;

const CALL: &str = "event=newCall&callId=a&direction=in&from=4930111111&to=22";
const TOKEN: &str = "Invalid token, please contact your admin!";
const DISABLED: &str = "Feature is disabled, please contact your administrator!";
const NOT_CONFIGURED: &str = "Feature not configured, please contact your admin!";

fn in_json(text: &str) -> String {
    format!(r#"{{"error":"{text}"}}"#)
}

fn in_xml(text: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Error>{text}</Error>\n</Response>\n"
    )
}

fn seen(answer: &Answer) -> (u16, String, String) {
    let kind = answer.header("content-type").to_owned();
    (answer.status.as_u16(), kind, answer.text.clone())
}

fn json_error(status: u16, text: &str) -> (u16, String, String) {
    let kind = "application/json; charset=utf-8".to_owned();
    (status, kind, in_json(text))
}

fn xml_error(status: u16, text: &str) -> (u16, String, String) {
    let kind = "application/xml; charset=utf-8".to_owned();
    (status, kind, in_xml(text))
}

#[tokio::test]
async fn a_source_must_be_enabled_configured_and_of_the_right_kind() {
    let office = Office::open(PROGRAM).await;
    let kinds = ["generic", "sipgate", "placetel"];
    for kind in kinds {
        let pbx = office.pbx_of(json!({"name": kind, "kind": kind})).await;
        let error = if kind == "generic" {
            json_error
        } else {
            xml_error
        };
        let source = format!("/api/v1/sources/{}", pbx.source_id);
        // Accept makes no difference.
        let browser = pbx.clone().with("accept", "text/html");
        assert_eq!(browser.send(CALL).await.status, 200, "{kind}");
        let disabled = office.admin.patch(&source, json!({"enabled": false})).await;
        assert_eq!(disabled.status, 200, "{}", disabled.text);
        assert_eq!(
            seen(&browser.send(CALL).await),
            error(422, DISABLED),
            "{kind}"
        );
        office.admin.patch(&source, json!({"enabled": true})).await;
        for config in [
            json!({}),
            json!({"inbound": {}, "outbound": {}}),
            json!({"inbound": {"block_caller_ids": []}}),
            json!({"outbound": {"default_caller_id": ""}}),
        ] {
            office.configure(&pbx, config).await;
            assert_eq!(
                seen(&browser.send(CALL).await),
                error(422, NOT_CONFIGURED),
                "{kind}"
            );
        }
        // The switch is looked at first.
        office.admin.patch(&source, json!({"enabled": false})).await;
        assert_eq!(seen(&pbx.send(CALL).await), error(422, DISABLED), "{kind}");
        let empty = json!({"inbound": {"block_caller_ids": []},
            "outbound": {"routing_table": [], "default_caller_id": ""}});
        office.configure(&pbx, empty).await;
        office.admin.patch(&source, json!({"enabled": true})).await;
        assert_eq!(pbx.send(CALL).await.status, 200, "{kind}");
        // A token opens the endpoint of its own kind alone.
        for other in kinds.into_iter().filter(|other| *other != kind) {
            let (path, error) = match other {
                "generic" => ("cti", json_error as fn(u16, &str) -> _),
                "sipgate" => ("sipgate", xml_error as fn(u16, &str) -> _),
                _ => ("placetel", xml_error as fn(u16, &str) -> _),
            };
            let end = if other == "sipgate" { "/in" } else { "" };
            let url = format!("{}/api/v1/{path}/{}{end}", office.server.url, pbx.token());
            let answer = pbx.client.form(&url, CALL).await;
            assert_eq!(seen(&answer), error(401, TOKEN), "{kind} at {other}");
        }
    }
}

#[tokio::test]
async fn ten_wrong_tokens_in_a_minute_and_the_next_has_to_wait() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let sipgate = office
        .pbx_of(json!({"name": "sipgate", "kind": "sipgate"}))
        .await;
    for place in 0..10 {
        // Whatever endpoint it is, it is one address.
        let kind = ["cti", "placetel"][place % 2];
        let url = format!("{}/api/v1/{kind}/wrong{place}", office.server.url);
        assert_eq!(pbx.client.form(&url, CALL).await.status, 401, "{place}");
    }
    for path in ["cti/wrong", "cti/log", "placetel/wrong", "sipgate/wrong/in"] {
        let url = format!("{}/api/v1/{path}", office.server.url);
        let answer = pbx.client.form(&url, CALL).await;
        assert_eq!(answer.status, 429, "{path}");
        let seconds: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        let kind = if path.starts_with("cti") {
            "json"
        } else {
            "xml"
        };
        assert!(answer.header("content-type").contains(kind), "{path}");
        assert!(
            answer.text.to_lowercase().contains("error"),
            "{}",
            answer.text
        );
    }
    assert_eq!(pbx.send(CALL).await.status, 200);
    assert_eq!(sipgate.send(CALL).await.status, 200);
}

#[tokio::test]
async fn what_makes_no_event_is_said_in_the_endpoint_s_own_format() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let direction = "Invalid 'direction'!";
    let cases: &[(&str, &str, &str)] = &[
        ("", "", direction),
        ("", "{}", direction),
        ("", "event=newCall&callId=a&from=1&to=2", direction),
        ("", "event=newCall&callId=a&direction=", direction),
        ("", "event=newCall&callId=a&direction=sideways", direction),
        ("", "event=hangup&callId=a&direction=sideways", direction),
        (
            "",
            "direction=in&callId=a",
            "Missing 'event'! Send one of newCall, answer, hangup.",
        ),
        (
            "",
            "event=ring&direction=in",
            r#"Invalid 'event' \"ring\"! Send one of newCall, answer, hangup."#,
        ),
        (
            "",
            r#"[{"event":"newCall","direction":"in"},{"event":"hangup"}]"#,
            "The JSON is a list of several events: send one event a request.",
        ),
        (
            "application/xml",
            "<Response/>",
            "The body is XML: send JSON or a form.",
        ),
    ];
    for (label, body, text) in cases {
        let answer = pbx.client.send_as(&pbx.url, label, body.as_bytes()).await;
        assert_eq!(seen(&answer), json_error(422, text), "{body}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
    let many = (0..300).fold(String::new(), |form, place| format!("{form}&k{place}=1"));
    for body in [
        r#"{"event":"newCall","#,
        "{\"event\":\"newCall\"",
        "{]",
        "17",
        &deep,
        &many,
    ] {
        let answer = pbx
            .client
            .send_as(&pbx.url, "application/json", body.as_bytes())
            .await;
        assert_eq!(answer.status, 422, "{body}");
        assert!(answer.json()["error"].is_string(), "{body}");
    }
    assert!(office.calls_of(&pbx).await.is_empty());
}

#[tokio::test]
async fn bodies_have_a_size_and_paths_have_methods() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let big = |length: usize| format!("{CALL}&note={}", "x".repeat(length));
    assert_eq!(pbx.send(&big(60_000)).await.status, 200);
    let answer = pbx.send(&big(70_000)).await;
    assert_eq!(answer.status, 413);
    assert!(answer.json()["error"].is_string(), "{}", answer.text);
    let sipgate = office
        .pbx_of(json!({"name": "sipgate", "kind": "sipgate"}))
        .await;
    let answer = sipgate.send(&big(70_000)).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text.contains("<Error>"), "{}", answer.text);

    let paths = [
        &*pbx.path,
        &*sipgate.path,
        "/api/v1/placetel/abc",
        "/api/v1/decide/abc",
    ];
    for path in paths {
        for method in ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] {
            let method = method.parse().unwrap();
            let answer = pbx
                .client
                .raw(method, path, HeaderMap::new(), Vec::new())
                .await;
            assert_eq!(answer.status, 405, "{path}");
            assert!(answer.header("allow").contains("POST"), "{path}");
        }
    }
    for path in [
        "/api/v1/cti",
        "/api/v1/cti/a/b",
        "/api/v1/sipgate/a/sideways/x",
        "/api/v2/cti/a",
    ] {
        let answer = pbx
            .client
            .form(&format!("{}{path}", office.server.url), CALL)
            .await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json()["error"], "This page doesn't exist.", "{path}");
    }
    // Credentials of other systems mean nothing here.
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_static("Token token=abc"));
    headers.insert("cookie", HeaderValue::from_static("offhook=abc"));
    let method = reqwest::Method::POST;
    let answer = pbx
        .client
        .raw(method, &pbx.path, headers, CALL.into())
        .await;
    assert_eq!((answer.status.as_u16(), &*answer.text), (200, "{}"));
}

#[tokio::test]
async fn an_explained_answer_says_what_was_understood() {
    let office = Office::open(PROGRAM).await;
    let pbx = office
        .pbx_with(
            "office",
            json!({"inbound": {"block_caller_ids": [{"caller_id": "4917150"}]},
            "outbound": {"default_caller_id": "49300"}}),
        )
        .await;
    let explain = pbx.clone().with("offhook-explain", "1");
    let dry = pbx.clone().with("offhook-explain", "dry-run");

    let rehearsed = dry.send(CALL).await.json();
    let understood = json!({"event": "newCall", "direction": "in", "call_id": "a", "cause": null,
        "from": {"number": "4930111111", "e164": "4930111111", "pretty": "+49 30 111111"},
        "to": {"number": "22"}, "call": null});
    let expected = json!({"understood": understood, "ignored": [], "warnings": []});
    assert_part(&rehearsed, &expected, "a dry run");
    assert!(
        office.calls_of(&pbx).await.is_empty(),
        "a dry run stores nothing"
    );

    let explained = explain
        .send(&format!("{CALL}&colour=red&timestamp=soon"))
        .await
        .json();
    let call = office.calls_of(&pbx).await.remove(0);
    assert_part(
        &explained,
        &json!({"understood": {"call": call["id"]}, "ignored": ["colour"]}),
        "explained",
    );
    assert_eq!(
        explained["warnings"].as_array().unwrap().len(),
        1,
        "{explained}"
    );
    assert!(explained.get("action").is_none(), "{explained}");

    // An event of a call that is there belongs to it, also on a dry run, which changes nothing.
    let rehearsed = dry.send("event=hangup&callId=a&cause=BUSY").await.json();
    assert_part(
        &rehearsed,
        &json!({"understood": {"call": call["id"], "cause": "busy"}}),
        "a hangup",
    );
    let rehearsed = dry.send("event=answer&callId=a&answeringNumber=21").await;
    assert_part(
        &rehearsed.json(),
        &json!({"understood": {"call": call["id"], "answering_number": "21"}}),
        "an answer",
    );
    assert_eq!(office.calls_of(&pbx).await[0]["state"], "ringing");

    let reject = "event=newCall&callId=c&direction=in&from=4917150&to=22";
    for pbx in [&dry, &explain] {
        let answer = pbx.send(reject).await;
        let expected =
            json!({"action": "reject", "reason": "busy", "understood": {"event": "newCall"}});
        assert_part(&answer.json(), &expected, "reject");
    }
    let answer = dry
        .send("event=newCall&callId=d&direction=out&from=1&to=4989")
        .await
        .json();
    assert_part(
        &answer,
        &json!({"action": "dial", "caller_id": "49300", "number": "4989"}),
        "dial",
    );
    // Errors stay errors.
    let refused = dry.send("event=ring&direction=in").await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["error"].is_string());
    for spelled in ["DRY_RUN", "dryrun", "1, dry-run"] {
        let dry = pbx.clone().with("offhook-explain", spelled);
        let said = dry.send("event=newCall&callId=e&direction=in&from=1&to=2");
        assert_eq!(said.await.json()["dry_run"], true, "{spelled}");
    }
    let yes = pbx.clone().with("offhook-explain", "yes");
    assert!(yes.send(CALL).await.json()["understood"].is_object());
    // Nobody asked: nothing is said.
    for no in ["0", "false", " "] {
        let silent = pbx.clone().with("offhook-explain", no);
        assert_eq!(silent.send(CALL).await.text, "{}", "{no:?}");
    }
    assert_eq!(office.calls_of(&pbx).await.len(), 2);
}

#[tokio::test]
async fn a_dry_run_is_no_event_for_anybody() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let mut hears = office.admin.listen().await;
    pbx.clone()
        .with("offhook-explain", "dry-run")
        .send(CALL)
        .await;
    pbx.tell(&["event=newCall&callId=b&direction=in&from=1&to=2"])
        .await;
    assert_eq!(hears.next().await.data["call_id"], "b");
    let nobody = Client::new(&office.server.url);
    let metrics = nobody.get("/metrics").await.text;
    assert!(
        metrics.contains("offhook_events_total{event=\"newCall\"} 1"),
        "{metrics}"
    );
}

//! Recorded requests: what came, what was understood, what was answered.

use offhook_testkit::{Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;
use crate::story::{now, with_times};

/// The list once it has so many requests, and no more.
async fn requests(office: &Office, query: &str, count: usize) -> Vec<Value> {
    let requests = office.recorded(query, count).await;
    assert_eq!(requests.len(), count, "{query}");
    requests
}

#[tokio::test]
async fn what_was_sent_understood_and_answered() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let sent = pbx
        .clone()
        .with("authorization", "Basic c2VjcmV0LW9uZQ==")
        .with("cookie", "session=secret-two")
        .with("x-api-key", "secret-three")
        .with("user-agent", "my-pbx/1.0");
    let form = "event=newCall&callId=a&direction=in&from=4930111111&to=22&password=secret-four&api_token=secret-five&colour=red";
    let at = now();
    let before = std::time::Duration::from_secs(2);
    sent.send(form).await;
    let list = async { requests(&office, "", 1).await };
    let list = tokio::time::timeout(before, list)
        .await
        .expect("at most two seconds later");
    let request = &list[0];
    assert_part(
        request,
        &json!({"source": "office", "address": "127.0.0.1", "method": "POST", "status": 200, "answered": "{}",
            "path": "/api/v1/cti/***", "call_id": "a",
            "understood": {"event": "newCall", "direction": "in", "call_id": "a", "call": 1,
                "from": {"e164": "4930111111"}}}),
        "the request",
    );
    let text = request["sent"].as_str().unwrap();
    for part in [
        "my-pbx/1.0",
        "from=4930111111",
        "colour=red",
        "authorization: ***",
        "cookie: ***",
        "x-api-key: ***",
        "password=***",
        "api_token=***",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let whole = json!(list).to_string();
    for secret in ["secret-", "c2VjcmV0", pbx.token()] {
        assert!(!whole.contains(secret), "{secret} in {whole}");
    }
    let since = with_times("since=RFC(0)", at);
    assert_eq!(requests(&office, &since, 1).await.len(), 1);
}

#[tokio::test]
async fn refused_requests_are_there_too_and_filters_find_them() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let sipgate = office
        .pbx_of(json!({"name": "sipgate", "kind": "sipgate"}))
        .await;
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=4930111111&to=22",
        "event=hangup&callId=a",
        "event=newCall&direction=in&from=4930111112&to=22",
    ])
    .await;
    pbx.send("event=ring&direction=in").await;
    pbx.send(&format!("event=newCall&x={}", "x".repeat(70_000)))
        .await;
    sipgate
        .send("event=newCall&callId=a&direction=in&from=4930111111&to=22")
        .await;
    let wrong = format!("{}/api/v1/cti/not-a-token-of-ours", office.server.url);
    pbx.client.form(&wrong, "event=newCall&callId=w").await;
    pbx.client
        .get(&format!("{}?event=hangup&callId=a", pbx.path))
        .await;
    for (query, count) in [
        ("", 8),
        ("source=office", 6),
        ("source=OFFICE", 6),
        ("source=sipgate", 1),
        ("source=nowhere", 0),
        ("status=200", 5),
        ("status=422", 1),
        ("status=413", 1),
        ("status=401", 1),
        ("refused=true", 3),
        ("refused=false", 5),
        ("q=EVENT%3Dring", 1),
        ("q=Invalid token&refused=true", 1),
        ("q=100%25", 0),
        ("call_id=a", 4),
        ("call_id=a&source=sipgate", 1),
        ("call_id=A", 0),
        ("since=2199-01-01T00:00:00Z", 0),
        ("status=200&source=office&call_id=a", 3),
    ] {
        requests(&office, query, count).await;
    }
    let list = requests(&office, "", 8).await;
    let times: Vec<_> = list
        .iter()
        .map(|request| request["at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");
    assert_part(
        &json!(requests(&office, "status=401", 1).await),
        &json!([{"source": null, "understood": null, "path": "/api/v1/cti/***"}]),
        "a wrong token",
    );
    let refused = requests(&office, "status=422", 1).await.remove(0);
    assert!(
        refused["answered"]
            .as_str()
            .unwrap()
            .contains("Invalid 'event'"),
        "{refused}"
    );
    let xml = requests(&office, "source=sipgate", 1).await.remove(0);
    let answered = xml["answered"].as_str().unwrap();
    assert!(
        answered.contains("onHangup") && !answered.contains(sipgate.token()),
        "{answered}"
    );
    // A call without an id of the PBX's is found by ours.
    let call = office.calls_of(&pbx).await.remove(1);
    requests(
        &office,
        &format!("call_id={}", call["call_id"].as_str().unwrap()),
        1,
    )
    .await;
    let page = office.admin.read("/api/v1/requests?limit=5").await;
    let next = page["next_cursor"].as_str().unwrap();
    let rest = office
        .admin
        .read(&format!("/api/v1/requests?limit=5&cursor={next}"))
        .await;
    assert_eq!(
        (
            rest["items"].as_array().unwrap().len(),
            &rest["next_cursor"]
        ),
        (3, &Value::Null)
    );
    for query in [
        "status=abc",
        "status=99",
        "refused=maybe",
        "since=yesterday",
        "limit=501",
        "cursor=abc",
    ] {
        let answer = office.admin.get(&format!("/api/v1/requests?{query}")).await;
        assert_eq!(answer.status, 422, "{query}");
    }
}

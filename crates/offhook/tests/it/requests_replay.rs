//! A recorded request read alone and played once more, keeping nothing.

use offhook_testkit::{Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

/// The newest recorded request that fits.
async fn recorded(office: &Office, query: &str) -> Value {
    office.recorded(query, 1).await.swap_remove(0)
}

async fn replayed(office: &Office, request: &Value) -> Value {
    let path = format!("/api/v1/requests/{}/replay", request["id"]);
    let answer = office.admin.post(&path, json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn a_request_is_answered_as_the_rules_are_now() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=%2B4930111111&to=22&colour=red"])
        .await;
    let request = recorded(&office, "call_id=a").await;
    let read = format!("/api/v1/requests/{}", request["id"]);
    assert_eq!(office.admin.read(&read).await, request);

    // The call goes on: a retry gets the answer of the first time.
    let first = replayed(&office, &request).await;
    let expected = json!({"status": 200, "answered": "{}", "decision": {"decision": "pass", "caller_id": null},
        "understood": request["understood"], "ignored": ["colour"]});
    assert_part(&first, &expected, "as it was");

    pbx.tell(&["event=hangup&callId=a&cause=cancel"]).await;
    let spam = json!({"inbound": {"block_caller_ids": [{"caller_id": "030111111"}]}, "outbound": {"routing_table": []}});
    office.configure(&pbx, spam).await;
    let calls = office.calls_of(&pbx).await;
    // The same call, ended less than a minute ago, is still a retry; another one is not.
    let query = format!(
        "{}?event=newCall&callId=b&direction=in&from=4930111111&to=22",
        pbx.url
    );
    pbx.client.form(&query, "").await;
    let request = recorded(&office, "call_id=b").await;
    let said = replayed(&office, &request).await;
    let expected =
        json!({"status": 200, "decision": {"decision": "reject"}, "understood": {"call_id": "b"}});
    assert_part(&said, &expected, "out of the query string");
    assert!(
        said["answered"].as_str().unwrap().contains("reject"),
        "{said}"
    );
    assert_eq!(
        office.calls_of(&pbx).await.len(),
        calls.len() + 1,
        "nothing is kept"
    );
}

#[tokio::test]
async fn other_dialects_and_what_can_not_be_played() {
    let office = Office::open(PROGRAM).await;
    let signed = json!({"inbound": {"block_caller_ids": []}, "outbound": {"routing_table": []},
        "verify_signature": true});
    let draft = json!({"name": "sipgate", "kind": "sipgate"});
    let sipgate = office.pbx_of(draft).await;
    sipgate
        .send("event=newCall&callId=s&from=4930111111&to=4930222222&user%5B%5D=Emma")
        .await;
    let request = recorded(&office, "call_id=s").await;
    office.configure(&sipgate, signed).await;
    let said = replayed(&office, &request).await;
    let expected = json!({"status": 200, "understood": {"direction": "in", "call_id": "s"}});
    assert_part(&said, &expected, "sipgate");
    let (answered, warnings) = (
        said["answered"].as_str().unwrap(),
        said["warnings"].to_string(),
    );
    assert!(
        answered.contains("<?xml") && !answered.contains(sipgate.token()),
        "{said}"
    );
    assert!(warnings.contains("signature"), "{warnings}");

    let pbx = office.pbx("office").await;
    pbx.send("event=dance&callId=x&direction=in").await;
    let said = replayed(&office, &recorded(&office, "status=422").await).await;
    let expected = json!({"status": 422, "decision": null, "understood": null});
    assert_part(&said, &expected, "refused");

    let wrong = format!("{}/api/v1/cti/none", office.server.url);
    pbx.client.form(&wrong, "event=newCall&callId=y").await;
    let request = recorded(&office, "status=401").await;
    let path = format!("/api/v1/requests/{}/replay", request["id"]);
    let refused = office.admin.post(&path, json!({})).await;
    let expected = json!({"status": 409, "code": "no_source"});
    assert_part(&refused.json(), &expected, "no source");
    for path in ["/api/v1/requests/999", "/api/v1/requests/x"] {
        assert_eq!(office.admin.get(path).await.status, 404);
    }
    let (_, emma) = office.user(json!({"login": "emma"})).await;
    assert_eq!(emma.post(&path, json!({})).await.status, 403);
}

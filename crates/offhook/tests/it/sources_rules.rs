//! A source's rules tried out: the tester, and what an entry more would block.

use offhook_testkit::{Client, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

fn rules() -> Value {
    json!({
        "inbound": {"block_caller_ids": [
            {"caller_id": "", "note": "an empty row"},
            {"caller_id": "4930111*", "note": "old", "expires_at": "2020-01-01"},
            {"caller_id": "030 111111", "note": "spam"},
        ]},
        "outbound": {"routing_table": [
            {"dest": "4989*", "caller_id": "498999998145", "note": "Munich"},
            {"dest": "4940*", "caller_id": "", "note": "Hamburg stays"},
        ], "default_caller_id": "493023125877"},
    })
}

async fn tried(admin: &Client, path: &str, body: Value) -> Value {
    let answer = admin.post(&format!("{path}/try"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn the_tester_says_what_the_endpoint_would() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx_with("office", rules()).await;
    let path = format!("/api/v1/sources/{}", pbx.source_id);
    let rule = |kind: &str, index: Option<u32>, note: Option<&str>| json!({"kind": kind, "index": index, "note": note});
    let caller_id = |number: &str| json!({"decision": "caller_id", "caller_id": {"e164": number}});
    let pass = || json!({"decision": "pass", "caller_id": null});
    let cases = [
        (
            "in",
            "+4930111111",
            "22",
            json!({"decision": "reject"}),
            rule("blocked", Some(2), Some("spam")),
        ),
        ("in", "4930111112", "22", pass(), rule("none", None, None)),
        ("in", "", "22", pass(), rule("none", None, None)),
        (
            "out",
            "22",
            "08912345",
            caller_id("498999998145"),
            rule("route", Some(0), Some("Munich")),
        ),
        (
            "out",
            "22",
            "04012345",
            pass(),
            rule("route", Some(1), Some("Hamburg stays")),
        ),
        (
            "out",
            "22",
            "0221123",
            caller_id("493023125877"),
            rule("default_caller_id", None, None),
        ),
        ("out", "22", "112", pass(), rule("emergency", None, None)),
    ];
    for (direction, from, to, decision, rule) in cases {
        let call = json!({"direction": direction, "from": from, "to": to});
        let said = tried(&office.admin, &path, call.clone()).await;
        assert_part(&said, &decision, &call.to_string());
        assert_part(
            &said,
            &json!({"rule": rule, "configured": true}),
            &call.to_string(),
        );
        let event = format!(
            "event=newCall&callId={direction}{from}{to}&direction={direction}&from={}&to={to}",
            from.replace('+', "%2B")
        );
        let real = pbx.send(&event).await.json();
        let (action, id) = match said["decision"].as_str() {
            Some("reject") => (json!("reject"), Value::Null),
            Some("caller_id") => (json!("dial"), said["caller_id"]["number"].clone()),
            _ => (Value::Null, Value::Null),
        };
        assert_eq!(
            (&real["action"], &real["caller_id"]),
            (&action, &id),
            "{event}"
        );
    }
    let calls = office.calls_of(&pbx).await.len();
    let unsaved = json!({"direction": "in", "from": "4930111111", "config": {"inbound": {"block_caller_ids": []}}});
    let said = tried(&office.admin, &path, unsaved).await;
    assert_part(
        &said,
        &json!({"decision": "pass", "configured": false, "from": {"pretty": "+49 30 111111"}}),
        "unsaved",
    );
    for (body, field) in [
        (json!({}), ""),
        (json!({"direction": "up"}), "direction"),
        (
            json!({"direction": "in", "config": {"outbound": {"routing_table": [{"dest": 1}]}}}),
            "config.outbound.routing_table[0].dest",
        ),
    ] {
        let refused = office.admin.post(&format!("{path}/try"), body).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.json()["field"].as_str().unwrap_or(""), field);
    }
    assert_eq!(office.calls_of(&pbx).await.len(), calls, "nothing is kept");
    let (_, emma) = office.user(json!({"login": "emma"})).await;
    let path = format!("{path}/try");
    let refused = emma.post(&path, json!({"direction": "in"})).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn what_one_entry_more_would_reject() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let other = office.pbx("other").await;
    for (id, from) in [
        ("1", "030111111"),
        ("2", "4930111111"),
        ("3", "030111222"),
        ("4", "anonymous"),
    ] {
        pbx.tell(&[&format!(
            "event=newCall&callId={id}&direction=in&from={from}&to=22"
        )])
        .await;
    }
    pbx.tell(&["event=newCall&callId=5&direction=out&from=4930111111&to=030111111"])
        .await;
    other
        .tell(&["event=newCall&callId=6&direction=in&from=4930111111&to=22"])
        .await;
    for (name, phone) in [
        ("Anna", "+49 30 111111"),
        ("Bert", "030 111 333"),
        ("Carl", "040 111111"),
    ] {
        let draft = json!({"name": name, "phones": [phone, "+49 30 111444"], "note": "030 111555"});
        let made = office.admin.post("/api/v1/contacts", draft).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let path = format!("/api/v1/sources/{}/blocked/preview", pbx.source_id);
    for (caller_id, calls, names) in [
        ("(030) 111111", 2, vec!["Anna"]),
        ("4930111*", 3, vec!["Anna", "Bert", "Carl"]),
        ("04011*", 0, vec!["Carl"]),
        ("030111555", 0, vec![]),
        ("anonymous", 1, vec![]),
        ("112", 0, vec![]),
        ("*", 4, vec![]),
    ] {
        let answer = office
            .admin
            .post(&path, json!({"caller_id": caller_id}))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let said = answer.json();
        let mut found: Vec<&str> = (said["contacts"].as_array().unwrap().iter())
            .map(|contact| contact["name"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(
            (said["calls"].as_i64(), found),
            (Some(calls), names),
            "{caller_id}"
        );
        let bounds = json!({"calls_more": false, "contacts_more": false});
        assert_part(&said, &bounds, caller_id);
    }
    let refused = office.admin.post(&path, json!({"caller_id": " "})).await;
    assert_eq!(refused.json()["field"], "caller_id");
}

#[tokio::test]
async fn an_entry_with_an_end_is_made_over_the_api() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let path = format!("/api/v1/sources/{}/blocked", pbx.source_id);
    let entry =
        json!({"caller_id": "4930111111", "note": "spam", "expires_at": "2099-12-31T18:00:00Z"});
    let made = office.admin.post(&path, entry.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_part(
        &made.json()["config"]["inbound"],
        &json!({"block_caller_ids": [entry]}),
        "made",
    );
    let call = "event=newCall&callId=a&direction=in&from=4930111111&to=22";
    assert_eq!(pbx.send(call).await.json()["action"], "reject");
    for moment in ["soon", "2020-01-01T00:00:00Z", "2099-13-01"] {
        let entry = json!({"caller_id": "4930222222", "expires_at": moment});
        let refused = office.admin.post(&path, entry).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["field"].as_str()),
            (422, Some("expires_at")),
            "{moment}"
        );
    }
}

//! What the page shows beside the log: counts, and what to filter by.

use offhook_testkit::{Client, FakePbx, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

async fn missed(pbx: &FakePbx, id: &str, to: &str) {
    let call = format!("event=newCall&callId={id}&direction=in&from=493011111{id}&to={to}");
    pbx.tell(&[&call, &format!("event=hangup&callId={id}&cause=cancel")])
        .await;
}

async fn ringing(pbx: &FakePbx, id: &str, to: &str) {
    let call = format!("event=newCall&callId={id}&direction=in&from=493011111{id}&to={to}");
    pbx.tell(&[&call]).await;
}

/// Three queues of one PBX, of which Emma has one, and a PBX without a map.
async fn fill(office: &Office) -> (FakePbx, Client) {
    let phones = json!({"login": "emma", "name": "Emma Taylor", "phones": ["201"]});
    let (emma, client) = office.user(phones).await;
    let map = json!({"inbound": {"block_caller_ids": []}, "outbound": {"routing_table": []},
        "notify_map": [{"queue": "support", "user_ids": [emma]}, {"queue": "Fax", "user_ids": []},
                       {"queue": "4922*", "user_ids": []}]});
    let pbx = office.pbx_with("office", map).await;
    for (id, queue) in [("1", "support"), ("2", "Support"), ("3", "sales")] {
        missed(&pbx, id, &format!("22&queue={queue}")).await;
    }
    ringing(&pbx, "4", "22&queue=support").await;
    ringing(&pbx, "5", "22&queue=sales").await;
    ringing(&pbx, "6", "22&queue=sales").await;
    pbx.tell(&["event=answer&callId=6&answeringNumber=201"])
        .await;
    (pbx, client)
}

#[tokio::test]
async fn counts_are_of_what_one_may_see() {
    let office = Office::open(PROGRAM).await;
    let none = json!({"ringing": 0, "ringing_since": null, "answered": 0, "missed_open": 0, "at_most": 1000});
    assert_part(
        &office.admin.read("/api/v1/calls/overview").await,
        &none,
        "nothing yet",
    );
    let (pbx, emma) = fill(&office).await;
    let path = "/api/v1/calls/overview";
    for (who, query, expected) in [
        (
            &office.admin,
            "",
            json!({"ringing": 2, "answered": 1, "missed_open": 3}),
        ),
        (
            &emma,
            "",
            json!({"ringing": 1, "answered": 1, "missed_open": 2}),
        ),
        (
            &emma,
            "?queue=sales",
            json!({"ringing": 0, "answered": 1, "missed_open": 0}),
        ),
        (
            &office.admin,
            "?queue=SALES",
            json!({"ringing": 1, "answered": 1, "missed_open": 1}),
        ),
        (
            &office.admin,
            "?direction=out",
            json!({"ringing": 0, "missed_open": 0}),
        ),
        (
            &office.admin,
            "?source=nowhere",
            json!({"ringing": 0, "missed_open": 0}),
        ),
        // These three are what is counted.
        (
            &office.admin,
            "?state=ended&missed=false&done=true",
            json!({"ringing": 2, "answered": 1, "missed_open": 3}),
        ),
    ] {
        assert_part(&who.read(&format!("{path}{query}")).await, &expected, query);
    }
    let calls = office.calls_of(&pbx).await;
    let since = office.admin.read(path).await["ringing_since"].clone();
    assert_eq!(since, calls[3]["started_at"], "the one that rings longest");
    let ids = json!({"ids": [calls[0]["id"]]});
    office.admin.post("/api/v1/calls/done", ids).await;
    assert_part(
        &emma.read(path).await,
        &json!({"missed_open": 1}),
        "one is done",
    );
    assert_eq!(
        office.admin.get(&format!("{path}?since=soon")).await.status,
        422
    );
}

#[tokio::test]
async fn choices_are_what_one_may_see_calls_of() {
    let office = Office::open(PROGRAM).await;
    let (_, emma) = fill(&office).await;
    office.pbx("Branch").await;
    let (other, paul) = office.user(json!({"login": "paul"})).await;
    let path = "/api/v1/calls/overview";
    let texts = |list: &Value, key: &str| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        let text = |item: &Value| item[key].as_str().unwrap().to_lowercase();
        items.map(text).collect()
    };
    let all = office.admin.read(path).await;
    assert_eq!(all["sources"], json!(["Branch", "office"]));
    assert_eq!(texts(&all["queues"], "queue"), ["fax", "sales", "support"]);
    assert_eq!(
        texts(&all["users"], "name"),
        ["admin", "emma taylor", "paul"]
    );
    let hers = emma.read(path).await;
    assert_eq!(hers["sources"], json!(["Branch", "office"]));
    assert_eq!(texts(&hers["queues"], "queue"), ["sales", "support"]);
    let his = paul.read(path).await;
    assert_eq!(
        his["sources"],
        json!(["Branch"]),
        "{other} is granted nothing of the other"
    );
    assert_eq!(his["queues"], json!([]));
    let number = office.pbx("numbers").await;
    ringing(&number, "7", "492214710334").await;
    let all = office.admin.read(path).await;
    let expected = json!({"queue": "492214710334", "pretty": "+49 221 4710334"});
    assert!(
        all["queues"].as_array().unwrap().contains(&expected),
        "{all}"
    );
}

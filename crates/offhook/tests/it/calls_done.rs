//! Many calls dealt with at once, and opened again.

use offhook_testkit::{FakePbx, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

const DONE: &str = "/api/v1/calls/done";

async fn missed(pbx: &FakePbx, ids: &[&str], queue: &str) {
    for id in ids {
        let call = format!("event=newCall&callId={id}&direction=in&from=49301&to=22&queue={queue}");
        pbx.tell(&[&call, &format!("event=hangup&callId={id}&cause=cancel")])
            .await;
    }
}

/// The PBX's ids of the calls that are open.
async fn open(office: &Office, pbx: &FakePbx) -> Vec<String> {
    let calls = office.calls_of(pbx).await;
    let open = calls.iter().filter(|call| call["done"] == false);
    open.map(|call| call["call_id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_bulk_is_undone() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    missed(&pbx, &["a", "b", "c"], "x").await;
    let ids = |done: Value| json!({"ids": [1, 2], "done": done});
    let done = office.admin.post(DONE, json!({"ids": [1, 2]})).await;
    assert_eq!(done.status, 201, "{}", done.text);
    assert_eq!(open(&office, &pbx).await, ["c"]);
    let undone = office.admin.post(DONE, ids(json!(false))).await;
    let expected =
        json!({"items": [{"id": 1, "done": false, "done_by": null}, {"id": 2, "done": false}]});
    assert_part(&undone.json(), &expected, "undone");
    assert_eq!(open(&office, &pbx).await, ["a", "b", "c"]);
    office.admin.post(DONE, ids(json!(true))).await;
    assert_eq!(open(&office, &pbx).await, ["c"]);
    let refused = office.admin.post(DONE, ids(json!("no"))).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["field"].as_str()),
        (422, Some("done"))
    );
}

#[tokio::test]
async fn all_missed_ones_that_fit_are_done_and_undone() {
    let office = Office::open(PROGRAM).await;
    let (emma, client) = office.user(json!({"login": "emma"})).await;
    let map = json!({"inbound": {"block_caller_ids": []}, "outbound": {"routing_table": []},
        "notify_map": [{"queue": "support", "user_ids": [emma]}]});
    let pbx = office.pbx_with("office", map).await;
    missed(&pbx, &["a", "b"], "support").await;
    missed(&pbx, &["c", "d"], "sales").await;
    // One that was answered and is opened again is not missed.
    pbx.tell(&[
        "event=newCall&callId=f&direction=in&from=49301&to=22&queue=other",
        "event=answer&callId=f",
        "event=hangup&callId=f",
    ])
    .await;
    let answered = json!({"ids": [5], "done": false});
    assert_eq!(office.admin.post(DONE, answered).await.status, 201);
    pbx.tell(&["event=newCall&callId=e&direction=in&from=49301&to=22&queue=support"])
        .await;
    let calls = office.calls_of(&pbx).await;
    let id = |place: usize| calls[place]["id"].clone();
    let mut browser = client.listen().await;

    let hers = client.post(DONE, json!({"filter": {}})).await;
    assert_eq!(hers.status, 201, "{}", hers.text);
    assert_eq!(hers.json(), json!({"ids": [id(1), id(0)], "more": false}));
    assert_eq!(
        open(&office, &pbx).await,
        ["c", "d", "f", "e"],
        "what rings may still be missed"
    );
    let (heard, _) = browser.until("call").await;
    assert_part(
        &heard.data,
        &json!({"done": true, "done_by": emma}),
        "announced",
    );
    let again = client.post(DONE, json!({"filter": {}})).await;
    assert_eq!(again.json(), json!({"ids": [], "more": false}));
    let undo = json!({"ids": hers.json()["ids"], "done": false});
    assert_eq!(client.post(DONE, undo).await.status, 201);
    assert_eq!(open(&office, &pbx).await, ["a", "b", "c", "d", "f", "e"]);

    for (filter, ids) in [
        (json!({"source": "nowhere"}), json!([])),
        (json!({"done": true}), json!([])),
        (json!({"state": "ringing"}), json!([])),
        (json!({"missed": false}), json!([])),
        (
            json!({"missed": "true", "queue": "Sales", "until": calls[3]["started_at"]}),
            json!([id(2)]),
        ),
        (
            json!({"missed": true, "user_id": null, "q": "sales"}),
            json!([id(3)]),
        ),
    ] {
        let done = office.admin.post(DONE, json!({"filter": filter})).await;
        assert_eq!(done.json()["ids"], ids, "{filter}: {}", done.text);
    }
    for (body, field) in [
        (json!({}), "ids"),
        (json!({"ids": [1], "filter": {}}), "ids"),
        (json!({"filter": {"misssed": true}}), "filter.misssed"),
        (json!({"filter": {"limit": "5"}}), "filter.limit"),
        (json!({"filter": {"missed": "maybe"}}), "missed"),
        (json!({"filter": {"queue": ["x"]}}), "filter.queue"),
        (json!({"filter": {}, "done": false}), "done"),
    ] {
        let refused = office.admin.post(DONE, body.clone()).await;
        assert_eq!(refused.status, 422, "{body}: {}", refused.text);
        let named = refused.json()["field"].as_str().unwrap_or("").to_owned();
        assert_eq!(named, field, "{body}: {}", refused.text);
    }
    assert_eq!(open(&office, &pbx).await, ["a", "b", "f", "e"]);
}

#[tokio::test]
async fn more_than_a_slice() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let ids: Vec<String> = (0..230).map(|number| format!("call-{number}")).collect();
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    missed(&pbx, &names, "x").await;
    let done = office
        .admin
        .post(DONE, json!({"filter": {"missed": true}}))
        .await;
    let answer = done.json();
    let marked: Vec<i64> = (answer["ids"].as_array().unwrap().iter())
        .map(|id| id.as_i64().unwrap())
        .collect();
    assert_eq!((marked.len(), &answer["more"]), (230, &json!(false)));
    assert!(open(&office, &pbx).await.is_empty());
}

//! Who sees which calls: the notify_map of the source, own numbers, own calls.

use offhook_testkit::{Client, FakePbx, Office};
use serde_json::{Value, json};

use crate::PROGRAM;

fn config(notify_map: &Value) -> Value {
    json!({"inbound": {"block_caller_ids": []}, "outbound": {"routing_table": [], "default_caller_id": ""},
        "notify_map": notify_map})
}

/// The PBX's ids that somebody sees of the list, oldest first; the other ways to look must agree.
async fn seen(client: &Client, all: &[Value]) -> String {
    let text = |call: &Value| call["call_id"].as_str().unwrap().to_owned();
    let list = client.read("/api/v1/calls?limit=500").await;
    let mut listed: Vec<String> = list["items"].as_array().unwrap().iter().map(text).collect();
    listed.reverse();
    let log = client.read("/api/v1/cti/log").await;
    let mut logged: Vec<String> = log["list"].as_array().unwrap().iter().map(text).collect();
    logged.reverse();
    assert_eq!(listed, logged, "Zammad's log shows the same");
    for call in all {
        let id = &call["id"];
        let sees = listed.contains(&text(call));
        let expected = if sees { 200 } else { 404 };
        let read = client.get(&format!("/api/v1/calls/{id}")).await;
        assert_eq!(read.status, expected, "{call}");
        if !sees {
            let path = format!("/api/v1/calls/{id}");
            let notes = format!("{path}/notes");
            let zammad = format!("/api/v1/cti/done/{id}");
            let refused = [
                client.patch(&path, json!({"done": true})).await,
                client.post(&notes, json!({"text": "x"})).await,
                client
                    .post("/api/v1/calls/done", json!({"ids": [id]}))
                    .await,
                client
                    .post("/api/v1/cti/done/bulk", json!({"ids": [id]}))
                    .await,
                client.post(&zammad, json!({"done": true})).await,
            ];
            for answer in refused {
                assert_eq!(answer.status, 404, "{}", answer.text);
            }
        }
    }
    listed.concat()
}

async fn tell_of_all_queues(pbx: &FakePbx) {
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=4940551&to=4922147&queue=Support",
        "event=newCall&callId=b&direction=in&from=4940552&to=4922147&queue=sales",
        "event=newCall&callId=c&direction=in&from=4940553&to=022 1471",
        "event=newCall&callId=d&direction=in&from=4940554&to=201",
        "event=newCall&callId=e&direction=in&from=4940555&to=4922147&queue=sales",
        "event=answer&callId=e&answeringNumber=emma",
        "event=newCall&callId=f&direction=out&from=202&to=4940556&user=chris",
    ])
    .await;
}

#[tokio::test]
async fn the_map_says_who_sees_what() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let (emma, emma_looks) = office
        .user(json!({"login": "emma", "phones": ["201"]}))
        .await;
    let (chris, chris_looks) = office.user(json!({"login": "chris"})).await;
    let (_, dora_looks) = office.user(json!({"login": "dora"})).await;
    tell_of_all_queues(&pbx).await;
    let all = office.calls_of(&pbx).await;
    // Emma has the phone 201 and answered e, chris made f, dora has nothing.
    let cases = [
        (json!([]), "abcdef", "abcdef", "abcdef"),
        (
            json!([{"queue": "support", "user_ids": [emma]}]),
            "ade",
            "f",
            "",
        ),
        (
            json!([{"queue": "SUPPORT", "user_ids": [chris.to_string()]}]),
            "de",
            "af",
            "",
        ),
        (
            json!([{"queue": "sales", "user_ids": [emma, chris]}]),
            "bde",
            "bef",
            "",
        ),
        (
            json!([{"queue": "4922147", "user_ids": [chris]}]),
            "de",
            "abef",
            "",
        ),
        (
            json!([{"queue": "+49 221 471", "user_ids": [chris]}]),
            "de",
            "cf",
            "",
        ),
        (
            json!([{"queue": "49221471", "user_ids": [chris]}]),
            "de",
            "cf",
            "",
        ),
        (
            json!([{"queue": "0221471", "user_ids": [chris]}]),
            "de",
            "cf",
            "",
        ),
        (
            json!([{"queue": "s*", "user_ids": [chris]}]),
            "de",
            "abef",
            "",
        ),
        (
            json!([{"queue": "*", "user_ids": [chris]}]),
            "de",
            "abcdef",
            "",
        ),
        (json!([{"queue": "sales", "user_ids": []}]), "de", "f", ""),
        (
            json!([{"queue": "202", "user_ids": [emma]}]),
            "def",
            "f",
            "",
        ),
        (
            json!([{"queue": "support", "user_ids": [emma]}, {"queue": "sales", "user_ids": [emma]}]),
            "abde",
            "f",
            "",
        ),
    ];
    for (map, emma_sees, chris_sees, dora_sees) in cases {
        office.configure(&pbx, config(&map)).await;
        assert_eq!(seen(&emma_looks, &all).await, emma_sees, "emma: {map}");
        assert_eq!(seen(&chris_looks, &all).await, chris_sees, "chris: {map}");
        assert_eq!(seen(&dora_looks, &all).await, dora_sees, "dora: {map}");
        assert_eq!(
            seen(&office.admin, &all).await,
            "abcdef",
            "an administrator: {map}"
        );
    }
    // Nothing was changed by those who do not see it.
    let calls = office.calls_of(&pbx).await;
    assert!(
        calls.iter().all(|call| call["done_by"].is_null()),
        "{calls:?}"
    );
}

#[tokio::test]
async fn each_source_has_its_own_map() {
    let office = Office::open(PROGRAM).await;
    let (emma, emma_looks) = office.user(json!({"login": "emma"})).await;
    let open = office.pbx("open").await;
    let closed = office
        .pbx_with(
            "closed",
            config(&json!([{"queue": "support", "user_ids": [emma]}])),
        )
        .await;
    for (pbx, ids) in [(&open, ["a", "b"]), (&closed, ["c", "d"])] {
        let [support, sales] = ids;
        pbx.tell(&[
            &format!("event=newCall&callId={support}&direction=in&from=4940551&to=1&queue=support"),
            &format!("event=newCall&callId={sales}&direction=in&from=4940551&to=1&queue=sales"),
        ])
        .await;
    }
    assert_eq!(seen(&emma_looks, &[]).await, "abc");
    // Filters and search do not widen what is seen.
    for query in [
        "q=4940551",
        "number=4940551",
        "queue=sales",
        "source=closed",
        "state=ringing",
        "done=false",
    ] {
        let page = emma_looks.read(&format!("/api/v1/calls?{query}")).await;
        let items = page["items"].as_array().unwrap();
        assert!(
            items.iter().all(|call| call["call_id"] != "d"),
            "{query}: {page}"
        );
    }
    // An agent who becomes an administrator sees everything, and the other way round.
    let path = format!("/api/v1/users/{emma}");
    office.admin.patch(&path, json!({"role": "admin"})).await;
    assert_eq!(seen(&emma_looks, &[]).await, "abcd");
    office.admin.patch(&path, json!({"role": "agent"})).await;
    assert_eq!(seen(&emma_looks, &[]).await, "abc");
    // Pages are full though much is out of sight.
    for place in 0..30 {
        let line =
            format!("event=newCall&callId={place}&direction=in&from=4940551&to=1&queue=sales");
        closed.tell(&[&line]).await;
    }
    let page = emma_looks.read("/api/v1/calls?limit=2").await;
    let next = page["next_cursor"].as_str().expect("a third call");
    let last = emma_looks
        .read(&format!("/api/v1/calls?limit=2&cursor={next}"))
        .await;
    assert_eq!(
        (
            page["items"].as_array().unwrap().len(),
            last["items"].as_array().unwrap().len()
        ),
        (2, 1)
    );
    // The calls of a deleted source stay with those who saw them.
    let deleted = office
        .admin
        .delete(&format!("/api/v1/sources/{}", closed.source_id))
        .await;
    assert_eq!(deleted.status, 204);
    assert_eq!(seen(&emma_looks, &[]).await, "abc");
}

//! Reading the log: filters, pages, one call.

use std::collections::BTreeSet;

use offhook_testkit::{Client, FakePbx, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;
use crate::story::{now, play, with_times};

/// The PBX's ids of the calls that fit, in the order of the list.
async fn ids(client: &Client, query: &str) -> Vec<String> {
    let page = client
        .read(&format!("/api/v1/calls?limit=500&{query}"))
        .await;
    let text = |call: &Value| call["call_id"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(text).collect()
}

struct Log {
    office: Office,
    emma: i64,
    anna: i64,
    pbx: FakePbx,
    /// The time at which the stories below were told.
    now: i64,
}

/// A log with one call of each kind, the newest last: its PBX ids are single letters.
async fn log() -> Log {
    let office = Office::open(PROGRAM).await;
    let (emma, _) = office
        .user(json!({"login": "emma", "name": "Emma Taylor", "phones": ["201"]}))
        .await;
    let anna = json!({"name": "Anna Lopez", "organization": "Awesome Ltd", "phones": ["+49 30 23125741", "+49 171 5550000"]});
    let anna = office.admin.post("/api/v1/contacts", anna).await.json()["id"]
        .as_i64()
        .unwrap();
    let pbx = office.pbx("office").await;
    let shop = office.pbx("Shop").await;
    let at = now();
    for line in [
        "event=newCall&callId=a&direction=in&from=493023125741&to=4922147&timestamp=AGO(900)",
        "event=hangup&callId=a&cause=cancel&timestamp=AGO(890)",
        "event=newCall&callId=b&direction=in&from=4940555&to=4922147&queue=Support&timestamp=AGO(800)",
        "event=answer&callId=b&answeringNumber=201&timestamp=AGO(795)",
        "event=hangup&callId=b&cause=normalClearing&timestamp=AGO(700)",
        "event=newCall&callId=c&direction=out&from=201&to=491715550000&timestamp=AGO(600)",
        "event=newCall&callId=d&direction=in&from=anonymous&to=4922148&queue=sales&user=Chris Miller&timestamp=AGO(500)",
        "event=newCall&callId=e&direction=in&from=4940556&to=4922147&timestamp=AGO(400)",
        "event=answer&callId=e&user=voicemail&timestamp=AGO(390)",
    ] {
        play(&pbx, at, line, "the log").await;
    }
    play(
        &shop,
        at,
        "event=newCall&callId=s&direction=in&from=493023125741&to=4989&timestamp=AGO(300)",
        "the log",
    )
    .await;
    Log {
        office,
        emma,
        anna,
        pbx,
        now: at,
    }
}

#[tokio::test]
async fn every_filter() {
    let log = log().await;
    let admin = &log.office.admin;
    let time = |text: &str| with_times(text, log.now);
    let (emma, anna) = (log.emma, log.anna);
    let cases: Vec<(String, &str)> = [
        ("", "sedcba"),
        ("direction=in", "sedba"),
        ("direction=out", "c"),
        ("state=ringing", "sdc"),
        ("state=answered", "e"),
        ("state=ended", "ba"),
        ("missed=true", "a"),
        ("missed=false", "sedcb"),
        ("done=true", "cb"),
        ("done=false", "seda"),
        ("missed=true&done=false", "a"),
        ("source=office", "edcba"),
        ("source=shop", "s"),
        ("source=Nowhere", ""),
        ("queue=Support", "b"),
        ("queue=support", "b"),
        ("queue=sales", "d"),
        ("queue=4922147", "ea"),
        ("queue=nowhere", ""),
        ("number=493023125741", "sa"),
        ("number=%2B49+30+23125741", "sa"),
        ("number=030/23125741", "sa"),
        ("number=4922147", "eba"),
        ("number=201", "c"),
        ("number=4999", ""),
        (&*format!("contact_id={anna}"), "sca"),
        (&*format!("contact_id={anna}&number=491715550000"), "c"),
        (&*format!("contact_id={anna}&number=4940555"), ""),
        ("contact_id=999999", ""),
        (&*format!("user_id={emma}"), "b"),
        ("user_id=1", ""),
        ("since=RFC(500)", "sed"),
        ("until=RFC(500)", "cba"),
        ("since=RFC(800)&until=RFC(500)", "cb"),
        ("since=2199-01-01T00:00:00Z", ""),
        ("q=anna", "sca"),
        ("q=awesome", "sca"),
        ("q=LOPEZ+anna", "sca"),
        ("q=miller", "d"),
        ("q=support", "b"),
        ("q=23125741", "sa"),
        ("q=030+2312", "sa"),
        ("q=emma", "b"),
        ("q=nothing+like+this", ""),
        ("q=000", "c"),
        ("q=%25", ""),
        ("q=_", ""),
        ("q=%27%22%5C*", ""),
        ("q=anna&source=shop", "s"),
    ]
    .into_iter()
    .map(|(query, expected)| (time(query), expected))
    .collect();
    for (query, expected) in cases {
        let found = ids(admin, &query.replace("+00:00", "Z")).await.concat();
        assert_eq!(found, expected, "{query}");
    }
    // Milliseconds count: `since` includes, `until` excludes.
    let call = admin.read("/api/v1/calls?direction=out").await["items"][0].clone();
    let start = call["started_at"].as_str().unwrap();
    assert_eq!(start.split_once('.').unwrap().1, "000Z", "{start}");
    assert_eq!(
        ids(admin, &format!("direction=out&since={start}")).await,
        ["c"]
    );
    assert!(
        ids(admin, &format!("direction=out&until={start}"))
            .await
            .is_empty()
    );
    let before = start.replace(".000Z", ".001Z");
    assert!(
        ids(admin, &format!("direction=out&since={before}"))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_mine() {
    let office = Office::open(PROGRAM).await;
    let (emma, emmas) = office
        .user(json!({"login": "emma", "name": "Emma Taylor", "phones": ["201", "+49 30 5550201"]}))
        .await;
    let (kim, kims) = (office.user(json!({"login": "kim", "phones": ["202"]}))).await;
    let pbx = office.pbx("office").await;
    for line in [
        // Answered by one of them.
        "event=newCall&callId=a&direction=in&from=4940551&to=4922147&timestamp=AGO(900)",
        "event=answer&callId=a&answeringNumber=201&timestamp=AGO(890)",
        "event=newCall&callId=b&direction=in&from=4940552&to=4922147&user=201&timestamp=AGO(800)",
        "event=answer&callId=b&answeringNumber=202&timestamp=AGO(790)",
        // Made from a phone of one of them.
        "event=newCall&callId=c&direction=out&from=201&to=491715550000&timestamp=AGO(700)",
        "event=newCall&callId=d&direction=out&from=202&to=491715550000&timestamp=AGO(600)",
        // Missed at both, at the number of one, and at nobody's in particular.
        "event=newCall&callId=e&direction=in&from=4940553&to=4922147&user[]=emma&user[]=kim&timestamp=AGO(500)",
        "event=hangup&callId=e&cause=cancel&timestamp=AGO(490)",
        "event=newCall&callId=f&direction=in&from=4940554&to=0305550201&timestamp=AGO(400)",
        "event=hangup&callId=f&cause=cancel&timestamp=AGO(390)",
        "event=newCall&callId=g&direction=in&from=4940555&to=4922147&timestamp=AGO(300)",
        "event=hangup&callId=g&cause=cancel&timestamp=AGO(290)",
        // Rings.
        "event=newCall&callId=h&direction=in&from=4940556&to=4922147&user=201&timestamp=AGO(30)",
    ] {
        play(&pbx, now(), line, "mine").await;
    }
    let found = async |client: &Client, query| ids(client, query).await.concat();
    assert_eq!(found(&emmas, "mine=true").await, "feca");
    assert_eq!(found(&kims, "mine=true").await, "edb");
    assert_eq!(found(&office.admin, "mine=true").await, "");
    assert_eq!(found(&emmas, "mine=true&missed=true").await, "fe");
    assert_eq!(found(&emmas, "mine=true&direction=out").await, "c");
    assert_eq!(found(&emmas, "mine=true&user_id=1").await, "");
    assert_eq!(found(&emmas, "mine=false").await, "hgfedcba");
    // What the list goes by stands in the calls.
    let call = kims.read("/api/v1/calls?mine=true").await["items"][0].clone();
    assert_part(
        &call,
        &json!({"call_id": "e", "rung": [emma, kim], "made_by": null}),
        "a missed call",
    );
    let call = kims.read("/api/v1/calls?mine=true").await["items"][1].clone();
    assert_part(
        &call,
        &json!({"call_id": "d", "rung": [], "made_by": kim}),
        "a call out",
    );
    // The same goes for the table, the counts, and what is marked as done.
    let table = emmas.get("/api/v1/calls.csv?mine=true").await.text;
    assert_eq!(table.lines().count(), 1 + 4, "{table}");
    let counts = emmas.read("/api/v1/calls/overview?mine=true").await;
    assert_part(
        &counts,
        &json!({"ringing": 1, "answered": 1, "missed_open": 2}),
        "counts",
    );
    let done = json!({"filter": {"mine": true}});
    let done = kims.post("/api/v1/calls/done", done).await;
    assert_eq!(
        done.json()["ids"].as_array().unwrap().len(),
        1,
        "{}",
        done.text
    );
    assert_eq!(found(&emmas, "missed=true&done=false").await, "gf");
}

#[tokio::test]
async fn a_bad_value_is_named() {
    let office = Office::open(PROGRAM).await;
    for (query, field) in [
        ("direction=up", "direction"),
        ("state=newCall", "state"),
        ("missed=maybe", "missed"),
        ("done=2", "done"),
        ("number=abc", "number"),
        ("contact_id=x", "contact_id"),
        ("user_id=1.5", "user_id"),
        ("mine=yes", "mine"),
        ("since=yesterday", "since"),
        ("until=2026-13-01T00:00:00Z", "until"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("cursor=abc", "cursor"),
    ] {
        let answer = office.admin.get(&format!("/api/v1/calls?{query}")).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_part(
            &problem,
            &json!({"status": 422, "code": "invalid", "field": field}),
            query,
        );
        assert_eq!(problem["error"], problem["detail"], "{query}");
    }
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let at = now();
    // Several of one time, and not in the order of their ids.
    for place in 0..60 {
        let line = format!(
            "event=newCall&callId={place}&direction=in&from=4930{place:04}&to=1&timestamp=AGO({})",
            (place * 7) % 20
        );
        play(&pbx, at, &line, "many").await;
    }
    assert_eq!(
        office.admin.read("/api/v1/calls").await["items"]
            .as_array()
            .unwrap()
            .len(),
        50
    );
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/calls?direction=in&limit=7&cursor={cursor}");
        let page = office.admin.read(&path).await;
        seen.extend(page["items"].as_array().unwrap().clone());
        // What comes in meanwhile is newer than all pages and disturbs none.
        if seen.len() == 7 {
            pbx.tell(&["event=newCall&callId=new&direction=in&from=1&to=1"])
                .await;
        }
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    let distinct: BTreeSet<_> = seen
        .iter()
        .map(|call| call["call_id"].as_str().unwrap())
        .collect();
    assert_eq!((seen.len(), distinct.len()), (60, 60));
    let times: Vec<_> = seen
        .iter()
        .map(|call| call["started_at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first: {times:?}");
    // A page that the calls fill exactly is the last.
    let page = office.admin.read("/api/v1/calls?limit=61").await;
    assert_eq!(
        (
            page["items"].as_array().unwrap().len(),
            &page["next_cursor"]
        ),
        (61, &Value::Null)
    );
}

#[tokio::test]
async fn one_call_with_its_events_and_notes() {
    let log = log().await;
    let admin = &log.office.admin;
    let all = log.office.calls_of(&log.pbx).await;
    let b = all.iter().find(|call| call["call_id"] == "b").unwrap();
    let path = format!("/api/v1/calls/{}", b["id"]);
    let note = admin
        .post(
            &format!("{path}/notes"),
            json!({"text": " Calls back tomorrow \n"}),
        )
        .await;
    assert_eq!(note.status, 201, "{}", note.text);
    let call = admin.read(&path).await;
    assert_part(
        &call,
        &json!({
            "call_id": "b", "conversation_id": b["id"], "source": "office", "queue": "Support",
            "direction": "in", "state": "ended", "missed": false, "done": true, "done_by": null,
            "cause": "normalClearing", "waiting_seconds": 5, "talking_seconds": 95,
            "to": {"number": "4922147", "name": "Support"},
            "answered_by": {"user_id": log.emma, "name": "Emma Taylor", "number": "201"},
            "events": [
                {"event": "newCall", "from": "4940555", "to": "4922147", "queue": "Support"},
                {"event": "answer", "from": null, "answering_number": "201"},
                {"event": "hangup", "cause": "normalClearing", "cause_text": null},
            ],
            "notes": [{"text": "Calls back tomorrow", "name": "admin"}],
        }),
        "one call",
    );
    assert!(
        call["revision"].as_i64() > b["revision"].as_i64(),
        "a note is a change"
    );
    let times: Vec<_> = (call["events"].as_array().unwrap().iter())
        .map(|event| event["at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    for id in ["0", "999999", "-1", "x", "99999999999999999999"] {
        let answer = admin.get(&format!("/api/v1/calls/{id}")).await;
        assert_eq!(answer.status, 404, "{id}");
        assert_eq!(answer.json()["code"], "not_found", "{id}");
    }
    // Who the other side is stands on that side.
    let a = admin.read("/api/v1/calls?q=anna&missed=true").await;
    let known = json!([{"contact_id": log.anna, "name": "Anna Lopez", "organization": "Awesome Ltd", "level": "known"}]);
    assert_part(
        &a["items"][0]["from"],
        &json!({"name": "Anna Lopez", "matches": known}),
        "inbound",
    );
    let c = admin.read("/api/v1/calls?direction=out").await;
    assert_part(
        &c["items"][0]["to"],
        &json!({"name": "Anna Lopez", "matches": known}),
        "outbound",
    );
}

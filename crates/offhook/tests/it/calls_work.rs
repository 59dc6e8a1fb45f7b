//! Dealing with calls: done, bulk, notes, and the same in Zammad's shapes.

use offhook_testkit::{Client, FakePbx, Office, assert_part, assert_problem};
use serde_json::{Value, json};

use crate::PROGRAM;
use crate::story::{now, play};

/// Missed calls with these PBX ids; answers our ids.
async fn missed(office: &Office, pbx: &FakePbx, ids: &[&str]) -> Vec<i64> {
    for id in ids {
        pbx.tell(&[
            &format!("event=newCall&callId={id}&direction=in&from=4930{id}&to=22"),
            &format!("event=hangup&callId={id}&cause=cancel"),
        ])
        .await;
    }
    let calls = office.calls_of(pbx).await;
    let id = |id: &&str| calls.iter().find(|call| call["call_id"] == **id).unwrap()["id"].as_i64();
    ids.iter().map(|one| id(one).unwrap()).collect()
}

async fn open_calls(client: &Client) -> usize {
    let page = client.read("/api/v1/calls?done=false").await;
    page["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_call_is_ticked_and_unticked() {
    let office = Office::open(PROGRAM).await;
    let (emma_id, emma) = office.user(json!({"login": "emma"})).await;
    let pbx = office.pbx("office").await;
    let id = missed(&office, &pbx, &["1"]).await[0];
    let path = format!("/api/v1/calls/{id}");
    let mut hears = office.admin.listen().await;
    let before = emma.read(&path).await["revision"].as_i64();

    let done = emma.patch(&path, json!({"done": true})).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let ticked = json!({"done": true, "done_by": emma_id, "missed": true});
    assert_part(&done.json(), &ticked, "ticked");
    assert!(done.json()["done_at"].is_string() && done.json()["revision"].as_i64() > before);
    assert_part(&hears.next().await.data, &ticked, "heard");
    // What the PBX still says does not open it again.
    pbx.tell(&["event=hangup&callId=1&cause=busy"]).await;
    assert_part(&emma.read(&path).await, &ticked, "after another event");

    let open = emma.patch(&path, json!({"done": false})).await.json();
    assert_part(
        &open,
        &json!({"done": false, "done_by": null, "done_at": null}),
        "unticked",
    );
    assert_part(&hears.next().await.data, &json!({"done": false}), "heard");
    for (body, status) in [
        (json!({}), 422),
        (json!({"done": null}), 422),
        (json!({"done": "yes"}), 422),
        (json!({"done": true, "missed": false}), 422),
        (json!([]), 422),
    ] {
        let answer = emma.patch(&path, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
    let answer = emma
        .send_as(
            &format!("{}{path}/notes", office.server.url),
            "application/json",
            b"{",
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["code"]),
        (400, &json!("no_json"))
    );
    let unknown = emma
        .patch("/api/v1/calls/99999", json!({"done": true}))
        .await;
    assert_eq!(unknown.status, 404);
    assert_eq!(open_calls(&emma).await, 1);
    // An answered call can be opened for a follow-up.
    pbx.tell(&["event=answer&callId=2&direction=in&from=1&to=2"])
        .await;
    let answered = office.calls_of(&pbx).await[1]["id"].clone();
    let open = emma
        .patch(&format!("/api/v1/calls/{answered}"), json!({"done": false}))
        .await;
    assert_eq!(open.json()["done"], false);
    pbx.tell(&["event=hangup&callId=2&cause=normalClearing"])
        .await;
    assert_part(
        &office.calls_of(&pbx).await[1],
        &json!({"done": false, "missed": false}),
        "open",
    );
}

#[tokio::test]
async fn bulk_is_all_or_nothing() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let ids = missed(&office, &pbx, &["1", "2", "3"]).await;
    let admin = &office.admin;
    let paths = ["/api/v1/calls/done", "/api/v1/cti/done/bulk"];
    for path in paths {
        for unknown in [
            json!([ids[0], ids[1], 99999]),
            json!([99999, ids[0]]),
            json!([ids[0], -1]),
        ] {
            let answer = admin.post(path, json!({"ids": unknown})).await;
            assert_eq!(answer.status, 404, "{path} {unknown}: {}", answer.text);
            assert_eq!(
                open_calls(admin).await,
                3,
                "{path} {unknown}: nothing changed"
            );
        }
        for bad in [
            json!({"ids": "1"}),
            json!({"ids": ["x"]}),
            json!({"ids": [null]}),
        ] {
            assert_eq!(
                admin.post(path, bad.clone()).await.status,
                422,
                "{path} {bad}"
            );
        }
    }
    let answer = admin
        .post(paths[0], json!({"ids": [ids[0], ids[1], ids[0]]}))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let items = answer.json()["items"].as_array().unwrap().clone();
    assert!(
        items.len() == 2 && items.iter().all(|call| call["done"] == true),
        "{items:?}"
    );
    let again = admin.post(paths[0], json!({"ids": ids})).await;
    assert_eq!(again.status, 201);
    assert_eq!(open_calls(admin).await, 0);
    assert_eq!(admin.post(paths[0], json!({})).await.status, 422);
    assert_eq!(admin.post(paths[0], json!({"ids": []})).await.status, 201);
}

#[tokio::test]
async fn notes_are_written_and_bounded() {
    let office = Office::open(PROGRAM).await;
    let (emma_id, emma) = office
        .user(json!({"login": "emma", "name": "Emma Taylor"}))
        .await;
    let pbx = office.pbx("office").await;
    let id = missed(&office, &pbx, &["1"]).await[0];
    let path = format!("/api/v1/calls/{id}/notes");
    let note = emma
        .post(&path, json!({"text": "Wants 4930999 \u{1f4de}"}))
        .await;
    assert_eq!(note.status, 201, "{}", note.text);
    assert_part(
        &note.json(),
        &json!({"user_id": emma_id, "name": "Emma Taylor", "text": "Wants 4930999 \u{1f4de}"}),
        "the note",
    );
    let long = "x".repeat(10_001);
    for body in [
        json!({"text": ""}),
        json!({"text": " \n"}),
        json!({}),
        json!({"text": 1}),
        json!({"text": long}),
    ] {
        assert_eq!(emma.post(&path, body.clone()).await.status, 422, "{body}");
    }
    assert_eq!(
        emma.post("/api/v1/calls/99999/notes", json!({"text": "x"}))
            .await
            .status,
        404
    );
    let about = async |query: &str| emma.read(&format!("/api/v1/notes?{query}")).await;
    let calls = office.calls_of(&pbx).await;
    let caller = calls[0]["from"]["number"].as_str().unwrap();
    assert_part(
        &about(&format!("number={caller}")).await,
        &json!({"items": [{"call_id": id, "name": "Emma Taylor", "text": "Wants 4930999 \u{1f4de}"}],
            "next_cursor": null}),
        "notes about a number",
    );
    assert_eq!(about("number=4930999").await["items"], json!([]));
    let nobody = emma.get("/api/v1/notes").await;
    assert_problem(&nobody, 422, "invalid", Some("contact_id"));
    // Notes are no contact: they say nothing about who a number is.
    pbx.tell(&["event=newCall&callId=2&direction=in&from=4930999&to=22"])
        .await;
    let calls = office.calls_of(&pbx).await;
    assert_part(
        &calls[1],
        &json!({"from": {"name": null, "matches": []}}),
        "a number in a note",
    );
    let lookup = emma.read("/api/v1/lookup?number=4930999").await;
    assert_eq!(lookup["matches"], json!([]));
}

#[tokio::test]
async fn the_log_has_zammad_s_shape() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let contact = json!({"name": "Anna Maria Lopez", "phones": ["493023125741"]});
    let contact = office.admin.post("/api/v1/contacts", contact).await.json()["id"].clone();
    // With times of their own, so that no second goes by between them.
    let now = now();
    for line in [
        "event=newCall&callId=a&direction=in&from=493023125741&to=4930600000000&user[]=Emma&user[]=Chris&timestamp=AGO(9)",
        "event=answer&callId=a&timestamp=AGO(9)",
        "event=newCall&callId=b&direction=in&from=4940555&to=22&queue=support&timestamp=AGO(8)",
        "event=hangup&callId=b&cause=BUSY&timestamp=AGO(8)",
        "event=newCall&callId=c&direction=out&from=22&to=4940555&user=Emma&timestamp=AGO(7)",
    ] {
        play(&pbx, now, line, "Zammad's shape").await;
    }
    let log = office.admin.read("/api/v1/cti/log").await;
    assert_part(
        &log,
        &json!({
            "list": [
                {"call_id": "c", "direction": "out", "state": "newCall", "done": true, "from_comment": "Emma",
                    "to_comment": null, "queue": "22", "start_at": null, "end_at": null},
                {"call_id": "b", "state": "hangup", "done": false, "comment": "busy", "queue": "support",
                    "from_comment": null, "to_comment": "support", "duration_waiting_time": 0, "duration_talking_time": null},
                {"call_id": "a", "state": "answer", "done": true, "comment": null, "from": "493023125741",
                    "from_comment": "Anna Maria Lopez", "to": "4930600000000", "to_comment": "Emma, Chris",
                    "queue": "4930600000000", "from_pretty": "+49 30 23125741",
                    "preferences": {"from": [{"level": "known", "caller_id": "493023125741", "user_id": contact}],
                        "from_pretty": "+49 30 23125741"}},
            ],
            "backends": [
                {"name": "CTI (generic)", "enabled": true, "url": "#system/integration/cti"},
                {"name": "sipgate.io", "enabled": false},
                {"name": "Placetel", "enabled": false},
            ],
        }),
        "the log",
    );
    let person = &log["assets"]["User"][contact.to_string()];
    assert_part(
        person,
        &json!({"firstname": "Anna Maria", "lastname": "Lopez"}),
        "assets",
    );
    // Done with Rails' spellings.
    let row = |log: &Value| log["list"][1].clone();
    let path = format!("/api/v1/cti/done/{}", row(&log)["id"]);
    for (sent, done) in [
        (json!(true), true),
        (json!("false"), false),
        (json!("1"), true),
        (json!(0), false),
        (json!(1), true),
        (json!("off"), false),
        (json!("yes"), true),
        (json!(false), false),
    ] {
        let answer = office.admin.post(&path, json!({"done": sent})).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.text),
            (200, "{}"),
            "{sent}"
        );
        assert_eq!(
            row(&office.admin.read("/api/v1/cti/log").await)["done"],
            done,
            "{sent}"
        );
    }
    for body in [json!({}), json!({"done": null}), json!({"done": ""})] {
        assert_eq!(
            office.admin.post(&path, body.clone()).await.status,
            422,
            "{body}"
        );
    }
    assert_eq!(
        office
            .admin
            .post("/api/v1/cti/done/99999", json!({"done": true}))
            .await
            .status,
        404
    );
    let bulk = office
        .admin
        .post("/api/v1/cti/done/bulk", json!({"ids": [row(&log)["id"]]}))
        .await;
    assert_eq!((bulk.status.as_u16(), &*bulk.text), (200, "{}"));
    assert_eq!(open_calls(&office.admin).await, 0);
    let nothing = office.admin.post("/api/v1/cti/done/bulk", json!({})).await;
    assert_eq!((nothing.status.as_u16(), &*nothing.text), (200, "{}"));
    // As many as the setting says.
    office
        .admin
        .patch("/api/v1/settings", json!({"view_limit": 2}))
        .await;
    let log = office.admin.read("/api/v1/cti/log").await;
    assert_eq!(log["list"].as_array().unwrap().len(), 2);
}

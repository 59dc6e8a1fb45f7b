//! What its time is over is gone, from the bytes of the files too.

use offhook_core::call::{Direction, Event, EventBody, EventKind};
use offhook_core::{EventId, SourceId, UnixMillis};
use offhook_store::{CallStore, Incoming, RecordedRequest, RequestStore};
use offhook_store_sql::{SqliteRequestStore, SqliteStore};
use offhook_testkit::Office;
use serde_json::json;

use crate::PROGRAM;
use crate::secrets::files_with;
use crate::story::{now, play};

/// Recorded requests have a time of their own, by the clock of their arrival.
fn in_the_database(office: &Office, texts: &[String]) -> Vec<String> {
    let mut found = files_with(&office.server.data(), texts);
    found.retain(|file| !file.contains("requests.db"));
    found
}

#[tokio::test]
async fn calls_go_when_their_days_are_over() {
    let mut office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let marks: Vec<String> = [
        "49307711771",
        "Marga Marker",
        "marker-call-id",
        "Rained off at Marker",
        "a note of Marker",
        "marker-queue",
    ]
    .map(str::to_owned)
    .to_vec();
    let at = now();
    for line in [
        "event=newCall&callId=marker-call-id&direction=in&from=\"Marga Marker\" <49307711771>&to=22&queue=marker-queue&timestamp=AGO(180000)",
        "event=answer&callId=marker-call-id&user=Marga Marker&timestamp=AGO(179990)",
        "event=hangup&callId=marker-call-id&cause=Rained off at Marker&timestamp=AGO(179900)",
        "event=newCall&callId=young&direction=in&from=4940555&to=22&timestamp=AGO(80000)",
    ] {
        play(&pbx, at, line, "old calls").await;
    }
    let id = office.calls_of(&pbx).await[0]["id"].clone();
    let note = office
        .admin
        .post(
            &format!("/api/v1/calls/{id}/notes"),
            json!({"text": "a note of Marker"}),
        )
        .await;
    assert_eq!(note.status, 201, "{}", note.text);
    let held = in_the_database(&office, &marks);
    assert!(
        marks
            .iter()
            .all(|mark| held.iter().any(|file| file.starts_with(mark))),
        "{held:?}"
    );
    office
        .admin
        .patch("/api/v1/settings", json!({"retention_days": 1}))
        .await;
    // Retention runs at the start and every ten minutes.
    assert!(office.server.stop().await.success());
    office.server.restart().await;
    office.admin = office.server.client_of("admin");
    office
        .server
        .once_logged("old calls are gone from the files", async || {
            let gone = office.calls_of(&pbx).await.len() == 1
                && in_the_database(&office, &marks).is_empty();
            gone.then_some(())
        })
        .await;
    assert_eq!(office.calls_of(&pbx).await[0]["call_id"], "young");
    assert_eq!(
        office
            .admin
            .get(&format!("/api/v1/calls/{id}"))
            .await
            .status,
        404
    );
    // Ids are never given twice.
    pbx.client
        .form(
            &format!("{}{}", office.server.url, pbx.path),
            "event=newCall&callId=n&direction=in",
        )
        .await;
    assert!(office.calls_of(&pbx).await[1]["id"].as_i64() > id.as_i64());
}

/// A server may end between deleting calls and taking what they were out of its files.
#[tokio::test]
async fn what_was_deleted_before_a_crash_goes_from_the_files() {
    let mut office = Office::open(PROGRAM).await;
    // However long calls are kept: people delete as well.
    let settings = json!({"retention_days": 0});
    office.admin.patch("/api/v1/settings", settings).await;
    assert!(office.server.stop().await.success());
    let store = SqliteStore::open(&office.server.data().join("offhook.db"))
        .await
        .unwrap();
    let at = UnixMillis(now() * 1000).plus_seconds(-3 * 24 * 3600);
    let said = |kind, id| Incoming {
        source_id: SourceId(1),
        arrived_at: at,
        event: Event {
            id: EventId(id),
            at,
            body: EventBody {
                call_id: Some("marker-call-id".to_owned()),
                direction: Some(Direction::In),
                ..EventBody::new(kind)
            }
            .into(),
        },
    };
    let story = [said(EventKind::NewCall, 1), said(EventKind::Hangup, 2)];
    store.apply(&story).await.unwrap();
    while store.catch_up().await.unwrap() > 0 {}
    let pruned = store
        .prune_calls(UnixMillis(now() * 1000), 9)
        .await
        .unwrap();
    assert_eq!(pruned.rows, 1);
    // A crash closes nothing.
    std::mem::forget(store);
    let mark = ["marker-call-id".to_owned()];
    let held = files_with(&office.server.data(), &mark);
    assert!(held.len() >= 2, "{held:?}");

    office.server.restart().await;
    let gone = async || {
        files_with(&office.server.data(), &mark)
            .is_empty()
            .then_some(())
    };
    let what = "the call is gone from the files";
    office.server.once_logged(what, gone).await;
}

#[tokio::test]
async fn recorded_requests_go_when_their_days_are_over() {
    let mut office = Office::open(PROGRAM).await;
    let settings = json!({"requests_days": 2});
    office.admin.patch("/api/v1/settings", settings).await;
    assert!(office.server.stop().await.success());
    // The time of a request is that of its arrival, so old ones can only be put there.
    let store = SqliteRequestStore::open(&office.server.data().join("requests.db"))
        .await
        .unwrap();
    let days = |days: i64, mark: &str| RecordedRequest {
        id: 0,
        at: UnixMillis(now() * 1000).plus_seconds(-days * 24 * 3600),
        source_id: None,
        address: "127.0.0.1".to_owned(),
        method: "POST".to_owned(),
        path: "/api/v1/cti/***".to_owned(),
        sent: format!("\nfrom={mark}"),
        understood: None,
        status: 401,
        answered: String::new(),
        call_id: None,
    };
    let requests = [days(3, "marker-old"), days(1, "marker-young")];
    store.keep_requests(&requests).await.unwrap();
    store.close().await.unwrap();
    let old = ["marker-old".to_owned()];
    assert!(!files_with(&office.server.data(), &old).is_empty());

    // Retention runs at the start and every ten minutes.
    office.server.restart().await;
    office.admin = office.server.client_of("admin");
    office
        .server
        .once_logged("old requests are gone from the files", async || {
            (files_with(&office.server.data(), &old).is_empty()).then_some(())
        })
        .await;
    let left = office.admin.read("/api/v1/requests").await;
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(left["items"][0]["sent"], "\nfrom=marker-young");
}

#[tokio::test]
async fn a_deleted_contact_is_gone_from_the_files() {
    let mut office = Office::open(PROGRAM).await;
    let marks: Vec<String> = [
        "Marga Marker",
        "marker-org",
        "49307711771",
        "307711771",
        "marker@example.com",
        "about marker",
    ]
    .map(str::to_owned)
    .to_vec();
    let draft = json!({"name": "Marga Marker", "organization": "marker-org", "phones": ["+49 30 7711771", "49307711771"],
        "emails": ["marker@example.com"], "note": "about marker"});
    let made = office.admin.post("/api/v1/contacts", draft).await.json();
    assert!(!in_the_database(&office, &marks).is_empty());
    assert_eq!(
        office
            .admin
            .delete(&format!("/api/v1/contacts/{}", made["id"]))
            .await
            .status,
        204
    );
    // At the latest when the server ends.
    assert!(office.server.stop().await.success());
    let lower: Vec<String> = marks
        .iter()
        .chain(&["marga".to_owned()])
        .map(|mark| mark.to_lowercase())
        .collect();
    assert_eq!(in_the_database(&office, &[marks, lower].concat()), [""; 0]);
}

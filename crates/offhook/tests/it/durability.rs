//! What was answered is kept, whatever happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use offhook_core::call::{Direction, Event, EventBody, EventKind};
use offhook_core::{EventId, SourceId, UnixMillis};
use offhook_store::{CallStore, Incoming};
use offhook_store_sql::SqliteStore;
use offhook_testkit::{Client, Office, PATIENCE};
use tokio::sync::Semaphore;

use crate::{PROGRAM, server};

const POSTERS: u64 = 16;

/// Sixteen posters, killed again and again: every answered call is there after the restart, and
/// none is there twice.
#[tokio::test]
async fn every_answered_event_survives_a_kill() {
    let kills: u32 = std::env::var("OFFHOOK_TEST_KILLS").map_or(3, |kills| kills.parse().unwrap());
    let mut server = server().await;
    server.user("admin", "admin");
    let url = server.source("office", "generic");
    let path = url.strip_prefix(&server.url).unwrap().to_owned();
    let mut answered = Vec::new();
    let next = Arc::new(AtomicU64::new(0));
    for round in 0..kills {
        let stop = Arc::new(AtomicBool::new(false));
        let answers = Arc::new(Semaphore::new(0));
        let posters: Vec<_> = (0..POSTERS)
            .map(|_| {
                let (stop, next, answers) = (stop.clone(), next.clone(), answers.clone());
                let url = format!("{}{path}", server.url);
                tokio::spawn(async move { post(&url, &stop, &next, &answers).await })
            })
            .collect();
        // Not at the same moment each time, but always in the middle of work.
        let some = answers.acquire_many(100 + 37 * round);
        let some = tokio::time::timeout(PATIENCE, some).await;
        some.expect("the server answers").unwrap().forget();
        server.kill().await;
        stop.store(true, Ordering::SeqCst);
        for poster in posters {
            answered.extend(poster.await.unwrap());
        }
        server.restart().await;
    }
    let admin = server.client_of("admin");
    let mut found = std::collections::HashMap::<String, Vec<bool>>::new();
    let mut cursor = String::new();
    loop {
        let page = admin
            .read(&format!("/api/v1/calls?limit=500&cursor={cursor}"))
            .await;
        for call in page["items"].as_array().unwrap() {
            found
                .entry(call["call_id"].as_str().unwrap().to_owned())
                .or_default()
                .push(call["state"] == "ended");
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let lost: Vec<_> = answered
        .iter()
        .filter(|(id, over)| {
            let known = found.get(id).and_then(|calls| calls.first());
            known.is_none_or(|ended| *over && !ended)
        })
        .collect();
    let twice: Vec<_> = found.iter().filter(|(_, calls)| calls.len() > 1).collect();
    assert!(
        lost.is_empty(),
        "{} of {} answered calls are lost",
        lost.len(),
        answered.len()
    );
    assert!(twice.is_empty(), "twice in the log: {twice:?}");
    println!(
        "{kills} kills, {} answered, all found, none twice",
        answered.len()
    );
}

/// Also where it is set back while the server is away, as on a machine that starts before it knows the
/// time.
#[tokio::test]
async fn events_have_ids_above_all_before_them_whatever_the_clock_says() {
    let mut office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    assert!(office.server.stop().await.success());
    let database = office.server.data().join("offhook.db");
    let far_ahead = EventId(u128::MAX >> 4);
    let body = EventBody {
        call_id: Some("ahead".to_owned()),
        direction: Some(Direction::In),
        ..EventBody::new(EventKind::NewCall)
    };
    let ahead = Incoming {
        source_id: SourceId(1),
        arrived_at: UnixMillis(0),
        event: Event {
            id: far_ahead,
            at: UnixMillis(0),
            body: body.into(),
        },
    };
    let store = SqliteStore::open(&database).await.unwrap();
    store.apply(&[ahead]).await.unwrap();
    store.close().await.unwrap();

    office.server.restart().await;
    let url = format!("{}{}", office.server.url, pbx.path);
    let said = "event=newCall&callId=after&direction=in&from=4930123456&to=22";
    assert_eq!(pbx.client.form(&url, said).await.status, 200);
    assert!(office.server.stop().await.success());
    let store = SqliteStore::open(&database).await.unwrap();
    assert!(store.newest_event().await.unwrap() > far_ahead);
    store.close().await.unwrap();
}

/// Calls that come and go, until the server does. Each with whether its hangup was answered.
async fn post(
    url: &str,
    stop: &AtomicBool,
    next: &AtomicU64,
    answers: &Semaphore,
) -> Vec<(String, bool)> {
    let http = Client::new("");
    let mut answered = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let id = format!("kill-{}", next.fetch_add(1, Ordering::SeqCst));
        let new_call = format!("event=newCall&direction=in&from=4930{id}&to=4922147&callId={id}");
        let hangup = format!("event=hangup&cause=normalClearing&callId={id}");
        for (form, over) in [(new_call, false), (hangup, true)] {
            match http.try_form(url, &form).await {
                Some(200) if over => {
                    answered.pop();
                }
                Some(200) => answers.add_permits(1),
                Some(status) => panic!("answered {status}"),
                None => return answered,
            }
            answered.push((id.clone(), over));
        }
    }
    answered
}

//! Rows of calls that lag behind their events.

use offhook_core::access::Visibility;
use offhook_core::call::{Direction, Event, EventBody, EventKind};
use offhook_core::{EventId, SourceId, UnixMillis};
use offhook_store::contract::Engine;
use offhook_store::{CallQuery, CallStore, Incoming};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::Sqlite;

const BATCH: u32 = 256;

fn said(kind: EventKind, number: u32, event: u32) -> Incoming {
    Incoming {
        source_id: SourceId(1),
        arrived_at: UnixMillis(0),
        event: Event {
            id: EventId(u128::from(event)),
            at: UnixMillis(i64::from(event)),
            body: EventBody {
                call_id: Some(number.to_string()),
                direction: Some(Direction::In),
                ..EventBody::new(kind)
            },
        },
    }
}

/// Rows, and calls that lag behind, as the tables have them.
async fn counts(engine: &Sqlite) -> (i64, i64) {
    let mut connection = SqliteConnectOptions::new()
        .filename(engine.file("offhook.db"))
        .connect()
        .await
        .unwrap();
    let counts = "SELECT (SELECT count(*) FROM call), (SELECT count(*) FROM call_behind)";
    let counts = sqlx::query_as(counts).fetch_one(&mut connection).await;
    connection.close().await.unwrap();
    counts.unwrap()
}

#[tokio::test]
async fn no_more_than_some_thousand_however_fast_events_come() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let calls = 12 * BATCH;
    for first in (1..=calls).step_by(256) {
        let batch: Vec<Incoming> = (first..first + BATCH)
            .map(|number| said(EventKind::NewCall, number, number))
            .collect();
        store.apply(&batch).await.unwrap();
    }
    let (rows, behind) = counts(&engine).await;
    assert_eq!(rows + behind, i64::from(calls));
    assert!(rows > 0 && behind > 0, "{rows} {behind}");

    // Those that have rows and those that lag behind go on alike.
    let ends: Vec<Incoming> = [1, calls]
        .map(|number| said(EventKind::Hangup, number, calls + number))
        .into();
    store.apply(&ends).await.unwrap();
    let query = CallQuery::newest(Visibility::All, 5000);
    let log = store.calls(&query).await.unwrap().items;
    assert_eq!(counts(&engine).await, (i64::from(calls), 0));
    let ended: Vec<&str> = (log.iter())
        .filter(|call| call.folded.ended_at.is_some())
        .map(|call| call.call_id.as_str())
        .collect();
    assert_eq!(ended, [calls.to_string(), "1".to_owned()]);
}

#[tokio::test]
async fn a_batch_of_more_events_than_a_statement_takes() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let calls = 40 * BATCH;
    let batch: Vec<Incoming> = (1..=calls)
        .map(|number| said(EventKind::NewCall, number, number))
        .collect();
    store.apply(&batch).await.unwrap();
    let query = CallQuery::newest(Visibility::All, 5000);
    assert_eq!(store.calls(&query).await.unwrap().items.len(), 5000);
    assert_eq!(counts(&engine).await, (i64::from(calls), 0));
}

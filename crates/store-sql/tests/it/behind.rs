//! Rows of calls that lag behind their events.

use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::task::Poll;
use std::time::Duration;

use offhook_core::access::Visibility;
use offhook_core::call::{Direction, Event, EventBody, EventKind, Party, State};
use offhook_core::number::NumberKey;
use offhook_core::{CallId, ConversationId, EventId, SourceId, UnixMillis};
use offhook_store::contract::Engine;
use offhook_store::{CallQuery, CallStore, Incoming, Outcome, SourceStore};
use offhook_store_sql::SqliteStore;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::time::timeout;

use super::Sqlite;

const BATCH: u32 = 256;
const LOGS: [&str; 2] = ["offhook.db-events-1", "offhook.db-events-2"];

pub(super) fn said(kind: EventKind, number: u32, event: u32) -> Incoming {
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
            }
            .into(),
        },
    }
}

/// Calls that begin, with these ids.
pub(super) fn new_calls(numbers: RangeInclusive<u32>) -> Vec<Incoming> {
    numbers
        .map(|number| said(EventKind::NewCall, number, number))
        .collect()
}

/// Calls that begin, with these ids, each from the number that is its id.
fn new_calls_from(numbers: RangeInclusive<u32>) -> Vec<Incoming> {
    let mut calls = new_calls(numbers);
    for call in &mut calls {
        let number = call.event.body.call_id.clone().unwrap();
        call.event.body_mut().from = Some(Party {
            key: Some(NumberKey(number.parse().unwrap())),
            number,
            name: None,
        });
    }
    calls
}

/// The calls with this number.
async fn with_number(store: &SqliteStore, number: i64) -> Vec<CallId> {
    let query = CallQuery {
        numbers: Some(vec![NumberKey(number)]),
        ..CallQuery::newest(Visibility::All, 10)
    };
    let found = store.calls(&query).await.unwrap().items;
    found.iter().map(|call| call.id).collect()
}

/// What the tables say.
async fn count(engine: &Sqlite, statement: &'static str) -> i64 {
    let mut connection = SqliteConnectOptions::new()
        .filename(engine.file("offhook.db"))
        .connect()
        .await
        .unwrap();
    let count = sqlx::query_scalar(statement)
        .fetch_one(&mut connection)
        .await;
    connection.close().await.unwrap();
    count.unwrap()
}

/// How many calls the tables have.
async fn rows(engine: &Sqlite) -> i64 {
    count(engine, "SELECT count(*) FROM call").await
}

/// Up to which call numbers are listed.
async fn listed(engine: &Sqlite) -> i64 {
    count(engine, "SELECT call FROM numbers_listed").await
}

/// How many events stand in the event log.
fn in_the_log(engine: &Sqlite) -> usize {
    let text = LOGS.map(|file| std::fs::read_to_string(engine.file(file)).unwrap_or_default());
    let said = text.iter().filter_map(|text| text.split('\0').next());
    said.map(|said| said.lines().count()).sum()
}

async fn log(store: &SqliteStore) -> Vec<(String, State)> {
    let query = CallQuery::newest(Visibility::All, 10_000);
    let calls = store.calls(&query).await.unwrap().items;
    let mut calls: Vec<_> = (calls.into_iter())
        .map(|call| (call.call_id, call.folded.state))
        .collect();
    calls.sort_by(|one, other| one.0.cmp(&other.0));
    calls
}

#[tokio::test]
async fn no_more_than_some_thousand_however_fast_events_come() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let file = || std::fs::metadata(engine.file("offhook.db")).unwrap().len();
    let empty = file();
    let calls = 32 * BATCH;
    for first in (1..=calls).step_by(256) {
        let batch = new_calls(first..=first + BATCH - 1);
        store.apply(&batch).await.unwrap();
    }
    // Beside the events, by somebody who waits for nobody; also out of the write-ahead log.
    let written = async {
        while rows(&engine).await < i64::from(calls) - 6144 || file() == empty {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), written).await.unwrap();

    // Those that have rows and those that lag behind go on alike.
    let ends: Vec<Incoming> = [1, calls]
        .map(|number| said(EventKind::Hangup, number, calls + number))
        .into();
    store.apply(&ends).await.unwrap();
    let all = log(&store).await;
    assert_eq!(all.len(), usize::try_from(calls).unwrap());
    assert_eq!(rows(&engine).await, i64::from(calls));
    let ended: Vec<&str> = (all.iter())
        .filter(|(_, state)| *state == State::Ended)
        .map(|(call_id, _)| call_id.as_str())
        .collect();
    assert_eq!(ended, ["1".to_owned(), calls.to_string()]);
}

#[tokio::test]
async fn what_only_the_event_log_has_is_there_after_a_crash() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    store.apply(&new_calls(1..=3)).await.unwrap();
    let end = said(EventKind::Hangup, 2, 9);
    store.apply(&[end]).await.unwrap();
    assert_eq!((rows(&engine).await, in_the_log(&engine)), (0, 4));
    drop(store);

    let store = engine.open().await;
    assert_eq!(store.newest_event().await.unwrap(), EventId(9));
    let all = log(&store).await;
    let states: Vec<State> = all.iter().map(|(_, state)| *state).collect();
    assert_eq!(states, [State::Ringing, State::Ended, State::Ringing]);
    assert_eq!((rows(&engine).await, in_the_log(&engine)), (3, 0));
    // Nor behind what the log says.
    let lengths = LOGS.map(|file| std::fs::metadata(engine.file(file)).unwrap().len());
    assert_eq!(lengths, [0, 0]);
    // Ids go on where they were.
    let next = store.apply(&new_calls(10..=10)).await.unwrap();
    let Outcome::Folded { call, .. } = &next[0] else {
        panic!("{next:?}");
    };
    assert_eq!(call.id, CallId(4));
}

#[tokio::test]
async fn what_the_event_log_and_the_tables_have_is_there_once() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    store.apply(&new_calls(1..=3)).await.unwrap();
    let lines = LOGS.map(|file| std::fs::read(engine.file(file)).unwrap_or_default());
    while store.catch_up().await.unwrap() > 0 {}
    assert_eq!((rows(&engine).await, in_the_log(&engine)), (3, 0));
    let end = said(EventKind::Hangup, 2, 9);
    store.apply(&[end]).await.unwrap();
    let before = log(&store).await;
    drop(store);
    // As if the disk had forgotten that the log was emptied.
    for (file, lines) in LOGS.iter().zip(lines) {
        std::fs::write(engine.file(file), lines).unwrap();
    }
    let store = engine.open().await;
    assert_eq!(log(&store).await, before);
    let record = store.call(CallId(2)).await.unwrap().unwrap();
    assert_eq!(record.events.len(), 2);
    assert_eq!(in_the_log(&engine), 0);
}

/// Who asks may go away at any moment, and the rows that were being written are not lost.
#[tokio::test]
async fn who_gives_up_while_rows_are_written_loses_nothing() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    for first in 0..20 {
        let numbers = 100 * first + 1..=100 * first + 100;
        store.apply(&new_calls(numbers)).await.unwrap();
        let query = CallQuery::newest(Visibility::All, 10_000);
        let patience = Duration::from_micros(100 * u64::from(first));
        timeout(patience, store.calls(&query)).await.ok();
    }
    let ids: Vec<_> = log(&store).await.into_iter().map(|(id, _)| id).collect();
    let mut expected: Vec<String> = (1..=2000).map(|number| number.to_string()).collect();
    expected.sort();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn the_event_log_does_not_grow_without_end() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let size = || {
        let sizes = LOGS.map(|file| std::fs::metadata(engine.file(file)));
        sizes
            .into_iter()
            .flatten()
            .map(|file| file.len())
            .sum::<u64>()
    };
    for number in 1..=60 {
        let mut said = said(EventKind::NewCall, number, number);
        said.event.body_mut().cause_text = Some("x".repeat(512 * 1024));
        store.apply(&[said]).await.unwrap();
        assert!(in_the_log(&engine) > 0);
        // Has rows written, and is no lull.
        store.calls_by_id(&[]).await.unwrap();
        assert!(size() < 18 * 1024 * 1024);
    }
}

/// However few calls lag behind, and though nobody reads and there is no lull.
#[tokio::test]
async fn rows_are_written_once_the_event_log_is_full() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let mut number = 0;
    while rows(&engine).await == 0 {
        number += 1;
        assert!(number < 200, "the log grows without end");
        let mut said = said(EventKind::NewCall, number, number);
        said.event.body_mut().cause_text = Some("x".repeat(512 * 1024));
        store.apply(&[said]).await.unwrap();
    }
    // Twice 8 MiB stand there by then.
    assert!(number > 30, "{number}");
    assert_eq!(log(&store).await.len(), usize::try_from(number).unwrap());
}

/// Ids of events ascend with the clock, unless it was set back.
#[tokio::test]
async fn events_older_than_the_newest_wait_in_the_log_like_others() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let over = [
        said(EventKind::NewCall, 1, u32::MAX - 1),
        said(EventKind::Hangup, 1, u32::MAX),
    ];
    store.apply(&over).await.unwrap();
    while store.catch_up().await.unwrap() > 0 {}
    store.apply(&new_calls(2..=4)).await.unwrap();
    assert_eq!((rows(&engine).await, in_the_log(&engine)), (1, 3));
    // What is known changes nothing all the same.
    for outcome in store.apply(&over).await.unwrap() {
        assert!(matches!(outcome, Outcome::Folded { changed: false, .. }));
    }
    assert_eq!(log(&store).await.len(), 4);
}

/// What joined another call with its own is told by its own events, which the other has not.
#[tokio::test]
async fn a_call_that_was_joined_before_a_crash_has_a_revision_of_its_own() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    store.apply(&new_calls(1..=2)).await.unwrap();
    while store.catch_up().await.unwrap() > 0 {}
    let mut joined = said(EventKind::Transferred, 1, 3);
    joined.event.body_mut().joined = Some("2".to_owned());
    store.apply(&[joined]).await.unwrap();
    drop(store);
    let store = engine.open().await;
    let other = store.call(CallId(2)).await.unwrap().unwrap().call;
    assert_eq!(other.conversation_id, ConversationId(1));
    // The second one was given away with the announcement.
    assert!(other.revision >= 2, "{}", other.revision);
}

/// A command that stands beside the server leaves alone what the server has not written yet.
#[tokio::test]
async fn who_takes_no_events_in_leaves_the_event_log_alone() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    store.apply(&new_calls(1..=3)).await.unwrap();
    let command = engine.open().await;
    assert_eq!(command.config_revision().await.unwrap(), 1);
    engine.close(command).await;
    assert_eq!(in_the_log(&engine), 3);
    assert_eq!(log(&store).await.len(), 3);
}

#[tokio::test]
async fn a_batch_of_more_events_than_a_statement_takes() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let calls = 40 * BATCH;
    store.apply(&new_calls(1..=calls)).await.unwrap();
    assert_eq!(log(&store).await.len(), 10_000);
    assert_eq!(rows(&engine).await, i64::from(calls));
}

/// Numbers are listed later than rows are written: many calls at once.
#[tokio::test]
async fn numbers_are_listed_beside_the_events() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    let calls = 64 * BATCH;
    for first in (1..=calls).step_by(256) {
        let batch = new_calls_from(first..=first + BATCH - 1);
        store.apply(&batch).await.unwrap();
    }
    let some = async {
        while listed(&engine).await < 8192 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), some).await.unwrap();
    let last = i64::from(calls);
    assert!(listed(&engine).await < last);
    for call in [1, 8192, last] {
        assert_eq!(with_number(&store, call).await, [CallId(call)]);
    }
    assert_eq!(listed(&engine).await, last);
}

#[tokio::test]
async fn numbers_are_listed_in_a_lull() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    store.apply(&new_calls_from(1..=3)).await.unwrap();
    while store.catch_up().await.unwrap() > 0 {}
    assert_eq!(listed(&engine).await, 3);
    assert_eq!(count(&engine, "SELECT sum(key) FROM call_number").await, 6);
}

#[tokio::test]
async fn numbers_that_were_not_listed_are_after_a_crash() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    store.apply(&new_calls_from(1..=3)).await.unwrap();
    // Has rows written, and nothing in the event log.
    store.empty_wal().await.unwrap();
    assert_eq!((rows(&engine).await, listed(&engine).await), (3, 0));
    drop(store);
    let store = engine.open().await;
    assert_eq!(with_number(&store, 2).await, [CallId(2)]);
}

/// Its row is written after those of calls that began later.
#[tokio::test]
async fn a_call_that_made_no_sense_is_found_by_its_number_once_it_does() {
    let engine = Sqlite::fresh().await;
    let store = engine.open().await;
    store.apply(&new_calls_from(1..=3)).await.unwrap();
    while store.catch_up().await.unwrap() > 0 {}
    engine.close(store).await;
    for statement in [
        "DELETE FROM recent_call WHERE id = 2",
        "DELETE FROM call WHERE id = 2",
        "INSERT INTO call_behind VALUES (2, 1)",
        "UPDATE event SET body = 'no' || body WHERE call = 2",
    ] {
        engine.meddle(statement).await;
    }
    let store = engine.open().await;
    assert_eq!(with_number(&store, 2).await, []);
    engine.close(store).await;
    engine
        .meddle("UPDATE event SET body = substr(body, 3) WHERE call = 2")
        .await;
    let store = engine.open().await;
    for call in [1, 2, 3] {
        assert_eq!(with_number(&store, call).await, [CallId(call)]);
    }
}

/// Whoever reads may go away at any moment. What is in hand must do then: to make it anew takes so long
/// that events would wait. Nothing could be made anew here, as the log says nothing any more.
#[tokio::test]
async fn a_reader_that_goes_away_tears_nothing() {
    let query = CallQuery::newest(Visibility::All, 400);
    for polls in 1..=20 {
        let engine = Sqlite::fresh().await;
        let store = engine.open().await;
        store.apply(&new_calls(1..=300)).await.unwrap();
        let log = engine.file(LOGS[0]);
        let length = std::fs::metadata(&log).unwrap().len();
        std::fs::write(&log, vec![0; usize::try_from(length).unwrap()]).unwrap();
        let mut reading = store.calls(&query);
        for _ in 0..polls {
            let polled = poll_fn(|context| Poll::Ready(reading.as_mut().poll(context)));
            if polled.await.is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(reading);
        let found = store.calls(&query).await.unwrap().items;
        assert_eq!(found.len(), 300, "gone after {polls}");
    }
}

//! Databases that earlier versions made.

use std::path::Path;

use offhook_core::access::Visibility;
use offhook_core::call::EventKind;
use offhook_core::number::NumberKey;
use offhook_core::{CallId, UserId};
use offhook_store::contract::Engine;
use offhook_store::{AccountStore, CallQuery, CallStore, Outcome, UserChange};
use offhook_store_sql::{SqliteStore, backup, restore};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::behind::said;
use super::{Sqlite, run};

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");

/// A database as the version left it whose last migration this was.
async fn made_by(version: &str, database: &Path) {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(MIGRATIONS).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        if name.as_str() <= version {
            std::fs::copy(file.path(), folder.path().join(name)).unwrap();
        }
    }
    let migrator = Migrator::new(folder.path()).await.unwrap();
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    migrator
        .run_direct(None, &mut connection, false)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Calls with these ids, which the PBX calls by the same numbers.
async fn calls_were_made(database: &Path, ids: &str, columns: [&str; 4]) {
    let [direction, state, missed, ended_at] = columns;
    let calls = format!(
        "INSERT INTO call (id, revision, conversation_id, source_id, call_id, direction, state, \
         from_number, to_number, queue, missed, done, events_done, answered, started_at, ended_at) \
         SELECT value, 1, value, 1, value, {direction}, {state}, '1', '2', '', {missed}, 0, 0, 0, \
             value, {ended_at} FROM json_each('{ids}')"
    );
    run(database, AssertSqlSafe(calls)).await;
}

#[tokio::test]
async fn users_made_before_they_had_a_revision() {
    let engine = Sqlite::fresh().await;
    let database = engine.file("offhook.db");
    made_by("0001_init.sql", &database).await;
    let emma = "INSERT INTO user (login, name, email, phones, role, permissions, active, \
                preferences, created_at) VALUES ('emma', 'Emma', '', '[]', 'admin', '[]', 1, '{}', 7)";
    run(&database, emma).await;
    let saved = engine.file("old.db");
    backup(&database, &saved).await.unwrap();
    let restored = engine.file("restored.db");
    restore(&saved, &restored).await.unwrap();
    for database in [database, restored] {
        let store = SqliteStore::open(&database).await.unwrap();
        let users = store.users().await.unwrap();
        let emma = &users[0];
        assert_eq!((users.len(), emma.login.as_str()), (1, "emma"));
        assert_eq!(emma.revision, 1);
        let change = UserChange::default();
        let changed = store.update_user(emma.id, Some(1), &change).await.unwrap();
        assert_eq!(changed.unwrap().revision, 2);
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn calls_made_before_they_said_where_they_rang() {
    let engine = Sqlite::fresh().await;
    let database = engine.file("offhook.db");
    made_by("0002_user_revision.sql", &database).await;
    let direction = "iif(value = 3, 'out', 'in')";
    let columns = [direction, "'ended'", "value < 3", "value"];
    calls_were_made(&database, "[1, 2, 3, 4]", columns).await;
    let events = r#"INSERT INTO event (id, call, at, body) VALUES
        (x'01', 1, 0, '{"kind":"newCall","direction":"in","user_ids":[12,11]}'),
        (x'02', 1, 0, '{"kind":"newCall","direction":"in","user_ids":[12]}'),
        (x'03', 2, 0, '{"kind":"newCall","direction":"in"}'),
        (x'04', 2, 0, '{"kind":"rang","user_ids":[13]}'),
        (x'05', 3, 0, '{"kind":"newCall","direction":"out","user_ids":[11]}'),
        (x'06', 4, 0, '{"kind":"newCall","direction":"in"}'),
        (x'07', 4, 0, '{"kind":"answer","user_ids":[11]}')"#;
    run(&database, events).await;
    let store = SqliteStore::open(&database).await.unwrap();
    let query = CallQuery::newest(Visibility::All, 10);
    let calls = store.calls(&query).await.unwrap().items;
    let rung = |call: i64| {
        let call = calls.iter().find(|one| one.id == CallId(call)).unwrap();
        call.folded.rung.as_slice()
    };
    assert_eq!(rung(1), [UserId(11), UserId(12)]);
    assert_eq!(rung(2), [UserId(13)]);
    assert_eq!((rung(3), rung(4)), (&[][..], &[][..]));
    store.close().await.unwrap();
}

#[tokio::test]
async fn events_made_before_they_stood_by_call() {
    let engine = Sqlite::fresh().await;
    let database = engine.file("offhook.db");
    made_by("0004_recent_call_by_heart.sql", &database).await;
    let columns = ["'in'", "'ringing'", "0", "NULL"];
    calls_were_made(&database, "[1, 2]", columns).await;
    let events = r#"INSERT INTO event (id, call, at, body) VALUES
        (x'00000000000000000000000000000003', 1, 3, '{"kind":"answer","call_id":"1"}'),
        (x'00000000000000000000000000000002', 2, 2, '{"kind":"newCall","direction":"in"}'),
        (x'00000000000000000000000000000001', 1, 1, '{"kind":"newCall","direction":"in"}')"#;
    run(&database, events).await;
    let recent = "INSERT INTO recent_call (id, source_id, call_id) VALUES (1, 1, '1'), (2, 1, '2')";
    run(&database, recent).await;
    let store = SqliteStore::open(&database).await.unwrap();
    // Known by its id, and once.
    let again = said(EventKind::NewCall, 1, 1);
    let outcomes = store.apply(&[again]).await.unwrap();
    assert!(
        matches!(outcomes[..], [Outcome::Folded { changed: false, .. }]),
        "{outcomes:?}"
    );
    let record = store.call(CallId(1)).await.unwrap().unwrap();
    let said: Vec<(u128, EventKind)> = (record.events.iter())
        .map(|event| (event.id.0, event.body.kind))
        .collect();
    assert_eq!(said, [(1, EventKind::NewCall), (3, EventKind::Answer)]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn calls_made_before_their_numbers_were_listed() {
    let engine = Sqlite::fresh().await;
    let database = engine.file("offhook.db");
    made_by("0005_events_by_call.sql", &database).await;
    let columns = ["'in'", "'ended'", "0", "value"];
    calls_were_made(&database, "[1, 2, 3, 4]", columns).await;
    let keys =
        "UPDATE call SET from_key = nullif(10 * (id / 2), 0), to_key = nullif(10 * (id - 2), 0)";
    run(&database, keys).await;
    let store = SqliteStore::open(&database).await.unwrap();
    let numbers = [10, 20, -10, 0].map(NumberKey);
    let last = store.last_calls(&numbers, &Visibility::All).await.unwrap();
    let at = numbers.map(|number| last.get(&number).map(|at| at.0));
    assert_eq!(at, [Some(3), Some(4), Some(1), None]);
    let query = CallQuery {
        numbers: Some(vec![NumberKey(10)]),
        ..CallQuery::newest(Visibility::All, 10)
    };
    let found = store.calls(&query).await.unwrap().items;
    let ids: Vec<i64> = found.iter().map(|call| call.id.0).collect();
    assert_eq!(ids, [3, 2]);
    store.close().await.unwrap();
}

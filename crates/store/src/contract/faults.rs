//! Restarts, and databases that somebody changed by hand.

use offhook_core::access::Visibility;
use offhook_core::call::State;

use super::Engine;
use super::said::{answer, hangup, new_call, say, seconds, tell};
use crate::{
    AccountStore, CallQuery, CallStore, ContactDraft, ContactStore, NewSource, NewUser, SourceKind,
    SourceStore, StoreError, TokenHash,
};
use offhook_core::access::Role;
use offhook_core::{CallId, UserId};

/// What was answered is there after a restart, and goes on.
pub async fn a_restart(engine: &impl Engine) {
    let store = engine.open().await;
    tell(
        &store,
        &[new_call("a"), answer("a").at(1), new_call("b").at(2)],
    )
    .await;
    let by = UserId(1_000_000);
    store
        .add_note(CallId(1), by, seconds(3), "text", &Visibility::All)
        .await
        .unwrap();
    store
        .mark_done(&[CallId(2)], true, by, seconds(3), &Visibility::All)
        .await
        .unwrap();
    let before = [
        store.call(CallId(1)).await.unwrap().unwrap(),
        store.call(CallId(2)).await.unwrap().unwrap(),
    ];
    engine.close(store).await;
    let store = engine.open().await;
    for record in before {
        assert_eq!(store.call(record.call.id).await.unwrap(), Some(record));
    }
    let ended = say(&store, hangup("a").at(9)).await;
    assert_eq!((ended.id, ended.folded.state), (CallId(1), State::Ended));
    assert_eq!(say(&store, new_call("c").at(9)).await.id, CallId(3));
}

fn corrupt<T: std::fmt::Debug>(result: Result<T, StoreError>, table: &str, column: &str) {
    match result {
        Err(StoreError::Corrupt {
            table: t,
            column: c,
            ..
        }) => assert_eq!((t, c), (table, column)),
        other => panic!("not corrupt: {other:?}"),
    }
}

/// A call that makes no sense is said to be corrupt, and harms no other.
pub async fn corrupt_calls(engine: &impl Engine) {
    let mut store = engine.open().await;
    tell(&store, &[new_call("a"), new_call("b").by(2)]).await;
    for (statement, column) in [
        ("UPDATE call SET state = 'asleep' WHERE id = 1", "state"),
        (
            "UPDATE call SET direction = 'up', state = 'ringing' WHERE id = 1",
            "direction",
        ),
        (
            "UPDATE call SET direction = 'in', cause = 'odd' WHERE id = 1",
            "cause",
        ),
        (
            "UPDATE call SET cause = NULL, decision = '{' WHERE id = 1",
            "decision",
        ),
    ] {
        engine.close(store).await;
        engine.meddle(statement).await;
        store = engine.open().await;
        corrupt(store.call(CallId(1)).await, "call", column);
        corrupt(store.calls_by_id(&[CallId(1)]).await, "call", column);
        corrupt(
            store.calls(&CallQuery::newest(Visibility::All, 9)).await,
            "call",
            column,
        );
        corrupt(store.apply(&[hangup("a").0]).await, "call", column);
        assert!(store.call(CallId(2)).await.unwrap().is_some());
        say(&store, answer("b").by(2).at(1)).await;
    }
}

/// So are events.
pub async fn corrupt_events(engine: &impl Engine) {
    let mut store = engine.open().await;
    tell(&store, &[new_call("a"), new_call("b")]).await;
    for statement in [
        "UPDATE event SET body = '{}' WHERE call = 1",
        "UPDATE event SET body = 'text' WHERE call = 1",
        "UPDATE event SET body = '{\"kind\":\"sneeze\"}' WHERE call = 1",
        "UPDATE event SET body = '{\"kind\":\"newCall\",\"direction\":\"up\"}' WHERE call = 1",
    ] {
        engine.close(store).await;
        engine.meddle(statement).await;
        store = engine.open().await;
        corrupt(store.call(CallId(1)).await, "event", "body");
        corrupt(store.apply(&[answer("a").0]).await, "event", "body");
        say(&store, answer("b").at(1)).await;
    }
}

/// So are sources, users, settings and contacts.
pub async fn corrupt_others(engine: &impl Engine) {
    let store = engine.open().await;
    let at = seconds(0);
    let source = NewSource {
        name: "office",
        kind: SourceKind::Generic,
        enabled: true,
        config: "{}",
        sealed_secrets: None,
        token: TokenHash([1; 32]),
    };
    store.add_source(&source, at).await.unwrap();
    let user = NewUser {
        active: true,
        login: "anna".to_owned(),
        name: String::new(),
        email: String::new(),
        phones: Vec::new(),
        role: Role::Admin,
        permissions: Vec::new(),
        password_hash: None,
    };
    store.add_user(&user, at).await.unwrap();
    let settings = store.settings().await.unwrap();
    store.update_settings(&settings).await.unwrap();
    store
        .add_contact(&ContactDraft::default(), &[], at)
        .await
        .unwrap();
    engine
        .meddle("UPDATE source SET kind = 'carrier pigeon'")
        .await;
    corrupt(store.sources().await, "source", "kind");
    engine.meddle("UPDATE user SET role = 'king'").await;
    corrupt(store.users().await, "user", "role");
    engine
        .meddle("UPDATE user SET role = 'admin', phones = '7'")
        .await;
    corrupt(store.users().await, "user", "phones");
    engine.meddle("UPDATE settings SET body = '['").await;
    corrupt(store.settings().await, "settings", "body");
    engine.meddle("UPDATE contact SET emails = '['").await;
    corrupt(store.contacts(None, None, 9).await, "contact", "emails");
}

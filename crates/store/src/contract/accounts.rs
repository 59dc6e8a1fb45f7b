//! Users.

use offhook_core::UserId;
use offhook_core::access::{Permission, Role};

use super::Engine;
use super::said::seconds;
use crate::{
    AccountStore, Conflict, NewUser, SourceStore, StoreError, TokenHash, User, UserChange,
};

pub(super) fn new_user(login: &str, role: Role) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: "Anna Lopez".to_owned(),
        email: "anna@example.org".to_owned(),
        phones: vec!["21".to_owned(), "+49 30 1".to_owned()],
        role,
        permissions: vec![Permission::Dial],
        active: true,
        password_hash: Some("$argon2id$1".to_owned()),
    }
}

pub(super) async fn add(store: &impl AccountStore, login: &str, role: Role) -> User {
    store
        .add_user(&new_user(login, role), seconds(3))
        .await
        .unwrap()
}

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>, expected: Conflict) {
    match result {
        Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
        other => panic!("no conflict: {other:?}"),
    }
}

/// No id of a user looks like an extension.
pub async fn ids_begin_at_a_million(engine: &impl Engine) {
    let store = engine.open().await;
    assert_eq!(add(&store, "anna", Role::Admin).await.id, UserId::FIRST);
    assert_eq!(add(&store, "emma", Role::Agent).await.id, UserId(1_000_001));
    assert!(store.delete_user(UserId(1_000_001), None).await.unwrap());
    assert_eq!(add(&store, "paul", Role::Agent).await.id, UserId(1_000_002));
}

/// Nothing of somebody who was deleted can be read back from the files.
pub async fn who_is_deleted_is_gone(engine: &impl Engine) {
    let store = engine.open().await;
    add(&store, "anna", Role::Admin).await;
    let gone = add(&store, "qwertzuiop", Role::Agent).await;
    engine.settle(&store).await;
    assert!(engine.holds("qwertzuiop"));
    assert!(store.delete_user(gone.id, None).await.unwrap());
    engine.settle(&store).await;
    assert!(!engine.holds("qwertzuiop"));
}

/// Only where there is no user, and of two at once exactly one.
pub async fn the_first_one(engine: &impl Engine) {
    let (one, other) = (engine.open().await, engine.open().await);
    let (anna, emma) = (new_user("anna", Role::Admin), new_user("emma", Role::Admin));
    let (a, b) = tokio::join!(
        one.add_first_user(&anna, seconds(3)),
        other.add_first_user(&emma, seconds(3)),
    );
    let made: Vec<User> = [a.unwrap(), b.unwrap()].into_iter().flatten().collect();
    assert_eq!(made, one.users().await.unwrap());
    assert_eq!(made.len(), 1);
    let late = new_user("late", Role::Admin);
    assert_eq!(one.add_first_user(&late, seconds(4)).await.unwrap(), None);
    assert_eq!(one.users().await.unwrap().len(), 1);
}

/// A user comes back as it was made and changed; what is not said stays.
pub async fn added_and_changed(engine: &impl Engine) {
    let store = engine.open().await;
    let user = add(&store, "anna", Role::Agent).await;
    let new = new_user("anna", Role::Agent);
    assert_eq!(
        (&user.login, &user.name, &user.email),
        (&new.login, &new.name, &new.email)
    );
    assert_eq!(
        (&user.phones, &user.password_hash),
        (&new.phones, &new.password_hash)
    );
    assert!(user.active);
    assert_eq!((user.role, user.created_at), (Role::Agent, seconds(3)));
    let same = store
        .update_user(user.id, None, &UserChange::default())
        .await
        .unwrap();
    let raised = User {
        revision: user.revision + 1,
        ..user.clone()
    };
    assert_eq!(same, Some(raised));
    let change = UserChange {
        login: Some("anna.lopez".to_owned()),
        name: Some(String::new()),
        email: Some("a@example.org".to_owned()),
        phones: Some(vec![]),
        role: Some(Role::Admin),
        permissions: Some(Vec::new()),
        active: Some(false),
        password_hash: Some("$argon2id$2".to_owned()),
        preferences: Some("{\"phone\":true}".to_owned()),
        keep_session: None,
    };
    // It was not the last administrator: there was none.
    add(&store, "boss", Role::Admin).await;
    let changed = store
        .update_user(user.id, None, &change)
        .await
        .unwrap()
        .unwrap();
    let expected = User {
        id: user.id,
        login: "anna.lopez".to_owned(),
        name: String::new(),
        email: "a@example.org".to_owned(),
        phones: vec![],
        role: Role::Admin,
        permissions: Vec::new(),
        active: false,
        password_hash: Some("$argon2id$2".to_owned()),
        preferences: "{\"phone\":true}".to_owned(),
        revision: user.revision + 2,
        created_at: seconds(3),
    };
    assert_eq!(changed, expected);
    assert_eq!(store.users().await.unwrap()[0], expected);
    let gone = store
        .update_user(UserId(7), None, &UserChange::default())
        .await
        .unwrap();
    assert_eq!(gone, None);
}

/// Who means another revision than there is changes and deletes nothing.
pub async fn a_change_may_expect_a_revision(engine: &impl Engine) {
    let store = engine.open().await;
    add(&store, "boss", Role::Admin).await;
    let emma = add(&store, "emma", Role::Agent).await;
    let named = |name: &str| UserChange {
        name: Some(name.to_owned()),
        ..UserChange::default()
    };
    let (one, other) = (named("one"), named("other"));
    let expected = Some(emma.revision);
    let (one, other) = tokio::join!(
        store.update_user(emma.id, expected, &one),
        store.update_user(emma.id, expected, &other),
    );
    let (kept, late) = match one {
        Ok(kept) => (kept, other),
        Err(_) => (other.unwrap(), one),
    };
    conflict(late, Conflict::Stale);
    conflict(store.delete_user(emma.id, expected).await, Conflict::Stale);
    let kept = kept.unwrap();
    assert_eq!(kept.revision, emma.revision + 1);
    assert_eq!(store.users().await.unwrap()[1], kept);
    assert!(
        store
            .delete_user(emma.id, Some(kept.revision))
            .await
            .unwrap()
    );
    // What is gone is gone, whichever revision is meant.
    assert!(!store.delete_user(emma.id, expected).await.unwrap());
    let gone = store.update_user(emma.id, expected, &named("x")).await;
    assert_eq!(gone.unwrap(), None);
}

/// Logins differ in more than their case.
pub async fn a_login_is_taken_in_any_case(engine: &impl Engine) {
    let store = engine.open().await;
    add(&store, "anna", Role::Admin).await;
    let emma = add(&store, "emma", Role::Agent).await;
    conflict(
        store
            .add_user(&new_user("ANNA", Role::Agent), seconds(0))
            .await,
        Conflict::LoginTaken,
    );
    let change = UserChange {
        login: Some("Anna".to_owned()),
        ..UserChange::default()
    };
    conflict(
        store.update_user(emma.id, None, &change).await,
        Conflict::LoginTaken,
    );
    let own = UserChange {
        login: Some("EMMA".to_owned()),
        ..UserChange::default()
    };
    assert_eq!(
        store
            .update_user(emma.id, None, &own)
            .await
            .unwrap()
            .unwrap()
            .login,
        "EMMA"
    );
    assert_eq!(store.users().await.unwrap().len(), 2);
}

/// The last active administrator cannot go.
pub async fn the_last_administrator(engine: &impl Engine) {
    let store = engine.open().await;
    let anna = add(&store, "anna", Role::Admin).await;
    add(&store, "emma", Role::Agent).await;
    let no_admin = UserChange {
        role: Some(Role::Agent),
        ..UserChange::default()
    };
    let disabled = UserChange {
        active: Some(false),
        ..UserChange::default()
    };
    for change in [&no_admin, &disabled] {
        conflict(
            store.update_user(anna.id, None, change).await,
            Conflict::LastAdmin,
        );
    }
    conflict(store.delete_user(anna.id, None).await, Conflict::LastAdmin);
    assert_eq!(store.users().await.unwrap()[0], anna);
    // A disabled administrator is none.
    let paul = add(&store, "paul", Role::Admin).await;
    store
        .update_user(paul.id, None, &disabled)
        .await
        .unwrap()
        .unwrap();
    conflict(store.delete_user(anna.id, None).await, Conflict::LastAdmin);
    assert!(store.delete_user(paul.id, None).await.unwrap());
    // With another one, it can.
    add(&store, "lisa", Role::Admin).await;
    store
        .update_user(anna.id, None, &no_admin)
        .await
        .unwrap()
        .unwrap();
    assert!(store.delete_user(anna.id, None).await.unwrap());
    // Two at once do not both go.
    let kate = add(&store, "kate", Role::Admin).await;
    let lisa = store
        .users()
        .await
        .unwrap()
        .iter()
        .find(|user| user.login == "lisa")
        .unwrap()
        .id;
    let (one, other) = tokio::join!(
        store.update_user(lisa, None, &disabled),
        store.update_user(kate.id, None, &disabled)
    );
    assert_eq!(
        [one.is_ok(), other.is_ok()]
            .into_iter()
            .filter(|ok| *ok)
            .count(),
        1
    );
}

/// A deleted user is gone, and its login is free.
pub async fn deleting(engine: &impl Engine) {
    let store = engine.open().await;
    add(&store, "anna", Role::Admin).await;
    let emma = add(&store, "emma", Role::Agent).await;
    assert!(store.delete_user(emma.id, None).await.unwrap());
    assert!(!store.delete_user(emma.id, None).await.unwrap());
    assert_eq!(store.users().await.unwrap().len(), 1);
    assert!(add(&store, "emma", Role::Agent).await.id > emma.id);
}

/// Every change of users, and every session or token that ends, is seen.
pub async fn every_change_raises_the_revision(engine: &impl Engine) {
    let store = engine.open().await;
    let mut last = store.config_revision().await.unwrap();
    let mut raised = async || {
        let now = store.config_revision().await.unwrap();
        let raised = now > last;
        last = now;
        raised
    };
    add(&store, "anna", Role::Admin).await;
    assert!(raised().await);
    let emma = add(&store, "emma", Role::Agent).await.id;
    assert!(raised().await);
    store
        .update_user(emma, None, &UserChange::default())
        .await
        .unwrap();
    assert!(raised().await);
    let session = store
        .add_session(emma, TokenHash([1; 32]), seconds(9))
        .await
        .unwrap();
    raised().await;
    store.end_session(session.id).await.unwrap();
    assert!(raised().await);
    let token = store
        .add_token(emma, "ci", TokenHash([2; 32]), seconds(0))
        .await
        .unwrap();
    raised().await;
    store.revoke_token(token.id).await.unwrap();
    assert!(raised().await);
    store.delete_user(emma, None).await.unwrap();
    assert!(raised().await);
    store.delete_user(emma, None).await.unwrap();
    assert!(!raised().await);
}

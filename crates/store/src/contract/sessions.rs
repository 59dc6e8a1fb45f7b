//! Sessions and tokens.

use offhook_core::access::Role;
use offhook_core::{SessionId, TokenId, UserId};

use super::Engine;
use super::accounts::add;
use super::said::seconds;
use crate::{AccountStore, TokenHash, UserChange};

async fn sessions(store: &impl AccountStore, now: i64) -> Vec<SessionId> {
    let mut ids: Vec<SessionId> = store
        .sessions(seconds(now))
        .await
        .unwrap()
        .into_iter()
        .map(|(_, session)| session.id)
        .collect();
    ids.sort();
    ids
}

/// A session lasts as long as it is said to.
pub async fn begun_extended_and_ended(engine: &impl Engine) {
    let store = engine.open().await;
    let anna = add(&store, "anna", Role::Admin).await.id;
    let first = store
        .add_session(anna, TokenHash([1; 32]), seconds(10))
        .await
        .unwrap();
    let second = store
        .add_session(anna, TokenHash([2; 32]), seconds(20))
        .await
        .unwrap();
    assert_eq!((first.user_id, first.expires_at), (anna, seconds(10)));
    let kept = store.sessions(seconds(0)).await.unwrap();
    assert!(kept.contains(&(TokenHash([1; 32]), first.clone())));
    assert_eq!(sessions(&store, 10).await, [second.id]);
    store.extend_session(first.id, seconds(30)).await.unwrap();
    assert_eq!(sessions(&store, 20).await, [first.id]);
    store.prune_sessions(seconds(20)).await.unwrap();
    assert_eq!(sessions(&store, 0).await, [first.id]);
    store.end_session(first.id).await.unwrap();
    assert_eq!(sessions(&store, 0).await, []);
    // What is gone is no error.
    store.end_session(first.id).await.unwrap();
    store.extend_session(first.id, seconds(50)).await.unwrap();
    assert_eq!(sessions(&store, 0).await, []);
}

/// A new password ends every session but the one it was set in; other changes end none.
pub async fn ended_by_a_new_password(engine: &impl Engine) {
    let store = engine.open().await;
    let anna = add(&store, "anna", Role::Admin).await.id;
    let emma = add(&store, "emma", Role::Agent).await.id;
    let mut all = Vec::new();
    for (place, user) in [anna, anna, anna, emma].into_iter().enumerate() {
        let hash = TokenHash([u8::try_from(place).unwrap(); 32]);
        all.push(store.add_session(user, hash, seconds(99)).await.unwrap().id);
    }
    let name = UserChange {
        name: Some("A".to_owned()),
        ..UserChange::default()
    };
    store.update_user(anna, None, &name).await.unwrap();
    assert_eq!(sessions(&store, 0).await, all);
    let password = |keep_session| UserChange {
        password_hash: Some("$new".to_owned()),
        keep_session,
        ..UserChange::default()
    };
    store
        .update_user(anna, None, &password(Some(all[1])))
        .await
        .unwrap();
    assert_eq!(sessions(&store, 0).await, [all[1], all[3]]);
    store
        .update_user(anna, None, &password(None))
        .await
        .unwrap();
    assert_eq!(sessions(&store, 0).await, [all[3]]);
}

/// Who is disabled is signed out; the tokens wait.
pub async fn ended_by_disabling(engine: &impl Engine) {
    let store = engine.open().await;
    add(&store, "anna", Role::Admin).await;
    let emma = add(&store, "emma", Role::Agent).await.id;
    store
        .add_session(emma, TokenHash([1; 32]), seconds(99))
        .await
        .unwrap();
    store
        .add_token(emma, "ci", TokenHash([2; 32]), seconds(0))
        .await
        .unwrap();
    for active in [false, true] {
        let change = UserChange {
            active: Some(active),
            ..UserChange::default()
        };
        store.update_user(emma, None, &change).await.unwrap();
        assert_eq!(sessions(&store, 0).await, []);
        assert_eq!(store.tokens().await.unwrap().len(), 1);
    }
}

/// Tokens, in order of id.
pub async fn tokens(engine: &impl Engine) {
    let store = engine.open().await;
    let anna = add(&store, "anna", Role::Admin).await.id;
    let mut all = Vec::new();
    for number in [9, 1, 5] {
        let hash = TokenHash([number; 32]);
        let token = store
            .add_token(anna, "same label", hash, seconds(4))
            .await
            .unwrap();
        assert_eq!((token.user_id, token.created_at), (anna, seconds(4)));
        assert_eq!(token.label, "same label");
        all.push((hash, token));
    }
    assert_eq!(store.tokens().await.unwrap(), all);
    assert!(store.revoke_token(all[1].1.id).await.unwrap());
    assert!(!store.revoke_token(all[1].1.id).await.unwrap());
    assert!(!store.revoke_token(TokenId(99)).await.unwrap());
    all.remove(1);
    assert_eq!(store.tokens().await.unwrap(), all);
}

/// Sessions and tokens go with their user; nobody else's do, and none is made for nobody.
pub async fn gone_with_their_user(engine: &impl Engine) {
    let store = engine.open().await;
    let anna = add(&store, "anna", Role::Admin).await.id;
    let emma = add(&store, "emma", Role::Agent).await.id;
    for (place, user) in [(1, anna), (2, emma)] {
        store
            .add_session(user, TokenHash([place; 32]), seconds(99))
            .await
            .unwrap();
        store
            .add_token(user, "ci", TokenHash([place; 32]), seconds(0))
            .await
            .unwrap();
    }
    assert!(store.delete_user(emma, None).await.unwrap());
    let left = store.sessions(seconds(0)).await.unwrap();
    assert!(left.len() == 1 && left[0].1.user_id == anna);
    let left = store.tokens().await.unwrap();
    assert!(left.len() == 1 && left[0].1.user_id == anna);
    let nobody = UserId(5);
    assert!(
        store
            .add_session(nobody, TokenHash([3; 32]), seconds(99))
            .await
            .is_err()
    );
    assert!(
        store
            .add_token(nobody, "ci", TokenHash([3; 32]), seconds(0))
            .await
            .is_err()
    );
}

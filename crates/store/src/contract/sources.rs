//! Sources and their tokens.

use offhook_core::SourceId;

use super::Engine;
use super::said::{new_call, say, seconds};
use crate::{
    CallStore, Conflict, NewSource, Source, SourceKind, SourceStore, SourceToken, StoreError,
    TokenHash,
};

async fn add(store: &impl SourceStore, name: &str, token: u8) -> Result<Source, StoreError> {
    let new = NewSource {
        name,
        kind: SourceKind::Sipgate,
        enabled: true,
        config: "{\"inbound\":{}}",
        sealed_secrets: None,
        token: TokenHash([token; 32]),
    };
    store.add_source(&new, seconds(7)).await
}

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>, expected: Conflict) {
    match result {
        Err(StoreError::Conflict(conflict)) => assert_eq!(conflict, expected),
        other => panic!("no conflict: {other:?}"),
    }
}

/// A source comes back as it was made and changed.
pub async fn added_and_changed(engine: &impl Engine) {
    let store = engine.open().await;
    let source = add(&store, "office", 1).await.unwrap();
    let present = |token| SourceToken {
        hash: TokenHash([token; 32]),
        expires_at: None,
    };
    assert_eq!(source.tokens, [present(1)]);
    assert_eq!(
        (source.name.as_str(), source.kind),
        ("office", SourceKind::Sipgate)
    );
    assert!(source.enabled && !source.deleted);
    assert_eq!(
        (source.created_at, source.sealed_secrets.clone()),
        (seconds(7), None)
    );
    add(&store, "branch", 2).await.unwrap();
    let quiet = NewSource {
        name: "quiet",
        kind: SourceKind::Asterisk,
        enabled: false,
        config: "{}",
        sealed_secrets: Some(&[7]),
        token: TokenHash([3; 32]),
    };
    let quiet = store.add_source(&quiet, seconds(8)).await.unwrap();
    assert_eq!(
        (quiet.enabled, quiet.sealed_secrets),
        (false, Some(vec![7]))
    );
    let changed = Source {
        name: "Office".to_owned(),
        enabled: false,
        config: "{}".to_owned(),
        sealed_secrets: Some(vec![0, 255, 1]),
        ..source.clone()
    };
    let kept = store.update_source(&changed).await.unwrap().unwrap();
    assert!(kept.revision > source.revision);
    assert_eq!(
        kept,
        Source {
            revision: kept.revision,
            ..changed
        }
    );
    let all = store.sources().await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[0], kept);
    assert_eq!(
        (all[1].name.as_str(), all[1].tokens.as_slice()),
        ("branch", &[present(2)][..])
    );
    let gone = Source {
        id: SourceId(99),
        ..kept
    };
    assert_eq!(store.update_source(&gone).await.unwrap(), None);
}

/// Names differ in more than their case.
pub async fn a_name_is_taken_in_any_case(engine: &impl Engine) {
    let store = engine.open().await;
    add(&store, "office", 1).await.unwrap();
    conflict(add(&store, "OFFICE", 2).await, Conflict::SourceNameTaken);
    let branch = add(&store, "branch", 3).await.unwrap();
    let renamed = Source {
        name: "Office".to_owned(),
        ..branch.clone()
    };
    conflict(
        store.update_source(&renamed).await,
        Conflict::SourceNameTaken,
    );
    // Nothing of what failed is left.
    assert_eq!(store.sources().await.unwrap().len(), 2);
    add(&store, "third", 2).await.unwrap();
    assert_eq!(store.sources().await.unwrap()[1], branch);
}

/// A token opens one source.
pub async fn a_token_is_taken(engine: &impl Engine) {
    let store = engine.open().await;
    let office = add(&store, "office", 1).await.unwrap();
    conflict(add(&store, "branch", 1).await, Conflict::SourceTokenTaken);
    let branch = add(&store, "branch", 2).await.unwrap();
    let rotated = store
        .rotate_source_token(branch.id, TokenHash([1; 32]), seconds(0))
        .await;
    conflict(rotated, Conflict::SourceTokenTaken);
    assert_eq!(store.sources().await.unwrap(), [office, branch]);
}

/// Who changes what somebody else changed meanwhile is told.
pub async fn a_stale_change(engine: &impl Engine) {
    let store = engine.open().await;
    let source = add(&store, "office", 1).await.unwrap();
    let new = store.update_source(&source).await.unwrap().unwrap();
    conflict(store.update_source(&source).await, Conflict::Stale);
    assert!(store.update_source(&new).await.unwrap().is_some());
}

/// Old tokens last as long as they are said to, never longer than before.
pub async fn rotating(engine: &impl Engine) {
    let store = engine.open().await;
    let source = add(&store, "office", 1).await.unwrap();
    let tokens = async |token, until| {
        let rotated = store.rotate_source_token(source.id, TokenHash([token; 32]), seconds(until));
        let mut tokens = rotated.await.unwrap().unwrap().tokens;
        tokens.sort_by_key(|token| token.hash.0);
        tokens
            .into_iter()
            .map(|token| (token.hash.0[0], token.expires_at))
            .collect::<Vec<_>>()
    };
    assert_eq!(tokens(2, 3600).await, [(1, Some(seconds(3600))), (2, None)]);
    let expected = [
        (1, Some(seconds(3600))),
        (2, Some(seconds(7200))),
        (3, None),
    ];
    assert_eq!(tokens(3, 7200).await, expected);
    let expected = [
        (1, Some(seconds(60))),
        (2, Some(seconds(60))),
        (3, Some(seconds(60))),
        (4, None),
    ];
    assert_eq!(tokens(4, 60).await, expected);
    let unknown = store
        .rotate_source_token(SourceId(9), TokenHash([9; 32]), seconds(0))
        .await;
    assert_eq!(unknown.unwrap(), None);
}

/// A deleted source keeps its name for its calls, and frees it for another.
pub async fn deleting(engine: &impl Engine) {
    let store = engine.open().await;
    let old = add(&store, "office", 1).await.unwrap();
    let secret = Source {
        sealed_secrets: Some(vec![1]),
        ..old.clone()
    };
    let old = store.update_source(&secret).await.unwrap().unwrap();
    let call = say(&store, new_call("a").by(old.id.0)).await;
    assert!(store.delete_source(old.id).await.unwrap());
    assert!(!store.delete_source(old.id).await.unwrap());
    assert!(!store.delete_source(SourceId(99)).await.unwrap());
    let gone = store.sources().await.unwrap().pop().unwrap();
    assert!(gone.deleted && !gone.enabled);
    assert_eq!(
        (gone.name.as_str(), gone.sealed_secrets, gone.tokens),
        ("office", None, vec![])
    );
    assert_eq!(
        store.call(call.id).await.unwrap().unwrap().call.source_id,
        gone.id
    );
    assert_eq!(store.update_source(&old).await.unwrap(), None);
    let rotated = store
        .rotate_source_token(old.id, TokenHash([2; 32]), seconds(0))
        .await;
    assert_eq!(rotated.unwrap(), None);
    // Name and token are free again.
    let new = add(&store, "office", 1).await.unwrap();
    assert!(new.id > old.id);
}

/// Every change is seen, and what changed nothing is not.
pub async fn every_change_raises_the_revision(engine: &impl Engine) {
    let store = engine.open().await;
    let mut last = store.config_revision().await.unwrap();
    let mut raised = async || {
        let now = store.config_revision().await.unwrap();
        let raised = now > last;
        last = now;
        raised
    };
    let source = add(&store, "office", 1).await.unwrap();
    assert!(raised().await);
    store.update_source(&source).await.unwrap();
    assert!(raised().await);
    store
        .rotate_source_token(source.id, TokenHash([2; 32]), seconds(0))
        .await
        .unwrap();
    assert!(raised().await);
    conflict(add(&store, "office", 3).await, Conflict::SourceNameTaken);
    assert!(!raised().await);
    store.delete_source(source.id).await.unwrap();
    assert!(raised().await);
    store.delete_source(source.id).await.unwrap();
    assert!(!raised().await);
}

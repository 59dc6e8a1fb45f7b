//! What another system is still to be told of calls.

use offhook_core::SourceId;
use offhook_core::call::Direction;

use super::Engine;
use super::said::{answer, hangup, new_call, say};
use crate::{ForwardStore, Stage};

const SOURCE: SourceId = SourceId(1);

async fn waiting(store: &impl ForwardStore) -> Vec<(String, Stage, i64)> {
    let spooled = store.spooled(SOURCE, 10).await.unwrap();
    let row = |forward: crate::Forward| (forward.call.call_id, forward.told, forward.failures);
    spooled.into_iter().map(row).collect()
}

/// From its beginning to its end, each thing once, also over a restart.
pub async fn told_bit_by_bit(engine: &impl Engine) {
    let store = engine.open().await;
    say(&store, new_call("before")).await;
    assert_eq!(
        store.spool_new(SOURCE, 10).await.unwrap(),
        0,
        "what was before"
    );
    let call = say(&store, new_call("a")).await;
    say(&store, new_call("elsewhere").by(2)).await;
    assert_eq!(store.spool_new(SOURCE, 10).await.unwrap(), 1);
    assert_eq!(store.spool_new(SOURCE, 10).await.unwrap(), 0, "once");
    assert_eq!(waiting(&store).await, [("a".to_owned(), Stage::Nothing, 0)]);
    store.told(call.id, Stage::Began).await.unwrap();
    assert_eq!(waiting(&store).await, [], "there is no more to tell");
    assert_eq!(store.spool_size(SOURCE).await.unwrap(), (0, 0));
    say(&store, answer("a").at(2)).await;
    assert_eq!(waiting(&store).await, [("a".to_owned(), Stage::Began, 0)]);
    say(&store, hangup("a").at(5)).await;
    engine.close(store).await;
    let store = engine.open().await;
    assert_eq!(waiting(&store).await, [("a".to_owned(), Stage::Began, 0)]);
    store.told(call.id, Stage::Answered).await.unwrap();
    store.told(call.id, Stage::Ended).await.unwrap();
    assert_eq!(waiting(&store).await, []);
    assert_eq!(store.spooled(SourceId(2), 10).await.unwrap(), []);
}

/// An internal call may become one with the outside; only once it ended it stayed inside.
pub async fn internal_calls_wait(engine: &impl Engine) {
    let store = engine.open().await;
    store.spool_new(SOURCE, 10).await.unwrap();
    let inside =
        |call_id| new_call(call_id).body(|body| body.direction = Some(Direction::Internal));
    say(&store, inside("a")).await;
    say(&store, inside("b").from("493023125742")).await;
    say(&store, answer("a").at(1)).await;
    store.spool_new(SOURCE, 10).await.unwrap();
    assert_eq!(waiting(&store).await, []);
    assert_eq!(store.spool_size(SOURCE).await.unwrap(), (0, 0));
    say(&store, new_call("a").at(2)).await;
    assert_eq!(waiting(&store).await, [("a".to_owned(), Stage::Nothing, 0)]);
    say(&store, hangup("b").at(3)).await;
    let both = ["a", "b"].map(|call| (call.to_owned(), Stage::Nothing, 0));
    assert_eq!(waiting(&store).await, both);
}

/// What is refused again and again stands back, until it is wished again.
pub async fn given_up_and_tried_again(engine: &impl Engine) {
    let store = engine.open().await;
    store.spool_new(SOURCE, 10).await.unwrap();
    let first = say(&store, new_call("a")).await;
    say(&store, new_call("b").from("493023125742")).await;
    assert_eq!(
        store.spool_size(SOURCE).await.unwrap(),
        (2, 0),
        "new ones wait too"
    );
    assert_eq!(
        store.spool_new(SOURCE, 1).await.unwrap(),
        1,
        "as many as wished"
    );
    assert_eq!(store.spool_new(SOURCE, 1).await.unwrap(), 1);
    store.refused(first.id, false).await.unwrap();
    let both = [
        ("a".to_owned(), Stage::Nothing, 1),
        ("b".to_owned(), Stage::Nothing, 0),
    ];
    assert_eq!(waiting(&store).await, both);
    store.refused(first.id, true).await.unwrap();
    assert_eq!(waiting(&store).await, [("b".to_owned(), Stage::Nothing, 0)]);
    assert_eq!(store.spool_size(SOURCE).await.unwrap(), (1, 1));
    store.try_again(SOURCE).await.unwrap();
    assert_eq!(store.spool_size(SOURCE).await.unwrap(), (2, 0));
    assert_eq!(
        waiting(&store).await[0],
        ("a".to_owned(), Stage::Nothing, 0)
    );
}

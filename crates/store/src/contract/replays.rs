//! An event that is known changes nothing: the journal may say again what it is not sure of.

use super::Engine;
use super::said::{
    Said, answer, call_of, changed, hangup, new_call, say, seconds, tell, tell_at_once,
};
use crate::{CallQuery, CallStore, Outcome};
use offhook_core::EventId;
use offhook_core::access::Visibility;
use offhook_core::call::Call;

async fn all_calls(store: &impl CallStore) -> Vec<Call> {
    let query = CallQuery::newest(Visibility::All, 100);
    store.calls(&query).await.unwrap().items
}

async fn again_changes_nothing(store: &impl CallStore, events: &[Said]) {
    let before = all_calls(store).await;
    for outcome in tell_at_once(store, events).await {
        assert!(!changed(&outcome));
    }
    for outcome in tell(store, events).await {
        assert!(!changed(&outcome));
        let call = call_of(&outcome);
        assert!(before.contains(&call));
    }
    assert_eq!(all_calls(store).await, before);
    for call in before {
        let record = store.call(call.id).await.unwrap().unwrap();
        assert!(!record.events.is_empty());
    }
}

/// A whole batch again.
pub async fn a_batch_again(engine: &impl Engine) {
    let store = engine.open().await;
    let events = [
        new_call("a"),
        answer("a").at(1),
        hangup("a").at(2),
        new_call("b").at(3),
    ];
    tell_at_once(&store, &events).await;
    again_changes_nothing(&store, &events).await;
    engine.close(store).await;
    let store = engine.open().await;
    again_changes_nothing(&store, &events).await;
    let record = store
        .call(all_calls(&store).await[1].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.events.len(), 3);
}

/// An event twice in one batch.
pub async fn an_event_twice_in_a_batch(engine: &impl Engine) {
    let store = engine.open().await;
    let event = new_call("").nameless();
    let outcomes = tell_at_once(&store, &[event.clone(), event.clone()]).await;
    assert!(changed(&outcomes[0]) && !changed(&outcomes[1]));
    assert_eq!(call_of(&outcomes[0]), call_of(&outcomes[1]));
    assert_eq!(all_calls(&store).await.len(), 1);
}

/// Also once nobody remembers what the PBX's id meant, or when the id is another call's by now.
pub async fn after_the_call_is_forgotten(engine: &impl Engine) {
    let store = engine.open().await;
    let events = [new_call("a"), answer("a").at(1), hangup("a").at(2)];
    tell(&store, &events).await;
    say(&store, new_call("a").at(1000)).await;
    again_changes_nothing(&store, &events).await;
    while store.forget_recent(seconds(3), 10).await.unwrap().more {}
    again_changes_nothing(&store, &events).await;
}

/// Those to come are to have ids above it.
pub async fn the_newest_is_known_at_the_start(engine: &impl Engine) {
    let store = engine.open().await;
    assert_eq!(store.newest_event().await.unwrap(), EventId(0));
    let (first, second) = (new_call("a"), new_call("b"));
    // In whatever order they are kept.
    tell(&store, &[second.clone(), first]).await;
    engine.close(store).await;
    let store = engine.open().await;
    assert_eq!(store.newest_event().await.unwrap(), second.0.event.id);
}

/// Also one by one, when the id was that of several calls and is another's by now.
pub async fn of_several_calls_of_one_id(engine: &impl Engine) {
    let store = engine.open().await;
    let events: Vec<Said> = (0..3)
        .flat_map(|call| {
            let at = 1000 * call;
            [new_call("a").at(at), hangup("a").at(at + 5)]
        })
        .collect();
    tell(&store, &events).await;
    while store.forget_recent(seconds(3000), 10).await.unwrap().more {}
    say(&store, new_call("a").at(5000)).await;
    let before = all_calls(&store).await;
    assert_eq!(before.len(), 4);
    for outcome in tell(&store, &events).await {
        assert!(!changed(&outcome));
    }
    assert_eq!(all_calls(&store).await, before);
}

/// Also where the PBX gave no id.
pub async fn without_an_id(engine: &impl Engine) {
    let store = engine.open().await;
    let events = [
        new_call("").nameless(),
        new_call("").nameless().at(1),
        answer("").nameless().from(super::said::CALLER).at(2),
        hangup("").nameless().from(super::said::CALLER).at(3),
    ];
    tell(&store, &events).await;
    assert_eq!(all_calls(&store).await.len(), 1);
    again_changes_nothing(&store, &events).await;
    while store.forget_recent(seconds(4), 10).await.unwrap().more {}
    again_changes_nothing(&store, &events).await;
}

/// A rehearsal answers what would be answered, and keeps nothing.
pub async fn a_rehearsal_keeps_nothing(engine: &impl Engine) {
    let store = engine.open().await;
    let event = new_call("a");
    let rehearsed = store.rehearse(&event.0).await.unwrap();
    assert!(all_calls(&store).await.is_empty());
    let done = tell(&store, &[event]).await;
    assert_eq!(done, [rehearsed]);
    let answer = answer("a").at(1);
    let rehearsed = store.rehearse(&answer.0).await.unwrap();
    assert!(changed(&rehearsed));
    let record = store.call(call_of(&rehearsed).id).await.unwrap().unwrap();
    assert_eq!((record.events.len(), record.call.revision), (1, 1));
    assert_eq!(tell(&store, &[answer]).await, [rehearsed]);
    let nothing = store.rehearse(&hangup("x").0).await.unwrap();
    assert_eq!(nothing, Outcome::NoDirection);
}

/// Nothing in, nothing out.
pub async fn an_empty_batch(engine: &impl Engine) {
    let store = engine.open().await;
    assert_eq!(store.apply(&[]).await.unwrap(), []);
}

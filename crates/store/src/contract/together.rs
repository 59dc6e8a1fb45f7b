//! Many at once.

use std::sync::Arc;

use offhook_core::UserId;
use offhook_core::access::Visibility;
use offhook_core::call::{Cause, State};

use super::Engine;
use super::said::{answer, call_of, hangup, new_call, say, seconds, tell, tell_at_once};
use crate::{CallQuery, CallStore};

/// Two servers' handles meet on one call.
pub async fn two_handles_on_one_call(engine: &impl Engine) {
    let (one, other) = engine.two().await;
    for number in 0..20 {
        let id = number.to_string();
        let new_calls = [new_call(&id)];
        let answers = [answer(&id).inbound().at(1), hangup(&id).inbound().at(2)];
        let (first, second) = tokio::join!(tell(&*one, &new_calls), tell(&*other, &answers));
        let id = call_of(&first[0]).id;
        assert!(second.iter().all(|outcome| call_of(outcome).id == id));
        for store in [&one, &other] {
            let record = store.call(id).await.unwrap().unwrap();
            assert_eq!(record.events.len(), 3);
            assert_eq!(record.call.folded.state, State::Ended);
            assert_eq!(record.call.folded.answered_at, Some(seconds(1)));
        }
    }
}

/// Many tasks say the same things; nothing is lost and nothing is there twice.
pub async fn many_tasks(engine: &impl Engine) {
    let store = Arc::new(engine.open().await);
    let events: Vec<_> = (0..40)
        .flat_map(|number| {
            let id = number.to_string();
            [
                new_call(&id).at(number),
                answer(&id).inbound().at(number + 1),
                hangup(&id).inbound().at(number + 2),
            ]
        })
        .collect();
    let tasks: Vec<_> = (0..6)
        .map(|task| {
            let (store, mut events) = (Arc::clone(&store), events.clone());
            tokio::spawn(async move {
                events.rotate_left(task * 17);
                for batch in events.chunks(1 + task) {
                    tell_at_once(&*store, batch).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let page = store
        .calls(&CallQuery::newest(Visibility::All, 500))
        .await
        .unwrap();
    assert_eq!(page.items.len(), 40);
    for call in page.items {
        assert_eq!(call.folded.state, State::Ended);
        assert_eq!(call.folded.talking_seconds(), Some(1));
        let record = store.call(call.id).await.unwrap().unwrap();
        assert_eq!(record.events.len(), 3);
    }
}

/// One says done while the other's event comes: both count.
pub async fn done_from_two_sides(engine: &impl Engine) {
    let (one, other) = engine.two().await;
    for number in 0..20 {
        let id = number.to_string();
        let call = say(&*one, new_call(&id)).await;
        let ids = [call.id];
        let by = UserId(1_000_000);
        let end = hangup(&id).cause(Cause::Cancel).at(2);
        let (marked, _) = tokio::join!(
            one.mark_done(&ids, true, by, seconds(1), &Visibility::All),
            say(&*other, end)
        );
        assert!(marked.unwrap().is_some());
        let call = one.call(call.id).await.unwrap().unwrap().call;
        assert!(call.folded.missed && call.done());
        assert!(call.revision >= 3);
    }
}

/// Who reads sees whole batches, and does not hold up who writes.
pub async fn reading_while_writing(engine: &impl Engine) {
    let store = Arc::new(engine.open().await);
    let writer = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for round in 0..50 {
                let id = |side: &str| format!("{round}-{side}");
                let batch = [new_call(&id("a")).at(round), new_call(&id("b")).at(round)];
                tell_at_once(&*store, &batch).await;
            }
        })
    };
    let query = CallQuery::newest(Visibility::All, 500);
    while !writer.is_finished() {
        let page = store.calls(&query).await.unwrap();
        assert_eq!(page.items.len() % 2, 0);
    }
    writer.await.unwrap();
    assert_eq!(store.calls(&query).await.unwrap().items.len(), 100);
}

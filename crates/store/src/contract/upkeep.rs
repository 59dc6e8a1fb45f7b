//! What jobs do: calls that went silent, retention.

use offhook_core::access::Visibility;
use offhook_core::call::Party;
use offhook_core::number::NumberKey;
use offhook_core::{CallId, UserId};

use super::Engine;
use super::said::{
    CALLED, CALLER, OTHER_CALLER, Said, answer, hangup, new_call, party, say, seconds, tell,
    tell_at_once,
};
use crate::{CallQuery, CallStore, Outcome};

/// Open calls that ring or talk for too long.
pub async fn silent_calls(engine: &impl Engine) {
    let store = engine.open().await;
    let events = [
        new_call("rings long"),
        new_call("rings").at(100),
        new_call("talks long"),
        answer("talks long").at(50),
        new_call("talks").at(10),
        answer("talks").at(100),
        new_call("over"),
        hangup("over").at(1),
        new_call("other source").by(2).at(9),
    ];
    tell(&store, &events).await;
    let silent = async |ringing, answered, limit| {
        let calls = store
            .silent_calls(seconds(ringing), seconds(answered), limit)
            .await
            .unwrap();
        let mut ids: Vec<String> = calls.into_iter().map(|call| call.call_id).collect();
        ids.sort();
        ids
    };
    assert_eq!(
        silent(100, 100, 9).await,
        ["other source", "rings long", "talks long"]
    );
    assert_eq!(silent(9, 0, 9).await, ["rings long"]);
    assert_eq!(silent(0, 51, 9).await, ["talks long"]);
    assert_eq!(silent(101, 101, 9).await.len(), 5);
    assert_eq!(silent(101, 101, 2).await.len(), 2);
    assert!(silent(0, 0, 9).await.is_empty());
}

/// A PBX's id means nothing any more once it is forgotten; the log stays. Open calls are never
/// forgotten.
pub async fn forgetting(engine: &impl Engine) {
    let store = engine.open().await;
    for number in 0..5 {
        let id = number.to_string();
        tell(&store, &[new_call(&id), hangup(&id).at(number)]).await;
    }
    // Ended by its first event, by its second end, and not at all.
    say(&store, hangup("at once").inbound().at(1)).await;
    say(&store, new_call("open")).await;
    let mut rows = 0;
    loop {
        let pruned = store.forget_recent(seconds(3), 2).await.unwrap();
        rows += pruned.rows;
        assert!(pruned.rows <= 2);
        if !pruned.more {
            break;
        }
    }
    assert_eq!(rows, 4);
    for gone in ["0", "1", "2", "at once"] {
        assert_eq!(
            tell(&store, &[hangup(gone).at(6)]).await,
            [Outcome::NoDirection],
            "{gone}"
        );
    }
    for (kept, id) in [("3", 4), ("4", 5), ("open", 7)] {
        assert_eq!(
            say(&store, answer(kept).at(6)).await.id,
            CallId(id),
            "{kept}"
        );
    }
    assert_eq!(
        store
            .calls(&CallQuery::newest(Visibility::All, 50))
            .await
            .unwrap()
            .items
            .len(),
        7
    );
    assert_eq!(store.forget_recent(seconds(3), 2).await.unwrap().rows, 0);
}

async fn prune_all(store: &impl CallStore, before: i64, limit: usize) -> u64 {
    let mut rows = 0;
    loop {
        let pruned = store.prune_calls(seconds(before), limit).await.unwrap();
        assert!(pruned.rows <= limit as u64);
        rows += pruned.rows;
        if !pruned.more {
            return rows;
        }
    }
}

/// Ended calls go with all that belongs to them, open ones stay.
pub async fn pruning(engine: &impl Engine) {
    let store = engine.open().await;
    for number in 0..7 {
        let id = number.to_string();
        tell(
            &store,
            &[new_call(&id).at(number), answer(&id).at(number + 1)],
        )
        .await;
        if number != 2 {
            say(&store, hangup(&id).at(100)).await;
        }
    }
    let by = UserId(1_000_000);
    let noted = store
        .add_note(CallId(1), by, seconds(1), "text", &Visibility::All)
        .await;
    assert!(noted.unwrap().is_some());
    assert_eq!(prune_all(&store, 5, 2).await, 4);
    let page = store
        .calls(&CallQuery::newest(Visibility::All, 50))
        .await
        .unwrap();
    let left: Vec<i64> = page.items.iter().map(|call| call.id.0).collect();
    assert_eq!(left, [7, 6, 3]);
    assert_eq!(store.call(CallId(1)).await.unwrap(), None);
    // Nobody remembers the id, and the one that is open is found.
    assert_eq!(
        tell(&store, &[hangup("0").at(101)]).await,
        [Outcome::NoDirection]
    );
    assert_eq!(say(&store, hangup("2").at(101)).await.id, CallId(3));
    assert_eq!(
        store.call(CallId(6)).await.unwrap().unwrap().events.len(),
        3
    );
    assert_eq!(prune_all(&store, 5, 2).await, 1);
    assert_eq!(prune_all(&store, 0, 2).await, 0);
}

/// What was pruned can not be read back from the files.
pub async fn what_is_pruned_is_gone(engine: &impl Engine) {
    let store = engine.open().await;
    let said = |id: &str| -> Vec<Said> {
        vec![
            new_call(id)
                .from(&format!("from-{id}"))
                .queue(&format!("queue-{id}")),
            answer(id).users(&[&format!("user-{id}")]).at(1),
            hangup(id).at(2),
        ]
    };
    let mut secrets = Vec::new();
    for number in 0..100 {
        let id = format!("secret{number}x");
        tell_at_once(&store, &said(&id)).await;
        secrets.push(id);
    }
    let (by, all) = (UserId(1_000_000), Visibility::All);
    for number in 1..=30 {
        let text = format!("note-secret{number}y");
        store
            .add_note(CallId(number), by, seconds(3), &text, &all)
            .await
            .unwrap()
            .unwrap();
        secrets.push(text);
    }
    let keep: Vec<Said> = said("kept").into_iter().map(|event| event.at(50)).collect();
    tell(&store, &keep).await;
    engine.settle(&store).await;
    assert!(engine.holds("user-secret99x") && engine.holds("note-secret30y"));
    assert_eq!(prune_all(&store, 10, 30).await, 100);
    engine.settle(&store).await;
    for secret in secrets {
        assert!(!engine.holds(&secret), "{secret}");
    }
    assert!(engine.holds("user-kept"));
}

/// Nor does a crash bring it back, whole or in part.
pub async fn what_is_pruned_stays_so_after_a_crash(engine: &impl Engine) {
    let mut store = engine.open().await;
    for (place, call_id) in ["whole", "its end"].into_iter().enumerate() {
        tell(&store, &[new_call(call_id).at(1)]).await;
        if place > 0 {
            while store.catch_up().await.unwrap() > 0 {}
        }
        tell(&store, &[hangup(call_id).at(9)]).await;
        assert_eq!(prune_all(&store, 5, 30).await, 1, "{call_id}");
        drop(store);
        store = engine.open().await;
        let left = store.calls(&CallQuery::newest(Visibility::All, 9)).await;
        assert_eq!(left.unwrap().items, [], "{call_id}");
        engine.settle(&store).await;
        assert!(!engine.holds(call_id), "{call_id}");
    }
}

/// A pruned call's id is never another call's.
pub async fn ids_are_not_used_again(engine: &impl Engine) {
    let store = engine.open().await;
    tell(&store, &[new_call("a"), hangup("a").at(1)]).await;
    assert_eq!(prune_all(&store, 10, 10).await, 1);
    let next = say(&store, new_call("b").at(20)).await;
    assert_eq!(next.id, CallId(2));
    assert_eq!(next.conversation_id.0, 2);
}

/// With another country the same texts have other keys, in calls and in their events, in slices.
pub async fn numbers_read_anew(engine: &impl Engine) {
    let store = engine.open().await;
    let named = new_call("b").body(|body| {
        // As PBXs tell it, beside the number.
        body.from.as_mut().unwrap().name = Some("Anna".to_owned());
    });
    for call in [new_call("a"), named, new_call("c")] {
        say(&store, call).await;
    }
    let read = |number: &str| Party {
        key: Some(NumberKey(number.len().try_into().unwrap())),
        ..party(number)
    };
    let mut last = CallId(0);
    let mut slices = 0;
    while let Some(next) = store.reread_numbers(last, 2, &read).await.unwrap() {
        assert!(next > last);
        last = next;
        slices += 1;
    }
    assert_eq!(slices, 2);
    // An event more is folded with the events of before, which must not bring old keys back.
    say(&store, hangup("b").at(3)).await;
    let page = store.calls(&CallQuery::newest(Visibility::All, 9)).await;
    for call in page.unwrap().items {
        let key = |party: &Party| party.key.unwrap().0;
        let (from, to) = (&call.folded.from, &call.folded.to);
        assert_eq!(from.name.is_some(), call.call_id == "b");
        assert_eq!(
            (from.number.as_str(), key(from)),
            (CALLER, 12),
            "{}",
            call.call_id
        );
        assert_eq!(
            (to.number.as_str(), key(to)),
            (CALLED, 12),
            "{}",
            call.call_id
        );
    }
    let with = |key| CallQuery {
        numbers: Some(vec![key]),
        ..CallQuery::newest(Visibility::All, 9)
    };
    let found = store.calls(&with(NumberKey(12))).await.unwrap().items;
    assert_eq!(found.len(), 3);
    let before = party(CALLER).key.unwrap();
    assert_eq!(store.calls(&with(before)).await.unwrap().items, []);
}

/// A call is found by the numbers that it has, and by none that it had.
pub async fn numbers_that_change(engine: &impl Engine) {
    let store = engine.open().await;
    let numbers = [OTHER_CALLER, CALLER, CALLED];
    let last = async || {
        let keys = numbers.map(|number| party(number).key.unwrap());
        let found = store.last_calls(&keys, &Visibility::All).await.unwrap();
        keys.map(|key| found.get(&key).copied())
    };
    // Also when it is kept by then, and everything about it.
    say(&store, answer("a").inbound().from(OTHER_CALLER).at(5)).await;
    while store.catch_up().await.unwrap() > 0 {}
    assert_eq!(last().await, [Some(seconds(5)), None, None]);
    say(&store, new_call("a").at(3)).await;
    assert_eq!(last().await, [None, Some(seconds(3)), Some(seconds(3))]);
    say(&store, hangup("a").at(7)).await;
    say(&store, new_call("b").at(9)).await;
    assert_eq!(last().await, [None, Some(seconds(9)), Some(seconds(9))]);
    say(&store, hangup("b").at(10)).await;
    assert_eq!(prune_all(&store, 5, 10).await, 1);
    assert_eq!(last().await, [None, Some(seconds(9)), Some(seconds(9))]);
    assert_eq!(prune_all(&store, 20, 10).await, 1);
    assert_eq!(last().await, [None; 3]);
}

//! What a PBX tells of legs, transfers, and calls that belong together.

use offhook_core::access::{Role, Viewer, Visibility};
use offhook_core::call::{AnsweredBy, Direction, EventKind, LegOutcome, LegSaid, legs};
use offhook_core::number::Country;
use offhook_core::rules::{NotifyMap, NotifyRow};
use offhook_core::{ConversationId, SourceId, UserId};

use super::Engine;
use super::said::{Said, answer, hangup, new_call, said, say, tell_at_once};
use crate::{CallQuery, CallStore};

const EMMA: UserId = UserId(1_000_001);

fn leg(call_id: &str, kind: EventKind, id: &str) -> Said {
    said(kind, call_id).body(|body| {
        body.leg = Some(LegSaid {
            id: id.to_owned(),
            ..LegSaid::default()
        });
    })
}

fn transferred(call_id: &str, number: &str) -> Said {
    said(EventKind::Transferred, call_id).body(|body| {
        body.transferred_by = Some("201".to_owned());
        body.answering_number = Some(number.to_owned());
    })
}

fn joined(call_id: &str, other: &str) -> Said {
    said(EventKind::Joined, call_id).body(|body| body.joined = Some(other.to_owned()))
}

/// Every field of a leg is kept.
pub async fn legs_are_kept(engine: &impl Engine) {
    let store = engine.open().await;
    let rang = LegSaid {
        id: "a;1".to_owned(),
        number: Some("201".to_owned()),
        name: Some("Emma \"E\" Ünal".to_owned()),
        direction: Some(Direction::In),
        outcome: None,
    };
    let call = say(&store, new_call("a")).await;
    store.catch_up().await.unwrap();
    let rung = said(EventKind::Rang, "a").body(|body| body.leg = Some(rang.clone()));
    let rings = say(&store, rung.user(EMMA.0).at(1)).await;
    assert!(rings.revision > call.revision, "its legs changed");
    say(&store, leg("a", EventKind::PickedUp, "a;1").at(3)).await;
    let ended = leg("a", EventKind::LegEnded, "a;1").body(|body| {
        let leg = body.leg.get_or_insert_default();
        leg.outcome = Some(LegOutcome::Answered);
    });
    say(&store, ended.at(7)).await;
    store.catch_up().await.unwrap();
    let record = store.call(call.id).await.unwrap().unwrap();
    assert_eq!(record.events[1].body.leg.as_ref(), Some(&rang));
    assert_eq!(record.call.folded.rung, [EMMA]);
    let legs = legs(&record.events, &record.call.folded);
    assert_eq!(legs.len(), 1);
    assert_eq!(
        (&legs[0].number, legs[0].user_id),
        (&rang.number, Some(EMMA))
    );
    assert_eq!(legs[0].rang_seconds(), Some(2));
    assert_eq!(legs[0].talked_seconds(), Some(4));
    assert_eq!(legs[0].outcome, Some(LegOutcome::Answered));
}

/// Who was handed a call is kept, in order, and may see it.
pub async fn transfers(engine: &impl Engine) {
    let store = engine.open().await;
    say(&store, new_call("b")).await;
    say(&store, new_call("a")).await;
    say(&store, answer("a").at(1)).await;
    say(&store, transferred("a", "202").user(EMMA.0).at(2)).await;
    let call = say(&store, transferred("a", "203").at(3)).await;
    let who = |number: &str, user_id| AnsweredBy {
        user_id,
        name: None,
        number: Some(number.to_owned()),
    };
    let expected = [who("202", Some(EMMA)), who("203", None)];
    assert_eq!(call.folded.transferred_to, expected);
    while store.catch_up().await.unwrap() > 0 {}
    let kept = store.call(call.id).await.unwrap().unwrap();
    assert_eq!(kept.call, call);

    let row = NotifyRow {
        queue: "nobody's".to_owned(),
        user_ids: vec![EMMA],
    };
    let map = NotifyMap::new([row], Country::default());
    let sees = async |user_id| {
        let viewer = Viewer {
            user_id,
            role: Role::Agent,
            numbers: Vec::new(),
        };
        let visibility = Visibility::of(&viewer, [(SourceId(1), &map)]);
        let query = CallQuery::newest(visibility.clone(), 10);
        let page = store.calls(&query).await.unwrap();
        assert!(page.items.iter().all(|call| visibility.sees(call)));
        page.items.iter().map(|call| call.id).collect::<Vec<_>>()
    };
    assert_eq!(sees(EMMA).await, [call.id]);
    assert_eq!(sees(UserId(1_000_007)).await, []);
}

/// Calls that a PBX joins are one conversation, that of the older one.
pub async fn joined_calls(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    let second = say(&store, new_call("b").from("493023125749")).await;
    let third = say(&store, new_call("c").from("493023125748")).await;
    assert_eq!(second.conversation_id, ConversationId(second.id.0));
    let after = say(&store, joined("b", "a")).await;
    assert_eq!(after.conversation_id, first.conversation_id);
    assert!(after.revision > second.revision);
    // Once more is no change, nor is a call that there is not.
    assert_eq!(say(&store, joined("b", "a")).await, after);
    assert_eq!(say(&store, joined("b", "unknown")).await, after);
    // Of the older one it is said by the younger one, or the other way round, in one batch.
    tell_at_once(&store, &[joined("a", "c"), hangup("c").at(9)]).await;
    while store.catch_up().await.unwrap() > 0 {}
    let ids = [first.id, second.id, third.id];
    let calls = store.calls_by_id(&ids).await.unwrap();
    for call in calls {
        assert_eq!(call.conversation_id, first.conversation_id);
    }
    // A call may begin as one that goes on from another.
    let goes_on = new_call("e").from("493023125747");
    let goes_on = goes_on.body(|body| body.joined = Some("b".to_owned()));
    let goes_on = say(&store, goes_on).await;
    assert_eq!(goes_on.conversation_id, first.conversation_id);
    let unknown = new_call("f").from("493023125746");
    let unknown = unknown.body(|body| body.joined = Some("unknown".to_owned()));
    let unknown = say(&store, unknown).await;
    assert_eq!(unknown.conversation_id, ConversationId(unknown.id.0));
    // Another source's ids are others.
    let elsewhere = say(&store, new_call("d").by(2)).await;
    let joined = say(&store, joined("d", "a").by(2)).await;
    assert_eq!(joined.conversation_id, elsewhere.conversation_id);
}

/// They are one conversation also for who finds only the events, as after a crash.
pub async fn joined_calls_after_a_crash(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    let second = say(&store, new_call("b").from("493023125749")).await;
    say(&store, joined("b", "a")).await;
    let goes_on = new_call("c").body(|body| body.joined = Some("b".to_owned()));
    let third = say(&store, goes_on.from("493023125748")).await;
    // Another one does not know what the first one had in hand.
    drop(store);
    let other = engine.open().await;
    say(&other, hangup("a").at(9)).await;
    let ids = [first.id, second.id, third.id];
    let calls = other.calls_by_id(&ids).await.unwrap();
    assert_eq!(calls.len(), 3);
    for call in calls {
        assert_eq!(call.conversation_id, first.conversation_id);
    }
}

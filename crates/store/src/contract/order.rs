//! What the events of a call make of it, in whatever order and batches they come.

use offhook_core::CallId;
use offhook_core::call::{Cause, Decision, Folded, State};

use super::Engine;
use super::said::{
    Said, answer, call_of, changed, hangup, new_call, say, seconds, tell, tell_at_once,
};
use crate::{CallStore, Outcome};

fn story(id: &str) -> [Said; 3] {
    [
        new_call(id).users(&["Anna", "Emma"]).at(0),
        answer(id).inbound().user(1_000_001).users(&["Emma"]).at(11),
        hangup(id).inbound().at(34),
    ]
}

async fn folded(store: &impl CallStore, id: CallId) -> Folded {
    store.call(id).await.unwrap().unwrap().call.folded
}

/// New call, answer and hangup in any order make the same call.
pub async fn any_order_is_one_call(engine: &impl Engine) {
    let store = engine.open().await;
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    let mut all = Vec::new();
    for (place, order) in orders.into_iter().enumerate() {
        let events = story(&format!("call-{place}"));
        let events = order.map(|event| events[event].clone());
        let outcomes = tell(&store, &events).await;
        let id = call_of(&outcomes[0]).id;
        assert!(outcomes.iter().all(|outcome| call_of(outcome).id == id));
        let folded = folded(&store, id).await;
        assert_eq!(call_of(&outcomes[2]).folded, folded, "{order:?}");
        all.push(folded);
    }
    assert!(all.iter().all(|folded| *folded == all[0]), "{all:#?}");
    assert_eq!(all[0].state, State::Ended);
    assert_eq!(all[0].waiting_seconds(), Some(11));
    assert_eq!(all[0].talking_seconds(), Some(23));
}

/// Several events of one call may come in one batch, among those of other calls.
pub async fn one_batch_or_many(engine: &impl Engine) {
    let store = engine.open().await;
    let one = tell(&store, &story("one")).await;
    let many = tell_at_once(&store, &story("many")).await;
    for (one, many) in one.iter().zip(&many) {
        let (one, many) = (call_of(one), call_of(many));
        assert_eq!(one.folded, many.folded);
        assert_eq!(one.revision, many.revision);
    }
    let mixed: Vec<Said> = ["x", "y", "z"].iter().flat_map(|id| story(id)).collect();
    let mixed = [0, 3, 6, 1, 4, 7, 2, 5, 8].map(|place| mixed[place].clone());
    let outcomes = tell_at_once(&store, &mixed).await;
    for place in 0..3 {
        let calls = [place, place + 3, place + 6].map(|place| call_of(&outcomes[place]));
        assert!(calls.iter().all(|call| call.id == calls[0].id));
        assert_eq!(calls[2].folded, call_of(&one[2]).folded);
        let kept = store.call(calls[0].id).await.unwrap().unwrap();
        assert_eq!(kept.call, calls[2]);
        assert_eq!(kept.events.len(), 3);
        let times: Vec<_> = kept.events.iter().map(|event| event.at).collect();
        assert_eq!(times, [seconds(0), seconds(11), seconds(34)]);
    }
}

/// The revision rises with what changes a call, and only with that.
pub async fn the_revision_rises_with_every_change(engine: &impl Engine) {
    let store = engine.open().await;
    let mut last = 0;
    for event in story("a") {
        let call = say(&store, event).await;
        assert!(call.revision > last);
        last = call.revision;
    }
    for event in [hangup("a").at(40), new_call("a").at(41)] {
        let outcome = &tell(&store, &[event]).await[0];
        assert!(!changed(outcome));
        assert_eq!(call_of(outcome).revision, last);
    }
}

/// A second hangup changes nothing, be it in the batch of the first.
pub async fn a_second_hangup(engine: &impl Engine) {
    let store = engine.open().await;
    say(&store, new_call("a")).await;
    let outcomes = tell_at_once(
        &store,
        &[
            hangup("a").cause(Cause::Cancel).at(10),
            hangup("a").cause(Cause::Busy).at(11),
        ],
    )
    .await;
    assert!(changed(&outcomes[0]) && !changed(&outcomes[1]));
    let call = say(&store, hangup("a").at(12)).await;
    assert_eq!(call.folded.cause, Some(Cause::Cancel));
    assert!(call.folded.missed && !call.done());
}

/// The end that was heard counts more than the one we made up.
pub async fn a_true_hangup_after_lost(engine: &impl Engine) {
    let store = engine.open().await;
    say(&store, new_call("a")).await;
    let lost = say(&store, hangup("a").cause(Cause::Lost).at(3600)).await;
    assert_eq!(lost.folded.cause, Some(Cause::Lost));
    let heard = say(&store, hangup("a").cause(Cause::Cancel).at(4000)).await;
    assert_eq!(heard.id, lost.id);
    assert_eq!(heard.folded.ended_at, Some(seconds(4000)));
}

/// A blocked call is over at once, and what comes later changes nothing.
pub async fn a_blocked_call(engine: &impl Engine) {
    let store = engine.open().await;
    let blocked = say(&store, new_call("a").decision(Decision::Reject)).await;
    assert_eq!(blocked.folded.state, State::Ended);
    assert!(blocked.done() && !blocked.folded.missed);
    for event in [hangup("a").cause(Cause::Busy).at(1), answer("a").at(2)] {
        let outcome = &tell(&store, &[event]).await[0];
        assert!(!changed(outcome));
        assert_eq!(call_of(outcome).id, blocked.id);
    }
}

/// A PBX may repeat itself without end, and the call still ends.
pub async fn a_call_that_repeats_itself(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    for round in 0..20 {
        let batch: Vec<Said> = (0..20)
            .map(|again| new_call("a").at(round * 20 + again))
            .collect();
        for outcome in tell_at_once(&store, &batch).await {
            assert_eq!(call_of(&outcome).id, first.id);
        }
    }
    say(&store, answer("a").at(500)).await;
    let ended = say(&store, hangup("a").at(501)).await;
    assert_eq!((ended.id, ended.folded.state), (first.id, State::Ended));
    assert_eq!(ended.folded.answered_at, Some(seconds(500)));
}

/// An outcome says what state the call was in before.
pub async fn before_says_what_it_was(engine: &impl Engine) {
    let store = engine.open().await;
    let events = [
        new_call("a"),
        new_call("a"),
        answer("a"),
        answer("a"),
        hangup("a"),
        hangup("a"),
    ];
    let before = |outcomes: &[Outcome]| -> Vec<Option<State>> {
        outcomes
            .iter()
            .map(|outcome| match outcome {
                Outcome::Folded { before, .. } => *before,
                Outcome::NoDirection => panic!("no call"),
            })
            .collect()
    };
    let expected = [
        None,
        Some(State::Ringing),
        Some(State::Ringing),
        Some(State::Answered),
        Some(State::Answered),
        Some(State::Ended),
    ];
    assert_eq!(before(&tell_at_once(&store, &events).await), expected);
    let other: Vec<Said> = [
        new_call("b"),
        new_call("b"),
        answer("b"),
        answer("b"),
        hangup("b"),
        hangup("b"),
    ]
    .to_vec();
    assert_eq!(before(&tell(&store, &other).await), expected);
}

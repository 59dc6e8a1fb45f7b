//! Which call an event belongs to: the contract's table, row by row.

use offhook_core::call::{Cause, Decision, Direction, State};

use super::Engine;
use super::said::{
    CALLED, CALLER, OTHER_CALLER, answer, call_of, changed, hangup, new_call, party, say, seconds,
    tell, tell_at_once,
};
use crate::{CallStore, Outcome};

const DAY: i64 = 24 * 3600;

/// A new call with the id of one that rings is a retry.
pub async fn new_call_again_while_it_rings(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    let again = tell(&store, &[new_call("a").from(OTHER_CALLER).at(7200)]).await;
    assert_eq!(call_of(&again[0]), first);
    assert!(!changed(&again[0]));
}

/// A new call with the id of one that is answered is a retry.
pub async fn new_call_again_while_they_talk(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    say(&store, answer("a").at(5)).await;
    let again = say(&store, new_call("a").at(300)).await;
    assert_eq!((again.id, again.folded.state), (first.id, State::Answered));
}

/// A new call with the id, direction, from and to of one that ended less than a minute ago is a
/// retry.
pub async fn new_call_again_within_a_minute_after_the_end(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    say(&store, hangup("a").at(10)).await;
    let again = say(&store, new_call("a").at_time(seconds(70).plus_millis(-1))).await;
    assert_eq!((again.id, again.folded.state), (first.id, State::Ended));
    assert_eq!(again.folded.ended_at, Some(seconds(10)));
}

/// Within that minute, another from, to or direction makes a new call.
pub async fn new_call_again_from_somebody_else(engine: &impl Engine) {
    let store = engine.open().await;
    for (id, other) in [
        ("a", new_call("a").from(OTHER_CALLER)),
        ("b", new_call("b").to(OTHER_CALLER)),
        ("c", new_call("c").outbound()),
    ] {
        let first = say(&store, new_call(id)).await;
        say(&store, hangup(id).at(10)).await;
        let second = say(&store, other.at(11)).await;
        assert!(second.id > first.id, "{id}");
        assert_eq!(second.folded.state, State::Ringing, "{id}");
    }
}

/// A minute after the end, the id is another call's.
pub async fn new_call_again_after_a_minute(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    say(&store, hangup("a").at(10)).await;
    let second = say(&store, new_call("a").at(70)).await;
    assert!(second.id > first.id);
    assert_eq!(second.folded.started_at, seconds(70));
    assert_eq!(second.call_id, "a");
    let record = store.call(first.id).await.unwrap().unwrap();
    assert_eq!(record.events.len(), 2);
}

/// A retry gets what the first was told, even if the rules changed.
pub async fn a_retry_gets_the_first_decision(engine: &impl Engine) {
    let store = engine.open().await;
    let dial = Decision::Dial {
        caller_id: party("498999998145"),
        number: CALLED.to_owned(),
    };
    for (id, first, then) in [
        ("a", Decision::Reject, Decision::Pass),
        ("b", Decision::Pass, Decision::Reject),
        ("c", dial, Decision::Pass),
    ] {
        say(&store, new_call(id).decision(first.clone())).await;
        let again = say(&store, new_call(id).decision(then).at(30)).await;
        assert_eq!(again.folded.decision, Some(first), "{id}");
    }
    // Also when both come in one batch.
    let both = tell_at_once(
        &store,
        &[
            new_call("d").decision(Decision::Reject),
            new_call("d").decision(Decision::Pass),
        ],
    )
    .await;
    let calls = [call_of(&both[0]), call_of(&both[1])];
    assert_eq!(calls[0], calls[1]);
    assert_eq!(calls[0].folded.cause, Some(Cause::Blocked));
}

/// What comes after an id was used again belongs to the newest call.
pub async fn a_reused_id_means_the_newest_call(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    say(&store, hangup("a").at(10)).await;
    let second = say(&store, new_call("a").at(100)).await;
    let answered = say(&store, answer("a").at(105)).await;
    assert_eq!(answered.id, second.id);
    let ended = say(&store, hangup("a").at(110)).await;
    assert_eq!(ended.id, second.id);
    let first = store.call(first.id).await.unwrap().unwrap().call;
    assert_eq!(first.folded.answered_by, None);
}

/// An answer that comes after the hangup counts, for a day.
pub async fn an_answer_within_a_day(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    let missed = say(&store, hangup("a").at(10)).await;
    assert!(missed.folded.missed && !missed.done());
    let answered = say(
        &store,
        answer("a")
            .user(1_000_000)
            .at_time(seconds(10 + DAY).plus_millis(-1)),
    )
    .await;
    assert_eq!(
        (answered.id, answered.folded.state),
        (first.id, State::Ended)
    );
    assert!(!answered.folded.missed && answered.done());
    assert_eq!(answered.folded.answered_at, Some(seconds(10)));
}

/// After a day, it is a call of its own.
pub async fn an_answer_after_a_day(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    say(&store, hangup("a").at(10)).await;
    let late = say(&store, answer("a").inbound().at(10 + DAY)).await;
    assert!(late.id > first.id);
    assert_eq!(late.folded.state, State::Answered);
}

/// A hangup finds its call for a day after the end too, and an open one for ever.
pub async fn a_hangup_within_a_day(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    say(&store, hangup("a").at(10)).await;
    let late = tell(&store, &[hangup("a").at(DAY)]).await;
    assert_eq!(call_of(&late[0]).id, first.id);
    assert!(!changed(&late[0]));
    let too_late = tell(&store, &[hangup("a").at(10 + DAY)]).await;
    assert_eq!(too_late, [Outcome::NoDirection]);

    let open = say(&store, new_call("b")).await;
    let ended = say(&store, hangup("b").at(9 * DAY)).await;
    assert_eq!(
        (ended.id, ended.folded.ended_at),
        (open.id, Some(seconds(9 * DAY)))
    );
}

/// An answer or hangup of an unknown id makes the call out of what it says.
pub async fn an_answer_and_a_hangup_of_an_unknown_id(engine: &impl Engine) {
    let store = engine.open().await;
    let answered = say(
        &store,
        answer("a")
            .inbound()
            .from(CALLER)
            .to(CALLED)
            .user(1_000_000),
    )
    .await;
    assert_eq!(answered.folded.state, State::Answered);
    assert_eq!(answered.folded.from, party(CALLER));
    let missed = say(&store, hangup("b").inbound().cause(Cause::Cancel)).await;
    assert!(missed.folded.missed);
    let talked = say(&store, hangup("c").inbound()).await;
    assert!(!talked.folded.missed);
    // The new call that comes after it completes it.
    let complete = say(&store, new_call("b").at(1)).await;
    assert_eq!(complete.id, missed.id);
    assert_eq!(complete.folded.from, party(CALLER));
}

/// Without a direction, the call's own counts; when there is none, nothing is kept.
pub async fn without_a_direction(engine: &impl Engine) {
    let store = engine.open().await;
    let nothing = tell(&store, &[answer("a"), hangup("a")]).await;
    assert_eq!(nothing, [Outcome::NoDirection, Outcome::NoDirection]);
    let first = say(&store, new_call("a").outbound()).await;
    assert_eq!(first.id.0, 1);
    let answered = say(&store, answer("a").at(1)).await;
    assert_eq!(answered.folded.direction, Direction::Out);
    let record = store.call(first.id).await.unwrap().unwrap();
    assert_eq!(record.events.len(), 2);
    // A neighbour in the batch is not harmed.
    let mixed = tell_at_once(&store, &[hangup("x"), new_call("y"), answer("z")]).await;
    assert_eq!(mixed[0], Outcome::NoDirection);
    assert_eq!(call_of(&mixed[1]).call_id, "y");
    assert_eq!(mixed[2], Outcome::NoDirection);
}

/// A direction that disagrees with the new call's is ignored.
pub async fn a_direction_that_disagrees(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    let ended = say(&store, hangup("a").outbound().at(3)).await;
    assert_eq!(ended.id, first.id);
    assert_eq!(ended.folded.direction, Direction::In);
}

/// Without an id, a new call repeats only one that still rings, began less than a minute ago, and
/// has the same direction, from and to.
pub async fn new_calls_without_an_id(engine: &impl Engine) {
    let store = engine.open().await;
    let nameless = || new_call("").nameless();
    let first = say(&store, nameless()).await;
    assert!(!first.call_id.is_empty());
    let again = say(&store, nameless().at_time(seconds(60).plus_millis(-1))).await;
    assert_eq!(again.id, first.id);
    let other = say(&store, nameless().from(OTHER_CALLER).at(20)).await;
    assert_ne!(other.id, first.id);
    assert_ne!(other.call_id, first.call_id);
    let late = say(&store, nameless().at(60)).await;
    assert_ne!(late.id, first.id);
    // An answered one is not repeated.
    say(&store, answer(&late.call_id).at(61)).await;
    let next = say(&store, nameless().at(62)).await;
    assert_ne!(next.id, late.id);
    // Nor is one with an id of its own mistaken in one batch.
    let batch = [
        nameless().at(200),
        nameless().from(OTHER_CALLER).at(200),
        nameless().at(201),
    ];
    let calls: Vec<_> = tell_at_once(&store, &batch)
        .await
        .iter()
        .map(call_of)
        .collect();
    assert_eq!(calls[0].id, calls[2].id);
    assert_ne!(calls[0].id, calls[1].id);
}

/// Two withheld callers are not one.
pub async fn new_calls_without_an_id_or_a_number(engine: &impl Engine) {
    let store = engine.open().await;
    for from in ["anonymous", ""] {
        let first = say(&store, new_call("").nameless().from(from)).await;
        let second = say(&store, new_call("").nameless().from(from).at(1)).await;
        assert_ne!(first.id, second.id, "{from:?}");
    }
}

/// Without an id, an answer or hangup means the oldest open call with its direction, from and to.
pub async fn an_answer_and_a_hangup_without_an_id(engine: &impl Engine) {
    let store = engine.open().await;
    let sides = |event: super::said::Said| event.nameless().inbound().from(CALLER).to(CALLED);
    let oldest = say(&store, new_call("a")).await;
    let newest = say(&store, new_call("b").at(5)).await;
    say(&store, new_call("c").from(OTHER_CALLER)).await;
    say(&store, new_call("d").by(2)).await;
    let answered = say(&store, sides(answer("")).at(6)).await;
    assert_eq!(answered.id, oldest.id);
    let ended = say(&store, sides(hangup("")).at(7)).await;
    assert_eq!(ended.id, oldest.id);
    let ended = say(&store, sides(hangup("")).at(8)).await;
    assert_eq!(ended.id, newest.id);
    // None is open any more: it is a call of its own.
    let more = say(&store, sides(hangup("")).at(9)).await;
    assert!(more.id > newest.id);
    // One side is enough.
    let third = say(&store, new_call("e").from("4911").to("4922").at(20)).await;
    let found = say(&store, hangup("").nameless().from("4911").at(21)).await;
    assert_eq!(found.id, third.id);
    let fourth = say(&store, new_call("f").from("4911").to("4922").at(30)).await;
    let found = say(&store, hangup("").nameless().to("4922").at(31)).await;
    assert_eq!(found.id, fourth.id);
    // A side that nobody told so far may be any number.
    let fifth = say(&store, new_call("h").from("4911").to("").at(32)).await;
    let both = hangup("").nameless().from("4911").to("4922").at(33);
    assert_eq!(say(&store, both).await.id, fifth.id);
    let sixth = say(&store, new_call("i").from("").to("4922").at(34)).await;
    let one = hangup("").nameless().from("4911").at(35);
    assert_eq!(say(&store, one).await.id, sixth.id);
    // No side says nothing, also when calls are open.
    say(&store, new_call("g").at(40)).await;
    let nothing = tell(&store, &[hangup("").nameless().at(41)]).await;
    assert_eq!(nothing, [Outcome::NoDirection]);
}

/// The `from` of an outbound call counts as it was sent and as we changed it.
pub async fn an_outbound_call_without_an_id(engine: &impl Engine) {
    let store = engine.open().await;
    for (place, from) in ["498999998145", "4930600000000"].into_iter().enumerate() {
        let at = 10 * i64::try_from(place).unwrap();
        let dialled = new_call("")
            .nameless()
            .outbound()
            .from("4930600000000")
            .to(CALLER);
        let call = say(
            &store,
            dialled.at(at).decision(Decision::Dial {
                caller_id: party("498999998145"),
                number: CALLER.to_owned(),
            }),
        )
        .await;
        assert_eq!(call.folded.from, party("498999998145"));
        let both = hangup("")
            .nameless()
            .outbound()
            .from(from)
            .to(CALLER)
            .at(at + 1);
        assert_eq!(say(&store, both).await.id, call.id, "{from}");
        let one = say(
            &store,
            new_call("")
                .nameless()
                .outbound()
                .from("4930600000000")
                .to(CALLER)
                .at(at + 5)
                .decision(Decision::Dial {
                    caller_id: party("498999998145"),
                    number: CALLER.to_owned(),
                }),
        )
        .await;
        let only_from = hangup("").nameless().outbound().from(from).at(at + 6);
        assert_eq!(say(&store, only_from).await.id, one.id, "{from}");
    }
}

/// Two sources may use the same id at the same time.
pub async fn sources_do_not_mix(engine: &impl Engine) {
    let store = engine.open().await;
    let batch = [
        new_call("a").by(1),
        new_call("a").by(2),
        answer("a").by(2).at(1),
    ];
    let calls: Vec<_> = tell_at_once(&store, &batch)
        .await
        .iter()
        .map(call_of)
        .collect();
    assert_ne!(calls[0].id, calls[1].id);
    assert_eq!(calls[1].id, calls[2].id);
    let first = say(&store, hangup("a").by(1).at(2)).await;
    assert_eq!(first.id, calls[0].id);
    assert_eq!(first.folded.answered_by, None);
    assert_eq!(
        tell(&store, &[hangup("a").by(3)]).await,
        [Outcome::NoDirection]
    );
}

/// A PBX may give every call the same id.
pub async fn one_id_for_every_call(engine: &impl Engine) {
    let store = engine.open().await;
    let mut last = None;
    for round in 0..60 {
        let at = round * 120;
        let call = say(&store, new_call("0").at(at)).await;
        assert!(last < Some(call.id));
        assert_eq!(say(&store, answer("0").at(at + 1)).await.id, call.id);
        assert_eq!(say(&store, hangup("0").at(at + 2)).await.id, call.id);
        assert_eq!(say(&store, new_call("0").at(at + 3)).await.id, call.id);
        last = Some(call.id);
    }
}

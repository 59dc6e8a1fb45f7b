//! What was said comes back as it was said.

use offhook_core::call::{Call, Cause, Decision, Direction, EventKind, Party};
use offhook_core::number::NumberKey;

use super::Engine;
use super::said::{Said, answer, call_of, hangup, new_call, say, tell_at_once};
use crate::CallStore;

async fn kept(store: &impl CallStore, call: &Call, events: &[Said]) {
    let record = store.call(call.id).await.unwrap().unwrap();
    assert_eq!(record.call, *call);
    let said: Vec<_> = events.iter().map(|event| event.0.event.clone()).collect();
    assert_eq!(record.events, said);
    let calls = store.calls_by_id(&[call.id]).await.unwrap();
    assert_eq!(calls, std::slice::from_ref(call));
}

/// Texts that databases and JSON stumble over.
pub async fn odd_texts(engine: &impl Engine) {
    let store = engine.open().await;
    let long = "x".repeat(100_000);
    for text in [
        "'; DROP TABLE call; --",
        "\"quoted\" \\ and \\u0041",
        "nul \0 inside",
        "\0",
        "line\r\nbreak\ttab \u{2028} \u{7f} \u{1}",
        "😀 mañana Ⅷ \u{202e}\u{feff}",
        "%_*?[a-z]",
        "0123",
        "1e5",
        "null",
        " ",
        "{\"a\": [1]}",
        &long,
    ] {
        let events = [
            new_call(text)
                .from(text)
                .to(text)
                .queue(text)
                .users(&[text, "x"]),
            answer(text).inbound().users(&[text]).at(1),
        ];
        let calls = [
            say(&store, events[0].clone()).await,
            say(&store, events[1].clone()).await,
        ];
        assert_eq!(calls[0].id, calls[1].id, "{text:.40}");
        assert_eq!(calls[1].call_id, text);
        assert_eq!(calls[1].folded.from.number, text);
        kept(&store, &calls[1], &events).await;
    }
}

/// Every field of every kind of event.
pub async fn every_field(engine: &impl Engine) {
    let store = engine.open().await;
    let side = |number: &str, key: i64| Party {
        number: number.to_owned(),
        key: Some(NumberKey(key)),
        name: Some("Ann \"A\" Lopez".to_owned()),
    };
    for (place, direction) in [Direction::In, Direction::Out].into_iter().enumerate() {
        for cause in Cause::ALL {
            let id = format!("{}-{place}", cause.as_str());
            let mut events = [new_call(&id), answer(&id).at(1), hangup(&id).at(2)];
            for event in &mut events {
                let body = event.0.event.body_mut();
                body.direction = Some(direction);
                body.from = Some(side("+49 30 23125741", i64::MAX));
                body.to = Some(side("12", -12));
                body.queue = Some("support".to_owned());
                body.users = vec!["Anna".to_owned(), String::new()];
                body.user_ids = vec![offhook_core::UserId(1_000_000)];
                body.extra = vec![
                    ("key".to_owned(), "value".to_owned()),
                    ("key".to_owned(), String::new()),
                ];
            }
            events[0].0.event.body_mut().decision = Some(Decision::Dial {
                caller_id: side("4989", 4989),
                number: "1".to_owned(),
            });
            events[1].0.event.body_mut().answering_number = Some("21".to_owned());
            let hangup = events[2].0.event.body_mut();
            hangup.cause = Some(cause);
            hangup.cause_text = Some("NORMAL".to_owned());
            let outcomes = tell_at_once(&store, &events).await;
            kept(&store, &call_of(&outcomes[2]), &events).await;
        }
    }
    let bare = new_call("bare");
    let mut bare = bare;
    *bare.0.event.body_mut() = offhook_core::call::EventBody {
        direction: Some(Direction::In),
        ..offhook_core::call::EventBody::new(EventKind::NewCall)
    };
    let call = say(&store, bare.clone()).await;
    kept(&store, &call, &[bare]).await;
}

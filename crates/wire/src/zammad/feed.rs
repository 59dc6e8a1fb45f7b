//! Telling a Zammad of our calls, as a bridge would (facts/zammad-cti.md 1.2 to 1.5).

use offhook_core::call::{Call, Cause, Direction, EventKind};

use crate::json::Object;
use crate::params::text;

/// What Zammad keeps of an id.
const MAX_ID: usize = 250;

/// What is told of a call: its beginning, its first answer, or its end. `name` is who of us
/// answered, or dialled.
///
/// The id is ours, as Zammad keeps every id for good and refuses one that it had (1.5), while PBXs
/// use theirs again.
pub fn tell(kind: EventKind, call: &Call, name: Option<&str>) -> String {
    let folded = &call.folded;
    let number = |number: &str| match number.trim() {
        "" => "anonymous".to_owned(),
        number => number.to_owned(),
    };
    let id = format!("{}-{}", text::cut(&call.call_id, MAX_ID - 24), call.id);
    let mut out = String::with_capacity(256);
    let mut object = Object::open(&mut out);
    object.text("event", kind.as_str());
    object.text("direction", folded.direction.as_str());
    object.text("callId", &id);
    object.text("from", &number(&folded.from.number));
    object.text("to", &number(&folded.to.number));
    match kind {
        EventKind::NewCall => {
            object.text("queue", &folded.queue);
            // A list of names is none to everybody (1.5); one text is.
            let ours = name.or(folded.our_name.as_deref());
            if let Some(ours) = ours.filter(|ours| *ours != folded.queue) {
                object.text("user", ours);
            }
        }
        EventKind::Answer => {
            let by = folded.answered_by.as_ref();
            if let Some(number) = by.and_then(|by| by.number.as_deref()) {
                object.text("answeringNumber", number);
            }
            let theirs = by.and_then(|by| by.name.as_deref());
            if let Some(name) = name
                .or(theirs)
                .filter(|_| folded.direction == Direction::In)
            {
                object.text("user", name);
            }
        }
        _ => object.text("cause", cause(call)),
    }
    object.close();
    out
}

/// One of Zammad's seven words.
fn cause(call: &Call) -> &'static str {
    let folded = &call.folded;
    match folded.cause {
        Some(Cause::Blocked) => Cause::Busy.as_str(),
        Some(Cause::Lost) | None if folded.answered_by.is_none() => Cause::NoAnswer.as_str(),
        Some(Cause::Lost | Cause::Voicemail) | None => Cause::NormalClearing.as_str(),
        Some(cause) => cause.as_str(),
    }
}

/// What Zammad's answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It knows now, or knew already; or may know, and must not be told twice.
    Taken,
    /// It takes nothing at the moment: what was told has to wait.
    NotNow,
    /// It does not take this.
    Refused,
}

/// Reads Zammad's answer to what was told.
pub fn heard(kind: EventKind, status: u16, body: &str) -> Heard {
    match status {
        200..=299 => Heard::Taken,
        // A repeat (1.5): it had heard it, and we did not hear so.
        422 | 500 if kind == EventKind::NewCall && body.contains("already exists") => Heard::Taken,
        // Something in front of it did not wait for its answer. A second hangup would mark a missed
        // call as done there (3.4).
        504 if kind == EventKind::Hangup => Heard::Taken,
        // Switched off, not configured, another token, busy, or something in front of it.
        401..=404 | 408 | 429 | 502..=504 => Heard::NotNow,
        422 if body.contains("Feature") => Heard::NotNow,
        _ => Heard::Refused,
    }
}

#[cfg(test)]
mod tests {
    use offhook_core::call::{AnsweredBy, Event, EventBody, Party, fold};
    use offhook_core::number::Country;
    use offhook_core::{CallId, ConversationId, EventId, SourceId, UnixMillis};

    use super::*;

    fn call(direction: Direction, from: &str) -> Call {
        let party = |number: &str| Some(Party::read(number, Country::default()));
        let body = EventBody {
            direction: Some(direction),
            from: party(from),
            to: party("4930111"),
            ..EventBody::new(EventKind::NewCall)
        };
        let event = Event {
            id: EventId(1),
            at: UnixMillis(0),
            body: body.into(),
        };
        Call {
            id: CallId(7),
            revision: 1,
            conversation_id: ConversationId(7),
            source_id: SourceId(1),
            call_id: "1700000000.1".to_owned(),
            folded: fold(&[event]).unwrap(),
            done_by_hand: None,
        }
    }

    #[test]
    fn what_is_told() {
        let mut one = call(Direction::In, "4917");
        assert_eq!(
            tell(EventKind::NewCall, &one, None),
            r#"{"event":"newCall","direction":"in","callId":"1700000000.1-7","from":"4917","to":"4930111","queue":"4930111"}"#
        );
        one.folded.answered_by = Some(AnsweredBy {
            number: Some("101".to_owned()),
            ..AnsweredBy::default()
        });
        assert_eq!(
            tell(EventKind::Answer, &one, Some("Emma")),
            r#"{"event":"answer","direction":"in","callId":"1700000000.1-7","from":"4917","to":"4930111","answeringNumber":"101","user":"Emma"}"#
        );
        one.folded.cause = Some(Cause::NormalClearing);
        assert_eq!(
            tell(EventKind::Hangup, &one, None),
            r#"{"event":"hangup","direction":"in","callId":"1700000000.1-7","from":"4917","to":"4930111","cause":"normalClearing"}"#
        );
        let withheld = tell(EventKind::NewCall, &call(Direction::In, ""), None);
        assert!(withheld.contains(r#""from":"anonymous""#), "{withheld}");
        let out = tell(
            EventKind::NewCall,
            &call(Direction::Out, "101"),
            Some("Emma"),
        );
        assert!(
            out.contains(r#""direction":"out""#) && out.contains(r#""user":"Emma""#),
            "{out}"
        );
    }

    #[test]
    fn words_that_zammad_does_not_know() {
        let mut one = call(Direction::In, "4917");
        for (cause, word) in [
            (Cause::Lost, "noAnswer"),
            (Cause::Voicemail, "normalClearing"),
            (Cause::Forwarded, "forwarded"),
            (Cause::Cancel, "cancel"),
        ] {
            one.folded.cause = Some(cause);
            assert!(
                tell(EventKind::Hangup, &one, None).contains(word),
                "{cause:?}"
            );
        }
    }

    #[test]
    fn what_its_answers_mean() {
        use EventKind::{Answer, Hangup, NewCall};
        let exists = r#"{"error":"This object already exists."}"#;
        let other = r#"{"error":"Error ID Ab12_-xy: Please contact your administrator."}"#;
        let off = r#"{"error":"Feature is disabled, please contact your administrator!"}"#;
        for (kind, status, body, means) in [
            (NewCall, 200, "{}", Heard::Taken),
            (NewCall, 500, exists, Heard::Taken),
            (NewCall, 422, exists, Heard::Taken),
            (NewCall, 500, other, Heard::Refused),
            (Answer, 500, other, Heard::Refused),
            (Hangup, 500, exists, Heard::Refused),
            (NewCall, 422, off, Heard::NotNow),
            (NewCall, 401, "", Heard::NotNow),
            (NewCall, 404, "", Heard::NotNow),
            (NewCall, 503, "", Heard::NotNow),
            (NewCall, 504, "", Heard::NotNow),
            (Answer, 504, "", Heard::NotNow),
            (Hangup, 502, "", Heard::NotNow),
            (Hangup, 503, "", Heard::NotNow),
            (Hangup, 504, "", Heard::Taken),
            (NewCall, 422, "{}", Heard::Refused),
        ] {
            assert_eq!(heard(kind, status, body), means, "{kind:?} {status} {body}");
        }
    }
}

use super::*;
use crate::call::{Direction, Event, EventBody, EventKind, Party, fold};
use crate::number::Country;
use crate::rules::NotifyRow;
use crate::{CallId, ConversationId, EventId, UnixMillis};

const ANNA: UserId = UserId(1_000_001);
const BEN: UserId = UserId(1_000_002);
const OFFICE: SourceId = SourceId(1);
const SHOP: SourceId = SourceId(2);

fn event(id: u128, kind: EventKind, direction: Direction, user_id: Option<UserId>) -> Event {
    let country = Country::default();
    Event {
        id: EventId(id),
        at: UnixMillis(0),
        body: EventBody {
            direction: Some(direction),
            from: Some(Party::read("49891234567", country)),
            to: Some(Party::read("492214710334", country)),
            queue: Some("support".to_owned()),
            user_ids: user_id.into_iter().collect(),
            ..EventBody::new(kind)
        }
        .into(),
    }
}

fn call_of(events: &[Event]) -> Call {
    Call {
        id: CallId(1),
        revision: 1,
        conversation_id: ConversationId(1),
        source_id: OFFICE,
        call_id: "c1".to_owned(),
        folded: fold(events).unwrap(),
        done_by_hand: None,
    }
}

fn inbound(answered_by: Option<UserId>) -> Call {
    let answer = answered_by.map(|user| event(2, EventKind::Answer, Direction::In, Some(user)));
    let new_call = event(1, EventKind::NewCall, Direction::In, None);
    call_of(&std::iter::once(new_call).chain(answer).collect::<Vec<_>>())
}

fn outbound(made_by: UserId) -> Call {
    call_of(&[event(1, EventKind::NewCall, Direction::Out, Some(made_by))])
}

fn viewer(user_id: UserId, role: Role, number: Option<&str>) -> Viewer {
    let key = |number| NumberKey::of(number, Country::default());
    Viewer {
        user_id,
        role,
        numbers: number.and_then(key).into_iter().collect(),
    }
}

fn map(queue: &str, user: UserId) -> NotifyMap {
    let row = NotifyRow {
        queue: queue.to_owned(),
        user_ids: vec![user],
    };
    NotifyMap::new([row], Country::default())
}

#[test]
fn who_sees_what() {
    use Role::{Admin, Agent};
    let none = NotifyMap::default();
    let (support, sales) = (map("support", ANNA), map("sales", ANNA));
    let by_number = map("0221 4710334", ANNA);
    let own = Some("0221/4710334");
    // (who, as what, phone, map, call, sees, is rung)
    let cases = [
        (ANNA, Agent, None, &none, inbound(None), true, true),
        (ANNA, Agent, None, &support, inbound(None), true, true),
        (ANNA, Agent, None, &by_number, inbound(None), true, true),
        (ANNA, Agent, None, &sales, inbound(None), false, false),
        (BEN, Agent, None, &support, inbound(None), false, false),
        (BEN, Agent, own, &support, inbound(None), true, true),
        (
            BEN,
            Agent,
            Some("201"),
            &support,
            inbound(None),
            false,
            false,
        ),
        // Who took part sees it, but is not rung for that.
        (BEN, Agent, None, &support, inbound(Some(BEN)), true, false),
        (
            BEN,
            Agent,
            None,
            &support,
            inbound(Some(ANNA)),
            false,
            false,
        ),
        (BEN, Agent, None, &sales, outbound(BEN), true, false),
        (BEN, Agent, None, &sales, outbound(ANNA), false, false),
        // Administrators see every call and are rung like agents.
        (BEN, Admin, None, &support, inbound(None), true, false),
        (BEN, Admin, None, &none, inbound(None), true, true),
        (ANNA, Admin, None, &support, inbound(None), true, true),
        (BEN, Admin, None, &sales, outbound(ANNA), true, false),
    ];
    for (place, (user, role, phone, map, call, sees, rung)) in cases.iter().enumerate() {
        let viewer = viewer(*user, *role, *phone);
        assert_eq!(may_see(&viewer, map, call), *sees, "case {place}");
        assert_eq!(is_rung(&viewer, map, call), *rung, "case {place}");
    }
}

#[test]
fn each_source_has_a_map_of_its_own() {
    let (office, shop) = (map("sales", ANNA), NotifyMap::default());
    let anna = viewer(ANNA, Role::Agent, None);
    let visibility = Visibility::of(&anna, [(OFFICE, &office), (SHOP, &shop)]);
    let mut call = inbound(None);
    assert!(!visibility.sees(&call));
    call.source_id = SHOP;
    assert!(visibility.sees(&call));
    // A source that nobody told us of shows only what one took part in.
    call.source_id = SourceId(3);
    assert!(!visibility.sees(&call));
    let mut own = inbound(Some(ANNA));
    own.source_id = SourceId(3);
    assert!(visibility.sees(&own));
}

#[test]
fn whose_own_a_call_is() {
    let hangup = || event(3, EventKind::Hangup, Direction::In, None);
    let rings = |user| event(1, EventKind::NewCall, Direction::In, user);
    let answer = |user| event(2, EventKind::Answer, Direction::In, Some(user));
    let handed = event(3, EventKind::Transferred, Direction::In, Some(ANNA));
    let called = Some("0221/4710334");
    let other = Some("201");
    for (phone, call, expected) in [
        (None, inbound(Some(ANNA)), true),
        (called, inbound(Some(BEN)), false),
        (None, outbound(ANNA), true),
        (called, outbound(BEN), false),
        (None, call_of(&[rings(None), answer(BEN), handed]), true),
        (None, call_of(&[rings(Some(ANNA)), hangup()]), true),
        (None, call_of(&[rings(Some(BEN)), hangup()]), false),
        (called, call_of(&[rings(None), hangup()]), true),
        (other, call_of(&[rings(None), hangup()]), false),
        // What is not missed, or not yet, was for somebody else.
        (called, call_of(&[rings(Some(ANNA))]), false),
        (
            called,
            call_of(&[rings(Some(ANNA)), answer(BEN), hangup()]),
            false,
        ),
    ] {
        let anna = viewer(ANNA, Role::Admin, phone);
        assert_eq!(is_own(&anna, &call), expected, "{phone:?} {call:?}");
    }
}

#[test]
fn an_administrator_needs_no_maps() {
    let admin = viewer(BEN, Role::Admin, None);
    assert_eq!(Visibility::of(&admin, []), Visibility::All);
    assert!(Visibility::of(&admin, []).sees(&inbound(None)));
}

#[test]
fn who_has_taken_part_later_still_sees_it() {
    let (first, second) = (
        event(2, EventKind::Answer, Direction::In, Some(ANNA)),
        event(3, EventKind::Hangup, Direction::In, None),
    );
    let new_call = event(1, EventKind::NewCall, Direction::In, None);
    let ended = call_of(&[new_call, first, second]);
    let sales = map("sales", UserId(7));
    assert!(may_see(&viewer(ANNA, Role::Agent, None), &sales, &ended));
    assert!(!may_see(&viewer(BEN, Role::Agent, None), &sales, &ended));
}

use super::*;
use crate::call::{Direction, Event, EventBody, EventKind, fold};
use crate::{EventId, UnixMillis};

const ANNA: UserId = UserId(1_000_001);
const BEN: UserId = UserId(1_000_002);

fn call(direction: Direction, from: &str, to: &str, queue: Option<&str>) -> Folded {
    let country = Country::default();
    let event = Event {
        id: EventId(1),
        at: UnixMillis(0),
        body: EventBody {
            direction: Some(direction),
            from: Some(Party::read(from, country)),
            to: Some(Party::read(to, country)),
            queue: queue.map(ToOwned::to_owned),
            ..EventBody::new(EventKind::NewCall)
        }
        .into(),
    };
    fold(&[event]).unwrap()
}

fn map(rows: &[(&str, &[UserId])]) -> NotifyMap {
    let row = |(queue, users): &(&str, &[UserId])| NotifyRow {
        queue: (*queue).to_owned(),
        user_ids: users.to_vec(),
    };
    NotifyMap::new(rows.iter().map(row), Country::default())
}

fn number(text: &str) -> NumberKey {
    NumberKey::of(text, Country::default()).unwrap()
}

#[test]
fn which_rows_count_for_which_calls() {
    let cases = [
        // (row, to, queue, granted)
        ("support", "4922147103", Some("support"), true),
        ("support", "4922147103", Some(" Support "), true),
        ("Support ", "4922147103", Some("support"), true),
        ("support", "4922147103", Some("sales"), false),
        ("support", "4922147103", None, false),
        // Asterisk's bridge sends the queue's name as the number called.
        ("support", "support", None, true),
        ("support", "Support", Some("other"), true),
        ("492214710334", "492214710334", None, true),
        ("492214710334", "+49 221 4710334", None, true),
        ("0221/4710334", "492214710334", None, true),
        // Both the queue and the number called count (quirk Q10).
        ("492214710334", "492214710334", Some("support"), true),
        ("492214710334", "201", Some("492214710334"), true),
        ("492214710334", "201", Some("0221 4710334"), true),
        ("492214710334", "201", Some("support"), false),
        ("201", "201", None, true),
        ("201", "0201", None, false),
        ("201", "2011", None, false),
        ("*", "4922147103", Some("support"), true),
        ("*", "", None, true),
        (" * ", "", None, true),
        ("49221*", "0221 4710334", None, true),
        ("0221*", "492214710334", None, true),
        ("0221*", "49301234567", Some("0221 4710334"), true),
        ("0221*", "49301234567", None, false),
        ("sup*", "4922147103", Some("Support"), true),
        ("sup*", "4922147103", Some("sup"), false),
        ("", "", None, false),
        ("", "4922147103", Some(""), false),
    ];
    for (row, to, queue, expected) in cases {
        let call = call(Direction::In, "49891234567", to, queue);
        let map = map(&[(row, &[ANNA])]);
        assert_eq!(
            map.grants(ANNA, &[], &call),
            expected,
            "{row:?} for {to:?}, {queue:?}"
        );
        assert!(!map.grants(BEN, &[], &call), "{row:?} is not for Ben");
    }
}

#[test]
fn our_side_of_an_outbound_call_is_the_caller() {
    let out = call(Direction::Out, "492214710334", "49891234567", None);
    assert!(map(&[("492214710334", &[ANNA])]).grants(ANNA, &[], &out));
    assert!(!map(&[("49891234567", &[ANNA])]).grants(ANNA, &[], &out));
    let inbound = call(Direction::In, "492214710334", "49891234567", None);
    assert!(!map(&[("492214710334", &[ANNA])]).grants(ANNA, &[], &inbound));
}

#[test]
fn own_numbers_count_in_any_spelling() {
    let others = map(&[("support", &[BEN])]);
    let own = [number("0190 111"), number("201")];
    // Quirk Q11: the number called as sent, the phone normalised.
    for to in ["0190111", "49190111", "+49 190 111", "201", "sip:201@pbx"] {
        let call = call(Direction::In, "49891234567", to, Some("other"));
        assert!(others.grants(ANNA, &own, &call), "{to}");
        assert!(!others.grants(ANNA, &[], &call), "{to}");
    }
    let by_queue = call(Direction::In, "49891234567", "300", Some("0190111"));
    assert!(others.grants(ANNA, &own, &by_queue));
    let from_own = call(Direction::In, "201", "300", None);
    assert!(!others.grants(ANNA, &own, &from_own));
}

#[test]
fn no_map_concerns_everybody() {
    let call = call(Direction::In, "49891234567", "4922147103", Some("support"));
    let none = NotifyMap::default();
    assert!(none.is_empty() && none.grants(ANNA, &[], &call));
    assert_eq!(none.scope(ANNA, &[]), Scope::Whole);
    // Rows for nobody are a map all the same.
    let nobody = map(&[("support", &[])]);
    assert!(!nobody.is_empty() && !nobody.grants(ANNA, &[], &call));
}

#[test]
fn several_rows_add_up() {
    let map = map(&[
        ("support", &[ANNA, BEN]),
        ("sales", &[BEN]),
        ("492214710334", &[ANNA]),
    ]);
    let ring = |to, queue| {
        let call = call(Direction::In, "49891234567", to, Some(queue));
        let own = [number("201")];
        let users: [(UserId, &[NumberKey]); 3] = [(BEN, &[]), (ANNA, &[]), (UserId(3), &own)];
        map.notified(users, &call)
    };
    assert_eq!(ring("300", "support"), [BEN, ANNA]);
    assert_eq!(ring("300", "sales"), [BEN]);
    assert_eq!(ring("0221 4710334", "sales"), [BEN, ANNA]);
    assert_eq!(ring("201", "other"), [UserId(3)]);
    assert_eq!(ring("300", "other"), []);
}

#[test]
fn scopes_say_what_a_database_can_look_for() {
    let map = map(&[
        ("Support", &[ANNA]),
        ("0221 4710334", &[ANNA]),
        ("49221*", &[ANNA]),
        ("sales", &[BEN]),
        ("*", &[BEN]),
    ]);
    let country = Country::default();
    assert_eq!(
        map.scope(ANNA, &[number("201")]),
        Scope::Some {
            grants: vec![
                Grant::Text("support".to_owned()),
                Grant::Number(number("492214710334")),
                Grant::Pattern(Pattern::parse("49221*", country)),
                Grant::Number(number("201")),
            ],
            country,
        }
    );
    assert_eq!(map.scope(BEN, &[]), Scope::Whole);
    let nothing = Scope::Some {
        grants: vec![],
        country,
    };
    assert_eq!(map.scope(UserId(3), &[]), nothing);
}

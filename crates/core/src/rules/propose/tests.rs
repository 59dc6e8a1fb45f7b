use super::*;

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

fn party(number: &str) -> Party {
    Party::read(number, Country::default())
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text, Country::default())
}

/// The contract's example, and some entries more.
fn rules() -> SourceRules {
    let block = |caller_id, expires_at| BlockEntry {
        row: 0,
        caller_id: pattern(caller_id),
        note: "spam".to_owned(),
        expires_at,
    };
    let route = |dest, caller_id| Route {
        row: 0,
        dest: pattern(dest),
        caller_id: party(caller_id),
        note: String::new(),
    };
    SourceRules {
        blocked: vec![
            block("491715000000", None),
            block("0190*", None),
            block("anonymous", None),
            block("030 999999", Some(NOW)),
            block("030 888888", Some(NOW.plus_millis(1))),
        ],
        routes: vec![
            route("4989*", "498999998145"),
            route("4930*", "493023125877"),
            route("49301*", "493000000000"),
            route("43*", ""),
        ],
        default_caller_id: Some(party("496990009111")),
        country: Country::default(),
    }
}

fn event(kind: EventKind, direction: Option<Direction>, from: &str, to: &str) -> EventBody {
    EventBody {
        direction,
        from: Some(party(from)),
        to: Some(party(to)),
        ..EventBody::new(kind)
    }
}

fn new_call(direction: Direction, from: &str, to: &str) -> Decision {
    rules().propose(&event(EventKind::NewCall, Some(direction), from, to), NOW)
}

#[test]
fn blocked_callers_are_rejected() {
    let cases = [
        ("491715000000", true),
        ("+49 171 5000000", true),
        ("01715000000", true),
        ("4917150000001", false),
        ("0190 123456", true),
        ("anonymous", true),
        ("Anonymous", true),
        ("unknown", false),
        ("", false),
        ("4930123456", false),
        // Until a moment, and not from then on.
        ("030 888888", true),
        ("030 999999", false),
    ];
    for (from, rejected) in cases {
        let decision = new_call(Direction::In, from, "493023125741");
        let expected = if rejected {
            Decision::Reject
        } else {
            Decision::Pass
        };
        assert_eq!(decision, expected, "{from}");
    }
}

#[test]
fn outbound_calls_show_the_first_fitting_caller_id() {
    let cases = [
        ("49891234567", "498999998145"),
        ("+49 89 1234567", "498999998145"),
        (" 089/1234567 ", "498999998145"),
        ("4930654321", "493023125877"),
        // The row behind would fit better; the first one wins.
        ("49301234567", "493023125877"),
        ("442071838750", "496990009111"),
        ("201", "496990009111"),
        ("some name", "496990009111"),
    ];
    for (to, shown) in cases {
        let expected = Decision::Dial {
            caller_id: party(shown),
            number: to.to_owned(),
        };
        assert_eq!(new_call(Direction::Out, "201", to), expected, "{to}");
    }
    for to in ["", "  ", "43664123456"] {
        assert_eq!(
            new_call(Direction::Out, "201", to),
            Decision::Pass,
            "{to:?}"
        );
    }
}

#[test]
fn without_rules_everything_passes() {
    let rules = SourceRules::default();
    for direction in [Direction::In, Direction::Out] {
        let body = event(
            EventKind::NewCall,
            Some(direction),
            "491715000000",
            "4989123456",
        );
        assert_eq!(rules.propose(&body, NOW), Decision::Pass);
    }
    let blank = SourceRules {
        default_caller_id: Some(party(" ")),
        ..SourceRules::default()
    };
    let body = event(
        EventKind::NewCall,
        Some(Direction::Out),
        "201",
        "4989123456",
    );
    assert_eq!(blank.propose(&body, NOW), Decision::Pass);
}

#[test]
fn each_direction_has_rules_of_its_own() {
    assert_eq!(new_call(Direction::In, "201", "4989123456"), Decision::Pass);
    let out = new_call(Direction::Out, "491715000000", "4989123456");
    assert!(matches!(out, Decision::Dial { .. }));
}

#[test]
fn only_new_calls_with_a_direction_and_numbers() {
    let rules = rules();
    for kind in [EventKind::Answer, EventKind::Hangup] {
        for direction in [Direction::In, Direction::Out] {
            let body = event(kind, Some(direction), "491715000000", "4989123456");
            assert_eq!(rules.propose(&body, NOW), Decision::Pass);
        }
    }
    let body = event(EventKind::NewCall, None, "491715000000", "4989123456");
    assert_eq!(rules.propose(&body, NOW), Decision::Pass);
    for direction in [Direction::In, Direction::Out] {
        let mut body = EventBody::new(EventKind::NewCall);
        body.direction = Some(direction);
        assert_eq!(rules.propose(&body, NOW), Decision::Pass);
    }
}

#[test]
fn emergency_numbers_are_left_alone() {
    let mut rules = rules();
    rules.blocked = vec![BlockEntry {
        row: 0,
        caller_id: pattern("*"),
        note: String::new(),
        expires_at: None,
    }];
    rules.routes.insert(
        0,
        Route {
            row: 0,
            dest: pattern("*"),
            caller_id: party("498999998145"),
            note: String::new(),
        },
    );
    let decide = |direction, from, to| {
        rules.propose(&event(EventKind::NewCall, Some(direction), from, to), NOW)
    };
    for number in ["110", "112", "sip:112@pbx", "+49110", "0112"] {
        assert_eq!(
            decide(Direction::In, number, "201"),
            Decision::Pass,
            "{number}"
        );
        assert_eq!(
            decide(Direction::Out, "201", number),
            Decision::Pass,
            "{number}"
        );
    }
    // Another country's numbers are not ours.
    assert_eq!(decide(Direction::In, "911", "201"), Decision::Reject);
    assert!(matches!(
        decide(Direction::Out, "201", "911"),
        Decision::Dial { .. }
    ));

    rules.country = Country::from_code("US").unwrap();
    let body = event(EventKind::NewCall, Some(Direction::Out), "201", "911");
    assert_eq!(rules.propose(&body, NOW), Decision::Pass);
}

#[test]
fn each_decision_names_its_rule() {
    let mut rules = rules();
    let judge = |rules: &SourceRules, direction, from, to| {
        rules.judge(&event(EventKind::NewCall, Some(direction), from, to), NOW)
    };
    let cases = [
        (Direction::In, "01715000000", "22", Rule::Blocked(0)),
        (Direction::In, "0190 123", "22", Rule::Blocked(1)),
        (Direction::In, "030 888888", "22", Rule::Blocked(4)),
        (Direction::In, "030 999999", "22", Rule::None),
        (Direction::Out, "22", "089 1234567", Rule::Route(0)),
        (Direction::Out, "22", "030 1234567", Rule::Route(1)),
        (Direction::Out, "22", "43664123456", Rule::Route(3)),
        (Direction::Out, "22", "0221 4710334", Rule::DefaultCallerId),
        (Direction::Out, "22", "112", Rule::Emergency),
        (Direction::Out, "22", "", Rule::None),
    ];
    for (direction, from, to, rule) in cases {
        let judged = judge(&rules, direction, from, to);
        assert_eq!(judged.1, rule, "{direction:?} {from} {to}");
        let body = event(EventKind::NewCall, Some(direction), from, to);
        assert_eq!(judged.0, rules.propose(&body, NOW));
    }
    rules.default_caller_id = None;
    let judged = judge(&rules, Direction::Out, "22", "0221 4710334");
    assert_eq!(judged, (Decision::Pass, Rule::None));
    rules.blocked[0].caller_id = pattern("*");
    for (from, to) in [("112", "22"), ("101", "112"), ("101", "+49110")] {
        let judged = judge(&rules, Direction::In, from, to);
        assert_eq!(judged, (Decision::Pass, Rule::Emergency), "{from} {to}");
    }
}

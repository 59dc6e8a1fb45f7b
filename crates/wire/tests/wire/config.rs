//! Configurations of sources, as Zammad has them and as people write them.

use offhook_core::number::Country;
use offhook_core::rules::{BlockEntry, NotifyMap, NotifyRow, Pattern, Route};
use offhook_core::{UnixMillis, UserId};
use offhook_wire::config::{Invalid, SourceConfig};
use serde_json::{Value, json};

use crate::expect::party;

fn parse(json: &Value) -> SourceConfig {
    SourceConfig::parse(json, Country::default()).unwrap()
}

fn wrong(json: &Value) -> Vec<String> {
    let wrong = SourceConfig::parse(json, Country::default()).unwrap_err();
    wrong.iter().map(Invalid::to_string).collect()
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text, Country::default())
}

fn map(rows: &[(&str, &[i64])]) -> NotifyMap {
    let rows = rows.iter().map(|(queue, ids)| NotifyRow {
        queue: (*queue).to_owned(),
        user_ids: ids.iter().copied().map(UserId).collect(),
    });
    NotifyMap::new(rows, Country::default())
}

#[test]
fn the_one_of_the_contract() {
    let config = parse(&json!({
        "inbound": {"block_caller_ids": [{"caller_id": "491715000000", "note": "spam"}]},
        "outbound": {
            "routing_table": [
                {"dest": "4989*", "caller_id": "498999998145", "note": "All from munich"},
                {"dest": "4930*", "caller_id": "493023125877", "note": "All from Berlin"},
            ],
            "default_caller_id": "496990009111",
        },
        "notify_map": [{"queue": "support", "user_ids": [1_000_002, 1_000_003]}],
    }));
    assert!(config.is_configured());
    let blocked = BlockEntry {
        row: 0,
        caller_id: pattern("491715000000"),
        note: "spam".into(),
        expires_at: None,
    };
    assert_eq!(config.rules.blocked, [blocked]);
    let route = |row, dest: &str, caller_id: &str, note: &str| Route {
        row,
        dest: pattern(dest),
        caller_id: party(caller_id),
        note: note.into(),
    };
    assert_eq!(
        config.rules.routes,
        [
            route(0, "4989*", "498999998145", "All from munich"),
            route(1, "4930*", "493023125877", "All from Berlin"),
        ]
    );
    assert_eq!(config.rules.default_caller_id, Some(party("496990009111")));
    assert_eq!(config.notify, map(&[("support", &[1_000_002, 1_000_003])]));
}

#[test]
fn what_counts_as_configured() {
    // The empty default does (facts/zammad-cti.md 1.3).
    let seeded = json!({"outbound": {"routing_table": [], "default_caller_id": ""}, "inbound": {"block_caller_ids": []}});
    assert!(parse(&seeded).is_configured());
    for nothing in [
        json!(null),
        json!({}),
        json!([]),
        json!({"inbound": {"block_caller_ids": []}}),
        json!({"outbound": {"routing_table": []}}),
        json!({"inbound": {}, "outbound": {"routing_table": []}}),
        json!({"inbound": {"block_caller_ids": []}, "outbound": {}}),
        json!({"inbound": null, "outbound": null}),
        json!({"inbound": [], "outbound": []}),
    ] {
        assert!(!parse(&nothing).is_configured(), "{nothing}");
    }
}

#[test]
fn unknown_keys_are_fine() {
    let config = parse(&json!({
        "inbound": {"block_caller_ids": [], "mood": 1}, "outbound": {"routing_table": []},
        "api_token": "x", "anything": [{"at": "all"}],
    }));
    assert!(config.is_configured());
}

#[test]
fn lists_of_a_rails_form() {
    let config = parse(&json!({
        "inbound": {"block_caller_ids": {"0": {"caller_id": "1", "note": "a"}, "10": {"caller_id": "3"}, "2": {"caller_id": "2"}}},
        "outbound": {"routing_table": {}, "default_caller_id": null},
        "notify_map": {"0": {"queue": "support", "user_ids": {"0": "1000002", "1": 1_000_003}}, "1": {"queue": "sales", "user_ids": "1000004"}, "2": {"queue": "x"}},
    }));
    let blocked: Vec<_> = config
        .rules
        .blocked
        .iter()
        .map(|row| row.caller_id.clone())
        .collect();
    assert_eq!(blocked, ["1", "2", "3"].map(pattern));
    let expected: [(&str, &[i64]); 3] = [
        ("support", &[1_000_002, 1_000_003]),
        ("sales", &[1_000_004]),
        ("x", &[]),
    ];
    assert_eq!(config.notify, map(&expected));
}

#[test]
fn empty_rows_count_as_not_there() {
    let config = parse(&json!({
        "inbound": {"block_caller_ids": [{"caller_id": "", "note": ""}, {"caller_id": " 49171 "}]},
        "outbound": {"routing_table": [{"dest": "", "caller_id": "1"}, {"dest": "49*", "caller_id": ""}], "default_caller_id": " "},
        "notify_map": [{"queue": "", "user_ids": []}],
    }));
    assert_eq!(config.rules.blocked.len(), 1);
    assert_eq!(config.rules.blocked[0].caller_id, pattern("49171"));
    assert_eq!(config.rules.default_caller_id, None);
    assert!(config.notify.is_empty());
    let nobodys = parse(&json!({"notify_map": [{"queue": " ", "user_ids": [1_000_002]}]}));
    assert_eq!(nobodys.notify, map(&[("", &[1_000_002])]));
    // A route without a caller ID leaves its calls as they are: it is no empty row.
    assert_eq!(config.rules.routes.len(), 1);
    assert_eq!(config.rules.routes[0].dest, pattern("49*"));
    assert!(config.rules.routes[0].caller_id.is_empty());
}

#[test]
fn the_rest() {
    let config = parse(&json!({
        "inbound": {"block_caller_ids": [
            {"caller_id": "1", "expires_at": "2026-12-31T18:00:00+01:00"},
            {"caller_id": "2", "expires_at": "2026-12-31"},
            {"caller_id": "3", "expires_at": ""},
        ]},
        "outbound": {"routing_table": []},
        "user_remote_map": [{"remote_user_id": "w0", "user_id": "emma@chrispresso.com"}, {"remote_user_id": "w1", "user_id": ""}],
        "user_device_map": [{"device_id": "777@fpbx.de", "user_id": 1_000_002}],
        "view_limit": "120", "verify_signature": true, "signature_secret": "s3cret",
    }));
    let expiries: Vec<_> = config
        .rules
        .blocked
        .iter()
        .map(|row| row.expires_at)
        .collect();
    let moment = |seconds: i64| Some(UnixMillis(seconds * 1000));
    assert_eq!(
        expiries,
        [moment(1_798_736_400), moment(1_798_675_200), None]
    );
    assert_eq!(
        config.remotes,
        [("w0".into(), "emma@chrispresso.com".into())]
    );
    assert_eq!(config.devices, [("777@fpbx.de".into(), "1000002".into())]);
    assert_eq!(config.view_limit, Some(120));
    assert!(config.verify_signature);
    assert_eq!(config.signature_secret.as_deref(), Some("s3cret"));
}

#[test]
fn wrong_types_say_where() {
    for (json, expected) in [
        (json!("x"), "the configuration must be an object"),
        (json!([1]), "the configuration must be an object"),
        (json!({"inbound": "x"}), "inbound: must be an object"),
        (json!({"outbound": [1]}), "outbound: must be an object"),
        (
            json!({"inbound": {"block_caller_ids": "x"}}),
            "inbound.block_caller_ids: must be a list",
        ),
        (
            json!({"inbound": {"block_caller_ids": {"a": {}}}}),
            "inbound.block_caller_ids: must be a list",
        ),
        (
            json!({"inbound": {"block_caller_ids": ["49"]}}),
            "inbound.block_caller_ids[0]: must be an object",
        ),
        (
            json!({"inbound": {"block_caller_ids": [null]}}),
            "inbound.block_caller_ids[0]: must be an object",
        ),
        (
            json!({"inbound": {"block_caller_ids": [{"note": "x"}]}}),
            "inbound.block_caller_ids[0].caller_id: must be text",
        ),
        (
            json!({"inbound": {"block_caller_ids": [{"caller_id": "1", "note": 1}]}}),
            "inbound.block_caller_ids[0].note: must be text",
        ),
        (
            json!({"inbound": {"block_caller_ids": [{"caller_id": "1", "expires_at": "soon"}]}}),
            "inbound.block_caller_ids[0].expires_at: must be a time such as 2026-12-31T18:00:00Z",
        ),
        (
            json!({"outbound": {"routing_table": [{"dest": "1", "caller_id": "2"}, {"dest": "1", "caller_id": "2"}, {"dest": 49, "caller_id": "2"}]}}),
            "outbound.routing_table[2].dest: must be text",
        ),
        (
            json!({"outbound": {"routing_table": [{"dest": "1"}]}}),
            "outbound.routing_table[0].caller_id: must be text",
        ),
        (
            json!({"outbound": {"default_caller_id": 49}}),
            "outbound.default_caller_id: must be text",
        ),
        (json!({"notify_map": 1}), "notify_map: must be a list"),
        (
            json!({"notify_map": [{"queue": "a", "user_ids": true}]}),
            "notify_map[0].user_ids: must be a list",
        ),
        (
            json!({"notify_map": [{"queue": "a", "user_ids": [1, "emma"]}]}),
            "notify_map[0].user_ids[1]: must be a whole number above zero",
        ),
        (
            json!({"user_device_map": [{"device_id": "x", "user_id": []}]}),
            "user_device_map[0].user_id: must be a user's id or e-mail address",
        ),
        (
            json!({"view_limit": 1.5}),
            "view_limit: must be a whole number above zero",
        ),
        (
            json!({"view_limit": 0}),
            "view_limit: must be a whole number above zero",
        ),
        (
            json!({"verify_signature": "yes"}),
            "verify_signature: must be true or false",
        ),
        (
            json!({"signature_secret": 5}),
            "signature_secret: must be text",
        ),
    ] {
        assert_eq!(wrong(&json), [expected], "{json}");
    }
    let all = json!({"inbound": 1, "outbound": 1, "view_limit": "x"});
    assert_eq!(wrong(&all).len(), 3);
}
